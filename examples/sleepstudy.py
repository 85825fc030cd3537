"""Reaction times of 18 subjects over ten days with little sleep: correlated intercepts and slopes.

The data and where they come from: examples/data/README.md.
"""

from pathlib import Path

import pandas as pd

import stanlevels as sl


class Sleepstudy(sl.Model):
    """A line per subject; intercepts and slopes may be correlated."""

    subject = sl.Level()
    effect = sl.Index(["intercept", "slope"])

    intercept = sl.Normal(250, 100)
    slope = sl.Normal(0, 50)
    sds = sl.HalfNormal(50, over=effect)
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(50)

    B = sl.MultiNormal([intercept, slope], sds, corr, over=subject)
    reaction = sl.Normal(B[0] + B[1] * sl.data("days"), noise, observed=True)


def load() -> pd.DataFrame:
    """The measurements, a row per subject and day."""
    return pd.read_csv(Path(__file__).parent / "data" / "sleepstudy.csv")


def main(seed: int = 1, **settings):
    """Fit, and print what was found."""
    bound = Sleepstudy.bind(load())
    print(bound.plan, end="\n\n")
    fit = bound.fit(seed=seed, **settings)
    print(fit.summary().round(2).to_string(), end="\n\n")
    print(fit.effects("B").round(2).to_string(index=False))
    return fit


if __name__ == "__main__":
    main()
