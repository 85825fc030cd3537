"""What holds the groups, before and since ArviZ 1, with a posterior that ArviZ compares, draws and stores."""

import arviz as az
import matplotlib as mpl
import numpy as np
import pytest
import xarray

import stanlevels as sl
from stanlevels.results.arviz import groups
from stanlevels.results.arviz.groups import are_a_tree
from tests.arviz_of_any_age import dataset, elpd, group_names
from tests.results.kit import fit_of

mpl.use("Agg")

SCHOOLS = np.repeat(list("abcdef"), 8)
SCORES = np.random.default_rng(3).normal(np.repeat([1.0, -2.0, 0.5, 3.0, -1.0, 0.0], 8), 1.0)


class Pooled(sl.Model):
    mu = sl.Normal(0, 5)
    noise = sl.HalfNormal(5)
    score = sl.Normal(mu, noise, observed=True)


class Schools(sl.Model):
    school = sl.Level()
    mu = sl.Normal(0, 5)
    sd = sl.HalfNormal(5)
    noise = sl.HalfNormal(5)
    A = sl.Normal(mu, sd, over=school)
    score = sl.Normal(A, noise, observed=True)


def fitted(model):
    settings = {"chains": 2, "warmup": 300, "draws": 800, "seed": 4, "progress": False, "engine": "stanli"}
    return model.fit({"school": SCHOOLS, "score": SCORES}, **settings)


@pytest.fixture(scope="module")
def fit():
    return fitted(Schools)


def test_the_groups_are_held_as_the_arviz_that_is_installed_holds_them(fit):
    like = az.load_arviz_data("centered_eight")
    assert type(fit.idata) is type(like)
    assert isinstance(fit.idata, xarray.DataTree) == are_a_tree()
    assert group_names(fit.idata) == ["posterior", "sample_stats", "observed_data"]
    assert fit.idata["posterior"]["A"].dims == fit.idata.posterior.A.dims == ("chain", "draw", "school")


@pytest.mark.parametrize(
    ("installed", "expected"), [("0.20.0", False), ("0.23.4", False), ("1.0.0rc1", True), ("1.3.0", True)]
)
def test_which_of_the_two_is_told_by_the_version(installed, expected, monkeypatch):
    monkeypatch.setattr(groups, "version", lambda name: installed)
    assert groups.are_a_tree.__wrapped__() is expected


def test_a_group_that_is_put_again_takes_the_place_of_the_first(fit):
    first = fit.add_log_likelihood(draws=10).log_likelihood["score"]
    assert first.shape == (2, 10, 48)
    again = fit.add_log_likelihood().log_likelihood["score"]
    assert again.shape == (2, 800, 48)
    assert group_names(fit.idata).count("log_likelihood") == 1


def test_a_name_that_a_tree_would_take_for_a_path_is_a_name():
    mean = sl.Normal(0, 1)
    model = sl.Model.define("Dots", {"..": mean, "y": sl.Normal(mean, 1, observed=True)})
    found = fit_of(model, {"y": [1.0, 2.0]}).draws("..")
    assert found.dims == ("chain", "draw")


def test_models_are_compared_by_loo(fit):
    """Schools differ by 16 of their standard errors: no seed makes the pooled model the better one."""
    found = {"schools": fit.add_log_likelihood(), "pooled": fitted(Pooled).add_log_likelihood()}
    assert elpd(found["schools"]) > elpd(found["pooled"]) + 20
    assert list(az.compare(found).index) == ["schools", "pooled"]


def test_traces_and_forests_are_drawn_with_the_labels_of_the_units(fit, monkeypatch):
    import matplotlib.pyplot as plt

    az.plot_trace(fit.idata, var_names=["mu", "A"])
    plt.close("all")
    az.plot_forest(fit.idata, var_names=["A"], combined=True)
    figure = plt.gcf()
    figure.canvas.draw()
    words = {text.get_text() for text in figure.findobj(mpl.text.Text)}
    assert all(any(unit in word.strip("A[], ") for word in words) for unit in "abcdef")
    plt.close("all")


@pytest.mark.filterwarnings("ignore:Consolidated metadata")  # of zarr, whatever is written
def test_a_store_gives_back_values_labels_and_attributes(fit, tmp_path):
    pytest.importorskip("zarr")
    tree = fit.idata if are_a_tree() else fit.idata.to_datatree()
    tree.to_zarr(tmp_path / "fit.zarr")
    with xarray.open_datatree(tmp_path / "fit.zarr", engine="zarr") as back:
        assert back["posterior"].to_dataset().equals(dataset(fit.idata))
        assert back.posterior.school.values.tolist() == list("abcdef")
        assert back.posterior.attrs["seed"] == 4
