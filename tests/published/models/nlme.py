"""Models of Pinheiro and Bates (2000)."""

import stanlevels as sl
from tests.published.frames.r import r_data
from tests.published.record import Published


class Machines(sl.Model):
    """score ~ Machine + (0 + Machine | Worker)"""

    Worker = sl.Level()
    Machine = sl.data("Machine", categorical=True, coding="indicator")
    mean = sl.Normal(over=Machine)
    B = sl.MultiNormal(mean, over=(Worker, Machine))
    score = sl.Normal(B @ Machine, observed=True)


class Orthodont(sl.Model):
    """distance ~ age * Sex + (age || Subject), varIdent(~ 1 | Sex)"""

    Sex = sl.Level()
    Subject = sl.Level(within=Sex)
    a, b = sl.Normal(0, over=Sex), sl.Normal(0, over=Sex)
    A, B = sl.Normal(a, over=Subject), sl.Normal(b, over=Subject)
    noise = sl.HalfNormal(over=Sex)
    distance = sl.Normal(A + B * sl.data("age"), noise, observed=True)


MODELS = (
    Published(
        name="Machines",
        source="nlme, Machines",
        model=Machines,
        data=lambda: r_data("nlme", "Machines"),
        lines=6,
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
