"""Models of outcomes with zeros of another kind, and of mixtures."""

import stanlevels as sl
from tests.published.frames import zeros as frames
from tests.published.record import Published


class Fish(sl.Model):
    """count ~ persons + child + camper, zi ~ child, zero_inflated_poisson"""

    b, z = sl.effects(1, "persons", "child", "camper"), sl.effects(1, "child")
    count = sl.ZeroInflated(sl.Poisson(log=b), logit=z, observed=True)


class Salamanders(sl.Model):
    """count ~ spp * mined + (1 | site), zi ~ spp * mined, hurdle negative binomial"""

    site = sl.Level()
    spp, mined = (sl.data(c, categorical=True) for c in ("spp", "mined"))
    b, u = sl.effects(1, spp, mined, spp * mined), sl.Normal(0, over=site)
    z = sl.effects(1, spp, mined, spp * mined)
    count = sl.Hurdle(sl.NegBinomial(log=b + u), logit=z, observed=True)


class Owls(sl.Model):
    """calls ~ food * sex + offset(log(brood)) + (1 | nest), zi ~ 1, negbin"""

    nest, brood = sl.Level(), sl.data("brood")
    food, sex = (sl.data(c, categorical=True) for c in ("food", "sex"))
    b, u = sl.effects(1, food, sex, food * sex), sl.Normal(0, over=nest)
    calls = sl.ZeroInflated(sl.NegBinomial(log=b + u + sl.log(brood)), observed=True)


class Mixed(sl.Model):
    """x ~ NormalMixture(w, mu, sigma), w ~ Dirichlet(1), mu in increasing order"""

    kind = sl.Index(3)
    mu, sigma = sl.Normal(over=kind, ordered=True), sl.HalfNormal(over=kind)
    x = sl.Mixture(sl.Normal(mu, sigma), observed=True)


MODELS = (
    Published(
        name="fish",
        source="brms, distributional models",
        model=Fish,
        data=frames.fish,
        lines=3,
        brms="""\
brm(bf(count ~ persons + child + camper, zi ~ child), data = zinb,
    family = zero_inflated_poisson())""",
        bambi="""\
formula = bmb.Formula("count ~ persons + child + camper", "psi ~ child")
bmb.Model(formula, d, family="zero_inflated_poisson")""",
    ),
    Published(
        name="salamanders",
        source="glmmTMB, Brooks et al. 2017",
        model=Salamanders,
        data=frames.salamanders,
        lines=6,
        brms="""\
brm(bf(count ~ spp * mined + (1 | site), hu ~ spp * mined), data = Salamanders,
    family = hurdle_negbinomial())""",
        bambi="""\
formula = bmb.Formula("count ~ spp * mined + (1|site)", "psi ~ spp * mined")
bmb.Model(formula, d, family="hurdle_negativebinomial")""",
    ),
    Published(
        name="owls",
        source="glmmTMB, Owls",
        model=Owls,
        data=frames.owls,
        lines=5,
        brms="""\
brm(calls ~ food * sex + offset(log(brood)) + (1 | nest), data = Owls,
    family = zero_inflated_negbinomial())""",
        bambi="""\
bmb.Model("calls ~ food * sex + offset(log(brood)) + (1|nest)", Owls,
          family="zero_inflated_negativebinomial")""",
    ),
    Published(
        name="mixture",
        source="PyMC, Gaussian mixture model",
        model=Mixed,
        data=frames.mixed,
        lines=4,
        brms="brm(x ~ 1, data = d, family = mixture(gaussian, gaussian, gaussian))",
        bambi=None,
    ),
)
