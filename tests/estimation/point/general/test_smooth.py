"""Derivatives of functions of several numbers by differences, against formulas and integrals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special

from stanlevels.estimation.point.general.jets import variable
from stanlevels.estimation.point.general.parts import Frame


def derivatives(function, *at):
    """First and second derivatives by every argument."""
    frame = Frame(order=2, random=frozenset(range(len(at))))
    inputs = [variable(frame, k, np.atleast_1d(float(x))) for k, x in enumerate(at)]
    return function(*inputs)


@pytest.mark.parametrize(("a", "x"), [(0.4, 0.1), (3.0, 2.0), (20.0, 31.0)])
def test_of_the_incomplete_gamma_function(a, x):
    found = derivatives(special.gammainc, a, x)
    density = np.exp((a - 1) * np.log(x) - x - special.gammaln(a))
    np.testing.assert_allclose(found.first[1][0], density, rtol=1e-8)
    bent = density * ((a - 1) / x - 1)
    np.testing.assert_allclose(found.second[1, 1][0], bent, rtol=1e-7, atol=1e-10)
    by_log = integrate.quad(lambda u: u * np.exp(a * u - np.exp(u)), -np.inf, np.log(x), epsabs=0)[0]
    slope = by_log / special.gamma(a) - special.digamma(a) * special.gammainc(a, x)
    np.testing.assert_allclose(found.first[0][0], slope, rtol=1e-6)
    mixed = density * (np.log(x) - special.digamma(a))
    np.testing.assert_allclose(found.second[0, 1][0], mixed, rtol=1e-7, atol=1e-10)


def test_of_the_incomplete_beta_function():
    a, b, x = 1.3, 4.0, 0.2
    found = derivatives(special.betainc, a, b, x)
    density = x ** (a - 1) * (1 - x) ** (b - 1) / special.beta(a, b)
    np.testing.assert_allclose(found.first[2][0], density, rtol=1e-9)
    slope = density * ((a - 1) / x - (b - 1) / (1 - x))
    np.testing.assert_allclose(found.second[2, 2][0], slope, rtol=1e-7)
    mixed = density * (np.log(x) - special.digamma(a) + special.digamma(a + b))
    np.testing.assert_allclose(found.second[0, 2][0], mixed, rtol=1e-7)


def test_of_student_and_owen():
    nu, t = 3.0, 0.7
    density = special.gamma((nu + 1) / 2) / special.gamma(nu / 2) / np.sqrt(nu * np.pi)
    density *= (1 + t**2 / nu) ** (-(nu + 1) / 2)
    np.testing.assert_allclose(derivatives(special.stdtr, nu, t).first[1][0], density, rtol=1e-9)
    h, a = 0.4, 1.3
    slope = np.exp(-(h**2) * (1 + a**2) / 2) / (2 * np.pi * (1 + a**2))
    np.testing.assert_allclose(derivatives(special.owens_t, h, a).first[1][0], slope, rtol=1e-8)
