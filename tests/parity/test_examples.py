"""Every example under every kind of plan: the density of its program is the declared one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.commands.scripts import load_script
from tests.marginal.test_conjugate import by_quadrature, program
from tests.oracle.likely_values import likely_values
from tests.oracle.random_models import Case
from tests.parity.harness import closed_graph, densities, unit_keys

EXAMPLES = sorted(Path(__file__).parents[2].joinpath("examples").glob("*.py"))
NAMES = [path.stem for path in EXAMPLES if not path.stem.startswith("make_")]
ROWS = 60
PLANS = {
    "the planner's": sl.Plan(),
    "the planner's, in cells": sl.Plan(compress=True),
    "literal": sl.Plan.literal(),
    "cells, centred, lifted": sl.Plan(compress=True, marginalize=False, center=True),
    "between, by row": sl.Plan(compress=False, marginalize=False, center="between", glm=False),
}

HELD = {"rats": {"spread": np.array(0.3)}}  # where it is large, beta densities are too steep for quadrature


def case_of(name: str) -> Case:
    """An example with some of its rows, from all over them."""
    module = load_script(EXAMPLES[0].parent / f"{name}.py")
    data = module.simulate()[0] if hasattr(module, "simulate") else module.load()
    found = (x for x in vars(module).values() if isinstance(x, type) and issubclass(x, sl.Model))
    (model,) = (x for x in found if x is not sl.Model)
    some = data.sample(min(ROWS, len(data)), random_state=1).sort_index().reset_index(drop=True)
    return Case(model, some, {}, frozenset(), seed=3)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_its_declared_density_under_every_plan(name: str) -> None:
    case = case_of(name)
    seen = set()
    for called, plan in PLANS.items():
        bound = case.model.bind(case.data, plan=plan)
        if bound.stan_code in seen:
            continue
        seen.add(bound.stan_code)
        values = likely_values(case, closed_graph(bound), unit_keys(bound)) | HELD.get(name, {})
        if bound.planned.conjugates:
            (rate,) = bound.plan.marginalize
            at, wanted = program(bound, case.data, values)[0], by_quadrature(bound, case.data, values, rate)
            assert abs(at - wanted) <= 1e-8 * max(1.0, abs(wanted)), bound.stan_code
            continue
        found = densities(bound, case.data, values)
        assert found.agree(), f"{called}: {found}\n{bound.stan_code}"
