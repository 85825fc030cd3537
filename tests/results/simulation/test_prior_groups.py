"""Draws from the prior in the groups of ArviZ."""

import arviz
import numpy as np
import pytest
from scipy import stats

from stanlevels.errors import DataError, FitError
from stanlevels.results.arviz.groups import are_a_tree
from tests.results.simulation.models import APPS, OPEN, ROWS, Crashes, Kinds, Open


def test_every_quantity_and_outcome_is_drawn_with_its_labels():
    drawn = Crashes.prior_predictive(APPS, draws=2000, seed=1)
    assert drawn.prior["A"].dims == ("chain", "draw", "app")
    assert list(drawn.prior["A"]["app"].values) == ["a/x", "a/y", "b/x", "b/z"]
    assert drawn.prior_predictive["y"].dims == ("chain", "draw", "row")
    assert stats.kstest(drawn.prior["mu"].values.ravel(), stats.norm(0.9, 0.5).cdf).pvalue > 1e-4
    assert stats.kstest(drawn.prior["noise"].values.ravel(), stats.halfnorm(scale=0.5).cdf).pvalue > 1e-4
    mu, A, b = (drawn.prior[n] for n in ("mu", "A", "b"))
    # an app lies around its publisher, and that around mu: variances of 0.25 add
    assert float((A.isel(app=0) - mu).std()) == pytest.approx(np.sqrt(0.5), rel=0.1)
    rest = drawn.prior_predictive["y"].isel(row=0) - A.isel(app=0) - b * APPS["x"][0]
    assert float(np.square(rest).mean()) == pytest.approx(0.25, rel=0.2)


def test_what_the_data_hold_is_observed_and_what_they_lack_is_not():
    bare = Crashes.prior_predictive(APPS, draws=10, seed=1)
    assert "observed_data" not in (bare.children if are_a_tree() else bare.groups())
    full = Crashes.prior_predictive(APPS.assign(y=np.arange(20.0)), draws=10, seed=1)
    np.testing.assert_array_equal(full.observed_data["y"], np.arange(20.0))
    np.testing.assert_array_equal(full.constant_data["x"], APPS["x"])
    again = Crashes.bind(APPS.assign(y=np.arange(20.0))).prior_predictive(draws=10, seed=1)
    np.testing.assert_array_equal(again.prior["A"], full.prior["A"])


def test_seeds_reproduce_and_are_kept():
    one, same, other = (Crashes.prior_predictive(APPS, draws=20, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.prior_predictive["y"], same.prior_predictive["y"])
    assert not np.any(one.prior_predictive["y"] == other.prior_predictive["y"])
    free = Crashes.prior_predictive(APPS, draws=20)
    again = Crashes.prior_predictive(APPS, draws=20, seed=int(free.attrs["seed"]))
    np.testing.assert_array_equal(free.prior["mu"], again.prior["mu"])


def test_categories_are_numbered_and_named():
    drawn = Kinds.prior_predictive(ROWS, draws=50, seed=1)
    colour = drawn.prior_predictive["colour"]
    assert set(np.unique(colour)) == {1, 2, 3}
    assert colour.attrs["categories"] == '["red", "green", "blue"]'
    assert drawn.prior_predictive["many"].dtype.kind == "i"


def test_default_priors_are_drawn_where_the_outcome_scales_them():
    y = [10.0, 12, 9, 30, 31, 28]
    drawn = Open.prior_predictive(OPEN | {"y": y}, draws=2000, seed=1)
    whole = drawn.prior_predictive["y"]
    assert np.isfinite(whole).all()
    assert abs(float(whole.median()) - np.mean(y)) < 10
    with pytest.raises(DataError, match="take their scale from 'y'"):
        Open.prior_predictive(OPEN)


def test_draws_that_are_no_number_or_too_many_are_refused():
    with pytest.raises(FitError, match="draws is 0"):
        Crashes.prior_predictive(APPS, draws=0)
    with pytest.raises(FitError, match="do not fit into memory"):
        Crashes.prior_predictive(APPS, draws=10**9)


def test_rows_with_holes_are_dropped_where_that_is_asked():
    holes = APPS.assign(x=[None, *APPS["x"][1:]])
    drawn = Crashes.prior_predictive(holes, missing="drop", draws=5, seed=1)
    assert drawn.prior_predictive.sizes["row"] == 19


def test_roles_hold():
    drawn = Crashes.prior_predictive(APPS, roles={"publisher_sd": 0}, draws=5, seed=1)
    np.testing.assert_allclose(drawn.prior["P"].isel(publisher=0), drawn.prior["mu"])


@pytest.mark.skipif(are_a_tree(), reason="plot_ppc is called plot_ppc_dist in ArviZ 1")
@pytest.mark.filterwarnings("ignore")
def test_arviz_plots_the_prior_predictive():
    import matplotlib as mpl

    mpl.use("Agg")
    drawn = Crashes.prior_predictive(APPS.assign(y=np.arange(20.0)), draws=50, seed=1)
    assert arviz.plot_ppc(drawn, group="prior") is not None
