"""Models of Bambi's example notebooks."""

import stanlevels as sl
from tests.published.frames import bambi as frames
from tests.published.record import Published


class Escs(sl.Model):
    """drugs ~ o + c + e + a + n"""

    b = sl.effects(1, "o", "c", "e", "a", "n")
    drugs = sl.Normal(b, observed=True)


class Strack(sl.Model):
    """
    value ~ condition + age + gender + (1 | uid)
    + (condition || study) + (condition || stimulus)
    """

    uid, study, stimulus = sl.Level(), sl.Level(), sl.Level()
    b, U = sl.effects(1, "condition", "age", "gender"), sl.Normal(0, over=uid)
    V = sl.effects(1, "condition", over=study, mean=0, correlated=False)
    W = sl.effects(1, "condition", over=stimulus, mean=0, correlated=False)
    value = sl.Normal(b + U + V + W, observed=True)


class Shooter(sl.Model):
    """rate ~ race * object + (race * object | subject) + (object | target)"""

    subject, target = sl.Level(), sl.Level()
    both = sl.interactions("race", "object")
    B = sl.effects(1, "race", "object", both, over=subject)
    T = sl.effects(1, "object", over=target, mean=0)
    rate = sl.Normal(B + T, observed=True)


class Robust(sl.Model):
    """y ~ x, family t"""

    b = sl.effects(1, "x")
    y = sl.StudentT(mu=b, observed=True)


class Falls(sl.Model):
    """x ~ t + t^2 + (t + t^2 | astronaut)"""

    astronaut = sl.Level()
    B = sl.effects(1, "t", sl.data("t") ** 2, over=astronaut, correlated=False)
    x = sl.Normal(B, observed=True)


class Absences(sl.Model):
    """daysabs ~ 0 + prog + prog:scale(math), negative binomial"""

    prog = sl.data("prog", categorical=True, coding="indicator")
    b = sl.effects(prog, prog * sl.standardize("math"))
    daysabs = sl.NegBinomial(log=b, observed=True)


class Iris(sl.Model):
    """species ~ sepal_length + sepal_width + petal_length + petal_width, categorical"""

    X = sl.covariates(1, "sepal_length", "sepal_width", "petal_length", "petal_width")
    b, c = sl.Normal(over=X), sl.Normal(over=X)
    species = sl.Categorical(logit=[0, b @ X, c @ X], observed=True)


class Blossoms(sl.Model):
    """doy ~ bs(year)"""

    b = sl.effects(1, "year", sl.spline("year", knots=10))
    doy = sl.Normal(b, observed=True)


class Mundlak(sl.Model):
    """y ~ x + mean(x by g) + (1 | g)"""

    g = sl.Level()
    b = sl.effects(1, "x", sl.mean("x", over=g))
    A = sl.Normal(0, over=g)
    y = sl.Normal(b + A, observed=True)


class Curves(sl.Model):
    """y ~ 0 + hsgp(x, by=fac, m=20, c=1.5)"""

    fac = sl.Level()
    f = sl.GP("x", over=fac, basis=20)
    y = sl.Normal(f, observed=True)


MODELS = (
    Published(
        name="bambi_escs",
        source="Bambi, ESCS",
        model=Escs,
        data=frames.personality,
        lines=3,
        brms="brm(drugs ~ o + c + e + a + n, data = escs)",
        bambi='bmb.Model("drugs ~ o + c + e + a + n", escs)',
    ),
    Published(
        name="bambi_strack",
        source="Bambi, Strack replication",
        model=Strack,
        data=frames.cartoons,
        lines=6,
        brms="""\
brm(value ~ condition + age + gender + (1 | uid) + (1 + condition || study) +
      (1 + condition || stimulus), data = long)""",
        bambi="""\
formula = (
    "value ~ condition + age + gender"
    " + (1|uid) + (condition|study) + (condition|stimulus)"
)
bmb.Model(formula, long)""",
    ),
    Published(
        name="bambi_shooter",
        source="Bambi, shooter",
        model=Shooter,
        data=frames.shooter,
        lines=6,
        brms="""\
brm(rate ~ race * object + (race * object | subject) + (object | target),
    data = shooter)""",
        bambi=None,
    ),
    Published(
        name="bambi_robust",
        source="Bambi, robust linear regression",
        model=Robust,
        data=frames.outliers,
        lines=3,
        brms="brm(y ~ x, data = d, family = student())",
        bambi='bmb.Model("y ~ x", d, family="t")',
    ),
    Published(
        name="bambi_falls",
        source="Bambi, polynomial regression",
        model=Falls,
        data=frames.falls,
        lines=4,
        brms="brm(x ~ t + I(t^2) + (t + I(t^2) || astronaut), data = d)",
        bambi='bmb.Model("x ~ t + I(t**2) + (t + I(t**2)|astronaut)", d)',
    ),
    Published(
        name="bambi_absences",
        source="Bambi, negative binomial regression",
        model=Absences,
        data=frames.absences,
        lines=4,
        brms="""\
brm(daysabs ~ 0 + prog + prog:scale(math), data = d, family = negbinomial())""",
        bambi="""\
bmb.Model("daysabs ~ 0 + prog + prog:scale(math)", d, family="negativebinomial")""",
    ),
    Published(
        name="bambi_iris",
        source="Bambi, categorical regression",
        model=Iris,
        data=frames.iris,
        lines=4,
        brms="""\
brm(species ~ sepal_length + sepal_width + petal_length + petal_width, data = iris,
    family = categorical())""",
        bambi="""\
bmb.Model("species ~ sepal_length + sepal_width + petal_length + petal_width", iris,
          family="categorical")""",
    ),
    Published(
        name="bambi_blossoms",
        source="Bambi, cherry blossoms; Rethinking, ch. 4",
        model=Blossoms,
        data=frames.blossoms,
        lines=3,
        brms="""\
brm(doy ~ 0 + splines::bs(year, knots = knots, intercept = TRUE), data = d)""",
        bambi='bmb.Model("doy ~ 0 + bs(year, knots=knots, intercept=True)", d)',
    ),
    Published(
        name="bambi_mundlak",
        source="Bambi, within and between groups",
        model=Mundlak,
        data=frames.within_and_between,
        lines=5,
        brms="brm(y ~ x + ave(x, g) + (1 | g), data = d)",
        bambi='bmb.Model("y ~ x + x_mean + (1|g)", d)',
    ),
    Published(
        name="bambi_hsgp",
        source="Bambi, Hilbert-space Gaussian processes by group",
        model=Curves,
        data=frames.curves,
        lines=4,
        brms=None,
        bambi='bmb.Model("y ~ 0 + hsgp(x, by=fac, m=20, c=1.5)", d)',
    ),
)
