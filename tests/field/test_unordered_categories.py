"""Plain text as an outcome of categories: fine where no order is needed, told how to get one where it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl

DATA = pd.DataFrame(
    {
        "colour": np.array(["red", "green", "blue"])[np.arange(30) % 3],
        "x": np.linspace(-1, 1, 30),
        "g": [f"g{i % 5}" for i in range(30)],
        "y": np.linspace(0, 3, 30) ** 2,
    }
)
a, b, x = sl.Normal(0, 1), sl.Normal(0, 1), sl.data("x")


def bind(data: pd.DataFrame, **lines: Any) -> Any:
    return sl.Model.define("M", {"a": a, "b": b, **lines}).bind(data)


def test_text_without_an_order_is_a_categorical_outcome() -> None:
    bound = bind(DATA, colour=sl.Categorical(logit=[0, a, b * x], observed=True))
    assert bound.stan_data["colour"][:3].tolist() == [3, 2, 1]  # blue, green, red


def test_too_few_entries_say_that_every_category_has_one() -> None:
    with pytest.raises(sl.DataError, match="holds 'blue', 'green', 'red'") as caught:
        bind(DATA, colour=sl.Categorical(logit=[a, b * x], observed=True))
    assert "an entry for every category" in caught.value.way_out


def test_text_in_the_place_of_an_order_is_told_how_to_put_it_in_order() -> None:
    cut = sl.Normal(0, 3, over=sl.Index(2), ordered=True)
    outcome = sl.OrderedLogistic(b * x, cut, observed=True)
    with pytest.raises(sl.DataError, match="have no order") as caught:
        bind(DATA, cut=cut, colour=outcome)
    line = caught.value.way_out.removeprefix("put them in order, ").partition(", or write")[0]
    names = {"df": DATA.copy(), "pandas": pd}
    exec(line, names)
    assert bind(names["df"], cut=cut, colour=outcome).stan_data["colour"][:3].tolist() == [3, 2, 1]


def of_units() -> dict[str, Any]:
    g, c = sl.Level(), sl.data("colour", categorical=True)
    A = sl.Normal(a, 1, over=g)
    return {"g": g, "c": c, "A": A, "eta": A + b * x}


@pytest.mark.parametrize("name", ["A", "eta"])
def test_a_quantity_of_units_times_categories_is_told_both_things_it_may_mean(name: str) -> None:
    lines = of_units()
    with pytest.raises(
        sl.DeclarationError, match=f"multiplies '{name}', which has one value for every"
    ) as caught:
        bind(DATA, **lines, y=sl.Normal(lines[name] @ lines["c"], 1, observed=True))
    way_out = caught.value.way_out
    assert f"{name} + b @ c with b = sl.Normal(0, 1, over=c)" in way_out
    assert ("over=(g, c)" if name == "A" else "over=(sl.rows, c)") in way_out
    effect = sl.Normal(0, 1, over=lines["c"])
    beside = sl.Normal(lines[name] + effect @ lines["c"], 1, observed=True)
    assert bind(DATA, **lines, effect=effect, y=beside).program


def test_one_value_times_categories_is_told_to_have_one_for_each() -> None:
    c = sl.data("colour", categorical=True)
    with pytest.raises(sl.DeclarationError, match="multiplies 'a', which has one value,") as caught:
        bind(DATA, c=c, y=sl.Normal(a @ c, 1, observed=True))
    assert caught.value.way_out == "write a = sl.Normal(..., over=c)"
