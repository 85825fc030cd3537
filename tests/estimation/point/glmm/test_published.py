"""Generalised linear mixed models against lme4 and MixedModels.jl.

lme4 and MixedModels.jl state log likelihoods with every constant for cbpp, Contraception and VerbAgg;
nAGQ is the number of quadrature points, 1 being the Laplace approximation.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats
from scipy.special import expit

import stanlevels as sl
from stanlevels.errors import FitError
from tests.literature import generalised as m


def test_cbpp_is_the_fit_of_lme4():
    """glmer(cbind(incidence, size - incidence) ~ period + (1 | herd)), Laplace; lme4, ?cbpp."""
    fit = m.Cbpp.fit(m.cbpp(), "mle")
    table = fit.summary()
    assert fit.log_likelihood == pytest.approx(-92.02628186840045, abs=1e-3)  # MixedModels.jl
    assert fit.aic == pytest.approx(194.1, abs=0.05)
    assert table.loc["herd_sd", "estimate"] == pytest.approx(0.6421, abs=5e-4)
    np.testing.assert_allclose(
        table.loc[["mean", "b[period[2]]", "b[period[3]]", "b[period[4]]"], "estimate"],
        [-1.3983, -0.9919, -1.1282, -1.5797],
        atol=1e-3,
    )
    np.testing.assert_allclose(
        table.loc[["mean", "b[period[2]]", "b[period[3]]", "b[period[4]]"], "se"],
        [0.2312, 0.3032, 0.3228, 0.4220],
        rtol=0.02,  # lme4 printed these before it used the Hessian by default
    )


def test_contraception_is_the_fit_of_mixedmodels():
    """2361.54575 by Laplace, 2360.8760 with nAGQ=7 (MixedModels.jl, test/pirls.jl)."""
    bound = m.Contraception.bind(m.contraception())
    laplace = bound.fit("mle")
    assert laplace.deviance == pytest.approx(2361.54575, abs=1e-3)
    assert laplace.summary().loc["cell_sd", "estimate"] == pytest.approx(0.573054, abs=1e-4)
    assert bound.fit("mle", nAGQ=7).deviance == pytest.approx(2360.8760, abs=1e-3)


def test_verbagg_with_crossed_effects_is_the_fit_of_mixedmodels():
    """8151.40 (MixedModels.jl, test/pirls.jl; lme4's examples print 8151.4)."""
    assert m.VerbAgg.fit(m.verbagg(), "mle").deviance == pytest.approx(8151.40, abs=5e-3)


def test_grouseticks_is_the_fit_of_lme4():
    """Elston et al. (2001) by glmer: AIC 1794.5, variances 0.293, 0.562, 0.280 (lme4, ?grouseticks)."""
    fit = m.Grouseticks.fit(m.grouseticks(), "mle")
    table = fit.summary()["estimate"]
    assert fit.aic == pytest.approx(1794.5, abs=0.05)
    variances = np.square(table[["chick_sd", "brood_sd", "location_sd"]])
    np.testing.assert_allclose(variances, [0.293, 0.562, 0.280], atol=1.5e-3)
    np.testing.assert_allclose(
        table[["mean", "b[YEAR[96]]", "b[YEAR[97]]", "b[cHEIGHT]"]],
        [0.3728, 1.1804, -0.9787, -0.0238],
        atol=1e-3,
    )


def test_large_counts_in_few_groups_are_integrated_at_their_own_scale():
    """Poisson counts from 0 to 950 (B. Goldstein, R-SIG-mixed-models, 2020): each group's integral by
    Simpson's rule around its own mode, at the estimates; to 1e-5."""
    y = """83 3 8 78 901 21 4 1 1 39 82 3 2 82 874 18 5 1 3 50 87 7 3 67 914 18 0 1 1 38
    86 13 5 65 913 13 2 0 0 48 90 5 5 71 886 19 3 0 2 32 96 1 1 87 860 21 3 0 1 54
    83 2 4 70 874 19 5 0 4 36 100 11 3 71 950 21 6 0 1 40 89 5 5 73 859 29 3 0 2 38
    78 13 6 100 852 24 5 0 1 39""".split()
    counts = np.array([int(x) for x in y]).reshape(10, 10)
    fit = m.Goldstein.fit({"y": counts.ravel(), "group": list(range(10)) * 10}, "mle", nAGQ=15)
    mean, sd = fit.summary()["estimate"]
    total = 0.0
    for own in counts.T:

        def log_density(eta, own=own):
            counted = stats.poisson.logpmf(own[:, None], np.exp(eta)).sum(axis=0)
            return stats.norm.logpdf(eta, mean, sd) + counted

        grid = np.linspace(-4, 8, 4001)
        mode = grid[log_density(grid).argmax()]
        near = mode + 12 / np.sqrt(own.sum() + 1) * np.linspace(-1, 1, 2001)
        values = log_density(near)
        total += np.log(integrate.simpson(np.exp(values - values.max()), x=near)) + values.max()
    assert fit.log_likelihood == pytest.approx(total, abs=1e-5)


class Coin(sl.Model):
    group = sl.Level()
    mean = sl.Normal(0, 2)
    sd = sl.HalfNormal(2)
    G = sl.Normal(mean, sd, over=group)
    y = sl.Bernoulli(logit=G, observed=True)


@pytest.fixture(scope="module")
def tosses():
    rng = np.random.default_rng(11)
    group = np.repeat(np.arange(12), 6)
    y = (rng.random(72) < expit(0.4 + rng.normal(size=12)[group])).astype(int)
    return pd.DataFrame({"group": group, "y": y})


def test_many_quadrature_points_give_the_integral_itself(tosses):
    """Each group's integral by adaptive Simpson's rule, at the estimates; to 1e-6."""
    fit = Coin.fit(tosses, "mle", nAGQ=25)
    mean, sd = fit.summary()["estimate"]
    total = 0.0
    for _, rows in tosses.groupby("group"):
        hits, n = rows["y"].sum(), len(rows)

        def density(u, hits=hits, n=n):
            return stats.norm.pdf(u, 0, sd) * expit(mean + u) ** hits * expit(-mean - u) ** (n - hits)

        total += np.log(integrate.quad(density, -15 * sd, 15 * sd, epsabs=1e-13)[0])
    assert fit.log_likelihood == pytest.approx(total, abs=1e-6)


def test_one_point_is_the_laplace_approximation(tosses):
    assert Coin.fit(tosses, "mle", nAGQ=1).log_likelihood == Coin.fit(tosses, "mle").log_likelihood


class Plain(sl.Model):
    mean = sl.Normal(0, 2)
    slope = sl.Normal(0, 2)
    shape = sl.Gamma(2, 0.1)
    y = sl.NegBinomial(log=mean + slope * sl.data("x"), shape=shape, observed=True)


@pytest.mark.filterwarnings("ignore")
def test_without_random_effects_it_is_the_generalised_linear_model_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(5)
    x = rng.normal(size=400)
    y = rng.negative_binomial(3, 3 / (3 + np.exp(0.5 + 0.4 * x)))
    fit = Plain.fit({"x": x, "y": y}, "mle")
    theirs = sm.NegativeBinomial(y, sm.add_constant(x), loglike_method="nb2").fit(disp=0)
    assert fit.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)
    table = fit.summary()["estimate"]
    np.testing.assert_allclose(table[["mean", "slope"]], theirs.params[:2], rtol=1e-4)
    assert 1 / table["shape"] == pytest.approx(theirs.params[2], rel=1e-3)


def test_quadrature_with_two_random_variables_is_refused_in_words():
    with pytest.raises(FitError, match="takes one scalar random variable"):
        m.Grouseticks.fit(m.grouseticks(), "mle", nAGQ=5)


def test_reml_of_counts_is_refused_in_words():
    with pytest.raises(FitError, match="TICKS ~ Poisson") as caught:
        m.Grouseticks.fit(m.grouseticks(), "reml")
    assert "Laplace" in str(caught.value)
