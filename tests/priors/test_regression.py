"""Covariates of any origin and scale in the line of the outcome: the posterior agrees with least squares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from tests.priors.kit import COVARIATES, N, agrees, bind, is_same, standard
from tests.priors.likelihood import least_squares
from tests.priors.posterior import posterior

SLOPES = {name: -3.5 if name == "proportions" else 3.0 for name in COVARIATES}


def column(name: str) -> np.ndarray:
    return COVARIATES[name](np.random.default_rng(10))


def data_about(name: str, transformed: Callable[[Any], Any] = lambda x: x) -> dict[str, np.ndarray]:
    """An outcome of mean 20 that follows the (transformed) covariate; noise 1.5."""
    x = column(name)
    noise = np.random.default_rng(11).normal(0, 1.5, N)
    return {"x": x, "y": 20 + SLOPES[name] * standard(transformed(x)) + noise}


def line(mean: Callable[[Any, Any], dict[str, Any]]) -> dict[str, Any]:
    """Lines of a model whose outcome has the mean that `mean` writes with a and b."""
    a, b, noise = sl.Normal(), sl.Normal(), sl.HalfNormal()
    parts = mean(a, b)
    mu = parts.pop("mu")
    return {"a": a, "b": b, "noise": noise, **parts, "y": sl.Normal(mu, noise, observed=True)}


def inline(a: Any, b: Any) -> dict[str, Any]:
    return {"mu": a + b * sl.data("x")}


def covariate_named(a: Any, b: Any) -> dict[str, Any]:
    x = sl.data("x")
    return {"x": x, "mu": a + b * x}


def predictor_named(a: Any, b: Any) -> dict[str, Any]:
    eta = a + b * sl.data("x")
    return {"eta": eta, "mu": eta}


def part_named(a: Any, b: Any) -> dict[str, Any]:
    part = b * sl.data("x")
    eta = a + part
    return {"part": part, "eta": eta, "mu": eta}


def minus_in_front(a: Any, b: Any) -> dict[str, Any]:
    return {"mu": a - (-b) * sl.data("x")}


def over_one(a: Any, b: Any) -> dict[str, Any]:
    return {"mu": (a + b * sl.data("x")) / 1.0}


SPELLINGS = (inline, covariate_named, predictor_named, part_named, minus_in_front, over_one)


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda s: s.__name__)
@pytest.mark.parametrize("name", COVARIATES)
def test_a_regression_on_a_covariate_as_it_comes_agrees_with_least_squares(name: str, spelling: Any):
    data = data_about(name)
    found, right = posterior(bind(line(spelling), data)), least_squares(data["y"], data["x"])
    assert agrees(found, "a", right.estimate[0], right.se[0])
    assert agrees(found, "b", right.estimate[1], right.se[1])
    assert agrees(found, "noise", right.noise, right.noise_se)


@pytest.mark.parametrize("name", COVARIATES)
def test_coefficients_after_at_agree_with_least_squares(name: str):
    data = data_about(name)
    r = np.random.default_rng(12)
    data["z"] = r.normal(-40, 3, N)
    data["y"] = data["y"] + 2 * standard(data["z"])
    X = sl.covariates("x", "z")
    a, b, noise = sl.Normal(), sl.Normal(over=X), sl.HalfNormal()
    y = sl.Normal(a + b @ X, noise, observed=True)
    found = posterior(bind({"X": X, "a": a, "b": b, "noise": noise, "y": y}, data))
    right = least_squares(data["y"], data["x"], data["z"])
    assert agrees(found, "a", right.estimate[0], right.se[0])
    apart = np.abs(found.mean["b"] - right.estimate[1:]) / right.se[1:]
    assert np.all(apart < 0.25)


COMPUTED: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "squared": (np.square, sl.data("x") ** 2),
    "logged": (np.log, sl.log(sl.data("x"))),
    "centred by hand": (lambda x: x - 100, sl.data("x") - 100),
    "over a thousand": (lambda x: x / 1000, sl.data("x") / 1000),
    "the root of a product": (lambda x: x, sl.sqrt(sl.data("x") * sl.data("x"))),
}
"""What is computed from a column: in numbers, and in a line."""


@pytest.mark.parametrize("how", COMPUTED)
@pytest.mark.parametrize("name", COVARIATES)
def test_a_covariate_computed_from_a_column_agrees_with_least_squares(name: str, how: str):
    in_numbers, in_a_line = COMPUTED[how]
    data = data_about(name, in_numbers)
    found = posterior(bind(line(lambda a, b: {"mu": a + b * in_a_line}), data))
    right = least_squares(data["y"], in_numbers(data["x"]))
    assert agrees(found, "b", right.estimate[1], right.se[1])
    assert agrees(found, "noise", right.noise, right.noise_se)


@pytest.mark.parametrize(("origin", "unit"), [(0.0, 1000.0), (-500.0, 1.0), (50.0, -3.0)])
@pytest.mark.parametrize("name", COVARIATES)
def test_the_posterior_is_the_same_for_x_and_for_c_plus_d_x(name: str, origin: float, unit: float):
    data = data_about(name)
    one = posterior(bind(line(inline), data))
    other = posterior(bind(line(inline), {**data, "x": origin + unit * data["x"]}))
    assert is_same(one, other, "b", unit)
    assert is_same(one, other, "noise")


@pytest.mark.parametrize(("origin", "unit"), [(0.0, 1e-4), (0.0, 1e5), (1e6, 1.0)])
def test_the_posterior_is_the_same_for_an_outcome_of_another_origin_and_unit(origin: float, unit: float):
    data = data_about("years")
    one = posterior(bind(line(inline), data))
    other = posterior(bind(line(inline), {**data, "y": origin + unit * data["y"]}))
    assert is_same(one, other, "b", 1 / unit)
    assert is_same(one, other, "noise", 1 / unit)


def test_a_proportion_named_inline_or_centred_has_its_slope_of_minus_six_thousand():
    data = data_about("proportions")
    right = least_squares(data["y"], data["x"])
    assert right.estimate[1] == pytest.approx(-6000, abs=300)
    centred = posterior(bind(line(lambda a, b: {"mu": a + b * (sl.data("x") - 0.0015)}), data))
    named = posterior(bind(line(covariate_named), data))
    plain = posterior(bind(line(inline), data))
    for found in (centred, named, plain):
        assert agrees(found, "b", right.estimate[1], right.se[1])


def test_a_strong_prior_on_the_slope_is_kept_where_only_the_intercept_is_open():
    """A declared prior is the person's own: the default one beside it does not weaken it."""
    data = data_about("years")
    a, b, noise = sl.Normal(), sl.Normal(0, 1e-6), sl.HalfNormal()
    y = sl.Normal(a + b * sl.data("x"), noise, observed=True)
    found = posterior(bind({"a": a, "b": b, "noise": noise, "y": y}, data))
    assert abs(found.mean["b"]) < 1e-5
    assert agrees(found, "a", data["y"].mean(), data["y"].std() / np.sqrt(N))
