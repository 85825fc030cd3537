"""Models of rstanarm's vignettes and help pages."""

import stanlevels as sl
from tests.published.frames import rstanarm as data
from tests.published.frames.r import r_data
from tests.published.record import Published


class Orange(sl.Model):
    """circumference ~ SSlogis(age, Asym, xmid, scal) ~ Asym | Tree"""

    Tree = sl.Level()
    Asym = sl.effects(1, over=Tree, mean=sl.Normal(150, 100), sd=sl.HalfNormal(50))
    xmid, scal = sl.Normal(700, 500), sl.Normal(350, 200)
    grown = sl.inv_logit((sl.data("age") - xmid) / scal)
    circumference = sl.Normal(Asym * grown, observed=True)


class Theoph(sl.Model):
    """conc ~ SSfol(Dose, Time, lKe, lKa, lCl) ~ (0 + lKe + lKa + lCl | Subject)"""

    Subject = sl.Level()
    lKe, lKa, lCl = sl.Normal(-2, 1), sl.Normal(0, 1), sl.Normal(-3, 1)
    e, a, c = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    B = sl.MultiNormal([lKe, lKa, lCl], [e, a, c], over=Subject)
    ke, ka, dose, time = sl.exp(B[0]), sl.exp(B[1]), sl.data("Dose"), sl.data("Time")
    curve = (sl.exp(-ke * time) - sl.exp(-ka * time)) / (ka - ke)
    conc = sl.Normal(dose * ke * ka / sl.exp(B[2]) * curve, observed=True)


class Infertility(sl.Model):
    """case ~ spontaneous + induced, strata = stratum"""

    stratum = sl.Level()
    spontaneous, induced = sl.Normal(), sl.Normal()
    odds = spontaneous * sl.data("spontaneous") + induced * sl.data("induced")
    case = sl.ConditionalLogit(odds, within=stratum, observed=True)


class Preferences(sl.Model):
    """cat_pref ~ male * age + (1 | state) + (1 | age) + (1 | eth) + (1 | income)"""

    state, age, eth, income = sl.Level(), sl.Level(), sl.Level(), sl.Level()
    X = sl.covariates("male", "age")
    b = sl.effects(1, X, sl.interactions(X))
    S, A, E, N = [sl.Normal(0, over=units) for units in (state, age, eth, income)]
    cat_pref = sl.Bernoulli(logit=b + S + A + E + N, observed=True)


class Pooling(sl.Model):
    """cbind(Hits, AB - Hits) ~ (1 | Player), binomial"""

    Player = sl.Level()
    P = sl.effects(1, over=Player)
    Hits = sl.Binomial(sl.data("AB"), logit=P, observed=True)


class Baseball(sl.Model):
    """
    theta ~ beta(phi * kappa, (1 - phi) * kappa)
    kappa ~ pareto(1, 1.5)
    """

    Player = sl.Level()
    phi, kappa = sl.Uniform(0, 1), sl.Pareto(1, 1.5)
    theta = sl.Beta(mean=phi, concentration=kappa, over=Player)
    Hits = sl.Binomial(sl.data("AB"), theta, observed=True)


class Roaches(sl.Model):
    """y ~ roach1 + treatment + senior, offset = log(exposure2), neg_binomial_2"""

    b = sl.effects(1, "roach1", "treatment", "senior")
    y = sl.NegBinomial(log=b + sl.log(sl.data("exposure2")), observed=True)


class Gasoline(sl.Model):
    """yield ~ temp + batch | pressure, beta"""

    b, log_phi = sl.effects(1, "temp", "batch"), sl.effects(1, "pressure")
    share = sl.Beta(logit=b, concentration=sl.exp(log_phi), observed="yield")


class Tobacco(sl.Model):
    """tobgp ~ agegp + alcgp, polr"""

    cut = sl.Normal(over=sl.Index(3), ordered=True)
    b = sl.effects("agegp", "alcgp")
    tobgp = sl.OrderedLogistic(b, cut, observed=True)


class Ab(sl.Model):
    """y ~ 0 + (1 | group) + hc, binomial"""

    group = sl.Level()
    b, G = sl.Normal(), sl.Normal(0, over=group)
    y = sl.Bernoulli(logit=G + b * sl.data("hc"), observed=True)


class Weightgain(sl.Model):
    """weightgain ~ 1 + (1 | source) + (1 | type) + (1 | source:type)"""

    source, kind = sl.Level(), sl.Level("type")
    mean, S, K = sl.Normal(), sl.Normal(0, over=source), sl.Normal(0, over=kind)
    SK = sl.Normal(0, over=(source, kind))
    weightgain = sl.Normal(mean + S + K + SK, observed=True)


class Clotting(sl.Model):
    """clot_time ~ log_plasma * lot_id, Gamma(inverse)"""

    lot_id = sl.Level()
    a, b = sl.Normal(0, 1, over=lot_id), sl.Normal(0, 1, over=lot_id)
    shape, inverse = sl.Gamma(1, 0.01), sl.abs(a + b * sl.data("log_plasma"))
    clot_time = sl.Gamma(shape, shape * inverse, observed=True)


MODELS = (
    Published(
        name="orange",
        source="rstanarm, stan_nlmer",
        model=Orange,
        data=lambda: r_data("datasets", "Orange"),
        lines=6,
        brms="""\
brm(bf(circumference ~ Asym / (1 + exp((xmid - age) / scal)), Asym ~ 1 + (1 | Tree),
       xmid + scal ~ 1, nl = TRUE),
    data = Orange,
    prior = prior(normal(150, 100), nlpar = "Asym") +
      prior(normal(700, 500), nlpar = "xmid") + prior(normal(350, 200), nlpar = "scal"))
""",
        bambi=None,
    ),
    Published(
        name="theoph",
        source="rstanarm, stan_nlmer",
        model=Theoph,
        data=lambda: r_data("datasets", "Theoph"),
        lines=8,
        brms="""\
brm(bf(conc ~ Dose * exp(lKe + lKa - lCl) *
         (exp(-exp(lKe) * Time) - exp(-exp(lKa) * Time)) / (exp(lKa) - exp(lKe)),
       lKe + lKa + lCl ~ 1 + (1 | p | Subject), nl = TRUE),
    data = Theoph,
    prior = prior(normal(-2, 1), nlpar = "lKe") + prior(normal(0, 1), nlpar = "lKa") +
      prior(normal(-3, 1), nlpar = "lCl"))
""",
        bambi=None,
    ),
    Published(
        name="preferences",
        source="rstanarm, MRP",
        model=Preferences,
        data=data.preferences,
        lines=6,
        brms="""\
brm(cat_pref ~ male * factor(age) + (1 | state) + (1 | age) + (1 | eth) + (1 | income),
    data = sample, family = bernoulli())
""",
        bambi="""\
bmb.Model("cat_pref ~ male*C(age) + (1|state) + (1|age) + (1|eth) + (1|income)", sample,
          family="bernoulli")
""",
    ),
    Published(
        name="pooling",
        source="rstanarm, pooling",
        model=Pooling,
        data=data.baseball,
        lines=4,
        brms="brm(Hits | trials(AB) ~ (1 | Player), data = bball, family = binomial())",
        bambi='bmb.Model("p(Hits, AB) ~ (1|Player)", bball, family="binomial")',
    ),
    Published(
        name="baseball",
        source="Stan case study, repeated binary trials",
        model=Baseball,
        data=data.baseball,
        lines=5,
        brms=None,
        bambi=None,
    ),
    Published(
        name="roaches",
        source="rstanarm, count data",
        model=Roaches,
        data=data.roaches,
        lines=3,
        brms="""\
brm(y ~ roach1 + treatment + senior + offset(log(exposure2)), data = roaches,
    family = negbinomial())
""",
        bambi="""\
bmb.Model("y ~ roach1 + treatment + senior + offset(log(exposure2))", roaches,
          family="negativebinomial")
""",
    ),
    Published(
        name="gasoline",
        source="rstanarm, beta regression",
        model=Gasoline,
        data=data.gasoline,
        lines=3,
        brms="""\
brm(bf(yield ~ temp + batch, phi ~ pressure), data = GasolineYield, family = Beta())
""",
        bambi="""\
bmb.Model(bmb.Formula("`yield` ~ temp + batch", "kappa ~ pressure"), gasoline,
          family="beta")
""",
    ),
    Published(
        name="tobacco",
        source="rstanarm, ordinal outcomes",
        model=Tobacco,
        data=data.esoph,
        lines=4,
        brms="brm(tobgp ~ agegp + alcgp, data = esoph, family = cumulative())",
        bambi='bmb.Model("tobgp ~ 0 + agegp + alcgp", esoph, family="cumulative")',
    ),
    Published(
        name="ab",
        source="rstanarm, A/B testing",
        model=Ab,
        data=data.ab,
        lines=4,
        brms="brm(y ~ 0 + (1 | group) + hc, data = experiment, family = bernoulli())",
        bambi='bmb.Model("y ~ 0 + (1|group) + hc", experiment, family="bernoulli")',
    ),
    Published(
        name="weightgain",
        source="rstanarm, analysis of variance",
        model=Weightgain,
        data=lambda: r_data("HSAUR", "weightgain"),
        lines=5,
        brms="""\
brm(weightgain ~ 1 + (1 | source) + (1 | type) + (1 | source:type), data = weightgain)
""",
        bambi="""\
bmb.Model("weightgain ~ 1 + (1|source) + (1|type) + (1|source:type)", weightgain)
""",
    ),
    Published(
        name="infert",
        source="rstanarm, stan_clogit",
        model=Infertility,
        data=lambda: r_data("datasets", "infert"),
        lines=5,
        brms=None,
        bambi=None,
    ),
    Published(
        name="clotting",
        source="rstanarm, continuous outcomes",
        model=Clotting,
        data=data.clotting,
        lines=5,
        brms="brm(clot_time ~ log_plasma * lot_id, data = clotting, family = Gamma())",
        bambi='bmb.Model("clot_time ~ log_plasma * lot_id", clotting, family="gamma")',
    ),
)
