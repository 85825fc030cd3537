"""Categories as columns of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.levels.labels import check_kind_of, check_one_kind, shared_codes
from stanlevels.binding.levels.look_alikes import look_alikes
from stanlevels.binding.read.column_places import Place, where
from stanlevels.binding.read.columns import Values
from stanlevels.binding.read.not_numbers import how_to_numbers
from stanlevels.errors import DataError, listing
from stanlevels.graph import CovariateColumn, CovariatesNode, Graph
from stanlevels.records import Record, noticed
from stanlevels.words import counted

__all__ = ["Coding", "Codings", "check_known", "coded", "find_codings", "polynomial_contrasts"]


@dataclass(frozen=True)
class Coding:
    """How one categorical covariate becomes columns.

    Attributes
    ----------
    column : str
        The data's column.
    kind : str
        "treatment", "sum", "indicator", "polynomial", "steps" or "helmert".
    categories : tuple
        Every category that occurs anywhere, in the units' order.
    reference : object
        The category without a column of its own; None for indicators and polynomials.
    """

    column: str
    kind: str
    categories: tuple[Any, ...]
    reference: Any

    @property
    def kept(self) -> tuple[Any, ...]:
        """What each column is called: the category that it is of, or the degree of a polynomial."""
        if self.kind == "polynomial":
            return tuple(_DEGREES.get(k, f"^{k}") for k in range(1, len(self.categories)))
        if self.kind == "indicator":
            return self.categories
        if self.kind in _ALONG:
            return self.categories[1:]
        return tuple(c for c in self.categories if not _same(c, self.reference))

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the columns: ``region[south]``, ``dose[linear]``."""
        return tuple(f"{self.column}[{category}]" for category in self.kept)

    @property
    def against(self) -> str:
        """What its coefficients are differences from, or the scale that they are polynomials over."""
        if self.kind == "polynomial":
            return ", ".join(map(str, self.categories))
        return str(self.reference) if self.kind == "treatment" else ""

    @property
    def table(self) -> Array:
        """The numbers of every category (categories, columns)."""
        if self.kind == "polynomial":
            return polynomial_contrasts(len(self.categories))
        if self.kind == "steps":
            return np.tril(np.ones((len(self.categories),) * 2), 0)[:, 1:]
        if self.kind == "helmert":
            places = np.arange(len(self.categories))
            before, own = places[:, None] < places[1:], places[:, None] == places[1:]
            return np.where(own, places[1:], np.where(before, -1.0, 0.0))
        rank = {label: code for code, label in enumerate(self.categories)}
        table = np.zeros((len(self.categories), len(self.kept)))
        for k, category in enumerate(self.kept):
            table[rank[category], k] = 1.0
        if self.kind == "sum" and self.categories:
            table[rank[self.reference]] = -1.0
        return table


_ALONG = ("polynomial", "steps", "helmert")
"""Codings that go over categories in their order."""
_DEGREES = {1: "linear", 2: "quadratic", 3: "cubic"}


def polynomial_contrasts(size: int) -> Array:
    """Orthonormal polynomials of the places 1, 2, ..., as R's contr.poly (size, size - 1).

    Examples
    --------
    >>> polynomial_contrasts(3).round(4).tolist()
    [[-0.7071, 0.4082], [0.0, -0.8165], [0.7071, 0.4082]]
    """
    places = np.arange(size) - (size - 1) / 2
    found = np.ones((size, 1)) / np.sqrt(max(size, 1))
    for _ in range(1, size):
        power = places * found[:, -1]
        for _ in range(2):  # twice is enough for orthogonality to rounding
            power = power - found @ (found.T @ power)
        found = np.column_stack([found, power / np.linalg.norm(power)])
    return np.asarray(found[:, 1:])


def _same(a: Any, b: Any) -> bool:
    """Equal and of one sort: True is not 1."""
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


Codings = Mapping[CovariateColumn, Coding]
"""The coding of every column that stands among covariates as categories."""


def find_codings(
    graph: Graph, places: Mapping[str, Place]
) -> tuple[dict[CovariateColumn, Coding], list[Record]]:
    """The coding of every categorical covariate, and a record of each for every set that holds it.

    A column without a declared coding that holds numbers has none.

    Raises
    ------
    DataError
        If a reference is not among the values, or a polynomial has no order.
    """
    codings: dict[CovariateColumn, Coding] = {}
    records: list[Record] = []
    sets = [node for node in graph.nodes.values() if isinstance(node, CovariatesNode)]
    for node in sets:
        for column in node.columns:
            kind = column.coding or _kind_by_type(column.name, places)
            if kind is not None:
                codings[column] = codings.get(column) or _coding(column, kind, places)
                records.append(_record(node.name, codings[column], places, by_type=column.coding is None))
    for node in sets:
        for column in node.columns:
            if column in codings and all(isinstance(c, str) for c in codings[column].categories):
                categories = codings[column].categories
                rows = np.array([_rows_of(category, column.name, places) for category in categories])
                records += look_alikes(f"{node.name}.{column.name}", column.name, categories, rows)
    return codings, records


def _kind_by_type(name: str, places: Mapping[str, Place]) -> str | None:
    """The coding of a column by what it holds; None for numbers.

    Text that was meant to be numbers, as where one entry cannot be read as such, is no list of categories.
    """
    stands = [place.columns[name] for place in places.values() if name in place.columns]
    if any(values.kind == "boolean" and values.labels is None for values in stands):
        return "treatment"
    labeled = [values for values in stands if not values.is_numeric]
    for values in labeled:
        if how_to_numbers(name, values.kind, values.factorize()[1]):
            values.numeric()  # raises, with the way out
    return "treatment" if labeled else None


def _rows_of(category: Any, column: str, places: Mapping[str, Place]) -> int:
    """Records of any place that have a category."""
    count = 0
    for place in places.values():
        if column in place.columns:
            codes, labels = place.columns[column].factorize()
            count += int((codes == labels.index(category)).sum()) if category in labels else 0
    return count


def _coding(column: CovariateColumn, kind: str, places: Mapping[str, Place]) -> Coding:
    stands = [(where(p.name), p.columns[column.name]) for p in places.values() if column.name in p.columns]
    check_one_kind(f"covariate {column.name!r}", stands)
    _, categories = shared_codes([values for _, values in stands])
    if column.coding is None and all(values.kind == "boolean" for _, values in stands):
        categories = [False, True]  # though one of them does not occur: it is a number too
    if kind in _ALONG:
        _check_order(column.name, kind, [values for _, values in stands], categories)
    if column.reference is not None and not any(_same(c, column.reference) for c in categories):
        raise DataError(
            f"the reference {column.reference!r} of {column.name!r} is not among its values",
            expected=f"one of {listing(categories, 20)}",
        )
    reference = column.reference
    if reference is None and categories and kind in ("treatment", "sum"):
        reference = categories[0] if kind == "treatment" else categories[-1]
    return Coding(column.name, kind, tuple(categories), reference)


def _check_order(name: str, kind: str, stands: Sequence[Values], categories: Sequence[Any]) -> None:
    """Some codings go over categories that have an order of their own: declared, or that of numbers."""
    if any(values.kind == "text" and not values.categorical for values in stands):
        raise DataError(
            f"coding={kind!r} of {name!r}, whose texts have no order: {listing(categories)}",
            expected="an ordered type, or numbers",
            way_out=f"df[{name!r}] = pandas.Categorical(df[{name!r}], categories=[...], ordered=True)",
        )


def _record(name: str, coding: Coding, places: Mapping[str, Place], *, by_type: bool) -> Record:
    values = f"categories {listing(coding.categories, 8)}"
    stands = [place.columns[coding.column] for place in places.values() if coding.column in place.columns]
    declared = dict.fromkeys(label for column in stands for label in column.unused)
    if unused := [label for label in declared if label not in coding.categories]:
        values += f"; no row has {listing(unused, 3)}"
    if by_type:
        values += "; coded by what the column holds"
    return noticed(f"{name}.{coding.column}", _action(coding), values)


def _action(coding: Coding) -> str:
    """What a coding does, in words."""
    match coding.kind:
        case "indicator":
            return "indicator coding: a column for every category"
        case "polynomial":
            return "polynomial coding: orthogonal polynomials over the categories, equally far apart"
        case "steps":
            return "steps coding: a column for the step to each category from the one before it"
        case "helmert":
            return "Helmert coding: a column for each category against the mean of those before it"
        case "sum":
            says = "deviations that sum to zero, without a column for"
        case _:
            says = "differences from"
    return f"{coding.kind} coding: {says} {coding.reference!r}"


def coded(values: Values, coding: Coding) -> Array:
    """The columns (n, K) that stand for `values`: for each its row of the coding's table.

    Treatment: K - 1 indicators of the categories other than the reference. Sum: the same, with -1 in
    every column where the reference stands. Indicator: one column per category. Steps: 1 in the columns up to
    the category's own. Helmert: as in R's contr.helmert.
    """
    own, labels = values.factorize()
    rank = {label: code for code, label in enumerate(coding.categories)}
    rows = np.fromiter((rank[label] for label in labels), np.int64, len(labels))
    return coding.table[rows[own]] if len(own) else np.zeros((0, len(coding.kept)))


def check_known(coding: Coding, values: Values) -> None:
    """Refuse new rows with a category that the coding has no place for.

    Raises
    ------
    DataError
        With up to five of them.
    """
    check_kind_of(f"covariate {coding.column!r}", coding.categories, values)
    lost = [label for label in values.factorize()[1] if label not in coding.categories]
    if lost:
        raise DataError(
            f"column {coding.column!r} of the new rows holds {listing(lost)}, not known before",
            expected=f"one of its {counted(len(coding.categories), 'category')}"
            f" {listing(coding.categories, 20)}",
        )
