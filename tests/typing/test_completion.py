"""What editors show while a person types, by jedi, which IPython and many editors ask."""

from __future__ import annotations

import inspect
import typing

import jedi
import pytest

import stanlevels as sl
from stanlevels.distributions.table import FAMILIES

MODEL = """
import stanlevels as sl
class Schools(sl.Model):
    school = sl.Level()
    spread = sl.HalfNormal(5)
    effect = sl.Normal(0, spread, over=school)
    score = sl.Normal(effect, 1, observed=True)
"""


def completed(line: str, before: str = MODEL) -> set[str]:
    found = jedi.Script(before + line).complete()
    return {completion.name for completion in found if not completion.name.startswith("_")}


def called(line: str) -> list[typing.Any]:
    return jedi.Script("import stanlevels as sl\n" + line).get_signatures()


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_a_distribution_shows_its_arguments_and_its_docstring(name):
    (signature,) = called(f"sl.{name}(")
    assert [p.name for p in signature.params if p.name != "*"] == list(
        inspect.signature(getattr(sl, name)).parameters
    )
    assert inspect.getdoc(getattr(sl, name)) in signature.docstring()


def test_the_arguments_of_a_call_are_completed_by_name():
    assert {"mu=", "sigma=", "over=", "observed=", "centered="} <= completed("sl.Normal(")


@pytest.mark.parametrize("name", ["exp", "inv_logit", "Phi"])
def test_a_function_shows_its_argument_and_its_docstring(name):
    (signature,) = called(f"sl.{name}(")
    assert [p.to_string() for p in signature.params] == ["x: Operand"]
    assert inspect.getdoc(getattr(sl, name)) in signature.docstring()


def test_every_public_name_is_completed_with_its_docstring():
    found = {c.name: c for c in jedi.Script("import stanlevels as sl\nsl.").complete()}
    assert set(sl.__all__) <= set(found)
    assert [name for name in sl.__all__ if ">>>" not in found[name].docstring()] == []


def test_a_session_completes_public_names_alone():
    """What an editor reads from files are also the package's rooms; IPython asks the module itself."""
    found = jedi.Interpreter("sl.", [{"sl": sl}]).complete()
    assert sorted(c.name for c in found if not c.name.startswith("_")) == sorted(sl.__all__)


def test_a_model_completes_its_verbs_and_lines():
    assert {"bind", "define", "fit", "graph", "priors", "roles", "effect"} <= completed("Schools.")


def test_a_line_is_completed_as_an_expression():
    assert completed("Schools.effect.") == completed("sl.exp(1).")


def test_a_bound_model_completes_what_it_shows():
    assert {"fit", "plan", "priors", "roles", "stan_code", "stan_data"} <= completed("Schools.bind({}).")


@pytest.mark.parametrize("call", ['Schools.fit({}, "mle").', 'Schools.bind({}).fit("nuts").'])
def test_a_fit_completes_its_tables(call):
    assert {"summary", "effects", "pooling", "plan"} <= completed(call)


def test_fit_shows_the_settings_of_every_method():
    shown = [{p.name for p in signature.params} for signature in called("sl.Model.fit(")]
    assert {"tolerance", "max_steps"} <= set().union(*shown)
    assert any({"chains", "warmup"} <= names and "tolerance" not in names for names in shown)


def test_what_is_inspected_lists_no_private_names():
    assert [n for n in dir(sl.Model) if not n.startswith("__")] == [
        "bind",
        "define",
        "fit",
        "graph",
        "kfold",
        "latex",
        "prior_predictive",
        "priors",
        "roles",
        "simulate",
    ]
