"""Sufficient statistics of normal outcomes about effects of nested levels: rows no longer appear in them.

With W the frequency weights, b0 the least-squares coefficients of X, and r = y - offset - X b0, an outcome
is known by r'Wr, a root R of X'WX, and for every unit j of the finest level its Z_j'WZ_j, Z_j'Wr and Z_j'WX.
Coefficients b0 + d leave ``r'Wr + |R d|^2`` and ``Z'Wr - Z'WX d``, without differences of large numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import InternalError
from stanlevels.gaussian.beside import beside_units
from stanlevels.linear.line_statistics import LineStatistics
from stanlevels.linear.multiples import Columns
from stanlevels.linear.nested import domains_of, reading
from stanlevels.linear.outcome_rows import Rows, Tree, coefficient_columns, common_columns, tree_of
from stanlevels.linear.pools import Pools, pools_of
from stanlevels.plan.factors import Marginal
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Term

__all__ = ["LineStatistics", "NestedStatistics", "information_of", "nested_statistics"]


@dataclass(frozen=True, eq=False)
class NestedStatistics:
    """The statistics of every outcome of a marginal density, units in the order of `tree`."""

    tree: Tree
    lines: Mapping[str, LineStatistics]
    pools: Pools | None = None


def nested_statistics(density: Marginal, planned: Planned, facts: Facts) -> NestedStatistics:
    """The statistics of a marginal density."""
    tree = tree_of(domains_of(density.effects, planned, facts), facts)
    columns, lines = Columns(planned, facts), {}
    for part in density.lines:
        read = reading(planned.lines[part.source], density.effects, planned, density.common)
        if isinstance(read, str):
            raise InternalError(f"{part.source!r} is integrated, and {read}")
        rows = Rows(read, _columns_of(density), tree, columns)
        if density.common:
            lines[part.source] = _beside(rows, density, part.coefficients)
        elif part.rest is None:
            lines[part.source] = _of_rows(rows, part.coefficients)
        else:
            lines[part.source] = _of_cells(rows, part.rest.domain)
    if density.pooled is None:
        return NestedStatistics(tree, lines)
    pools, pooled = pools_of(lines, tree, density.plain)
    return NestedStatistics(tree, pooled, pools)


def information_of(density: Marginal, planned: Planned, facts: Facts) -> dict[str, Array]:
    """The information of the units of the finest level, by outcome; see `LineStatistics`."""
    tree = tree_of(domains_of(density.effects, planned, facts), facts)
    columns, found = Columns(planned, facts), {}
    for part in density.lines:
        read = reading(planned.lines[part.source], density.effects, planned)
        if isinstance(read, str):
            raise InternalError(f"{part.source!r} is integrated, and {read}")
        found[part.source] = Rows(read, _columns_of(density), tree, columns).information
    return found


def _columns_of(density: Marginal) -> tuple[str, ...]:
    """Effects whose columns are needed: where each is one number, added as it is, they all have the same."""
    return density.effects[:1] if density.plain else density.effects


def _of_rows(rows: Rows, coefficients: tuple[Term, ...]) -> LineStatistics:
    """About the least-squares coefficients of what has no units."""
    n, columns, read = rows.n, rows.columns, rows.read
    y = rows.y - columns.offset(read.offset, n)[:, 0]
    X = np.column_stack(
        [np.zeros((n, 0)), *(coefficient_columns(t, read.fixed[t], columns, n) for t in coefficients)]
    )
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


def _beside(rows: Rows, density: Marginal, coefficients: tuple[Term, ...]) -> LineStatistics:
    """About the least-squares coefficients of what is integrated out besides, and of what has no units."""
    n, columns, read = rows.n, rows.columns, rows.read
    y = rows.y - columns.offset(read.offset, n)[:, 0]
    common = [common_columns(read.common.get(name, ()), name, columns, n) for name in density.common]
    fixed = [coefficient_columns(term, read.fixed[term], columns, n) for term in coefficients]
    C, X = (np.column_stack([np.zeros((n, 0)), *blocks]) for blocks in (common, fixed))
    half, numbers = np.sqrt(rows.weights)[:, None], _without_units(density, common, columns)
    shift, at = np.zeros((C.shape[1], X.shape[1])), np.zeros(C.shape[1])
    shift[numbers] = np.linalg.lstsq(half * C[:, numbers], half * X, rcond=None)[0]
    X = _cleared(X, C[:, numbers] @ shift[numbers])
    both = np.column_stack([C[:, numbers], X])
    found = np.linalg.lstsq(half * both, half[:, 0] * y, rcond=None)[0]
    at[numbers], fixed_at = found[: len(numbers)], found[len(numbers) :]
    z = rows.multiples[:1] if density.plain else rows.multiples
    units = rows.units if z else np.zeros(n, dtype=np.int64)
    count = len(rows.tree.order[0]) if z else 0
    with_outcome = np.column_stack([C, X, y - both @ found])
    return LineStatistics(
        rows=float(rows.frequencies.sum()),
        constant=rows.constant,
        squares=0.0,
        information=rows.information if z else np.zeros((0, 1)),
        at=fixed_at,
        beside=beside_units(z, with_outcome, rows.weights, units, count, rows.tree.first),
        common_at=at - shift @ fixed_at,
        common_shift=shift,
    )


def _without_units(density: Marginal, common: list[Array], columns: Columns) -> Codes:
    """The columns of what has no units: effects have deviations about 0, and sds that may be next to it."""
    lines = columns.planned.lines
    blocks = zip(density.common, common, strict=True)
    kept = [np.full(block.shape[1], not lines[name].domain) for name, block in blocks]
    return np.flatnonzero(np.concatenate([np.zeros(0, dtype=bool), *kept]))


def _cleared(columns: Array, explained: Array) -> Array:
    """Columns less what others explain of them; nothing where rounding alone is left."""
    left = columns - explained
    sizes = np.abs(columns).max(axis=0, initial=0)
    return np.where(np.abs(left).max(axis=0, initial=0) > 1e-10 * sizes, left, 0.0)


def _of_cells(rows: Rows, domain: Domain) -> LineStatistics:
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


def _crossed(z: Array, X: Array, sums: object, size: int) -> Array:
    assert callable(sums)
    found = [sums(z * X[:, k]) for k in range(X.shape[1])]
    return np.column_stack([np.zeros((size, 0)), *found])
