"""Binding does the work of each line once: calls are counted, not seconds."""

import gc
import sys
from typing import Any

import numpy as np

import stanlevels as sl
from stanlevels.binding import bind_data


def calls_of(act) -> int:
    """How many Python functions run, without those that others have called when garbage is collected."""
    count = 0

    def note(frame: Any, event: str, arg: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    gc.collect()
    gc.disable()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


def coefficients(n: int) -> tuple[type[sl.Model], dict[str, Any]]:
    lines = {f"b_{i}": sl.Normal(0, 1) for i in range(n)}
    mean = sum(b * sl.data(f"x_{i}") for i, b in enumerate(lines.values()))
    model = sl.Model.define("M", {**lines, "y": sl.Normal(mean, 1, observed=True)})
    return model, {name: np.arange(5.0) for name in (*(f"x_{i}" for i in range(n)), "y")}


def chain(n: int) -> tuple[type[sl.Model], dict[str, Any]]:
    """Named expressions, each of the one before."""
    lines: dict[str, Any] = {"m_0": sl.Normal(0, 1)}
    for i in range(1, n):
        lines[f"m_{i}"] = lines[f"m_{i - 1}"] + sl.data("x")
    return sl.Model.define("M", {**lines, "y": sl.Normal(lines[f"m_{n - 1}"], 1, observed=True)}), {
        "x": np.arange(5.0),
        "y": np.arange(5.0),
    }


def test_four_times_as_many_coefficients_take_four_times_the_calls():
    (small, few), (large, many) = coefficients(50), coefficients(200)
    small.bind(few)
    one, four = calls_of(lambda: small.bind(few)), calls_of(lambda: large.bind(many))
    assert four < 4.4 * one


def test_reading_data_walks_each_line_once_however_lines_rest_on_each_other():
    (small, few), (large, many) = chain(50), chain(200)
    bind_data(small.graph(), few)
    one = calls_of(lambda: bind_data(small.graph(), few))
    assert calls_of(lambda: bind_data(large.graph(), many)) < 4.4 * one


def test_more_rows_take_no_more_calls():
    model, data = coefficients(20)
    longer = {name: np.arange(5000.0) for name in data}
    bind_data(model.graph(), data)
    assert calls_of(lambda: bind_data(model.graph(), longer)) == calls_of(
        lambda: bind_data(model.graph(), data)
    )
