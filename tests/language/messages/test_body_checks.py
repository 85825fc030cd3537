"""Lines of a class body that declare nothing though they were meant to, and models used as objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError

DATA = pd.DataFrame({"g": ["u", "u", "v"], "y": [1.0, 2.0, 4.0]})


class Schools(sl.Model):
    g = sl.Level()
    a, sd, noise = sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    A = sl.Normal(a, sd, over=g)
    y = sl.Normal(A, noise, observed=True)


def body(**lines: Any) -> Callable[[], object]:
    meta: Any = type(sl.Model)
    return lambda: meta("M", (sl.Model,), dict(lines))


BODIES: dict[str, tuple[Callable[[], object], str, str]] = {
    "a level itself": (body(g=sl.Level), "the class Level itself", "write g = sl.Level()"),
    "an index itself": (body(k=sl.Index), "the class Index itself", "write k = sl.Index([...])"),
    "a distribution itself": (
        body(a=sl.Normal),
        "the distribution Normal itself",
        "write a = sl.Normal(...)",
    ),
    "a comma": (body(a=(sl.Normal(0, 1),)), "ends with a comma", "leave the comma out"),
    "a colon": (body(__annotations__={"a": sl.Normal(0, 1)}), "behind a colon", "write a = sl.Normal(...)"),
    "a level behind a colon": (
        body(__annotations__={"g": sl.Level()}),
        "a Level behind a colon",
        "write g =",
    ),
}


@pytest.mark.parametrize(("make", "found", "way_out"), BODIES.values(), ids=BODIES)
def test_a_line_that_would_be_lost_is_refused(make: Callable[[], object], found: str, way_out: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        make()
    assert found in caught.value.found
    assert way_out in caught.value.way_out


def test_what_declares_nothing_may_stand_in_a_class_body() -> None:
    class Plain(sl.Model):
        columns: tuple[str, ...] = ("x",)
        half = 0.5
        note: str = "a text"
        y = sl.Normal(half, 1, observed=True)

    assert list(Plain.graph().quantities) == ["y"]


CALLS: dict[str, tuple[Callable[[], object], str, str]] = {
    "the base": (lambda: sl.Model(), "Model is called", "class M(sl.Model)"),
    "a model": (lambda: Schools(), "Schools is called", "Schools.fit(df)"),
    "a model with data": (lambda: Schools(DATA), "Schools is called", "Schools.fit(df)"),
    "a formula": (
        lambda: sl.Model("y ~ x"),
        "not a formula",
        "y = sl.Normal(a + b * sl.data('x'), s, observed=True)",
    ),
}


@pytest.mark.parametrize(("make", "found", "way_out"), CALLS.values(), ids=CALLS)
def test_a_model_has_no_objects(make: Callable[[], object], found: str, way_out: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        make()
    assert isinstance(caught.value, TypeError)
    assert found in caught.value.found
    assert way_out in caught.value.way_out


VERBS = {
    "sample": "write Schools.fit(df)",
    "summary": "fit = Schools.fit(df), then fit.summary()",
    "ranef": "fit.effects('A')",
    "coef": "fit.summary()",
    "posterior": "fit.idata.posterior",
    "plan": "Schools.bind(df).plan",
    "stan_code": "Schools.bind(df).stan_code",
    "fti": "did you mean Schools.fit?",
    "nosie": "did you mean Schools.noise?",
}


@pytest.mark.parametrize(("name", "words"), VERBS.items())
def test_a_name_that_a_model_does_not_have_says_where_it_belongs(name: str, words: str) -> None:
    with pytest.raises(AttributeError, match=f"Schools has no '{name}'") as caught:
        getattr(Schools, name)
    assert isinstance(caught.value, DeclarationError)
    assert words in caught.value.way_out


@pytest.mark.parametrize("name", [n for n in VERBS if n in ("plan", "stan_code")])
def test_what_is_said_to_belong_to_a_bound_model_is_there(name: str) -> None:
    assert getattr(Schools.bind(DATA), name)
