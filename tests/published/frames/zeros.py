"""Data with more zeros than a distribution has, and of several kinds."""

import numpy as np
import pandas as pd


def fish() -> pd.DataFrame:
    """Fish that 250 groups of visitors caught, or went without."""
    rng = np.random.default_rng(81)
    persons, child, camper = rng.integers(1, 5, 250), rng.integers(0, 4, 250), rng.integers(0, 2, 250)
    mean = np.exp(-1 + 0.8 * persons - 1.0 * child + 0.8 * camper)
    none = rng.random(250) < 1 / (1 + np.exp(1 - child))
    count = np.where(none, 0, rng.poisson(mean))
    return pd.DataFrame({"count": count, "persons": persons, "child": child, "camper": camper})


def salamanders() -> pd.DataFrame:
    """Salamanders of seven species at 23 sites, of which some are mined."""
    rng = np.random.default_rng(82)
    site, species = np.divmod(np.arange(23 * 28), 28)
    mined = site % 2
    mean = np.exp(0.8 - 0.8 * mined + rng.normal(0, 0.3, 23)[site] + 0.2 * (species % 7 - 3))
    count = np.where(rng.random(len(site)) < 0.3 + 0.4 * mined, 0, rng.negative_binomial(2, 2 / (2 + mean)))
    mine, spp = np.array(["no", "yes"])[mined], np.array(list("abcdefg"))[species % 7]
    return pd.DataFrame({"site": site, "mined": mine, "spp": spp, "count": count})


def owls() -> pd.DataFrame:
    """Calls of the owlets of 27 nests, by food and the parent's sex."""
    rng = np.random.default_rng(83)
    nest, n = rng.integers(0, 27, 500), 500
    food, sex = rng.integers(0, 2, n), rng.integers(0, 2, n)
    brood = rng.integers(1, 8, n)
    mean = brood * np.exp(0.5 - 0.3 * food + rng.normal(0, 0.3, 27)[nest])
    calls = np.where(rng.random(n) < 0.25, 0, rng.negative_binomial(1.5, 1.5 / (1.5 + mean)))
    food_treatment, parent = np.array(["Deprived", "Satiated"])[food], np.array(["Female", "Male"])[sex]
    data = {"nest": nest, "food": food_treatment, "sex": parent, "brood": brood, "calls": calls}
    return pd.DataFrame(data)


def mixed() -> pd.DataFrame:
    """500 numbers of three kinds."""
    rng = np.random.default_rng(84)
    kind = rng.choice(3, 500, p=[0.35, 0.4, 0.25])
    return pd.DataFrame({"x": rng.normal(np.array([0, 5, 10])[kind], np.array([0.5, 2.0, 0.75])[kind])})
