"""Successes without overdispersion: the beta-binomial distribution at its limit, the binomial."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import stanlevels as sl
from tests.estimation.point.integrals import integrated


class Spread(sl.Model):
    """k of n ~ 1 + (1 | g), beta-binomial."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    concentration = sl.Gamma(2, 0.1)
    A = sl.Normal(a, sd, over=g)
    k = sl.BetaBinomial(logit=A, trials=sl.data("n"), concentration=concentration, observed=True)


class Even(sl.Model):
    """The same with binomial successes."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    A = sl.Normal(a, sd, over=g)
    k = sl.Binomial(logit=A, trials=sl.data("n"), observed=True)


def successes(concentration: float) -> pd.DataFrame:
    r = np.random.default_rng(7)
    n, g = r.integers(4, 12, 96), np.arange(96) % 8
    p = 1 / (1 + np.exp(-r.normal(0, 0.7, 8)[g]))
    drawn = r.beta(concentration * p, concentration * (1 - p)) if concentration < np.inf else p
    return pd.DataFrame({"g": g, "n": n, "k": r.binomial(n, drawn)})


def test_without_overdispersion_it_is_the_binomial_fit():
    data = successes(np.inf)
    k = data.groupby("g")["k"].transform("sum") / data.groupby("g")["n"].transform("sum") * data["n"]
    data["k"] = np.round(k).astype(int)  # less varied than the binomial distribution
    limit, even = Spread.fit(data, "mle"), Even.fit(data, "mle")
    assert limit.summary().loc["concentration", "estimate"] == np.inf
    assert any("'concentration' is at its limit" in n and "binomial" in n for n in limit.notes)
    assert limit.log_likelihood == pytest.approx(even.log_likelihood, abs=1e-7)
    columns = ["estimate", "se", "lower", "upper"]
    np.testing.assert_allclose(
        limit.summary().loc[["a", "sd"], columns], even.summary().loc[["a", "sd"], columns], rtol=1e-4
    )


@pytest.mark.parametrize("concentration", [0.8, 4.0])
def test_with_overdispersion_it_is_the_integral_over_every_group(concentration):
    """Each group's integral by a dense sum, at the estimates of 25 points; to 1e-6."""
    data = successes(concentration)
    fit = Spread.fit(data, "mle", nAGQ=25)
    mean, sd, found = fit.summary().loc[["a", "sd", "concentration"], "estimate"]

    k, n = data["k"].to_numpy(), data["n"].to_numpy()

    def log_mass(v):
        p = special.expit(mean + sd * v)
        ways = -np.log(n + 1) - special.betaln(n - k + 1, k + 1)
        a, b = found * p, found * (1 - p)
        return ways + special.betaln(k + a, n - k + b) - special.betaln(a, b)

    total = integrated(log_mass, data["g"].to_numpy(), stats.norm.logpdf)
    assert fit.log_likelihood == pytest.approx(total, abs=1e-6)
    assert fit.notes[0].startswith("converged")


def test_rows_that_are_all_or_nothing_have_no_concentration():
    """glmmTMB 1.1.5 ends near 5e-11. At 0 every row is one yes or no, and its trials add nothing."""
    data = pd.DataFrame({"g": np.arange(60) % 6, "n": 2 + np.arange(60) % 7, "k": 0})
    data.loc[np.arange(60) % 5 < 3, "k"] = data["n"]
    fit = Spread.fit(data, "mle")
    table = fit.summary()
    assert table.loc["concentration", "estimate"] == 0
    assert np.isnan(table.loc["concentration", "se"])
    assert table.loc["a", "estimate"] == pytest.approx(np.log(36 / 24), abs=1e-6)
    assert table.loc["a", "se"] == pytest.approx(np.sqrt(1 / 36 + 1 / 24), rel=1e-4)
    assert fit.notes[0].startswith("converged")
    assert any("'concentration' is at its end, where what one row counts is alike" in n for n in fit.notes)
