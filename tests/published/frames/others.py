"""Data of the shapes of other packages' examples."""

import numpy as np
import pandas as pd
import scipy.special as sp

from tests.literature.frames import frame


def nested() -> pd.DataFrame:
    """Three values in each of 2 batches of 4 lots of 8 plants."""
    rng = np.random.default_rng(61)
    a, b, c, _ = (i.ravel() for i in np.indices((8, 4, 2, 3)))
    mean = rng.normal(0, 1, 8)[a] + rng.normal(0, 0.7, (8, 4))[a, b] + rng.normal(0, 0.5, (8, 4, 2))[a, b, c]
    return pd.DataFrame({"a": a, "b": b, "c": c, "y": rng.normal(10 + mean, 0.4)})


def kb07() -> pd.DataFrame:
    """Response times of 56 subjects to 32 items under eight conditions, in turns."""
    rng = np.random.default_rng(62)
    subject, item = np.divmod(np.arange(56 * 32), 32)
    condition = (subject + item) % 8
    new, broken, loaded = condition & 1, condition >> 1 & 1, condition >> 2 & 1
    mean = 2200 - 130 * new + 330 * broken + 150 * loaded
    mean = mean + rng.normal(0, 500, 56)[subject] + rng.normal(0, 350, 32)[item]
    return pd.DataFrame(
        {
            "subj": subject,
            "item": item,
            "spkr": np.where(new, "old", "new"),
            "prec": np.where(broken, "maintain", "break"),
            "load": np.where(loaded, "yes", "no"),
            "rt": rng.normal(mean, 600).round(),
        }
    )


def districts() -> pd.DataFrame:
    """56 effects with standard errors, of studies in 11 districts."""
    rng = np.random.default_rng(63)
    district = np.sort(rng.integers(11, size=56))
    se = rng.uniform(0.1, 0.4, 56)
    yi = rng.normal(0.2 + rng.normal(0, 0.25, 11)[district] + rng.normal(0, 0.2, 56), se)
    return pd.DataFrame({"study": district, "es": np.arange(56), "yi": yi, "sei": se})


def rats() -> pd.DataFrame:
    """Weights of 30 rats in five weeks."""
    rng = np.random.default_rng(64)
    rat, week = np.divmod(np.arange(150), 5)
    x = 8 + 7 * week
    y = rng.normal(rng.normal(242, 14, 30)[rat] + rng.normal(6.2, 0.5, 30)[rat] * (x - 22), 6)
    return pd.DataFrame({"rat": rat + 1, "x": x, "y": y.round()})


def seeds() -> pd.DataFrame:
    """Germination on 21 plates (package aod)."""
    return frame("aod", "orob2").rename_axis("plate").reset_index()


def two_outcomes() -> pd.DataFrame:
    """Usage of 40 apps over time, and the crashes of each."""
    rng = np.random.default_rng(65)
    app, x = np.repeat(np.arange(40), 10), np.tile(np.linspace(-1, 1, 10), 40)
    growth = rng.normal(1, 0.6, 40)
    return pd.DataFrame(
        {
            "app": app,
            "x": x,
            "usage": rng.normal(growth[app] * x, 0.5),
            "crashes": rng.poisson(np.exp(0.5 + 0.8 * growth[app])),
        }
    )


def tournament() -> pd.DataFrame:
    """Each of twelve players against each, twice: did the first win?"""
    rng = np.random.default_rng(66)
    first, second = (i.ravel() for i in np.indices((12, 12)))
    first, second = first[first != second], second[first != second]
    ability = rng.normal(size=12)
    won = rng.binomial(1, sp.expit(ability[first] - ability[second]))
    return pd.DataFrame({"first": first, "second": second, "won": won})


def series() -> pd.DataFrame:
    """An autoregression, with the value before in a column of its own."""
    rng = np.random.default_rng(67)
    y = [5.0]
    for _ in range(100):
        y.append(5 + 0.6 * (y[-1] - 5) + rng.normal(0, 1))
    return pd.DataFrame({"y": y[1:], "y_lag": y[:-1]})
