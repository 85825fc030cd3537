"""The pilot look at many effects, and at many rows of few units."""

from __future__ import annotations

import time

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.linear.pilot import Information, pilot


def crossed(effects: int, poisson: bool) -> type[sl.Model]:
    levels = {f"g{i}": sl.Level() for i in range(effects)}
    sds = {f"s{i}": sl.HalfNormal(1) for i in range(effects)}
    random = {f"A{i}": sl.Normal(0, sds[f"s{i}"], over=levels[f"g{i}"]) for i in range(effects)}
    a, noise = sl.Normal(0, 1), sl.HalfNormal(1)
    mean = sum(random.values(), start=a)
    y = sl.Poisson(log=mean, observed=True) if poisson else sl.Normal(mean, noise, observed=True)
    lines = {**levels, **sds, **random, "a": a, "y": y}
    return sl.Model.define("Crossed", lines if poisson else {**lines, "noise": noise})


def simulated(sds: np.ndarray, units: int, n: int, poisson: bool, seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, units, (len(sds), n))
    effects = sds[:, None] * rng.normal(size=(len(sds), units))
    eta = np.take_along_axis(effects, codes, axis=1).sum(axis=0)
    y = rng.poisson(np.exp(1 + eta)) if poisson else eta + rng.normal(size=n)
    return {**{f"g{i}": code for i, code in enumerate(codes)}, "y": y}


def look(model: type[sl.Model], data: object) -> dict[str, Information]:
    bound = model.bind(data)
    return pilot(bound.planned, bound.data)


@pytest.mark.parametrize("poisson", [False, True], ids=["normal", "counts"])
def test_many_crossed_effects_have_the_sds_that_made_them(poisson):
    """An sd of 20 units has a relative error of about (1 + 1 / lambda) / sqrt(38): 0.19 with lambda 6."""
    sds = np.geomspace(0.05, 0.6, 30) / (2 if poisson else 1)
    found = look(crossed(30, poisson), simulated(sds, 20, 3000, poisson))
    estimates = np.array([found[f"A{i}"].effect_sd for i in range(30)])
    large = sds > 0.2  # lambda = 150 sd^2, or 150 e sd^2 of counts
    assert np.sqrt(np.mean(np.square(np.log(estimates[large] / sds[large])))) < 0.25


@pytest.mark.parametrize("family", ["Bernoulli", "Poisson"])
def test_more_units_than_are_factored_are_looked_at_in_generalised_models(family):
    """3,000 users crossed with 60 items, 12,000 rows, to what rows tell and Laplace distorts."""
    rng = np.random.default_rng(5)
    user, item = rng.permutation(np.repeat(np.arange(3000), 4)), rng.integers(0, 60, 12_000)
    eta = rng.normal(0, 1, 3000)[user] + rng.normal(0, 0.7, 60)[item]
    g, h, sd, item_sd, a = sl.Level(), sl.Level(), sl.HalfNormal(1), sl.HalfNormal(1), sl.Normal(0, 1)
    u, v = sl.Normal(0, sd, over=g), sl.Normal(0, item_sd, over=h)
    if family == "Poisson":
        y, outcome = sl.Poisson(log=a + u + v, observed=True), rng.poisson(np.exp(eta))
    else:
        y, outcome = sl.Bernoulli(logit=a + u + v, observed=True), rng.random(12_000) < 1 / (1 + np.exp(-eta))
    lines = {"g": g, "h": h, "sd": sd, "item_sd": item_sd, "a": a, "u": u, "v": v, "y": y}
    found = look(sl.Model.define("M", lines), {"g": user, "h": item, "y": outcome})
    assert found["u"].effect_sd == pytest.approx(1.0, rel=0.3)
    assert found["v"].effect_sd == pytest.approx(0.7, rel=0.3)


def test_steps_of_many_variances_end_where_those_of_single_ones_do(monkeypatch):
    """Restricted maximum likelihood has one answer, whatever the steps."""
    from stanlevels.linear import components

    sds = np.geomspace(0.1, 0.8, 8)
    model, data = crossed(8, False), simulated(sds, 15, 2000, False)
    together = look(model, data)
    monkeypatch.setattr(components, "MANY", 9)
    alone = look(model, data)
    for name, found in alone.items():
        assert together[name].effect_sd == pytest.approx(found.effect_sd, rel=0.03)
        assert together[name].residual_sd == pytest.approx(found.residual_sd, rel=0.01)


def test_thirty_effects_take_no_more_than_a_moment():
    """0.16 s of processor time where this was written; 5 s are allowed for slow machines."""
    sds = np.full(30, 0.2)
    bound = crossed(30, False).bind(simulated(sds, 20, 3000, False))
    start = time.process_time()
    pilot(bound.planned, bound.data)
    assert time.process_time() - start < 5


def test_a_small_sd_of_few_huge_units_is_seen():
    """Eight units of 25,000 rows: an sd of 0.03 of the noise has lambda 22, not to be seen in 4,000 rows."""
    rng = np.random.default_rng(4)
    g = np.repeat(np.arange(8), 25_000)
    u = rng.normal(size=8)
    u = 0.03 * (u - u.mean()) / u.std(ddof=1)
    y = u[g] + rng.normal(size=len(g))
    found = look(crossed(1, False), {"g0": g, "y": y})["A0"]
    means = y.reshape(8, -1).mean(axis=1)
    anova = np.sqrt(means.var(ddof=1) - 1 / 25_000)
    assert found.effect_sd == pytest.approx(anova, rel=0.02)
    assert found.median_lambda == pytest.approx(25_000 * anova**2, rel=0.05)
