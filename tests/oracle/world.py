"""What the data say of units: keys, lookups and covariates, by plain loops over records.

Nothing here is fast and nothing is shared with `stanlevels.binding`: a unit is a tuple of labels, its
facts are whatever the records that mention it say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from stanlevels.graph import ROWS, CovariateColumn, CovariatesNode, Graph, LevelNode
from stanlevels.graph.text import factor_text

Key = tuple[Any, ...]
Domain = tuple[str, ...]
Record = dict[str, Any]


@dataclass(frozen=True)
class World:
    """Records of the rows and of the tables, and the order of units.

    Parameters
    ----------
    graph : Graph
        The declaration.
    rows : list of dict
        The data.
    tables : mapping of str to list of dict
        Records by level.
    units : mapping of str to list of tuple
        For each level its units in order. A unit is the tuple of its own label and those of what it is
        declared within, outermost first.
    frames : list of DataFrame
        Where columns keep their type (the order of categories).
    found : dict
        Lookups and columns that were read, kept because many points are evaluated on one set of data.
    """

    graph: Graph
    rows: list[Record]
    tables: Mapping[str, list[Record]]
    units: Mapping[str, list[Key]]
    frames: list[pd.DataFrame] = field(default_factory=list)
    found: dict[tuple[str, Domain, Any], np.ndarray] = field(default_factory=dict, repr=False)

    # --- units -------------------------------------------------------------------------------

    def size(self, domain: Domain) -> int:
        return int(np.prod([len(self.axis(a)) for a in domain], dtype=int))

    def axis(self, name: str) -> list[Any]:
        """The units along one axis; rows are their own positions."""
        if name == ROWS:
            return list(range(len(self.rows)))
        return list(self.units[self.graph.target_level(name)])

    def members(self, domain: Domain) -> list[tuple[Any, ...]]:
        """Every unit of a domain as a tuple with one entry per axis, the first axis slowest."""
        found: list[tuple[Any, ...]] = [()]
        for name in domain:
            found = [(*head, unit) for head in found for unit in self.axis(name)]
        return found

    def key(self, record: Record, level: str) -> Key | None:
        """The unit of `level` (or of the level that a road leads to) that a record names.

        A road names the own label alone: what the unit lies within is known from elsewhere.
        """
        node = self.graph[level]
        if isinstance(node, LevelNode) and node.of is not None and self._nested(node.of):
            return next((u for u in self.units.get(node.of, ()) if u[-1] == record[node.column]), None)
        columns = key_columns(self.graph, level)
        return None if any(c not in record for c in columns) else tuple(record[c] for c in columns)

    def _nested(self, level: str) -> bool:
        node = self.graph[level]
        return isinstance(node, LevelNode) and node.within is not None

    def records(self) -> list[Record]:
        return [*self.rows, *(r for table in self.tables.values() for r in table)]

    def about(self, axis: str, unit: Any) -> list[Record]:
        """Every record that mentions a unit."""
        if axis == ROWS:
            return [self.rows[unit]]
        return [r for r in self.records() if self.key(r, axis) == unit]

    # --- lookups -----------------------------------------------------------------------------

    def codes(self, domain: Domain, target: Domain) -> np.ndarray:
        """Positions of the units of `target` (levels or roads), (units of domain, axes of target)."""
        if ("codes", domain, target) not in self.found:
            codes = [[self._code(domain, member, axis) for axis in target] for member in self.members(domain)]
            table = np.array(codes, dtype=int).reshape(self.size(domain), len(target))
            self.found["codes", domain, target] = table
        return self.found["codes", domain, target]

    def _code(self, domain: Domain, member: tuple[Any, ...], target: str) -> int:
        if target in domain:
            return self.axis(target).index(member[domain.index(target)])
        for axis, unit in zip(domain, member, strict=True):
            keys = self._reached(axis, unit, target, frozenset({axis}))
            if len(keys) == 1:
                return self.axis(target).index(keys.pop())
        raise LookupError(f"{member} of {domain} does not determine one {target}")

    def _reached(self, axis: str, unit: Any, target: str, seen: frozenset[str]) -> set[Key]:
        """Units of `target` beside a unit, directly or through other levels."""
        records = self.about(axis, unit)
        keys = {k for k in (self.key(r, target) for r in records) if k is not None}
        for middle in self.graph.levels:
            if keys or middle in seen:
                continue
            between = {k for k in (self.key(r, middle) for r in records) if k is not None}
            if len(between) == 1:
                keys = self._reached(middle, between.pop(), target, seen | {middle})
        return keys

    # --- columns -----------------------------------------------------------------------------

    def column(self, domain: Domain, name: str) -> list[Any]:
        """One value of a column per unit of a domain."""
        return [self._cell(domain, member, name) for member in self.members(domain)]

    def _cell(self, domain: Domain, member: tuple[Any, ...], name: str) -> Any:
        for axis, unit in zip(domain, member, strict=True):
            found = {r[name] for r in self.about(axis, unit) if name in r}
            if not found:
                found = self._through_tables(axis, unit, name)
            if len(found) == 1:
                return found.pop()
        pairs = list(zip(domain, member, strict=True))
        values = {r[name] for r in self.rows if all(self.key(r, axis) == unit for axis, unit in pairs)}
        if len(values) != 1:
            raise LookupError(f"column {name!r} has {len(values)} values at {member} of {domain}")
        return values.pop()

    def _through_tables(self, axis: str, unit: Any, name: str) -> set[Any]:
        """The value that stands only in the table of a level which the unit determines."""
        found: set[Any] = set()
        for level, table in self.tables.items():
            if any(name in r for r in table):
                keys = self._reached(axis, unit, level, frozenset({axis}))
                found |= {r[name] for r in table if self.key(r, level) in keys}
        return found

    def numbers(self, domain: Domain, name: str) -> np.ndarray:
        if ("column", domain, name) not in self.found:
            self.found["column", domain, name] = np.array(self.column(domain, name), dtype=float)
        return self.found["column", domain, name]

    def rewritten(self) -> None:
        """To be called where records were changed: columns are read again."""
        for key in [k for k in self.found if k[0] != "codes"]:
            del self.found[key]

    # --- covariates --------------------------------------------------------------------------

    def covariate_labels(self, name: str) -> list[str]:
        """Names of columns; a set that is called as its only column names categories alone."""
        terms = self._terms(name)
        (first, *others) = terms[0] or [None]
        if len(terms) == 1 and not others and isinstance(first, CovariateColumn) and first.name == name:
            return [str(c) for c in self._kept(first)]
        products = (product(*(self._factor_labels(f) for f in factors)) for factors in terms)
        return [":".join(labels) or "intercept" for several in products for labels in several]

    def matrix(self, domain: Domain, name: str) -> np.ndarray:
        """Covariates with categorical ones coded, (units, columns)."""
        if ("matrix", domain, name) not in self.found:
            self.found["matrix", domain, name] = self._matrix(domain, name)
        return self.found["matrix", domain, name]

    def _matrix(self, domain: Domain, name: str) -> np.ndarray:
        columns: list[np.ndarray] = []
        for factors in self._terms(name):
            found = [self._factor_columns(f, domain) for f in factors]
            columns += [
                np.prod([np.ones(self.size(domain)), *several], axis=0) for several in product(*found)
            ]
        return np.array(columns, dtype=float).reshape(len(columns), self.size(domain)).T

    def _terms(self, name: str) -> list[list[Any]]:
        """The factors of every term; text without a coding has that of the reference."""
        node = self.graph[name]
        assert isinstance(node, CovariatesNode)
        return [[self._with_coding(f) for f in term.factors] for term in node.terms]

    def _with_coding(self, factor: Any) -> Any:
        if not isinstance(factor, CovariateColumn) or factor.coding is not None:
            return factor
        values = {r[factor.name] for r in self.records() if factor.name in r}
        categorical = any(isinstance(value, str | bool) for value in values) or any(
            factor.name in f and isinstance(f[factor.name].dtype, pd.CategoricalDtype) for f in self.frames
        )
        return replace(factor, coding="treatment") if categorical else factor

    def _factor_labels(self, factor: Any) -> list[str]:
        if not isinstance(factor, CovariateColumn):
            return [factor_text(factor)]
        if factor.coding is None:
            return [factor.name]
        return [f"{factor.name}[{category}]" for category in self._kept(factor)]

    def _factor_columns(self, factor: Any, domain: Domain) -> list[np.ndarray]:
        from tests.oracle.evaluate import Evaluator

        if not isinstance(factor, CovariateColumn):
            return [Evaluator(self, {})(factor, domain)]
        values = self.column(domain, factor.name)
        if factor.coding is None:
            return [np.array(values, dtype=float)]
        coded = [self._coded(factor, value) for value in values]
        return list(np.array(coded, dtype=float).reshape(len(values), len(self._kept(factor))).T)

    def _coded(self, column: CovariateColumn, value: Any) -> list[float]:
        """The textbook codings: indicators; the reference at 0; or the reference at -1."""
        if column.coding == "sum" and value == self._reference(column):
            return [-1.0] * len(self._kept(column))
        return [float(value == c) for c in self._kept(column)]

    def _kept(self, column: CovariateColumn) -> list[Any]:
        every = self.categories(column.name)
        return every if column.coding == "indicator" else [c for c in every if c != self._reference(column)]

    def _reference(self, column: CovariateColumn) -> Any:
        every = self.categories(column.name)
        if column.reference is not None:
            return column.reference
        return every[-1] if column.coding == "sum" else every[0]

    def categories(self, column: str) -> list[Any]:
        """The categories that occur, in the declared order where there is one, else sorted."""
        if ("categories", (), column) not in self.found:
            self.found["categories", (), column] = np.array(self._categories(column), dtype=object)
        return self.found["categories", (), column].tolist()

    def _categories(self, column: str) -> list[Any]:
        present = {r[column] for r in self.records() if column in r}
        for frame in self.frames:
            if column in frame and isinstance(frame[column].dtype, pd.CategoricalDtype):
                return [c for c in frame[column].cat.categories if c in present]
        return sorted(present)


def key_columns(graph: Graph, level: str) -> list[str]:
    """The columns that together name a unit: those of what it lies within, then its own."""
    node = graph[level]
    assert isinstance(node, LevelNode)
    target = graph[graph.target_level(level)]
    assert isinstance(target, LevelNode)
    above = [] if target.within is None else key_columns(graph, target.within)
    return [*above, node.column]


def as_records(frame: pd.DataFrame) -> list[Record]:
    """Rows as dicts of plain Python values."""
    columns = [frame[c].astype(object).tolist() for c in frame.columns]
    return [dict(zip(frame.columns, values, strict=True)) for values in zip(*columns, strict=True)]


def build_world(
    graph: Graph,
    data: pd.DataFrame,
    units: Mapping[str, Iterable[Key]] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> World:
    """A world with the units in the order given; without one, in the order of `find_units`."""
    tables = dict(tables or {})
    records = {name: as_records(table) for name, table in tables.items()}
    world = World(graph, as_records(data), records, {}, [data, *tables.values()])
    ordered = {n: list(units[n]) if units else find_units(world, n) for n in graph.levels}
    for name, given in ordered.items():
        if set(given) != set(find_units(world, name)):
            raise AssertionError(f"units of {name!r} differ: {given} and {find_units(world, name)}")
    return World(graph, world.rows, records, ordered, world.frames)


def find_units(world: World, level: str) -> list[Key]:
    """The units of a level: those of its table, else those that any record or road names, sorted."""
    roads = [level, *(a for a, node in world.graph.aliases.items() if node.of == level)]
    if level in world.tables:
        found = [world.key(r, level) for r in world.tables[level]]
    else:
        found = [world.key(r, road) for r in world.records() for road in roads]
    return sorted({k for k in found if k is not None}, key=repr)
