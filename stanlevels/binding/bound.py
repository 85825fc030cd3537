"""A declared graph with data: what everything else asks of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.arrays import Codes
from stanlevels.binding.covariates import matrix_of, meanings_of
from stanlevels.binding.derived import waves_again
from stanlevels.binding.domains import Domain, Domains
from stanlevels.binding.encodings import Encodings
from stanlevels.binding.geometry import geometry_of
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.levels.nesting import followed
from stanlevels.binding.lookup import values_at
from stanlevels.binding.outcomes import category_codes, plain_outcome, weights_of
from stanlevels.binding.partly.holes import absent, seen
from stanlevels.binding.read.column_places import Place
from stanlevels.binding.read.column_summaries import ColumnSummary
from stanlevels.binding.read.columns import Values
from stanlevels.binding.rows import Rows, derive, partial_links
from stanlevels.binding.signed import signed
from stanlevels.binding.sines import Waves
from stanlevels.distributions.composed import SEEN
from stanlevels.distributions.structures import Geometry
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import InternalError, NestingError
from stanlevels.graph import ROWS, CovariatesNode, Derived, Graph, LevelNode, MembershipsNode, VariableNode
from stanlevels.graph.text import expression_text
from stanlevels.records import Record

__all__ = ["Bound"]


@dataclass(frozen=True)
class Bound:
    """A graph bound to data. Holds only the columns that the model uses, as NumPy arrays.

    A *domain* is a tuple of axes: ``()`` for a single number, ``(ROWS,)``, a level or a derived axis, or
    several of these for all their combinations, the first the slowest.

    Attributes
    ----------
    graph : Graph
        What was declared.
    encodings : Encodings
        What stays the same for other rows: units, codings, categories.
    rows : Rows
        The rows themselves.
    as_known : Graph, optional
        The graph that would hold if outcomes that are missing were known, where some are.
    """

    graph: Graph
    encodings: Encodings
    rows: Rows
    as_known: Graph | None = None

    @property
    def declared(self) -> Graph:
        """The graph as a person declared it: missing outcomes are no lines of their own."""
        return self.graph if self.as_known is None else self.as_known

    @property
    def levels(self) -> Mapping[str, BoundLevel]:
        """Units of every level; roads to a level are not among them."""
        return self.encodings.levels

    @property
    def n_rows(self) -> int:
        """Rows of data in use."""
        return self.rows.n

    @property
    def records(self) -> tuple[Record, ...]:
        """What was found and done, in words."""
        return self.rows.records

    def summary(self) -> list[ColumnSummary]:
        """A line for every used column as it was read: n, missing, distinct, min, mean, max."""
        return list(self.rows.summaries)

    # --- units -------------------------------------------------------------------------------

    @cached_property
    def domains(self) -> Domains:
        """Every axis with its units, and what it determines."""
        sizes = {
            name: self.levels[self.graph.target_level(name)].size
            for name in (*self.graph.levels, *self.graph.aliases)
        }
        names = dict.fromkeys((*self.encodings.links, *self.rows.links))
        links = {n: {**self.encodings.links.get(n, {}), **self.rows.links.get(n, {})} for n in names}
        codes = {name: units for name, units in self.rows.codes.items() if self._named_by_rows(name)}
        places = {ROWS: Place(ROWS, self.n_rows, self.rows.columns, codes), **self.encodings.tables}
        every_size = {ROWS: self.n_rows, **sizes, **self.rows.derived}
        memberships = self.encodings.memberships
        for name, table in memberships.items():
            every_size[name] = len(table.keys)
            own = {name: np.arange(len(table.keys)), table.by: table.keys, table.of: table.members}
            links[name] = followed(own, {of: links[of] for of in (table.of,)})
            weights = self.graph.nodes[name]
            assert isinstance(weights, MembershipsNode)
            columns = {weights.weighted: Values(weights.weighted, "float", table.weights)}
            places[name] = Place(name, len(table.keys), columns if weights.weighted else {})
        return Domains(
            self.graph,
            self.levels,
            every_size,
            links,
            places,
            self.rows.counts,
            self.rows.times,
            self.rows.held,
            {**self.encodings.partial, **partial_links(self.rows)},
            memberships,
        )

    def _named_by_rows(self, axis: str) -> bool:
        """Whether the rows themselves say which unit they belong to, rather than what they determine."""
        node = self.graph.nodes.get(axis)
        return axis in self.rows.derived or (isinstance(node, LevelNode) and node.column in self.rows.columns)

    def size(self, domain: Domain) -> int:
        """Number of units; 1 for a single number."""
        return self.domains.size(domain)

    def called(self, domain: Domain, unit: int) -> str:
        """One unit of a domain as messages name it."""
        return self.domains.called(domain, unit)

    def determines(self, domain: Domain, target: Domain) -> bool:
        """Whether each unit of `domain` has exactly one unit of every axis of `target`."""
        return self.domains.determines(domain, target)

    def codes(self, domain: Domain, target: Domain) -> Codes:
        """The 0-based unit of `target` for each unit of `domain`.

        Raises
        ------
        NestingError
            If it is not determined, naming three units.
        """
        return self.domains.codes(domain, target)

    def rows_of(self, domain: Domain) -> Codes:
        """Number of data rows of each unit; those of a level reached by roads count for each road."""
        return self.domains.rows_of(domain)

    def with_axis(self, name: str, codes: Codes) -> Bound:
        """The same with one more axis, so that ``(name,)`` is a domain like that of a level.

        Parameters
        ----------
        name : str
            In angle brackets, such as ``"<cells of y>"``: no declaration is called so.
        codes : ndarray of int, (n_rows,)
            The 0-based unit of each row.
        """
        domains = self.domains
        return replace(self, rows=derive(self.rows, domains.links, domains.sizes, name, codes))

    @property
    def has_rows(self) -> bool:
        """Whether the rows are there: a saved fit may hold none."""
        return self.rows.counts is None

    def without_rows(self, counted: Iterable[Domain], known: Iterable[tuple[Domain, str]] = ()) -> Bound:
        """The same without its rows: units, their labels and nesting, and tables stay.

        Parameters
        ----------
        counted : iterable of tuple
            Domains of which the number of rows of each unit stays known.
        known : iterable of (tuple, str)
            Domains other than the rows, and columns of which the value at each of their units stays known.
        """
        held: dict[Domain, dict[str, Values]] = {}
        for domain, column in known:
            held.setdefault(domain, {})[column] = self.values(domain, column)
        counts = {}
        for domain in counted:
            with suppress(NestingError):
                counts[domain] = self.rows_of(domain)
        left_out = {ROWS, *self.rows.derived}
        links: dict[str, dict[str, Codes]] = {ROWS: {}}
        for name, known_to in self.rows.links.items():
            if name not in left_out:
                links[name] = {axis: to for axis, to in known_to.items() if axis not in self.rows.derived}
        rows = replace(
            self.rows,
            columns={},
            links=links,
            derived={},
            counts=counts,
            held=held,
            times=None,
            labels=None,
            partial={},
        )
        return replace(self, rows=rows)

    # --- columns -----------------------------------------------------------------------------

    def values(self, domain: Domain, name: str) -> Values:
        """Column `name` with one value per unit of `domain`, whatever its kind."""
        if (slot := self.domains.slot(name)) is not None and domain == (slot[0].by,):
            return Values(name, "float", slot[0].slot(slot[1], self.size(domain))[1])
        return values_at(self.domains, domain, name)

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
        node = self._covariates(covariates)
        return matrix_of(
            node, self.size(domain), lambda name: self.values(domain, name), self.encodings.codings
        )

    def covariate_labels(self, covariates: str) -> tuple[str, ...]:
        """Names of the K columns of `matrix`: ``age``, ``region[south]``, ``age:size``, ``intercept``."""
        return tuple(label for label, _ in self.covariate_meanings(covariates))

    def covariate_meanings(self, covariates: str) -> tuple[tuple[str, str], ...]:
        """The label of each column with what its coefficient is a difference from, "" for no category."""
        return meanings_of(self._covariates(covariates), self.encodings.codings)

    def waves(self, covariates: str) -> tuple[Waves, ...]:
        """The waves along each coordinate, where a set of covariates is of their products; else ()."""
        terms = self._covariates(covariates).terms
        factors = terms[0].factors if len(terms) == 1 else ()
        made = [f for f in factors if isinstance(f, Derived) and f.function == "sines"]
        if not made or len(made) < len(factors):
            return ()
        found = (self.encodings.derived[expression_text(f, bare=True)] for f in made)
        return tuple(waves_again(each.column, each.numbers) for each in found)

    def _covariates(self, name: str) -> CovariatesNode:
        node = self.graph.nodes.get(name)
        if not isinstance(node, CovariatesNode):
            raise InternalError(f"{name!r} is not a set of covariates")
        return node

    def geometry(self, name: str) -> Geometry | None:
        """What the structure of a line needs to know of its units."""
        node = self.graph.variables[name]
        structure = FAMILIES[node.family].structure
        if structure is None:
            raise InternalError(f"the units of {name!r} are independent")
        return geometry_of(self.graph, self.encodings, node, structure.needs)

    # --- observed lines ----------------------------------------------------------------------

    def observed_domain(self, name: str) -> Domain:
        """Where an observed line has its values: its own axes from data, else the rows."""
        return self.graph.units(self._observed(name))

    def outcome(self, name: str) -> npt.NDArray[Any]:
        """Observed values of a line: (n,), or (n, K) for a line with K columns.

        Returns
        -------
        ndarray
            int64 for discrete families (codes 1..K for categorical ones), else float64.
        """
        node, domain = self._observed(name), self.observed_domain(name)
        columns = [self.values(domain, column) for column in node.observed]
        if FAMILIES[node.family].is_categorical:
            return category_codes(node, columns[0], self.encodings.categories[name])
        if FAMILIES[node.family].signed and len(columns) == 2:
            return signed(plain_outcome(node, columns[0]), columns[0].name, columns[1])
        numbers = [plain_outcome(node, values) for values in columns]
        return numbers[0] if len(numbers) == 1 else np.stack(numbers, axis=1)

    def seen(self, name: str) -> npt.NDArray[Any]:
        """Observed values of a line as `outcome` gives them, NaN where the data lack them."""
        values, node = self.outcome(name), self._observed(name)
        weights = node.weights
        if SEEN.name in dict(node.args):
            domain = self.observed_domain(name)
            known = [self.column(domain, seen(node.name, column)) > 0 for column in node.observed]
            return np.where(np.stack(known, axis=1), values, np.nan)
        if weights is None or not weights.startswith("<") or not self._observed(name).partly:
            return values
        gone = self.column(self.observed_domain(name), absent(name)) > 0
        return np.where(gone, np.nan, values) if gone.any() else values

    def outcome_labels(self, name: str) -> tuple[Any, ...] | None:
        """Labels of the categories behind the codes of `outcome`; None for other families."""
        return self.encodings.categories.get(self._observed(name).name)

    def weights(self, name: str) -> npt.NDArray[np.float64] | None:
        """Frequency weights (n,) of an observed line, None where it has none."""
        node = self._observed(name)
        if node.weights is None:
            return None
        return weights_of(node, self.values(self.observed_domain(name), node.weights))

    def weights_column(self, name: str) -> str | None:
        """The column of frequency weights that a person gave an observed line."""
        return self.declared.observed[name].weights

    def _observed(self, name: str) -> VariableNode:
        node = self.graph.nodes.get(name)
        if not isinstance(node, VariableNode) or not node.is_observed:
            raise InternalError(f"{name!r} is not an observed line")
        return node
