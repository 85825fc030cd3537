"""Arguments by the names of other packages, or misspelt: the message says what they are called here."""

from __future__ import annotations

from typing import Any

import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError

a, g = sl.Normal(0, 1), sl.Level()

CALLED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "Normal": ({"mean": 0, "sd": 1}, {"mu": 0, "sigma": 1}),
    "Cauchy": ({"loc": 0, "scale": 1}, {"mu": 0, "sigma": 1}),
    "StudentT": ({"df": 3, "mu": 0, "std": 1}, {"nu": 3, "mu": 0, "sigma": 1}),
    "HalfNormal": ({"sd": 1}, {"sigma": 1}),
    "HalfCauchy": ({"beta": 5}, {"sigma": 5}),
    "Gamma": ({"shape": 2, "rate": 1}, {"alpha": 2, "beta": 1}),
    "Exponential": ({"lam": 1}, {"beta": 1}),
    "Poisson": ({"lam": 2}, {"rate": 2}),
    "Bernoulli": ({"p": 0.5}, {"theta": 0.5}),
    "Binomial": ({"n": 3, "p": 0.5}, {"trials": 3, "theta": 0.5}),
    "NegBinomial": ({"mu": 2, "alpha": 1}, {"mu": 2, "shape": 1}),
    "Uniform": ({"lower": 0, "upper": 1}, {"alpha": 0, "beta": 1}),
    "Beta": ({"mu": 0.5, "kappa": 3}, {"mean": 0.5, "concentration": 3}),
    "MultiNormal": ({"mean": [0, 0], "sd": [1, 1]}, {"mu": [0, 0], "sigma": [1, 1]}),
    "Categorical": ({"p": [0.5, 0.5]}, {"theta": [0.5, 0.5]}),
}


@pytest.mark.parametrize(("family", "given", "meant"), [(f, *pair) for f, pair in CALLED.items()], ids=CALLED)
def test_an_argument_of_another_package_is_told_what_it_is_called(
    family: str, given: dict[str, Any], meant: dict[str, Any]
) -> None:
    call = getattr(sl, family)
    with pytest.raises(DeclarationError) as caught:
        call(**given)
    pairs = [(old, new) for old, new in zip(given, meant, strict=True) if old != new]
    assert caught.value.way_out == ", ".join(f"{old}= is called {new}=" for old, new in pairs)
    assert call(**meant)._in_words == f"a {family}(...)"


SAID: dict[str, tuple[str, dict[str, Any], str]] = {
    "a misspelt one": ("Normal", {"sigm": 1}, "did you mean sigma=?"),
    "letters in another order": ("Normal", {"sgima": 1}, "did you mean sigma=?"),
    "a misspelt option": ("Normal", {"oberved": True}, "did you mean observed=?"),
    "a variance": ("Normal", {"variance": 4}, "sl.sqrt(variance)"),
    "a precision": ("Normal", {"tau": 4}, "1 / sl.sqrt(precision)"),
    "a scale for a rate": ("Gamma", {"alpha": 1, "scale": 2}, "beta= is the rate, 1 / scale"),
    "mean and sd of a positive number": ("Gamma", {"mu": 1, "sigma": 1}, "sl.Gamma(log=..., shape=...)"),
    "a covariance": ("MultiNormal", {"mu": [0, 0], "cov": [[1, 0], [0, 1]]}, "corr = sl.LKJCholesky("),
    "the size of a correlation": ("LKJCholesky", {"n": 2, "eta": 2}, "dim="),
    "n and p of counts": ("NegBinomial", {"n": 2, "p": 0.3}, "shape * (1 - p) / p"),
    "the argument of a link": ("Bernoulli", {"logit_p": a}, "logit_p= is called logit="),
    "a probit": ("Bernoulli", {"probit": a}, "theta=sl.Phi(...)"),
    "a link": ("Poisson", {"link": "log"}, "sl.Poisson(log=...)"),
    "an offset": ("Poisson", {"log": a, "offset": 1}, "sl.log(sl.data('exposure'))"),
    "another parameterisation": (
        "Beta",
        {"alpha": 1, "concentration": 2},
        "sl.Beta(mean=..., concentration=...)",
    ),
    "another distribution": ("Normal", {"trials": 3}, "sl.Binomial"),
    "a group": ("Normal", {"group": g}, "over=level"),
    "a group by its column": ("Normal", {"by": "school"}, "school = sl.Level()"),
    "dims": ("Normal", {"dims": "home team"}, "over=home_team"),
    "a shape": ("Normal", {"shape": 3}, "over=sl.Index(3)"),
    "a size": ("Normal", {"size": 3}, "over=sl.Index(3)"),
    "a dim": ("Normal", {"dim": 3}, "over=sl.Index(3)"),
    "data": ("Normal", {"obs": True}, "observed=True"),
    "weights": ("Normal", {"weight": "n"}, "weights='column'"),
    "British centring": ("Normal", {"centred": False}, "centered=True or False"),
    "a name": ("Normal", {"name": "a"}, "a = sl.Normal(...)"),
    "bounds": ("HalfNormal", {"lower": 0}, "sl.Normal(0, 1, lower="),
    "a starting value": ("Normal", {"initval": 0}, "inits="),
}


@pytest.mark.parametrize(("family", "given", "words"), SAID.values(), ids=SAID)
def test_what_is_no_argument_is_told_where_it_belongs(family: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(DeclarationError, match="has no argument") as caught:
        getattr(sl, family)(**given)
    assert words in caught.value.way_out


def test_what_means_nothing_here_is_told_what_there_is() -> None:
    with pytest.raises(DeclarationError) as caught:
        sl.Normal(0, 1, frobnicate=3)
    assert caught.value.found == "sl.Normal has no argument 'frobnicate'"
    assert caught.value.expected == (
        "mu, sigma; and over, observed, weights, missing, lower, upper, censored, until, corr, zero_sum,"
        " ordered, centered"
    )
    assert not caught.value.way_out


PLACES: dict[str, tuple[str, tuple[Any, ...], dict[str, Any], str, str]] = {
    "by name and place": ("Binomial", (0.5,), {"trials": 3}, "'trials' twice", "(trials=..., theta=...)"),
    "a name first": ("Normal", ("a", 0, 1), {}, "3 positional arguments", "a = sl.Normal(..., ...)"),
    "a size last": ("LKJCholesky", (2, 3), {}, "2 positional arguments", "dim=3"),
    "beside a link": ("Poisson", (3,), {"log": 1}, "beside log=", "sl.Poisson(log=...)"),
}


@pytest.mark.parametrize(("family", "args", "given", "found", "words"), PLACES.values(), ids=PLACES)
def test_arguments_in_places_that_there_are_not_are_told_how_to_write_them(
    family: str, args: tuple[Any, ...], given: dict[str, Any], found: str, words: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        getattr(sl, family)(*args, **given)
    assert found in caught.value.found
    assert words in caught.value.way_out


@pytest.mark.parametrize("clause", ["lower", "censored"])
def test_a_choice_and_its_time_has_no_bounds_and_is_told_why(clause: str) -> None:
    with pytest.raises(DeclarationError, match="cumulative in Stan"):
        sl.Wiener(0, 1, 0.1, 0.5, **{clause: 1})
