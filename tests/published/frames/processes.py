"""Rows for models of units in time."""

import numpy as np
import pandas as pd

__all__ = ["islands", "pests", "series"]


def islands() -> pd.DataFrame:
    """Tools of ten societies on islands of Oceania, where these lie, and how many people they have."""
    rng = np.random.default_rng(62)
    lat, lon = rng.uniform(-22, 20, 10), rng.uniform(-27, 25, 10)
    P = np.round(np.exp(rng.uniform(7, 12.5, 10)))
    tools = rng.poisson(8 * P**0.2 * np.exp(rng.normal(0, 0.2, 10)))
    society = [f"island {k}" for k in range(10)]
    return pd.DataFrame({"society": society, "lat": lat, "lon": lon, "P": P, "tools": tools})


def pests() -> pd.DataFrame:
    """Complaints in 10 buildings over 12 months, with the number of traps and what is known of buildings."""
    rng = np.random.default_rng(60)
    building, month = np.repeat(np.arange(10), 12), np.tile(np.arange(1, 13), 10)
    about = {"age": rng.normal(size=10), "rent": rng.normal(size=10), "log_sq_foot": rng.normal(1, 0.3, 10)}
    traps, level = rng.integers(1, 12, 120), rng.normal(0, 0.5, 12).cumsum()[month - 1]
    mean = 1 - 0.2 * traps + level + about["log_sq_foot"][building] + rng.normal(0, 0.3, 10)[building]
    known = {name: values[building] for name, values in about.items()}
    rows = {"building": building, "month": month, "traps": traps, **known}
    return pd.DataFrame({**rows, "complaints": rng.negative_binomial(5, 5 / (5 + np.exp(mean)))})


def series() -> pd.DataFrame:
    """Six times in each of five groups, correlated by 0.7 from one to the next."""
    rng = np.random.default_rng(61)
    group, times = np.repeat(np.arange(5), 6), np.tile(np.arange(1, 7), 5)
    root = np.linalg.cholesky(0.7 ** np.abs(np.subtract.outer(np.arange(6), np.arange(6))))
    y = np.concatenate([root @ rng.normal(size=6) for _ in range(5)]) + rng.normal(0, 0.3, 30)
    return pd.DataFrame({"group": group, "times": times, "y": y})
