"""The density of a part of the data with its own normal effects integrated out, exactly.

Given everything else, normal outcomes whose mean is linear in normal effects are jointly normal. Effects of
nested levels are integrated out unit by unit from the finest level up, for all draws at once: what is left of
every unit is a small matrix of products, which is added to that of the unit it lies in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.composed import SEEN
from stanlevels.distributions.links import LINKS
from stanlevels.errors import InternalError
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain
from stanlevels.results.crossvalidation.own import Own, depends, deviated
from stanlevels.results.crossvalidation.partition import Partition
from stanlevels.results.draws import Draws
from stanlevels.values.evaluate import evaluate, value
from stanlevels.values.roots import root_of
from stanlevels.values.store import width

__all__ = ["Gaussian", "why_not_normal"]

_LOG_2PI = float(np.log(2 * np.pi))
_CLOSE = 1e-8
_LOOKED_AT = 2000  # rows whose mean is held against its linear form


def why_not_normal(own: Own, planned: Planned) -> str:
    """Why effects cannot be integrated out exactly, in words; "" where they can be."""
    for line in own.lines:
        if not line.family.is_gaussian or line.variable.ordered:
            return f"{line.name!r} is not normal"
    for line in (*own.lines, *(planned.lines[name] for name in own.touched)):
        if not line.family.gaussian:
            return f"{line.name!r} is not normal"
        others = [argument for argument in line.args if argument != line.location]
        if depends(line, own.names, planned, others):
            return f"the spread of {line.name!r} depends on them"
    return ""


@dataclass(frozen=True, eq=False)
class _Tier:
    """Effects of one level of units: `columns` are their names and components, `parts` the part of each
    unit, `up` the unit of the next tier that each lies in (the part, in the last).
    """

    domain: Domain
    columns: tuple[tuple[str, int], ...]
    parts: Codes
    up: Codes


@dataclass(frozen=True, eq=False)
class Gaussian:
    """Log densities of parts.

    Attributes
    ----------
    draws : Draws
    data : Facts
        The same data, remembered.
    partition : Partition
    own : Own
    tiers : tuple of _Tier
        From the finest level up.
    """

    draws: Draws
    data: Facts
    partition: Partition
    own: Own
    tiers: tuple[_Tier, ...]

    @classmethod
    def of(cls, draws: Draws, data: Facts, partition: Partition, own: Own) -> Gaussian | str:
        """Why the effects cannot be integrated out exactly, where they cannot be."""
        if reason := why_not_normal(own, draws.planned):
            return reason
        tiers = _tiers(own, draws, data, partition)
        if tiers is None:
            return "they belong to crossed levels"
        found = cls(draws, data, partition, own, tiers)
        return found if found._is_linear() else "what depends on them is not linear in them"

    @property
    def width(self) -> int:
        """Numbers for each outcome and draw."""
        return (1 + len(self._columns)) ** 2 + 1

    @property
    def _columns(self) -> list[tuple[str, int]]:
        return [column for tier in self.tiers for column in tier.columns]

    def at(self, parts: slice) -> Array:
        """Log densities of what depends on the effects, (parts, draws), draws chain by chain."""
        n, draws = parts.stop - parts.start, int(np.prod(self.draws.shape))
        inside = [_inside(tier, parts) for tier in self.tiers]
        total, constant = np.zeros((n, draws)), np.zeros((n, draws))
        left = len(self._columns)
        carried: list[Array] = []
        for tier, units in zip(self.tiers, inside, strict=True):
            carried.append(np.zeros((len(units), draws, left + 1, left + 1)))
            left -= len(tier.columns)
        last = np.zeros((n, draws, 1, 1))
        for name in self.own.touched:
            level, unit, products, log_scale = self._of_line(name, parts, inside)
            constant -= log_scale
            carried[level] += _summed(products, unit, len(carried[level]))
        for place, (tier, units) in enumerate(zip(self.tiers, inside, strict=True)):
            schur, log_det = _eliminated(carried[place], len(tier.columns))
            part = tier.parts[units] - parts.start
            total -= 0.5 * _summed(log_det, part, n)
            if place + 1 < len(self.tiers):
                up = np.searchsorted(inside[place + 1], tier.up[units])
                carried[place + 1] += _summed(schur, up, len(carried[place + 1]))
            else:
                last += _summed(schur, part, n)
        return np.asarray(constant + total - 0.5 * last[:, :, 0, 0])

    def _of_line(self, name: str, parts: slice, inside: Sequence[Codes]) -> tuple[int, Codes, Array, Array]:
        """The tier at which rows of a line enter, their units and products, and log scales by part."""
        line = self.draws.planned.lines[name]
        rows, part = self.partition.units(name, parts)
        level, unit = self._entry(line, rows, inside)
        columns = [column for tier in self.tiers[level:] for column in tier.columns]
        weights = self.data.weights(name)
        w = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=float)[rows]
        each, base = self._parted(line, columns, rows)
        y = LINKS[line.family.location_link].predictor(value(name, self.draws.values, self.data, rows))
        sides = [*each, y - base]
        root = self._root(line, rows)
        if SEEN.name in line.args:
            seen = evaluate(line.args[SEEN.name], line.domain, self.draws.values, self.data, rows)
            sides = [seen * side for side in sides]
            root = _of_seen(root, seen)
        flat = [_flat(_whitened(side, root, line), self.draws.shape) for side in sides]
        stacked = np.stack(np.broadcast_arrays(*flat), axis=-1)  # (rows, draws, components, columns + 1)
        products = np.einsum("ndka,ndkb->ndab", stacked, stacked) * w[:, None, None, None]
        k = stacked.shape[2]
        diagonal = np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1, keepdims=True)
        numbers = seen[0, 0].sum(axis=-1)[:, None] if SEEN.name in line.args else k
        log_scale = _flat(diagonal, self.draws.shape)[:, :, 0] + 0.5 * numbers * _LOG_2PI
        if line.family.location_link != "identity":
            log_scale = log_scale + y[0, 0].sum(axis=-1)[:, None]  # y is the log: its derivative is 1 / x
        n = parts.stop - parts.start
        whole = np.broadcast_to(log_scale, (len(rows), products.shape[1])) * w[:, None]
        return level, unit, products, _summed(whole, part, n)

    def _entry(self, line: Line, rows: Codes, inside: Sequence[Codes]) -> tuple[int, Codes]:
        """The finest tier in which each row of a line has one unit, and its place among those inside."""
        for level, tier in enumerate(self.tiers):
            if self.data.determines(line.domain, tier.domain):
                units = self.data.codes(line.domain, tier.domain)[rows]
                return level, np.searchsorted(inside[level], units)
        raise InternalError(f"rows of {line.name!r} have no unit of what they depend on")

    def _parted(
        self, line: Line, columns: Sequence[tuple[str, int]], rows: Codes
    ) -> tuple[list[Array], Array]:
        """What standardised effects are multiplied by in the mean of a line, and it without them."""
        base = self._mean(line, {}, rows)
        found = []
        for name, component in columns:
            one = np.zeros((1, width(self.draws.planned, name)))
            one[0, component] = 1
            found.append(self._mean(line, {name: one}, rows) - base)
        return found, base

    def _mean(
        self, line: Line, numbers: Mapping[str, Array], rows: Codes, draws: slice | None = None
    ) -> Array:
        values, shape = self.draws.values, self.draws.shape
        if draws is not None:
            values, shape = values.window(draws), (shape[0], len(range(shape[1])[draws]))
        moved = deviated(self.own, values, self.data, numbers, shape)
        found = evaluate(line.args[line.location], line.domain, moved, self.data, rows)
        k = width(self.draws.planned, line.name)
        return np.broadcast_to(found, (*found.shape[:2], len(rows), k))

    def _root(self, line: Line, rows: Codes) -> Array:
        values = deviated(self.own, self.draws.values, self.data, {}, self.draws.shape)
        found = root_of(line, values, self.data, rows)
        return np.broadcast_to(found, (*found.shape[:2], len(rows), *found.shape[3:]))

    def _is_linear(self) -> bool:
        """Whether means of rows are what their linear form says, at effects of any size."""
        rng = np.random.default_rng(0)
        for name in self.own.touched:
            line = self.draws.planned.lines[name]
            rows = np.flatnonzero(self.partition.codes[name] >= 0)
            if len(rows) > _LOOKED_AT:
                rows = np.sort(rng.choice(rows, _LOOKED_AT, replace=False))
            numbers = {
                own.name: rng.normal(size=(self.data.size(own.domain), width(self.draws.planned, own.name)))
                for own in self.own.lines
            }
            few = slice(0, 2)
            base = self._mean(line, {}, rows, few)
            expected = base.copy()
            for other, component in self._columns:
                domain = self.draws.planned.lines[other].domain
                one = np.zeros((1, numbers[other].shape[1]))
                one[0, component] = 1
                coefficient = self._mean(line, {other: one}, rows, few) - base
                if not coefficient.any():
                    continue
                if not self.data.determines(line.domain, domain):
                    return False
                units = self.data.codes(line.domain, domain)[rows]
                expected = expected + coefficient * numbers[other][units, component][:, None]
            found = self._mean(line, numbers, rows, few)
            size = np.abs(expected).max(initial=1.0)
            if not np.allclose(found, expected, rtol=_CLOSE, atol=_CLOSE * size, equal_nan=True):
                return False
        return True


def _tiers(own: Own, draws: Draws, data: Facts, partition: Partition) -> tuple[_Tier, ...] | None:
    """Effects by level, each level in the next; None where levels cross."""
    by_domain: dict[Domain, list[Line]] = {}
    for line in own.lines:
        by_domain.setdefault(line.domain, []).append(line)
    domains = sorted(by_domain, key=lambda domain: -data.size(domain))
    whole = [d for d in domains if _one_each(own.parts[by_domain[d][0].name], partition)]
    finer = [d for d in domains if d not in whole]
    for below, above in pairwise([*finer, *whole[:1]]):
        if not data.determines(below, above):
            return None

    def columns(some: Sequence[Domain]) -> Iterator[tuple[str, int]]:
        for domain in some:
            for line in by_domain[domain]:
                yield from ((line.name, k) for k in range(width(draws.planned, line.name)))

    found = []
    chain = [*((d,) for d in finer), *([tuple(whole)] if whole else [])]
    for place, group in enumerate(chain):
        parts = own.parts[by_domain[group[0]][0].name]
        up = data.codes(group[0], chain[place + 1][0]) if place + 1 < len(chain) else parts
        found.append(_Tier(group[0], tuple(columns(group)), parts, up))
    return tuple(found)


def _one_each(parts: Codes, partition: Partition) -> bool:
    return bool((np.bincount(parts[parts >= 0], minlength=partition.size) <= 1).all())


def _inside(tier: _Tier, parts: slice) -> Codes:
    """Units of a tier in some parts, ascending."""
    return np.flatnonzero((tier.parts >= parts.start) & (tier.parts < parts.stop))


def _eliminated(products: Array, k: int) -> tuple[Array, Array]:
    """What is left of products (units, draws, c, c) without the first k columns, and log determinants."""
    if not k:
        return products, np.zeros(products.shape[:2])
    lead = products[..., :k, :k] + np.eye(k)
    factor = np.linalg.cholesky(lead)
    across = np.linalg.solve(factor, products[..., :k, k:])
    log_det = 2 * np.log(np.diagonal(factor, axis1=-2, axis2=-1)).sum(axis=-1)
    return products[..., k:, k:] - across.swapaxes(-1, -2) @ across, log_det


def _summed(values: Array, codes: Codes, n: int) -> Array:
    """Sums of values along their first axis, by code."""
    from scipy import sparse

    rows = len(codes)
    ones: Any = sparse.csr_array((np.ones(rows), (codes, np.arange(rows))), shape=(n, rows))
    return np.asarray(ones @ values.reshape(rows, -1)).reshape(n, *values.shape[1:])


def _of_seen(root: Array, seen: Array) -> Array:
    """Roots in which numbers that are not known are independent of others, with a spread of 1."""
    both = seen[..., :, None] * seen[..., None, :]
    return np.linalg.cholesky(
        both * (root @ root.swapaxes(-1, -2)) + (1 - seen)[..., None] * np.eye(seen.shape[-1])
    )


def _whitened(side: Array, root: Array, line: Line) -> Array:
    """Numbers (chains, draws, rows, components) by the inverse of a root."""
    if not line.family.is_vector or root.shape[-1] == 1:
        return np.asarray(side / np.diagonal(root, axis1=-2, axis2=-1))
    return np.linalg.solve(
        root, np.broadcast_to(side, np.broadcast_shapes(side.shape, root.shape[:-1]))[..., None]
    )[..., 0]


def _flat(array: Array, shape: tuple[int, int]) -> Array:
    """Numbers (chains, draws, rows, components) as (rows, chains * draws, components)."""
    whole = np.broadcast_to(array, (*shape, *array.shape[2:]))
    return whole.reshape(-1, *whole.shape[2:]).swapaxes(0, 1)
