"""A plan that a person writes: its switches, and what they decide."""

from __future__ import annotations

from typing import Any

import pytest

import stanlevels as sl
from stanlevels.errors import FitError


class Schools(sl.Model):
    """Effects of schools."""

    school = sl.Level()
    spread = sl.HalfNormal(5)
    slope = sl.Normal(0, 1)
    other = sl.Normal(0, 1)
    effect = sl.Normal(0, spread, over=school)
    y = sl.Normal(effect + slope * sl.data("x") + other * sl.data("z"), 1, observed=True)


DATA = {
    "school": ["A", "A", "B", "B"],
    "x": [0.0, 1, 2, 3],
    "z": [1.0, 0, 0, 1],
    "y": [1.0, 2, 3, 4],
}


def test_the_literal_plan_samples_every_unknown_and_uses_no_function_of_a_whole_model() -> None:
    bound = Schools.bind(DATA, plan=sl.Plan.literal())
    assert bound.plan.centered == {"effect": False}
    assert "glm" not in bound.stan_code
    assert not bound.plan.marginalize
    assert not bound.plan.compress
    assert not bound.plan.lifted


def test_one_form_for_all_or_for_those_that_are_named() -> None:
    assert Schools.bind(DATA, plan=sl.Plan(center=True)).plan.centered == {"effect": True}
    named = sl.Plan(center={"effect": False}, marginalize=False)
    assert Schools.bind(DATA, plan=named).plan.centered == {"effect": False}


@pytest.mark.parametrize(
    "switches",
    [
        {"compress": 3},
        {"marginalize": "A"},
        {"center": ["A"]},
        {"lift": ["A"]},
        {"metric": "full"},
        {"glm": 0},
    ],
)
def test_a_switch_that_is_none_is_refused(switches: dict[str, Any]) -> None:
    with pytest.raises(FitError, match=rf"{next(iter(switches))}= of a Plan is"):
        sl.Plan(**switches)


def test_a_plan_about_quantities_of_another_model_is_refused() -> None:
    with pytest.raises(FitError, match="decides about 'B'"):
        Schools.bind(DATA, plan=sl.Plan(marginalize=["B"]))
