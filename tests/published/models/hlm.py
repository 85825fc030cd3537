"""Models of Raudenbush and Bryk (2002)."""

import stanlevels as sl
from tests.published.frames.r import r_data
from tests.published.record import Published


class HighSchoolAndBeyond(sl.Model):
    """mathach ~ cses * (meanses + sector) + (cses | school)"""

    school = sl.Level()
    Z = sl.covariates("meanses", sl.data("sector", categorical=True))
    a, b, for_a, for_b = sl.Normal(), sl.Normal(), sl.Normal(over=Z), sl.Normal(over=Z)
    B = sl.MultiNormal([a + for_a @ Z, b + for_b @ Z], over=school)
    mAch = sl.Normal(B[0] + B[1] * sl.data("cses"), observed=True)


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
