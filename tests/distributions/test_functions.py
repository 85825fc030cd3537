"""Functions and operators of the language in NumPy, against SciPy and against their inverses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stanlevels.distributions.functions import FUNCTIONS, OPERATORS, computed


def grid(name):
    row = FUNCTIONS[name]
    return np.linspace(max(row.argument.lower, -2.0) + 0.01, min(row.argument.upper, 2.0) - 0.01, 50)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_keeps_to_its_support(name):
    row = FUNCTIONS[name]
    values = row(grid(name))
    assert np.isfinite(values).all()
    assert row.values.inside(values).all()


@pytest.mark.parametrize("name", [name for name, row in FUNCTIONS.items() if row.inverse])
def test_an_inverse_leads_back(name):
    x = grid(name)
    np.testing.assert_allclose(
        computed(FUNCTIONS[name].inverse, FUNCTIONS[name](x)), x, rtol=1e-12, atol=1e-15
    )


def test_functions_are_those_of_scipy():
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(computed("inv_cloglog", x), stats.gumbel_l.cdf(x), rtol=1e-13)
    np.testing.assert_allclose(computed("Phi", x), stats.norm.cdf(x), rtol=1e-13)
    np.testing.assert_allclose(computed("inv_logit", x), stats.logistic.cdf(x), rtol=1e-13)
    np.testing.assert_allclose(computed("logit", stats.logistic.cdf(x)), x, rtol=1e-12)


def test_operators_compute():
    found = {symbol: row(5.0, 2.0) for symbol, row in OPERATORS.items() if symbol != "neg"}
    assert found == {"+": 7.0, "-": 3.0, "*": 10.0, "/": 2.5, "**": 25.0}
    assert computed("neg", 5.0) == -5.0
