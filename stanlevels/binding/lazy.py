"""Lazy frames and large Parquet files: grouped by their own engine, so that their rows never enter Python.

Which columns make a group is read off the graph: all that the model uses, but for outcomes that a few sums
describe (`Kept.points`). A group comes in as one row, or as two, with frequency weights; they have the
sufficient statistics of its rows, so every estimate and every posterior is that of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.groups import grouping_columns
from stanlevels.binding.read.frames import computed
from stanlevels.binding.usage import columns_used
from stanlevels.distributions.points import Points
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, Graph, VariableNode, parents
from stanlevels.records import Record, noticed
from stanlevels.words import counted

__all__ = ["Grouping", "grouped"]

LARGE = 1_000_000
"""Rows from which on a lazy frame or a Parquet file is grouped rather than read."""


@dataclass(frozen=True)
class Grouping:
    """Groups of rows that stand for them.

    Attributes
    ----------
    graph : Graph
        With the groups' weights in its observed lines.
    data : mapping of str to columns
    times : ndarray
        How many rows of the data each row stands for.
    records : tuple of Record
    """

    graph: Graph
    data: Mapping[str, Any]
    times: Array
    records: tuple[Record, ...]


def grouped(graph: Graph, data: Any, missing: str) -> Grouping | None:
    """The groups of a lazy frame or a Parquet file of a million rows or more; None of all other data.

    Parameters
    ----------
    graph : Graph
    data : any
        As given to `bind`.
    missing : {"error", "drop"}
        What to do with rows that lack a value of a column that the model uses.

    Raises
    ------
    DataError
        If values are missing and `missing` is "error".
    """
    lazy = _lazy(data)
    if lazy is None or not _groupable(graph):
        return None
    names = set(computed(lambda: lazy.collect_schema().names(), "the data"))
    used = [column for column in columns_used(graph) if column in names]
    if any(column not in names for node in _lines(graph) for column in node.observed):
        return None  # said where data are read
    lazy = lazy.select(used)
    summed = _summed(graph)
    look = _look(lazy, used, summed)
    if look.n < LARGE:
        return None
    lazy, dropped = _complete(lazy, look, used, missing)
    keys = [column for column in used if column not in summed and column not in _weights(graph)]
    found = _query(lazy, keys, graph, summed, look)
    return _as_rows(graph, found, summed, look, dropped)


def _lazy(data: Any) -> Any:
    """The data as a lazy frame of narwhals; None where they are in memory, or nothing here scans them."""
    import narwhals as nw

    if isinstance(data, str | PathLike):
        path = Path(data).expanduser()
        scans: tuple[Literal["polars"], Literal["duckdb"]] = ("polars", "duckdb")
        backend = next((name for name in scans if find_spec(name) is not None), None)
        if backend is None or path.suffix.lower() not in (".parquet", ".pq") or not path.is_file():
            return None
        try:
            scanned = nw.scan_parquet(str(path), backend=backend)
            scanned.collect_schema()
        except MemoryError:
            raise
        except Exception:  # what reads whole files says what is wrong with this one
            return None
        return scanned
    frame = nw.from_native(data, pass_through=True)
    return frame if isinstance(frame, nw.LazyFrame) else None


# --- what is grouped, by the graph alone ----------------------------------------------------------


def _lines(graph: Graph) -> list[VariableNode]:
    """Lines with data at the rows."""
    return [node for node in graph.observed.values() if graph.units(node) == (ROWS,)]


def _groupable(graph: Graph) -> bool:
    """Whether no two rows differ by what they are: nothing unknown has a value for every row."""
    unknown = any(node.partly for node in graph.observed.values())
    unknown = unknown or bool(grouping_columns(graph))  # equal rows of a choice are two alternatives
    return not unknown and all(ROWS not in node.over for node in graph.latent.values())


def _summed(graph: Graph) -> dict[str, Points]:
    """Outcomes that a few sums describe and that nothing else uses, by column."""
    uses, found = columns_used(graph), dict[str, Points]()
    for node in _lines(graph):
        kept = FAMILIES[node.family].parameterization(node.parameterization).kept
        alone = uses[node.observed[0]] == f"observed by {node.name}"
        used = any(node.name in parents(other) for other in graph.quantities.values())
        if kept is not None and kept.points is not None and alone and not used:
            found[node.observed[0]] = kept.points
    return found


def _weights(graph: Graph) -> set[str]:
    """Columns of frequency weights, which are summed, that nothing else uses."""
    uses = columns_used(graph)
    named = [node.weights for node in _lines(graph) if node.weights is not None]
    return {c for c in named if all(use.startswith("weights of ") for use in uses[c].split(", "))}


# --- queries --------------------------------------------------------------------------------------

_TRANSFORMS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda column: column,
    "log": lambda column: column.log(),
    "log1m": lambda column: (1 - column).log(),
    "inverse": lambda column: 1 / column,
}


@dataclass(frozen=True)
class _Look:
    """Of all rows: their number, missing values by column, and centres of what is summed."""

    n: int
    missing: Mapping[str, int]
    centers: Mapping[str, tuple[float, ...]]


def _look(lazy: Any, used: list[str], summed: Mapping[str, Points]) -> _Look:
    import narwhals as nw

    absent = _absent(lazy, used)
    asked = [nw.len().alias("n")]
    for i, test in enumerate(absent.values()):
        asked.append(nw.when(test).then(1).otherwise(0).sum().alias(f"m{i}"))
    for i, (column, points) in enumerate(summed.items()):
        present = nw.when(~absent[column]).then(nw.col(column).cast(nw.Float64))
        asked += [_TRANSFORMS[name](present).mean().alias(f"c{i}_{k}") for k, name in enumerate(points.means)]
    row = _first(lazy.select(*asked))
    missing = {column: int(row[f"m{i}"] or 0) for i, column in enumerate(absent)}
    centers = {
        column: tuple(_number(row[f"c{i}_{k}"]) for k in range(len(points.means)))
        for i, (column, points) in enumerate(summed.items())
    }
    return _Look(int(row["n"]), missing, centers)


def _number(value: Any) -> float:
    return 0.0 if value is None or not np.isfinite(value) else float(value)


def _absent(lazy: Any, used: list[str]) -> dict[str, Any]:
    """Where a column has no value that counts."""
    import narwhals as nw

    schema = lazy.collect_schema()
    return {
        c: nw.col(c).is_null() | ~nw.col(c).is_finite() if schema[c].is_float() else nw.col(c).is_null()
        for c in used
    }


def _first(lazy: Any) -> dict[str, Any]:
    frame = _collected(lazy)
    return {name: frame[name].to_list()[0] for name in frame.columns}


def _collected(lazy: Any) -> Any:
    """The result of a query, computed in pieces where its engine can."""
    import narwhals as nw

    if lazy.implementation == nw.Implementation.POLARS:
        return computed(lambda: lazy.collect(engine="streaming"), "the data")
    return computed(lambda: lazy.collect(), "the data")


def _complete(lazy: Any, look: _Look, used: list[str], missing: str) -> tuple[Any, list[Record]]:
    """Rows without missing values."""
    import narwhals as nw

    lacking = {column: count for column, count in look.missing.items() if count}
    if not lacking:
        return lazy, []
    where = ", ".join(f"{column!r} in {count:,}" for column, count in lacking.items())
    if missing != "drop":
        raise DataError(
            f"the data lack values in some of {counted(look.n, 'row')}: {where}",
            expected="a finite value in every row of every column that the model uses",
            way_out='missing="drop" leaves these rows out and records it',
        )
    whole = lazy.filter(*(~test for test in _absent(lazy, used).values()))
    left = int(_first(whole.select(nw.len().alias("n")))["n"])
    gone = counted(look.n - left, "row")
    return whole, [noticed("data", f"{gone} of {look.n:,} left out", f"values are missing: {where}")]


def _query(lazy: Any, keys: list[str], graph: Graph, summed: Mapping[str, Points], look: _Look) -> Any:
    """One grouped query: for each group its rows, their weights, and sums of centred values."""
    import narwhals as nw

    terms = {"<rows>": nw.lit(1.0)}
    for line in _lines(graph):
        weight = nw.lit(1.0) if line.weights is None else nw.col(line.weights).cast(nw.Float64)
        terms[f"<n of {line.name}>"] = weight
        column = line.observed[0]
        if column not in summed:
            continue
        y = nw.col(column).cast(nw.Float64)
        for k, (name, center) in enumerate(zip(summed[column].means, look.centers[column], strict=True)):
            z = _TRANSFORMS[name](y) - center
            terms[f"<{k} of {line.name}>"] = z * weight
            if summed[column].spread:
                terms[f"<squares of {line.name}>"] = z * z * weight
    # Columns first, sums of columns then: some engines group by nothing that is less plain.
    lazy = lazy.with_columns(*(term.alias(name) for name, term in terms.items()))
    sums = [nw.col(name).sum() for name in terms]
    return _collected(lazy.group_by(*keys).agg(*sums) if keys else lazy.select(*sums))


# --- groups as rows -------------------------------------------------------------------------------


def _as_rows(
    graph: Graph, found: Any, summed: Mapping[str, Points], look: _Look, dropped: list[Record]
) -> Grouping:
    """A row for every group whose values are all the same, two for the others."""
    lines = _lines(graph)
    pairs = {n.observed[0]: _pair(n, found, summed, look) for n in lines if n.observed[0] in summed}
    apart = np.zeros(len(found), dtype=bool)
    for low, high in pairs.values():
        apart |= low != high
    first, second = np.arange(len(found)), np.flatnonzero(apart)
    at, share = np.concatenate([first, second]), np.where(apart, 0.5, 1.0)
    columns = {c: found[c][at.tolist()] for c in found.columns if not c.startswith("<")}
    columns = {name: series.to_native() for name, series in columns.items()}
    columns |= {c: np.concatenate([low, high[second]]) for c, (low, high) in pairs.items()}
    nodes = dict(graph.nodes)
    for line in lines:
        name = f"rows of {line.name}"
        columns[name] = (_values(found, f"<n of {line.name}>") * share)[at]
        nodes[line.name] = replace(line, weights=name)
    times = (_values(found, "<rows>") * share)[at]
    record = noticed(
        "data",
        f"{counted(look.n, 'row')} in {counted(len(found), 'group')} by their own engine",
        "groups come in with frequency weights and the sufficient statistics of their rows",
    )
    return Grouping(Graph(graph.name, nodes, graph.doc), columns, times, (*dropped, record))


def _pair(line: VariableNode, found: Any, summed: Mapping[str, Points], look: _Look) -> tuple[Array, Array]:
    """Two values for every group that have the sufficient statistics of its rows."""
    column, n = line.observed[0], _values(found, f"<n of {line.name}>")
    points, n = summed[column], np.where(n > 0, n, 1.0)
    apart = [_values(found, f"<{k} of {line.name}>") / n for k in range(len(points.means))]
    means = [center + mean for center, mean in zip(look.centers[column], apart, strict=True)]
    if points.spread:
        means.append(_values(found, f"<squares of {line.name}>") / n - np.square(apart[0]))
    return points.two(*means)


def _values(found: Any, name: str) -> Array:
    return np.asarray(found[name].to_numpy(), dtype=float)
