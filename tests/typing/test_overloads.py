"""The overloads of `fit` are those of the table of settings, and of both verbs alike."""

from __future__ import annotations

import inspect
import typing

import pytest

import stanlevels as sl
from stanlevels.bound_fit import BoundFit
from stanlevels.bound_model import BoundModel
from stanlevels.estimation.point.methods import POINT_METHODS
from stanlevels.estimation.settings import SETTINGS
from stanlevels.model_fit import ModelFit

BINDING = ["tables", "missing", "roles", "plan"]
APPROXIMATE = ("laplace", "pathfinder", "advi")


def overloads(verb: typing.Any) -> dict[str, inspect.Signature]:
    """The signatures by method; that of any text under "str"."""
    found: dict[str, inspect.Signature] = {}
    for overload in typing.get_overloads(verb):
        signature = inspect.signature(getattr(overload, "__func__", overload))
        method = signature.parameters["method"].annotation
        names = (method,) if method == "str" else ast_names(method)
        found |= dict.fromkeys(names, signature)
    return found


def ast_names(annotation: str) -> tuple[str, ...]:
    return typing.get_args(eval(annotation, {"Literal": typing.Literal}))


def named(signature: inspect.Signature) -> list[str]:
    kinds = signature.parameters.values()
    return [p.name for p in kinds if p.kind is inspect.Parameter.KEYWORD_ONLY]


OF_BOUND, OF_MODEL = overloads(BoundFit.fit), overloads(ModelFit.fit.__func__)


@pytest.mark.parametrize("method", SETTINGS)
def test_a_method_has_an_overload_with_its_settings(method):
    assert set(named(OF_BOUND[method])) == {*SETTINGS[method], "progress"}
    assert set(named(OF_MODEL[method])) == {*BINDING, *SETTINGS[method], "progress"}


def test_any_text_takes_the_settings_of_every_method():
    every = {name for settings in SETTINGS.values() for name in settings} | {"progress"}
    assert set(named(OF_BOUND["str"])) == every
    assert set(named(OF_MODEL["str"])) == every | set(BINDING)
    assert set(OF_BOUND) == set(OF_MODEL) == {*SETTINGS, "str"}


@pytest.mark.parametrize("method", SETTINGS)
def test_a_method_has_the_kind_of_fit_that_it_gives(method):
    kind = "PointFit" if method in POINT_METHODS else "ApproximateFit" if method in APPROXIMATE else "Fit"
    assert OF_BOUND[method].return_annotation == OF_MODEL[method].return_annotation == kind


def test_help_names_every_setting():
    for verb, of in ((sl.Model.fit, OF_MODEL["str"]), (BoundModel.fit, OF_BOUND["str"])):
        assert named(inspect.signature(verb)) == named(of)
        assert [n for n in named(of) if n not in BINDING and n not in (BoundModel.fit.__doc__ or "")] == []
