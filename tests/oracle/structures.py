"""Random levels and covariates, with columns of data as odd as people's are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from tests.oracle.draft import Draft, Unit

TEXTS = ("?", "a.b", " x", "ünï", "1a", "lp__", "class", "S/1", "it's", "Z")
WHOLE = (99, -9, 3, 0, 12, 1, 7, 2, 1000, 5)


def levels(draft: Draft) -> None:
    """Some levels: nested as declared, nested as the data show, crossed."""
    shapes: dict[str, Callable[[Draft], object]] = {
        "one": lambda d: root(d, "school"),
        "declared nesting": lambda d: nested(d, root(d, "school"), "room", declared=True),
        "found nesting": lambda d: nested(d, root(d, "maker"), "app", declared=False),
        "three deep": _three_deep,
        "mixed nesting": _mixed,
        "crossed": lambda d: (root(d, "item"), root(d, "person")),
        "nested and crossed": _nested_and_crossed,
        "none": lambda d: None,
    }
    draft.pick("levels", shapes)(draft)
    for unit in list(draft.units.values()):
        if draft.maybe("table", 5):
            with_table(draft, unit)


def _three_deep(draft: Draft) -> None:
    middle = nested(draft, root(draft, "state"), "school", declared=True)
    nested(draft, middle, "room", declared=True)


def _mixed(draft: Draft) -> None:
    middle = nested(draft, root(draft, "state"), "school", declared=False)
    nested(draft, middle, "room", declared=True)


def _nested_and_crossed(draft: Draft) -> None:
    nested(draft, root(draft, "maker"), "app", declared=True)
    root(draft, "device")


def root(draft: Draft, name: str, most: int = 5) -> Unit:
    """A level of up to `most` units that lies within no other."""
    size = draft.choose.integer(1, most)
    rows = draft.rng.integers(size, size=draft.n)
    return _level(draft, name, _labels(draft, size), rows, None, declared=False)


def nested(draft: Draft, parent: Unit, name: str, *, declared: bool) -> Unit:
    """Children of every parent unit; their own labels repeat where the nesting is declared."""
    count = draft.rng.integers(1, 4, size=parent.size)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    within = draft.rng.integers(1000, size=draft.n) % count[parent.rows]
    rows = first[parent.rows] + within
    total = int(count.sum())
    labels: Any = (
        [f"u{i}" for i in range(total)]
        if not declared
        else [label for c in count for label in _labels(draft, 3)[:c]]
        if draft.maybe("mixed child labels", 4)
        else [k + 1 for c in count for k in range(c)]
    )
    if len({type(label) for label in labels}) > 1:
        labels = [str(label) for label in labels]
    return _level(draft, name, labels, rows, parent, declared=declared)


def _level(
    draft: Draft, name: str, labels: list[Any], rows: np.ndarray, parent: Unit | None, *, declared: bool
) -> Unit:
    values: Any = [labels[i] for i in rows]
    if parent is None and isinstance(labels[0], str) and draft.maybe("unused categories", 4):
        values = pd.Categorical(values, categories=["never", *labels[::-1], "ever"])
    key = draft.name(name)
    within = parent.level if declared and parent else None
    column = draft.name(f"{name}_id") if draft.maybe("column of another name", 3) else key
    level = sl.Level(within=within) if column == key else sl.Level(column, within=within)
    draft.lines[key] = level
    draft.columns[column] = values
    above = () if parent is None else (parent.name, *parent.above)
    unit = Unit(key, level, column, rows, len(labels), above)
    draft.units[key] = unit
    return unit


def _labels(draft: Draft, size: int) -> list[Any]:
    kinds = ("text", "whole", "real", "boolean")
    kind = draft.pick("labels", kinds if size <= 2 else kinds[:3])
    if kind == "boolean":
        return [True, False][:size]
    if kind == "real":
        return [round(0.5 * k - 1, 2) for k in range(size)]
    pool = list(TEXTS if kind == "text" else WHOLE)
    return [pool[i] for i in draft.rng.permutation(len(pool))[:size]]


def with_table(draft: Draft, unit: Unit) -> None:
    """A table for a level: its units in another order, and a covariate that stands nowhere else."""
    keys = [unit.column, *(draft.units[a].column for a in unit.above)]
    rows = pd.DataFrame({k: draft.columns[k] for k in keys}).astype({unit.column: object})
    table = rows.drop_duplicates().iloc[::-1].reset_index(drop=True)
    if isinstance(table[unit.column].iloc[0], str) and draft.maybe("unit without rows", 2):
        extra = table.iloc[[0]].copy()
        extra[unit.column] = "nobody"
        table = pd.concat([table, extra], ignore_index=True)
    draft.tables[unit.name] = table.astype({unit.column: pd.Series(table[unit.column].tolist()).dtype})


# --- covariates ------------------------------------------------------------------------------


def _at(draft: Draft, at: str | None, wanted: str, values: Callable[[int], Any]) -> str:
    """A column of the rows (`at` None) or of a level: in its table where it has one, else constant within."""
    if at is None:
        return draft.column(wanted, values(draft.n))
    unit = draft.units[at]
    if at in draft.tables:
        name = draft.name(wanted)
        draft.tables[at][name] = values(len(draft.tables[at]))
        draft.features.add("column of a table")
        return name
    draft.features.add("column constant within a level")
    by_unit = values(unit.size)
    return draft.column(wanted, [by_unit[i] for i in unit.rows])


def covariate(draft: Draft, at: str | None = None) -> Any:
    """A numeric covariate of the rows or of a level."""
    if draft.maybe("whole-number covariate", 3):
        return sl.data(_at(draft, at, "x", lambda n: draft.rng.integers(-2, 3, n)))
    return sl.data(_at(draft, at, "x", lambda n: np.round(draft.rng.normal(size=n), 3)))


def category(draft: Draft, at: str | None = None) -> tuple[str, list[Any]]:
    """A column of categories, and the categories that may occur."""
    size = draft.choose.integer(2, 4)
    labels = _labels(draft, size)

    def values(n: int) -> Any:
        of = draft.rng.integers(size, size=n)
        of[:size] = np.arange(size)[:n]
        found = [labels[i] for i in of]
        return found if not ordered else pd.Categorical(found, categories=[*labels[::-1], "unused"])

    ordered = at is None and isinstance(labels[0], str) and draft.maybe("category order", 3)
    return _at(draft, at, "region", values), labels


def covariate_set(draft: Draft, at: str | None = None) -> Any:
    """`sl.covariates` of numeric and categorical columns, or one categorical column alone."""
    coding = draft.pick("coding", ("treatment", "sum", "indicator", "numeric only"))
    if coding == "numeric only":
        columns = [covariate(draft, at).column for _ in range(draft.choose.integer(1, 3))]
        return draft.add("X", sl.covariates(*dict.fromkeys(columns)))
    column, labels = category(draft, at)
    named = coding != "indicator" and draft.maybe("named reference", 3)
    reference = _first_that_occurs(draft, at, column, labels) if named else None
    region = sl.data(column, categorical=True, coding=coding, reference=reference)
    if draft.maybe("mixed covariates"):
        return draft.add("X", sl.covariates(covariate(draft, at).column, region))
    return draft.add("X", region)


def _first_that_occurs(draft: Draft, at: str | None, column: str, labels: list[Any]) -> Any:
    """A category to stand for all others: units without rows may be the only ones that have another."""
    found = draft.tables[at][column] if at in draft.tables else draft.columns[column]
    return next(label for label in labels if label in list(found))
