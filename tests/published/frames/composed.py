"""Data for outcomes that are composed of others."""

import numpy as np
import pandas as pd


def trees() -> pd.DataFrame:
    """Trees of four species in 20 plots."""
    rng = np.random.default_rng(71)
    shares = rng.dirichlet([6.0, 3.0, 2.0, 1.0], 20)
    counts = np.array([rng.multinomial(50, p) for p in shares])
    return pd.DataFrame(counts, columns=["pine", "oak", "ash", "elm"]).assign(trees=50)


def reactions() -> pd.DataFrame:
    """Reaction times of 20 subjects under two conditions, with a tail of slow ones."""
    rng = np.random.default_rng(72)
    subj, trial = np.divmod(np.arange(400), 20)
    mean = 500 + rng.normal(0, 50, 20)[subj] + 30 * (trial % 2)
    rt = rng.normal(mean, 40) + rng.exponential(100, 400)
    return pd.DataFrame({"subj": subj, "cond": trial % 2, "rt": rt.round()})


def growth() -> pd.DataFrame:
    """Body mass of 300 children by age, more spread among the older."""
    rng = np.random.default_rng(73)
    age = rng.uniform(2, 18, 300)
    return pd.DataFrame({"age": age, "bmi": np.exp(rng.normal(2.75 + 0.018 * age, 0.05 + 0.008 * age))})


def manuscripts() -> pd.DataFrame:
    """Manuscripts that a monastery finishes on each of 365 days, none where the monks are drunk."""
    rng = np.random.default_rng(74)
    y = rng.poisson(1, 365) * rng.binomial(1, 0.8, 365)
    return pd.DataFrame({"y": y, "none": (y == 0).astype(int), "some": (y > 0).astype(int)})
