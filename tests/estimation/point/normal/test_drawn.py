"""Draws of the normal approximation against the mixed model equations, written out densely in NumPy.

Means and covariances of n draws are compared with their distribution under the equations: a number that is
off by more than 5.5 standard errors fails. Some 3,000 numbers are compared, so that one of 8,000 runs with
other seeds would fail by chance; the seeds are fixed.
"""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.estimation.point.normal.drawn import drawn, drawn_apart
from tests.literature import generalised
from tests.literature.frames import frame

N = 20_000


def draws_of(fit, n=N, seed=3):
    """Draws by quantity, (n, numbers)."""
    values = drawn(fit.solution.approximation, fit.planned, fit.bound, n, seed)
    return {name: array[0].reshape(n, -1) for name, array in values.arrays.items()}


def henderson(X, Z, G, sigma, y):
    """Solution of the mixed model equations, and the covariance of (beta, u) given y (Henderson 1975)."""
    W = np.column_stack([X, Z])
    A = W.T @ W / sigma**2
    p = X.shape[1]
    A[p:, p:] += np.linalg.inv(G)
    C = np.linalg.inv(A)
    return C @ W.T @ y / sigma**2, C


def agree(found, mean, covariance):
    """Whether draws (n, k) have these moments, to what their number allows."""
    n, sd = len(found), np.sqrt(np.diagonal(covariance))
    assert np.abs((found.mean(axis=0) - mean) / sd).max() < 5.5 / np.sqrt(n)
    unit = np.cov(((found - mean) / sd).T)
    wanted = covariance / np.outer(sd, sd)
    error = np.sqrt((1 + wanted**2) / n)  # of a covariance of normal numbers with variances of 1
    assert np.abs((unit - wanted) / error).max() < 5.5


def dummies(codes):
    return np.eye(codes.max() + 1)[codes]


def number(fit, name):
    return float(fit.summary(name)["estimate"].iloc[0])


RNG = np.random.default_rng(8)
PUBLISHER_OF = np.repeat(np.arange(4), 3)
APP = np.append(RNG.integers(12, size=60), np.arange(12))
DEVICE = RNG.integers(5, size=72)
X1 = RNG.normal(size=72)
Y = (
    1.0
    + 0.5 * X1
    + RNG.normal(size=4)[PUBLISHER_OF[APP]]
    + RNG.normal(size=12)[APP]
    + 0.8 * RNG.normal(size=5)[DEVICE]
    + 0.7 * RNG.normal(size=12)[APP] * X1
    + RNG.normal(size=72)
)
ROWS = pd.DataFrame(
    {"app": APP, "publisher": PUBLISHER_OF[APP], "device": DEVICE, "x": X1, "y": Y, "n": np.ones(72)}
)
ONES = np.ones((72, 1))


class Intercepts(sl.Model):
    app = sl.Level()
    a, b = sl.Normal(0, 10), sl.Normal(0, 10)
    app_sd, noise = sl.HalfNormal(2), sl.HalfNormal(2)
    A = sl.Normal(a, app_sd, over=app)
    y = sl.Normal(A + b * sl.data("x"), noise, observed=True)


class Plain(sl.Model):
    app = sl.Level()
    a = sl.Normal(0, 10)
    app_sd, noise = sl.HalfNormal(2), sl.HalfNormal(2)
    A = sl.Normal(a, app_sd, over=app)
    y = sl.Normal(A, noise, observed=True)


class Variances(sl.Model):
    app = sl.Level()
    a = sl.Normal(0, 10)
    app_variance, noise = sl.HalfNormal(2), sl.HalfNormal(2)
    A = sl.Normal(a, sl.sqrt(app_variance), over=app)
    y = sl.Normal(A, noise, observed=True)


class Nested(sl.Model):
    publisher = sl.Level()
    app = sl.Level(within=publisher)
    a = sl.Normal(0, 10)
    publisher_sd, app_sd, noise = sl.HalfNormal(2), sl.HalfNormal(2), sl.HalfNormal(2)
    P = sl.Normal(a, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    y = sl.Normal(A, noise, observed=True)


class Crossed(sl.Model):
    app, device = sl.Level(), sl.Level()
    a = sl.Normal(0, 10)
    device_sd, app_sd, noise = sl.HalfNormal(2), sl.HalfNormal(2), sl.HalfNormal(2)
    A = sl.Normal(a, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    y = sl.Normal(A + D, noise, observed=True)


class Slopes(sl.Model):
    Subject = sl.Level()
    a, b = sl.Normal(250, 100), sl.Normal(0, 20)
    sds = sl.HalfNormal(30, over=sl.Index(["a", "b"]))
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(30)
    B = sl.MultiNormal([a, b], sds, corr, over=Subject)
    Reaction = sl.Normal(B[0] + B[1] * sl.data("Days"), noise, observed=True)


SLEEP = frame("lme4", "sleepstudy")


@pytest.mark.parametrize("method", ["mle", "reml", "em"])
def test_random_intercepts_are_drawn_as_the_mixed_model_equations_say(method):
    fit = Intercepts.fit(ROWS, method, progress=False)
    G = number(fit, "app_sd") ** 2 * np.eye(12)
    mean, C = henderson(np.column_stack([ONES, X1]), dummies(APP), G, number(fit, "noise"), Y)
    found = draws_of(fit)
    u = found["A"] - found["a"]
    agree(np.column_stack([found["a"], found["b"], u]), mean, C)


def test_nested_levels_are_drawn_as_the_mixed_model_equations_say():
    fit = Nested.fit(ROWS, "reml", progress=False)
    G = np.diag(np.repeat([number(fit, "publisher_sd") ** 2, number(fit, "app_sd") ** 2], [4, 12]))
    Z = np.column_stack([dummies(PUBLISHER_OF[APP]), dummies(APP)])
    mean, C = henderson(ONES, Z, G, number(fit, "noise"), Y)
    found = draws_of(fit)
    P = found["P"] - found["a"]
    agree(np.column_stack([found["a"], P, found["A"] - found["P"][:, PUBLISHER_OF]]), mean, C)


def test_crossed_levels_are_drawn_as_the_mixed_model_equations_say():
    fit = Crossed.fit(ROWS, "mle", progress=False)
    G = np.diag(np.repeat([number(fit, "app_sd") ** 2, number(fit, "device_sd") ** 2], [12, 5]))
    Z = np.column_stack([dummies(APP), dummies(DEVICE)])
    mean, C = henderson(ONES, Z, G, number(fit, "noise"), Y)
    found = draws_of(fit)
    agree(np.column_stack([found["a"], found["A"] - found["a"], found["D"]]), mean, C)


def test_correlated_slopes_are_drawn_as_the_mixed_model_equations_say():
    fit = Slopes.fit(SLEEP, "reml", progress=False)
    sds, r = fit.summary("sds")["estimate"].to_numpy(), float(fit.summary("corr")["estimate"].iloc[0])
    S = np.outer(sds, sds) * np.array([[1, r], [r, 1]])
    X = np.column_stack([np.ones(180), SLEEP["Days"]])
    subject = dummies(pd.factorize(SLEEP["Subject"], sort=True)[0])
    Z = (subject[:, :, None] * X[:, None, :]).reshape(180, 36)
    y = SLEEP["Reaction"].to_numpy()
    mean, C = henderson(X, Z, np.kron(np.eye(18), S), number(fit, "noise"), y)
    found = draws_of(fit)
    u = found["B"] - np.tile(np.column_stack([found["a"], found["b"]]), 18)
    agree(np.column_stack([found["a"], found["b"], u]), mean, C)


def test_coefficients_of_least_squares_have_their_covariance_and_sum_to_zero():
    fit = Crossed.fit(ROWS, "ols", roles={"A": "parameter", "D": "parameter"}, progress=False)
    found = draws_of(fit)
    Xd = np.column_stack([dummies(APP), dummies(DEVICE)[:, 1:] - dummies(DEVICE)[:, :1]])
    C = np.linalg.inv(Xd.T @ Xd)
    beta = C @ Xd.T @ Y
    s2 = float(np.sum((Y - Xd @ beta) ** 2)) / (72 - 16)
    agree(np.column_stack([found["A"], found["D"][:, 1:]]), beta, s2 * C)
    np.testing.assert_allclose(found["D"].sum(axis=1), 0, atol=1e-9)
    logs = np.log(found["noise"][:, 0])
    assert logs.mean() == pytest.approx(np.log(s2) / 2, abs=5 / np.sqrt(2 * 56 * N))
    assert logs.std() == pytest.approx(1 / np.sqrt(2 * 56), rel=0.03)


def test_standard_deviations_and_correlations_have_their_covariance_on_their_axes():
    fit = Slopes.fit(SLEEP, "mle", progress=False)
    found = draws_of(fit)
    places, covariance = fit.solution.joint
    at = [places["sds", 0], places["sds", 1], places["corr", 0], places["noise", 0]]
    sds, r = fit.summary("sds")["estimate"].to_numpy(), float(fit.summary("corr")["estimate"].iloc[0])
    noise = number(fit, "noise")
    slope = np.array([1 / sds[0], 1 / sds[1], 1 / (1 - r**2), 1 / noise])
    drawn_on_axes = np.column_stack(
        [np.log(found["sds"]), np.arctanh(found["corr"][:, 1]), np.log(found["noise"])]
    )
    wanted = covariance[np.ix_(at, at)] * np.outer(slope, slope)
    agree(drawn_on_axes, np.array([*np.log(sds), np.arctanh(r), np.log(noise)]), wanted)


def test_a_standard_deviation_of_0_leaves_every_unit_at_its_mean():
    rng = np.random.default_rng(1)
    y = np.tile([-1.0, 1.0], 20) + rng.normal(0, 0.01, 40)  # groups alike
    data = {"app": np.repeat(np.arange(20), 2), "y": y, "x": rng.normal(size=40)}
    fit = Intercepts.fit(data, "mle", progress=False)
    assert number(fit, "app_sd") == 0
    found = draws_of(fit, 200)
    assert np.all(found["app_sd"] == 0)
    np.testing.assert_allclose(found["A"], np.broadcast_to(found["a"], found["A"].shape), rtol=1e-12)
    apart = drawn_apart(fit.solution.approximation, fit.planned, fit.bound, 50, 1)
    assert np.isnan(apart.arrays["app_sd"]).all()  # a place to start from is somewhere else
    assert np.isfinite(apart.arrays["A"]).all()


def test_a_generalised_model_is_drawn_with_the_standard_errors_that_lme4_prints():
    fit = generalised.Cbpp.fit(frame("lme4", "cbpp"), "mle", progress=False)
    found = draws_of(fit)
    # glmer(cbind(incidence, size - incidence) ~ period + (1 | herd)): Bates et al., help page of cbpp
    printed = np.array([0.2325, 0.3032, 0.3228, 0.4220])
    sds = np.column_stack([found["mean"], found["b"]]).std(axis=0)
    np.testing.assert_allclose(sds, printed, rtol=0.03)
    moments = fit.solution.units("H")
    np.testing.assert_allclose(found["H"].mean(axis=0), moments.mean, atol=5.5 / np.sqrt(N))
    np.testing.assert_allclose(found["H"].std(axis=0), np.sqrt(moments.variance), rtol=0.03)


class Positive(sl.Model):
    """Random variables that are not normal, and a parameter between bounds."""

    app = sl.Level()
    rate_sd = sl.HalfNormal(1)
    share = sl.Beta(1, 1)
    rate = sl.LogNormal(0, rate_sd, over=app)
    n = sl.Poisson(rate * (1 + share * sl.data("z")), observed=True)


def test_draws_of_a_general_model_stay_in_the_support_and_around_the_estimates():
    rng = np.random.default_rng(4)
    app = np.repeat(np.arange(30), 20)
    z = rng.uniform(size=600)
    n = rng.poisson(np.exp(rng.normal(0, 0.7, 30))[app] * (1 + 0.4 * z))
    fit = Positive.fit({"app": app, "z": z, "n": n}, "mle", progress=False)
    found = draws_of(fit, 4000)
    assert np.all(found["rate"] > 0)
    assert np.all((found["share"] > 0) & (found["share"] < 1))
    moments = fit.solution.units("rate")
    np.testing.assert_allclose(np.median(found["rate"], axis=0), moments.mean, rtol=0.06)
    np.testing.assert_allclose(found["rate"].std(axis=0), np.sqrt(moments.variance), rtol=0.15)


def test_what_is_made_on_demand_is_what_would_be_stored(monkeypatch):
    fit = Nested.fit(ROWS, "reml", progress=False)
    stored = drawn(fit.solution.approximation, fit.planned, fit.bound, 100, 5)
    monkeypatch.setattr("stanlevels.estimation.point.normal.drawn._STORED", 500)
    monkeypatch.setattr("stanlevels.estimation.point.normal.drawn._KEPT", 0)
    again = drawn(fit.solution.approximation, fit.planned, fit.bound, 100, 5)
    assert set(again.on_demand) == {"A"}
    for units in (slice(2, 7), np.array([11, 0, 0, 5])):
        np.testing.assert_allclose(
            again.on_demand["A"].at(units), stored.arrays["A"][:, :, units], atol=1e-12
        )
    part = again.window(slice(10, 90)).on_demand["A"].at(slice(None))
    np.testing.assert_allclose(part, stored.arrays["A"][:, 10:90], atol=1e-12)


def test_coefficients_that_separate_the_outcomes_are_large_in_every_draw():
    class Rare(sl.Model):
        a, b = sl.Normal(0, 10), sl.Normal(0, 10)
        y = sl.Bernoulli(logit=a + b * sl.data("x"), observed=True)

    x = np.repeat([0.0, 1.0], 20)
    y = np.where(x > 0, 1, np.tile([0, 1], 20))
    fit = Rare.fit({"x": x, "y": y}, "mle", progress=False)
    assert np.isinf(number(fit, "b"))
    found = draws_of(fit, 100)
    assert np.all(np.isfinite(found["b"]))
    assert np.all(found["a"] + found["b"] > 30)
    assert abs(found["a"].mean()) < 0.3


@pytest.mark.parametrize("method", ["mle", "reml"])
def test_standard_deviations_near_0_are_drawn_as_far_as_the_likelihood_reaches(method):
    """As far as the profile interval, in 8 samples without differences between groups (fixed seeds)."""
    tried = 0
    for groups, seed in ((5, 6), (12, 0), (12, 5), (12, 6), (12, 10), (40, 0), (40, 4), (40, 5)):
        rng = np.random.default_rng(seed)
        app = np.repeat(np.arange(groups), 10)
        data = {"app": app, "y": rng.normal(size=len(app))}
        fit = Plain.fit(data, method, progress=False)
        vague = fit.solution.numbers()["app_sd"]
        if not vague.sd[0] > 0.5 * vague.estimate[0]:
            continue
        tried += 1
        s = draws_of(fit, 4000)["app_sd"][:, 0]
        upper = float(fit.summary("app_sd", interval="profile")["upper"].iloc[0])
        assert 0.7 * upper < np.quantile(s, 0.975) < 1.1 * upper
        assert s.max() < 2 * upper
        assert s.min() > 0
        new = fit.predict({"app": [groups + 1]}, name="y", draws=1000)
        assert float(new["sd"].iloc[0]) < upper  # of the mean of a unit that was not seen
    assert tried >= 3


def test_variances_near_0_are_drawn_as_their_roots_are():
    rng = np.random.default_rng(6)
    app = np.repeat(np.arange(12), 10)
    data = {"app": app, "y": rng.normal(size=len(app))}
    sd = draws_of(Plain.fit(data, "reml", progress=False))["app_sd"]
    variance = draws_of(Variances.fit(data, "reml", progress=False))["app_variance"]
    np.testing.assert_allclose(np.quantile(variance, [0.5, 0.975]), np.quantile(sd, [0.5, 0.975]) ** 2, 0.01)


def test_a_correlation_near_1_is_drawn_near_1():
    rng = np.random.default_rng(8)
    u = rng.multivariate_normal([0, 0], 0.16 * np.array([[1, 0.9], [0.9, 1]]), 15)
    subject, x = np.repeat(np.arange(15), 8), rng.normal(size=120)
    y = u[subject, 0] + u[subject, 1] * x + rng.normal(size=120)
    fit = Slopes.fit({"Subject": subject, "Days": x, "Reaction": y}, "mle", progress=False)
    table = fit.summary("corr", interval="profile")
    assert float(table["se"].iloc[0]) / (1 - float(table["estimate"].iloc[0]) ** 2) > 3  # on Fisher's axis
    low, high = np.quantile(draws_of(fit)["corr"][:, 1], [0.025, 0.975])
    assert low == pytest.approx(float(table["lower"].iloc[0]), abs=0.3)
    assert 0.95 < high <= 1
