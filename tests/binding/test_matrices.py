"""Labelled matrices beside the data, and what is wrong with some."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import stanlevels as sl
from stanlevels.errors import DataError, DeclarationError


class Tree(sl.Model):
    species = sl.Level()
    u = sl.Normal(0, 1, over=species, corr="A")
    y = sl.Normal(u, 1, observed=True)


DATA = {"species": ["b", "a", "c", "a"], "y": [1.0, 2, 3, 4]}
LABELS = ["c", "x", "a", "b"]
VALUES = np.array([[1, 0.2, 0.1, 0], [0.2, 2, 0.3, 0.4], [0.1, 0.3, 1, 0.6], [0, 0.4, 0.6, 1]])
A = pd.DataFrame(VALUES, index=LABELS, columns=LABELS)
ROOT = np.linalg.cholesky(A.loc[["a", "b", "c"], ["a", "b", "c"]])


def bind(matrix: Any) -> Any:
    return Tree.bind(DATA, tables={"A": matrix})


@pytest.mark.parametrize(
    "matrix",
    [
        pytest.param(A, id="frame"),
        pytest.param(A[["a", "b", "x", "c"]], id="columns in another order"),
        pytest.param((LABELS, VALUES), id="pair"),
        pytest.param((LABELS, sparse.csr_array(VALUES)), id="sparse"),
    ],
)
def test_the_program_has_the_root_of_the_units_of_the_data(matrix: Any) -> None:
    bound = bind(matrix)
    np.testing.assert_allclose(bound.stan_data["A_root"], ROOT)
    assert "1 label beside the units of species" in str(bound.plan)


def test_an_xarray_is_a_matrix() -> None:
    import xarray

    labels = {"one": LABELS, "other": LABELS}
    np.testing.assert_allclose(bind(xarray.DataArray(VALUES, labels)).stan_data["A_root"], ROOT)


def changed(at: tuple[int, int], value: float) -> pd.DataFrame:
    values = VALUES.copy()
    values[at] = value
    return pd.DataFrame(values, index=LABELS, columns=LABELS)


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (A.drop(index="b", columns="b"), "does not name 1 unit of level 'species': 'b'"),
        (VALUES, "is a ndarray without labels"),
        (A.iloc[:3], "has the shape 3 x 4"),
        (changed((0, 1), 0.5), "is not symmetric: 'c' with 'x' has 0.5 and 0.2"),
        (changed((1, 1), np.nan), "has 1 entry that are no numbers, in the rows of 'x'"),
        (changed((1, 1), -2.0), "is no covariance matrix: its smallest eigenvalue is -2"),
        (A.set_axis(list("caab"), axis=0), "has labels more than once: 'a'"),
        (A.set_axis(list("cxaz"), axis=1), "has other labels for its rows than for its columns: 'b'"),
        (A.set_axis([1, 2, 3, 4]).set_axis([1, 2, 3, 4], axis=1), "labels are of the types int, str"),
        (A.astype(object).where(A < 2, "two"), "holds what are no numbers"),
    ],
)
def test_a_matrix_that_cannot_be_meant_is_an_error(matrix: Any, said: str) -> None:
    with pytest.raises(DataError) as raised:
        bind(matrix)
    assert said in raised.value.found


def test_a_matrix_that_is_not_there_is_asked_for() -> None:
    with pytest.raises(DataError, match="there is no matrix of that name") as raised:
        Tree.bind(DATA)
    assert "tables={'A': matrix}" in raised.value.way_out


def test_copies_of_a_unit_get_a_little_of_their_own() -> None:
    twice = pd.DataFrame(np.ones((3, 3)), index=list("abc"), columns=list("abc"))
    bound = bind(twice)
    assert "1e-08 of its diagonal is added" in str(bound.plan)
    root = bound.stan_data["A_root"]
    np.testing.assert_allclose(root @ root.T, 1, atol=1e-7)


def test_a_matrix_has_a_name_of_its_own() -> None:
    class Confused(Tree):
        u = sl.Normal(0, 1, over=Tree.species, corr="species")

    with pytest.raises(DeclarationError, match="which is a level"):
        Confused.bind(DATA, tables={"species": A})


@pytest.mark.parametrize(
    ("declare", "said"),
    [
        (lambda g: sl.Normal(0, 1, over=g, corr=A), "corr= of sl.Normal is"),
        (lambda g: sl.Normal(0, 1, corr="A"), "has no level in over="),
        (lambda g: sl.Normal(0, 1, over=g, corr="A", observed=True), "is given data"),
        (lambda g: sl.Normal(0, 1, over=g, corr="A", lower=0), "beside bounds"),
        (lambda g: sl.Normal(0, 1, over=g, corr="A", centered="between"), "centered='between'"),
        (lambda g: sl.RandomWalk(1), "has no level in over="),
        (lambda g: sl.AR1(0.5, 1, over=sl.rows), "has no level in over="),
        (lambda g: sl.AR1(0.5, 1, over=g, centered="between"), "centered= of sl.AR1"),
    ],
)
def test_a_line_that_cannot_be_meant_is_an_error(declare: Any, said: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        declare(sl.Level())
    assert said in raised.value.found
