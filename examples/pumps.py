"""Failures of ten pumps of a nuclear power plant, each watched for another time: gamma rates of counts.

Data: D. P. Gaver and I. G. O'Muircheartaigh (1987), Robust empirical Bayes analyses of event rates,
Technometrics 29, 1-15. Model: E. I. George, U. E. Makov and A. F. M. Smith (1993), Conjugate likelihood
distributions, Scandinavian Journal of Statistics 20, 147-156.

Rates are integrated out: two numbers are sampled, and each pump's rate comes back from its own gamma
distribution.
"""

import pandas as pd

import stanlevels as sl


class Pumps(sl.Model):
    """Failures per 1,000 hours."""

    pump = sl.Level()
    shape = sl.Exponential(1)
    inverse_scale = sl.Gamma(0.1, 1)
    rate = sl.Gamma(shape, inverse_scale, over=pump)
    failures = sl.Poisson(rate * sl.data("hours"), observed=True)


def load() -> pd.DataFrame:
    """Failures of each pump, and its thousands of hours."""
    failures = [5, 1, 5, 14, 3, 19, 1, 1, 4, 22]
    hours = [94.3, 15.7, 62.9, 126, 5.24, 31.4, 1.05, 1.05, 2.1, 10.5]
    return pd.DataFrame({"pump": range(1, 11), "failures": failures, "hours": hours})


def main(seed: int = 1, **settings):
    """Fit, and print what was found."""
    fit = Pumps.fit(load(), seed=seed, **settings)
    print(fit.summary(), end="\n\n")
    print(fit.effects("rate"))
    return fit


if __name__ == "__main__":
    main()
