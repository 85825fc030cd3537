"""A fit in one look, in a notebook, in another process, and without loading what it does not need."""

import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.results.kit import fit_of


class Model(sl.Model):
    shop = sl.Level()
    mu = sl.Normal(0, 1)
    shop_sd = sl.HalfNormal(1)
    A = sl.Normal(mu, shop_sd, over=shop)
    y = sl.Normal(A, 1, observed=True)


@pytest.fixture
def fit():
    frame = pd.DataFrame({"shop": ["<b>", "v", "<b>"], "y": [0.0, 1.0, 2.0]})
    return fit_of(Model, frame, draws=1000)


def test_its_text_says_what_was_fitted_what_there_is_and_whether_to_trust_it(fit):
    lines = repr(fit).splitlines()
    assert lines[0] == "Fit of Model: 4 chains of 1,000 draws (stanli 0.24.0, seed 17)"
    assert lines[1] == "  for the whole model: mu, shop_sd"
    assert lines[2] == "  per shop (2): A"
    assert lines[3].startswith("  No sign of trouble: R-hat at most 1.0")


def test_in_a_notebook_it_shows_the_summary_and_the_escaped_program(fit):
    page = fit._repr_html_()
    assert "<th>shop_sd</th>" in page
    assert "data { } // größe" in page
    marked = replace(fit, program=replace(fit.program, text="// <script>"))
    assert "<script>" not in marked._repr_html_()


def test_it_survives_pickling_with_everything_computed(fit):
    fit.diagnose()
    fit.idata
    back = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(back.effects("A"), fit.effects("A"))
    assert back.diagnose() == fit.diagnose()
    assert back.names.renamed == {}


def test_a_pickle_holds_the_draws_once(fit):
    size = sum(values.nbytes for values in (*fit.raw.variables.values(), *fit.raw.stats.values()))
    fit.idata, fit.diagnose(), fit.effects("A")
    assert size < len(pickle.dumps(fit)) < size + 40_000


def test_it_cannot_be_changed(fit):
    with pytest.raises(AttributeError):
        fit.raw = None


def test_draws_are_not_copied_on_their_way_to_arviz(fit):
    stan = fit.program.outputs["A"]
    assert np.shares_memory(fit.idata.posterior.A.values, fit.raw.variables[stan])


def test_importing_the_results_loads_neither_pandas_nor_arviz():
    code = (
        "import sys, stanlevels.results.fit, stanlevels.results.arviz.inference_data;"
        "print([m for m in ('pandas', 'arviz', 'xarray', 'matplotlib', 'scipy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
