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
from stanlevels.linear.cells import axis_of
from stanlevels.linear.fitted import Design, fitted
from stanlevels.linear.line_statistics import LineStatistics
from stanlevels.linear.look_up_sums import looked_up_statistics
from stanlevels.linear.look_ups import look_ups
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
        elif part.looked_up:
            lines[part.source] = _of_look_ups(rows, part.coefficients)
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


def _of_look_ups(rows: Rows, coefficients: tuple[Term, ...]) -> LineStatistics:
    """About values near the least-squares fit of what has no units and of what rows look up."""
    n, columns, read, facts = rows.n, rows.columns, rows.read, rows.columns.facts
    found = look_ups(read, columns.planned)
    assert found is not None
    cells = _in_cells(rows, rows.y - columns.offset(read.offset, n)[:, 0], (axis_of(read.line.name),))
    X = np.column_stack(
        [np.zeros((n, 0)), *(coefficient_columns(t, read.fixed[t], columns, n) for t in coefficients)]
    )[cells.one]
    designs = [
        Design(
            each.units(columns)[cells.one],
            each.multiple(columns, n)[cells.one],
            facts.size(each.part.domain),
            each.carries,
        )
        for each in found
    ]
    units, size = rows.units[cells.one], len(rows.tree.order[0])
    effects = [Design(units, z[cells.one], size, carries=False) for z in rows.multiples]
    near = fitted(cells.mean, cells.n, X, designs)
    R = np.linalg.qr(np.sqrt(cells.n)[:, None] * X, mode="r")
    return LineStatistics(
        rows=float(rows.frequencies.sum()),
        constant=rows.constant,
        squares=cells.squares + float(cells.n @ np.square(near.residual)),
        information=rows.information,
        at=near.coefficients,
        root=np.vstack([R, np.zeros((X.shape[1] - len(R), X.shape[1]))]),
        score=np.column_stack([z.sums(cells.n * near.residual) for z in effects]),
        cross=np.stack([z.crossed(cells.n, X) for z in effects]),
        look_ups=tuple(
            looked_up_statistics(near, k, designs, effects, cells.n, X) for k in range(len(designs))
        ),
    )


def _of_cells(rows: Rows, domain: Domain) -> LineStatistics:
    """By cells of rows that agree in everything."""
    cells = _in_cells(rows, rows.y, domain)
    counts = np.bincount(rows.units[cells.one], minlength=len(rows.tree.order[0]))
    return LineStatistics(
        rows=float(rows.frequencies.sum()),
        constant=rows.constant,
        squares=cells.squares,
        information=rows.information,
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        mean=cells.mean,
        n=cells.n,
        multiples=np.column_stack([z[cells.one] for z in rows.multiples]),
    )


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells of equal rows: one of the rows of each, weights, means, and the sum of squares about these."""

    one: Codes
    n: Array
    mean: Array
    squares: float


def _in_cells(rows: Rows, y: Array, domain: Domain) -> _Cells:
    facts = rows.columns.facts
    cells, size = np.asarray(facts.codes(rows.read.line.domain, domain)), facts.size(domain)
    n = np.bincount(cells, rows.weights, size)
    middle = float(np.average(y, weights=rows.weights)) if rows.weights.any() else 0.0
    mean = middle + np.bincount(cells, rows.weights * (y - middle), size) / np.where(n > 0, n, 1)
    one = np.zeros(size, dtype=np.int64)
    one[cells] = np.arange(rows.n)
    return _Cells(one, n, mean, float(rows.weights @ np.square(y - mean[cells])))


def _crossed(z: Array, X: Array, sums: object, size: int) -> Array:
    assert callable(sums)
    found = [sums(z * X[:, k]) for k in range(X.shape[1])]
    return np.column_stack([np.zeros((size, 0)), *found])
