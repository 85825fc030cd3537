"""Pooling weights, pooling factors, and schemes side by side."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import FitError
from stanlevels.results.tables.pooling_factor import pooling_factor
from tests.literature import linear as m
from tests.literature.frames import frame
from tests.results.kit import fit_of


class Romcom(sl.Model):
    friend = sl.Level()
    overall = sl.Normal(5, 5)
    spread = sl.HalfNormal(3)
    noise = sl.HalfNormal(3)
    interest = sl.Normal(overall, spread, over=friend)
    rating = sl.Normal(interest, noise, observed=True)


@pytest.fixture(scope="module")
def ratings():
    rng = np.random.default_rng(7)
    friend = np.repeat(np.arange(12), rng.integers(1, 9, 12))
    rating = rng.normal(5 + rng.normal(0, 1, 12)[friend], 1.3)
    return pd.DataFrame({"friend": friend, "rating": rating})


def test_weights_are_those_of_the_romcom_formula(ratings):
    """w = s^2 / (s^2 + noise^2 / n), and the estimate w * own mean + (1 - w) * overall; to 1e-9."""
    fit = Romcom.fit(ratings, "reml")
    overall, spread, noise = fit.summary().loc[["overall", "spread", "noise"], "estimate"]
    own = ratings.groupby("friend")["rating"].agg(["mean", "size"])
    w = spread**2 / (spread**2 + noise**2 / own["size"])
    table = fit.effects("interest")
    np.testing.assert_allclose(table["weight"], w, rtol=1e-9)
    np.testing.assert_allclose(table["no_pooling"], own["mean"], rtol=1e-9)
    np.testing.assert_allclose(table["complete_pooling"], overall, rtol=1e-9)
    np.testing.assert_allclose(table["estimate"], w * own["mean"] + (1 - w) * overall, rtol=1e-9)


def test_draws_give_the_formula_averaged_over_draws(ratings):
    with warnings.catch_warnings():  # a short run: what is tested is arithmetic on its draws
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        fit = Romcom.fit(ratings, engine="stanli", chains=2, warmup=300, draws=200, seed=1, progress=False)
    posterior = fit.idata.posterior
    n = ratings.groupby("friend").size().to_numpy()
    spread, noise = posterior["spread"].values[..., None], posterior["noise"].values[..., None]
    wanted = (spread**2 / (spread**2 + noise**2 / n)).mean(axis=(0, 1))
    table = fit.effects("interest")
    np.testing.assert_allclose(table["weight"], wanted, rtol=1e-9)
    between = table["weight"] * table["no_pooling"] + (1 - table["weight"]) * table["complete_pooling"]
    np.testing.assert_allclose(between, table["estimate"], rtol=1e-9)
    row = fit.pooling().iloc[0]
    assert row[["quantity", "level", "units"]].tolist() == ["interest", "friend", 12]
    assert 0 < row["pooling_factor"] < 1
    assert row["weight"] == pytest.approx(wanted.mean(), rel=1e-9)


def test_weights_of_inner_levels_count_the_levels_below():
    """Balanced batches of 3 casks of 2 pastes: V = (cask_sd^2 + noise^2 / 2) / 3 for a batch."""
    fit = m.Pastes.fit(frame("lme4", "Pastes"), "reml")
    batch, cask, noise = fit.summary().loc[["batch_sd", "cask_sd", "noise"], "estimate"]
    V = (cask**2 + noise**2 / 2) / 3
    np.testing.assert_allclose(fit.effects("B")["weight"], batch**2 / (batch**2 + V), rtol=1e-9)
    np.testing.assert_allclose(fit.effects("C")["weight"], cask**2 / (cask**2 + noise**2 / 2), rtol=1e-9)


def test_outside_trees_the_weight_is_what_the_data_removed_of_the_variance():
    fit = m.Penicillin.fit(frame("lme4", "Penicillin"), "mle")
    found, moments = fit.effects("P"), fit.solution.units("P")
    sd = fit.summary().loc["plate_sd", "estimate"]
    np.testing.assert_allclose(found["weight"], 1 - moments.deviation_variance / sd**2, rtol=1e-9)


def test_draws_of_effects_on_a_crash_flag_have_a_table_too():
    class Flags(sl.Model):
        app = sl.Level()
        spread = sl.HalfNormal(1)
        A = sl.Normal(0, spread, over=app)
        crash = sl.Bernoulli(logit=A, observed=True)

    drawn = fit_of(Flags, pd.DataFrame({"app": ["a", "a", "b"], "crash": [0, 1, 1]}))
    table = drawn.pooling()
    assert table["units"].tolist() == [2]
    spread = drawn.draws("spread").values
    assert table["icc"].iloc[0] == pytest.approx(np.mean(spread**2 / (spread**2 + np.pi**2 / 3)))


def test_the_pooling_factor_is_its_definition_over_draws():
    """Gelman and Pardoe (2006), equation 3: 1 - Var_j E[e_j] / E[Var_j e_j], over a million draws."""
    rng = np.random.default_rng(2)
    mean, root = rng.normal(size=6), np.tril(rng.normal(size=(6, 6)))
    draws = mean + rng.normal(size=(400_000, 6)) @ root.T
    covariance = root @ root.T
    found = pooling_factor(mean, np.diagonal(covariance), covariance.mean())
    wanted = 1 - mean.var(ddof=1) / draws.var(axis=1, ddof=1).mean()
    assert found == pytest.approx(wanted, abs=2e-3)


def test_the_table_of_pooling_has_the_same_columns_for_every_method(ratings):
    settings: Any = {
        "engine": "stanli",
        "chains": 1,
        "warmup": 200,
        "draws": 50,
        "seed": 1,
        "progress": False,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        bayes = Romcom.fit(ratings, **settings)
    assert list(bayes.pooling().columns) == list(Romcom.fit(ratings, "mle").pooling().columns)


def test_compare_puts_schemes_side_by_side(ratings):
    fits = [Romcom.fit(ratings, "mle"), Romcom.fit(ratings, "reml"), Romcom.fit(ratings, "em")]
    table: Any = sl.compare(*fits)
    assert list(table.columns) == [(x, y) for x in ("mle", "reml", "em") for y in ("estimate", "sd")]
    assert list(table.index[-3:]) == ["log likelihood", "AIC", "BIC"]
    assert table.loc["overall", ("mle", "estimate")] == fits[0].summary().loc["overall", "estimate"]
    twice: Any = sl.compare(fits[0], fits[0])
    assert [label for label, _ in twice.columns[::2]] == ["mle 1", "mle 2"]
    named: Any = sl.compare(fits[0], labels=["mixed"])
    assert named.columns[0] == ("mixed", "estimate")


def test_compare_asks_for_one_label_each(ratings):
    with pytest.raises(FitError, match="labels"):
        sl.compare(Romcom.fit(ratings, "mle"), labels=["a", "b"])
    with pytest.raises(FitError, match="no fits"):
        sl.compare()


def test_a_fit_without_draws_says_how_to_get_some(ratings):
    with pytest.raises(FitError, match="not draws") as caught:
        _ = Romcom.fit(ratings, "mle").idata
    assert "nuts" in str(caught.value)


def test_a_fit_shows_its_method_figures_and_notes(ratings):
    fit = Romcom.fit(ratings, "mle")
    assert "Fit of Romcom by maximum likelihood" in repr(fit)
    assert "priors of parameters play no part" in repr(fit)
    assert "<table" in fit._repr_html_()
