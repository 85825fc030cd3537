"""A fit whose program does not hold every quantity: what was integrated out is drawn back and named."""

from dataclasses import replace

import arviz as az
import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.plan.recording import needed
from tests.arviz_of_any_age import elpd
from tests.results.kit import fit_of
from tests.values.kit import integrating


class Ratings(sl.Model):
    friend = sl.Level()
    overall = sl.Normal(5, 5)
    spread = sl.HalfNormal(3)
    noise = sl.HalfNormal(3)
    interest = sl.Normal(overall, spread, over=friend)
    above = interest - overall
    rating = sl.Normal(interest, noise, observed=True)


@pytest.fixture(scope="module")
def ratings():
    rng = np.random.default_rng(7)
    friend = np.repeat(["ann", "bob", "eve"], [2, 5, 40])
    return pd.DataFrame({"friend": friend, "rating": rng.normal(5, 1.3, 47)})


def drawn(name, shape):
    values = np.random.default_rng(len(name)).normal(size=shape)
    return 5 + 0.1 * values if name == "overall" else np.exp(0.1 * values)


@pytest.fixture(scope="module")
def fit(ratings):
    return fit_of(Ratings, ratings, drawn, draws=500, change=lambda p: integrating(p, {"g": ["interest"]}))


def test_the_program_holds_neither_it_nor_what_rests_on_it_and_results_have_both(fit):
    assert list(fit.program.outputs) == ["overall", "spread", "noise"]
    assert set(fit.idata.posterior.data_vars) == {"overall", "spread", "noise", "interest", "above"}
    assert fit.idata.posterior.interest.dims == ("chain", "draw", "friend")
    assert list(fit.summary("above").index) == ["above[ann]", "above[bob]", "above[eve]"]
    assert repr(fit).splitlines()[2] == "  per friend (3): interest, above"
    np.testing.assert_allclose(
        fit.draws("above"), fit.draws("interest") - fit.draws("overall"), rtol=0, atol=1e-14
    )


def test_estimates_are_the_weighted_averages_of_the_text(fit, ratings):
    """w own + (1 - w) overall with w = s^2 / (s^2 + noise^2 / n), averaged over 2,000 draws.

    The noise of drawing back has a standard error of at most 1 / sqrt(2000) here; 4.5 of these.
    """
    own = ratings.groupby("friend")["rating"].agg(["mean", "size"])
    post = fit.idata.posterior
    spread, noise, overall = (post[n].values[..., None] for n in ("spread", "noise", "overall"))
    w = spread**2 / (spread**2 + noise**2 / own["size"].to_numpy())
    expected = (w * own["mean"].to_numpy() + (1 - w) * overall).mean(axis=(0, 1))
    table = fit.effects("interest")
    np.testing.assert_allclose(table["estimate"], expected, atol=4.5 / np.sqrt(2000))
    np.testing.assert_allclose(table["weight"], w.mean(axis=(0, 1)), rtol=1e-12)
    sds = np.sqrt(
        (spread**2 * (1 - w)).mean(axis=(0, 1))
        + (w * own["mean"].to_numpy() + (1 - w) * overall).var(axis=(0, 1))
    )
    np.testing.assert_allclose(table["sd"], sds, rtol=4.5 / np.sqrt(2 * 2000))


def test_it_is_drawn_once_and_alike_for_the_seed_of_the_fit(fit, ratings):
    again = fit_of(Ratings, ratings, drawn, draws=500, change=lambda p: integrating(p, {"g": ["interest"]}))
    np.testing.assert_array_equal(again.idata.posterior.interest, fit.idata.posterior.interest)
    assert fit.diagnose().ok
    assert fit.pooling()["quantity"].tolist() == ["interest"]


def recording(fit, *names):
    """The fit whose engine kept what `names` need."""
    kept = {fit.program.outputs[name] for name in needed(fit.planned, names)}
    variables = {stan: values for stan, values in fit.raw.variables.items() if stan in kept}
    return replace(fit, raw=replace(fit.raw, variables=variables), recorded=names)


def test_what_rests_on_it_is_recorded_without_it_from_the_same_draws(fit):
    above = recording(fit, "above")
    assert list(above.idata.posterior) == ["above"]
    np.testing.assert_array_equal(above.draws("above"), fit.draws("above"))
    with pytest.raises(sl.FitError, match="'interest' were not recorded"):
        above.effects("interest")


def test_it_is_not_drawn_back_where_nobody_wants_it(fit):
    scales = recording(fit, "spread")
    assert set(scales.raw.variables) == {fit.program.outputs["spread"]}
    assert list(scales.summary().index) == ["spread"]


@pytest.mark.filterwarnings("ignore:Estimated shape")
def test_rows_have_the_log_likelihood_of_the_model_in_which_nothing_is_integrated_out(fit, ratings):
    post = fit.idata.posterior
    at = np.repeat([0, 1, 2], [2, 5, 40])
    means = post["interest"].values[..., at]
    expected = stats.norm.logpdf(ratings["rating"].to_numpy(), means, post["noise"].values[..., None])
    idata = fit.add_log_likelihood()
    assert idata is fit.idata
    np.testing.assert_allclose(idata.log_likelihood["rating"], expected, rtol=1e-12)
    assert idata.log_likelihood["rating"].dims == ("chain", "draw", "row")
    assert az.loo(fit.idata, pointwise=True).n_data_points == 47
    every = elpd(fit.idata)
    assert every < expected.mean(axis=(0, 1)).sum()
    some = fit.add_log_likelihood(draws=100).log_likelihood["rating"]
    np.testing.assert_array_equal(some, expected[:, ::5])
    assert list(some["draw"].values[:2]) == [0, 5]
    np.testing.assert_allclose(elpd(fit.idata), every, rtol=0.1)
    with pytest.raises(sl.FitError, match="a whole number from 1 to 500"):
        fit.add_log_likelihood(draws=501)


def test_means_of_rows_are_those_of_their_units(fit, ratings):
    table, effects = fit.fitted(), fit.effects("interest")
    assert list(table.columns) == ["row", "friend", "observed", "estimate", "sd", "lower", "upper"]
    assert list(table["observed"]) == list(ratings["rating"])
    by_friend = effects.set_index("friend").loc[table["friend"], ["estimate", "sd", "lower", "upper"]]
    np.testing.assert_allclose(table[["estimate", "sd", "lower", "upper"]], by_friend, rtol=1e-9)


def test_what_the_likelihood_of_rows_needs_must_be_recorded(fit):
    with pytest.raises(sl.FitError, match=r"log likelihood of 'rating'.*record="):
        recording(fit, "spread").add_log_likelihood()
    with pytest.raises(sl.FitError, match=r"mean of 'rating'.*record="):
        recording(fit, "spread").fitted()


class OwnEffects(sl.Model):
    noise = sl.HalfNormal(1)
    each = sl.Normal(0, noise, over=sl.rows)
    n = sl.Poisson(log=each, observed=True, weights="w")


def test_a_row_with_an_effect_of_its_own_is_noted_and_rows_without_weight_are_left_out():
    frame = pd.DataFrame({"n": [1, 2, 3], "w": [1, 0, 2]})
    fit = fit_of(OwnEffects, frame, drawn, draws=20)
    with pytest.warns(sl.StanlevelsWarning, match="every row has 'each' of its own"):
        found = fit.add_log_likelihood().log_likelihood["n"]
    assert list(found["row"].values) == [0, 2]
    eta = fit.idata.posterior["each"].values[..., [0, 2]]
    np.testing.assert_allclose(found, [1, 2] * stats.poisson.logpmf([1, 3], np.exp(eta)), rtol=1e-12)


def test_more_log_densities_than_fit_into_memory_are_refused(fit, monkeypatch):
    monkeypatch.setattr("stanlevels.results.room._LARGEST", 47 * 4 * 100)
    with pytest.raises(sl.FitError, match="94,000 numbers") as error:
        fit.add_log_likelihood()
    assert "draws=100" in str(error.value)
    assert fit.add_log_likelihood(draws=100).log_likelihood["rating"].shape == (4, 100, 47)
