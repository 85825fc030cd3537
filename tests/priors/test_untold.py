"""What nothing scales is an error that asks for a number, not a guess."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError
from tests.priors.kit import bind

R = np.random.default_rng(80)
DATA = {"x": R.uniform(1, 3, 30), "y": R.normal(5, 2, 30), "k": R.integers(0, 2, 30)}

Lines = dict[str, Any]


def growth(b1: Any, b2: Any) -> Lines:
    return {"b1": b1, "b2": b2, "y": sl.Normal(b1 * sl.exp(b2 * sl.data("x")), 1, observed=True)}


def product(b1: Any, b2: Any) -> Lines:
    return {"b1": b1, "b2": b2, "y": sl.Normal(b1 * b2 * sl.data("x"), 1, observed=True)}


def power(b1: Any, b2: Any) -> Lines:
    return {"b1": b1, "b2": b2, "y": sl.Normal(b1 + sl.data("x") ** b2, 1, observed=True)}


def wave(b1: Any, b2: Any) -> Lines:
    return {"b1": b1, "b2": b2, "y": sl.Normal(b1 + sl.sin(b2 * sl.data("x")), 1, observed=True)}


def of_no_use(b1: Any, b2: Any) -> Lines:
    return {"b1": b1, "b2": b2, "y": sl.Normal(b1, 1, observed=True)}


def of_use_to_a_derived_line_alone(b1: Any, b2: Any) -> Lines:
    return {"b1": b1, "b2": b2, "twice": b1 + 2 * b2, "y": sl.Normal(b1, 1, observed=True)}


UNTOLD: tuple[Callable[[Any, Any], Lines], ...] = (
    growth,
    product,
    power,
    wave,
    of_no_use,
    of_use_to_a_derived_line_alone,
)


@pytest.mark.parametrize("lines", UNTOLD, ids=lambda m: m.__name__)
def test_an_open_prior_that_nothing_scales_asks_for_a_number(lines: Callable[[Any, Any], Lines]):
    with pytest.raises(DeclarationError) as raised:
        bind(lines(sl.Normal(), sl.Normal()), DATA)
    text = str(raised.value)
    assert "number" in text
    assert "b2" in text or "b1" in text
    assert "= sl.Normal(0, 1)" in text


@pytest.mark.parametrize("lines", UNTOLD, ids=lambda m: m.__name__)
def test_with_numbers_it_is_a_model_like_any_other(lines: Callable[[Any, Any], Lines]):
    bound = bind(lines(sl.Normal(0, 1), sl.Normal(0, 1)), DATA)
    assert "target" in bound.stan_code


def test_the_one_that_is_told_needs_no_number():
    """A location beside a curve is told by the outcome; the message names the other one alone."""
    for lines in (power, wave, of_no_use, of_use_to_a_derived_line_alone):
        bind(lines(sl.Normal(), sl.Normal(0, 1)), DATA)


def test_an_open_sd_of_what_is_of_no_use_asks_for_a_number_too():
    level, sd = sl.Level("k"), sl.HalfNormal()
    spare = sl.Normal(0, sd, over=level)
    lines = {"level": level, "sd": sd, "spare": spare, "y": sl.Normal(0, 1, observed=True)}
    with pytest.raises(DeclarationError, match="number"):
        bind(lines, DATA)
