"""Integrated quantities drawn back: exactly the conditional distribution that the log density has."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import InternalError
from stanlevels.linear.groups import groups_of
from stanlevels.values.restore import drawn_back, restored
from tests.oracle.simulation import simulate
from tests.results.kit import planned_on
from tests.values.kit import as_values, conditional, integrating, keys_of


class Crossed(sl.Model):
    """Effects of two crossed levels, one of them about a third level above it."""

    area = sl.Level()
    shop = sl.Level()
    day = sl.Level()
    mean = sl.Normal(3, 1)
    area_sd = sl.HalfNormal(1)
    shop_sd = sl.HalfNormal(1)
    day_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    P = sl.Normal(mean, area_sd, over=area)
    A = sl.Normal(P + 0.5 * sl.data("floor"), shop_sd, over=shop)
    D = sl.Normal(0, day_sd, over=day)
    y = sl.Normal(A + sl.data("x") * D, noise, observed=True, weights="w")


class Slopes(sl.Model):
    """Correlated effects, a scale that differs between shops, and a noise that differs between rows."""

    shop = sl.Level()
    mean = sl.Normal(0, 1)
    sd = sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([mean, 0.5], [sd, 0.7], corr, over=shop)
    log_noise = sl.Normal(0, 0.3)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), sl.exp(log_noise * sl.data("x")), observed=True)


class Logs(sl.Model):
    """Two outcomes, one lognormal, with effects that have components and a spread of their own."""

    shop = sl.Level()
    kind = sl.Index(["p", "q"])
    spread = sl.HalfNormal(1, over=kind)
    noise = sl.HalfNormal(1)
    G = sl.Normal(0, spread, over=(shop, kind))
    U = sl.Normal(1, 0.3 + 0.1 * sl.data("floor"), over=shop)
    y = sl.LogNormal(2 * U - G["p"] / 4, noise, observed=True)
    other = sl.Normal(U + G["q"] - y, 1.5, observed=True)


class OneKind(sl.Model):
    """A category that all rows share has no columns, so its coefficients are none."""

    shop = sl.Level()
    day = sl.Level()
    kind = sl.data("kind", categorical=True)
    b = sl.Normal(0, 1, over=kind)
    A = sl.Normal(0, 1, over=shop)
    D = sl.Normal(0, 1, over=day)
    y = sl.Normal(A + D + b @ kind, 1, observed=True)


MODELS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "the leaf of a tree": (Crossed, ("A",)),
    "the top of a tree": (Crossed, ("P",)),
    "a tree": (Crossed, ("P", "A")),
    "a tree and what crosses it": (Crossed, ("P", "A", "D")),
    "the mean besides": (Crossed, ("mean", "A", "D")),
    "correlated slopes": (Slopes, ("B",)),
    "two outcomes": (Logs, ("G", "U")),
    "components": (Logs, ("G",)),
    "what varies its spread": (Logs, ("U",)),
    "coefficients without columns": (OneKind, ("A", "D")),
}


def rows(seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    shop = np.r_[np.arange(4), rng.integers(0, 4, 14)]
    return pd.DataFrame(
        {
            "shop": [f"s{i}" for i in shop],
            "area": [f"a{i // 2}" for i in shop],
            "floor": shop / 2.0,
            "day": rng.integers(0, 3, 18),
            "x": rng.normal(1, 1, 18),
            "w": rng.integers(1, 4, 18).astype(float),
            "kind": "one",
        }
    )


class Zeros:
    """Standard normal numbers that are 0, or 1 at one place of one quantity: so means and roots are seen."""

    def __init__(self, quantity: int = 0, place: int | None = None) -> None:
        self.quantity, self.place = quantity, place

    def at(self, quantity: int, width: int, units: Any, chains: int, draws: range) -> np.ndarray:
        found = np.zeros((len(units), width, chains, len(draws)))
        if self.place is not None and quantity == self.quantity:
            found[units == self.place // width, self.place % width] = 1.0
        return found


def every_place(group: Any) -> list[Zeros]:
    """A one at every place of every quantity, in the order of deviations."""
    return [Zeros(i, place) for i, block in enumerate(group.blocks) for place in range(block.size)]


def prepared(model: Any, names: tuple[str, ...], seed: int = 2, draws: int = 3):
    """Draws of everything from the prior about one set of data, and the plan without `names`."""
    rng = np.random.default_rng(seed)
    frame = rows()
    for column in (c for node in model.graph().observed.values() for c in node.observed):
        frame[column] = 1.0
    planned, bound = planned_on(model, frame)
    units = keys_of(bound)
    _, frame = simulate(model.graph(), frame, rng, units)
    drawn = [simulate(model.graph(), frame, rng, units)[0] for _ in range(draws)]
    planned, bound = planned_on(model, frame)
    return integrating(planned, {"g": names}), bound, frame, units, drawn


def numbers(values: Any, names: tuple[str, ...], draw: int) -> np.ndarray:
    return np.concatenate([values.arrays[name][0, draw].ravel() for name in names])


@cache
def known(key: str):
    """A model of the table with draws, and what is known of its integrated quantities given each."""
    model, names = MODELS[key]
    planned, bound, frame, units, drawn = prepared(model, names)
    return planned, bound, drawn, [conditional(model.graph(), frame, point, names, units) for point in drawn]


@pytest.mark.parametrize("how", ["nested", "dense", "sparse"])
@pytest.mark.parametrize("key", MODELS)
def test_means_and_covariances_are_those_of_the_log_density(key, how, monkeypatch):
    """To 1e-7 of the standard deviations: what second differences of a log density leave."""
    monkeypatch.setattr("stanlevels.values.coupled._SMALL", 0 if how == "sparse" else 100)
    if how != "nested":
        monkeypatch.setattr("stanlevels.values.restore.nest_of", lambda *_: None)
    _, names = MODELS[key]
    planned, bound, drawn, exact = known(key)
    (group,) = groups_of(planned, bound)
    values = as_values(planned, drawn, names)
    middle = drawn_back(group, values, bound, Zeros())
    away = [drawn_back(group, values, bound, one) for one in every_place(group)]
    for draw, (mean, covariance) in enumerate(exact):
        sds = np.sqrt(np.diag(covariance))
        found = numbers(middle, names, draw)
        np.testing.assert_allclose((found - mean) / sds, 0, atol=1e-7)
        root = np.stack([numbers(each, names, draw) - found for each in away], axis=1)
        np.testing.assert_allclose(
            root @ root.T / np.outer(sds, sds), covariance / np.outer(sds, sds), atol=1e-6
        )


@pytest.mark.parametrize("names", [("P", "A", "D"), ("P", "A"), ("mean", "A")])
def test_a_seed_decides_the_draws_whatever_pieces_they_are_made_in(names, monkeypatch):
    planned, bound, _, _, drawn = prepared(Crossed, names, draws=70)
    groups, values = groups_of(planned, bound), as_values(planned, drawn, names)
    whole, other = (restored(values, bound, groups, seed) for seed in (1, 2))
    monkeypatch.setattr("stanlevels.values.pieces._PIECE", 60)
    monkeypatch.setattr("stanlevels.values.nested._PIECE", 10)
    monkeypatch.setattr("stanlevels.values.nested._LARGEST", 30)
    pieces = restored(values, bound, groups, 1)
    for name in names:
        np.testing.assert_allclose(pieces.arrays[name], whole.arrays[name], rtol=1e-12)
        assert (other.arrays[name] != whole.arrays[name]).all()


def test_many_draws_have_the_spread_that_they_should():
    """4,000 draws of 9 numbers: squared distances are chi-squared with 9 degrees of freedom.

    Their mean is 9 with a standard error of sqrt(18 / 4000) = 0.067; beyond 4.5 of these lie 7e-6.
    """
    names = ("P", "A", "D")
    planned, bound, frame, units, drawn = prepared(Crossed, names, draws=1)
    values = as_values(planned, drawn * 4000, names)
    found = restored(values, bound, groups_of(planned, bound), seed=3)
    mean, covariance = conditional(Crossed.graph(), frame, drawn[0], names, units)
    apart = np.stack([numbers(found, names, draw) for draw in range(4000)]) - mean
    distance = np.einsum("di,ij,dj->d", apart, np.linalg.inv(covariance), apart)
    assert distance.mean() == pytest.approx(9, abs=4.5 * 0.067)


class Bent(sl.Model):
    shop = sl.Level()
    A = sl.Normal(0, 1, over=shop)
    y = sl.Normal(sl.exp(A), 1, observed=True)


class Counts(sl.Model):
    shop = sl.Level()
    A = sl.Normal(0, 1, over=shop)
    n = sl.Poisson(log=A, observed=True)


@pytest.mark.parametrize(("model", "words"), [(Bent, "exp of 'A' is not linear"), (Counts, "normal mean")])
def test_what_is_not_normal_given_the_rest_is_refused(model, words):
    planned, bound = planned_on(model, rows().assign(y=1.0, n=1))
    with pytest.raises(InternalError, match=words):
        groups_of(integrating(planned, {"g": ("A",)}), bound)
