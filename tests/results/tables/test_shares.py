"""Shares of variance: closed forms, published formulas, and simulation in plain NumPy."""

import numpy as np
import pytest
from scipy import special

import stanlevels as sl
from stanlevels.errors import FitError
from tests.literature import generalised, linear
from tests.literature.frames import frame
from tests.results.kit import fit_of

RNG = np.random.default_rng(5)
GROUP = np.repeat(np.arange(6), 5)
X = RNG.normal(1.0, 2.0, 30)
OTHER = np.tile(np.arange(5), 6)


def at(**values):
    """Draws in which every quantity named has these numbers, and others are standard normal."""
    rng = np.random.default_rng(2)

    def drawn(name, shape):
        if name not in values:
            return rng.normal(size=shape)
        return np.broadcast_to(np.asarray(values[name], dtype=float), shape)

    return drawn


def data(y):
    return {"group": GROUP, "other": OTHER, "x": X, "y": y}


def shares(fit, **settings):
    table = fit.variance_shares(**settings)
    assert set(table.columns) >= {"quantity", "level", "sd", "variance", "share", "lower", "upper"}
    return table.set_index("quantity")["share"]


class Gaussian(sl.Model):
    group, other = sl.Level(), sl.Level()
    a, b = sl.Normal(0, 5), sl.Normal(0, 5)
    group_sd, other_sd, noise = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    G = sl.Normal(a, group_sd, over=group)
    O = sl.Normal(0, other_sd, over=other)  # noqa: E741
    y = sl.Normal(G + O + b * sl.data("x"), noise, observed=True)


def test_shares_of_a_gaussian_model_are_ratios_of_variances_draw_by_draw():
    rng = np.random.default_rng(7)
    sds = {name: rng.uniform(0.5, 2.0, (4, 100)) for name in ("group_sd", "other_sd", "noise")}
    fit = fit_of(Gaussian, data(RNG.normal(size=30)), at(**sds))
    whole = sum(np.square(sd) for sd in sds.values())
    table = fit.variance_shares(level=0.9)
    assert list(table["quantity"]) == ["G", "O", "(residual)"]
    assert list(table["level"]) == ["group", "other", ""]
    for row, sd in zip(table.itertuples(), sds.values(), strict=True):
        own = np.square(sd) / whole
        assert row.share == pytest.approx(own.mean())
        assert (row.lower, row.upper) == pytest.approx(tuple(np.quantile(own, [0.05, 0.95])))
        assert row.variance == pytest.approx(np.square(sd).mean())
    assert table["share"].sum() == pytest.approx(1)


def test_covariates_have_the_variance_of_what_they_add_and_r_squared_follows():
    fit = fit_of(Gaussian, data(RNG.normal(size=30)), at(group_sd=1.0, other_sd=0.5, noise=2.0, a=3.0, b=0.7))
    explained = 0.49 * X.var()
    whole = explained + 1 + 0.25 + 4
    found = shares(fit, covariates=True)
    assert found["(covariates)"] == pytest.approx(explained / whole)
    r2 = fit.r2()["estimate"]
    assert r2["marginal"] == pytest.approx(explained / whole)  # Nakagawa and Schielzeth 2013
    assert r2["conditional"] == pytest.approx(1 - 4 / whole)


class Slopes(sl.Model):
    group = sl.Level()
    a, b = sl.Normal(0, 5), sl.Normal(0, 5)
    sds = sl.HalfNormal(1, over=sl.Index(["a", "b"]))
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(1)
    B = sl.MultiNormal([a, b], sds, corr, over=group)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), noise, observed=True)


def test_a_varying_slope_counts_with_its_covariate_averaged_over_rows():
    corr = np.array([[1.0, -0.4], [-0.4, 1.0]])
    fit = fit_of(Slopes, data(RNG.normal(size=30)), at(sds=[1.5, 0.8], corr=corr, noise=1.0))
    S = np.outer([1.5, 0.8], [1.5, 0.8]) * corr
    Z = np.column_stack([np.ones(30), X])
    own = float(np.mean(np.einsum("ia,ab,ib->i", Z, S, Z)))  # Johnson 2014
    table = fit.variance_shares()
    assert list(table["component"]) == ["", "a", "b", ""]
    assert table["variance"].tolist() == pytest.approx([own, 2.25, 0.64 * np.mean(X**2), 1.0])
    assert table["share"].iloc[[0, 3]].sum() == pytest.approx(1)


def of_rates(outcome):
    """A model with one random intercept and a covariate."""

    class Rates(sl.Model):
        group = sl.Level()
        a, b, group_sd = sl.Normal(0, 5), sl.Normal(0, 5), sl.HalfNormal(1)
        G = sl.Normal(a, group_sd, over=group)
        shape = sl.Gamma(2, 0.1)
        eta = G + b * sl.data("x")
        y = outcome(eta, shape)

    return Rates


MEAN = float(np.mean(np.exp(0.3 + 0.2 * X + 0.64 / 2)))  # rows at a = 0.3, b = 0.2, group_sd = 0.8
LINKS = {
    "logit": (lambda eta, shape: sl.Bernoulli(logit=eta, observed=True), np.pi**2 / 3),
    "by hand": (lambda eta, shape: sl.Bernoulli(sl.inv_logit(eta), observed=True), np.pi**2 / 3),
    "probit": (lambda eta, shape: sl.Bernoulli(sl.Phi(eta), observed=True), 1.0),
    "cloglog": (lambda eta, shape: sl.Bernoulli(sl.inv_cloglog(eta), observed=True), np.pi**2 / 6),
    "trials": (lambda eta, shape: sl.Binomial(logit=eta, trials=4, observed=True), np.pi**2 / 3),
    "poisson": (lambda eta, shape: sl.Poisson(log=eta, observed=True), np.log(1 + 1 / MEAN)),
    "exposed": (
        lambda eta, shape: sl.Poisson(2.5 * sl.exp(eta), observed=True),
        np.log(1 + 1 / (2.5 * MEAN)),
    ),
    "negative binomial": (
        lambda eta, shape: sl.NegBinomial(log=eta, shape=shape, observed=True),
        np.log(1 + 1 / MEAN + 1 / 3),
    ),
    "gamma": (lambda eta, shape: sl.Gamma(log=eta, shape=shape, observed=True), np.log(1 + 1 / 3)),
    "log-normal": (lambda eta, shape: sl.LogNormal(eta, shape, observed=True), 9.0),
    "student": (lambda eta, shape: sl.StudentT(5, eta, shape, observed=True), 9.0 * 5 / 3),
}


@pytest.mark.parametrize("link", LINKS)
def test_the_residual_variance_is_that_of_the_link(link):
    outcome, residual = LINKS[link]
    y = np.tile([1.0, 0.5], 15) if link in ("gamma", "log-normal", "student") else np.tile([1, 0], 15)
    fit = fit_of(of_rates(outcome), data(y), at(a=0.3, b=0.2, group_sd=0.8, shape=3.0))
    found = shares(fit)
    assert found["G"] == pytest.approx(0.64 / (0.64 + residual))
    assert found.sum() == pytest.approx(1)
    assert fit.pooling()["icc"].iloc[0] == pytest.approx(0.64 / (0.64 + residual))


def test_the_residual_of_proportions_is_by_the_delta_method():
    fit = fit_of(
        of_rates(lambda eta, shape: sl.Beta(logit=eta, concentration=shape, observed=True)),
        data(np.full(30, 0.4)),
        at(a=0.3, b=0.2, group_sd=0.8, shape=3.0),
    )
    p = special.expit(0.3 + 0.2 * X)
    residual = np.mean(1 / (p * (1 - p) * 4))
    assert shares(fit)["G"] == pytest.approx(0.64 / (0.64 + residual))


def simulated(mean, variance, parts, rows, n=200_000):
    """Shares on the outcome's scale, row by row, by simulation in plain NumPy (Goldstein et al. 2002)."""
    rng = np.random.default_rng(11)
    found = np.zeros((len(rows), len(parts) + 1))
    for i, f in enumerate(rows):
        before = 0.0
        own = [np.sqrt(v) * rng.normal(size=n) for v in parts]
        again = [np.sqrt(v) * rng.normal(size=n) for v in parts]
        for k in range(len(parts)):
            one = f + sum(own)
            other = f + sum(own[: k + 1]) + sum(again[k + 1 :])  # the first k + 1 in common
            explained = np.cov(mean(one), mean(other))[0, 1] if k + 1 < len(parts) else mean(one).var()
            found[i, k] = explained - before
            before = explained
        found[i, -1] = variance(f + sum(own)).mean()
    mean_over_rows = found.mean(axis=0)
    return mean_over_rows / mean_over_rows.sum()


def test_shares_of_a_flag_on_its_own_scale_are_those_of_a_simulation():
    class Flags(Gaussian):
        y = sl.Bernoulli(logit=Gaussian.G + Gaussian.O + Gaussian.b * sl.data("x"), observed=True)

    values = at(a=-0.5, b=0.4, group_sd=1.2, other_sd=0.7)
    fit = fit_of(Flags, data(np.tile([1, 0], 15)), values, chains=1, draws=4)
    found = shares(fit, scale="outcome")
    p, q = special.expit, lambda eta: special.expit(eta) * special.expit(-eta)
    wanted = simulated(p, q, [1.44, 0.49], -0.5 + 0.4 * X)
    np.testing.assert_allclose(found[["G", "O", "(residual)"]], wanted, atol=0.004)


def test_shares_of_counts_on_their_own_scale_have_a_closed_form():
    fit = fit_of(
        of_rates(lambda eta, shape: sl.NegBinomial(log=eta, shape=shape, observed=True)),
        data(np.tile([1, 0], 15)),
        at(a=0.3, b=0.0, group_sd=0.8, shape=3.0),
    )
    mean = np.exp(0.3 + 0.32)
    between = mean**2 * (np.exp(0.64) - 1)  # of a log-normal mean; Stryhn et al. 2006, Leckie et al. 2020
    within = mean + mean**2 * np.exp(0.64) / 3
    assert shares(fit, scale="outcome")["G"] == pytest.approx(between / (between + within), rel=1e-4)


def test_scales_agree_where_the_outcome_is_normal():
    fit = fit_of(Gaussian, data(RNG.normal(size=30)), at(group_sd=1.0, other_sd=0.5, noise=2.0, a=0.0, b=0.7))
    latent, outcome = (shares(fit, scale=s, covariates=True) for s in ("latent", "outcome"))
    np.testing.assert_allclose(latent, outcome, rtol=1e-8)


def test_standard_deviations_that_vary_are_averaged_over_rows():
    class Varying(sl.Model):
        group = sl.Level()
        group_sd, base, growth = sl.HalfNormal(1), sl.HalfNormal(1), sl.Normal(0, 1)
        G = sl.Normal(0, group_sd * sl.data("wide"), over=group)
        y = sl.Normal(G, base * sl.exp(growth * sl.data("x")), observed=True)

    wide = np.repeat([1.0, 2, 3, 1, 1, 2], 5)
    fit = fit_of(Varying, data(RNG.normal(size=30)) | {"wide": wide}, at(group_sd=0.5, base=0.7, growth=0.2))
    own, left = 0.25 * np.mean(wide**2), np.mean((0.7 * np.exp(0.2 * X)) ** 2)
    assert shares(fit)["G"] == pytest.approx(own / (own + left))


def test_a_level_on_two_roads_counts_twice_and_frequencies_weigh():
    class Games(sl.Model):
        team = sl.Level()
        home, away = sl.Level("home", of=team), sl.Level("away", of=team)
        team_sd, noise, b = sl.HalfNormal(1), sl.HalfNormal(1), sl.Normal(0, 1)
        S = sl.Normal(0, team_sd, over=team)
        goals = sl.Normal(S[home] - S[away] + b * sl.data("x"), noise, observed=True, weights="n")

    rows = {
        "home": list("abcabc"),
        "away": list("bcacab"),
        "goals": [1.0, 0, 2, 1, 1, 3],
        "x": [0.0, 1, 2, 3, 4, 5],
        "n": [1, 2, 1, 3, 1, 1],
    }
    fit = fit_of(Games, rows, at(team_sd=0.6, noise=1.1, b=0.5))
    explained = 0.25 * np.cov(rows["x"], fweights=rows["n"], ddof=0)
    found = shares(fit, covariates=True)
    assert found["S"] == pytest.approx(0.72 / (0.72 + 1.21 + explained))


def test_an_ordinal_outcome_has_the_variance_of_the_logistic():
    class Grades(sl.Model):
        group = sl.Level()
        cut = sl.Normal(0, 3, over=sl.Index(2), ordered=True)
        group_sd = sl.HalfNormal(1)
        G = sl.Normal(0, group_sd, over=group)
        grade = sl.OrderedLogistic(G, cut, observed=True)

    grades = {"group": GROUP, "grade": np.tile([1, 2, 3], 10)}
    fit = fit_of(Grades, grades, at(group_sd=0.9, cut=[-1.0, 1.0]))
    assert shares(fit)["G"] == pytest.approx(0.81 / (0.81 + np.pi**2 / 3))
    with pytest.raises(FitError, match="scale='latent'"):
        fit.variance_shares(scale="outcome")


def test_a_fit_without_draws_rests_on_draws_of_its_normal_approximation():
    fit = linear.Penicillin.fit(frame("lme4", "Penicillin"), "reml", progress=False)
    draws = fit.simulate_draws(1000, seed=0)
    square = {n: np.square(draws.draws(n).values) for n in ("plate_sd", "sample_sd", "noise")}
    own = square["plate_sd"] / sum(square.values())
    assert shares(fit)["P"] == pytest.approx(own.mean())
    # at the estimates: 0.847^2 / (0.847^2 + 1.932^2 + 0.550^2), of lme4's printed standard deviations
    assert fit.pooling()["icc"].iloc[0] == pytest.approx(0.847**2 / (0.847**2 + 1.932**2 + 0.55**2), abs=1e-3)


def test_the_share_of_a_herd_is_what_its_printed_standard_deviation_says():
    fit = generalised.Cbpp.fit(frame("lme4", "cbpp"), "mle", progress=False)
    # lme4 prints a standard deviation of 0.642 for herds
    assert fit.pooling()["icc"].iloc[0] == pytest.approx(0.642**2 / (0.642**2 + np.pi**2 / 3), abs=1e-3)


def test_what_is_no_sum_is_refused_in_words():
    class Growth(sl.Model):
        group = sl.Level()
        rate, group_sd = sl.HalfNormal(1), sl.HalfNormal(1)
        G = sl.Normal(0, group_sd, over=group)
        y = sl.Normal(sl.exp(G * sl.data("x")) * rate, 1.0, observed=True)

    fit = fit_of(Growth, data(RNG.normal(size=30)))
    with pytest.raises(FitError, match=r"not a sum of shares: y ~ Normal.*\n"):
        fit.variance_shares()
    assert np.isnan(fit.pooling()["icc"].iloc[0])

    class Two(sl.Model):
        group = sl.Level()
        group_sd, noise = sl.HalfNormal(1), sl.HalfNormal(1)
        G = sl.Normal(0, group_sd, over=group)
        y = sl.Normal(G, noise, observed=True)
        z = sl.Bernoulli(logit=2 * G, observed=True)

    both = fit_of(Two, data(RNG.normal(size=30)) | {"z": np.tile([1, 0], 15)}, at(group_sd=0.5, noise=1.0))
    with pytest.raises(FitError, match="name= one of 'y', 'z'"):
        both.variance_shares()
    assert shares(both, name="y")["G"] == pytest.approx(0.25 / 1.25)
    assert shares(both, name="z")["G"] == pytest.approx(1 / (1 + np.pi**2 / 3))
    for wrong in ({"scale": "log"}, {"level": 2}, {"name": "w"}):
        with pytest.raises(FitError):
            both.variance_shares(**({"name": "y"} | wrong))


def test_many_rows_take_no_longer_than_their_sums():
    n = 200_000
    rng = np.random.default_rng(3)
    many = {
        "group": rng.integers(100, size=n),
        "other": rng.integers(20, size=n),
        "x": rng.normal(size=n),
        "y": rng.normal(size=n),
    }
    fit = fit_of(Gaussian, many, at(group_sd=1.0, other_sd=1.0, noise=1.0))
    assert shares(fit)["G"] == pytest.approx(1 / 3)


def test_the_table_says_what_the_residual_is():
    table = fit_of(Gaussian, data(RNG.normal(size=30)), at(group_sd=1.0, other_sd=1.0, noise=1.0))
    printed = str(table.variance_shares())
    assert printed.splitlines()[-1] == "residual: the variance of the outcome around its location"
