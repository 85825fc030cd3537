"""Random models on data that are small, empty, shuffled, or wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import InternalError, StanlevelsError
from tests.oracle.random_models import Case, random_values, seeded_case
from tests.parity.harness import bind_as, closed_graph, densities, unit_keys

MODELS = 30
Change = Callable[[Case, np.random.Generator], Case]


def rows(count: int) -> Change:
    return lambda case, rng: replace(case, data=case.data.iloc[:count].reset_index(drop=True))


def column_changed(case: Case, rng: np.random.Generator, change: Callable[[pd.Series], Any]) -> Case:
    """One column of the data changed."""
    column = rng.choice(list(case.data.columns))
    return replace(case, data=case.data.assign(**{column: change(case.data[column])}))


def cell(value: Any) -> Change:
    """One cell of a random column replaced."""

    def change(case: Case, rng: np.random.Generator) -> Case:
        row = int(rng.integers(len(case.data)))

        def replaced(column: pd.Series) -> pd.Series:
            values = column.astype(object).tolist()
            return pd.Series([*values[:row], value, *values[row + 1 :]], dtype=object).infer_objects()

        return column_changed(case, rng, replaced)

    return change


def as_type(kind: Any) -> Change:
    return lambda case, rng: column_changed(case, rng, lambda column: column.astype(kind))


def shuffled(case: Case, rng: np.random.Generator) -> Case:
    return column_changed(
        case, rng, lambda column: column.to_numpy(dtype=object)[rng.permutation(len(column))]
    )


def negated(case: Case, rng: np.random.Generator) -> Case:
    numeric = [c for c in case.data if case.data[c].dtype.kind in "if"]
    return (
        case
        if not numeric
        else replace(case, data=case.data.assign(**{str(c): -case.data[c] for c in numeric}))
    )


def without_a_column(case: Case, rng: np.random.Generator) -> Case:
    return replace(case, data=case.data.drop(columns=[rng.choice(list(case.data.columns))]))


def table(change: Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]) -> Change:
    return lambda case, rng: replace(case, tables={n: change(t, rng) for n, t in case.tables.items()})


CHANGES: dict[str, Change] = {
    "no rows": rows(0),
    "one row": rows(1),
    "two rows": rows(2),
    "a NaN": cell(np.nan),
    "a None": cell(None),
    "an infinity": cell(np.inf),
    "a text": cell("zz"),
    "a half": cell(0.5),
    "a negative number": cell(-3),
    "a huge number": cell(2**40),
    "a column as text": as_type(str),
    "a column as categories": as_type("category"),
    "a column shuffled": shuffled,
    "numbers negated": negated,
    "no column": without_a_column,
    "a table without a column": table(lambda t, rng: t.drop(columns=[rng.choice(list(t.columns))])),
    "a table without a unit": table(lambda t, rng: t.iloc[1:]),
    "a table with a unit twice": table(lambda t, rng: pd.concat([t, t.iloc[:1]])),
}


@pytest.mark.parametrize("change", CHANGES)
def test_data_that_do_not_fit_are_refused_in_our_words(change):
    refused = []
    for seed in range(MODELS):
        case = CHANGES[change](seeded_case(seed), np.random.default_rng(seed))
        try:
            assert case.model.bind(case.data, tables=case.tables).stan_code
        except StanlevelsError as error:
            refused.append(error)
    assert not [error for error in refused if isinstance(error, InternalError) or not error.found]


@pytest.mark.parametrize(
    "change", ["no rows", "one row", "two rows", "a column as categories", "a column shuffled"]
)
def test_programs_on_odd_data_have_the_log_density_that_was_declared(change):
    compared = 0
    for seed in range(MODELS):
        case = CHANGES[change](seeded_case(seed), np.random.default_rng(seed))
        if not len(case.data) and any(FAMILIES[n.family].discrete for n in case.graph.observed.values()):
            continue  # the embedded engine takes an empty array of whole numbers for one of reals
        try:
            bound = bind_as(case.model, case.data, case.tables)
        except StanlevelsError:
            continue
        compared += 1
        values = random_values(case, unit_keys(bound), graph=closed_graph(bound))
        found = densities(bound, case.data, values, case.tables)
        assert found.agree(), f"seed {seed}: {found}\n{bound.stan_code}"
    assert compared >= MODELS // 4


def test_fewer_rows_have_the_same_program():
    """Structure is the declaration and the plan; sizes, labels and scales are data."""
    for seed in range(MODELS):
        case = seeded_case(seed)
        bound = case.model.bind(case.data, tables=case.tables)
        half = case.data.iloc[: len(case.data) // 2].reset_index(drop=True)
        again = case.model.bind(half, tables=case.tables, plan=bound.plan)
        assert again.stan_code == bound.stan_code, seed
