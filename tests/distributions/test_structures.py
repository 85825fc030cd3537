"""Structures against dense covariance matrices, which know nothing of recursions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2, multivariate_normal

from stanlevels.distributions.structures import (
    AR1,
    CORRELATED,
    KERNELS,
    RANDOM_WALK,
    Correlations,
    Structure,
    Times,
    field_name,
)
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError

RHO = 0.6
KNOWN = FAMILIES[f"Normal|{CORRELATED}"].structure
A = np.exp(-np.abs(np.subtract.outer(np.arange(6.0), [0.0, 1.5, 2, 4, 7, 7.5])) / 3)
A = (A + A.T) / 2 + np.eye(6) * np.linspace(0.5, 1, 6)


def stationary(t: np.ndarray, s: np.ndarray) -> np.ndarray:
    return RHO ** np.abs(np.subtract.outer(t, s))


def drifting(t: np.ndarray, s: np.ndarray) -> np.ndarray:
    return np.minimum.outer(t + 1, s + 1)


def two_runs(times: np.ndarray, runs: np.ndarray, of: Any) -> np.ndarray:
    same = np.equal.outer(runs, runs)
    return np.where(same, of(times, times), 0.0)


TIMES = np.array([3.0, 0, 1, 7, 0, 2.5])
RUNS = np.array([0, 0, 0, 0, 1, 1])
WHEN = Times(("a", "b"), RUNS, TIMES, np.zeros(2))
IN_GROUPS = Correlations(("a", "b"), A, np.array([4, 0, 2]))
GROUPED = np.kron(np.eye(2), A[np.ix_([4, 0, 2], [4, 0, 2])])

CASES = [
    pytest.param(AR1.structure, WHEN, {"rho": RHO}, two_runs(TIMES, RUNS, stationary), id="AR1"),
    pytest.param(RANDOM_WALK.structure, WHEN, {}, two_runs(TIMES, RUNS, drifting), id="RandomWalk"),
    pytest.param(KNOWN, IN_GROUPS, {}, GROUPED, id="corr"),
]


def shaped(given: dict[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.reshape(np.asarray(each, dtype=float), (1, 1, -1, 1)) for name, each in given.items()}


PLACES = {"length": 1.7, "x1": [0.0, 1, 1, 3, 0.5], "x2": [0.0, 0, 2, 1, 4]}
APART = np.hypot(*(np.subtract.outer(np.array(PLACES[x]), np.array(PLACES[x])) for x in ("x1", "x2"))) / 1.7
S3, S5 = np.sqrt(3) * APART, np.sqrt(5) * APART
FIELDS = {
    "gaussian": np.exp(-(APART**2) / 2),
    "exponential": np.exp(-APART),
    "matern32": (1 + S3) * np.exp(-S3),
    "matern52": (1 + S5 + S5**2 / 3) * np.exp(-S5),
}
CASES += [
    pytest.param(FAMILIES[field_name(2, kernel)].structure, None, PLACES, found + 1e-8 * np.eye(5), id=kernel)
    for kernel, found in FIELDS.items()
]


@pytest.mark.parametrize("kernel", KERNELS)
def test_units_at_new_places_are_drawn_given_known_ones(kernel: str) -> None:
    structure, x = FAMILIES[field_name(2, kernel)].structure, np.array([1.0, -0.5])
    there = {"length": 1.7} | {n: PLACES[n][:2] for n in ("x1", "x2")}
    here = {"length": 1.7} | {n: [*PLACES[n][2:], PLACES[n][0]] for n in ("x1", "x2")}
    before = np.array([-1, -1, -1, 0])
    values = np.broadcast_to(x[None, None, :, None], (1, 20_000, 2, 1))
    arguments = (None, before, shaped(here), shaped(there))
    found = structure.given(np.random.default_rng(8), None, values, *arguments)[0, :, :, 0]
    assert (found[:, 3] == 1.0).all()
    mean, covariance = conditional(FIELDS[kernel] + 1e-8 * np.eye(5), [2, 3, 4], [0, 1], x)
    agree(found[:, :3], mean, covariance)
    middle = structure.given(None, None, values[:, :1], *arguments)[0, 0, :3, 0]
    np.testing.assert_allclose(middle, mean, atol=1e-6)


@pytest.mark.parametrize(("structure", "geometry", "given", "covariance"), CASES)
def test_numbers_of_independent_ones_have_the_covariance(
    structure: Structure, geometry: object, given: dict[str, float], covariance: np.ndarray
) -> None:
    root = structure.numbers(np.eye(len(covariance))[None, :, :, None], geometry, **shaped(given))[
        0, :, :, 0
    ].T
    np.testing.assert_allclose(root @ root.T, covariance, atol=1e-12)


@pytest.mark.parametrize(("structure", "geometry", "given", "covariance"), CASES)
def test_the_way_back_and_its_volume_give_the_density(
    structure: Structure, geometry: object, given: dict[str, float], covariance: np.ndarray
) -> None:
    x = np.random.default_rng(3).normal(size=len(covariance))
    z = structure.standard(x[None, None, :, None], geometry, **shaped(given))
    again = structure.numbers(z, geometry, **shaped(given))
    np.testing.assert_allclose(again[0, 0, :, 0], x, atol=1e-12)
    root = structure.log_root(geometry, **shaped(given))
    density = -np.square(z).sum() / 2 - len(x) * np.log(2 * np.pi) / 2 - root.sum()
    assert density == pytest.approx(multivariate_normal(cov=covariance).logpdf(x), abs=1e-10)


@pytest.mark.parametrize(("structure", "geometry", "given", "covariance"), CASES)
def test_variances_are_the_diagonal(
    structure: Structure, geometry: object, given: dict[str, float], covariance: np.ndarray
) -> None:
    found = np.broadcast_to(structure.variance(geometry, **shaped(given)), (1, 1, len(covariance), 1))
    np.testing.assert_allclose(found.ravel(), np.diag(covariance))


def conditional(
    whole: np.ndarray, new: list[int], known: list[int], x: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    cross = whole[np.ix_(new, known)]
    inverse = np.linalg.inv(whole[np.ix_(known, known)])
    return cross @ inverse @ x, whole[np.ix_(new, new)] - cross @ inverse @ cross.T


# Between known times, before and after them, on the way from one new unit to the next, and in a process of
# which nothing is known.
ALL_TIMES = np.array([2.0, 0.5, 4, 4.5, 9, 12, 1, 3, 7, 0.25, 6])
ALL_RUNS = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
KNOWN_UNITS, NEW_UNITS = [6, 7, 8], [0, 1, 2, 3, 4, 5, 9, 10]
BEFORE = np.array([-1, -1, -1, -1, -1, -1, 0, 1, 2, -1, -1])


@pytest.mark.parametrize(
    ("structure", "given", "of"),
    [(AR1.structure, {"rho": RHO}, stationary), (RANDOM_WALK.structure, {}, drifting)],
    ids=["AR1", "RandomWalk"],
)
def test_units_between_and_after_known_ones_are_drawn_given_these(
    structure: Structure, given: dict[str, float], of: Any
) -> None:
    known = Times(("a",), np.zeros(3, dtype=int), ALL_TIMES[6:9], np.zeros(1))
    times = Times(("a", "new"), ALL_RUNS, ALL_TIMES, np.zeros(2))
    whole, x = two_runs(ALL_TIMES, ALL_RUNS, of), np.array([0.3, -1.2, 0.8])
    mean, covariance = conditional(whole, NEW_UNITS, KNOWN_UNITS, x)
    values = np.broadcast_to(x[None, None, :, None], (1, 20_000, 3, 1))
    found = structure.given(
        np.random.default_rng(5), known, values, times, BEFORE, shaped(given), shaped(given)
    )[0, :, :, 0]
    np.testing.assert_array_equal(found[:, KNOWN_UNITS], np.broadcast_to(x, (20_000, 3)))
    agree(found[:, NEW_UNITS], mean, covariance)
    middle = structure.given(None, known, values[:, :1], times, BEFORE, shaped(given), shaped(given))[
        0, 0, :, 0
    ]
    np.testing.assert_allclose(middle[NEW_UNITS], mean, atol=1e-12)


def test_units_of_a_matrix_are_drawn_given_known_ones() -> None:
    known = Correlations(("a",), A, np.array([4, 0]))
    other = Correlations(("a", "new"), A, np.array([0, 3, 5, -1]))
    before = np.array([1, -1, -1, -1, -1, -1, -1, -1])
    x = np.array([0.5, -1.0])
    values = np.broadcast_to(x[None, None, :, None], (1, 20_000, 2, 1))
    found = KNOWN.given(np.random.default_rng(6), known, values, other, before, {}, {})[0, :, :, 0]
    assert (found[:, 0] == -1).all()
    mean, covariance = conditional(A, [3, 5], [4, 0], x)
    agree(found[:, [1, 2]], mean, covariance)
    agree(found[:, [4, 5, 6]], np.zeros(3), A[np.ix_([0, 3, 5], [0, 3, 5])])
    np.testing.assert_allclose(found[:, [3, 7]].var(axis=0), np.diag(A).mean(), rtol=0.05)


def agree(draws: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> None:
    """Mean and covariance, at a false alarm rate of 1e-6 each: squares of whitened means are chi-squared."""
    n, k = draws.shape
    root = np.linalg.cholesky(covariance)
    z = np.linalg.solve(root, (draws - mean).T)
    assert n * np.square(z.mean(axis=1)).sum() < chi2(k).isf(1e-6)
    off = (z @ z.T / n - np.eye(k))[np.tril_indices(k)]
    scale = np.where(np.equal(*np.tril_indices(k)), 2, 1)
    assert n * (np.square(off) / scale).sum() < chi2(len(off)).isf(1e-6)


def test_a_walk_has_no_place_for_what_comes_before_it_and_for_what_has_no_time() -> None:
    known = Times(((),), np.zeros(2, dtype=int), np.array([0.0, 1.0]), np.zeros(1))
    x = np.zeros((1, 1, 2, 1))
    for at, said in ((-3.0, "before the first unit"), (np.nan, "has no time")):
        times = Times(((),), np.zeros(1, dtype=int), np.array([at]), np.zeros(1))
        with pytest.raises(DataError, match=said):
            RANDOM_WALK.structure.given(None, known, x, times, np.array([-1]), {}, {})
