"""Data of the shape of those to which others fit smooths."""

import numpy as np
import pandas as pd

__all__ = ["feathers", "gaussian_sim", "rents", "roaches"]


def gaussian_sim() -> pd.DataFrame:
    """Three covariates and a factor, as mgcv's ``gamSim(eg = 6)`` makes them."""
    rng = np.random.default_rng(71)
    x = rng.uniform(size=(200, 3))
    fac = np.tile(np.arange(1, 21), 10)
    mean = 2 * np.sin(np.pi * x[:, 1]) + np.exp(2 * x[:, 2]) + rng.normal(size=20)[fac - 1]
    y = mean + rng.normal(size=200) * np.exp(x[:, 0])
    return pd.DataFrame({"y": y, "x0": x[:, 0], "x1": x[:, 1], "x2": x[:, 2], "fac": fac})


def rents() -> pd.DataFrame:
    """Rents by square metre in 30 districts, by floor space and year of construction."""
    rng = np.random.default_rng(72)
    n = 250
    area, year = rng.uniform(20, 160, n), rng.uniform(1918, 1997, n)
    district = rng.integers(30, size=n)
    mean = 5 + 40 / area + ((year - 1950) / 30) ** 2 + rng.normal(0, 0.5, 30)[district]
    rent = mean + rng.normal(size=n) * np.exp(0.3 - area / 200)
    return pd.DataFrame({"rentsqm": rent, "area": area, "yearc": year, "district": district})


def roaches() -> pd.DataFrame:
    """Roaches trapped in flats, before and after treatment."""
    rng = np.random.default_rng(73)
    n = 150
    before = np.round(rng.gamma(0.5, 80, size=n), 2) / 100
    treatment, senior = rng.integers(2, size=n), rng.binomial(1, 0.3, size=n)
    days = rng.choice([1.0, 1.0, 0.8, 1.2, 2.0], size=n)
    mean = days * np.exp(1.5 + 2 * np.sqrt(before) - 0.8 * treatment - 0.3 * senior)
    y = rng.negative_binomial(0.5, 0.5 / (0.5 + mean))
    names = ("y", "roach1", "treatment", "senior", "exposure2")
    return pd.DataFrame(dict(zip(names, (y, before, treatment, senior, days), strict=True)))


def feathers() -> pd.DataFrame:
    """Blue tit nestlings: tarsus length and back colour, standardised."""
    rng = np.random.default_rng(74)
    n, dams, nests = 160, 20, 24
    dam, nest = rng.integers(dams, size=n), rng.integers(nests, size=n)
    both = rng.normal(0, 0.5, (dams, 2))[dam] + rng.normal(0, 0.4, (nests, 2))[nest]
    hatchdate = rng.normal(size=nests)[nest]
    return pd.DataFrame(
        {
            "tarsus": both[:, 0] + rng.gamma(4, 0.3, n),
            "back": both[:, 1] + np.sin(hatchdate) + rng.normal(0, 0.7, n),
            "sex": rng.choice(["Fem", "Male", "UNK"], size=n, p=[0.45, 0.5, 0.05]),
            "hatchdate": hatchdate,
            "dam": [f"dam {i:02d}" for i in dam],
            "fosternest": [f"nest {i:02d}" for i in nest],
        }
    )
