"""Data of the shape of those of Gelman and Hill (2007)."""

import numpy as np
import pandas as pd

from tests.published.frames.r import r_data

__all__ = ["acquaintances", "earnings", "election", "pilots", "radon", "stops"]


def radon() -> pd.DataFrame:
    """Radon in houses of Minnesota, uranium in the soil of its 85 counties."""
    return r_data("HLMdiag", "radon").drop(columns="county.name")


def pilots() -> pd.DataFrame:
    """Whether pilots recovered, by treatment group and scenario of the accident."""
    rng = np.random.default_rng(41)
    group, scenario = np.divmod(np.arange(40), 8)
    y = 0.4 + rng.normal(0, 0.05, 5)[group] + rng.normal(0, 0.3, 8)[scenario] + rng.normal(0, 0.2, 40)
    return pd.DataFrame({"group": group + 1, "scenario": scenario + 1, "y": y})


def earnings() -> pd.DataFrame:
    """Earnings by height, ethnicity and age."""
    rng = np.random.default_rng(42)
    n = 400
    eth, age = rng.integers(4, size=n), rng.integers(3, size=n)
    z = rng.normal(size=n)
    mean = 9.6 + rng.normal(0, 0.2, 4)[eth] + rng.normal(0, 0.3, 3)[age]
    log_earn = rng.normal(mean + (0.05 + rng.normal(0, 0.05, 4)[eth]) * z, 0.9)
    eths = np.array(["black", "hispanic", "white", "other"])[eth]
    return pd.DataFrame({"earn": np.exp(log_earn), "z": z, "eth": eths, "age": age + 1})


def election() -> pd.DataFrame:
    """A poll of 1988: votes by sex, ethnicity, age, education and state; states in regions."""
    rng = np.random.default_rng(43)
    n, states = 800, 30
    region = np.arange(states) % 5
    v_prev = rng.normal(0.5, 0.06, size=states)
    of_state = 2.5 * (v_prev - 0.5) + rng.normal(0, 0.2, 5)[region] + rng.normal(0, 0.15, states)
    state, age, edu = (rng.integers(k, size=n) for k in (states, 4, 4))
    female, black = rng.binomial(1, 0.55, size=n), rng.binomial(1, 0.1, size=n)
    logit = 0.5 - 0.1 * female - 1.7 * black + of_state[state] + rng.normal(0, 0.15, (4, 4))[age, edu]
    return pd.DataFrame(
        {
            "y": rng.binomial(1, 1 / (1 + np.exp(-logit))),
            "female": female,
            "black": black,
            "age": age + 1,
            "edu": edu + 1,
            "state": [f"s{i:02d}" for i in state],
            "region": region[state] + 1,
            "v_prev": v_prev[state],
        }
    )


def stops() -> pd.DataFrame:
    """Police stops by precinct and ethnic group, beside arrests of the year before."""
    rng = np.random.default_rng(44)
    precinct, eth = np.divmod(np.arange(75), 3)
    arrests = rng.integers(40, 900, size=75)
    log_rate = -0.5 + np.array([0.4, 0.1, -0.3])[eth] + rng.normal(0, 0.5, 25)[precinct]
    return pd.DataFrame(
        {
            "precinct": precinct + 1,
            "eth": np.array(["black", "hispanic", "white"])[eth],
            "arrests": arrests,
            "stops": rng.poisson(arrests * np.exp(log_rate + rng.normal(0, 0.3, 75))),
        }
    )


def acquaintances() -> pd.DataFrame:
    """How many people of each first name each respondent knows (Zheng, Salganik and Gelman 2006)."""
    rng = np.random.default_rng(45)
    respondent, name = np.divmod(np.arange(40 * 8), 8)
    mean = np.exp(rng.normal(0.5, 0.8, 40)[respondent] + rng.normal(0, 0.7, 8)[name])
    shape = mean / (np.linspace(1.3, 3, 8)[name] - 1)
    names = np.array(["Bruce", "Jacob", "Adam", "Anthony", "Kimberly", "Karen", "Jennifer", "Nicole"])
    y = rng.negative_binomial(shape, shape / (shape + mean))
    return pd.DataFrame({"respondent": respondent + 1, "name": names[name], "y": y})
