"""Reaction times of 18 subjects over ten days with little sleep: correlated intercepts and slopes.

The data and where they come from: examples/data/README.md.
"""

from pathlib import Path

import pandas as pd

import stanlevels as sl


class Sleepstudy(sl.Model):
    """A line per subject; intercepts and slopes may be correlated."""

    subject = sl.Level()
    B = sl.effects(1, "days", over=subject)
    reaction = sl.Normal(B, observed=True)


def load() -> pd.DataFrame:
    """The measurements, a row per subject and day."""
    return pd.read_csv(Path(__file__).parent / "data" / "sleepstudy.csv")


def main(seed: int = 1, **settings):
    """Fit, and print what was found."""
    bound = Sleepstudy.bind(load())
    print(Sleepstudy, end="\n\n")
    print(bound.plan, end="\n\n")
    fit = bound.fit(seed=seed, **settings)
    print(fit.summary(), end="\n\n")
    print(fit.effects("B"))
    return fit


if __name__ == "__main__":
    main()
