"""Models of lme4's help pages, vignettes and data sets."""

import stanlevels as sl
from tests.literature.frames import frame
from tests.published.record import Published


class Sleepstudy(sl.Model):
    """Reaction ~ Days + (Days | Subject)"""

    Subject = sl.Level()
    a, b = sl.Normal(), sl.Normal()
    B = sl.MultiNormal([a, b], over=Subject)
    Reaction = sl.Normal(B["a"] + B["b"] * sl.data("Days"), observed=True)


class Penicillin(sl.Model):
    """diameter ~ 1 + (1 | plate) + (1 | sample)"""

    plate, dish = sl.Level(), sl.Level("sample")
    mean = sl.Normal()
    P, S = sl.Normal(0, over=plate), sl.Normal(0, over=dish)
    diameter = sl.Normal(mean + P + S, observed=True)


class Pastes(sl.Model):
    """strength ~ 1 + (1 | batch / cask)"""

    batch = sl.Level()
    cask = sl.Level(within=batch)
    mean = sl.Normal()
    B = sl.Normal(mean, over=batch)
    C = sl.Normal(B, over=cask)
    strength = sl.Normal(C, observed=True)


MODELS = (
    Published(
        name="sleepstudy",
        source="lme4, ?sleepstudy",
        model=Sleepstudy,
        data=lambda: frame("lme4", "sleepstudy"),
        lines=5,
        brms="brm(Reaction ~ Days + (Days | Subject), data = sleepstudy)",
        bambi=None,
    ),
    Published(
        name="Penicillin",
        source="lme4, ?Penicillin",
        model=Penicillin,
        data=lambda: frame("lme4", "Penicillin"),
        lines=5,
        brms="brm(diameter ~ 1 + (1 | plate) + (1 | sample), data = Penicillin)",
        bambi='bmb.Model("diameter ~ 1 + (1|plate) + (1|sample)", penicillin)',
    ),
    Published(
        name="Pastes",
        source="lme4, ?Pastes",
        model=Pastes,
        data=lambda: frame("lme4", "Pastes"),
        lines=7,
        brms="brm(strength ~ 1 + (1 | batch/cask), data = Pastes)",
        bambi='bmb.Model("strength ~ 1 + (1|batch/cask)", pastes)',
    ),
)
