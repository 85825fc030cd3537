"""Several outcomes, each on a scale of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from tests.priors.kit import N, agrees, bind, standard
from tests.priors.likelihood import least_squares
from tests.priors.posterior import Posterior, posterior


def two_outcomes() -> dict[str, np.ndarray]:
    """One about 3 with an sd of 1, one about 9,000 with an sd of 100, by years."""
    r = np.random.default_rng(60)
    x = 2000.0 + np.arange(N) % 20
    errors = r.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], N)
    y1 = 3 + 0.6 * standard(x) + 0.8 * errors[:, 0]
    y2 = 9000 - 60 * standard(x) + 80 * errors[:, 1]
    return {"x": x, "y1": y1, "y2": y2}


def quantities() -> dict[str, Any]:
    found: dict[str, Any] = {name: sl.Normal() for name in ("a1", "b1", "a2", "b2")}
    return {**found, "s1": sl.HalfNormal(), "s2": sl.HalfNormal()}


def hold(found: Posterior, data: dict[str, np.ndarray]) -> None:
    """With the same covariates in both lines, maximum likelihood is least squares line by line."""
    for k in "12":
        right = least_squares(data[f"y{k}"], data["x"])
        assert agrees(found, f"a{k}", right.estimate[0], right.se[0])
        assert agrees(found, f"b{k}", right.estimate[1], right.se[1])
        assert agrees(found, f"s{k}", right.noise, right.noise_se, 0.35)


def test_two_outcomes_of_one_multinormal_agree_with_least_squares_each():
    data, q, x = two_outcomes(), quantities(), sl.data("x")
    corr = sl.LKJCholesky(dim=2)
    means = [q["a1"] + q["b1"] * x, q["a2"] + q["b2"] * x]
    pair = sl.MultiNormal(means, [q["s1"], q["s2"]], corr, observed=["y1", "y2"])
    hold(posterior(bind({**q, "corr": corr, "pair": pair}, data)), data)


def test_two_outcomes_whose_means_are_named_agree_with_least_squares_each():
    data, q, x = two_outcomes(), quantities(), sl.data("x")
    corr = sl.LKJCholesky(dim=2)
    mu1, mu2 = q["a1"] + q["b1"] * x, q["a2"] + q["b2"] * x
    pair = sl.MultiNormal([mu1, mu2], [q["s1"], q["s2"]], corr, observed=["y1", "y2"])
    hold(posterior(bind({**q, "corr": corr, "mu1": mu1, "mu2": mu2, "pair": pair}, data)), data)


def test_two_outcomes_in_lines_of_their_own_agree_with_least_squares_each():
    data, q, x = two_outcomes(), quantities(), sl.data("x")
    y1 = sl.Normal(q["a1"] + q["b1"] * x, q["s1"], observed=True)
    y2 = sl.Normal(q["a2"] + q["b2"] * x, q["s2"], observed=True)
    hold(posterior(bind({**q, "y1": y1, "y2": y2}, data)), data)


def test_means_and_sds_over_an_index_take_the_scale_of_their_own_outcome():
    data = two_outcomes()
    which = sl.Index(["first", "second"])
    means, sds, corr = sl.Normal(over=which), sl.HalfNormal(over=which), sl.LKJCholesky(dim=2)
    pair = sl.MultiNormal(means, sds, corr, observed=["y1", "y2"])
    found = posterior(bind({"which": which, "means": means, "sds": sds, "corr": corr, "pair": pair}, data))
    for k, y in enumerate((data["y1"], data["y2"])):
        assert found.mean["means"][k] == pytest.approx(y.mean(), abs=0.25 * y.std() / np.sqrt(N))
        assert found.mean["sds"][k] == pytest.approx(y.std(), abs=0.35 * y.std() / np.sqrt(2 * N))
