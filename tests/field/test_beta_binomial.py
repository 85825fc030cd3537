"""Successes without overdispersion: the beta-binomial distribution at its limit, the binomial."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

import stanlevels as sl


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
    """Each group's integral by adaptive quadrature, at the estimates of 25 points; to 1e-6."""
    data = successes(concentration)
    fit = Spread.fit(data, "mle", nAGQ=25)
    mean, sd, found = fit.summary().loc[["a", "sd", "concentration"], "estimate"]
    total = 0.0
    for _, rows in data.groupby("g"):

        def density(u, rows=rows):
            p = 1 / (1 + np.exp(-mean - u))
            masses = stats.betabinom.pmf(rows["k"], rows["n"], found * p, found * (1 - p))
            return stats.norm.pdf(u, 0, sd) * np.prod(masses)

        total += np.log(integrate.quad(density, -8 * sd, 8 * sd, epsabs=0, epsrel=1e-11)[0])
    assert fit.log_likelihood == pytest.approx(total, abs=1e-6)
    assert fit.notes[0].startswith("converged")
