"""Starting points: complete, admissible, near the priors' middle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.engines import Settings, get_engine
from stanlevels.errors import FitError
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.estimation.bayes.starting_values import completed, starts
from stanlevels.values.forms import softened
from tests.oracle.random_models import seeded_case
from tests.parity.harness import bind_as


@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize("seed", range(40))
def test_starts_of_random_models_are_complete_and_mostly_have_a_density(seed: int, centered: bool) -> None:
    case = seeded_case(seed)
    bound = bind_as(case.model, case.data, case.tables, centered=centered)
    shapes = bound.posterior.shapes
    prepared = get_engine("stanli").prepare(bound.stan_code, bound.stan_data, shapes=shapes)
    finite = 0
    for chain in (1, 2, 3, 4):
        q = prepared.unconstrain(starts(bound.posterior, seed, chain))  # refuses what is missing or outside
        assert np.all(np.isfinite(q))
        finite += np.isfinite(prepared.log_density(q)[0])
    assert finite >= 1


class Far(sl.Model):
    school = sl.Level()
    mean = sl.Normal(5000, 100)
    spread = sl.HalfNormal(20)
    noise = sl.HalfNormal(50)
    effect = sl.Normal(mean + 10, spread, over=school, centered=True)
    y = sl.Normal(effect, noise, observed=True)


DATA = {"school": ["a", "b", "b"], "y": [5000.0, 4990.0, 5020.0]}


def test_effects_start_near_where_their_mean_starts() -> None:
    found = starts(Far.bind(DATA, plan=sl.Plan(soften=False)).posterior, seed=1, chain=1)
    assert abs(found["mean"] - 5000) <= 2
    assert np.all(np.abs(found["effect"] - 5010) <= 2)
    assert 20 * np.sqrt(2 / np.pi) / np.e <= found["spread"] <= 20 * np.sqrt(2 / np.pi) * np.e


def _spread(posterior: Posterior, found: Mapping[str, Any]) -> float:
    """The scale that is sampled soft near 0, where its parameter has a value."""
    form = posterior.planned.quantities["spread"].softened
    assert form is not None
    return float(form.typical[0] * softened(found["spread_soft"]))


def test_a_scale_that_is_soft_near_0_starts_where_it_would_as_it_is() -> None:
    soft = Far.bind(DATA, plan=sl.Plan(soften=["spread"])).posterior
    plain = Far.bind(DATA, plan=sl.Plan(soften=False)).posterior
    wanted = starts(plain, seed=1, chain=1)["spread"]
    assert _spread(soft, starts(soft, seed=1, chain=1)) == pytest.approx(float(wanted))


def test_a_scale_that_is_soft_near_0_is_given_as_itself() -> None:
    soft = Far.bind(DATA, plan=sl.Plan(soften=["spread"])).posterior
    found = completed(soft, Settings(chains=1, inits={"spread": 3.0}))
    assert isinstance(found, list)
    assert _spread(soft, found[0]) == pytest.approx(3.0)
    with pytest.raises(FitError, match="inits= gives 'spread' -1"):
        completed(soft, Settings(chains=1, inits={"spread": -1.0}))
    with pytest.raises(FitError, match="of shape"):
        completed(soft, Settings(chains=1, inits={"spread": [1.0]}))


def test_starts_differ_between_chains_and_reproduce() -> None:
    bound = Far.bind(DATA)
    first, second, again = (starts(bound.posterior, 3, chain) for chain in (1, 2, 1))
    assert first["mean"] != second["mean"]
    assert {k: np.asarray(v).tolist() for k, v in first.items()} == {
        k: np.asarray(v).tolist() for k, v in again.items()
    }


@pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
def test_inits_may_name_some_parameters_only() -> None:
    found = Far.fit(
        DATA, engine="stanli", chains=1, warmup=50, draws=50, seed=1, progress=False, inits={"mean": 5001.0}
    ).raw
    assert np.all(np.isfinite(found.variables["mean"]))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"maen": 1.0}, "'maen', which is no parameter"),
        ({"mean": [1.0, 2.0]}, "values of shape"),
        ({"raw": [1.0, 2.0]}, "non-centred, as 'raw_raw'"),
    ],
)
def test_inits_that_fit_no_parameter_are_refused(given: dict[str, Any], words: str) -> None:
    class Both(Far):
        raw = sl.Normal(0, Far.spread, over=Far.school, centered=False)
        y = sl.Normal(Far.effect + raw, Far.noise, observed=True)

    with pytest.raises(sl.FitError, match=words):
        Both.fit(DATA, engine="stanli", chains=1, seed=1, progress=False, inits=given)


def test_inits_of_what_is_sampled_at_the_means_of_covariates_name_what_is_sampled() -> None:
    class Line(sl.Model):
        a = sl.Normal(0, 10)
        b = sl.Normal(0, 10)
        y = sl.Normal(a + b * sl.data("x"), 1, observed=True)

    with pytest.raises(sl.FitError, match="sampled together with what stands beside it, as 'a_at_means'"):
        Line.fit({"x": [4.0, 5.0, 6.0], "y": [1.0, 2.0, 4.0]}, engine="stanli", inits={"a": 1.0})


def test_inits_that_are_given_take_the_place_of_our_own() -> None:
    """A radius of 0 starts at 0 on the unconstrained scale: far away, so the first draw is far too."""
    settings: dict[str, Any] = {
        "engine": "stanli",
        "chains": 1,
        "warmup": 0,
        "draws": 1,
        "seed": 1,
        "progress": False,
    }
    with pytest.warns(sl.StanlevelsWarning):
        own = Far.fit(DATA, **settings).raw.variables["mean"][0, 0]
    with pytest.warns(sl.StanlevelsWarning):
        zero = Far.fit(DATA, inits=0.0, **settings).raw.variables["mean"][0, 0]
    assert abs(own - 5000) < 1000
    assert zero < 4000


class Curved(sl.Model):
    """A mean that goes through functions and covariates, at every unit its own."""

    school = sl.Level()
    rate = sl.Normal(3, 0.1)
    share = sl.Normal(-0.5, 0.1)
    effect = sl.Normal(
        sl.log1p(sl.exp(rate)) + sl.Phi(share) * 100 + 7 * sl.data("size"), 1, over=school, centered=True
    )
    corr = sl.LKJCholesky(2, dim=2)
    pair = sl.MultiNormal([5000, -20], [1, 1], corr, over=school, centered=True)
    y = sl.Normal(effect + pair[0] + pair[1], 1, observed=True)


def test_every_unit_and_component_starts_near_its_own_mean_whatever_functions_lead_there() -> None:
    """log1p(exp(3)) + 100 Phi(-0.5) = 33.90 plus 7 per unit of size; jitter of at most 1 about it.

    The arguments enter at their means, so what they are drawn at does not matter.
    """
    data = {"school": ["a", "b", "b"], "size": [0.0, 10.0, 10.0], "y": [1.0, 2.0, 3.0]}
    found = starts(Curved.bind(data).posterior, seed=1, chain=1)
    assert np.all(np.abs(found["effect"] - [33.902, 103.902]) <= 1.001)
    assert np.all(np.abs(found["pair"] - [5000, -20]) <= 1)
