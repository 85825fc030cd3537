"""Sufficient statistics of normal outcomes about effects of nested levels: rows no longer appear in them.

With W the frequency weights, b0 the least-squares coefficients of X, and r = y - offset - X b0, an outcome
is known by r'Wr, a root R of X'WX, and for every unit j of the finest level its Z_j'WZ_j, Z_j'Wr and Z_j'WX.
Coefficients b0 + d leave ``r'Wr + |R d|^2`` and ``Z'Wr - Z'WX d``, without differences of large numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.links import LINKS
from stanlevels.errors import InternalError
from stanlevels.linear.multiples import Columns
from stanlevels.linear.nested import Reading, domains_of, reading
from stanlevels.linear.sums import Addend, Sum, Unknown
from stanlevels.plan.components import axis_size
from stanlevels.plan.factors import Marginal
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Linear, Term

__all__ = ["LineStatistics", "NestedStatistics", "Tree", "nested_statistics", "tree_of"]


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
    """

    rows: float
    constant: float
    at: Array
    root: Array
    squares: float
    information: Array
    score: Array
    cross: Array


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
        lines[part.source] = _line(read, density.effects, part.coefficients, tree, columns)
    return NestedStatistics(tree, lines)


def _line(
    read: Reading, effects: tuple[str, ...], coefficients: tuple[Term, ...], tree: Tree, columns: Columns
) -> LineStatistics:
    facts, line = columns.facts, read.line
    n = facts.size(line.domain)
    outcome = np.asarray(facts.outcome(line.name), dtype=float)
    given = facts.weights(line.name)
    weights = np.ones(n) if given is None else np.asarray(given, dtype=float)
    y = LINKS[line.family.location_link].predictor(outcome) - columns.offset(read.offset, n)[:, 0]
    X = np.column_stack([np.zeros((n, 0)), *(_fixed(t, read.fixed[t], columns, n) for t in coefficients)])
    half = np.sqrt(weights)
    Q, R = np.linalg.qr(half[:, None] * X)
    at = np.linalg.lstsq(R, Q.T @ (half * y), rcond=None)[0]
    residual = y - X @ at
    multiples = [z for name in effects for z in _effect(read.effects.get(name, ()), name, columns, n)]
    units, size = _units(read, tree, columns), facts.size(tree.domains[0])

    def sums(of: Array) -> Array:
        return np.bincount(units, weights * of, size)

    upper = [(a, b) for a in range(len(multiples)) for b in range(a, len(multiples))]
    jacobian = float(weights @ y_jacobian(line.family.location_link, outcome))
    return LineStatistics(
        rows=float(weights.sum()),
        constant=-0.5 * float(weights.sum()) * np.log(2 * np.pi) + jacobian,
        at=at,
        root=np.zeros((len(at), len(at))) + np.vstack([R, np.zeros((len(at) - len(R), len(at)))]),
        squares=float(weights @ np.square(residual)),
        information=np.column_stack([sums(multiples[a] * multiples[b]) for a, b in upper]),
        score=np.column_stack([sums(z * residual) for z in multiples]),
        cross=np.stack([_crossed(z, X, sums, size) for z in multiples]),
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


def _units(read: Reading, tree: Tree, columns: Columns) -> Codes:
    """The place in the tree of the finest unit of every row."""
    facts, lines = columns.facts, columns.planned.lines
    domain = read.line.domain
    finest = next(a for name, (a, *_) in read.effects.items() if lines[name].domain == tree.domains[0])
    codes = _codes(finest, columns, facts.size(domain))
    for name, (addend, *_) in read.effects.items():
        above = lines[name].domain
        wanted = codes if above == tree.domains[0] else np.asarray(facts.codes(tree.domains[0], above))[codes]
        if not np.array_equal(_codes(addend, columns, len(codes)), wanted):
            raise InternalError(f"{name!r} belongs to other units than those above {finest.unknown!r}")
    place = np.empty(len(tree.order[0]), dtype=np.int64)
    place[tree.order[0]] = np.arange(len(place))
    return place[codes]


def _codes(addend: Addend, columns: Columns, n: int) -> Codes:
    assert isinstance(addend.unknown, Unknown)
    found = columns.units(addend.unknown.place)
    return np.arange(n) if found is None else np.asarray(found)
