"""Models of Raudenbush and Bryk (2002)."""

import stanlevels as sl
from tests.published.frames.r import r_data
from tests.published.record import Published


class HighSchoolAndBeyond(sl.Model):
    """mathach ~ cses * (meanses + sector) + (cses | school)"""

    school = sl.Level()
    Z = sl.covariates(1, "meanses", "sector")
    intercept, slope = sl.effects(Z), sl.effects(Z)
    B = sl.effects(1, "cses", over=school, mean=[intercept, slope])
    mAch = sl.Normal(B, observed=True)


MODELS = (
    Published(
        name="HSB",
        source="Raudenbush and Bryk, ch. 4",
        model=HighSchoolAndBeyond,
        data=lambda: r_data("mlmRev", "Hsb82"),
        lines=6,
        brms="brm(mAch ~ cses * (meanses + sector) + (cses | school), data = Hsb82)",
        bambi=None,
    ),
)
