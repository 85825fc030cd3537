"""Counts without overdispersion: the negative binomial distribution at its limit, the Poisson."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from tests.estimation.point.integrals import integrated
from tests.field.kit import base


class Counts(sl.Model):
    """k ~ 1 + (1 | g), negative binomial."""

    g = sl.Level()
    a = sl.Normal()
    sd = sl.HalfNormal()
    shape = sl.Gamma(2, 0.1)
    A = sl.Normal(a, sd, over=g)
    k = sl.NegBinomial(log=A, shape=shape, observed=True)


class Poisson(sl.Model):
    """The same with Poisson counts."""

    g = sl.Level()
    a = sl.Normal()
    sd = sl.HalfNormal()
    A = sl.Normal(a, sd, over=g)
    k = sl.Poisson(log=A, observed=True)


def poisson_counts(seed: int) -> pd.DataFrame:
    r = np.random.default_rng(seed)
    g = base()["g"].str[1:].astype(int).to_numpy()
    return base().assign(k=r.poisson(np.exp(1.5 + r.normal(0, 0.3, 6)[g])))


def overdispersed(seed: int) -> pd.DataFrame:
    r = np.random.default_rng(seed)
    g = np.repeat(np.arange(12), 8)
    mu = np.exp(1.2 + r.normal(0, 0.5, 12)[g])
    return pd.DataFrame({"g": g, "k": r.negative_binomial(2, 2 / (2 + mu))})


@pytest.mark.parametrize(
    ("seed", "log_likelihood", "sd"), [(0, -129.434, 0.0), (1, -133.375, 0.147), (3, -129.577, 0.372)]
)
def test_counts_without_overdispersion_have_the_poisson_limit(seed, log_likelihood, sd):
    """lme4 1.1-31, glmer.nb and glmer(family = poisson) on these data."""
    fit = Counts.fit(poisson_counts(seed), "mle")
    table = fit.summary()["estimate"]
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    assert table["sd"] == pytest.approx(sd, abs=1e-3)
    assert table["shape"] == np.inf
    assert any("'shape' is at its limit" in note and "Poisson" in note for note in fit.notes)


def test_the_limit_is_the_poisson_fit():
    data = poisson_counts(3)
    limit, poisson = Counts.fit(data, "mle"), Poisson.fit(data, "mle")
    assert limit.log_likelihood == pytest.approx(poisson.log_likelihood, abs=1e-7)
    columns = ["estimate", "se", "lower", "upper"]
    np.testing.assert_allclose(
        limit.summary().loc[["a", "sd"], columns], poisson.summary().loc[["a", "sd"], columns], rtol=1e-4
    )


def test_with_overdispersion_it_is_the_integral_over_every_group():
    """Each group's integral by a dense sum, at the estimates of 25 points; to 1e-6."""
    data = overdispersed(2)
    fit = Counts.fit(data, "mle", nAGQ=25)
    mean, sd, shape = fit.summary().loc[["a", "sd", "shape"], "estimate"]
    assert 0.5 < shape < 10
    k, g = data["k"].to_numpy(), data["g"].to_numpy()

    def log_likelihood(mean, sd, shape):
        def rows(v):
            return stats.nbinom.logpmf(k, shape, shape / (shape + np.exp(mean + sd * v)))

        return integrated(rows, g, stats.norm.logpdf)

    best = log_likelihood(mean, sd, shape)
    assert fit.log_likelihood == pytest.approx(best, abs=1e-6)
    for step in (-0.02, 0.02):  # a maximum of the integral in every direction
        assert log_likelihood(mean + step, sd, shape) < best
        assert log_likelihood(mean, sd * (1 + step), shape) < best
        assert log_likelihood(mean, sd, shape * (1 + step)) < best


def test_a_huge_count_is_no_obstacle():
    data = poisson_counts(1)
    data.loc[7, "k"] = 10**7
    fit = Counts.fit(data, "mle")
    assert fit.notes[0].startswith("converged")
    assert 0 < fit.summary().loc["shape", "estimate"] < 1
