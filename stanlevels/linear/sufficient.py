"""Sufficient statistics of normal outcomes about effects of nested levels: rows no longer appear in them.

With W the frequency weights, b0 the least-squares coefficients of X, and r = y - offset - X b0, an outcome
is known by r'Wr, a root R of X'WX, and for every unit j of the finest level its Z_j'WZ_j, Z_j'Wr and Z_j'WX.
Coefficients b0 + d leave ``r'Wr + |R d|^2`` and ``Z'Wr - Z'WX d``, without differences of large numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import isqrt

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.links import LINKS
from stanlevels.errors import InternalError
from stanlevels.linear.multiples import Columns
from stanlevels.linear.nested import Reading, domains_of, lowest, reading
from stanlevels.linear.sums import Place, Sum, Unknown
from stanlevels.plan.components import axis_size
from stanlevels.plan.factors import Marginal
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Linear, Term

__all__ = ["LineStatistics", "NestedStatistics", "Tree", "nested_statistics", "tree_of", "units_of"]


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


def _none() -> Array:
    """What an outcome does not keep."""
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class LineStatistics:
    """What is kept of an outcome.

    Attributes
    ----------
    rows : float
        Sum of frequency weights.
    constant : float
        What the log density holds besides, with a residual standard deviation of 1 and no residual.
    at : ndarray, (p,)
        Coefficients b0.
    root : ndarray, (p, p)
        R, with R'R = X'WX.
    squares : float
        r'Wr.
    information : ndarray, (units, c (c + 1) / 2)
        The upper triangle of Z'WZ of every unit of the finest level, row by row.
    score : ndarray, (units, c)
        Z'Wr.
    cross : ndarray, (c, units, p)
        Z'WX.
    first : ndarray, (units + 1,)
        With cells: the 0-based place of the first cell of every unit of the finest level, and the end.
    mean, n : ndarray, (cells,)
        Mean of y and sum of weights of every cell; `squares` are then those about the means.
    multiples : ndarray, (cells, c)
        What effects are multiplied by.
    """

    rows: float
    constant: float
    squares: float
    information: Array
    at: Array = field(default_factory=_none)
    root: Array = field(default_factory=_none)
    score: Array = field(default_factory=_none)
    cross: Array = field(default_factory=_none)
    first: Codes = field(default_factory=_none)
    mean: Array = field(default_factory=_none)
    n: Array = field(default_factory=_none)
    multiples: Array = field(default_factory=_none)

    @property
    def columns(self) -> int:
        """The number c of columns of effects."""
        return (isqrt(8 * self.information.shape[1] + 1) - 1) // 2


@dataclass(frozen=True, eq=False)
class NestedStatistics:
    """The statistics of every outcome of a marginal density, units in the order of `tree`."""

    tree: Tree
    lines: Mapping[str, LineStatistics]


def tree_of(domains: tuple[Domain, ...], facts: Facts) -> Tree:
    """Nested levels in an order in which the units of every parent stand side by side."""
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


def nested_statistics(density: Marginal, planned: Planned, facts: Facts) -> NestedStatistics:
    """The statistics of a marginal density."""
    tree = tree_of(domains_of(density.effects, planned, facts), facts)
    columns, lines = Columns(planned, facts), {}
    for part in density.lines:
        read = reading(planned.lines[part.source], density.effects, planned)
        if isinstance(read, str):
            raise InternalError(f"{part.source!r} is integrated, and {read}")
        rows = _Rows(read, density.effects, tree, columns)
        cells = None if part.rest is None else part.rest.domain
        lines[part.source] = _of_rows(rows, part.coefficients) if cells is None else _of_cells(rows, cells)
    return NestedStatistics(tree, lines)


@dataclass(frozen=True, eq=False)
class _Rows:
    """An outcome, row by row."""

    read: Reading
    effects: tuple[str, ...]
    tree: Tree
    columns: Columns

    @property
    def n(self) -> int:
        return self.columns.facts.size(self.read.line.domain)

    @cached_property
    def outcome(self) -> Array:
        return np.asarray(self.columns.facts.outcome(self.read.line.name), dtype=float)

    @cached_property
    def y(self) -> Array:
        return np.asarray(LINKS[self.read.line.family.location_link].predictor(self.outcome))

    @cached_property
    def frequencies(self) -> Array:
        given = self.columns.facts.weights(self.read.line.name)
        return np.ones(self.n) if given is None else np.asarray(given, dtype=float)

    @cached_property
    def spread(self) -> Array:
        """Known numbers that the residual standard deviation is times."""
        return np.broadcast_to(np.abs(self.columns.multiple(self.read.known_scale)[:, 0]), (self.n,))

    @cached_property
    def weights(self) -> Array:
        return np.asarray(self.frequencies / np.square(self.spread))

    @cached_property
    def multiples(self) -> list[Array]:
        """What every component of every effect is multiplied by."""
        found = self.read.effects
        return [z for name in self.effects for z in _effect(found.get(name, ()), name, self.columns, self.n)]

    @cached_property
    def units(self) -> Codes:
        return units_of(self.read, self.tree, self.columns)

    @property
    def constant(self) -> float:
        link = self.read.line.family.location_link
        each = y_jacobian(link, self.outcome) - np.log(self.spread) - 0.5 * np.log(2 * np.pi)
        return float(self.frequencies @ each)

    def sums(self, of: Array) -> Array:
        """Weighted sums by unit of the finest level."""
        return np.bincount(self.units, self.weights * of, len(self.tree.order[0]))

    @property
    def information(self) -> Array:
        z = self.multiples
        upper = [(a, b) for a in range(len(z)) for b in range(a, len(z))]
        return np.column_stack([self.sums(z[a] * z[b]) for a, b in upper])


def _of_rows(rows: _Rows, coefficients: tuple[Term, ...]) -> LineStatistics:
    """About the least-squares coefficients of what has no units."""
    n, columns, read = rows.n, rows.columns, rows.read
    y = rows.y - columns.offset(read.offset, n)[:, 0]
    X = np.column_stack([np.zeros((n, 0)), *(_fixed(t, read.fixed[t], columns, n) for t in coefficients)])
    half = np.sqrt(rows.weights)
    Q, R = np.linalg.qr(half[:, None] * X)
    at = np.linalg.lstsq(R, Q.T @ (half * y), rcond=None)[0]
    residual = y - X @ at
    size = len(rows.tree.order[0])
    return LineStatistics(
        rows=float(rows.frequencies.sum()),
        constant=rows.constant,
        squares=float(rows.weights @ np.square(residual)),
        information=rows.information,
        at=at,
        root=np.vstack([R, np.zeros((len(at) - len(R), len(at)))]),
        score=np.column_stack([rows.sums(z * residual) for z in rows.multiples]),
        cross=np.stack([_crossed(z, X, rows.sums, size) for z in rows.multiples]),
    )


def _of_cells(rows: _Rows, domain: Domain) -> LineStatistics:
    """By cells of rows that agree in everything."""
    facts = rows.columns.facts
    cells, size = np.asarray(facts.codes(rows.read.line.domain, domain)), facts.size(domain)
    n = np.bincount(cells, rows.weights, size)
    middle = float(np.average(rows.y, weights=rows.weights)) if rows.weights.any() else 0.0
    mean = middle + np.bincount(cells, rows.weights * (rows.y - middle), size) / np.where(n > 0, n, 1)
    one = np.zeros(size, dtype=np.int64)
    one[cells] = np.arange(rows.n)
    counts = np.bincount(rows.units[one], minlength=len(rows.tree.order[0]))
    return LineStatistics(
        rows=float(rows.frequencies.sum()),
        constant=rows.constant,
        squares=float(rows.weights @ np.square(rows.y - mean[cells])),
        information=rows.information,
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        mean=mean,
        n=n,
        multiples=np.column_stack([z[one] for z in rows.multiples]),
    )


def y_jacobian(link: str, outcome: Array) -> Array:
    """The log of the derivative of the scale of the location by the outcome."""
    return -np.log(outcome) if link == "log" else np.zeros(len(outcome))


def _crossed(z: Array, X: Array, sums: object, size: int) -> Array:
    assert callable(sums)
    found = [sums(z * X[:, k]) for k in range(X.shape[1])]
    return np.column_stack([np.zeros((size, 0)), *found])


def _fixed(term: Term, addends: Sum, columns: Columns, n: int) -> Array:
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
