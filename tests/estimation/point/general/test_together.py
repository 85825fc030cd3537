"""Several correlated outcomes in one line by maximum likelihood, against dense normal distributions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

import stanlevels as sl
from stanlevels.errors import FitError

J, N = 10, 90
RNG = np.random.default_rng(7)
G = np.arange(N) % J
ROOT_U = np.array([[1.0, 0.0], [0.5, 0.8]])
ERRORS = RNG.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], N)
EFFECTS = RNG.normal(size=(J, 2)) @ ROOT_U.T
X = RNG.normal(size=N)
WHOLE = pd.DataFrame(
    {
        "g": [f"g{k}" for k in G],
        "x": X,
        "y": 1 + 0.5 * X + EFFECTS[G, 0] + ERRORS[:, 0],
        "z": 20 - X + 3 * EFFECTS[G, 1] + 3 * ERRORS[:, 1],
    }
)
HOLES = WHOLE.mask(np.column_stack([np.zeros((N, 2)), RNG.random((N, 2)) < 0.25]).astype(bool))


class Two(sl.Model):
    g = sl.Level()
    b, c = sl.effects(1, "x"), sl.effects(1)
    U = sl.MultiNormal([0, 0], over=g)
    both = sl.MultiNormal([b + U[0], c + U[1]], observed=["y", "z"], missing="model")


def moments(e: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of all outcomes, row by row, at named estimates."""
    r, q = e["U_corr[0, 1]"], e["both_corr[y, z]"]
    s, t = np.diag([e["U_sigma[0]"], e["U_sigma[1]"]]), np.diag([e["both_sigma[y]"], e["both_sigma[z]"]])
    same = (G[:, None] == G[None, :]).astype(float)
    between, within = s @ [[1, r], [r, 1]] @ s, t @ [[1, q], [q, 1]] @ t
    mean = np.stack([e["b[intercept]"] + e["b[x]"] * X, np.full(N, e["c"])], axis=1)
    return mean.ravel(), np.kron(same, between) + np.kron(np.eye(N), within)


def log_likelihood(e: pd.Series, data: pd.DataFrame) -> float:
    mean, covariance = moments(e)
    y = data[["y", "z"]].to_numpy().ravel()
    k = ~np.isnan(y)
    return float(stats.multivariate_normal.logpdf(y[k], mean[k], covariance[np.ix_(k, k)]))


@pytest.mark.parametrize("data", [WHOLE, HOLES], ids=["whole", "holes"])
def test_the_maximum_is_that_of_the_dense_normal_distribution(data):
    fit = Two.fit(data, "mle", progress=False)
    assert "exact integrals" in fit.solution.words
    e = fit.summary()["estimate"].rename({"c[intercept]": "c"})
    assert fit.log_likelihood == pytest.approx(log_likelihood(e, data), abs=1e-7)
    for name in e.index:  # nothing near is likelier
        step = 0.02 * max(abs(e[name]), 0.1)
        near = [log_likelihood(e + step * sign * (e.index == name), data) for sign in (1, -1)]
        assert max(near) < fit.log_likelihood
        assert abs(near[0] - near[1]) < 0.1 * abs(sum(near) - 2 * fit.log_likelihood) + 1e-6, name


def test_restricted_likelihood_is_that_of_the_dense_normal_distribution():
    fit = Two.fit(WHOLE, "reml", progress=False)
    e = fit.summary()["estimate"].rename({"c[intercept]": "c"})
    zeros = np.zeros(N)
    design = np.stack([[np.ones(N), zeros], [X, zeros], [zeros, np.ones(N)]], axis=-1).transpose(1, 0, 2)
    design = design.reshape(2 * N, 3)

    def restricted(e: pd.Series) -> float:
        _, V = moments(e)
        y = WHOLE[["y", "z"]].to_numpy().ravel()
        inverse = np.linalg.inv(V)
        inner = design.T @ inverse @ design
        rest = y - design @ np.linalg.solve(inner, design.T @ inverse @ y)
        log_dets = np.linalg.slogdet(V)[1] + np.linalg.slogdet(inner)[1]
        return float(-0.5 * (log_dets + rest @ inverse @ rest + (2 * N - 3) * np.log(2 * np.pi)))

    assert fit.log_likelihood == pytest.approx(restricted(e), abs=1e-6)


def test_three_correlated_outcomes_without_levels_have_the_moments_of_the_data():
    y = RNG.multivariate_normal([1, 2, 3], [[1, 0.5, 0.2], [0.5, 2, -0.4], [0.2, -0.4, 1]], 60)

    class Three(sl.Model):
        a, b, c = sl.Normal(), sl.Normal(), sl.Normal()
        all = sl.MultiNormal([a, b, c], observed=["u", "v", "w"])

    fit = Three.fit(pd.DataFrame(y, columns=["u", "v", "w"]), "mle", progress=False)
    e = fit.summary()["estimate"]
    np.testing.assert_allclose(e[["a", "b", "c"]], y.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(e[[f"all_sigma[{k}]" for k in "uvw"]], y.std(axis=0), rtol=1e-5)
    pairs = [e[f"all_corr[{k}]"] for k in ("u, v", "u, w", "v, w")]
    np.testing.assert_allclose(pairs, np.corrcoef(y.T)[np.triu_indices(3, 1)], atol=1e-5)


def test_jointly_students_outcomes_have_the_maximum_of_scipy():
    rng = np.random.default_rng(3)
    y = stats.multivariate_t([1, -1], [[1, 0.6], [0.6, 2]], df=4).rvs(300, rng)

    class T(sl.Model):
        a, b, nu = sl.Normal(), sl.Normal(), sl.Gamma(2, 0.1)
        both = sl.MultiStudentT(nu, [a, b], observed=["u", "v"])

    def minus(p: np.ndarray) -> float:
        s, t, q, df = np.exp(p[2]), np.exp(p[3]), np.tanh(p[4]), np.exp(p[5])
        scales = [[s * s, s * t * q], [s * t * q, t * t]]
        return -float(stats.multivariate_t.logpdf(y, p[:2], scales, df).sum())

    best = optimize.minimize(minus, [1, -1, 0, 0.3, 0.6, 1.4])
    fit = T.fit(pd.DataFrame(y, columns=["u", "v"]), "mle", progress=False)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-4)
    e = fit.summary()["estimate"]
    assert e["nu"] == pytest.approx(np.exp(best.x[5]), rel=0.01)
    assert e["both_corr[u, v]"] == pytest.approx(np.tanh(best.x[4]), abs=1e-3)


def test_a_fit_begins_where_an_earlier_one_ended():
    first = Two.fit(WHOLE, "mle", progress=False)
    again = Two.fit(WHOLE, "mle", start=first, progress=False)
    assert again.log_likelihood == pytest.approx(first.log_likelihood, abs=1e-6)


def test_methods_of_one_residual_standard_deviation_name_the_others():
    with pytest.raises(FitError, match="method='reml'"):
        Two.fit(WHOLE, "em", progress=False)


def test_a_correlation_that_effects_and_outcomes_share_is_refused():
    class Shared(Two):
        corr = sl.LKJCholesky(2)
        U = sl.MultiNormal([0, 0], corr=corr, over=Two.g)
        both = sl.MultiNormal([Two.b + U[0], Two.c + U[1]], corr=corr, observed=["y", "z"])

    with pytest.raises(FitError, match="stands elsewhere too"):
        Shared.fit(WHOLE, "mle", progress=False)
