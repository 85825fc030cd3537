"""Predictions at estimates: published ones of lme4, and what a fit without draws says of its intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import stanlevels as sl
from tests.literature import linear as m
from tests.literature.frames import frame


def test_predictions_of_sleepstudy_are_those_of_lme4():
    """lme4's help page of `predict.merMod` predicts at E[b | y]; coef(fm1) of Bates and others (2015).

    Subject 308 has intercept 253.6637 and slope 19.6663; a subject not seen has 251.4051 and 10.4673. The
    optimum is found to about 1e-5 of a standard deviation, which moves these by less than 0.01.
    """
    fit = m.Sleep.fit(frame("lme4", "sleepstudy"), "reml", progress=False)
    labels = fit.bound.levels["subject"].labels
    known = next(label for label in labels if str(label) == "308")
    new = type(known)(999)
    table = fit.predict(pd.DataFrame({"Subject": [known, known, new, None], "Days": [0, 10, 10, 0]}))
    expected = [253.6637, 253.6637 + 196.663, 251.4051 + 104.673, 251.4051]
    np.testing.assert_allclose(table["estimate"], expected, atol=0.01)
    assert "method='reml'" in table.notes[0]
    assert (table["lower"] < table["estimate"]).all()
    assert (table["estimate"] < table["upper"]).all()
    # a subject nobody knows varies as subjects do: sqrt(24.741^2 + V), V that of the intercept (6.825^2)
    assert table["sd"][3] == pytest.approx(np.hypot(24.741, 6.825), rel=0.15)  # 1,000 draws of it and its sd


def test_predictions_of_dyestuff_are_those_of_lme4():
    """Bates, lme4: mixed-effects modeling with R, section 1.3: fixef 1527.5, ranef by REML."""
    fit = m.Dyestuff.fit(frame("lme4", "Dyestuff"), "reml", progress=False)
    ranef = {"A": -17.60597, "B": 0.39126, "C": 28.56223, "D": -23.08338, "E": 56.73033, "F": -44.99447}
    table = fit.predict({"Batch": list(ranef)})
    assert np.corrcoef(table["estimate"], list(ranef.values()))[0, 1] > 0.9999
    assert fit.predict({"Batch": ["Z"]})["estimate"][0] == pytest.approx(1527.5, abs=1e-6)
    averaged = fit.predict({"nothing": [0]}, average_over=["batch"])
    assert averaged["estimate"][0] == pytest.approx(1527.5, abs=1e-6)
    assert averaged["sd"][0] == pytest.approx(19.383, rel=0.15)  # its standard error there


class Hits(sl.Model):
    g = sl.Level()
    m, sd = sl.Normal(0, 2), sl.HalfNormal(1)
    G = sl.Normal(m, sd, over=g)
    y = sl.Bernoulli(logit=G, observed=True)


def hits() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    g = np.repeat([f"g{i}" for i in range(30)], 20)
    p = 1 / (1 + np.exp(-np.repeat(rng.normal(0.5, 1.0, 30), 20)))
    return pd.DataFrame({"g": g, "y": rng.binomial(1, p)})


def test_beyond_a_link_the_estimate_is_plugged_in_and_averages_are_integrals():
    fit = Hits.fit(hits(), "mle", progress=False)
    m_, sd = fit.summary().loc[["m", "sd"], "estimate"]
    known = fit.effects("G").set_index("g").loc["g3", "estimate"]
    table = fit.predict({"g": ["g3", "new"]})
    np.testing.assert_allclose(table["estimate"], 1 / (1 + np.exp(-np.array([known, m_]))), rtol=1e-9)
    z = (np.arange(20_000) + 0.5) / 20_000
    expected = np.mean(1 / (1 + np.exp(-m_ - sd * norm.ppf(z))))
    averaged = fit.predict({"q": [1]}, average_over=["g"])
    assert averaged["estimate"][0] == pytest.approx(expected, rel=1e-4)


def test_more_draws_are_simulated_where_more_are_wanted():
    fit = Hits.fit(hits(), "mle", progress=False)
    assert fit.predict({"g": ["g1"]}, draws=3000, output="xarray").sizes["draw"] == 3000
    assert fit.predict({"g": ["g1"]}, draws=100, output="xarray").sizes["draw"] == 100


def test_a_parameter_has_no_units_but_those_that_were_fitted():
    class Means(sl.Model):
        g = sl.Level()
        m, sd, noise = sl.Normal(0, 2), sl.HalfNormal(1), sl.HalfNormal(1)
        G = sl.Normal(m, sd, over=g)
        y = sl.Normal(G, noise, observed=True)

    data = hits()
    fit = Means.fit(data, "ols", roles={"G": "parameter"}, progress=False)
    own = data.groupby("g")["y"].mean()
    np.testing.assert_allclose(fit.predict({"g": ["g7", "g8"]})["estimate"], own[["g7", "g8"]])
    with pytest.raises(sl.FitError, match=r"'G' is a parameter .* \"g 'new'\"") as caught:
        fit.predict({"g": ["g7", "new"]})
    assert "reml" in caught.value.way_out
