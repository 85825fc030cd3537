"""`Model` and its verbs, and the bound model."""

# mypy: disable-error-code="arg-type"
# settings are passed on as they are

import doctest
import importlib
import inspect
import math
import pkgutil
import subprocess
import sys
from typing import Any

import pytest

import stanlevels
import stanlevels as sl
from stanlevels.errors import DataError, FitError

DATA = {"g": list("aabbcc"), "y": [1.0, 2.0, 4.0, 3.0, 7.0, 5.0]}


class Groups(sl.Model):
    """Groups & <more>."""

    g = sl.Level()
    spread = sl.HalfNormal(1)
    u = sl.Normal(0, spread, over=g)
    y = sl.Normal(u, 1, observed=True)


def test_a_model_reads_as_its_name_and_its_quantities():
    assert repr(Groups) == "<model Groups: spread, u, y>"
    assert repr(sl.Model) == "Model"


def test_a_model_in_a_notebook_is_its_lines_with_everything_escaped():
    html = type(Groups)._repr_html_(Groups)
    assert "<more>" not in html
    assert "Groups &amp; &lt;more&gt;." in html
    assert "u ~ Normal(0, spread), over g" in html


def test_a_bound_model_reads_as_what_was_found():
    assert repr(Groups.bind(DATA)) == "<Groups bound to 6 rows: 3 x g>"
    html = Groups.bind(DATA)._repr_html_()
    assert "Groups bound to 6 rows" in html
    assert "integrated out" in html


def test_binding_finds_everything_and_samples_nothing():
    bound = Groups.bind(DATA)
    assert bound.name == "Groups"
    assert bound.data.levels["g"].labels == ("a", "b", "c")
    sampled = Groups.bind(DATA, plan=sl.Plan.literal())
    assert list(sampled.stan_data) == ["N", "N_g", "g", "y", "spread_sigma", "y_sigma"]
    assert bound.stan_code.startswith("// Groups\n")


def test_a_bound_model_can_be_fitted_and_reports_what_it_did():
    fit = Groups.bind(DATA).fit(engine="stanli", chains=2, warmup=300, draws=600, seed=5, progress=False)
    assert dict(fit.idata.posterior.sizes) == {"chain": 2, "draw": 600, "g": 3}


def test_model_fit_is_bind_and_fit():
    settings: dict[str, Any] = {
        "engine": "stanli",
        "chains": 2,
        "warmup": 300,
        "draws": 600,
        "seed": 5,
        "progress": False,
    }
    one, two = Groups.fit(DATA, **settings), Groups.bind(DATA).fit(**settings)
    assert one.idata.posterior.equals(two.idata.posterior)


def test_priors_are_those_of_the_bound_model():
    assert Groups.priors(DATA) == Groups.bind(DATA).priors


def test_the_graph_is_the_declared_one():
    assert list(Groups.graph().quantities) == ["spread", "u", "y"]


@pytest.mark.parametrize("method", ["NUTS", "vb", "", None])
def test_an_unknown_method_is_refused_with_the_known_ones(method):
    with pytest.raises(FitError, match="is not known"):
        Groups.bind(DATA).fit(method)


def test_an_unknown_setting_is_refused():
    with pytest.raises(FitError, match="takes no iter"):
        Groups.fit(DATA, iter=2000)


def test_a_setting_under_the_name_of_another_package_is_told_its_name_here():
    with pytest.raises(FitError, match="adapt_delta= is called target_accept=; cores= is called parallel="):
        Groups.fit(DATA, cores=4, adapt_delta=0.9)


def test_a_model_with_nothing_unknown_cannot_be_sampled():
    model = sl.Model.define("Known", {"y": sl.Normal(0, 1, observed=True)})
    with pytest.raises(FitError, match="Known has nothing unknown"):
        model.fit(DATA)


def test_declarations_that_are_no_dict_are_refused():
    with pytest.raises(sl.DeclarationError, match="expected: a dict with a declaration for each name"):
        sl.Model.define("M", [sl.Normal(0, 1)])


def test_a_declaration_in_a_terminal_reads_as_what_it_is():
    assert [repr(x) for x in (Groups.u, Groups.g, sl.data("x"))] == [
        "<a Normal(...)>",
        "<a Level>",
        "<sl.data('x')>",
    ]


def test_functions_of_math_are_refused_with_those_to_use():
    with pytest.raises(sl.DeclarationError, match=r"sl\.exp"):
        math.exp(Groups.u)


def test_a_missing_column_is_refused_with_those_that_are_there():
    with pytest.raises(DataError, match="'y'"):
        Groups.bind({"g": ["a"]})


def test_dropped_rows_are_on_record():
    bound = Groups.bind({**DATA, "y": [1.0, None, 4.0, 3.0, 7.0, 5.0]}, missing="drop")
    assert bound.data.n_rows == 5
    assert any("1" in r.decision for r in bound.plan.records if r.step == "bind")


@pytest.mark.parametrize(
    "name", [n for n in sl.__all__ if inspect.isfunction(getattr(sl, n)) or inspect.isclass(getattr(sl, n))]
)
def test_what_is_public_has_a_docstring(name):
    assert inspect.getdoc(getattr(sl, name))


ROOMS = [
    "errors",
    "names",
    "graph",
    "mermaid",
    "plan",
    "model",
    "bound_model",
    "resources",
    "language",
    "passes",
    "program",
]
MODULES = [
    found.name
    for room in ROOMS
    for found in pkgutil.walk_packages(stanlevels.__path__, "stanlevels.")
    if found.name.split(".")[1] == room
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_a_notebook_shows_the_lines_of_a_model_class():
    """IPython skips `_repr_html_` on classes, so the model's type is registered with it."""
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "import stanlevels as sl\n"
        "M = sl.Model.define('Coin', {'p': sl.Beta(1, 1), 'y': sl.Bernoulli(0.5, observed=True)})\n"
        "print(shell.display_formatter.format(M)[0]['text/html'])\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "p ~ Beta(1, 1)" in shown
