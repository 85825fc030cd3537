"""Data without outcomes, with numbers in their places that any model can bind.

They stand in for what is about to be drawn, and are never seen. Only default priors could tell: those take
their scale from an outcome. So there are two sets of them, and a prior that differs between the two rests on
an outcome that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.groups import is_grouping
from stanlevels.binding.outcomes import model_categories
from stanlevels.binding.read.files import read_file
from stanlevels.binding.read.frames import open_frame
from stanlevels.binding.usage import level_columns
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, Column, Derived, Graph, LevelNode, Number, VariableNode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Filled", "as_pandas", "filled", "in_pandas"]

_REAL = ((-1.0, 0.0, 1.0, 0.5), (120.0, 50.0, 170.0, 90.0))
_POSITIVE = ((1.0, 2.0, 3.0, 1.5), (60.0, 20.0, 90.0, 35.0))
_SHARES = ((0.2, 0.5, 0.8, 0.4), (0.05, 0.1, 0.03, 0.08))
_FLAGS = ((0, 1, 1, 0), (1, 1, 1, 0))
_COUNTS = ((0, 2, 1, 3), (14, 5, 9, 20))


@dataclass(frozen=True, eq=False)
class Filled:
    """Rows and tables with every outcome in place.

    Attributes
    ----------
    rows : DataFrame
    tables : mapping of str to DataFrame
    absent : mapping of str to str
        Outcomes that the data do not hold, by column: the line that observes it.
    original : DataFrame
        The rows as they were given.
    """

    rows: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    absent: Mapping[str, str]
    original: pd.DataFrame


def as_pandas(data: Any, graph: Graph) -> pd.DataFrame:
    """Any frame, mapping of columns, or path as a frame of pandas of its own.

    Raises
    ------
    DataError
        If it is none of these.
    """
    return in_pandas(data, tuple(level_columns(graph).values()))


def in_pandas(data: Any, text: tuple[str, ...] = ()) -> pd.DataFrame:
    """The same, with the columns `text` of a CSV file as they are written there."""
    import narwhals as nw
    import pandas as pd

    open_frame(data, "the data", as_text=text)  # says what is wrong with it
    if isinstance(data, str | PathLike):
        data = read_file(data, "the data", as_text=text)
    if isinstance(data, Mapping):
        return pd.DataFrame({str(name): column for name, column in data.items()})
    frame = nw.from_native(data)
    frame = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return frame.to_pandas().copy()


def filled(graph: Graph, data: Any, tables: Mapping[str, Any] | None, which: int) -> Filled:
    """Data in which outcomes that are absent, or have holes, have placeholders.

    Parameters
    ----------
    graph : Graph
    data, tables
        As in `bind`.
    which : {0, 1}
        Of the two sets of placeholders.

    Raises
    ------
    DataError
        If an outcome has categories that only its column would tell.
    """
    original = as_pandas(data, graph)
    rows = original.copy()
    own = {name: as_pandas(table, graph) for name, table in (tables or {}).items()}
    absent: dict[str, str] = {}
    for name, node in graph.observed.items():
        for k, column in enumerate(node.observed):
            frame, unit = _place(graph, node, column, rows, own)
            if column in frame and not frame[column].isna().any():
                continue
            absent[column] = name
            codes = _codes(frame, unit)
            if FAMILIES[node.family].is_tally:
                frame[column] = _tally(node, k, frame, which)
            elif levels := _chosen_within(graph, node):
                frame[column] = _one_of_each(frame, levels, which)
            else:
                frame[column] = _numbers(graph, node, k, codes, which)
    return Filled(rows, own, absent, original)


def _place(
    graph: Graph, node: VariableNode, column: str, rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The frame that holds an outcome, and columns within whose values it is constant."""
    domain = graph.units(node)
    if domain == (ROWS,):
        return rows, ()
    for axis in domain:
        target = graph.target_level(axis)
        if target in tables and column not in rows:
            return tables[target], ()
    columns = level_columns(graph)
    return rows, tuple(columns[axis] for axis in domain if axis in columns)


def _codes(frame: pd.DataFrame, columns: tuple[str, ...]) -> Array:
    """A number for each record, the same within the units of some columns."""
    there = [column for column in columns if column in frame]
    if not there:
        return np.arange(len(frame))
    return np.asarray(frame.groupby(there, sort=False, observed=True).ngroup())


def _tally(node: VariableNode, k: int, frame: pd.DataFrame, which: int) -> Any:
    """All trials in one category."""
    trials, n = node.arg(FAMILIES[node.family].sums_to), np.ones(len(frame))
    if isinstance(trials, Column) and trials.name in frame:
        n = frame[trials.name].to_numpy()
    elif isinstance(trials, Number):
        n = np.full(len(frame), trials.value)
    return n.astype(np.int64) if k == which else np.zeros(len(frame), dtype=np.int64)


def _chosen_within(graph: Graph, node: VariableNode) -> tuple[str, ...]:
    """The columns of the level among whose rows are chosen, and of those it lies within."""
    over = next((e.over for _, e in node.args if isinstance(e, Derived) and is_grouping(e)), None)
    columns = level_columns(graph)
    found: list[str] = []
    while over is not None:
        found.append(columns[over])
        level = graph.nodes[over]
        over = level.within if isinstance(level, LevelNode) else None
    return tuple(found)


def _one_of_each(frame: pd.DataFrame, columns: tuple[str, ...], which: int) -> Any:
    """The first row of each unit is chosen, or its last."""
    codes = _codes(frame, columns)
    rows = np.arange(len(codes))
    first = np.unique(codes[::-1] if which else codes, return_index=True)[1]
    return np.isin(rows[::-1] if which else rows, first).astype(np.int64)


def _numbers(graph: Graph, node: VariableNode, k: int, codes: Array, which: int) -> Any:
    family = FAMILIES[node.family]
    if family.is_categorical:
        labels, n = model_categories(graph, node)
        if labels is None and n is None:
            raise DataError(
                f"the data have no column {node.observed[k]!r}, and nothing else tells the categories of"
                f" {node.name!r}",
                expected=f"a column {node.observed[k]!r} that holds each of them",
            )
        kinds = list(labels) if labels is not None else list(range(1, int(n or 0) + 1))
        return [kinds[i % len(kinds)] for i in codes.tolist()]
    if family.signed and len(node.observed) == 2:
        return np.array(_FLAGS[which] if k else _POSITIVE[which])[codes % 2]
    if family.is_simplex:
        share = 1 / len(node.observed)
        return np.full(len(codes), share)
    support = family.support
    chosen: tuple[tuple[float, ...], tuple[float, ...]] = _REAL
    if support.integer:
        chosen = _FLAGS if support.upper == 1 else ((0,), (0,)) if family.at_most else _COUNTS
    elif support.lower >= 0 and support.upper <= 1:
        chosen = _SHARES
    elif support.lower >= 0:
        chosen = _POSITIVE
    return np.array(chosen[which])[codes % len(chosen[which])]
