"""Draws of quantities become the points that engines make of them, whatever the form and the support."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.engines import get_engine
from stanlevels.estimation.bayes.unconstrained import parameters_of, places_of, unconstrained
from stanlevels.values.prior import draw_prior
from stanlevels.values.store import Values
from tests.oracle.random_models import seeded_case
from tests.parity.harness import bind_as


def check(bound: Any, seed: int, draws: int = 3) -> None:
    posterior = bound.posterior
    prior = draw_prior(bound.planned, bound.data, draws, np.random.default_rng(seed))
    values = Values(bound.planned, {n: prior.arrays[n] for n in bound.planned.latent})
    prepared = get_engine("stanli").prepare(bound.stan_code, bound.stan_data, shapes=posterior.shapes)
    parameters, points = parameters_of(posterior, values), unconstrained(posterior, values)
    assert points.shape == (draws, prepared.n_unconstrained)
    assert sum(len(units) for _, units in places_of(posterior)) == prepared.n_unconstrained
    for draw in range(draws):
        point = prepared.unconstrain({name: array[draw] for name, array in parameters.items()})
        np.testing.assert_allclose(points[draw], point, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("centered", [True, False, None])
@pytest.mark.parametrize("seed", range(15))
def test_points_of_random_models_are_those_of_the_engine(seed: int, centered: bool | None) -> None:
    case = seeded_case(seed)
    check(bind_as(case.model, case.data, case.tables, centered=centered), seed)


class Supports(sl.Model):
    g = sl.Level()
    k = sl.Index(["a", "b", "c"])
    share = sl.Dirichlet([1, 2, 3])
    shares = sl.Dirichlet([2, 2, 2], over=(g, k))
    cuts = sl.Normal(0, 2, over=k, ordered=True)
    rates = sl.Gamma(2, 1, over=k, ordered=True)
    corr = sl.LKJCholesky(2, dim=3)
    sds = sl.HalfNormal(1, over=k)
    B = sl.MultiNormal([0, 1, 2], sds, corr, over=g)
    low = sl.Normal(0, 1)
    between = sl.Uniform(low, low + 2, over=g)
    p = sl.Beta(2, 2, over=g)
    both = sl.Normal(low, sds, over=(g, k))
    eta = B[0] + B[1] + B[2] + between + p + low
    y = sl.Normal(eta, sds[0], observed=True)
    z = sl.OrderedLogistic(eta, cuts, observed=True)


@pytest.mark.parametrize("centered", [True, False])
def test_points_of_every_support_are_those_of_the_engine(centered: bool) -> None:
    rows = {"g": ["u", "v", "w", "u"], "y": [0.0, 1, 2, 3], "z": [1, 2, 3, 4]}
    check(bind_as(Supports, rows, centered=centered), 1)


class OpenPriors(sl.Model):
    """What has a default prior is sampled in its unit."""

    g = sl.Level()
    X = sl.covariates("x", "w")
    a = sl.Normal()
    b = sl.Normal(over=X)
    sd = sl.HalfNormal()
    A = sl.Normal(a, sd, over=g, centered=True)
    noise = sl.HalfNormal()
    y = sl.Normal(A + b @ X, noise, observed=True)


def test_points_in_units_of_default_priors_are_those_of_the_engine() -> None:
    rng = np.random.default_rng(1)
    rows = {"g": list("uuvvww"), "x": 1e3 + rng.normal(size=6), "w": rng.normal(size=6)}
    check(OpenPriors.bind(rows | {"y": 1e4 * rng.normal(size=6)}), 1)
