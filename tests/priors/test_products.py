"""Terms that go together: a polynomial and an interaction of columns as they come."""

import numpy as np
import pytest

import stanlevels as sl
from tests.priors.kit import COVARIATES, N, agrees, bind, standard
from tests.priors.likelihood import least_squares
from tests.priors.posterior import posterior


@pytest.mark.parametrize("name", ["years", "heights", "proportions"])
def test_a_parabola_in_a_column_that_is_not_centred_agrees_with_least_squares(name: str):
    r = np.random.default_rng(20)
    x = COVARIATES[name](r)
    z = standard(x)
    y = 20 + 3 * z - 2 * z**2 + r.normal(0, 1.5, N)
    a, b, c, noise = sl.Normal(), sl.Normal(), sl.Normal(), sl.HalfNormal()
    x_ = sl.data("x")
    line = sl.Normal(a + b * x_ + c * x_**2, noise, observed=True)
    found = posterior(bind({"a": a, "b": b, "c": c, "noise": noise, "y": line}, {"x": x, "y": y}))
    right = least_squares(y, x, x**2)
    for k, quantity in enumerate("abc"):
        assert agrees(found, quantity, right.estimate[k], right.se[k])


def test_an_interaction_of_columns_that_are_not_centred_agrees_with_least_squares():
    r = np.random.default_rng(21)
    x, z = COVARIATES["years"](r), COVARIATES["heights"](r)
    y = 20 + 3 * standard(x) + 2 * standard(z) + 2 * standard(x) * standard(z) + r.normal(0, 1.5, N)
    a, b, c, d, noise = sl.Normal(), sl.Normal(), sl.Normal(), sl.Normal(), sl.HalfNormal()
    mean = a + b * sl.data("x") + c * sl.data("z") + d * sl.data("x") * sl.data("z")
    line = sl.Normal(mean, noise, observed=True)
    lines = {"a": a, "b": b, "c": c, "d": d, "noise": noise, "y": line}
    found = posterior(bind(lines, {"x": x, "z": z, "y": y}))
    right = least_squares(y, x, z, x * z)
    for k, quantity in enumerate("abcd"):
        assert agrees(found, quantity, right.estimate[k], right.se[k])


def test_a_product_of_two_columns_alone_is_a_covariate_like_any_other():
    r = np.random.default_rng(22)
    x, z = COVARIATES["years"](r), COVARIATES["heights"](r)
    y = 20 + 3 * standard(x * z) + r.normal(0, 1.5, N)
    a, b, noise = sl.Normal(), sl.Normal(), sl.HalfNormal()
    line = sl.Normal(a + b * sl.data("x") * sl.data("z"), noise, observed=True)
    lines = {"a": a, "b": b, "noise": noise, "y": line}
    found = posterior(bind(lines, {"x": x, "z": z, "y": y}))
    right = least_squares(y, x * z)
    assert agrees(found, "b", right.estimate[1], right.se[1])
