"""Models of times, and of outcomes of which not all is known."""

import stanlevels as sl
from tests.published.frames import survival as frames
from tests.published.record import Published


class Kidney(sl.Model):
    """time | cens(censored) ~ age * sex + disease + (1 + age | patient), lognormal"""

    patient, age = sl.Level(), sl.data("age")
    sex, disease = (sl.data(c, categorical=True) for c in ("sex", "disease"))
    b = sl.effects(sex, age * sex, disease)
    B = sl.effects(1, age, over=patient)
    time = sl.LogNormal(B + b, observed=True, censored="censored")


class WeibullSurvival(sl.Model):
    """time, censored ~ weibull(alpha, exp(b0 + b1 * metastized))"""

    b = sl.effects(1, "metastized")
    time = sl.Weibull(log=b, observed=True, censored="alive")


class Truncated(sl.Model):
    """y ~ Truncated(Normal(m * x + c, sigma), lower=-5, upper=5)"""

    b = sl.effects(1, "x")
    y = sl.Normal(b, lower=-5, upper=5, observed=True)


class Censored(sl.Model):
    """y ~ Censored(Normal(m * x + c, sigma), lower=-5, upper=5)"""

    b = sl.effects(1, "x")
    y = sl.Normal(b, observed=True, censored="status")


class Cirrhosis(sl.Model):
    """
    logBili ~ year + (year | id)
    Surv(futime, death) ~ sex + trt, weibull, assoc = "shared_b(1)"
    """

    patient = sl.Level("id")
    B = sl.effects(1, "year", over=patient)
    logBili = sl.Normal(B, observed=True)
    b, share = sl.effects(1, "sex", "trt"), sl.Normal(0, 1)
    eta = b + share * B[1]
    futime = sl.Weibull(log=eta, over=patient, observed=True, censored="alive")


MODELS = (
    Published(
        name="kidney",
        source="brms, overview",
        model=Kidney,
        data=frames.kidneys,
        lines=6,
        brms="""\
brm(time | cens(censored) ~ age * sex + disease + (1 + age | patient), kidney,
    family = lognormal())""",
        bambi=None,
    ),
    Published(
        name="weibull_survival",
        source="Bambi, survival; PyMC, Weibull",
        model=WeibullSurvival,
        data=frames.patients,
        lines=3,
        brms="""\
brm(time | cens(1 - event) ~ metastized, data = mastectomy, family = weibull())""",
        bambi="""\
bmb.Model("censored(time, status) ~ metastized", mastectomy, family="weibull")""",
    ),
    Published(
        name="truncated_regression",
        source="PyMC, truncated and censored",
        model=Truncated,
        data=lambda: frames.bent().query("inside"),
        lines=3,
        brms="""\
brm(y | trunc(lb = -5, ub = 5) ~ x, d)""",
        bambi="""\
bmb.Model("truncated(y, -5, 5) ~ x", d)""",
    ),
    Published(
        name="censored_regression",
        source="PyMC, truncated and censored",
        model=Censored,
        data=frames.bent,
        lines=3,
        brms="""\
brm(y | cens(status) ~ x, d)""",
        bambi="""\
bmb.Model("censored(y, status) ~ x", d)""",
    ),
    Published(
        name="cirrhosis",
        source="rstanarm, jm",
        model=Cirrhosis,
        data=frames.livers,
        tables=frames.liver,
        lines=7,
        brms=None,
        bambi=None,
    ),
)
