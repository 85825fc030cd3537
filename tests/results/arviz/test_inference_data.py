"""The groups of `fit.idata`, ArviZ on them, and a file in between."""

import json

import arviz as az
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import FitError, InternalError
from tests.arviz_of_any_age import dataset, ess_tail, group_names
from tests.results.kit import failure, fit_of, raw_draws, stats_of

mpl.use("Agg")


class Radon(sl.Model):
    """Houses in counties."""

    county = sl.Level()
    mu = sl.Normal(0, 1)
    county_sd = sl.HalfNormal(1)
    slope = sl.Normal(0, 1)
    noise = sl.HalfNormal(1)
    A = sl.Normal(mu + slope * sl.data("uranium"), county_sd, over=county)
    ratio = county_sd / noise
    centre = A - mu
    expected = A + sl.data("floor")
    radon = sl.Normal(expected, noise, observed="log_radon", weights="n")


@pytest.fixture
def houses():
    return pd.DataFrame(
        {
            "county": ["b", "a", "b", "a", "c"],
            "uranium": [0.5, -1.0, 0.5, -1.0, 0.25],
            "floor": [0, 1, 1, 0, 0],
            "log_radon": [1.0, 0.5, 0.25, 2.0, 1.5],
            "n": [1, 2, 1, 1, 3],
        }
    )


@pytest.fixture
def fit(houses):
    return fit_of(Radon, houses)


def test_every_group_holds_what_it_should(fit):
    idata = fit.idata
    assert set(idata.posterior) == {"mu", "county_sd", "slope", "noise", "A", "ratio", "centre"}
    assert {"lp", "acceptance_rate", "diverging", "energy", "tree_depth", "n_steps", "step_size"} == set(
        idata.sample_stats
    )
    assert idata.sample_stats.diverging.dtype == bool
    np.testing.assert_array_equal(idata.observed_data.radon, [1.0, 0.5, 0.25, 2.0, 1.5])
    assert idata.observed_data.radon.dims == ("row",)
    assert idata.observed_data.row_county.values.tolist() == ["b", "a", "b", "a", "c"]
    assert json.loads(idata.observed_data.radon.attrs["columns"]) == ["log_radon"]


def test_covariates_stand_at_the_level_where_a_line_uses_them(fit):
    known = fit.idata.constant_data
    assert known.uranium.dims == ("county",)
    assert known.uranium.sel(county="a") == -1.0
    assert known.floor.dims == known.n.dims == ("row",)
    assert known.n.values.tolist() == [1, 2, 1, 1, 3]


def test_it_says_where_it_came_from(fit):
    attrs = fit.idata.attrs
    assert attrs["model_name"] == "Radon"
    assert attrs["engine"] == "stanli"
    assert json.loads(attrs["engine_versions"]) == {"stanli": "0.24.0"}
    assert attrs["seed"] == 17
    assert attrs["inference_library_version"] == sl.__version__
    assert attrs["stan_code"] == fit.stan_code


def test_a_file_gives_back_every_group_value_and_attribute(fit, tmp_path):
    fit.idata.to_netcdf(tmp_path / "fit.nc")
    back = az.from_netcdf(tmp_path / "fit.nc")
    assert group_names(back) == group_names(fit.idata)
    for group in group_names(back):
        assert back[group].equals(fit.idata[group])
        assert set(back[group].coords) == set(fit.idata[group].coords)
    assert back.attrs["stan_code"] == fit.stan_code
    np.testing.assert_array_equal(back.attrs["sampling_seconds"], np.ones(4))


def test_the_functions_and_plots_of_arviz_take_it(fit):
    import matplotlib.pyplot as plt

    idata = fit.idata
    summary = az.summary(idata, round_to="none")
    assert "A[b]" in summary.index
    ours = fit.summary(kind="all").loc[summary.index]
    np.testing.assert_allclose(ours["estimate"], summary["mean"], rtol=1e-12)
    np.testing.assert_allclose(ours["sd"], summary["sd"], rtol=1e-12)
    np.testing.assert_allclose(ours["ess_bulk"], summary["ess_bulk"], rtol=1e-10)
    at_five = np.concatenate([np.ravel(size) for size in ess_tail(dataset(idata)).data_vars.values()])
    np.testing.assert_allclose(ours["ess_tail"], at_five, rtol=1e-10)
    np.testing.assert_allclose(ours["r_hat"], summary["r_hat"], rtol=1e-10)
    assert az.ess(idata)["A"].dims == az.rhat(idata)["A"].dims == ("county",)
    az.plot_trace(idata)
    az.plot_forest(idata, combined=True)
    az.plot_pair(idata, var_names=["mu", "county_sd"])
    az.plot_pair(idata, var_names=["A"], coords={"county": ["a", "b"]})
    az.plot_rank(idata)
    az.plot_energy(idata)
    plt.close("all")


def test_chains_keep_their_numbers_when_one_failed(houses):
    fit = fit_of(Radon, houses, chains=3, seed=1, failures=(failure(2, "killed, probably out of memory"),))
    raw = raw_draws(fit.raw.variables, chains=(1, 3, 4), failures=fit.raw.failures)
    idata = type(fit)(fit.model_name, fit.bound, fit.planned, fit.program, raw, fit.settings).idata
    assert idata.posterior.chain.values.tolist() == [1, 3, 4]
    assert list(idata.attrs["failed_chains"]) == [2]


def test_a_saved_warm_up_gets_groups_of_its_own(houses, tmp_path):
    first = fit_of(Radon, houses, draws=20)
    warmup = {name: values[:, :7] + 1 for name, values in first.raw.variables.items()}
    fit = fit_of(Radon, houses, draws=20, warmup_variables=warmup, warmup_stats=stats_of(4, 7))
    assert fit.idata.warmup_posterior.sizes["draw"] == 7
    np.testing.assert_allclose(fit.idata.warmup_posterior.A, fit.idata.posterior.A[:, :7] + 1)
    assert fit.idata.warmup_sample_stats.sizes["draw"] == 7
    fit.idata.to_netcdf(tmp_path / "fit.nc")
    assert "warmup_posterior" in group_names(az.from_netcdf(tmp_path / "fit.nc"))


class Twice(sl.Model):
    unit = sl.Level("a/b")
    slope = sl.Normal(0, 1)
    A = sl.Normal(slope * sl.data("unit cost/h"), 1, over=unit)
    y = sl.Normal(A + slope * sl.data("unit cost/h"), 1, observed=True)


def test_a_covariate_used_at_two_levels_is_kept_at_both_and_slashes_fit_into_a_file(tmp_path):
    frame = pd.DataFrame({"a/b": ["u", "v", "u"], "unit cost/h": [1.0, 2.0, 1.0], "y": [0.0, 1, 2]})
    fit = fit_of(Twice, frame)
    fit.idata.to_netcdf(tmp_path / "fit.nc")
    known = az.from_netcdf(tmp_path / "fit.nc").constant_data
    assert known["unit cost_h"].dims == ("unit",)
    assert known["unit cost_h_row"].dims == ("row",)
    assert known["unit cost_h"].attrs["source"] == "unit cost/h"


class Votes(sl.Model):
    p = sl.Dirichlet([1, 1, 1])
    party = sl.Categorical(p, observed=True)


def test_categories_are_codes_with_their_labels_beside_them():
    votes = pd.DataFrame(
        {"party": pd.Categorical(["left", "green", "left"], ["green", "left", "right"], ordered=True)}
    )
    observed = fit_of(Votes, votes).idata.observed_data
    assert observed.party.values.tolist() == [2, 1, 2]
    assert json.loads(observed.party.attrs["categories"]) == ["green", "left", "right"]


def test_draws_are_labelled_also_of_what_was_not_recorded(fit, houses):
    expected = fit.draws("expected")
    assert expected.dims == ("chain", "draw", "row")
    assert expected.row_county.values.tolist() == houses["county"].tolist()
    posterior = fit.idata.posterior
    np.testing.assert_allclose(
        expected, posterior.A.sel(county=expected.row_county) + houses["floor"].to_numpy(), rtol=1e-14
    )
    assert fit.draws("A").equals(posterior.A)


def test_draws_of_something_unknown_or_observed_are_an_error_that_lists_what_there_is(fit):
    with pytest.raises(FitError, match="no draws of 'B'") as error:
        fit.draws("B")
    assert "'centre'" in error.value.expected
    with pytest.raises(FitError, match="no draws of 'radon'"):
        fit.draws("radon")


def test_draws_of_another_shape_than_planned_are_refused_before_they_get_labels(houses):
    fit = fit_of(Radon, houses)
    stan = fit.program.outputs["A"]
    cut = {**fit.raw.variables, stan: fit.raw.variables[stan][..., :2]}
    broken = type(fit)(fit.model_name, fit.bound, fit.planned, fit.program, raw_draws(cut), fit.settings)
    with pytest.raises(InternalError, match=r"'A' \(Stan: stan_4\) have shape \(4, 100, 2\)"):
        broken.idata
    with pytest.raises(InternalError, match="absent"):
        type(fit)(fit.model_name, fit.bound, fit.planned, fit.program, raw_draws({}), fit.settings).summary()


class Flat(sl.Model):
    level = sl.Level()
    A = sl.Normal(0, 1, over=level)
    y = sl.Normal(A, 1, observed=True)


def test_a_level_without_units_keeps_its_axis(tmp_path):
    empty = pd.DataFrame({"level": pd.Series([], dtype=str), "y": pd.Series([], dtype=float)})
    fit = fit_of(Flat, empty)
    assert fit.idata.posterior.A.shape == (4, 100, 0)
    assert len(fit.effects("A")) == 0
    assert list(fit.effects("A").columns)[:3] == ["level", "rows", "estimate"]
    assert fit.summary(kind="all").empty
    assert [problem.kind for problem in fit.diagnose().problems] == ["prior"]
    fit.idata.to_netcdf(tmp_path / "fit.nc")
    assert az.from_netcdf(tmp_path / "fit.nc").posterior.A.shape == (4, 100, 0)
