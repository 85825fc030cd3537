"""Default priors of the means of correlated effects: each component has a centre and a reason of its own."""

import numpy as np
import pytest

import stanlevels as sl
from tests.passes.kit import bind, prior

Y, X = np.array([3.0, 5.0, 10.0, 2.0, 8.0, 14.0]), np.array([0.0, 4.0, 8.0, 0.0, 4.0, 8.0])
DATA = {"y": Y, "x": X, "g": list("aabbcc")}
WIDE = 2.5 * Y.std(ddof=1)


def slopes(means, **more):
    corr = sl.LKJCholesky(2, dim=2)
    g = sl.Level()
    B = sl.MultiNormal(means, [1, 1], corr, over=g)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), 1, observed=True)
    return bind({**more, "g": g, "corr": corr, "B": B, "y": y}, DATA)


def test_the_mean_intercept_is_at_the_mean_of_the_outcome_and_the_mean_slope_at_zero():
    a, b = sl.Normal(), sl.Normal()
    bound = slopes([a, b], a=a, b=b)
    assert prior(bound, "a")["sigma"] == (pytest.approx(WIDE),)
    assert dict(bound.priors.to_frame().set_index("quantity")["prior"])["a"].startswith("Normal(7 - 4 * b, ")
    assert prior(bound, "b") == {"mu": (0.0,), "sigma": (pytest.approx(WIDE / X.std(ddof=1)),)}


def test_a_vector_of_means_has_a_centre_for_each_component():
    k = sl.Index(["a", "b"])
    m = sl.Normal(over=k)
    assert prior(slopes(m, k=k, m=m), "m")["mu"] == (pytest.approx(Y.mean()), 0.0)


def test_each_mean_names_its_own_reason_alone():
    a, b = sl.Normal(), sl.Normal()
    reasons = {row[0]: row[-1] for row in slopes([a, b], a=a, b=b).priors.rows}
    assert "over the sd of x" not in reasons["a"]
    assert reasons["b"].endswith("over the sd of x")


def test_a_loading_takes_its_size_from_the_component_that_it_multiplies():
    g, load = sl.Level(), sl.Normal()
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([0, 3], [1, 4], corr, over=g)
    lines = {"g": g, "corr": corr, "B": B, "load": load}
    bound = bind({**lines, "y": sl.Normal(7 + load * B[1], 1, observed=True)}, DATA)
    assert prior(bound, "load")["sigma"] == (pytest.approx(WIDE / 5),)


def test_a_standard_deviation_of_many_coefficients_lets_them_together_move_the_outcome_as_far_as_one_alone():
    rng = np.random.default_rng(1)
    columns = [f"x{k}" for k in range(16)]
    data = {c: rng.choice([-1.0, 1.0], 400) for c in columns} | {"y": rng.normal(size=400)}
    M = sl.covariates(*columns)
    s = sl.HalfNormal()
    b = sl.Normal(0, s, over=M)
    bound = bind({"M": M, "s": s, "b": b, "y": sl.Normal(sl.Constant(0) + b @ M, 1, observed=True)}, data)
    assert prior(bound, "s")["sigma"] == (pytest.approx(data["y"].std(ddof=1) / 4, rel=0.1),)
