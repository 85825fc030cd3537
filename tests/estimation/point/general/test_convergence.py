"""Whether a search has converged is told by what a further step would gain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.estimation.point.general.minimum import newton_step


class Slopes(sl.Model):
    """Student-t errors about a line for every unit."""

    g = sl.Level()
    part = sl.Index(["start", "slope"])
    a, b, nu, scale = sl.Normal(0, 10), sl.Normal(0, 10), sl.Gamma(2, 0.1), sl.HalfNormal(1)
    sds, corr = sl.HalfNormal(1, over=part), sl.LKJCholesky(2)
    B = sl.MultiNormal([a, b], sds, corr, over=g)
    y = sl.StudentT(nu, B[0] + B[1] * sl.data("x"), scale, observed=True)


class Rated(sl.Model):
    g = sl.Level()
    between = sl.Index(["1", "2", "3"])
    cut = sl.Normal(0, 5, over=between, ordered=True)
    b, sd = sl.Normal(0, 5), sl.HalfNormal(1)
    u = sl.Normal(0, sd, over=g)
    rating = sl.OrderedLogistic(b * sl.data("x") + u, cut, observed=True)


def lines(n: int = 2000, units: int = 40, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g, x = rng.integers(0, units, n), rng.normal(size=n)
    u, scale = rng.normal(size=units), np.exp(0.4 * rng.normal(size=units))
    y = 1 + u[g] + 0.5 * x + scale[g] * np.exp(0.2 * x) * rng.normal(size=n)
    return pd.DataFrame({"g": g, "x": x, "y": y})


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_maximum_is_called_one_and_another_search_from_beside_it_finds_no_better(seed):
    """Steep directions: the largest derivative is what rounding leaves, and no sign of a search cut short."""
    fit = Slopes.fit(lines(seed=seed), "mle", progress=False)
    optimum, criterion = fit.solution.optimum, fit.solution.criterion
    assert fit.notes[0].startswith("converged")
    free, moved = fit.solution.free, optimum.z.copy()
    step, gain = newton_step(fit.solution.curvature, criterion(optimum.z)[1][free])
    assert gain < 1e-6
    moved[free] += step
    assert criterion.value(moved) > optimum.value - 1e-6


def test_what_has_not_converged_is_told_by_what_is_left_to_gain():
    """The slope along a direction that curves much or little says nothing by itself."""
    steep, flat = np.diag([1e6, 2.0]), np.diag([1e-6, 2.0])
    assert newton_step(steep, np.array([0.1, 0.0]))[1] == pytest.approx(5e-9)
    assert newton_step(flat, np.array([1e-4, 0.0]))[1] == pytest.approx(5e-3)


@pytest.mark.parametrize(("units", "seed"), [(20, 1), (40, 0), (40, 1)])
def test_varying_slopes_of_a_covariate_far_from_0_have_the_maximum_of_a_centred_one(units, seed):
    """With an intercept 1,000 sds away its variance is all but that of the slope: a corner for any search."""
    data = lines(10 * units, units, seed)
    near, far = (Slopes.fit(d, "mle", progress=False) for d in (data, data.assign(x=data["x"] + 1000)))
    assert near.notes[0].startswith("converged")
    assert far.notes[0].startswith("converged")
    assert far.log_likelihood == pytest.approx(near.log_likelihood, abs=1e-5)
    assert far.solution.optimum.evaluations < 150
    sds = [fit.summary().loc["sds[slope]", "estimate"] for fit in (near, far)]
    assert sds[1] == pytest.approx(sds[0], rel=1e-2, abs=1e-3)


def test_a_point_beside_the_maximum_is_not_called_one_though_its_search_may_say_so():
    solution: Any = Slopes.fit(lines(500, 20), "mle", progress=False).solution
    assert solution.notes[0].startswith("converged")
    beside = replace(solution.optimum, z=solution.optimum.z + 0.05, at_zero=(), converged=True)
    told = replace(solution, optimum=beside).notes[0]
    assert told.startswith("did not converge: a further step would raise the log likelihood")


def test_cutpoints_far_from_0_are_numbers_like_any_other():
    """A covariate far from 0 moves the cutpoints by its slope times the distance, and nothing else."""
    rng = np.random.default_rng(4)
    data = lines(300, 20)
    u = rng.normal(size=20)[data["g"]]
    rated = np.digitize(data["x"] + u + rng.logistic(size=300), [-1, 0, 1.5])
    data["rating"] = pd.Categorical(rated, ordered=True)
    near, far = (Rated.fit(d, "mle", progress=False) for d in (data, data.assign(x=data["x"] + 1000)))
    assert far.log_likelihood == pytest.approx(near.log_likelihood, abs=1e-6)
    assert far.notes[0].startswith("converged")
    estimates = [fit.summary()["estimate"] for fit in (near, far)]
    assert estimates[1]["b"] == pytest.approx(estimates[0]["b"], rel=1e-4)
    cuts = [e[[f"cut[{k}]" for k in "123"]].to_numpy() for e in estimates]
    assert cuts[1] - 1000 * estimates[1]["b"] == pytest.approx(cuts[0], abs=1e-3)
    assert np.isfinite(far.summary()["sd"]).all()
