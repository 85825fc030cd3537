"""Random degenerate designs of linear Gaussian models, with what their variances can say by algebra alone."""

import numpy as np
import pandas as pd

import stanlevels as sl


class Line(sl.Model):
    a = sl.Normal(0, 10)
    b = sl.Normal(0, 10)
    noise = sl.HalfNormal(5)
    y = sl.Normal(a + b * sl.data("x"), noise, observed=True, weights="w")


class Means(sl.Model):
    g = sl.Level()
    a = sl.Normal(0, 10)
    sd = sl.HalfNormal(5)
    noise = sl.HalfNormal(5)
    A = sl.Normal(a, sd, over=g)
    y = sl.Normal(A, noise, observed=True, weights="w")


class Intercepts(Means):
    b = sl.Normal(0, 10)
    y = sl.Normal(Means.A + b * sl.data("x"), Means.noise, observed=True, weights="w")


class Crossed(sl.Model):
    g = sl.Level()
    h = sl.Level()
    a = sl.Normal(0, 10)
    sd = sl.HalfNormal(5)
    other_sd = sl.HalfNormal(5)
    noise = sl.HalfNormal(5)
    A = sl.Normal(0, sd, over=g)
    B = sl.Normal(0, other_sd, over=h)
    y = sl.Normal(a + A + B, noise, observed=True, weights="w")


class Slopes(sl.Model):
    g = sl.Level()
    a = sl.Normal(0, 10)
    b = sl.Normal(0, 10)
    sd = sl.HalfNormal(5)
    other_sd = sl.HalfNormal(5)
    noise = sl.HalfNormal(5)
    A = sl.Normal(a, sd, over=g)
    B = sl.Normal(b, other_sd, over=g)
    y = sl.Normal(A + B * sl.data("x"), noise, observed=True, weights="w")


class Correlated(sl.Model):
    g = sl.Level()
    a = sl.Normal(0, 10)
    b = sl.Normal(0, 10)
    sd = sl.HalfNormal(5)
    other_sd = sl.HalfNormal(5)
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(5)
    A = sl.MultiNormal([a, b], [sd, other_sd], corr, over=g)
    y = sl.Normal(A[0] + A[1] * sl.data("x"), noise, observed=True, weights="w")


MODELS = (Line, Means, Intercepts, Crossed, Slopes, Correlated)


def roles(model):
    """Roles that make every random variable a parameter."""
    return {name: "parameter" for name in ("A", "B") if name in model.graph().nodes}


def design(r):
    """Data that are degenerate in one way or another, or in several, or in none."""
    n = int(r.choice([1, 2, 3, 4, 5, 6, 8, 12, 20]))
    rows = np.arange(n)
    units = {"one": rows * 0, "each": rows, "few": rows % 3, "pairs": rows // 2, "two": np.minimum(rows, 1)}
    g, h = (units[str(r.choice(list(units)))] for _ in range(2))
    z, u, x = r.normal(size=n), r.normal(size=n)[g], r.normal(size=n)
    x = _one_of(r, [x, np.ones(n), np.zeros(n), rows % 2, 1e9 + x, 1e-9 * x, g])
    y = _one_of(
        r,
        [
            z + u,
            z + u,
            np.full(n, 5.0),
            3 * x + 1,
            u,
            1e9 + z + u,
            1e-9 * (z + u),
            1e12 * (z + u),
            z > 0,
            u + 1e-6 * z,
        ],
    )
    w = _one_of(r, [np.ones(n), np.ones(n), r.random(n) < 0.6, g > 0, 0.3 * r.random(n), np.full(n, 1000.0)])
    return pd.DataFrame({"g": g, "h": h, "x": x, "y": y, "w": w})


def _one_of(r, columns):
    return np.asarray(columns[int(r.integers(len(columns)))], dtype=float)


def confounded(model, data, above, reml):
    """Whether the variances named (and the noise's) are linearly dependent in V.

    Under REML in V between contrasts of the rows that are free of the coefficients.
    """
    g, h = (np.equal.outer(c, c).astype(float) for c in (data.g.to_numpy(), data.h.to_numpy()))
    x = data.x.to_numpy()
    parts = {
        Line: {},
        Means: {"sd": g},
        Intercepts: {"sd": g},
        Crossed: {"sd": g, "other_sd": h},
        Slopes: {"sd": g, "other_sd": g * np.outer(x, x)},
    }[model]
    found = [np.eye(len(x)), *(V for name, V in parts.items() if name in above)]
    fixed = [np.ones(len(x))] + [x] * (model in (Line, Intercepts, Slopes))
    Q = np.linalg.qr(np.column_stack(fixed))[0] if reml else np.zeros((len(x), 0))
    P = np.eye(len(x)) - Q @ Q.T
    flat = np.array([(P @ V @ P).ravel() for V in found])
    sizes = np.linalg.norm(flat, axis=1, keepdims=True)
    lost = sizes[:, 0] < 1e-8 * np.array([np.linalg.norm(V) for V in found])
    flat = np.where(lost[:, None], 0.0, flat / np.maximum(sizes, 1e-300))
    return np.linalg.matrix_rank(flat, tol=1e-6) < len(flat)
