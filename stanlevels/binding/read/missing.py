"""Missing values: an error that counts them, or left out and recorded."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from stanlevels.arrays import Codes
from stanlevels.binding.levels.labels import shared_codes
from stanlevels.binding.read.column_places import Place, ReadPlace, where
from stanlevels.binding.read.columns import ReadColumn
from stanlevels.binding.statuses import without_open_ends
from stanlevels.binding.usage import columns_used
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS, Graph, LevelNode
from stanlevels.records import Record, noticed
from stanlevels.words import counted

__all__ = ["joint", "settle_missing"]

Mask = npt.NDArray[np.bool_]


def settle_missing(
    graph: Graph, places: Mapping[str, ReadPlace], missing: str
) -> tuple[dict[str, Place], list[Record]]:
    """Places without missing values.

    With ``missing="drop"`` a record that lacks a value of a used column is left out. Where that takes
    a unit out of its level's table, the records of that unit are left out everywhere else too, so that
    tables and rows stay consistent. Ends of intervals may be missing where an outcome is no interval.

    Raises
    ------
    DataError
        If there are missing values and `missing` is "error".
    """
    if missing not in ("error", "drop"):
        raise DataError(f"missing={missing!r} is not known", expected="'error' or 'drop'")
    places = {name: without_open_ends(graph, place) for name, place in places.items()}
    absent = {name: _absent(place) for name, place in places.items()}
    if not any(mask.any() for mask in absent.values()):
        return {name: _settled(place) for name, place in places.items()}, []
    if missing == "error":
        raise _counted_error(graph, places, absent)
    followed = _follow(graph, places, absent)
    kept = {name: place.take(~(absent[name] | followed[name])) for name, place in places.items()}
    records = [_record(places[name], absent[name], followed[name]) for name in places]
    records += [_lost_labels(node, places, kept) for node in graph.levels.values()]
    return {name: _settled(place) for name, place in kept.items()}, [r for r in records if r is not None]


def _absent(place: ReadPlace) -> Mask:
    mask = np.zeros(place.n, dtype=bool)
    for column in place.columns.values():
        mask |= column.absent
    return mask


def _settled(place: ReadPlace) -> Place:
    columns = {name: column.values for name, column in place.columns.items()}
    return Place(place.name, place.n, columns, labels=place.labels)


def _counts(place: ReadPlace) -> list[str]:
    parts = []
    for name, column in place.columns.items():
        count, infinite = int(column.absent.sum()), int(column.infinite.sum())
        if count:
            note = f" ({infinite:,} infinite)" if infinite else ""
            parts.append(f"{name!r} in {count:,}{note}")
    return parts


def _counted_error(graph: Graph, places: Mapping[str, ReadPlace], absent: Mapping[str, Mask]) -> DataError:
    lines = [
        f"{where(name)} {'lack' if name == ROWS else 'lacks'} values in"
        f" {int(absent[name].sum()):,} of {counted(place.n, 'row')}"
        f" ({listing(np.flatnonzero(absent[name]))}, counted from 0): " + ", ".join(_counts(place))
        for name, place in places.items()
        if absent[name].any()
    ]
    return DataError(
        "; ".join(lines),
        expected="a finite value in every row of every column that the model uses",
        way_out='missing="drop" leaves these rows out and records it'
        + _in_the_line(graph, places)
        + _of_no_unit(graph, places[ROWS]),
    )


def _in_the_line(graph: Graph, places: Mapping[str, ReadPlace]) -> str:
    """How outcomes, and covariates by a line of their own, become unknown where they are missing."""
    gone = {n: c for place in places.values() for n, c in place.columns.items() if c.missing.any()}
    outcomes = [
        n
        for n, node in graph.observed.items()
        if not node.partly
        and gone.keys() & {*node.observed}
        and not FAMILIES[node.family].parameterizations[0].grouping
    ]
    if outcomes:
        return f'; missing="model" in the line of {" and ".join(outcomes)} makes outcomes unknown'
    covariates = [n for n, use in columns_used(graph).items() if n in gone and use.startswith("covariate")]
    name = next((n for n in covariates if gone[n].values.kind == "float" and n not in graph), "")
    if not name.isidentifier():
        return ""
    return (
        f'; a line of its own, {name} = sl.Normal(..., observed=True, missing="model"), makes {name} unknown'
        " where it is missing, and other lines use it by that name"
    )


def _of_no_unit(graph: Graph, rows: ReadPlace) -> str:
    """What to do where a row has no second unit by nature, as a match without a guest has."""
    for name, road in graph.aliases.items():
        column = rows.columns.get(road.column)
        if column is not None and column.absent.any():
            return (
                f"; where a row has no {name} by nature, write any known label there and multiply by a"
                f" column that is 0 in these rows: effect[{name}] * sl.data('has_{name}')"
            )
    return ""


def _follow(graph: Graph, places: Mapping[str, ReadPlace], absent: Mapping[str, Mask]) -> dict[str, Mask]:
    """Where records go because a table lost their unit; again until nothing more follows."""
    followed = {name: np.zeros(place.n, dtype=bool) for name, place in places.items()}
    for _ in range(len(places) + 1):
        before = sum(int(mask.sum()) for mask in followed.values())
        for level in places:
            for name in places:
                if level not in (ROWS, name):
                    gone = absent[level] | followed[level]
                    followed[name] |= _lost(graph, places[level], gone, places[name]) & ~absent[name]
        if sum(int(mask.sum()) for mask in followed.values()) == before:
            break
    return followed


def _lost(graph: Graph, table: ReadPlace, gone: Mask, place: ReadPlace) -> Mask:
    """Where `place` names a unit, through any of its columns, whose every record in `table` is gone."""
    mask = np.zeros(place.n, dtype=bool)
    if not gone.any():
        return mask
    own = _key(graph, table.name)
    roads = [name for name, node in graph.aliases.items() if node.of == table.name]
    for key in (own, *(_key(graph, road) for road in roads)):
        pairs = [(a, b) for a, b in zip(own, key, strict=False) if a in table.columns and b in place.columns]
        if pairs and pairs[0][0] == own[0]:
            here, there = joint(table, [a for a, _ in pairs], place, [b for _, b in pairs])
            lost = np.setdiff1d(here[gone], here[~gone])
            mask |= np.isin(there, lost[lost >= 0])
    return mask


def _key(graph: Graph, name: str) -> list[str]:
    """The columns that name a unit: the level's or road's own, then those of what it is within."""
    columns = []
    up: str | None = name
    while up is not None and isinstance(node := graph.nodes[up], LevelNode):
        columns.append(node.column)
        up = node.within
    return columns


def _lost_labels(
    node: LevelNode, before: Mapping[str, ReadPlace], after: Mapping[str, ReadPlace]
) -> Record | None:
    """Labels of a level that are named in no row any more, where no table keeps them."""
    column = before[ROWS].columns.get(node.column)
    if column is None or node.name in before:
        return None
    _, had = column.values.take(~column.missing).factorize()
    kept = set(after[ROWS].columns[node.column].values.factorize()[1])
    lost = [label for label in had if label not in kept]
    if not lost:
        return None
    return noticed(
        node.name, f"{counted(len(lost), 'label')} lost every row to missing values", listing(lost, 3)
    )


def joint(a: ReadPlace, columns_a: list[str], b: ReadPlace, columns_b: list[str]) -> tuple[Codes, Codes]:
    """Codes that are equal where the named columns agree; -1 where one of them is missing."""
    here, there = np.zeros(a.n, dtype=np.int64), np.zeros(b.n, dtype=np.int64)
    lost_here, lost_there = np.zeros(a.n, dtype=bool), np.zeros(b.n, dtype=bool)
    for name_a, name_b in zip(columns_a, columns_b, strict=True):
        column_a, column_b = a.columns[name_a], b.columns[name_b]
        codes_a, codes_b, size = _paired(column_a, column_b)
        both = np.unique(
            np.concatenate([here * size + codes_a, there * size + codes_b]), return_inverse=True
        )[1]
        here, there = both[: a.n], both[a.n :]
        lost_here, lost_there = lost_here | column_a.absent, lost_there | column_b.absent
    return np.where(lost_here, -1, here), np.where(lost_there, -1, there)


def _paired(a: ReadColumn, b: ReadColumn) -> tuple[Codes, Codes, int]:
    codes, labels = shared_codes([a.values, b.values])
    return codes[0], codes[1], max(len(labels), 1)


def _record(place: ReadPlace, absent: Mask, followed: Mask) -> Record | None:
    count = int((absent | followed).sum())
    if not count:
        return None
    reasons = [f"missing: {', '.join(_counts(place))}"] if absent.any() else []
    if followed.any():
        reasons.append(f"{counted(int(followed.sum()), 'row')} of units that their own table lost")
    action = f"left out {count:,} of {counted(place.n, 'row')}"
    return noticed(where(place.name), action, "; ".join(reasons))
