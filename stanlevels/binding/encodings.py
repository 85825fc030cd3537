"""Categorical covariates as numbers: treatment, sum and indicator coding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.binding.levels.labels import check_one_kind, shared_codes
from stanlevels.binding.read.columns import Values
from stanlevels.binding.read.places import Place, where
from stanlevels.errors import DataError, listing
from stanlevels.graph import CovariateColumn, CovariatesNode, Graph
from stanlevels.records import Record, noticed

__all__ = ["Encoding", "coded", "find_encodings"]


@dataclass(frozen=True)
class Encoding:
    """How one categorical covariate becomes columns.

    Attributes
    ----------
    column : str
        The data's column.
    coding : str
        "treatment", "sum" or "indicator".
    categories : tuple
        Every category that occurs anywhere, in the units' order.
    reference : object
        The category without a column of its own; None for indicators.
    """

    column: str
    coding: str
    categories: tuple[Any, ...]
    reference: Any

    @property
    def kept(self) -> tuple[Any, ...]:
        """Categories with a column of their own, in order."""
        if self.coding == "indicator":
            return self.categories
        return tuple(c for c in self.categories if not _same(c, self.reference))

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the columns: ``region[south]``."""
        return tuple(f"{self.column}[{category}]" for category in self.kept)


def _same(a: Any, b: Any) -> bool:
    """Equal and of one sort: True is not 1."""
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


def find_encodings(
    graph: Graph, places: Mapping[str, Place]
) -> tuple[dict[tuple[str, str], Encoding], list[Record]]:
    """The coding of every categorical covariate, by (covariates, column), and a record of each.

    Raises
    ------
    DataError
        If a reference is not among the values.
    """
    encodings: dict[tuple[str, str], Encoding] = {}
    for node in graph.nodes.values():
        if isinstance(node, CovariatesNode):
            for column in node.columns:
                if column.coding is not None:
                    encodings[node.name, column.name] = _encoding(column, column.coding, places)
    return encodings, [_record(name, encoding) for (name, _), encoding in encodings.items()]


def _encoding(column: CovariateColumn, coding: str, places: Mapping[str, Place]) -> Encoding:
    stands = [(where(p.name), p.columns[column.name]) for p in places.values() if column.name in p.columns]
    check_one_kind(f"covariate {column.name!r}", stands)
    _, categories = shared_codes([values for _, values in stands])
    if column.reference is not None and not any(_same(c, column.reference) for c in categories):
        raise DataError(
            f"the reference {column.reference!r} of {column.name!r} is not among its values",
            expected=f"one of {listing(categories, 20)}",
        )
    reference = column.reference
    if reference is None and categories and coding != "indicator":
        reference = categories[0] if coding == "treatment" else categories[-1]
    return Encoding(column.name, coding, tuple(categories), reference)


def _record(name: str, encoding: Encoding) -> Record:
    values = f"categories {listing(encoding.categories, 8)}"
    if encoding.coding == "indicator":
        return noticed(f"{name}.{encoding.column}", "indicator coding: a column for every category", values)
    says = {"treatment": "differences from", "sum": "deviations that sum to zero, without a column for"}
    action = f"{encoding.coding} coding: {says[encoding.coding]} {encoding.reference!r}"
    return noticed(f"{name}.{encoding.column}", action, values)


def coded(values: Values, encoding: Encoding) -> npt.NDArray[np.float64]:
    """The columns (n, K) that stand for `values`.

    Treatment: K - 1 indicators of the categories other than the reference. Sum: the same, with -1 in
    every column where the reference stands. Indicator: one column per category.
    """
    own, labels = values.factorize()
    rank = {label: code for code, label in enumerate(encoding.categories)}
    table = np.zeros((len(encoding.categories), len(encoding.kept)))
    for k, category in enumerate(encoding.kept):
        table[rank[category], k] = 1.0
    if encoding.coding == "sum" and encoding.categories:
        table[rank[encoding.reference]] = -1.0
    rows = np.fromiter((rank[label] for label in labels), np.int64, len(labels))
    return table[rows[own]] if len(own) else np.zeros((0, len(encoding.kept)))
