"""Covariates as the columns of a matrix: categorical ones by treatment, sum and indicator coding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.binding.levels.labels import check_kind_of, check_one_kind, shared_codes
from stanlevels.binding.levels.look_alikes import look_alikes
from stanlevels.binding.read.column_places import Place, where
from stanlevels.binding.read.columns import Values
from stanlevels.errors import DataError, listing
from stanlevels.graph import CovariateColumn, CovariatesNode, Graph
from stanlevels.records import Record, noticed
from stanlevels.words import counted

__all__ = ["Coding", "check_known", "coded", "find_codings"]


@dataclass(frozen=True)
class Coding:
    """How one categorical covariate becomes columns.

    Attributes
    ----------
    column : str
        The data's column.
    kind : str
        "treatment", "sum" or "indicator".
    categories : tuple
        Every category that occurs anywhere, in the units' order.
    reference : object
        The category without a column of its own; None for indicators.
    """

    column: str
    kind: str
    categories: tuple[Any, ...]
    reference: Any

    @property
    def kept(self) -> tuple[Any, ...]:
        """Categories with a column of their own, in order."""
        if self.kind == "indicator":
            return self.categories
        return tuple(c for c in self.categories if not _same(c, self.reference))

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the columns: ``region[south]``."""
        return tuple(f"{self.column}[{category}]" for category in self.kept)


def _same(a: Any, b: Any) -> bool:
    """Equal and of one sort: True is not 1."""
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


def find_codings(
    graph: Graph, places: Mapping[str, Place]
) -> tuple[dict[tuple[str, str], Coding], list[Record]]:
    """The coding of every categorical covariate, by (covariates, column), and a record of each.

    Raises
    ------
    DataError
        If a reference is not among the values.
    """
    codings: dict[tuple[str, str], Coding] = {}
    for node in graph.nodes.values():
        if isinstance(node, CovariatesNode):
            for column in node.columns:
                if column.coding is not None:
                    codings[node.name, column.name] = _coding(column, column.coding, places)
    records = [_record(name, coding, places) for (name, _), coding in codings.items()]
    for (name, data_column), coding in codings.items():
        if not all(isinstance(category, str) for category in coding.categories):
            continue
        rows = np.array([_rows_of(category, data_column, places) for category in coding.categories])
        records += look_alikes(f"{name}.{data_column}", data_column, coding.categories, rows)
    return codings, records


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
    if column.reference is not None and not any(_same(c, column.reference) for c in categories):
        raise DataError(
            f"the reference {column.reference!r} of {column.name!r} is not among its values",
            expected=f"one of {listing(categories, 20)}",
        )
    reference = column.reference
    if reference is None and categories and kind != "indicator":
        reference = categories[0] if kind == "treatment" else categories[-1]
    return Coding(column.name, kind, tuple(categories), reference)


def _record(name: str, coding: Coding, places: Mapping[str, Place]) -> Record:
    values = f"categories {listing(coding.categories, 8)}"
    stands = [place.columns[coding.column] for place in places.values() if coding.column in place.columns]
    declared = dict.fromkeys(label for column in stands for label in column.unused)
    if unused := [label for label in declared if label not in coding.categories]:
        values += f"; no row has {listing(unused, 3)}"
    if coding.kind == "indicator":
        return noticed(f"{name}.{coding.column}", "indicator coding: a column for every category", values)
    says = {"treatment": "differences from", "sum": "deviations that sum to zero, without a column for"}
    action = f"{coding.kind} coding: {says[coding.kind]} {coding.reference!r}"
    return noticed(f"{name}.{coding.column}", action, values)


def coded(values: Values, coding: Coding) -> npt.NDArray[np.float64]:
    """The columns (n, K) that stand for `values`.

    Treatment: K - 1 indicators of the categories other than the reference. Sum: the same, with -1 in
    every column where the reference stands. Indicator: one column per category.
    """
    own, labels = values.factorize()
    rank = {label: code for code, label in enumerate(coding.categories)}
    table = np.zeros((len(coding.categories), len(coding.kept)))
    for k, category in enumerate(coding.kept):
        table[rank[category], k] = 1.0
    if coding.kind == "sum" and coding.categories:
        table[rank[coding.reference]] = -1.0
    rows = np.fromiter((rank[label] for label in labels), np.int64, len(labels))
    return table[rows[own]] if len(own) else np.zeros((0, len(coding.kept)))


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
