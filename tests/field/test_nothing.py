"""Fits to nothing are refused by every method, with the reason."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.passes.check_informed import check_informed
from tests.field.kit import Intercepts, base

METHODS = ["nuts", "laplace", "mle", "reml", "em", "ols"]


class Weighted(sl.Model):
    """y ~ 1 + (1 | g), every row counted w times."""

    g = sl.Level()
    a = sl.Normal()
    sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    A = sl.Normal(a, sd, over=g)
    y = sl.Normal(A, noise, observed=True, weights="w")


class Trials(sl.Model):
    """Successes among trials."""

    a = sl.Normal(0, 1)
    k = sl.Binomial(sl.data("n"), logit=a, observed=True)


def refusal(model: Any, data: Any, method: str, **arguments: Any) -> str:
    with pytest.raises(sl.DataError) as error:
        model.fit(data, method, **arguments)
    assert error.value.found.endswith(": there is nothing to fit")
    return error.value.found.removesuffix(": there is nothing to fit")


@pytest.mark.parametrize("method", METHODS)
def test_rows_that_all_lack_the_outcome_are_no_data(method: str) -> None:
    d = base()
    lacking = refusal(Intercepts, d.assign(y=np.nan), method, missing="drop")
    assert lacking == "all 60 rows lack 'y'"
    odd = np.arange(60) % 2 == 1
    found = refusal(Intercepts, d.assign(x=d["x"].where(odd), y=d["y"].where(~odd)), method, missing="drop")
    assert "'x' in 30" in found
    assert "'y' in 30" in found


@pytest.mark.parametrize("method", METHODS)
def test_a_frame_without_rows_is_no_data(method: str) -> None:
    assert refusal(Intercepts, base().iloc[:0], method) == "the data have no rows"


@pytest.mark.parametrize("method", ["nuts", "mle", "reml", "em", "ols"])
def test_rows_of_weight_0_are_no_data(method: str) -> None:
    assert refusal(Weighted, base().assign(w=0), method) == "all 60 weights 'w' of 'y' are 0"


def test_counts_out_of_no_trials_are_no_data() -> None:
    assert refusal(Trials, {"k": [0, 0], "n": [0, 0]}, "nuts") == "trials of 'k' is 0 in all 2 rows"


def test_one_outcome_of_two_may_be_without_rows_that_count() -> None:
    class Two(sl.Model):
        a = sl.Normal(0, 1)
        y = sl.Normal(a, 1, observed=True)
        z = sl.Normal(a, 1, observed=True, weights="w")

    bound = Two.bind({"y": [1.0, 2.0], "z": [1.0, 2.0], "w": [0, 0]})
    check_informed(bound.planned, bound.data)


def test_unknowns_that_reach_no_outcome_are_nothing_to_fit() -> None:
    lines = {"a": sl.Normal(0, 1), "y": sl.Normal(0, 1, observed=True)}
    with pytest.raises(sl.FitError, match="no line with data depends on 'a'"):
        sl.Model.define("M", lines).fit({"y": [0.0, 1.0]})


def test_data_without_rows_can_still_be_planned() -> None:
    assert Intercepts.bind(base().iloc[:0]).data.n_rows == 0


# --- expressions of data that are no numbers -----------------------------------------------------


class Rate(sl.Model):
    """Counts by exposure."""

    g = sl.Level()
    a = sl.Normal()
    sd = sl.HalfNormal()
    A = sl.Normal(a, sd, over=g)
    k = sl.Poisson(log=A + sl.log(sl.data("days")), observed=True)


@pytest.mark.parametrize("days", [0, -2])
@pytest.mark.parametrize("method", METHODS)
def test_an_exposure_of_0_or_less_is_refused_by_row_and_column(method: str, days: float) -> None:
    d = base().assign(k=np.arange(60) % 5, days=10.0)
    d.loc[3, "days"] = days
    with pytest.raises(sl.DataError) as error:
        Rate.fit(d, method)
    assert error.value.found == (
        "log(data(\"days\")), which 'k' uses, is not a finite number in 1 of 60 rows:"
        f" 'days' is {days} in rows 3 (counted from 0)"
    )
    assert error.value.expected == "a positive number under log"


ODD = {
    "log of 0": (lambda x: sl.log(x), 0.0, "log"),
    "root of a negative": (lambda x: sl.sqrt(x), -1.0, "sqrt"),
    "log1p of -1": (lambda x: sl.log1p(x), -1.0, "log1p"),
    "logit of 1": (lambda x: sl.logit(x), 1.0, "logit"),
    "quotient by 0": (lambda x: 1 / x, 0.0, "1 / data"),
    "overflow": (lambda x: sl.exp(x), 1e4, "exp"),
    "power": (lambda x: x**-2, 0.0, r"data\(\"x\"\) \*\* \(-2\)"),
    "inside a function": (lambda x: sl.square(sl.log(x) + 1), 0.0, r"log\(data"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_computed_from_data_is_finite_or_refused(name: str) -> None:
    make, x, words = ODD[name]
    lines = {"b": sl.Normal(0, 1)}
    lines["y"] = sl.Normal(lines["b"] * make(sl.data("x")), 1, observed=True)
    with pytest.raises(sl.DataError, match=rf"{words}.*in 1 of 2 rows: 'x' is .* in rows 1"):
        sl.Model.define("M", lines).bind({"x": [0.5, x], "y": [1.0, 2.0]})


def test_a_named_expression_of_data_is_looked_at_where_an_outcome_uses_it() -> None:
    def lines(used: bool) -> dict[str, Any]:
        inverse = 1 / sl.data("x")
        b = sl.Normal(0, 1)
        y = sl.Normal(b * inverse if used else b, 1, observed=True)
        return {"b": b, "inverse": inverse, "y": y}

    data = {"x": [0.0, 1.0], "y": [1.0, 2.0]}
    with pytest.raises(sl.DataError, match="which 'inverse' uses"):
        sl.Model.define("M", lines(used=True)).bind(data)
    sl.Model.define("M", lines(used=False)).bind(data)


def test_units_of_a_level_are_named_where_their_number_is_none() -> None:
    class Sizes(sl.Model):
        g = sl.Level()
        s = sl.HalfNormal(1)
        A = sl.Normal(sl.log(sl.data("size")), s, over=g)
        y = sl.Normal(A, 1, observed=True)

    with pytest.raises(sl.DataError, match=r"in 1 of 2 units: 'size' is 0 in units 'a'"):
        Sizes.bind(pd.DataFrame({"g": ["a", "b"], "size": [0, 1], "y": [1.0, 2.0]}))


def test_known_arguments_are_held_against_their_supports_however_they_are_computed() -> None:
    lines = {"a": sl.Normal(0, 1)}
    lines["y"] = sl.Normal(lines["a"], 2 * sl.data("se"), observed=True)
    with pytest.raises(sl.DataError, match=r"1 of 2 values of 2 \* data\(\"se\"\) cannot be sigma of y"):
        sl.Model.define("M", lines).bind({"se": [1.0, -1.0], "y": [1.0, 2.0]})
    with pytest.raises(sl.DataError, match="cannot be trials of k"):
        Trials.bind({"k": [1, 1], "n": [10**10, 2]})
