"""A declared graph with data: sizes, index arrays, covariates and outcomes at their domains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.binding.categories import CATEGORICAL, category_codes
from stanlevels.binding.encodings import Encoding, coded
from stanlevels.binding.levels.level import BoundLevel
from stanlevels.binding.levels.nesting import Links, explain
from stanlevels.binding.lookup import values_at
from stanlevels.binding.outcomes import plain_outcome, weights_of
from stanlevels.binding.read.columns import Values
from stanlevels.binding.read.places import Place
from stanlevels.binding.read.summary import ColumnSummary
from stanlevels.errors import InternalError, NestingError
from stanlevels.graph import ROWS, CovariatesNode, Graph, VariableNode
from stanlevels.records import Record

__all__ = ["Bound"]

Domain = tuple[str, ...]


@dataclass(frozen=True)
class Bound:
    """A graph bound to data. Holds only the columns that the model uses, as NumPy arrays.

    A *domain* is a tuple of axes: ``()`` for a single number, ``("row",)``, a level, or several levels
    for all their combinations, the first the slowest.

    Attributes
    ----------
    graph : Graph
        What was declared.
    n_rows : int
        Rows of data in use.
    n_dropped : int
        Rows of data left out for missing values.
    levels : mapping of str to BoundLevel
        Units of every level; roads to a level are not among them.
    records : tuple of Record
        What was found and done, in words.
    places : mapping of str to Place
        Columns and codes of the rows and of each table.
    links : mapping
        What each axis determines.
    encodings : mapping
        The coding of every categorical covariate.
    columns : tuple of ColumnSummary
        The used columns as they were read.
    """

    graph: Graph
    n_rows: int
    n_dropped: int
    levels: Mapping[str, BoundLevel]
    records: tuple[Record, ...]
    places: Mapping[str, Place]
    links: Links
    encodings: Mapping[tuple[str, str], Encoding]
    columns: tuple[ColumnSummary, ...]

    # --- units -------------------------------------------------------------------------------

    def size(self, domain: Domain) -> int:
        """Number of units; 1 for a single number."""
        product = 1
        for axis in domain:
            product *= self.n_rows if axis == ROWS else self.levels[self.graph.target_level(axis)].size
        return product

    def called(self, domain: Domain, unit: int) -> str:
        """One unit of a domain as messages name it."""
        if not domain:
            return "the data"
        sizes = [self.size((axis,)) for axis in domain]
        at = np.unravel_index(unit, sizes)
        names = [
            f"row {int(i)}" if axis == ROWS else self.levels[self.graph.target_level(axis)].called(int(i))
            for axis, i in zip(domain, at, strict=True)
        ]
        return " with ".join(names)

    def determines(self, domain: Domain, target: Domain) -> bool:
        """Whether each unit of `domain` has exactly one unit of every axis of `target`."""
        return all(self._axis_for(domain, axis) is not None for axis in target)

    def codes(self, domain: Domain, target: Domain) -> npt.NDArray[np.int64]:
        """The 0-based unit of `target` for each unit of `domain`.

        Raises
        ------
        NestingError
            If it is not determined, naming three units.
        """
        n = self.size(domain)
        if target == domain:
            return np.arange(n)
        total = np.zeros(n, dtype=np.int64)
        for axis in target:
            total = total * self.size((axis,)) + self._axis_codes(domain, axis)
        return total

    def _axis_for(self, domain: Domain, target: str) -> int | None:
        """Position of the axis of `domain` that determines `target`; an axis determines itself first."""
        if target in domain:
            return domain.index(target)
        return next((i for i, axis in enumerate(domain) if target in self.links[axis]), None)

    def _axis_codes(self, domain: Domain, target: str) -> npt.NDArray[np.int64]:
        position = self._axis_for(domain, target)
        if position is None:
            raise self._undetermined(domain, target)
        inner = self.size(domain[position + 1 :])
        axis = domain[position]
        units = np.arange(self.size(domain)) // max(inner, 1) % max(self.size((axis,)), 1)
        return units if target == axis else self.links[axis][target][units]

    def _undetermined(self, domain: Domain, target: str) -> NestingError:
        if not domain:
            return NestingError(
                f"a single number has no {target}",
                expected=f"a line over {target}, or over what determines it",
                way_out=f"over={target}",
            )
        reasons = [explain(self.graph, self.levels, self.places, axis, target) for axis in domain]
        if len(reasons) == 1:
            return reasons[0]
        return NestingError("; and ".join(r.found for r in reasons), expected=reasons[0].expected)

    def rows_of(self, domain: Domain) -> npt.NDArray[np.int64]:
        """Number of data rows of each unit; those of a level reached by roads count for each road."""
        n = self.size(domain)
        if domain == (ROWS,) or self.determines((ROWS,), domain):
            return np.bincount(self.codes((ROWS,), domain), minlength=n).astype(np.int64)
        total = np.zeros(n, dtype=np.int64)
        roads = [
            r for r, node in self.graph.aliases.items() if (node.of,) == domain and r in self.links[ROWS]
        ]
        for road in roads:
            total += np.bincount(self.links[ROWS][road], minlength=n)
        if not roads:
            raise self._undetermined((ROWS,), next(a for a in domain if a not in self.links[ROWS]))
        return total

    # --- columns -----------------------------------------------------------------------------

    def values(self, domain: Domain, name: str) -> Values:
        """Column `name` with one value per unit of `domain`, whatever its kind."""
        return values_at(self, domain, name)

    def column(self, domain: Domain, name: str) -> npt.NDArray[Any]:
        """A numeric covariate (n,) at a domain: int64 or float64, booleans as 0 and 1.

        Raises
        ------
        DataError
            If it is absent, not numeric, or not constant within each unit (three are named).
        """
        return self.values(domain, name).numeric().copy()

    def matrix(self, domain: Domain, covariates: str) -> npt.NDArray[np.float64]:
        """Covariates (n, K) at a domain, categorical ones coded."""
        parts = [np.zeros((self.size(domain), 0))]
        for column in self._covariates(covariates).columns:
            encoding = self.encodings.get((covariates, column.name))
            values = self.values(domain, column.name)
            parts.append(values.numeric()[:, None] if encoding is None else coded(values, encoding))
        return np.concatenate(parts, axis=1, dtype=np.float64)

    def covariate_labels(self, covariates: str) -> tuple[str, ...]:
        """Names of the K columns of `matrix`: ``age``, ``region[south]``."""
        labels: list[str] = []
        for column in self._covariates(covariates).columns:
            encoding = self.encodings.get((covariates, column.name))
            labels += [column.name] if encoding is None else encoding.labels
        return tuple(labels)

    def _covariates(self, name: str) -> CovariatesNode:
        node = self.graph.nodes.get(name)
        if not isinstance(node, CovariatesNode):
            raise InternalError(f"{name!r} is not a set of covariates")
        return node

    # --- observed lines ----------------------------------------------------------------------

    def observed_domain(self, name: str) -> Domain:
        """Where an observed line has its values: its own axes from data, else the rows."""
        return self.graph.units(self._observed(name))

    def outcome(
        self, name: str, *, categories: Sequence[Any] | None = None, n_categories: int | None = None
    ) -> npt.NDArray[Any]:
        """Observed values of a line: (n,), or (n, K) for a line with K columns.

        Parameters
        ----------
        name : str
            An observed line.
        categories, n_categories : optional
            Labels of a categorical outcome in order, or their number, where they are not to be read
            from the model's arguments.

        Returns
        -------
        ndarray
            int64 for discrete families (codes 1..K for categorical ones), else float64.
        """
        node, columns = self._outcome_columns(name)
        if node.family in CATEGORICAL:
            return category_codes(self.graph, node, columns[0], categories, n_categories)[0]
        numbers = [plain_outcome(node, values) for values in columns]
        return numbers[0] if len(numbers) == 1 else np.stack(numbers, axis=1)

    def outcome_labels(
        self, name: str, *, categories: Sequence[Any] | None = None, n_categories: int | None = None
    ) -> tuple[Any, ...] | None:
        """Labels of the categories behind the codes of `outcome`; None for other families."""
        node, columns = self._outcome_columns(name)
        if node.family not in CATEGORICAL:
            return None
        return category_codes(self.graph, node, columns[0], categories, n_categories)[1]

    def weights(self, name: str) -> npt.NDArray[np.float64] | None:
        """Frequency weights (n,) of an observed line, None where it has none."""
        node = self._observed(name)
        if node.weights is None:
            return None
        return weights_of(node, self.values(self.observed_domain(name), node.weights))

    def _outcome_columns(self, name: str) -> tuple[VariableNode, list[Values]]:
        node = self._observed(name)
        domain = self.observed_domain(name)
        return node, [self.values(domain, column) for column in node.observed]

    def _observed(self, name: str) -> VariableNode:
        node = self.graph.nodes.get(name)
        if not isinstance(node, VariableNode) or not node.is_observed:
            raise InternalError(f"{name!r} is not an observed line")
        return node

    # --- display -----------------------------------------------------------------------------

    def summary(self) -> list[ColumnSummary]:
        """A line for every used column as it was read: n, missing, distinct, min, mean, max."""
        return list(self.columns)
