"""Draws of last week tell where this week's chains start, and what shape they meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.engines import get_engine
from stanlevels.estimation.bayes.again import fresh_draws, shrunk_covariance, starts_apart, tuning_again
from stanlevels.estimation.bayes.unconstrained import parameters_of, places_of
from stanlevels.values.carry import carried
from stanlevels.values.matching import Matching
from stanlevels.values.prior import draw_prior
from stanlevels.values.store import Values


class Schools(sl.Model):
    school = sl.Level()
    mean = sl.Normal(0, 1)
    spread = sl.HalfNormal(1)
    S = sl.Normal(mean, spread, over=school, centered=True)
    noise = sl.HalfNormal(1)
    y = sl.Normal(S, noise, observed=True)


LAST = {"school": list("ccbbaa"), "y": np.zeros(6)}
NOW = {"school": list("xaaabbbc"), "y": np.zeros(8)}


@pytest.fixture
def brought() -> tuple[Any, Values, Values, Matching]:
    """Draws of the prior of last week, on this week's data."""
    before, now = Schools.bind(LAST), Schools.bind(NOW)
    prior = draw_prior(before.planned, before.data, 300, np.random.default_rng(1))
    earlier = Values(before.planned, {n: prior.arrays[n] for n in before.planned.latent})
    matching = Matching(before.data, now.data)
    fresh = fresh_draws(now.data, np.random.default_rng(2))
    return now, earlier, carried(earlier, matching, now.planned, now.planned.latent, fresh), matching


def tuning(now: Any, values: Values, matching: Matching, chains: int = 4, effective: float = 300.0) -> Any:
    domains = {name: now.planned.lines[name].domain for name in now.planned.latent}
    known = {name: matching.units(domain) >= 0 for name, domain in domains.items()}
    rows = {name: now.data.rows_of(domain) if domain else np.array([8]) for name, domain in domains.items()}
    return tuning_again(now.posterior, values, known, rows, effective, chains, np.random.default_rng(3))


def test_every_chain_starts_at_a_draw_of_its_own_with_each_unit_under_its_name(brought: Any) -> None:
    now, earlier, values, matching = brought
    found = tuning(now, values, matching)
    drawn = earlier.arrays["S"][0, :, :, 0].tolist()  # a, b, c
    at = [drawn.index(list(start["S"][:3])) for start in found.inits]
    assert len(set(at)) == 4
    assert [float(start["mean"]) for start in found.inits] == [earlier.arrays["mean"][0, i, 0, 0] for i in at]


def test_a_new_unit_comes_from_its_distribution_given_the_draw(brought: Any) -> None:
    _, _, values, _ = brought
    z = (values.arrays["S"][0, :, 3, 0] - values.arrays["mean"].ravel()) / values.arrays["spread"].ravel()
    assert abs(z.mean()) < 4 / np.sqrt(300)
    assert 0.85 < z.std() < 1.15


def test_the_metric_takes_a_new_unit_to_be_as_wide_as_known_ones_with_as_many_rows(brought: Any) -> None:
    now, _, values, matching = brought
    arrays = dict(values.arrays)
    arrays["S"] = arrays["S"] * np.array([0.1, 0.1, 0.5, 1.0])[None, None, :, None]  # a, b, c, x
    metric = tuning(now, Values(values.planned, arrays), matching).inverse_metric
    variance = dict(zip("abcx", np.diagonal(metric)[2:6], strict=True))
    names = [name for name, units in places_of(now.posterior) for _ in units]
    assert names == ["mean", "spread", "S", "S", "S", "S", "noise"]
    assert variance["x"] == pytest.approx(np.median([variance["a"], variance["b"], variance["c"]]))


def test_a_plan_may_ask_for_variances_alone(brought: Any) -> None:
    _, _, values, matching = brought
    diagonal = Schools.bind(NOW, plan=sl.Plan(metric="diag", center={"S": True}))
    assert tuning(diagonal, values, matching).metric == "diag_e"


def test_what_only_a_wide_prior_tells_starts_near_its_middle() -> None:
    class Wide(Schools):
        mean = sl.Normal(100, 1000)

    now = Wide.bind(NOW)
    line = now.planned.lines["mean"]
    nothing = np.full((1, 50, 1, 1), np.nan)
    found = fresh_draws(now.data, np.random.default_rng(1))(line, Values(now.planned, {}), nothing)
    assert np.all(np.abs(found - 100) <= 2)


def test_starts_lie_further_apart_than_draws_do() -> None:
    points = np.random.default_rng(1).normal(size=(2000, 3)) * [1, 10, 100]
    chosen = points[starts_apart(points, 4, np.random.default_rng(2))]
    assert np.all(chosen.std(axis=0, ddof=1) > [1, 10, 100])


def test_starts_are_found_among_fewer_draws_than_chains() -> None:
    assert len(starts_apart(np.zeros((2, 3)), 4, np.random.default_rng(1))) == 4


def test_a_covariance_of_few_draws_is_nearly_one_of_variances() -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(100, 80)) * np.geomspace(1e-3, 1e3, 80)
    found = shrunk_covariance(points, 100)
    np.testing.assert_allclose(np.diagonal(found), points.var(axis=0))
    correlation = found / np.sqrt(np.outer(np.diagonal(found), np.diagonal(found)))
    assert np.abs(correlation - np.eye(80)).max() < 0.05


def test_correlations_that_many_draws_show_stay() -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(4000, 3))
    points[:, 1] = 0.9 * points[:, 0] + np.sqrt(1 - 0.9**2) * points[:, 1]
    assert shrunk_covariance(points, 4000)[0, 1] > 0.88


def test_points_have_a_density_whatever_the_form(brought: Any) -> None:
    _, _, values, _ = brought
    for centered in (True, False):
        now = Schools.bind(NOW, plan=sl.Plan(center={"S": centered}))
        start = {name: array[0] for name, array in parameters_of(now.posterior, values).items()}
        prepared = get_engine("stanli").prepare(now.stan_code, now.stan_data, shapes=now.posterior.shapes)
        assert np.isfinite(prepared.log_density(prepared.unconstrain(start))[0])
