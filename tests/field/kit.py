"""Models and data that cases from the field share."""

from __future__ import annotations

import numpy as np
import pandas as pd

import stanlevels as sl


class Intercepts(sl.Model):
    """y ~ 1 + x + (1 | g), every prior left to its default."""

    g = sl.Level()
    a = sl.Normal()
    b = sl.Normal()
    sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    A = sl.Normal(a, sd, over=g)
    y = sl.Normal(A + b * sl.data("x"), noise, observed=True)


class Means(sl.Model):
    """y ~ 1 + (1 | g)."""

    g = sl.Level()
    a = sl.Normal()
    sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    A = sl.Normal(a, sd, over=g)
    y = sl.Normal(A, noise, observed=True)


class Line(sl.Model):
    """y ~ 1 + x."""

    a = sl.Normal()
    b = sl.Normal()
    noise = sl.HalfNormal()
    y = sl.Normal(a + b * sl.data("x"), noise, observed=True)


class TwoLevels(sl.Model):
    """y ~ 1 + (1 | g) + (1 | h)."""

    g = sl.Level()
    h = sl.Level()
    a = sl.Normal()
    sd = sl.HalfNormal()
    other_sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    A = sl.Normal(0, sd, over=g)
    B = sl.Normal(0, other_sd, over=h)
    y = sl.Normal(a + A + B, noise, observed=True)


class Slopes(sl.Model):
    """y ~ 1 + x + (1 + x || g)."""

    g = sl.Level()
    a = sl.Normal()
    b = sl.Normal()
    sd = sl.HalfNormal()
    other_sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    A = sl.Normal(a, sd, over=g)
    B = sl.Normal(b, other_sd, over=g)
    y = sl.Normal(A + B * sl.data("x"), noise, observed=True)


class Correlated(sl.Model):
    """y ~ 1 + x + (1 + x | g)."""

    g = sl.Level()
    a = sl.Normal()
    b = sl.Normal()
    sd = sl.HalfNormal()
    other_sd = sl.HalfNormal()
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal()
    A = sl.MultiNormal([a, b], [sd, other_sd], corr, over=g)
    y = sl.Normal(A[0] + A[1] * sl.data("x"), noise, observed=True)


def base(n: int = 60, k: int = 6, seed: int = 1) -> pd.DataFrame:
    """`n` rows of `k` units, with y = 2 + x + N(0, 1) by unit + N(0, 1)."""
    r = np.random.default_rng(seed)
    g = np.repeat(np.arange(k), n // k)
    x = r.normal(size=n)
    y = 2 + x + r.normal(size=k)[g] + r.normal(size=n)
    return pd.DataFrame({"g": [f"g{i}" for i in g], "x": x, "y": y})
