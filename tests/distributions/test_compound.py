"""Tweedie's distribution by ways that share nothing with its series, and where it has many parts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special, stats

from stanlevels.distributions.table import FAMILIES

TWEEDIE = FAMILIES["Tweedie"].parameterization("")


@pytest.mark.parametrize("x", [0.2, 1.0, 3.5])
def test_the_density_is_the_inverse_of_its_characteristic_function(x):
    """Of what is not 0: exp(rate ((1 - i t scale)^-shape - 1)) less the mass at 0."""
    mu, dispersion, power = 1.4, 0.9, 1.25
    rate = mu ** (2 - power) / (dispersion * (2 - power))
    shape, scale = (2 - power) / (power - 1), dispersion * (power - 1) * mu ** (power - 1)

    def part(t):
        found = np.exp(rate * ((1 - 1j * t * scale) ** -shape - 1)) - np.exp(-rate)
        return (found * np.exp(-1j * t * x)).real / np.pi

    expected = integrate.quad(part, 0, 400, limit=2000)[0]
    given = {"mu": mu, "dispersion": dispersion, "power": power}
    assert np.exp(TWEEDIE.log_density(x, given)) == pytest.approx(expected, rel=2e-4)
    assert TWEEDIE.log_density(0.0, given) == pytest.approx(-rate, rel=1e-12)


@pytest.mark.parametrize("power", [1.1, 1.5, 1.9])
def test_many_parts_are_summed_by_the_expansion(power):
    given = {"mu": 3.0, "dispersion": 0.0015, "power": power}
    rate = 3.0 ** (2 - power) / (0.0015 * (2 - power))
    shape, scale = (2 - power) / (power - 1), 0.0015 * (power - 1) * 3.0 ** (power - 1)
    n, x = np.arange(1, 20_000)[:, None], np.array([2.8, 3.0, 3.3])
    expected = special.logsumexp(
        stats.poisson.logpmf(n, rate) + stats.gamma.logpdf(x, n * shape, scale=scale), axis=0
    )
    np.testing.assert_allclose(TWEEDIE.log_density(x, given), expected, atol=1e-6)
