"""Arithmetic, functions and literals mean in the program what they mean in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stanlevels as sl
from stanlevels.distributions.functions import FUNCTIONS
from tests.oracle.evaluate import FUNCTIONS as EVALUATED
from tests.parity.harness import check

DATA = pd.DataFrame(
    {
        "school": ["b", "a", "b", "a", "c"],
        "x": [0.5, -1.25, 2.0, 0.75, -0.3],
        "whole": [3, -2, 7, 2, 5],
        "y": [0.1, 0.2, -0.3, 0.4, 1.0],
    }
)
VALUES = {"a": np.array(0.7), "b": np.array(-0.4), "e": np.array([0.3, -0.8, 1.1])}


def parity(expression: Any, level: Any, a: Any, b: Any, e: Any, *, named: bool = False) -> None:
    lines = {"school": level, "a": a, "b": b, "e": e}
    if named:
        lines["named"] = expression
    lines["y"] = sl.Normal(expression, 1, observed=True)
    check(sl.Model.define("Computed", lines), DATA, VALUES)


def leaves() -> dict[str, Any]:
    level = sl.Level()
    return {"level": level, "a": sl.Normal(0, 1), "b": sl.Normal(0, 1), "e": sl.Normal(0, 1, over=level)}


def test_the_oracle_knows_every_function_of_the_language():
    assert set(EVALUATED) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("of", ["scalar", "level", "rows", "number"])
def test_every_function(name, of):
    d = leaves()
    inner = {"scalar": d["a"], "level": d["e"], "rows": d["e"] * sl.data("x") + d["b"], "number": 0.3}[of]
    inside = {"logit": sl.inv_logit, "log": sl.exp, "sqrt": sl.exp, "log1p": sl.exp}
    argument = inside[name](inner) if name in inside else inner
    function = getattr(sl, name)
    parity(function(argument) + d["a"], *d.values())
    parity(function(argument) * d["b"], *d.values(), named=True)


NUMBERS = (0, 1, 2, -1, -2, 0.5, -0.25, 3, 0.1 + 0.2, 1e-7, 1e6, 1 / 3, 12345678901)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_keeps_its_value_and_its_sign(number):
    d = leaves()
    scale = 1 / max(abs(number), 1)
    parity((d["a"] - number) * scale + (number - d["e"]) * scale, *d.values())
    parity(scale * (number * d["a"] + sl.data("x") * number), *d.values())


def test_whole_numbers_divide_with_a_rest():
    d = leaves()
    parity(d["a"] * (1 / sl.data("whole")) + 3 / sl.data("whole") + sl.data("whole") / 2, *d.values())
    seven = sl.Constant(7)
    lines = {"school": d["level"], "a": d["a"], "seven": seven}
    lines["y"] = sl.Normal(seven / 2 + 1 / seven + d["a"] * (2 / seven), 1, observed=True)
    check(sl.Model.define("Sevens", lines), DATA, {"a": VALUES["a"]})


OPERATIONS: dict[str, Any] = {
    "sums to the right": lambda a, b, x: a - (b - (x - (a + b))),
    "quotients to the right": lambda a, b, x: a / (2 + b / (3 + sl.square(x) / (a + 2))),
    "minus before a power": lambda a, b, x: -(a**2) + (-b) ** 2 - (-x) ** 2,
    "a power of a power": lambda a, b, x: sl.exp(a) ** (sl.exp(b) ** 0.5) + (sl.exp(a) ** 2) ** 0.5,
    "a power to the right": lambda a, b, x: 2 ** (a**2) + sl.exp(x) ** b,
    "a number to a power": lambda a, b, x: 2**a + 0.5**x,
    "a negative exponent": lambda a, b, x: sl.exp(a) ** -1 + sl.exp(x) ** -0.5,
    "a product of sums": lambda a, b, x: (a + b) * (a - x) * -(b + x),
    "minus minus": lambda a, b, x: a - -b - (0 - (-x)),
    "products and quotients": lambda a, b, x: a * (x / sl.exp(b)) / (sl.exp(x) / 2) * (a / 3),
    "vectors with vectors": lambda a, b, x: x * x / sl.exp(x) - x**2 + sl.exp(x) ** x,
    "numbers alone": lambda a, b, x: a + (2 - 3 * 4 / 8 + 2**3),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("vector", ["column", "effect", "scalar"])
def test_operators_bind_as_in_python(operation, vector):
    d = leaves()
    x = {"column": sl.data("x"), "effect": d["e"], "scalar": d["b"]}[vector]
    expression = OPERATIONS[operation](d["a"], d["b"], x)
    parity(expression, *d.values())
    parity(expression, *d.values(), named=True)


@st.composite
def expressions(draw: st.DrawFn, d: dict[str, Any], depth: int = 4) -> Any:
    """A bounded expression: tanh keeps powers and products in range."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        leaf = draw(st.sampled_from(["a", "b", "e", "x", "whole", "number"]))
        if leaf == "number":
            return draw(st.sampled_from([2, -1, 0.5, 3, -0.75, 1, 0]))
        return sl.data(leaf) if leaf in ("x", "whole") else d[leaf]
    left, right = (draw(expressions(d, depth - 1)) for _ in range(2))
    kind = draw(st.sampled_from(["+", "-", "*", "/", "neg", "**", "function"]))
    if kind == "/":
        return left / (1.5 + sl.square(sl.tanh(right)))
    if kind == "**":
        return sl.exp(sl.tanh(left)) ** sl.tanh(right)
    if kind == "function":
        return getattr(sl, draw(st.sampled_from(["sin", "tanh", "Phi", "inv_logit", "cos"])))(left)
    if kind == "neg":
        return -left if not isinstance(left, int | float) else 0 - left
    return left + right if kind == "+" else left - right if kind == "-" else left * right


@settings(
    max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(st.data())
def test_random_expressions(data):
    d = leaves()
    inner = data.draw(expressions(d))
    parity(d["a"] * 0.5 + sl.tanh(inner), *d.values(), named=data.draw(st.booleans()))
