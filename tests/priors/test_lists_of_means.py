"""Open priors of what stands in a list of means: the same by component and by covariate."""

from __future__ import annotations

import numpy as np
import pandas as pd

import stanlevels as sl

RNG = np.random.default_rng(4)
N = 90
DATA = pd.DataFrame({"g": RNG.integers(0, 6, N), "x": 3 + RNG.normal(size=N)})
DATA["u"] = DATA["g"] % 4 - 2.0
DATA["y"] = 5 + DATA["x"] * (1 + 0.2 * DATA["u"]) + RNG.normal(size=N)


class ByCovariates(sl.Model):
    g = sl.Level()
    a, b, c, d = sl.Normal(), sl.Normal(), sl.Normal(), sl.Normal()
    B = sl.effects(1, "x", over=g, mean=[a + c * sl.data("u"), b + d * sl.data("u")])
    y = sl.Normal(B, observed=True)


class ByComponents(sl.Model):
    g = sl.Level()
    a, b, c, d = sl.Normal(), sl.Normal(), sl.Normal(), sl.Normal()
    B = sl.MultiNormal([a + c * sl.data("u"), b + d * sl.data("u")], over=g)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), observed=True)


def test_means_in_a_list_have_the_priors_that_they_have_by_components():
    """Their sizes: of a over 1, of b over the sd of x, of c over that of u, of d over that of the product."""
    by_covariates, by_components = (
        model.bind(DATA).priors.to_frame() for model in (ByCovariates, ByComponents)
    )
    one, other = (
        table.set_index("quantity")["prior"].loc[["a", "b", "c", "d"]]
        for table in (by_covariates, by_components)
    )
    assert dict(one) == dict(other)


def test_their_estimates_are_the_same():
    one, other = (
        model.fit(DATA, "mle", progress=False).summary()["estimate"] for model in (ByCovariates, ByComponents)
    )
    np.testing.assert_allclose(one[["a", "b", "c", "d"]], other[["a", "b", "c", "d"]], rtol=1e-3, atol=1e-3)


def test_means_that_are_regressions_with_intercepts_have_the_priors_of_an_intercept_and_slopes():
    """Raudenbush and Bryk's second level: intercepts and slopes of units by a covariate of units."""

    class Regressions(sl.Model):
        g = sl.Level()
        Z = sl.covariates(1, "u")
        a, b = sl.effects(Z), sl.effects(Z)
        B = sl.effects(1, sl.data("x") - 3, over=g, mean=[a, b])
        y = sl.Normal(B, observed=True)

    args = {name: Regressions.bind(DATA).planned.lines[name].args for name in "ab"}
    sd_u = DATA["u"].std()
    spread = 2.5 * DATA["y"].std() / sd_u
    np.testing.assert_allclose(args["a"]["sigma"].values[1], spread, rtol=0.1)  # the other columns leave most
    assert args["b"]["mu"].values == (0.0, 0.0)
