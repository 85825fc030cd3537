"""Fits that the pictures' tests share, and no picture left open."""

import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import stanlevels as sl

mpl.use("agg")


class Groups(sl.Model):
    area = sl.Level()
    group = sl.Level(within=area)
    mean = sl.Normal(0, 5)
    area_sd = sl.HalfNormal(1)
    group_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(2)
    a = sl.Normal(mean, area_sd, over=area)
    u = sl.Normal(a + 0.5 * sl.data("x"), group_sd, over=group)
    y = sl.Normal(u, noise, observed=True)


class Lines(sl.Model):
    unit = sl.Level()
    intercept = sl.Normal(0, 5)
    slope = sl.Normal(0, 5)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([intercept, slope], [1.0, 0.5], corr, over=unit)
    noise = sl.HalfNormal(2)
    y = sl.Normal(B[0] + B[1] * sl.data("t"), noise, observed=True)


def rows_of_groups(groups: int = 12, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = np.repeat(np.arange(groups), 1 + np.arange(groups) % 5)
    u = rng.normal(size=groups)
    frame = pd.DataFrame({"group": [f"g{g % 4}" for g in rows], "area": [f"area {g // 4}" for g in rows]})
    return frame.assign(x=(rows % 3).astype(float), y=u[rows] + rng.normal(size=len(rows)))


def rows_of_lines(units: int = 9, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), 6)
    t = np.tile(np.arange(6.0), units)
    y = rng.normal(1, 1, units)[unit] + rng.normal(2, 0.5, units)[unit] * t + rng.normal(0, 0.5, len(t))
    return pd.DataFrame({"unit": unit, "t": t, "y": y})


def quietly(model: type[sl.Model], data):
    """Two chains of 200 draws, good or bad."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        return model.fit(data, seed=1, chains=2, draws=200, progress=False)


@pytest.fixture(scope="session")
def groups():
    """By REML."""
    return Groups.fit(rows_of_groups(), method="reml", progress=False)


@pytest.fixture(scope="session")
def sampled():
    """By NUTS, two chains of 200 draws."""
    return quietly(Groups, rows_of_groups())


@pytest.fixture(scope="session")
def lines():
    """By maximum likelihood."""
    return Lines.fit(rows_of_lines(), method="mle", progress=False)


@pytest.fixture(autouse=True)
def nothing_left_open():
    from matplotlib import pyplot as plt

    before = dict(mpl.rcParams)
    yield
    plt.close("all")
    assert dict(mpl.rcParams) == before, "a picture changed settings for all others"
