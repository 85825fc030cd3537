"""Lists as arguments: what counts as one, and where one may stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import stanlevels as sl
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from stanlevels.graph import Expr, Number, Ref, Stack

k = sl.Index(["u", "v", "w"])
ONE_TWO_FOUR = Stack((Number(1), Number(2), Number(4)))


def argument(line: Any, name: str, **more: Any) -> Expr | None:
    node = sl.Model.define("M", {"k": k, **more, "b": line}).graph().variables["b"]
    return node.arg(name)


@pytest.mark.parametrize(
    "numbers",
    [
        [1, 2, 4],
        (1.0, 2.0, 4.0),
        np.array([1, 2, 4]),
        pd.Series([1, 2, 4]),
        pd.Series([1, 2, 4], index=["u", "v", "w"]),
        pl.Series("s", [1, 2, 4]),
        [np.float64(1), np.int64(2), 4],
    ],
    ids=lambda value: type(value).__module__,
)
def test_a_list_an_array_or_a_series_is_a_number_for_every_component(numbers: Any) -> None:
    assert argument(sl.Normal(numbers, 1, over=k), "mu") == ONE_TWO_FOUR
    assert argument(sl.Normal(0, numbers, over=k), "sigma") == ONE_TWO_FOUR


def test_a_list_may_hold_quantities() -> None:
    a, s = sl.Normal(0, 1), sl.HalfNormal(1)
    line = sl.Normal([a, a + 1, 0], [1, s, s], over=k)
    found = argument(line, "mu", a=a, s=s)
    assert isinstance(found, Stack)
    assert found.items[0] == Ref("a")


CONTINUOUS = [
    (family.name, form.key, parameter.name)
    for family in FAMILIES.values()
    if family.is_scalar and not family.discrete and family.latent
    for form in family.parameterizations
    for parameter in form.parameters
]


@pytest.mark.parametrize(("family", "key", "name"), CONTINUOUS)
def test_every_argument_of_every_continuous_distribution_takes_a_list(
    family: str, key: str, name: str
) -> None:
    form = FAMILIES[family].parameterization(key)
    numbers: dict[str, Any] = {
        p.name: (0.5 if p.support.upper == 1 else 1.0 + i) for i, p in enumerate(form.parameters)
    }
    numbers[name] = [numbers[name]] * 3
    lines = {"k": k, "b": getattr(sl, family)(**numbers, over=k), "y": sl.Normal(0, 1, observed=True)}
    assert sl.Model.define("M", lines).bind({"y": [1.0, 2.0]}).program


def test_an_index_says_how_many_entries_there_are() -> None:
    with pytest.raises(DeclarationError) as caught:
        sl.Normal([1, 2], 1, over=k)
    assert caught.value.found == "mu of sl.Normal has 2 entries, and the Index 3 labels: 'u', 'v', 'w'"
    assert caught.value.expected == "3 entries, one per label"


def test_covariates_say_so_when_data_are_bound() -> None:
    X = sl.covariates("x", "z")
    b = sl.Normal(0, [1, 2, 3], over=X)
    model = sl.Model.define("M", {"X": X, "b": b, "y": sl.Normal(b @ X, 1, observed=True)})
    with pytest.raises(DeclarationError) as caught:
        model.bind({"x": [1.0, 2.0], "z": [0.0, 1.0], "y": [1.0, 2.0]})
    assert caught.value.found == "sigma of 'b' has 3 entries, and 'b' 2 components over 'X': 'x', 'z'"


def test_an_overriding_index_of_another_length_is_refused_when_data_are_bound() -> None:
    class Three(sl.Model):
        j = sl.Index(3)
        b = sl.Normal([1, 2, 3], 1, over=j)
        y = sl.Normal(b[0], 1, observed=True)

    class Two(Three):
        j = sl.Index(2)

    with pytest.raises(DeclarationError, match="has 3 entries, and 'b' 2 components"):
        Two.bind({"y": [1.0]})


def test_a_series_with_other_labels_is_refused() -> None:
    shuffled = pd.Series([1, 2, 4], index=["w", "v", "u"])
    with pytest.raises(DeclarationError, match="the labels 'w', 'v', 'u'") as caught:
        sl.Normal(shuffled, 1, over=k)
    assert "values.tolist()" in caught.value.way_out
    assert argument(sl.Normal(shuffled.loc[["u", "v", "w"]], 1, over=k), "mu") == Stack(
        (Number(4), Number(2), Number(1))
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: sl.Normal([1, 2], 1),
        lambda: sl.Normal([1, 2], 1, over=sl.Level()),
        lambda: sl.Normal([1, 2], 1, observed=True),
        lambda: sl.Binomial([1, 2], 0.5, over=sl.Index(2), observed=True),
        lambda: sl.Poisson([1, 2], observed=True),
    ],
)
def test_a_list_without_components_is_refused(make: Any) -> None:
    with pytest.raises(DeclarationError, match="is given a list of 2 entries") as caught:
        make()
    assert "k = sl.Index(2)" in caught.value.way_out


def test_a_column_of_a_frame_is_named_instead() -> None:
    with pytest.raises(DeclarationError, match="an array of 2 entries") as caught:
        sl.Normal(pd.Series([1.0, 2.0], name="x"), 1, observed=True)
    assert "sl.data('x')" in caught.value.way_out


def test_a_list_over_two_component_axes_is_refused() -> None:
    with pytest.raises(DeclarationError, match="components over 2 axes"):
        sl.Normal([1, 2], 1, over=(sl.Index(2), sl.Index(3)))
