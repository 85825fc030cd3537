"""Radon in 919 houses of 85 counties: a varying intercept, a covariate of houses and one of counties.

The data and where they come from: examples/data/README.md.
"""

from pathlib import Path

import pandas as pd

import stanlevels as sl


class Radon(sl.Model):
    """Log radon in houses, by the floor it was measured on and the county's uranium."""

    county = sl.Level()

    base = sl.Normal(0, 5)
    uranium_effect = sl.Normal(0, 2)
    floor_effect = sl.Normal(0, 2)
    county_sd = sl.HalfNormal(1)
    house_sd = sl.HalfNormal(1)

    county_level = sl.Normal(base + uranium_effect * sl.data("uranium"), county_sd, over=county)
    log_radon = sl.Normal(county_level + floor_effect * sl.data("floor"), house_sd, observed=True)


def load() -> pd.DataFrame:
    """The measurements, a row per house."""
    return pd.read_csv(Path(__file__).parent / "data" / "radon.csv")


def main(seed: int = 1, **settings):
    """Fit, and print what was found."""
    bound = Radon.bind(load())
    print(bound.plan, end="\n\n")
    fit = bound.fit(seed=seed, **settings)
    print(fit.summary(), end="\n\n")
    print("log radon in basements of each county; deviation: from what its uranium says")
    print(fit.effects("county_level"))
    return fit


if __name__ == "__main__":
    main()
