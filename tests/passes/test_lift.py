"""`lift`: centred effects are sampled together with what is the same in all rows of each of their units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.plan.quantities import Moved, Natural, Sampled, Standardised
from tests.parity.harness import check
from tests.passes.kit import records

RNG = np.random.default_rng(8)
STATE = np.repeat(np.arange(4), 60)
COUNTY = np.repeat(np.arange(24), 10)
DATA = pd.DataFrame(
    {
        "state": STATE,
        "county": COUNTY,
        "inspector": np.tile(np.arange(6), 40),
        "u": RNG.normal(size=24)[COUNTY],
        "v": RNG.normal(size=24)[COUNTY],
        "year": 2000.0 + np.tile(np.arange(10), 24),
        "floor": RNG.integers(0, 2, size=240),
        "y": RNG.normal(size=24)[COUNTY] + RNG.normal(size=240),
    }
)


class Base(sl.Model):
    state = sl.Level()
    county = sl.Level(within=state)
    inspector = sl.Level()
    a, b, c = sl.Normal(0, 5), sl.Normal(0, 5), sl.Normal(0, 5)
    X = sl.covariates("u", "v")
    d = sl.Normal(0, 5, over=X)
    s, t, noise = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    S = sl.Normal(0, t, over=state, centered=True)
    I = sl.Normal(0, t, over=inspector, centered=True)  # noqa: E741
    A = sl.Normal(0, s, over=county, centered=True)


def made(mean: Any, **lines: Any) -> Any:
    """A model with this predictor."""
    metaclass: Any = type(Base)
    return metaclass("M", (Base,), {**lines, "y": sl.Normal(mean, Base.noise, observed=True)})


def lifted(mean, **lines) -> dict[str, tuple[str, ...]]:
    """What is lifted in a model with this predictor; its density is that of the declaration."""
    model = made(mean, **lines)
    bound = model.bind(DATA)
    values = {"a": 0.3, "b": -0.2, "c": 0.4, "s": 0.7, "t": 0.5, "noise": 1.2}
    units = {"S": 4, "I": 6, "A": 24}
    named = {name: np.asarray(value) for name, value in values.items()}
    named |= {name: np.linspace(-1, 1, size) for name, size in units.items()} | {"d": np.array([0.5, -1.0])}
    here = {name: value for name, value in named.items() if name in bound.planned.latent}
    check(model, DATA, here, forms=(None,))
    assert model.bind(DATA, plan=bound.plan).stan_code == bound.stan_code
    return dict(bound.plan.lifted)


def test_a_covariate_of_the_group_in_the_line_of_the_rows_is_lifted_and_one_of_rows_is_not():
    mean = Base.A + Base.b * sl.data("u") + Base.c * sl.data("floor")
    assert lifted(mean) == {"A": ("b",)}


def test_what_is_multiplied_by_several_covariates_of_the_group_is_lifted():
    mean = (
        Base.A - 2 * Base.b * sl.data("u") * sl.exp(sl.data("v")) + Base.c * sl.data("u") * sl.data("floor")
    )
    assert lifted(mean) == {"A": ("b",)}


def test_a_set_of_covariates_of_the_group_is_lifted():
    assert lifted(Base.A + Base.d @ Base.X) == {"A": ("d",)}


def test_an_intercept_goes_to_the_level_with_fewest_units_and_what_lies_within_it():
    assert lifted(Base.a + Base.A) == {"A": ("a",)}
    assert lifted(Base.a + Base.A + Base.S) == {"A": ("a", "S"), "S": ("a",)}
    assert lifted(Base.a + Base.A + Base.I) == {"I": ("a",)}


def test_an_intercept_goes_to_the_effects_that_are_best_informed():
    """Six inspectors of 40 visits who are all alike, and 24 counties of 10 that differ."""
    model = made(
        Base.a + Base.A + Base.I,
        A=sl.Normal(0, Base.s, over=Base.county, centered="between"),
        I=sl.Normal(0, Base.t, over=Base.inspector, centered="between"),
    )
    assert dict(model.bind(DATA).plan.lifted) == {"A": ("a",)}


def test_a_plan_may_have_it_otherwise():
    model = made(Base.a + Base.A + Base.I)
    for name in ("A", "I"):
        plan = sl.Plan(lift={name: ("a",)}, marginalize=False)
        assert dict(model.bind(DATA, plan=plan).plan.lifted) == {name: ("a",)}


def test_effects_between_centred_and_not_take_it_up_as_far_as_they_are_centred():
    A = sl.Normal(Base.c, Base.s, over=Base.county, centered="between")
    assert lifted(A + Base.b * sl.data("u"), A=A) == {"A": ("b",)}
    model = made(A + Base.b * sl.data("u"), A=A)
    code = model.bind(DATA).stan_code
    assert "(A_between - A_pilot_weight .* (c + b * county_u));" in code
    assert "normal_lpdf(A_between | A_pilot_weight .* (c + b * county_u), A_pilot_scale * exp(" in code


def test_what_stands_in_the_mean_of_an_effect_is_lifted_into_its_parent():
    A = sl.Normal(Base.S + Base.a, Base.s, over=Base.county, centered=True)
    assert lifted(A, A=A) == {"S": ("a",)}


def test_effects_that_are_not_centred_or_stand_in_two_lines_stay_as_they_are():
    A = sl.Normal(0, Base.s, over=Base.county, centered=False)
    assert lifted(A + Base.b * sl.data("u"), A=A) == {}
    z = sl.Normal(Base.A * 1, 1, observed="v")
    assert lifted(Base.A + Base.b * sl.data("u"), z=z) == {}


def test_a_slope_that_varies_takes_nothing_up():
    assert lifted(Base.b * sl.data("u") + Base.A * sl.data("floor")) == {}


def test_a_covariate_far_from_0_is_taken_at_its_mean_beside_what_is_lifted():
    model = made(Base.A + Base.b * sl.data("u") + Base.c * sl.data("year"))
    bound = model.bind(DATA)
    value = bound.planned.quantities["A"].value
    assert isinstance(value, Sampled)
    assert isinstance(value.form, Moved)
    assert (value.form.lifted, value.form.at_means) == (("b",), True)
    assert "vector[N_county] A = A_lifted - (b * county_u + A_at_c * c);" in bound.stan_code


def test_the_plan_says_what_is_lifted_and_how_not_to():
    model = made(Base.A + Base.b * sl.data("u"))
    record = records(model.bind(DATA), "lift")["A"]
    assert record.decision == "sampled with what b adds in each county, as if that stood in its line"
    assert record.instead == "write centered=False in the line of A"


@pytest.mark.parametrize("where", ["rows", "county"])
def test_a_plan_for_new_data_in_which_the_covariate_varies_lifts_nothing(where):
    model = made(Base.A + Base.b * sl.data("u"))
    plan = model.bind(DATA).plan
    new = DATA if where == "county" else DATA.assign(u=np.random.default_rng(9).normal(size=240))
    form = model.bind(new, plan=plan).planned.quantities["A"].value
    assert isinstance(form, Sampled)
    assert isinstance(form.form, Moved if where == "county" else Natural)
    assert not isinstance(form.form, Standardised)
