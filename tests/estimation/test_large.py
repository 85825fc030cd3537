"""Large linear models: the road with the average information ends where the general one does."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.estimation.point.lmm import criterion
from stanlevels.gaussian import Block, Design, profile, summarize
from stanlevels.gaussian.information import average_information, coefficient_slopes


class Crashes(sl.Model):
    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    a = sl.Normal()
    publisher_sd = sl.HalfNormal()
    app_sd = sl.HalfNormal()
    device_sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    P = sl.Normal(a, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    y = sl.Normal(A + D, noise, observed=True)


class Slopes(sl.Model):
    g = sl.Level()
    h = sl.Level()
    a = sl.Normal()
    b = sl.Normal()
    a_sd = sl.HalfNormal()
    b_sd = sl.HalfNormal()
    corr = sl.LKJCholesky(2, dim=2)
    h_sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    B = sl.MultiNormal([a, b], [a_sd, b_sd], corr, over=g)
    H = sl.Normal(0, h_sd, over=h)
    y = sl.Normal(B[0] + B[1] * sl.data("x") + H, noise, observed=True)


class KnownNoise(sl.Model):
    g = sl.Level()
    h = sl.Level()
    a = sl.Normal()
    g_sd = sl.HalfNormal()
    h_sd = sl.HalfNormal()
    G = sl.Normal(a, g_sd, over=g)
    H = sl.Normal(0, h_sd, over=h)
    y = sl.Normal(G + H, 1.0, observed=True)


def rows(n=2500, seed=1, device_sd=0.2):
    r = np.random.default_rng(seed)
    app, device, x = r.integers(0, 200, n), r.integers(0, 50, n), r.normal(size=n)
    publisher = (app * 7) % 20
    effects = (0.4 * r.normal(size=20))[publisher] + (0.5 * r.normal(size=200))[app]
    effects = effects + (device_sd * r.normal(size=50))[device] + (0.3 * r.normal(size=200))[app] * x
    y = 1 + effects + r.normal(size=n)
    codes = {"publisher": publisher, "app": app, "device": device, "g": app, "h": device}
    return pd.DataFrame({**codes, "x": x, "y": y})


@pytest.fixture
def both(monkeypatch):
    """A fit as of a large model, and as of a small one."""

    def fits(model, data, method):
        bound, found = model.bind(data), []
        for limit in (0.0, np.inf):
            monkeypatch.setattr(criterion, "_LARGE", limit)
            fit = bound.fit(method, progress=False)
            found.append((fit, fit.summary(), fit.notes))
        return found

    return fits


@pytest.mark.parametrize("method", ["mle", "reml"])
@pytest.mark.parametrize("model", [Crashes, Slopes, KnownNoise])
def test_steps_with_the_average_information_find_the_maximum(both, model, method):
    (large, one, notes), (small, other, _) = both(model, rows(), method)
    assert large.log_likelihood == pytest.approx(small.log_likelihood, abs=1e-7)
    np.testing.assert_allclose(one["estimate"], other["estimate"], atol=1e-4 * other["sd"].max())
    np.testing.assert_allclose(one["sd"], other["sd"], rtol=0.05)  # observed or average information
    assert any("average of observed and expected information" in note for note in notes)
    assert large.solution.optimum.evaluations <= 9


def test_a_standard_deviation_of_0_is_found_all_the_same(both):
    data = rows(device_sd=0.0, seed=2)
    (large, one, notes), (small, other, _) = both(Crashes, data, "mle")
    assert large.log_likelihood == pytest.approx(small.log_likelihood, abs=1e-7)
    np.testing.assert_allclose(one["estimate"], other["estimate"], atol=1e-5)
    if one.loc["device_sd", "estimate"] == 0:
        assert any("'D' is 0" in note for note in notes)


def dense_world(seed=3, n=60):
    """A crossed design with a block of width 2, its covariances, and V with its derivatives, densely."""
    r = np.random.default_rng(seed)
    from scipy import sparse

    g, h = r.integers(0, 6, n), r.integers(0, 5, n)
    Z = np.zeros((n, 17))
    Z[np.arange(n), 2 * g], Z[np.arange(n), 2 * g + 1], Z[np.arange(n), 12 + h] = 1, r.normal(size=n), 1
    X = np.column_stack([np.ones(n), r.normal(size=n)])
    design = Design(r.normal(size=n), X, sparse.csr_array(Z), (Block("g", 6, 2), Block("h", 5)))
    factors = np.array([[0.8, 0], [0.3, 0.5]]), np.array([[0.6]])
    change = np.array([[0.2, 0.1], [0.1, -0.3]]), np.array([[0.4]])

    def spread(parts):
        whole = np.zeros((17, 17))
        whole[:12, :12], whole[12:, 12:] = np.kron(np.eye(6), parts[0]), np.kron(np.eye(5), parts[1])
        return Z @ whole @ Z.T

    return design, X, factors, change, spread


def test_the_average_information_is_its_definition():
    """y'P V_k P V_l P y with dense matrices."""
    design, X, factors, change, spread = dense_world()
    sigma = 1.3
    V = sigma**2 * (np.eye(60) + spread([L @ L.T for L in factors]))
    inverse = np.linalg.inv(V)
    P = inverse - inverse @ X @ np.linalg.solve(X.T @ inverse @ X, X.T @ inverse)
    moves = [sigma**2 * spread(change), 2 * V]
    Py = P @ design.y
    wanted = [[Py @ one @ P @ other @ Py for other in moves] for one in moves]
    none = tuple(np.zeros_like(part) for part in change)
    found = average_information(profile(summarize(design), factors), sigma, [(change, 0.0), (none, 1.0)])
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_the_covariance_of_coefficients_moves_as_differences_say():
    design, _, factors, change, _ = dense_world()
    s, h = summarize(design), 1e-6
    ends = [
        profile(s, tuple(np.linalg.cholesky(L @ L.T + e * c) for L, c in zip(factors, change, strict=True)))
        for e in (h, -h)
    ]
    wanted = (ends[0].beta_covariance - ends[1].beta_covariance) / (2 * h)
    np.testing.assert_allclose(coefficient_slopes(profile(s, factors), change), wanted, rtol=1e-6)
