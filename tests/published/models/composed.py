"""Models whose outcome is composed of several, or is none of the common ones."""

import stanlevels as sl
from tests.published.frames import composed as frames
from tests.published.record import Published


class DirichletMultinomial(sl.Model):
    """
    counts ~ dirichlet_multinomial(n, p * c)
    """

    p, c = sl.Dirichlet(1, dim=4), sl.LogNormal(1, 1)
    species = ["pine", "oak", "ash", "elm"]
    counts = sl.DirichletMultinomial(sl.data("trees"), p * c, observed=species)


class Monks(sl.Model):
    """
    y ~ zero_inflated_poisson(p, rate)
    Pr(none) = p + (1 - p) exp(-rate), Pr(y) = (1 - p) poisson(y, rate) for y > 0
    """

    p, log_rate = sl.Beta(2, 6), sl.Normal()
    y = sl.ZeroInflated(sl.Poisson(log=log_rate), p, observed=True)


class Exgaussian(sl.Model):
    """rt ~ cond + (cond | subj), exgaussian"""

    subj = sl.Level()
    B = sl.effects(1, "cond", over=subj)
    rt = sl.ExGaussian(B, observed=True)


class Shifted(sl.Model):
    """rt ~ cond + (cond | subj), shifted_lognormal"""

    subj = sl.Level()
    B = sl.effects(1, "cond", over=subj)
    rt = sl.ShiftedLogNormal(B, observed=True)


class Quantile(sl.Model):
    """bmi ~ age + age^2, asymmetric Laplace, quantile 0.9"""

    age = sl.data("age")
    b = sl.effects(1, age, age**2)
    bmi = sl.AsymmetricLaplace(b, quantile=0.9, observed=True)


MODELS = (
    Published(
        name="dirichlet_multinomial",
        source="PyMC, Dirichlet mixtures of multinomials",
        model=DirichletMultinomial,
        data=frames.trees,
        lines=4,
        brms="""\
brm(cbind(pine, oak, ash, elm) | trials(trees) ~ 1, data = d,
    family = brmsfamily("dirichlet_multinomial"))""",
        bambi="""\
bmb.Model("c(pine, oak, ash, elm) ~ 1", d, family="dirichlet_multinomial")""",
    ),
    Published(
        name="monks",
        source="Rethinking, ch. 12",
        model=Monks,
        data=frames.manuscripts,
        lines=3,
        brms="brm(y ~ 1, data = d, family = zero_inflated_poisson())",
        bambi='bmb.Model("y ~ 1", d, family="zero_inflated_poisson")',
    ),
    Published(
        name="exgaussian",
        source="brms, brmsfamily",
        model=Exgaussian,
        data=frames.reactions,
        lines=4,
        brms="brm(rt ~ cond + (cond | subj), data = d, family = exgaussian())",
        bambi=None,
    ),
    Published(
        name="shifted_lognormal",
        source="brms, brmsfamily",
        model=Shifted,
        data=frames.reactions,
        lines=4,
        brms="brm(rt ~ cond + (cond | subj), data = d, family = shifted_lognormal())",
        bambi=None,
    ),
    Published(
        name="quantile",
        source="Bambi, quantile regression",
        model=Quantile,
        data=frames.growth,
        lines=4,
        brms="""\
brm(bf(bmi ~ age + I(age^2), quantile = 0.9), data = d, family = asym_laplace())""",
        bambi="""\
bmb.Model("bmi ~ age + I(age**2)", d, family="asymmetriclaplace",
          priors={"kappa": 3})""",
    ),
)
