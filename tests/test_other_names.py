"""What is asked of models and fits by the names of other packages, or misspelt: what it is called here."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

import stanlevels as sl
from stanlevels.results.point_fit import PointFit
from tests.field.kit import Means, base


@pytest.fixture(scope="module")
def fit() -> PointFit:
    return Means.fit(base(), "mle", progress=False)


CALLS: dict[str, tuple[Callable[[], Any], str, str]] = {
    "fit without data": (lambda: Means.fit(), "Means.fit: missing a required argument: 'data'", "fit(df)"),
    "bind without data": (lambda: Means.bind(), "Means.bind: missing a required argument", "bind(df)"),
    "data twice": (lambda: Means.fit(base(), data=base()), "Means.fit: multiple values", "data come first"),
    "rows left out": (lambda: Means.bind(base(), na="drop"), "no argument 'na'", "missing='drop'"),
    "a misspelt argument": (
        lambda: Means.bind(base(), misisng="drop"),
        "'misisng'",
        "did you mean missing=?",
    ),
    "by keywords": (
        lambda: sl.Model.define("M", a=sl.Normal()),
        "no argument 'a'",
        'define("Name", {',
    ),
    "without a name": (
        lambda: sl.Model.define({"a": sl.Normal()}),
        "Model.define",
        'define("Name", {',
    ),
}


@pytest.mark.parametrize(("make", "found", "way_out"), CALLS.values(), ids=CALLS)
def test_a_call_that_does_not_fit_is_told_in_words(make: Callable[[], Any], found: str, way_out: str) -> None:
    with pytest.raises(TypeError) as caught:
        make()
    assert isinstance(caught.value, sl.DeclarationError)
    assert found in caught.value.found
    assert way_out in caught.value.way_out


METHODS: dict[str, tuple[Callable[[], Any], str]] = {
    "the model as the method": (lambda: Means.fit(base(), Means), "data come first, then the method"),
    "a formula before the data": (lambda: Means.fit("y ~ x", base()), "data come first, then the method"),
    "a formula after the data": (lambda: Means.fit(base(), "y ~ x"), "sl.formula("),
    "data of what has data": (lambda: Means.bind(base()).fit(base()), "bound.fit('nuts')"),
    "another name": (lambda: Means.fit(base(), "REML"), "did you mean method='reml'?"),
}


@pytest.mark.parametrize(("make", "way_out"), METHODS.values(), ids=METHODS)
def test_what_stands_in_the_place_of_a_method_is_told_in_words(make: Callable[[], Any], way_out: str) -> None:
    with pytest.raises(sl.FitError, match="is not known") as caught:
        make()
    assert way_out in caught.value.way_out
    assert len(caught.value.found) < 60


OF_BOUND = {
    "sample": "fit = bound.fit()",
    "summary": "fit = bound.fit(), then fit.summary()",
    "ranef": "fit.effects('A')",
    "stan_cod": "did you mean bound.stan_code?",
}


@pytest.mark.parametrize(("name", "words"), OF_BOUND.items())
def test_a_name_that_a_bound_model_does_not_have_says_where_it_belongs(name: str, words: str) -> None:
    bound: Any = Means.bind(base())
    with pytest.raises(AttributeError, match=f"has no '{name}'") as caught:
        getattr(bound, name)
    assert isinstance(caught.value, sl.FitError)
    assert words in caught.value.way_out


OF_FITS = {
    "sumary": "did you mean fit.summary?",
    "ranef": "write fit.effects('A')",
    "coef": "write fit.summary()",
    "llf": "write fit.log_likelihood",
    "posterior": "method='nuts' for draws",
    "waic": "write fit.loo",
    "draws": "method='nuts' for draws",
}


@pytest.mark.parametrize(("name", "words"), OF_FITS.items())
def test_a_name_that_a_fit_does_not_have_says_what_to_write(fit: Any, name: str, words: str) -> None:
    with pytest.raises(AttributeError, match=f"a PointFit has no '{name}'") as caught:
        getattr(fit, name)
    assert isinstance(caught.value, sl.FitError)
    assert words in caught.value.way_out


def test_what_fails_inside_a_property_is_told_as_it_is(fit: PointFit) -> None:
    class Broken(PointFit):
        @property
        def verdict(self) -> None:
            raise AttributeError("its own words")

    broken: Any = object.__new__(Broken)
    with pytest.raises(AttributeError, match="its own words"):
        broken.verdict


def test_private_names_are_absent_as_python_has_it_and_fits_are_pickled(fit: PointFit) -> None:
    assert not hasattr(fit, "_repr_latex_")
    assert pickle.loads(pickle.dumps(fit)).log_likelihood == fit.log_likelihood
