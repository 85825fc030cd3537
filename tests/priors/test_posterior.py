"""The numerical posterior against closed forms."""

import numpy as np
import pytest

import stanlevels as sl
from tests.priors.kit import bind
from tests.priors.posterior import posterior


def test_a_normal_mean_has_its_conjugate_posterior():
    y = np.random.default_rng(1).normal(3, 2, 40)
    mu = sl.Normal(0, 1)
    found = posterior(bind({"mu": mu, "y": sl.Normal(mu, 2, observed=True)}, {"y": y}))
    precision = 1 + 40 / 4
    assert found.mean["mu"] == pytest.approx(y.sum() / 4 / precision, abs=0.02)
    assert found.sd["mu"] == pytest.approx(precision**-0.5, rel=0.05)


def test_coefficients_of_any_size_have_their_conjugate_posterior():
    r = np.random.default_rng(2)
    x = r.uniform(1e6, 9e6, 50)
    y = 1e-6 * x + r.normal(size=50)
    a, b = sl.Normal(0, 100), sl.Normal(0, 1e-5)
    found = posterior(
        bind({"a": a, "b": b, "y": sl.Normal(a + b * sl.data("x"), 1, observed=True)}, {"x": x, "y": y})
    )
    X = np.column_stack([np.ones(50), x / 1e6])
    precision = X.T @ X + np.diag([1e-4, 1e-2])
    mean, sd = np.linalg.solve(precision, X.T @ y), np.sqrt(np.diag(np.linalg.inv(precision)))
    assert found.mean["b"] == pytest.approx(mean[1] / 1e6, abs=0.1 * sd[1] / 1e6)
    assert found.sd["b"] == pytest.approx(sd[1] / 1e6, rel=0.05)


@pytest.mark.parametrize("centered", [True, False])
def test_effects_that_were_integrated_out_are_drawn_back(centered: bool):
    """Romcoms with known sds: the posterior mean of an effect is a weighted average."""
    r = np.random.default_rng(3)
    g, y = np.repeat(np.arange(12), 4), r.normal(size=48) + np.repeat(r.normal(size=12), 4)
    level, mu, log_sd = sl.Level("g"), sl.Normal(0, 10), sl.Normal(0, 0.001)
    A = sl.Normal(mu, sl.exp(log_sd), over=level, centered=centered)
    lines = {"level": level, "mu": mu, "log_sd": log_sd, "A": A, "y": sl.Normal(A, 1, observed=True)}
    found = posterior(bind(lines, {"g": g, "y": y}))
    own = y.reshape(12, 4).mean(axis=1)
    weight = 1 / (1 + 1 / 4)
    expected = weight * own + (1 - weight) * found.mean["mu"]
    assert found.mean["A"] == pytest.approx(expected, abs=0.1)
    assert found.mean["mu"] == pytest.approx(own.mean(), abs=0.05)
