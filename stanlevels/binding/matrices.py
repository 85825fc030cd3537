"""Labelled matrices: covariances of the units of a level, known beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.borders import read_borders
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.distributions.structure import BORDERS
from stanlevels.distributions.structures import Borders
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError, DeclarationError, listing
from stanlevels.graph import Graph, VariableNode
from stanlevels.records import Record, noticed
from stanlevels.words import counted

__all__ = ["LabelledMatrix", "apart", "read_matrices"]

_SAME = 1e-8  # how far two entries that ought to be one may lie apart, by the largest
_RIDGE = 1e-8


@dataclass(frozen=True, eq=False)
class LabelledMatrix:
    """A symmetric matrix without negative eigenvalues.

    Attributes
    ----------
    name : str
    labels : tuple
    values : ndarray, (labels, labels), or Borders
        Of areas the borders that it is made of.
    """

    name: str
    labels: tuple[Any, ...]
    values: Array | Borders

    def places(self, level: BoundLevel) -> Codes:
        """Where each unit of a level is; -1 of one without a label.

        Raises
        ------
        DataError
            If it is not here.
        """
        known = {label: place for place, label in enumerate(self.labels)}
        found = np.array([-1 if x is None else known.get(x, -2) for x in level.labels], dtype=np.int64)
        if (found == -2).any():
            lost = [level.labels[unit] for unit in np.flatnonzero(found == -2).tolist()]
            kinds = {type(label).__name__ for label in (*lost, *self.labels)}
            mixed = f"; labels are of the types {', '.join(sorted(kinds))}" if len(kinds) > 1 else ""
            raise DataError(
                f"the matrix {self.name!r} does not name {counted(len(lost), 'unit')} of level"
                f" {level.name!r}: {listing(lost)}{mixed}",
                expected=f"a row and a column for every unit; it names {listing(self.labels)}",
            )
        return found


def named(graph: Graph) -> dict[str, VariableNode]:
    """The matrices that lines name, with the first line that does."""
    found: dict[str, VariableNode] = {}
    for node in graph.variables.values():
        if node.matrix is not None:
            found.setdefault(node.matrix, node)
    return found


def apart(graph: Graph, tables: Mapping[str, Any] | None) -> tuple[Mapping[str, Any] | None, dict[str, Any]]:
    """Tables of levels, and matrices.

    Raises
    ------
    DeclarationError
        If a matrix is called like a level.
    """
    wanted = named(graph)
    for name, node in wanted.items():
        if name in graph.levels:
            raise DeclarationError(
                f"corr= of {node.name!r} is {name!r}, which is a level",
                expected="a name for the matrix that no level has",
            )
    if not wanted or not isinstance(tables, Mapping):
        return tables, {}
    return (
        {n: table for n, table in tables.items() if n not in wanted} or None,
        {n: table for n, table in tables.items() if n in wanted},
    )


def read_matrices(
    graph: Graph, given: Mapping[str, Any], levels: Mapping[str, BoundLevel]
) -> tuple[dict[str, LabelledMatrix], list[Record]]:
    """Every matrix that lines name.

    Raises
    ------
    DataError
        If one is not there, has no labels, is no covariance matrix, or lacks units of its level.
    """
    found: dict[str, LabelledMatrix] = {}
    records: list[Record] = []
    for name, node in named(graph).items():
        if name not in given:
            raise _absent(node, name)
        level = levels[graph.target_level(graph.unit_axes(node.over)[-1])]
        found[name], said = _of_line(node, name, given[name], level)
        records += said
    for node in graph.variables.values():
        if node.matrix is not None:
            level = levels[graph.target_level(graph.unit_axes(node.over)[-1])]
            found[node.matrix].places(level)
            records += _unused(found[node.matrix], level)
    return found, list(dict.fromkeys(records))


def _absent(node: VariableNode, name: str) -> DataError:
    if _needs(node) == BORDERS:
        return DataError(
            f"{node.name!r} has borders={name!r}, and there is no table of that name",
            expected="a table of two columns beside the data: areas that share a border",
            way_out=f"bind(df, tables={{{name!r}: borders}}), or fit(df, tables={{{name!r}: borders}})",
        )
    return DataError(
        f"{node.name!r} has corr={name!r}, and there is no matrix of that name",
        expected="a labelled matrix beside the data: a frame whose index and columns are the units' labels",
        way_out=f"bind(df, tables={{{name!r}: matrix}}), or fit(df, tables={{{name!r}: matrix}})",
    )


def _needs(node: VariableNode) -> str:
    structure = FAMILIES[node.family].structure
    return "" if structure is None else structure.needs


def _of_line(
    node: VariableNode, name: str, given: Any, level: BoundLevel
) -> tuple[LabelledMatrix, list[Record]]:
    if _needs(node) != BORDERS:
        return _read(name, given)
    labels, values, islands = read_borders(name, given, level)
    said = f"{counted(islands, 'unit')} without a neighbour"
    reason = "each varies by itself, as far as areas with neighbours do on average"
    return LabelledMatrix(name, labels, values), [noticed(level.name, said, reason)] if islands else []


def _read(name: str, given: Any) -> tuple[LabelledMatrix, list[Record]]:
    labels, columns, values = _parts(name, given)
    where = f"the matrix {name!r}"
    if values.ndim != 2 or values.shape[0] != values.shape[1] or len(labels) != len(values):
        raise DataError(
            f"{where} has the shape {' x '.join(map(str, values.shape))} and {counted(len(labels), 'label')}",
            expected="a row and a column for every label",
        )
    if len(set(labels)) < len(labels):
        twice = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
        raise DataError(f"{where} has labels more than once: {listing(twice)}", expected="one row each")
    if list(map(str, labels)) != list(map(str, columns)):
        places = {str(label): place for place, label in enumerate(columns)}
        if set(places) != set(map(str, labels)):
            differ = [x for x in labels if str(x) not in places] or [
                x for x in columns if str(x) not in set(map(str, labels))
            ]
            raise DataError(
                f"{where} has other labels for its rows than for its columns: {listing(differ)}",
                expected="the same for both",
            )
        values = values[:, [places[str(label)] for label in labels]]
    _check_numbers(where, labels, values)
    values, said = _definite(name, values)
    return LabelledMatrix(name, tuple(labels), values), said


def _parts(name: str, given: Any) -> tuple[list[Any], list[Any], Array]:
    """Labels of rows, of columns, and numbers."""
    if isinstance(given, tuple) and len(given) == 2:
        labels = _plain(given[0])
        return labels, labels, _numbers(name, given[1])
    if hasattr(given, "index") and hasattr(given, "columns") and hasattr(given, "to_numpy"):
        return _plain(given.index), _plain(given.columns), _numbers(name, given.to_numpy())
    if hasattr(given, "coords") and hasattr(given, "dims") and len(given.dims) == 2:
        sides = [_plain(given.coords[dim].values) for dim in given.dims if dim in given.coords]
        if len(sides) == 2:
            return sides[0], sides[1], _numbers(name, given.values)
    raise DataError(
        f"the matrix {name!r} is a {type(given).__name__} without labels",
        expected="a pandas frame whose index and columns are the units' labels, an xarray with both as"
        " coordinates, or a pair of labels and numbers",
        way_out=f"tables={{{name!r}: (labels, matrix)}}",
    )


def _plain(labels: Iterable[Any]) -> list[Any]:
    return [label.item() if isinstance(label, np.generic) else label for label in labels]


def _numbers(name: str, values: Any) -> Array:
    try:
        dense = values.toarray() if hasattr(values, "toarray") else values
        return np.array(dense, dtype=float)
    except (TypeError, ValueError):
        raise DataError(f"the matrix {name!r} holds what are no numbers", expected="numbers") from None


def _check_numbers(where: str, labels: list[Any], values: Array) -> None:
    lost = ~np.isfinite(values)
    if lost.any():
        raise DataError(
            f"{where} has {counted(int(lost.sum()), 'entry')} that are no numbers, in the rows of"
            f" {listing([labels[i] for i in np.flatnonzero(lost.any(axis=1)).tolist()])}",
            expected="a number everywhere",
        )
    apart = np.abs(values - values.T)
    if apart.max(initial=0.0) > _SAME * np.abs(values).max(initial=0.0):
        i, j = np.unravel_index(int(apart.argmax()), apart.shape)
        raise DataError(
            f"{where} is not symmetric: {labels[i]!r} with {labels[j]!r} has {values[i, j]:g} and"
            f" {values[j, i]:g}",
            expected="a covariance matrix",
        )


def _definite(name: str, values: Array) -> tuple[Array, list[Record]]:
    """The matrix, with a little on its diagonal where an eigenvalue is 0."""
    values = (values + values.T) / 2
    size = float(np.diag(values).mean()) if len(values) else 1.0
    ridge = _RIDGE * size * np.eye(len(values))
    try:
        np.linalg.cholesky(values - ridge / 10)
    except np.linalg.LinAlgError:
        smallest = float(np.linalg.eigvalsh(values)[0])
        if smallest < -_RIDGE * size or not size > 0:
            raise DataError(
                f"the matrix {name!r} is no covariance matrix: its smallest eigenvalue is {smallest:.3g}",
                expected="no negative eigenvalue",
                way_out="rounded entries do that: take them with all their digits; a matrix of distances, or"
                " an inverse, is no covariance matrix either",
            ) from None
        reason = "some of its units are the same or sums of others, and vary as far with these"
        return values + ridge, [noticed(name, f"{_RIDGE:g} of its diagonal is added to it", reason)]
    return values, []


def _unused(matrix: LabelledMatrix, level: BoundLevel) -> list[Record]:
    """What the matrix names beside the units: they may be predicted."""
    units = set(level.labels)
    more = [label for label in matrix.labels if label not in units]
    if not more:
        return []
    reason = f"no data name {listing(more, 3)}; they can be predicted from the others"
    return [noticed(matrix.name, f"{counted(len(more), 'label')} beside the units of {level.name}", reason)]
