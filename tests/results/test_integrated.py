"""A fit whose program does not hold every quantity: what was integrated out is drawn back and named."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.plan.recording import needed
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
