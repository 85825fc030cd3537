"""Every declaration that has a likelihood has its maximum, or says in words why not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.commands.scripts import load_script
from stanlevels.errors import FitError
from stanlevels.resources import folder
from tests.field.kit import Means, base


def test_the_first_example_with_a_noise_for_every_friend_has_its_maximum():
    """The weight of each friend's own ratings is the formula's, at the noises that were found."""
    romcom = load_script(folder("examples") / "romcom.py")
    ratings, _ = romcom.simulate()
    fit = romcom.Romcom.fit(ratings, "mle", progress=False)
    spread = fit.summary().loc["spread", "estimate"]
    assert spread == pytest.approx(1.004, abs=0.001)
    noise = fit.effects("noise").set_index("friend")["estimate"]
    own = ratings.groupby("friend")["rating"].agg(["mean", "size", "std"])
    assert np.corrcoef(np.log(noise), np.log(own["std"]))[0, 1] > 0.9
    weight = spread**2 / (spread**2 + noise**2 / own["size"])
    found = fit.effects("interest").set_index("friend")["weight"]
    assert np.abs(found - weight).max() < 0.15  # the noises' own uncertainty moves the rest of it


def test_friends_whose_noises_are_parameters_have_weights_by_the_formula():
    romcom = load_script(folder("examples") / "romcom.py")
    ratings, _ = romcom.simulate()
    for method in ("mle", "reml"):
        fit = romcom.Romcom.fit(ratings, method, roles={"noise": "parameter"}, progress=False)
        spread = fit.summary().loc["spread", "estimate"]
        noise = fit.effects("noise").set_index("friend")["estimate"]
        n = ratings.groupby("friend").size()
        table = fit.effects("interest").set_index("friend")
        assert table["weight"].to_numpy() == pytest.approx(spread**2 / (spread**2 + noise**2 / n), rel=1e-6)


def test_one_noise_for_all_keeps_the_exact_way():
    class One(sl.Model):
        g = sl.Level()
        a, sd, noise = sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
        A = sl.Normal(a, sd, over=g)
        y = sl.Normal(A, noise, observed=True)

    fit = One.fit(base(), "mle", progress=False)
    assert fit.solution.words == "maximum likelihood"
    assert np.isfinite(fit.summary().loc["a", "df"])


def test_noises_and_effects_that_come_together_may_be_correlated():
    """Location and log scale of each unit as two correlated normal variables."""

    class Both(sl.Model):
        g = sl.Level()
        part = sl.Index(["location", "log scale"])
        mean, level = sl.Normal(0, 10), sl.Normal(0, 2)
        sds, corr = sl.HalfNormal(1, over=part), sl.LKJCholesky(2)
        B = sl.MultiNormal([mean, level], sds, corr, over=g)
        y = sl.Normal(B[0], sl.exp(B[1]), observed=True)

    rng = np.random.default_rng(2)
    g = np.repeat(np.arange(60), 12)
    z = rng.normal(size=(60, 2)) @ np.array([[1, 0.24], [0, 0.32]])
    data = pd.DataFrame({"g": g, "y": 2 + z[g, 0] + np.exp(z[g, 1]) * rng.normal(size=720)})
    fit = Both.fit(data, "mle", progress=False)
    table = fit.summary()["estimate"]
    assert table["mean"] == pytest.approx(2 + z[:, 0].mean(), abs=0.1)
    assert table["corr[location, log scale]"] == pytest.approx(np.corrcoef(z.T)[0, 1], abs=0.25)
    assert fit.notes[0].startswith("converged")


def test_a_curve_with_a_random_asymptote_has_its_maximum():
    class Curve(sl.Model):
        g = sl.Level()
        mean, rate, sd, noise = sl.Normal(3, 1), sl.LogNormal(0, 1), sl.HalfNormal(1), sl.HalfNormal(1)
        top = sl.Normal(mean, sd, over=g)
        y = sl.Normal(top * (1 - sl.exp(-rate * sl.data("t"))), noise, observed=True)

    rng = np.random.default_rng(3)
    g, t = np.repeat(np.arange(25), 8), np.tile(np.arange(1, 9) / 2, 25)
    y = (3 + 0.8 * rng.normal(size=25)[g]) * (1 - np.exp(-1.3 * t)) + 0.1 * rng.normal(size=200)
    fit = Curve.fit(pd.DataFrame({"g": g, "t": t, "y": y}), "mle", progress=False)
    table = fit.summary()
    for name, truth in {"mean": 3, "rate": 1.3, "sd": 0.8, "noise": 0.1}.items():
        assert abs(table.loc[name, "estimate"] - truth) < 3 * table.loc[name, "sd"]


def test_what_the_data_cannot_tell_apart_in_an_ordinal_model_is_named():
    """An intercept beside cutpoints that are parameters: only their differences are determined."""

    class Rated(sl.Model):
        between = sl.Index(["low", "high"])
        a, b = sl.Normal(0, 5), sl.Normal(0, 5)
        cut = sl.Normal(0, 5, over=between, ordered=True)
        y = sl.OrderedLogistic(a + b * sl.data("x"), cut, observed=True)

    rng = np.random.default_rng(4)
    x = rng.normal(size=200)
    rated = np.digitize(x + rng.logistic(size=200), [-1, 1])
    fit = Rated.fit({"x": x, "y": pd.Categorical(rated, ordered=True)}, "mle", progress=False)
    told = next(note for note in fit.notes if "do not determine" in note)
    assert "'a'" in told
    assert "'cut'" in told
    assert np.isnan(fit.summary().loc["a", "sd"])
    assert fit.summary().loc["b", "sd"] == pytest.approx(0.16, abs=0.05)


def test_what_has_no_maximum_without_draws_names_its_line():
    class Shares(sl.Model):
        g = sl.Level()
        theta = sl.Dirichlet([1, 1], over=g)
        y = sl.Categorical(theta, observed=True)

    data = {"g": [0, 0, 1, 1], "y": pd.Categorical(["a", "b", "a", "b"], ordered=True)}
    with pytest.raises(FitError, match="theta ~ Dirichlet") as error:
        Shares.fit(data, "mle")
    assert "nuts" in str(error.value)


def test_reml_with_a_random_noise_says_that_the_noise_is_random():
    class Noises(sl.Model):
        g = sl.Level()
        a = sl.Normal()
        noise = sl.HalfNormal(over=g)
        y = sl.Normal(a, noise, observed=True)

    with pytest.raises(FitError, match="'noise' is random elsewhere") as caught:
        Noises.fit(base(), "reml")
    assert "roles={'noise': 'parameter'}" in caught.value.way_out
    assert np.isfinite(Noises.fit(base(), "reml", roles={"noise": "parameter"}).log_likelihood)


def test_a_unit_without_variation_leaves_a_noise_of_units_without_maximum():
    """The second half of the units repeat one value each: their noise heads to 0."""

    class Spread(sl.Model):
        g = sl.Level()
        a = sl.Normal()
        sd = sl.HalfNormal()
        m = sl.Normal(0, 1)
        s = sl.HalfNormal(1)
        A = sl.Normal(a, sd, over=g)
        L = sl.Normal(m, s, over=g)
        y = sl.Normal(A, sl.exp(L), observed=True)

    data = base()
    data = data.assign(y=data.y.where(data.g != "g2", 3.0))
    with pytest.raises(FitError, match=r"'y' is fitted exactly in 10 rows \(20, 21, 22"):
        Spread.fit(data, "mle")


def test_what_no_prior_could_be_scaled_to_needs_none_under_maximum_likelihood():
    """A standard deviation written as exp(a) times standard effects: that of lme4's (1 | g)."""

    class Scaled(sl.Model):
        g = sl.Level()
        a = sl.Normal()
        m = sl.Normal()
        noise = sl.HalfNormal()
        z = sl.Normal(0, 1, over=g)
        y = sl.Normal(m + sl.exp(a) * z, noise, observed=True)

    fit, plain = Scaled.fit(base(), "mle"), Means.fit(base(), "mle")
    assert np.exp(fit.summary().loc["a", "estimate"]) == pytest.approx(plain.summary().loc["sd", "estimate"])
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    for settings in ({"method": "nuts"}, {"method": "mle", "priors": True}):
        with pytest.raises(sl.DeclarationError, match="nothing tells how large 'a' may be"):
            Scaled.fit(base(), **settings)
