"""The order of the passes: what each needs of those before it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.binding.bind import bind_data
from stanlevels.errors import DeclarationError
from stanlevels.passes import PASSES, Pass
from stanlevels.passes import run as run_passes
from stanlevels.passes.assign_roles import assign_roles
from stanlevels.passes.center import center
from stanlevels.passes.check import check
from stanlevels.passes.compress import compress
from stanlevels.passes.correlate import correlate
from stanlevels.passes.default_priors import default_priors
from stanlevels.passes.glm import glm
from stanlevels.passes.identify import identify
from stanlevels.passes.lift import lift
from stanlevels.passes.marginalize import marginalize
from stanlevels.passes.move import move
from stanlevels.passes.open_arguments import open_arguments
from stanlevels.passes.place import place
from stanlevels.passes.soften import soften
from stanlevels.plan.factors import Glm, Pointwise
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Moved, Natural, Sampled, Standardised

REASONS = {
    (check, identify): "what cannot be meant is refused before anything is said of it",
    (
        check,
        default_priors,
    ): "a model is refused for what is wrong with it, not for an open prior",
    (identify, default_priors): "predictors are read as declared, before intercepts get means made of others",
    (default_priors, center): "a pilot look is at the model with all its numbers",
    (default_priors, marginalize): "what is integrated out has priors like all others",
    (marginalize, correlate): "only what is sampled has a form to be sampled in",
    (correlate, center): "what is correlated has its form before a pilot looks at the others",
    (default_priors, move): "an open intercept is standardised at the covariates' means, and needs no move",
    (center, lift): "only what is sampled as it is (centred) takes up what stands beside it",
    (lift, move): "what an effect takes up as it is in every unit is not taken at its mean",
    (default_priors, soften): "about how large a scale is, its prior says",
    (marginalize, soften): "only what is sampled has a form to be sampled in",
    (move, soften): "a scale is sampled by itself: what is sampled together is settled before",
    (move, compress): "means of covariates are over rows, and cells leave those as they are",
    (soften, compress): "pilot looks are over rows, and cells leave those as they are",
    (compress, glm): "a split of a predictor into known columns is at the cells, where there are some",
}

G = np.repeat(np.arange(12), 10)
YEAR = 2000.0 + np.tile(np.arange(10), 12)
X = np.tile([0.0, 1.0], 60)
Y = np.random.default_rng(4).normal(size=12)[G] + 0.5 * (YEAR - 2005)
FAR = {"g": G, "t": YEAR, "x": X, "y": Y}


def trend(*, about: bool = False, **effects: Any) -> type[sl.Model]:
    """A trend over calendar years, which lie far from 0, with effects about 0 or about the intercept."""
    g, a, b, c = sl.Level(), sl.Normal(), sl.Normal(), sl.Normal()
    sd, s = sl.HalfNormal(), sl.HalfNormal()
    u = sl.Normal(a if about else 0, sd, over=g, **effects)
    y = sl.Normal((u if about else a + u) + b * sl.data("t") + c * sl.data("x"), s, observed=True)
    return sl.Model.define("Trend", {"g": g, "a": a, "b": b, "c": c, "sd": sd, "s": s, "u": u, "y": y})


def run(model: type[sl.Model], data: Any, passes: Sequence[Pass] = PASSES) -> Planned:
    """The plan of a model by these passes."""
    assigned = assign_roles(model.graph(), {})
    graph, _ = open_arguments(assigned.graph)
    bound = bind_data(graph, data)
    return run_passes(place(graph, bound), bound, passes)[0]


def swapped(first: Pass, second: Pass) -> tuple[Pass, ...]:
    """The pipeline with two passes in each other's place."""
    change = {first: second, second: first}
    return tuple(change.get(step, step) for step in PASSES)


def form(planned: Planned, name: str) -> Any:
    value = planned.quantities[name].value
    assert isinstance(value, Sampled)
    return value.form


def said(planned: Planned, step: str) -> set[str]:
    return {record.subject for record in planned.records if record.step == step}


def test_the_pipeline_is_in_the_order_that_the_reasons_ask_for():
    first = (check, identify, default_priors, marginalize, correlate, center, lift, move, soften, compress)
    assert (*first, glm) == PASSES
    for (one, other), reason in REASONS.items():
        assert PASSES.index(one) < PASSES.index(other), reason


def test_every_neighbour_has_a_reason():
    neighbours = set(pairwise(PASSES))
    assert neighbours <= set(REASONS)


def test_place_alone_gives_the_literal_plan_on_which_the_passes_work():
    planned = run(trend(), FAR, ())
    assert {type(form(planned, name)) for name in planned.latent} == {Natural}
    assert {type(factor.density) for factor in planned.factors} == {Pointwise}


def test_a_model_without_data_is_refused_for_that_and_not_for_its_open_priors():
    model = sl.Model.define("M", {"a": sl.Normal()})
    with pytest.raises(DeclarationError, match="no line with data"):
        run(model, {})
    with pytest.raises(DeclarationError, match="nothing tells how large 'a' may be"):
        run(model, {}, swapped(check, default_priors))


def test_an_open_intercept_is_standardised_and_nothing_says_that_it_is_moved():
    assert isinstance(form(run(trend(), FAR), "a"), Standardised)
    assert "a" not in said(run(trend(), FAR), "move")
    assert "a" in said(run(trend(), FAR, swapped(default_priors, move)), "move")


def test_only_centred_effects_are_moved():
    assert isinstance(form(run(trend(centered=True), FAR), "u"), Moved)
    assert isinstance(form(run(trend(centered=False), FAR), "u"), Standardised)
    assert "u" not in said(run(trend(centered=False), FAR), "move")
    assert "u" not in said(run(trend(about=True, centered=False), FAR), "move")
    assert "u" in said(run(trend(about=True, centered=False), FAR, swapped(center, move)), "move")


def test_the_last_pass_splits_predictors_and_leaves_everything_else():
    before, after = run(trend(), FAR, PASSES[:-1]), run(trend(), FAR)
    changed = [f.source for f, g in zip(before.factors, after.factors, strict=True) if f != g]
    assert changed == ["y"]
    assert isinstance(next(f for f in after.factors if f.source == "y").density, Glm)
    assert (before.lines, before.quantities) == (after.lines, after.quantities)
