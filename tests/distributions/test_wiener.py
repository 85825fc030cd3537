"""Signed times of a Wiener process against Stan's own density, and where there is no drift."""

from __future__ import annotations

import numpy as np
import pytest

from stanlevels.distributions.exit_times import exit_times
from stanlevels.distributions.table import FAMILIES
from tests.parity.harness import build

FORM = FAMILIES["Wiener"].parameterization("")
POINTS = [
    {"drift": drift, "boundary": boundary, "delay": 0.2, "bias": bias}
    for drift in (-2.0, 0.0, 1.5)
    for boundary in (0.8, 2.5)
    for bias in (0.2, 0.5)
]


def test_the_log_density_is_that_of_stans_wiener_distribution():
    """Stan's own is exact to 1e-6 only: that is how many terms it takes."""
    rows = [(t, p) for p in POINTS for t in (0.25, 0.5, 1.5, 4.0)]
    data = {"N": len(rows), "t": np.array([t for t, _ in rows])}
    data |= {name: np.array([p[name] for _, p in rows]) for name in POINTS[0]}
    model = build(
        """
        data { int N; vector[N] t; vector[N] drift; vector[N] boundary; vector[N] delay; vector[N] bias; }
        parameters { vector[N] up; vector[N] down; }
        model {
          for (n in 1:N) {
            target += up[n] * wiener_lpdf(t[n] | boundary[n], delay[n], bias[n], drift[n]);
            target += down[n] * wiener_lpdf(t[n] | boundary[n], delay[n], 1 - bias[n], -drift[n]);
          }
        }
        """,
        data,
    )
    stan = model.log_prob_grad(np.zeros(2 * len(rows)))[1]
    ours = [float(FORM.log_density(sign * t, p)) for sign in (1, -1) for t, p in rows]
    np.testing.assert_allclose(ours, stan, atol=1e-4)


@pytest.mark.parametrize("drift", [0.0, 0.3, 4.0])
def test_times_of_leaving_an_interval_have_their_moments(drift):
    """Mean tanh(v) / v and variance (tanh(v) / v - sech(v)^2) / v^2; false alarms about 1e-4 each."""
    n = 40_000
    x = exit_times(np.random.default_rng(4), np.full(n, drift))
    v = max(drift, 1e-3)
    mean = np.tanh(v) / v
    variance = (np.tanh(v) / v - 1 / np.cosh(v) ** 2) / v**2
    assert x.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / n))
    assert x.var() == pytest.approx(variance, rel=0.1)


def test_without_drift_the_share_of_the_way_is_the_probability_of_the_upper_boundary():
    given = {"drift": 0.0, "boundary": 1.7, "delay": 0.1, "bias": 0.3}
    assert float(FORM.cumulative(0.0, given)) == pytest.approx(0.7, abs=1e-7)
    assert FORM.log_density([-0.05, 0.0, 0.05], given).tolist() == [-np.inf] * 3
