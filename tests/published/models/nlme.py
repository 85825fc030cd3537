"""Models of Pinheiro and Bates (2000)."""

import stanlevels as sl
from tests.published.frames.r import r_data
from tests.published.record import Published


class Machines(sl.Model):
    """score ~ Machine + (0 + Machine | Worker)"""

    Worker = sl.Level()
    machine = sl.data("Machine", categorical=True, coding="indicator")
    B = sl.effects(machine, over=Worker)
    score = sl.Normal(B, observed=True)


class Orthodont(sl.Model):
    """distance ~ age * Sex + (age || Subject), varIdent(~ 1 | Sex)"""

    Subject, Sex = sl.Level(), sl.Level()
    X = sl.covariates("age", "Sex")
    b = sl.effects(1, X, sl.interactions(X))
    B = sl.effects(1, "age", over=Subject, mean=0, correlated=False)
    noise = sl.HalfNormal(5, over=Sex)
    distance = sl.Normal(b + B, noise, observed=True)


MODELS = (
    Published(
        name="Machines",
        source="nlme, Machines",
        model=Machines,
        data=lambda: r_data("nlme", "Machines"),
        lines=5,
        brms="brm(score ~ Machine + (0 + Machine | Worker), data = Machines)",
        bambi=None,
    ),
    Published(
        name="Orthodont",
        source="nlme, Orthodont",
        model=Orthodont,
        data=lambda: r_data("nlme", "Orthodont"),
        lines=7,
        brms="""\
brm(bf(distance ~ age * Sex + (age || Subject), sigma ~ Sex), data = Orthodont)
""",
        bambi="""\
bmb.Model(bmb.Formula("distance ~ age * Sex + (age|Subject)", "sigma ~ Sex"), orthodont)
""",
    ),
)
