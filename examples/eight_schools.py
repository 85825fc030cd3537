"""Eight schools: effects with known standard errors, the smallest multilevel model.

Data: D. B. Rubin (1981), Estimation in parallel randomized experiments, Journal of Educational
Statistics 6, 377-401.
"""

import pandas as pd

import stanlevels as sl


class EightSchools(sl.Model):
    """Effects of coaching, each estimated with a known standard error."""

    school = sl.Level()
    mean = sl.Normal(0, 5)
    spread = sl.HalfCauchy(5)
    effect = sl.Normal(mean, spread, over=school)
    estimate = sl.Normal(effect, sl.data("se"), observed=True)


def load() -> pd.DataFrame:
    """An estimate and its standard error for each school."""
    estimates, errors = [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]
    return pd.DataFrame({"school": list("ABCDEFGH"), "estimate": estimates, "se": errors})


def main(seed: int = 1, target_accept: float = 0.95, **settings):
    """Fit, and print what was found."""
    fit = EightSchools.fit(load(), seed=seed, target_accept=target_accept, **settings)
    print(fit.summary(), end="\n\n")
    print(fit.effects("effect"))
    return fit


if __name__ == "__main__":
    main()
