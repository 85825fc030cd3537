"""Areas that vary about their neighbours: the covariance that follows from their borders."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DataError, DeclarationError
from stanlevels.values.correlated import correlated
from stanlevels.values.store import Values

PAIRS = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("e", "f")]
DATA = {"area": list("abcdefg"), "y": [1.0, 2, 3, 4, 5, 6, 7]}


class Map(sl.Model):
    area = sl.Level()
    sd = sl.HalfNormal(1)
    u = sl.ICAR(sd, over=area, borders="borders")
    y = sl.Normal(u, 1, observed=True)


def covariance(borders: Any = PAIRS, data: Any = DATA) -> np.ndarray:
    root = Map.bind(data, tables={"borders": borders}).stan_data["borders_root"]
    return np.asarray(root @ root.T)


NEIGHBOURS = {"a": ["b", "c"], "b": ["c"], "c": ["d"], "e": ["f"]}


@pytest.mark.parametrize("borders", [PAIRS, NEIGHBOURS, pd.DataFrame(PAIRS)], ids=["pairs", "dict", "frame"])
def test_the_covariance_is_the_scaled_inverse_of_the_laplacian(borders: Any) -> None:
    found = covariance(borders)
    W = np.zeros((4, 4))
    for one, other in [(0, 1), (1, 2), (2, 3), (0, 2)]:
        W[one, other] = W[other, one] = 1
    inverse = np.linalg.pinv(np.diag(W.sum(axis=0)) - W, rcond=1e-10)
    expected = inverse / np.exp(np.log(np.diag(inverse)).mean())
    np.testing.assert_allclose(found[:4, :4], expected, atol=1e-7)
    np.testing.assert_allclose(found[4:6, 4:6], [[1, -1], [-1, 1]], atol=1e-7)
    np.testing.assert_allclose(found[6, 6], 1, atol=1e-7)
    assert np.abs(found[:4, 4:]).max() < 1e-12


def test_the_density_is_that_of_differences_between_neighbours() -> None:
    bound = Map.bind(DATA, tables={"borders": PAIRS})
    line, rng = bound.planned.lines["u"], np.random.default_rng(3)
    at = correlated(line, Values(bound.planned, {"sd": np.full((1, 1, 1, 1), 0.7)}), bound.data)
    W = np.array([[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0]])
    scale = np.exp(np.log(np.diag(np.linalg.pinv(np.diag(W.sum(axis=0)) - W, rcond=1e-10))).mean())

    def both() -> tuple[float, float]:
        x = rng.normal(size=7)
        x[:4] -= x[:4].mean()
        x[4:6] -= x[4:6].mean()
        squares = (W * np.square(np.subtract.outer(x[:4], x[:4]))).sum() / 2 * scale
        squares += 0.5 * (x[4] - x[5]) ** 2 / 2 + x[6] ** 2
        return float(at.log_density(x.reshape(1, 1, 7, 1))[0, 0]), -squares / 2 / 0.49

    (first, mine), (second, yours) = both(), both()
    assert first - second == pytest.approx(mine - yours, rel=1e-6)


def test_areas_without_rows_still_lie_between_others_and_islands_are_told() -> None:
    whole = covariance()
    some = {"area": ["a", "d", "g"], "y": [1.0, 2, 3]}
    np.testing.assert_allclose(covariance(data=some), whole[np.ix_([0, 3, 6], [0, 3, 6])], atol=1e-12)
    assert "1 unit without a neighbour" in str(Map.bind(some, tables={"borders": PAIRS}).plan)


@pytest.mark.parametrize(
    ("borders", "said"),
    [
        ([], "is empty: every unit of level 'area' would be an island"),
        ([("a", "a")], "border on themselves: 'a'"),
        ([("a", "b", "c")], "holds what are no pairs"),
        ([("a", None)], "has rows that lack an area"),
        ("borders.csv", "is 'borders.csv'"),
        (pd.DataFrame([[1, 2, 3]]), "has the columns 0, 1, 2"),
        ([(1, 2), (2, 3)], "names no unit of level 'area': it has 1, 2, 3"),
    ],
)
def test_what_is_no_table_of_borders_is_an_error(borders: Any, said: str) -> None:
    with pytest.raises(DataError) as raised:
        covariance(borders)
    assert said in raised.value.found


def test_borders_come_with_the_data() -> None:
    with pytest.raises(DataError, match="there is no table of that name"):
        Map.bind(DATA)
    with pytest.raises(DeclarationError, match=r"borders= of sl\.ICAR is"):
        sl.ICAR(1, over=sl.Level(), borders=PAIRS)


def test_the_class_is_printed_with_its_borders() -> None:
    assert 'u = sl.ICAR(sd, over=area, borders="borders")' in str(Map)
