"""Outcomes about effects of nested levels, row by row: what their sufficient statistics are made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.links import LINKS
from stanlevels.errors import InternalError
from stanlevels.linear.multiples import Columns
from stanlevels.linear.nested import Reading, lowest
from stanlevels.linear.sums import Place, Sum, Unknown
from stanlevels.plan.components import axis_size
from stanlevels.plan.facts import Facts
from stanlevels.plan.terms import Domain, Linear, Term

__all__ = ["Rows", "Tree", "coefficient_columns", "common_columns", "tree_of", "units_of"]


@dataclass(frozen=True, eq=False)
class Tree:
    """Nested levels, units of one parent side by side.

    Attributes
    ----------
    domains : tuple of Domain
        From the finest up.
    order : tuple of ndarray
        Of each level: its units in the order in which they stand here.
    first : tuple of ndarray, (units above + 1,)
        Of each level but the last: the 0-based place of the first child of every unit above, and the end.
    """

    domains: tuple[Domain, ...]
    order: tuple[Codes, ...]
    first: tuple[Codes, ...]


def tree_of(domains: tuple[Domain, ...], facts: Facts) -> Tree:
    """Nested levels in an order in which the units of every parent stand side by side."""
    if not domains:
        return Tree((), (), ())
    order: list[Codes] = [np.arange(facts.size(domains[-1]))]
    first: list[Codes] = []
    for fine, coarse in reversed(list(pairwise(domains))):
        parents = np.asarray(facts.codes(fine, coarse))
        place = np.empty(facts.size(coarse), dtype=np.int64)
        place[order[0]] = np.arange(len(place))
        order.insert(0, np.argsort(place[parents], kind="stable"))
        counts = np.bincount(place[parents], minlength=len(place))
        first.insert(0, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    return Tree(domains, tuple(order), tuple(first))


@dataclass(frozen=True, eq=False)
class Rows:
    """An outcome, row by row."""

    read: Reading
    effects: tuple[str, ...]
    tree: Tree
    columns: Columns

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.columns.facts.size(self.read.line.domain)

    @cached_property
    def outcome(self) -> Array:
        """As it was observed."""
        return np.asarray(self.columns.facts.outcome(self.read.line.name), dtype=float)

    @cached_property
    def y(self) -> Array:
        """The outcome on the scale of its location."""
        return np.asarray(LINKS[self.read.line.family.location_link].predictor(self.outcome))

    @cached_property
    def frequencies(self) -> Array:
        """How often each row counts."""
        given = self.columns.facts.weights(self.read.line.name)
        return np.ones(self.n) if given is None else np.asarray(given, dtype=float)

    @cached_property
    def spread(self) -> Array:
        """Known numbers that the residual standard deviation is times."""
        return np.broadcast_to(np.abs(self.columns.multiple(self.read.known_scale)[:, 0]), (self.n,))

    @cached_property
    def weights(self) -> Array:
        """Precisions of rows, where the residual standard deviation is 1."""
        return np.asarray(self.frequencies / np.square(self.spread))

    @cached_property
    def multiples(self) -> list[Array]:
        """What every component of every effect is multiplied by."""
        found = self.read.effects
        return [z for name in self.effects for z in _effect(found.get(name, ()), name, self.columns, self.n)]

    @cached_property
    def units(self) -> Codes:
        """The place in the tree of the finest unit of every row."""
        return units_of(self.read, self.tree, self.columns)

    @property
    def constant(self) -> float:
        """What the log density holds besides, with a residual standard deviation of 1."""
        link = self.read.line.family.location_link
        each = _log_jacobian(link, self.outcome) - np.log(self.spread) - 0.5 * np.log(2 * np.pi)
        return float(self.frequencies @ each)

    def sums(self, of: Array) -> Array:
        """Weighted sums by unit of the finest level."""
        return np.bincount(self.units, self.weights * of, len(self.tree.order[0]))

    @property
    def information(self) -> Array:
        """The upper triangle of Z'WZ of every unit of the finest level, row by row."""
        z = self.multiples
        upper = [(a, b) for a in range(len(z)) for b in range(a, len(z))]
        return np.column_stack([self.sums(z[a] * z[b]) for a, b in upper])


def _log_jacobian(link: str, outcome: Array) -> Array:
    """The log of the derivative of the scale of the location by the outcome."""
    return -np.log(outcome) if link == "log" else np.zeros(len(outcome))


def coefficient_columns(term: Term, addends: Sum, columns: Columns, n: int) -> Array:
    """The columns of a coefficient, (n, 1), or of those of a set of covariates, (n, covariates)."""
    total: Array = np.zeros((n, 1))
    for addend in addends:
        known = columns.multiple(addend) if addend.covariates is None else columns.matrix(addend)
        one = addend.covariates is not None and not isinstance(term, Linear)  # for all covariates
        total = total + (known.sum(axis=1, keepdims=True) if one else known)
    return np.broadcast_to(total, (n, total.shape[1]))


def _effect(addends: Sum, name: str, columns: Columns, n: int) -> list[Array]:
    """What every component of an effect is multiplied by in every row."""
    line = columns.planned.lines[name]
    width = axis_size(dict(columns.planned.axes), line.components)
    found = [np.zeros(n) for _ in range(width)]
    for addend in addends:
        assert isinstance(addend.unknown, Unknown)
        if addend.covariates is not None:
            matrix = columns.matrix(addend)
            found = [own + np.broadcast_to(matrix[:, k], (n,)) for k, own in enumerate(found)]
        else:
            at = addend.unknown.position or 0
            found[at] = found[at] + columns.multiple(addend)[:, 0]
    return found


def units_of(read: Reading, tree: Tree, columns: Columns) -> Codes:
    """The place in the tree of the finest unit of every row.

    An outcome about effects of levels above has nothing of the finest: any unit of it below stands for them.

    Raises
    ------
    InternalError
        If an effect above belongs to another unit than that of the tree.
    """
    facts, lines = columns.facts, columns.planned.lines
    domain = read.line.domain
    own, place = lowest(read, tree.domains, columns.planned)
    codes = _codes(place, columns, facts.size(domain))
    if own != tree.domains[0]:
        below = np.zeros(facts.size(own), dtype=np.int64)
        below[np.asarray(facts.codes(tree.domains[0], own))] = np.arange(len(tree.order[0]))
        codes = below[codes]
    for name, (addend, *_) in read.effects.items():
        above = lines[name].domain
        wanted = codes if above == tree.domains[0] else np.asarray(facts.codes(tree.domains[0], above))[codes]
        assert isinstance(addend.unknown, Unknown)
        if not np.array_equal(_codes(addend.unknown.place, columns, len(codes)), wanted):
            raise InternalError(f"{name!r} belongs to other units than those above {place}")
    there = np.empty(len(tree.order[0]), dtype=np.int64)
    there[tree.order[0]] = np.arange(len(there))
    return there[codes]


def _codes(place: Place, columns: Columns, n: int) -> Codes:
    found = columns.units(place)
    return np.arange(n) if found is None else np.asarray(found)


def common_columns(addends: Sum, name: str, columns: Columns, n: int) -> Array:
    """The columns of an effect of any units: one for every component of each, unit by unit."""
    line, facts = columns.planned.lines[name], columns.facts
    width = axis_size(dict(columns.planned.axes), line.components)
    units = facts.size(line.domain) if line.domain else 1
    found = np.zeros((n, units, width))
    every = np.arange(n)
    for addend in addends:
        assert isinstance(addend.unknown, Unknown)
        codes = _codes(addend.unknown.place, columns, n) if line.domain else np.zeros(n, dtype=np.int64)
        if addend.covariates is not None:
            known = columns.matrix(addend)
            found[every, codes] += known if line.components else known.sum(axis=1, keepdims=True)
        else:
            found[every, codes, addend.unknown.position or 0] += columns.multiple(addend)[:, 0]
    return found.reshape(n, units * width)
