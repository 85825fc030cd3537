"""Derivatives go through the table's log densities, and are those of polynomials through nearby values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import InternalError
from stanlevels.estimation.point.general.jets import variable
from stanlevels.estimation.point.general.parts import Frame
from stanlevels.estimation.point.general.rows import Rows

N = 6
RNG = np.random.default_rng(0)
REAL, POSITIVE = RNG.normal(size=N), np.exp(RNG.normal(size=N))
COUNT = RNG.integers(0, 5, N).astype(float)
CATEGORY = RNG.integers(1, 4, N).astype(float)


def density(family: str, key: str, x: np.ndarray, *names: str, positive: tuple[str, ...] = (), **known):
    """The log density as a function of free numbers, one for every name."""
    compute = FAMILIES[family].parameterization(key).numbers.log_density

    def function(*free):
        values = dict(zip(names, free, strict=True))
        return compute(x, **{n: np.exp(v) if n in positive else v for n, v in values.items()}, **known)

    return function


def ordinal(eta, first, step):
    cuts = np.concatenate([first[..., None], (first + np.exp(step))[..., None]], -1)
    return (
        FAMILIES["OrderedLogistic"]
        .parameterization("")
        .numbers.log_density(CATEGORY, eta=eta, cutpoints=cuts)
    )


def choice(a, b):
    logits = np.concatenate([np.zeros((N, 1)), a[..., None], b[..., None]], -1)
    return FAMILIES["Categorical"].parameterization("logit").numbers.log_density(CATEGORY, logit=logits)


CASES = {
    "normal": (density("Normal", "", REAL, "mu", "sigma", positive=("sigma",)), 2),
    "student": (density("StudentT", "", REAL, "mu", "sigma", "nu", positive=("sigma", "nu")), 3),
    "cauchy": (density("Cauchy", "", REAL, "mu", "sigma", positive=("sigma",)), 2),
    "gamma": (density("Gamma", "", POSITIVE, "alpha", "beta", positive=("alpha", "beta")), 2),
    "weibull": (density("Weibull", "", POSITIVE, "alpha", "sigma", positive=("alpha", "sigma")), 2),
    "beta": (density("Beta", "", 1 / (1 + POSITIVE), "alpha", "beta", positive=("alpha", "beta")), 2),
    "negative binomial": (density("NegBinomial", "log", COUNT, "log", "shape", positive=("shape",)), 2),
    "binomial": (density("Binomial", "logit", COUNT, "logit", trials=np.full(N, 6.0)), 1),
    "ordinal": (ordinal, 3),
    "categorical": (choice, 2),
}


T = np.arange(-4, 5) * 0.02
FIT = np.linalg.inv(np.vander(T, 9, increasing=True)) * np.array([1, 1, 2, 6, 0, 0, 0, 0, 0])[:, None]


def derivative(function: Any, at: list[np.ndarray], along: list[Any], order: int) -> np.ndarray:
    """Along a direction, from a polynomial of order 8 through nine values."""
    values = np.stack([function(*(a + t * d for a, d in zip(at, along, strict=True))) for t in T])
    found: np.ndarray = FIT[order] @ values
    return found


@pytest.mark.parametrize("name", CASES)
def test_derivatives_are_those_of_a_polynomial_through_nearby_values(name):
    """Mixed ones from the squares and cubes of directions that are sums of others."""
    function, m = CASES[name]
    rng = np.random.default_rng(1)
    at, unit = [rng.normal(size=N) for _ in range(m)], np.eye(m)
    lean = rng.normal(size=(m, N)) / 2
    weights = {(a, b): lean[a] * lean[b] for a in range(m) for b in range(a, m)}
    frame = Frame(3, frozenset(range(m)), weights)
    found = function(*(variable(frame, a, x) for a, x in enumerate(at)))
    assert found.value == pytest.approx(function(*at), abs=1e-14)
    for i in range(m):
        assert found.first[i] == pytest.approx(derivative(function, at, list(unit[i]), 1), rel=1e-5, abs=1e-8)
        for j in range(i, m):
            plus, minus = (derivative(function, at, list(unit[i] + s * unit[j]), 2) for s in (1, -1))
            second = np.broadcast_to(found.second.get((i, j), 0.0), N)
            assert second == pytest.approx((plus - minus) / 4, rel=1e-4, abs=1e-6)
        plus, minus = (derivative(function, at, list(lean + s * unit[i][:, None]), 3) for s in (1, -1))
        own = derivative(function, at, list(unit[i]), 3)
        third = np.broadcast_to(found.third.get(i, 0.0), N)
        assert third == pytest.approx((plus - minus - 2 * own) / 6, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("name", CASES)
def test_what_some_variables_leave_out_is_a_part_of_the_whole(name):
    """With one random variable, second and third derivatives are those that have it."""
    function, m = CASES[name]
    rng = np.random.default_rng(2)
    at, weight = [rng.normal(size=N) for _ in range(m)], rng.normal(size=N)
    zero = {(a, b): np.zeros(N) for a in range(m) for b in range(a, m)} | {(0, 0): weight}
    whole = function(*(variable(Frame(3, frozenset(range(m)), zero), a, x) for a, x in enumerate(at)))
    part = function(*(variable(Frame(3, frozenset([0]), {(0, 0): weight}), a, x) for a, x in enumerate(at)))
    for i in range(m):
        assert part.first[i] == pytest.approx(whole.first[i], rel=1e-13)
        assert part.third.get(i, 0.0) == pytest.approx(whole.third.get(i, 0.0), rel=1e-10, abs=1e-12)
    assert all(0 in both for both in part.second)
    for both, second in part.second.items():
        assert second == pytest.approx(whole.second[both], rel=1e-13, abs=1e-14)


def test_a_derivative_broadcasts_to_the_length_that_a_function_of_the_last_axis_needs():
    x = variable(Frame(1), 0, np.array([[1.0], [2.0]])) + np.array([[0.0, 10.0, 20.0]])
    summed: Any = np.sum(x, axis=-1)
    assert summed.first[0] == pytest.approx([3.0])
    assert x[..., 1].value.tolist() == [11.0, 12.0]
    joined: Any = np.concatenate([np.zeros((1, 1)), x * x], axis=-1)
    assert np.broadcast_to(joined.first[0], (2, 4)).tolist() == [[0, 2, 22, 42], [0, 4, 24, 44]]
    largest: Any = np.max(x * x, axis=-1)
    assert largest.first[0].tolist() == [42, 44]


def test_what_a_value_with_derivatives_cannot_go_through_is_a_fault_of_ours():
    x: Any = variable(Frame(1), 0, np.ones(2))
    with pytest.raises(InternalError, match="arcsinh"):
        np.arcsinh(x)
    with pytest.raises(InternalError, match="median"):
        np.median(x)


def test_atoms_that_every_row_shares_are_computed_once_and_give_the_same_derivatives():
    compute = FAMILIES["StudentT"].parameterization("").numbers.log_density
    shapes = []

    def log_density(atoms):
        mu, scale, nu = (a[..., 0] for a in atoms)
        shapes.append(nu.shape)
        return compute(REAL, mu=mu, sigma=np.exp(scale), nu=np.exp(nu))

    rng = np.random.default_rng(1)
    weights, spread = np.arange(1.0, N + 1), np.abs(rng.normal(size=(N, 1, 1)))
    apart = Rows("y", log_density, weights, (0,))
    shared = Rows("y", log_density, weights, (0,), frozenset([1, 2]))
    eta = np.stack([rng.normal(size=N), np.full(N, 0.3), np.full(N, 1.2)])
    assert shared.value(eta) == pytest.approx(apart.value(eta), rel=1e-14)
    for chosen in ([0], [0, 1, 2], [2, 1]):
        for one, other in zip(shared.curvature(eta, chosen), apart.curvature(eta, chosen), strict=True):
            assert one == pytest.approx(other, rel=1e-12)
    for name in ("first", "second", "curved"):
        one, other = (getattr(rows.third(eta, spread), name) for rows in (shared, apart))
        assert one == pytest.approx(other, rel=1e-12)
    assert {(1,), (N,)} == set(shapes)
