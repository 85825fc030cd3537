"""250 random models: the log density of the program is that of the declaration, in both parameterisations.

Rows are repeated in one of the two, and in cells where their density allows it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracle.random_models import Case, cases, random_values
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
    *("unused categories", "unit without rows", "labels: text", "labels: whole", "labels: real"),
)


@pytest.mark.slow
def test_programs_of_random_models_have_the_log_density_that_was_declared():
    seen: Counter[str] = Counter()
    compressed: Counter[bool] = Counter()

    @settings(
        max_examples=MODELS,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def check(case: Case) -> None:
        seen.update(case.features)
        repeated = replace(case, data=pd.concat([case.data, case.data[::2]], ignore_index=True))
        for centered, drawn in ((True, repeated), (False, case)):  # in cells, and by row
            bound = bind_as(drawn.model, drawn.data, drawn.tables, centered=centered, compress=centered)
            compressed[bool(bound.plan.compress)] += 1
            values = random_values(drawn, unit_keys(bound), graph=closed_graph(bound))
            found = densities(bound, drawn.data, values, drawn.tables)
            assert found.agree(), f"centered={centered}: {found}\n{bound.stan_code}"

    check()
    assert compressed[True] > MODELS / 4
    missing = [feature for feature in REQUIRED if not seen[feature]]
    assert not missing, f"no model drew {missing}"
