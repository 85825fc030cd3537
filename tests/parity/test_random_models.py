"""250 random models: the log density of the program is that of the declaration, however it is parameterised.

Each is written in two ways of four. In one of them rows are repeated, and in cells where their density
allows it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stanlevels.bound_model import BoundModel
from tests.oracle.random_models import random_values, seeded_case
from tests.parity.harness import bind_as, closed_graph, densities, unit_keys

MODELS = 250

# What no run may go without: each a family of bugs of its own.
REQUIRED = (
    *("levels: one", "levels: declared nesting", "levels: found nesting", "levels: three deep"),
    *("levels: mixed nesting", "levels: crossed", "levels: nested and crossed", "levels: none"),
    *("effect: intercept", "effect: independent intercept and slope", "effect: correlated slopes"),
    *("effect: coefficients per unit", "effect: effect by index", "product of levels", "road", "over rows"),
    *("effect family: StudentT", "effect family: Laplace", "effect family: Logistic"),
    *("effect family: Cauchy", "open scale", "scale: per unit", "scale: named"),
    *("coding: treatment", "coding: sum", "coding: indicator", "b @ X", "slope of a covariate"),
    *("covariate in a mean", "mean from a parent level", "column constant within a level"),
    *("interaction", "column of a table", "positive prior: Constant", "named predictor", "weights"),
    *("likelihood: ordered", "likelihood: categories", "likelihood: vector", "likelihood: shares"),
    *("outcome of a level", "second outcome", "measurement error", "inheritance", "awkward name"),
    *("between", "between with what is lifted"),
    *("unused categories", "unit without rows", "labels: text", "labels: whole", "labels: real"),
)


def _forms(bound: BoundModel) -> list[str]:
    """Forms between centred and not in a program."""
    found = [form for q in bound.planned.quantities.values() if (form := q.between)]
    with_lifted = ["between with what is lifted" for form in found if form.lifted]
    return (
        ["between"] * len(found)
        + with_lifted
        + ["between at the means of covariates" for form in found if form.at_means]
    )


@pytest.mark.slow
def test_programs_of_random_models_have_the_log_density_that_was_declared():
    seen: Counter[str] = Counter()
    compressed: Counter[bool] = Counter()

    pairs = list(combinations(range(4), 2))

    def check(seed: int) -> None:
        case, two = seeded_case(seed), pairs[seed % len(pairs)]
        seen.update(case.features)
        repeated = replace(case, data=pd.concat([case.data, case.data[::2]], ignore_index=True))
        rng = np.random.default_rng(case.seed)
        mixed: Any = {n: (True, False, "between")[rng.integers(3)] for n in case.graph.latent}
        choices: tuple[Any, ...] = ((True, repeated), (False, case), ("between", case), (mixed, case))
        for centered, drawn in (choices[k] for k in two):
            cells = drawn is repeated
            bound = bind_as(drawn.model, drawn.data, drawn.tables, centered=centered, compress=cells)
            compressed[bool(bound.plan.compress)] += 1
            values = random_values(drawn, unit_keys(bound), graph=closed_graph(bound))
            found = densities(bound, drawn.data, values, drawn.tables)
            assert found.agree(), f"seed {seed}, centered={centered}: {found}\n{bound.stan_code}"
            seen.update(_forms(bound))

    for seed in range(MODELS):
        check(seed)
    assert compressed[True] > MODELS / 8
    missing = [feature for feature in REQUIRED if not seen[feature]]
    assert not missing, f"no model drew {missing}"
