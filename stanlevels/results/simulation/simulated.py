"""Fake data: the rows that were given with outcomes that the model drew, and the numbers that made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from stanlevels.binding.signed import choices
from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import ROWS
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.results.arviz.arviz_names import arviz_names
from stanlevels.results.draws import Draws
from stanlevels.results.simulation.given import given_values
from stanlevels.results.simulation.placeholders import Filled
from stanlevels.results.simulation.prior_groups import drawn_without_sampler
from stanlevels.results.simulation.seeds import seed_of, whole_number
from stanlevels.results.tables.shown import Shown
from stanlevels.values.prior import draw_prior

if TYPE_CHECKING:
    import xarray

    from stanlevels.binding import Bound

__all__ = ["Simulated", "simulate"]


class Simulated(Shown):
    """Rows with outcomes that were drawn: a pandas DataFrame, to be fitted like any other.

    It prints all its columns, as tables of results do.

    Attributes
    ----------
    truth : xarray.Dataset
        The quantities that the outcomes were drawn from, labelled.
    tables : dict of str to pandas.DataFrame
        Tables of levels, with the outcomes that have their place there; empty where none were given.
    seed : int
    """

    _metadata = [*Shown._metadata, "truth", "tables", "seed"]  # noqa: RUF012 (pandas copies these to what is made of a frame)
    truth: xarray.Dataset
    tables: dict[str, pd.DataFrame]
    seed: int

    @property
    def _constructor(self) -> Callable[..., Simulated]:
        return Simulated


def simulate(
    planned: Planned,
    bound: Bound,
    found: Filled,
    values: Mapping[str, Any],
    draws: int | None,
    seed: int | None,
) -> Simulated | list[Simulated]:
    """One data set, or a list of them; see `Model.simulate`."""
    count, seed = 1 if draws is None else whole_number(draws, "draws", 1), seed_of(seed)
    given = given_values(planned, bound, values)
    made = draw_prior(planned, bound, count, np.random.default_rng(seed), given)
    each = Draws(made, bound)
    sets = [_simulated(each, found, draw, seed) for draw in range(count)]
    return sets[0] if draws is None else sets


def _simulated(draws: Draws, filled: Filled, draw: int, seed: int) -> Simulated:
    """One draw of everything as rows, tables, and the truth behind them."""
    one = draws.window(slice(draw, draw + 1))
    rows = filled.original.copy()
    tables = {name: table.copy() for name, table in filled.tables.items()}
    for name, line in draws.planned.observed.items():
        values = one.whole(name)[0, 0]
        if line.family.signed and len(line.variable.observed) == 2:
            values = np.stack(choices(values[:, 0]), axis=1)
        for k, column in enumerate(line.variable.observed):
            frame, codes = _place(line, column, draws.bound, filled, rows, tables)
            before = filled.original[column] if frame is rows and column in filled.original else None
            found = values[:, min(k, values.shape[1] - 1)][codes]
            frame[column] = _column(line, found, before, draws.bound.outcome_labels(name), frame.index)
    made = Simulated(rows)
    made.truth, made.tables, made.seed = _truth(one), tables, seed
    return made


def _place(
    line: Line,
    column: str,
    bound: Bound,
    filled: Filled,
    rows: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
) -> tuple[pd.DataFrame, Any]:
    """The frame that an outcome belongs into, and which unit of the line each of its records is."""
    if line.domain == (ROWS,):
        return rows, slice(None)
    for axis in line.domain:
        level = bound.graph.target_level(axis)
        if level in tables and column in filled.tables[level]:
            return tables[level], bound.encodings.tables[level].codes[level]
    return rows, bound.codes((ROWS,), line.domain)


def _column(line: Line, values: Any, before: Any, labels: Any, index: Any) -> Any:
    """Numbers that were drawn as the column that observes them."""
    family = FAMILIES[line.variable.family]
    if labels is not None:
        named = [labels[int(code) - 1] for code in values.tolist()]
        if isinstance(getattr(before, "dtype", None), pd.CategoricalDtype):
            return pd.Categorical(named, dtype=before.dtype)
        if family.is_ordinal and not all(isinstance(label, int | bool) for label in labels):
            return pd.Categorical(named, categories=list(labels), ordered=True)
        return pd.Series(named, index=index, dtype=object).infer_objects()
    if not family.discrete:
        return values
    if before is not None and before.dtype == bool:
        return values.astype(bool)
    return values.astype(np.int64)


def _truth(draws: Draws) -> xarray.Dataset:
    """Every quantity of one draw, with its labels."""
    from stanlevels.results.arviz.inference_data import posterior_of

    names = arviz_names(draws.planned.graph)
    found = posterior_of(draws, drawn_without_sampler(0), names)
    return found.isel(chain=0, draw=0, drop=True)
