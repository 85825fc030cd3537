"""Models of brms's vignettes."""

import stanlevels as sl
from tests.published.frames import brms as data
from tests.published.frames.r import r_data
from tests.published.record import Published


class Inhaler(sl.Model):
    """rating ~ treat + period + carry + (1 | subject), cumulative"""

    subject = sl.Level()
    cut = sl.Normal(over=sl.Index(3), ordered=True)
    b = sl.effects("treat", "period", "carry")
    S = sl.Normal(0, over=subject)
    rating = sl.OrderedLogistic(b + S, cut, observed=True)


class InhalerInSteps(sl.Model):
    """rating ~ period + carry + cs(treat) + (1 | subject), sratio, equidistant"""

    subject, step = sl.Level(), sl.Index(3)
    first, gap, own = sl.Normal(), sl.Normal(), sl.Normal(over=step)
    b, x = sl.effects("period", "carry"), sl.data("treat")
    S = sl.Normal(0, over=subject)
    steps = [first - own[0] * x, first + gap - own[1] * x, first + 2 * gap - own[2] * x]
    rating = sl.StoppingRatio(b + S, steps, observed=True)


class UnequalVariances(sl.Model):
    """rating ~ belief, disc ~ 0 + belief, cumulative(probit)"""

    cut = sl.Normal(over=sl.Index(4), ordered=True)
    b, log_sd = sl.effects("belief"), sl.effects("belief")
    rating = sl.OrderedProbit(b, cut, scale=sl.exp(log_sd), observed=True)


class Symptoms(sl.Model):
    """symptom_post ~ group, sigma ~ group"""

    b, log_sd = sl.effects(1, "group"), sl.effects(1, "group")
    symptom = sl.Normal(b, sl.exp(log_sd), observed="symptom_post")


class Growth(sl.Model):
    """y ~ b1 * exp(b2 * x), b1 + b2 ~ 1"""

    b1, b2 = sl.Normal(1, 2), sl.Normal(0, 2)
    y = sl.Normal(b1 * sl.exp(b2 * sl.data("x")), observed=True)


class Loss(sl.Model):
    """
    cum ~ ult * (1 - exp(-(dev / theta)^omega))
    ult ~ 1 + (1 | AY), omega ~ 1, theta ~ 1
    """

    AY = sl.Level()
    ult = sl.Normal(5000, 1000)
    omega, theta = sl.LogNormal(0, 1), sl.LogNormal(3.8, 0.2)
    U = sl.Normal(ult, over=AY)
    grown = 1 - sl.exp(-((sl.data("dev") / theta) ** omega))
    cum = sl.Normal(U * grown, observed=True)


class LossByYear(sl.Model):
    """
    cum ~ ult * (1 - exp(-(dev / theta)^omega))
    ult + omega + theta ~ 1 + (1 | ID | AY)
    """

    AY = sl.Level()
    ult, omega, theta = sl.Normal(5000, 1000), sl.Normal(1, 2), sl.Normal(45, 10)
    u, o, t = sl.HalfNormal(1000), sl.HalfNormal(0.5), sl.HalfNormal(10)
    B = sl.MultiNormal([ult, omega, theta], [u, o, t], over=AY)
    grown = 1 - sl.exp(-((sl.data("dev") / B["theta"]) ** B["omega"]))
    cum = sl.Normal(B["ult"] * grown, observed=True)


class Guessing(sl.Model):
    """answer ~ guess + (1 - guess) * inv_logit(eta), eta ~ 1 + ability, guess ~ 1"""

    guess, a, b = sl.Beta(1, 1), sl.Normal(0, 5), sl.Normal(0, 5)
    knows = sl.inv_logit(a + b * sl.data("ability"))
    answer = sl.Bernoulli(guess + (1 - guess) * knows, observed=True)


class Tits(sl.Model):
    """
    mvbind(tarsus, back) ~ sex + hatchdate + (1 | p | fosternest) + (1 | q | dam),
    set_rescor(TRUE)
    """

    dam, nest = sl.Level(), sl.Level("fosternest")
    X = sl.covariates(1, "sex", "hatchdate")
    b1, b2 = sl.effects(X), sl.effects(X)
    D, N = sl.MultiNormal([0, 0], over=dam), sl.MultiNormal([0, 0], over=nest)
    means = b1 + D[0] + N[0], b2 + D[1] + N[1]
    both = sl.MultiNormal(means, observed=["tarsus", "back"])


class Satisfaction(sl.Model):
    """ls ~ mo(income) * age + (mo(income) | city)"""

    city, age = sl.Level(), sl.data("age")
    income = sl.data("income", categorical=True, coding="steps")
    first, second = sl.Dirichlet(1, over=income), sl.Dirichlet(1, over=income)
    a, b, c, d = (sl.Normal() for _ in range(4))
    B = sl.MultiNormal([a, b], over=city)
    mo, mo_age = first @ income, second @ income * age
    ls = sl.Normal(B[0] + B[1] * mo + c * age + d * mo_age, observed=True)


class Phylogeny(sl.Model):
    """phen ~ cofactor + (1 | gr(phylo, cov = A)) + (1 | species)"""

    species = sl.Level()
    ab = sl.effects(1, "cofactor")
    phylo, S = sl.Normal(0, over=species, corr="A"), sl.Normal(0, over=species)
    phen = sl.Normal(ab + phylo + S, observed=True)


class Correlations(sl.Model):
    """Zr | se(sqrt(1 / (N - 3))) ~ 1 + (1 | obs)"""

    true = sl.effects(1, over=sl.rows)
    Zr = sl.Normal(true, sl.sqrt(1 / (sl.data("N") - 3)), observed=True)


class BetaBinomial2(sl.Model):
    """incidence | vint(size) ~ period + (1 | herd), beta_binomial2"""

    herd = sl.Level()
    b, phi = sl.effects(1, "period"), sl.Gamma(0.1, 0.1)
    H = sl.Normal(0, over=herd)
    incidence = sl.BetaBinomial(
        sl.data("size"), logit=b + H, concentration=phi, observed=True
    )


class Epilepsy(sl.Model):
    """count ~ zAge + zBase * Trt + (1 | patient) + (1 | obs), poisson"""

    patient = sl.Level()
    X = sl.covariates(sl.standardize("base"), "Trt")
    b = sl.effects(1, sl.standardize("age"), X, sl.interactions(X))
    P, extra = sl.Normal(0, over=patient), sl.Normal(0, over=sl.rows)
    count = sl.Poisson(log=b + P + extra, observed=True)


class MultipleMembership(sl.Model):
    """y ~ 1 + (1 | mm(s1, s2, weights = cbind(w1, w2)))"""

    school = sl.Level("s1")
    first, second = sl.Level("s1", of=school), sl.Level("s2", of=school)
    mean, S = sl.Normal(), sl.Normal(0, over=school)
    mine = sl.data("w1") * S[first] + sl.data("w2") * S[second]
    y = sl.Normal(mean + mine, observed=True)


class Cholesterol(sl.Model):
    """bmi | mi() ~ age * mi(chl), chl | mi() ~ age"""

    to_chl, b = sl.effects(1, "age"), sl.effects(1, "age")
    by_chl, by_both = sl.Normal(), sl.Normal()
    chl = sl.Normal(to_chl, observed=True, missing="model")
    slope = by_chl + by_both * sl.data("age")
    bmi = sl.Normal(b + slope * chl, observed=True, missing="model")


MODELS = (
    Published(
        name="inhaler",
        source="brms, overview",
        model=Inhaler,
        data=data.inhaler,
        lines=6,
        brms="""\
brm(rating ~ treat + period + carry + (1 | subject), data = inhaler,
    family = cumulative())
""",
        bambi="""\
bmb.Model("rating ~ 0 + treat + period + carry + (1|subject)", inhaler,
          family="cumulative")
""",
    ),
    Published(
        name="brms_inhaler_in_steps",
        source="brms, overview",
        model=InhalerInSteps,
        data=data.inhaler,
        lines=7,
        brms="""\
brm(rating ~ period + carry + cs(treat) + (1 | subject), data = inhaler,
    family = sratio(threshold = "equidistant"))""",
        bambi=None,
    ),
    Published(
        name="brms_unequal_variances",
        source="brms, ordinal probit with unequal variances (Buerkner and Vuorre 2019)",
        model=UnequalVariances,
        data=data.stem_cells,
        lines=4,
        brms="""\
brm(bf(rating ~ belief) + lf(disc ~ 0 + belief, cmc = FALSE), data = d,
    family = cumulative("probit"))""",
        bambi=None,
    ),
    Published(
        name="symptoms",
        source="brms, distributional models",
        model=Symptoms,
        data=data.symptoms,
        lines=3,
        brms="brm(bf(symptom_post ~ group, sigma ~ group), data = dat1)",
        bambi='bmb.Model(bmb.Formula("symptom_post ~ group", "sigma ~ group"), dat1)',
    ),
    Published(
        name="growth",
        source="brms, non-linear models",
        model=Growth,
        data=data.curve,
        lines=3,
        brms="""\
brm(bf(y ~ b1 * exp(b2 * x), b1 + b2 ~ 1, nl = TRUE), data = dat1,
    prior = prior(normal(1, 2), nlpar = "b1") + prior(normal(0, 2), nlpar = "b2"))
""",
        bambi=None,
    ),
    Published(
        name="loss",
        source="brms, non-linear models",
        model=Loss,
        data=data.loss,
        lines=7,
        brms="""\
brm(bf(cum ~ ult * (1 - exp(-(dev / theta)^omega)), ult ~ 1 + (1 | AY), omega ~ 1,
       theta ~ 1, nl = TRUE),
    data = loss,
    prior = prior(normal(5000, 1000), nlpar = "ult") +
      prior(normal(1, 2), nlpar = "omega", lb = 0) +
      prior(normal(45, 10), nlpar = "theta", lb = 0))
""",
        bambi=None,
    ),
    Published(
        name="loss_by_year",
        source="brms, multilevel models",
        model=LossByYear,
        data=data.loss,
        lines=7,
        brms="""\
brm(bf(cum ~ ult * (1 - exp(-(dev / theta)^omega)),
       ult + omega + theta ~ 1 + (1 | ID | AY), nl = TRUE),
    data = loss,
    prior = prior(normal(5000, 1000), nlpar = "ult") +
      prior(normal(1, 2), nlpar = "omega") + prior(normal(45, 10), nlpar = "theta"))
""",
        bambi=None,
    ),
    Published(
        name="guessing",
        source="brms, non-linear models",
        model=Guessing,
        data=data.abilities,
        lines=4,
        brms="""\
brm(bf(answer ~ guess + (1 - guess) * inv_logit(eta), eta ~ 1 + ability, guess ~ 1,
       nl = TRUE),
    data = dat_ir, family = bernoulli(link = "identity"),
    prior = prior(normal(0, 5), nlpar = "eta") +
      prior(beta(1, 1), nlpar = "guess", lb = 0, ub = 1))
""",
        bambi=None,
    ),
    Published(
        name="tits",
        source="brms, multivariate models",
        model=Tits,
        data=data.tits,
        lines=7,
        brms="""\
brm(bf(mvbind(tarsus, back) ~ sex + hatchdate + (1 | p | fosternest) + (1 | q | dam)) +
      set_rescor(TRUE), data = BTdata)
""",
        bambi=None,
    ),
    Published(
        name="satisfaction",
        source="brms, monotonic effects",
        model=Satisfaction,
        data=data.satisfaction,
        lines=8,
        brms="brm(ls ~ mo(income) * age + (mo(income) | city), data = dat)",
        bambi=None,
    ),
    Published(
        name="phylogeny",
        source="brms, phylogenetic models",
        model=Phylogeny,
        data=data.phylogeny,
        tables=data.relations,
        lines=5,
        brms="""\
brm(phen ~ cofactor + (1 | gr(phylo, cov = A)) + (1 | species), data = data_repeat,
    data2 = list(A = A))
""",
        bambi=None,
    ),
    Published(
        name="correlations",
        source="brms, phylogenetic models",
        model=Correlations,
        data=data.zr,
        lines=3,
        brms="brm(Zr | se(sqrt(1 / (N - 3))) ~ 1 + (1 | obs), data = data_fisher)",
        bambi=None,
    ),
    Published(
        name="beta_binomial2",
        source="brms, custom families",
        model=BetaBinomial2,
        data=lambda: r_data("lme4", "cbpp", "period"),
        lines=7,
        brms="""\
brm(incidence | trials(size) ~ period + (1 | herd), data = cbpp,
    family = beta_binomial())
""",
        bambi="""\
bmb.Model("p(incidence, size) ~ period + (1|herd)", cbpp, family="beta_binomial")
""",
    ),
    Published(
        name="epilepsy",
        source="brms, overview and threading",
        model=Epilepsy,
        data=data.epilepsy,
        lines=6,
        brms="""\
brm(count ~ zAge + zBase * Trt + (1 | patient) + (1 | obs), data = epilepsy,
    family = poisson())
""",
        bambi="""\
bmb.Model("count ~ zAge + zBase*Trt + (1|patient) + (1|obs)", epilepsy,
          family="poisson")
""",
    ),
    Published(
        name="multiple_membership",
        source="brms, multilevel models",
        model=MultipleMembership,
        data=data.members,
        lines=6,
        brms="brm(y ~ 1 + (1 | mm(s1, s2, weights = cbind(w1, w2))), data = dat)",
        bambi=None,
    ),
    Published(
        name="nhanes",
        source="brms, vignette brms_missings",
        model=Cholesterol,
        data=data.nhanes,
        lines=6,
        brms="""\
formula <- bf(bmi | mi() ~ age * mi(chl)) + bf(chl | mi() ~ age) + set_rescor(FALSE)
brm(formula, data = nhanes)""",
        bambi=None,
    ),
)
