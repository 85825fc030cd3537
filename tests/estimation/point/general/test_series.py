"""Truncated Taylor series go through the table's log densities, and give their derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import InternalError
from stanlevels.estimation.point.general.series import Series

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


@pytest.mark.parametrize("name", CASES)
def test_coefficients_are_those_of_a_polynomial_through_nearby_values(name):
    function, arguments = CASES[name]
    rng = np.random.default_rng(1)
    at = [rng.normal(size=N) for _ in range(arguments)]
    along = [0.1 * rng.normal(size=N) for _ in range(arguments)]
    still = np.zeros((1, N))
    found = function(*(Series([a, d[None], still, still]) for a, d in zip(at, along, strict=True)))
    t = np.arange(-4, 5) * 0.01
    values = np.stack([function(*(a + x * d for a, d in zip(at, along, strict=True))) for x in t])
    expected = np.linalg.solve(np.vander(t, 9, increasing=True), values)
    for k in range(4):
        assert np.reshape(found.parts[k], N) == pytest.approx(expected[k], rel=1e-4, abs=10.0 ** (2 * k - 11))


def test_several_directions_are_followed_at_once():
    x = Series([np.array([1.0, 2.0]), np.array([[1.0, 1.0], [0.0, 3.0]])])
    found = np.exp(x) * 2
    assert found.parts[1] == pytest.approx(2 * np.exp([1.0, 2.0]) * np.array([[1, 1], [0, 3]]))


def test_what_a_series_cannot_go_through_is_a_fault_of_ours():
    x: Any = Series([np.ones(2), np.ones((1, 2))])
    with pytest.raises(InternalError, match="arctan"):
        np.arctan(x)
    with pytest.raises(InternalError, match="median"):
        np.median(x)
