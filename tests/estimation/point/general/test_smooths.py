"""Smooths by maximum likelihood where no exact method has them: beside other smooths of other parameters."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl

RNG = np.random.default_rng(6)
N = 240
ROWS = pd.DataFrame({"x": RNG.uniform(0, 10, N), "z": RNG.normal(2, 1, N)})
ROWS["y"] = 5 + np.sin(ROWS["x"]) + 0.2 * ROWS["z"] + RNG.normal(size=N) * np.exp(-1 + 0.3 * ROWS["z"])


class Both(sl.Model):
    """A curve of the mean, and a line of the logarithm of the standard deviation."""

    S = sl.spline("x", 8)
    X = sl.covariates(1, "x", "z")
    b, wiggle = sl.Normal(over=X), sl.HalfNormal()
    w = sl.Normal(0, wiggle, over=S)
    log_sd, spread = sl.Normal(), sl.Normal()
    y = sl.Normal(b @ X + w @ S, sl.exp(log_sd + spread * sl.data("z")), observed=True)


def test_a_smooth_beside_coefficients_that_begin_with_an_intercept_is_integrated_out():
    fit = Both.fit(ROWS, "mle", progress=False)
    found = fit.summary()
    assert found.estimate["spread"] == pytest.approx(0.3, abs=4 * found.se["spread"])
    design = fit.bound.matrix(("<rows>",), "S")
    sd = np.exp(found.estimate["log_sd"] + found.estimate["spread"] * ROWS["z"].to_numpy())
    X = np.column_stack([np.ones(N), ROWS[["x", "z"]]])
    # the conditional mean of w at these standard deviations, and the coefficients, in closed form
    V = found.estimate["wiggle"] ** 2 * design @ design.T + np.diag(sd**2)
    inverse = np.linalg.inv(V)
    beta = np.linalg.solve(X.T @ inverse @ X, X.T @ inverse @ ROWS["y"].to_numpy())
    expected = X @ beta + found.estimate["wiggle"] ** 2 * design @ design.T @ inverse @ (ROWS["y"] - X @ beta)
    assert fit.predict()["estimate"].to_numpy() == pytest.approx(np.asarray(expected), abs=2e-3)
