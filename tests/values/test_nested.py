"""Nested levels drawn back: means and covariances of a dense normal distribution, to nine digits.

The dense distribution is computed with 60 digits, so that what differs is ours: where y is near 1e6, where
standard deviations are nearly 0, where one unit has a million rows and others one or none.
"""

import decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.linear.groups import groups_of
from stanlevels.values.nest import nest_of
from stanlevels.values.restore import drawn_back
from stanlevels.values.store import Values
from tests.results.kit import planned_on
from tests.values.kit import integrating
from tests.values.test_restore import Zeros, every_place

Numbers = dict[str, Any]


class Tree(sl.Model):
    """Apps of publishers of countries, beside devices that are sampled."""

    country = sl.Level()
    publisher = sl.Level(within=country)
    app = sl.Level(within=publisher)
    device = sl.Level()
    overall = sl.Normal(0, 10)
    b = sl.Normal(0, 1)
    what = sl.Index(["country", "publisher", "app"])
    sds = sl.HalfNormal(1, over=what)
    noise = sl.HalfNormal(1)
    C = sl.Normal(overall, sds["country"], over=country)
    P = sl.Normal(C, sds["publisher"], over=publisher)
    A = sl.Normal(0.5 * P + b * sl.data("price"), sds["app"], over=app)
    D = sl.Normal(0, 1, over=device)
    y = sl.Normal(A + D - b * sl.data("x"), noise, observed=True, weights="w")


class Slopes(sl.Model):
    """Children in schools in towns: not every level has a slope, and not every slope has a mean above it."""

    town = sl.Level()
    school = sl.Level(within=town)
    child = sl.Level(within=school)
    m0 = sl.Normal(0, 10)
    m1 = sl.Normal(0, 1)
    sd0 = sl.HalfNormal(1)
    sd1 = sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(1)
    T = sl.Normal(0, sd1, over=town)
    S = sl.MultiNormal([m0, m1], [sd0, sd1], corr, over=school)
    S2 = sl.MultiNormal([m0, m1 + T], [sd0, sd1], corr, over=school)
    K = sl.MultiNormal([S[0], S[1]], [sd0, sd1], corr, over=child)
    K0 = sl.Normal(0, sd0, over=child)
    y = sl.Normal(K[0] + K[1] * sl.data("year"), noise, observed=True)
    y2 = sl.Normal(K0 + S[0] + S[1] * sl.data("year"), noise, observed=True)
    y3 = sl.Normal(K0 + S2[0] + S2[1] * sl.data("year"), noise, observed="y2")


class Noises(sl.Model):
    """Two outcomes, one of them of shops; noise that differs between kinds, by known factors, and by row."""

    area = sl.Level()
    shop = sl.Level(within=area)
    kind = sl.Level()
    mean = sl.Normal(0, 10)
    b = sl.Normal(0, 1)
    spread = sl.HalfNormal(1)
    log_noise = sl.Normal(0, 0.3)
    noise = sl.HalfNormal(1, over=kind)
    G = sl.Normal(mean, spread, over=area)
    A = sl.Normal(G, 0.3 + 0.1 * sl.data("floor"), over=shop)
    U = sl.Normal(0, spread, over=shop)
    y = sl.Normal(A + U * sl.data("x") + b * sl.data("x"), noise * sl.data("k"), observed=True)
    z = sl.LogNormal(2 * A, sl.exp(log_noise * sl.data("x")), observed=True)
    rent = sl.Normal(A - U, 0.5, over=shop, observed=True)
    tax = sl.Normal(2 * G, sl.data("k"), observed="rent2")


MODELS: dict[str, tuple[Any, tuple[str, ...], tuple[str, ...]]] = {
    "a tree": (Tree, ("C", "P", "A"), ()),
    "the lower half of a tree": (Tree, ("P", "A"), ()),
    "the top of a tree": (Tree, ("C", "P"), ()),
    "a tree with the mean": (Tree, ("overall", "C", "P", "A"), ()),
    "slopes at two levels": (Slopes, ("S", "K"), ("y2", "y3", "S2", "K0", "T")),
    "a slope above intercepts": (Slopes, ("S", "K0"), ("y", "y3", "K", "S2", "T")),
    "a slope of the top alone": (Slopes, ("T", "S2", "K0"), ("y", "y2", "K", "S")),
    "fixed effects besides": (Slopes, ("m0", "m1", "S", "K0"), ("y", "y3", "K", "S2", "T")),
    "several outcomes": (Noises, ("G", "A", "U"), ()),
    "some of several": (Noises, ("A", "U"), ()),
}


def rows(seed: int, year: float = 0.0, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = 40
    app = np.r_[np.arange(12), rng.integers(0, 12, n - 12)]
    return pd.DataFrame(
        {
            "app": app, "child": app, "shop": app // 2, "publisher": app // 3, "school": app // 3,
            "country": app // 6, "town": app // 6, "area": app // 6, "device": rng.integers(0, 4, n),
            "kind": rng.integers(0, 3, n), "price": app / 5.0, "floor": (app // 2) / 2.0,
            "x": rng.normal(1, 1, n),
            "k": rng.uniform(0.5, 2, n), "w": 1.0, "year": year + rng.normal(0, 1, n), "rent": app // 2 - 2.0,
            "y": shift + rng.normal(0, 2, n), "y2": shift + rng.normal(0, 2, n), "z": rng.uniform(1, 3, n),
            "rent2": rng.normal(0, 2, n),
        }
    )  # fmt: skip


def without(model: Any, names: tuple[str, ...]) -> Any:
    """The model without some lines."""
    kept = {name: line for name, line in vars(model).items() if name not in names}
    return sl.Model.define("Part", {n: x for n, x in kept.items() if not n.startswith("_")})


def values_of(planned: Any, bound: Any, names: tuple[str, ...], seed: int, **fixed: Any) -> Values:
    """Three draws of everything else in two chains, of moderate size where they are not given."""
    rng = np.random.default_rng(seed)
    arrays = {}
    for name, line in planned.latent.items():
        if name in names:
            continue
        shape = (2, 3, bound.size(line.domain), int(np.prod([len(planned.axes[a]) for a in line.components])))
        if line.family.is_correlation:
            r = rng.uniform(-0.9, 0.9, (2, 3, 1))
            arrays[name] = np.stack([np.ones_like(r), r, r, np.ones_like(r)], axis=-1)
        elif name in fixed:
            arrays[name] = np.broadcast_to(np.asarray(fixed[name], dtype=float), shape) * rng.uniform(
                0.9, 1.1, shape
            )
        elif line.family.support.lower == 0:
            arrays[name] = rng.uniform(0.3, 1.5, shape)
        else:
            arrays[name] = rng.normal(size=shape)
    return Values(planned, arrays)


def dense(group: Any, values: Values, bound: Any, at: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the deviations with 19 digits: from priors, residuals and Z, nothing reduced."""
    from stanlevels.distributions.links import LINKS
    from stanlevels.values.evaluate import evaluate, value
    from stanlevels.values.restore import _quantities
    from stanlevels.values.roots import root_of

    one = Values(
        values.planned, {n: a[at[0] : at[0] + 1, at[1] : at[1] + 1] for n, a in values.arrays.items()}
    )
    K = group.size
    L = np.zeros((K, K))
    first = 0
    for name, block in zip(group.names, group.blocks, strict=True):
        root = root_of(one.planned.lines[name], one, bound)[0, 0]
        for unit in range(block.units):
            here = slice(first, first + block.width)
            L[here, here] = np.broadcast_to(root, (block.units, block.width, block.width))[unit]
            first += block.width
    zero, L = one.storing(_quantities(group, one, bound, np.zeros((1, 1, K)))), exactly(L)
    A, s = exactly(np.zeros((K, K))), exactly(np.zeros(K))
    for name, Z in group.rows.items():
        line = one.planned.lines[name]
        n = Z.shape[0]
        y = LINKS[line.family.location_link].predictor(value(name, zero, bound))
        location = evaluate(line.args[line.location], line.domain, zero, bound)
        r = exactly(np.broadcast_to(y, (1, 1, n, 1)).ravel()) - exactly(
            np.broadcast_to(location, (1, 1, n, 1)).ravel()
        )
        sd = exactly(np.broadcast_to(evaluate(line.args[line.scale], line.domain, zero, bound).ravel(), n))
        weights = bound.weights(name) if line.is_observed else None
        w = exactly(np.ones(n) if weights is None else weights) / (sd * sd)
        Z = exactly(Z.toarray())
        A, s = A + (Z.T * w) @ Z, s + Z.T @ (w * r)
    inverse = inverted(exactly(np.eye(K)) + L.T @ A @ L)
    return L @ inverse @ (L.T @ s), L @ inverse @ L.T


decimal.getcontext().prec = 60


def exactly(x: np.ndarray) -> Any:
    """Numbers with 60 digits."""
    return np.array([decimal.Decimal(float(each)) for each in np.ravel(x)], dtype=object).reshape(np.shape(x))


def inverted(M: Any) -> Any:
    """By Gauss and Jordan; no pivots, for M is positive definite."""
    M, found = M.copy(), exactly(np.eye(len(M)))
    for k in range(len(M)):
        found[k], M[k] = found[k] / M[k, k], M[k] / M[k, k]
        for i in set(range(len(M))) - {k}:
            found[i], M[i] = found[i] - M[i, k] * found[k], M[i] - M[i, k] * M[k]
    return found


def stacked(values: Values, names: tuple[str, ...], at: tuple[int, int]) -> np.ndarray:
    return np.concatenate([values.arrays[name][at].ravel() for name in names])


def check(
    model: Any, names: tuple[str, ...], frame: Any, tables: Any = None, nine: float = 1e-9, **fixed: Any
) -> bool:
    """Compare with the dense distribution, to `nine` of standard deviations and 1e-15 of the values.

    Returns whether levels are nested.
    """
    planned, bound = planned_on(model, frame, tables)
    planned = integrating(planned, {"g": names})
    (group,) = groups_of(planned, bound)
    values = values_of(planned, bound, names, 3, **fixed)
    middle = drawn_back(group, values, bound, Zeros())
    away = [drawn_back(group, values, bound, one) for one in every_place(group)]
    nothing = Values(planned, {name: np.zeros_like(array[:1, :1]) for name, array in values.arrays.items()})
    T = np.stack(
        [stacked(quantities(group, nothing, bound, e), group.names, (0, 0)) for e in np.eye(group.size)],
        axis=1,
    )
    T = exactly(
        T - stacked(quantities(group, nothing, bound, np.zeros(group.size)), group.names, (0, 0))[:, None]
    )
    for at in ((0, 0), (1, 2)):
        mean, covariance = dense(group, values, bound, at)
        mean, covariance = (T @ mean).astype(float), (T @ covariance @ T.T).astype(float)
        sds = np.sqrt(np.diag(covariance))
        found = stacked(middle, group.names, at)
        start = stacked(quantities(group, values, bound, np.zeros(group.size)), group.names, at)
        rounding = 4e-15 * (1 + np.maximum(np.abs(found), np.abs(start)))
        off = np.abs(found - start - mean) / (nine * np.maximum(np.abs(mean), sds) + rounding)
        assert off.max() < 1, f"means {at}: {off.max()}"
        root = np.stack([stacked(each, group.names, at) - found for each in away], axis=1)
        apart = np.abs(root @ root.T - covariance)
        off = apart / (nine * np.outer(sds, sds) + np.outer(rounding, sds) + np.outer(sds, rounding) + 1e-300)
        assert off.max() < 1, f"covariances {at}: {off.max()}"
    return nest_of(group, planned, bound) is not None


def quantities(group: Any, values: Values, bound: Any, deviations: np.ndarray) -> Values:
    from stanlevels.values.restore import _quantities

    wide = np.broadcast_to(deviations, (*values.shape, group.size))
    return values.storing(_quantities(group, values, bound, wide))


@pytest.mark.parametrize("key", MODELS)
def test_means_and_covariances_are_exact(key):
    model, names, left_out = MODELS[key]
    assert check(without(model, left_out), names, rows(4))


def test_outcomes_near_a_million_lose_no_digits():
    assert check(Tree, ("C", "P", "A"), rows(4, shift=1e6), overall=1e6)
    assert check(without(Slopes, ("y2", "y3", "S2", "K0", "T")), ("S", "K"), rows(4, shift=1e6), m0=1e6)


@pytest.mark.parametrize("sd", [0.0, 1e-150, 1e-8, 1e8])
def test_standard_deviations_near_0_and_huge_ones_are_no_matter(sd):
    for which in np.eye(3) > 0:
        assert check(Tree, ("C", "P", "A"), rows(4), sds=np.where(which, sd, 0.7))


def test_one_unit_with_a_million_rows_stands_beside_units_with_one():
    frame = rows(4)
    frame.loc[(frame["app"] == 3), "w"] = 1e6
    assert check(Tree, ("C", "P", "A"), frame)
    assert check(Tree, ("C", "P", "A"), frame, sds=30.0, noise=0.01)
    assert check(Tree, ("overall", "C", "P", "A"), frame, sds=30.0, noise=0.01)


def test_covariates_far_from_0_keep_their_digits():
    """Years: an intercept at the year 0 and a slope are nearly one number."""
    part = without(Slopes, ("y2", "y3", "S2", "K0", "T"))
    assert check(part, ("S", "K"), rows(4, year=200.0), nine=1e-7)


def test_units_without_rows_and_single_units_have_their_distribution():
    frame, apps = rows(4), pd.DataFrame({"app": range(30), "publisher": np.arange(30) // 3, "price": 1.0})
    apps["country"] = apps["publisher"] // 2
    assert check(Tree, ("C", "P", "A"), frame.drop(columns="price"), tables={"app": apps})
    assert check(Tree, ("C", "P", "A"), frame[frame["app"] == 2])
    assert check(Tree, ("P",), frame[frame["app"] == 2])
    frame["w"] = 0.0
    assert check(Tree, ("C", "P", "A"), frame)


@pytest.mark.parametrize("small", [0, 100])
def test_crossed_levels_are_exact_too(small, monkeypatch):
    monkeypatch.setattr("stanlevels.values.coupled._SMALL", small)
    frame, names = rows(4), ("C", "P", "A", "D")
    assert not check(Tree, names, frame)
    assert not check(Tree, names, rows(4, shift=1e6), overall=1e6)
    assert not check(Tree, ("overall", *names), frame, sds=0.0)
    frame.loc[(frame["app"] == 3), "w"] = 1e6
    assert not check(Tree, names, frame, nine=1e-7)
