"""Tumours among rats in 71 experiments: beta probabilities of successes, all integrated out.

Data: R. E. Tarone (1982), The use of historical control information in testing for a trend in proportions,
Biometrics 38, 215-220. Model: A. Gelman, J. B. Carlin, H. S. Stern, D. B. Dunson, A. Vehtari and D. B. Rubin
(2013), Bayesian Data Analysis, third edition, section 5.3: their prior, (alpha + beta)^(-5/2), is uniform in
the mean and in the root of 1 / (alpha + beta).
"""

import pandas as pd

import stanlevels as sl


class Rats(sl.Model):
    """The probability of a tumour in each experiment."""

    experiment = sl.Level()
    mean = sl.Beta(1, 1)
    spread = sl.Uniform(0, 3)
    alpha = mean / sl.square(spread)
    beta = (1 - mean) / sl.square(spread)
    probability = sl.Beta(alpha, beta, over=experiment)
    tumours = sl.Binomial(sl.data("rats"), probability, observed=True)


TUMOURS = """
0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 2 2 2 2 2 2 2 2 2 1 5 2 5 3
2 7 7 3 3 2 9 10 4 4 4 4 4 4 4 10 4 4 4 5 11 12 5 5 6 5 6 6 6 6 16 15 15 9 4
"""
RATS = """
20 20 20 20 20 20 20 19 19 19 19 18 18 17 20 20 20 20 19 19 18 18 25 24 23 20 20 20 20 20 20 10 49 19 46 27
17 49 47 20 20 13 48 50 20 20 20 20 20 20 20 48 19 19 19 22 46 49 20 20 23 19 22 20 20 20 52 46 47 24 14
"""


def load() -> pd.DataFrame:
    """Rats and rats with a tumour; the last experiment is the current one, the others came before."""
    tumours, rats = ([int(number) for number in text.split()] for text in (TUMOURS, RATS))
    return pd.DataFrame({"experiment": range(1, len(rats) + 1), "tumours": tumours, "rats": rats})


def main(seed: int = 1, **settings):
    """Fit, and print what was found."""
    fit = Rats.fit(load(), seed=seed, **settings)
    print(fit.summary(), end="\n\n")
    print(fit.effects("probability"))
    return fit


if __name__ == "__main__":
    main()
