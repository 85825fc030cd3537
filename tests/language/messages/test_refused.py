"""What Python lets people write and a model does not have: what was found, and what to write in its place."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError

a, b, x, g = sl.Normal(0, 1), sl.Normal(0, 1), sl.data("x"), sl.Level()
c = sl.data("region", categorical=True)
df = pd.DataFrame({"x": [1.0, 2.0, 3.0], "z": [0.0, 1.0, 0.0], "g": ["u", "v", "v"]})
Make = Callable[[], Any]

EXPRESSIONS: dict[str, tuple[Make, str, str]] = {
    "numpy's function": (lambda: np.exp(a), "numpy.exp is given a Normal(...)", "write sl.exp(...)"),
    "a function we have not": (lambda: np.arctan(a), "numpy.arctan", "sl.exp, sl."),
    "another base": (lambda: np.log10(x), "numpy.log10 is given sl.data('x')", "sl.log(...) / sl.log(10)"),
    "a sum of numpy": (lambda: np.sum([a, b]), "is no array", "sum([a, b])"),
    "a function of math": (lambda: math.exp(a), "is no number", "sl.exp"),
    "a rounded quantity": (lambda: round(a), "is no number", "sl.exp"),
    "a whole quantity": (lambda: int(a), "is no number", "sl.exp"),
    "a column of pandas": (lambda: b * df["x"], "Series 'x' of 3 values", "sl.data('x')"),
    "a column of pandas first": (lambda: df["x"] * b, "ndarray of 3 values", "sl.data('column')"),
    "a column of polars": (lambda: b * pl.Series("x", [1.0, 2.0]), "Series 'x' of 2 values", "sl.data('x')"),
    "an array": (lambda: b * np.ones(3), "ndarray of 3 values", "sl.data('column')"),
    "an array first": (lambda: np.ones(3) * b, "ndarray of 3 values", "sl.data('column')"),
    "a list": (lambda: operator.add(b, [1, 2]), "list [1, 2]", "sl.data('column')"),
    "a frame": (lambda: b * df[["x", "z"]], "the columns 'x', 'z'", "X = sl.covariates('x', 'z')"),
    "a column in a function": (lambda: sl.exp(df["x"]), "argument of sl.exp", "sl.data('x')"),
    "by a category": (lambda: b[c], "an index is covariates", "b @ X with b = sl.Normal(0, 1, over=X)"),
    "by a column": (lambda: b[sl.data("g")], "an index is sl.data('g')", "g = sl.Level() on a line above"),
    "by a column of a frame": (lambda: b[df["g"]], "Series 'g'", "over=g), used as b"),
    "by a slice": (lambda: b[0:2], "an index is slice", "one by one"),
    "by a fraction": (lambda: b[1.5], "float 1.5", "B[0], or B['days']"),
    "times a category": (lambda: b * c, "a Normal(...) is multiplied by covariates", "b @ X"),
    "a category times": (lambda: c * b, "a Normal(...) is multiplied by covariates", "b @ X"),
    "plus a category": (lambda: b + c, "a set of covariates", "b @ X"),
    "@ a name": (lambda: b @ "x", "right side of @ is str 'x'", "b * sl.data('x')"),
    "@ names": (lambda: b @ ["x", "y"], "list ['x', 'y']", "X = sl.covariates('x', 'y')"),
    "@ a column": (lambda: b @ x, "right side of @ is sl.data('x')", "X = sl.data('x', categorical=True)"),
    "@ a column of a frame": (lambda: b @ df["x"], "Series 'x'", "b * sl.data('x')"),
    "@ a frame": (lambda: b @ df[["x", "z"]], "the columns 'x', 'z'", "X = sl.covariates('x', 'z')"),
    "@ a level": (lambda: b @ g, "a Level", "A = sl.Normal(0, sd, over=level), used as A"),
    "@ an index": (lambda: b @ sl.Index(2), "an Index", "b[0]"),
    "@ a quantity": (lambda: b @ a, "a Normal(...)", "a product is a * b"),
    "an array @": (lambda: np.ones((3, 2)) @ b, "numpy.matmul", "b @ X with X = sl.covariates(...)"),
    "covariates first": (lambda: c @ b, "covariates stand on the left", "b @ X"),
    "a comparison": (
        lambda: x > 3,
        "cannot be compared",
        "df['x_above'] = df['x'] > 3, and use sl.data('x_above')",
    ),
    "a branch": (lambda: 1 if x <= 0 else 2, "cannot be compared", "df['x_up_to'] = df['x'] <= 0"),
    "a comparison of quantities": (lambda: a < b, "cannot be compared", "fit.idata"),
    "the larger": (lambda: max(a, b), "cannot be compared", "a column of the data"),
    "no truth": (lambda: not a, "no truth value", "without if, and, or, not"),
    "bits": (lambda: a & b, "has no &", "df['new'] = ..."),
    "a hat": (lambda: x ^ 2, "has no ^", "x ** 2"),
    "a whole quotient": (lambda: x // 2, "has no //", "write /"),
    "a remainder": (lambda: 7 % x, "has no %", "df['new'] = ..."),
    "a call": (lambda: a(3), "called like a function", "a product is a * b"),
    "a method": (lambda: x.log(), "no attribute 'log'", "write sl.log(...)"),
    "a mean": (lambda: x.mean(), "no attribute 'mean'", "df['x'].mean"),
    "a type": (lambda: x.astype("category"), "no attribute 'astype'", "categorical=True"),
    "a level in a sum": (lambda: a + g, "is a Level", "declare a quantity over it"),
    "a level first": (lambda: g + a, "a Level and a Normal(...)", "sl.Normal(0, sd, over=level)"),
    "text": (lambda: sl.Normal("x", 1), "the text 'x'", "sl.data('x')"),
    "a distribution itself": (
        lambda: sl.Normal(sl.Normal, 1),
        "distribution Normal itself",
        "a = sl.Normal(...)",
    ),
    "a comma too many": (lambda: sl.Normal((a,), 1), "a tuple of one", "leave the comma out"),
}


@pytest.mark.parametrize(("make", "found", "way_out"), EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_what_no_line_can_hold_says_what_to_write(make: Make, found: str, way_out: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        make()
    assert found in caught.value.found
    assert way_out in caught.value.way_out


DECLARATIONS: dict[str, tuple[Make, str, str]] = {
    "over a text": (lambda: sl.Normal(0, 1, over="class"), "str 'class'", "class_ = sl.Level('class')"),
    "over a list of one text": (
        lambda: sl.Normal(0, 1, over=["school"]),
        "str 'school'",
        "school = sl.Level()",
    ),
    "over labels": (lambda: sl.Normal(0, 1, over=["u", "v"]), "str 'u'", "over=sl.Index(['u', 'v'])"),
    "over a number": (lambda: sl.Normal(0, 1, over=3), "int 3", "over=sl.Index(3)"),
    "over a column": (lambda: sl.Normal(0, 1, over=sl.data("g")), "sl.data('g')", "g = sl.Level()"),
    "over values": (lambda: sl.Normal(0, 1, over=df["g"]), "Series 'g'", "g = sl.Level()"),
    "over the class": (lambda: sl.Normal(0, 1, over=sl.Level), "class Level itself", "level = sl.Level()"),
    "observed values": (
        lambda: sl.Normal(0, 1, observed=df["x"]),
        "Series 'x'",
        "observed='x'; the data come",
    ),
    "an observed frame": (lambda: sl.Normal(0, 1, observed=df), "DataFrame", "observed=True; the data come"),
    "an observed array": (lambda: sl.Normal(0, 1, observed=np.ones(3)), "ndarray", "Model.fit(df)"),
    "an observed column": (lambda: sl.Normal(0, 1, observed=sl.data("y")), "sl.data('y')", "observed='y'"),
    "observed None": (lambda: sl.Normal(0, 1, observed=None), "NoneType", "leave it out"),
    "two columns of a level": (
        lambda: sl.Level("school", "class"),
        "too many positional arguments",
        "school = sl.Level(), then class_ = sl.Level('class', within=school)",
    ),
    "columns of a level": (lambda: sl.Level(["a", "b"]), "list ['a', 'b']", "b = sl.Level('b', within=a)"),
    "values of a level": (lambda: sl.Level(df["g"]), "Series 'g'", "g = sl.Level()"),
    "a named level": (lambda: sl.Level(name="school"), "no argument 'name'", "sl.Level('column')"),
    "a level in another": (lambda: sl.Level("a", parent=g), "no argument 'parent'", "within="),
    "a misspelt argument": (lambda: sl.Level("a", wihtin=g), "no argument 'wihtin'", "within="),
    "labels one by one": (lambda: sl.Index("a", "b"), "too many positional", "sl.Index(['a', 'b'])"),
    "a named index": (lambda: sl.Index(["a"], name="k"), "no argument 'name'", "k = sl.Index([...])"),
    "columns of data": (lambda: sl.data("x", "z"), "too many positional", "sl.covariates('a', 'b')"),
    "a category of data": (lambda: sl.data("x", cat=True), "no argument 'cat'", "categorical="),
    "values of data": (lambda: sl.data(df["x"]), "Series 'x'", "sl.data('x')"),
    "a frame of covariates": (lambda: sl.covariates(df), "DataFrame", "sl.covariates('x', 'z', 'g')"),
    "a list of covariates": (lambda: sl.covariates(["x", "z"]), "list ['x', 'z']", "sl.covariates('x', 'z')"),
}


@pytest.mark.parametrize(("make", "found", "way_out"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_a_declaration_that_cannot_be_meant_says_what_to_write(make: Make, found: str, way_out: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        make()
    assert found in caught.value.found
    assert way_out in caught.value.way_out


def test_python_sees_its_own_kinds_of_error() -> None:
    with pytest.raises(TypeError, match="too many positional"):
        sl.Level("a", "b")
    with pytest.raises(AttributeError):
        a.mean()
    assert not hasattr(a, "shape")
    assert not hasattr(a, "_private")


def test_the_absolute_value_of_python_is_ours() -> None:
    lines = {"a": a, "y": sl.Normal(abs(a), 1, observed=True)}
    assert sl.Model.define("M", lines).bind({"y": [1.0, 2.0]}).program


def test_a_whole_number_of_numpy_is_an_index() -> None:
    k = sl.Index(2)
    B = sl.Normal(0, 1, over=k)
    lines = {"k": k, "B": B, "y": sl.Normal(B[np.int64(1)], 1, observed=True)}
    assert sl.Model.define("M", lines).bind({"y": [1.0, 2.0]}).program


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
def test_the_column_that_a_comparison_is_shown_can_be_used(compare: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        compare(x, 1)
    line, _, use = caught.value.way_out.removeprefix("make it a column, ").partition(", and use ")
    names = {"df": df.assign(y=[1.0, 2.0, 4.0]), "sl": sl}
    exec(line, names)
    lines = {"b": b, "y": sl.Normal(b * eval(use, names), 1, observed=True)}
    assert sl.Model.define("M", lines).bind(names["df"]).program
