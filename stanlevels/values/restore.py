"""Integrated quantities drawn back: from their exact conditional normal distribution, given the rest.

For one draw of everything else, the lines that depend on a group of integrated effects u read
``y - location at u = 0 = Z u + e``, with ``u = L z`` and z standard normal. With W the precision of e,
z is normal with precision ``M = I + L'Z'WZ L`` and mean ``M^-1 L'Z'W (y - location)``. Nothing else is
drawn or estimated: draws of the rest together with these are draws of the joint posterior.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.links import LINKS
from stanlevels.gaussian.design import Block
from stanlevels.gaussian.elimination import eliminate
from stanlevels.plan.facts import Facts
from stanlevels.values.evaluate import evaluate, value
from stanlevels.values.group import Group
from stanlevels.values.nest import nest_of
from stanlevels.values.nested import Nested, Normals, Redrawn
from stanlevels.values.pieces import chunks
from stanlevels.values.roots import root_of
from stanlevels.values.standard import Standard
from stanlevels.values.store import Values, width

__all__ = ["Residuals", "drawn_back", "drawn_effects", "restored"]

_STREAM = 0xBAC4  # keeps these draws apart from the sampler's
_STORED = 200_000_000  # numbers of integrated quantities, beyond which they are drawn again when wanted
_SMALL = 100  # effects that dense matrices hold, all draws at once


@dataclass(frozen=True, eq=False)
class Residuals:
    """One line that depends on a group: residual = Z u + e, for every draw.

    Attributes
    ----------
    Z : sparse array, (units * components, K)
    residual : ndarray, (draws, units * components)
    root : ndarray, (draws, units or 1, components, components)
        Lower triangular: the covariance of e at a unit is root root'.
    weights : ndarray, (units,)
        How often each unit counts.
    """

    Z: Any
    residual: Array
    root: Array
    weights: Array

    @property
    def is_scaled(self) -> bool:
        """Whether e has one variance in each draw."""
        return bool(self.root.shape[1:] == (1, 1, 1))

    @cached_property
    def _weighted(self) -> Any:
        return self.Z.multiply(np.repeat(self.weights, self.root.shape[-1])[:, None]).tocsr()

    @cached_property
    def cross(self) -> Any:
        """Z'Z, weighted."""
        return (self.Z.T @ self._weighted).tocsr()

    @cached_property
    def precision(self) -> Array:
        """Of e where it has one variance, (draws,)."""
        return np.asarray(1 / np.square(self.root[:, 0, 0, 0]))

    def scores(self) -> Array:
        """Z'W residual, (draws, K), where e has one variance."""
        return np.asarray(self.precision[:, None] * (self._weighted.T @ self.residual.T).T)

    def information(self, draw: int) -> tuple[Any, Array]:
        """Z'WZ and Z'W residual of one draw."""
        if self.is_scaled:
            p = self.precision[draw]
            return self.cross * p, p * (self._weighted.T @ self.residual[draw])
        inverse = np.linalg.inv(self.root[draw])
        precision = inverse.transpose(0, 2, 1) @ inverse * self.weights[:, None, None]
        WZ = _block_diagonal(precision) @ self.Z
        return (self.Z.T @ WZ).tocsr(), WZ.T @ self.residual[draw]

    def dense(self, draws: slice) -> tuple[Array, Array]:
        """Z'WZ and Z'W residual of some draws, (draws, K, K) and (draws, K)."""
        if self.is_scaled:
            precision = self.precision[draws]
            scores = precision[:, None] * (self._weighted.T @ self.residual[draws].T).T
            return precision[:, None, None] * self.cross.toarray(), np.asarray(scores)
        each = [self.information(draw) for draw in range(draws.start, draws.stop)]
        return np.stack([cross.toarray() for cross, _ in each]), np.stack([score for _, score in each])


def restored(values: Values, data: Facts, groups: Iterable[Group], seed: int) -> Values:
    """The values with those of integrated quantities, drawn given the others.

    What of nested levels would take more than 1.6 GB is not stored but drawn again each time it is asked for,
    with the same numbers: a unit's draws do not depend on which others are asked for with it.

    Parameters
    ----------
    values : Values
        Draws of everything that was not integrated out.
    data : Facts
        The rows that were fitted.
    groups : iterable of Group
    seed : int
        Decides the draws, together with the place of the group.
    """
    room = _STORED
    for place, group in enumerate(groups):
        values, taken = _with_group(group, values, data, Standard((seed, place, _STREAM)), room)
        room -= taken
    return values


def _with_group(group: Group, values: Values, data: Facts, normals: Normals, room: int) -> tuple[Values, int]:
    """The values with those of one group besides, and how many numbers of it are stored."""
    nest = nest_of(group, values.planned, data)
    if nest is None:
        return drawn_back(group, values, data, normals), group.size * values.shape[0] * values.shape[1]
    nested = Nested(group, nest, values, data, normals)
    sizes = [nested.size(level) for level in range(len(nest.levels))]
    stored = next(at for at in range(len(sizes) + 1) if sum(sizes[at:]) <= room)
    found = values.storing(nested.draw(stored, keep=stored > 0)) if stored < len(sizes) else values
    again = {
        group.names[i]: Redrawn(nested, i, range(values.shape[1]))
        for level in nest.levels[:stored]
        for i in level.names
    }
    return replace(found, on_demand={**values.on_demand, **again}), sum(sizes[stored:])


def drawn_back(group: Group, values: Values, data: Facts, normals: Normals) -> Values:
    """The values with those of one group besides, in pieces so that memory stays bounded."""
    nest = nest_of(group, values.planned, data)
    if nest is not None:
        return values.storing(Nested(group, nest, values, data, normals).draw(0))
    chains, draws = values.shape
    each = chains * (group.size + sum(rows.shape[0] for rows in group.rows.values()))
    parts = [np.empty((chains, 0, group.size))]
    for piece in chunks(draws, each):
        part = values.window(piece)
        at_mean = part.storing(_quantities(group, part, data, np.zeros((chains, 1, group.size))))
        lines = [_residuals(name, Z, at_mean, data) for name, Z in group.rows.items()]
        roots = [_flat(root_of(part.planned.lines[name], part, data), part.shape) for name in group.names]
        n = piece.stop - piece.start
        found = drawn_effects(group.blocks, roots, lines, _standard(group, normals, chains, piece))
        parts.append(found.reshape(n, chains, -1).transpose(1, 0, 2))
    return values.storing(_quantities(group, values, data, np.concatenate(parts, axis=1)))


def _standard(group: Group, normals: Normals, chains: int, draws: slice) -> Array:
    """Standard normal numbers for every deviation, (draws * chains, K)."""
    some = range(draws.start, draws.stop)
    found = [
        normals.at(place, block.width, np.arange(block.units), chains, some)
        for place, block in enumerate(group.blocks)
    ]
    return np.concatenate([x.transpose(3, 2, 0, 1).reshape(len(some) * chains, -1) for x in found], axis=1)


def _quantities(group: Group, values: Values, data: Facts, effects: Array) -> dict[str, Array]:
    """The quantities of a group: each its mean, given those before it, plus its deviation."""
    found: dict[str, Array] = {}
    first = 0
    for name, block in zip(group.names, group.blocks, strict=True):
        line = values.planned.lines[name]
        mean = evaluate(line.args[line.location], line.domain, values.storing(found), data)
        own = effects[:, :, first : first + block.size]
        found[name] = mean + own.reshape(*own.shape[:2], block.units, block.width)
        first += block.size
    return found


def _residuals(name: str, Z: Any, at_mean: Values, data: Facts) -> Residuals:
    line = at_mean.planned.lines[name]
    location = evaluate(line.args[line.location], line.domain, at_mean, data)
    y = LINKS[line.family.location_link].predictor(value(name, at_mean, data))
    n, k = data.size(line.domain), width(at_mean.planned, name)
    residual = np.broadcast_to(y - location, (*at_mean.shape, n, k))
    weights = data.weights(name) if line.is_observed else None
    return Residuals(
        Z,
        _flat(residual, at_mean.shape).reshape(-1, n * k),
        _flat(root_of(line, at_mean, data), at_mean.shape),
        np.ones(n) if weights is None else np.asarray(weights, dtype=float),
    )


def _flat(array: Array, shape: tuple[int, int]) -> Array:
    """Chains and draws on one axis, the draws slowest: so that pieces do not change what is drawn."""
    whole = np.broadcast_to(array, (*shape, *array.shape[2:]))
    return whole.swapaxes(0, 1).reshape(-1, *array.shape[2:])


# --- algebra ---------------------------------------------------------------------------------


def drawn_effects(
    blocks: tuple[Block, ...], roots: list[Array], lines: list[Residuals], standard: Array
) -> Array:
    """Draws of effects u from their conditional distribution.

    Parameters
    ----------
    blocks : tuple of Block
    roots : list of ndarray, (draws, units or 1, width, width)
        Of each block: the covariance of a unit's effects is root root'.
    lines : list of Residuals
        What depends on them.
    standard : ndarray, (draws, K)
        Independent standard normal numbers; zeros give the conditional means.

    Returns
    -------
    ndarray, (draws, K)
    """
    if len(blocks) == 1 and all(line.is_scaled and _is_uncoupled(line.cross, blocks[0]) for line in lines):
        return _unit_by_unit(blocks[0], roots[0], lines, standard)
    if standard.shape[1] <= _SMALL:
        return _dense(blocks, roots, lines, standard)
    return _draw_by_draw(blocks, roots, lines, standard)


def _is_uncoupled(cross: Any, block: Block) -> bool:
    """Whether no row couples units."""
    entries = cross.tocoo()
    return np.array_equal(entries.row // block.width, entries.col // block.width)


def _unit_by_unit(block: Block, root: Array, lines: list[Residuals], standard: Array) -> Array:
    """All draws and units at once."""
    units, q, draws = block.units, block.width, len(standard)
    information, score = np.zeros((draws, units, q, q)), np.zeros((draws, units, q))
    for line in lines:
        information += line.precision[:, None, None, None] * _unit_blocks(line.cross, block)
        score += line.scores().reshape(draws, units, q)
    return _solved(root, information, score, standard.reshape(draws, units, q)).reshape(draws, -1)


def _solved(root: Array, information: Array, score: Array, standard: Array) -> Array:
    """Effects (..., q) whose prior covariance is root root', from Z'WZ (..., q, q) and Z'W residual."""
    turned = root.swapaxes(-1, -2)
    M = np.linalg.cholesky(np.eye(root.shape[-1]) + turned @ information @ root)
    half = np.linalg.solve(M, turned @ score[..., None])
    z = np.linalg.solve(M.swapaxes(-1, -2), half + standard[..., None])
    return np.asarray((root @ z)[..., 0])


def _unit_blocks(matrix: Any, block: Block) -> Array:
    """The diagonal blocks (units, q, q) of a sparse block diagonal matrix."""
    q = block.width
    found = np.empty((block.units, q, q))
    for a in range(q):
        for b in range(q):
            found[:, a, b] = matrix[a::q, b::q].diagonal()
    return found


def _dense(blocks: tuple[Block, ...], roots: list[Array], lines: list[Residuals], standard: Array) -> Array:
    """All draws at once, in pieces."""
    draws, K = standard.shape
    found = np.empty(standard.shape)
    for piece in chunks(draws, 4 * K * K):
        n = piece.stop - piece.start
        root, information, score = np.zeros((n, K, K)), np.zeros((n, K, K)), np.zeros((n, K))
        first = 0
        for block, own in zip(blocks, roots, strict=True):
            each = np.broadcast_to(own[piece], (n, block.units, block.width, block.width))
            for unit in range(block.units):
                at = slice(first, first + block.width)
                root[:, at, at] = each[:, unit]
                first += block.width
        for line in lines:
            cross, own_score = line.dense(piece)
            information += cross
            score += own_score
        found[piece] = _solved(root, information, score, standard[piece])
    return found


def _draw_by_draw(
    blocks: tuple[Block, ...], roots: list[Array], lines: list[Residuals], standard: Array
) -> Array:
    """One sparse factorisation for each draw; the order of elimination is found once."""
    from scipy import sparse

    K = standard.shape[1]
    pattern = sum((abs(line.Z).T @ abs(line.Z) for line in lines), sparse.csr_array((K, K)))
    plan, identity = eliminate(pattern.tocsr(), blocks), sparse.eye_array(K, format="csr")
    found = np.empty(standard.shape)
    for draw in range(len(standard)):
        repeated = [
            np.broadcast_to(root[draw], (block.units, block.width, block.width))
            for root, block in zip(roots, blocks, strict=True)
        ]
        L = sparse.block_diag([_block_diagonal(each) for each in repeated], format="csr")
        M, score = identity, np.zeros(K)
        for line in lines:
            cross, own = line.information(draw)
            M, score = M + L.T @ cross @ L, score + own
        factor = plan.factor(M.tocsr())
        z = factor.solve((L.T @ score)[:, None]) + factor.draw_root(standard[draw][:, None])
        found[draw] = L @ z[:, 0]
    return found


def _block_diagonal(blocks: Array) -> Any:
    from scipy import sparse

    units, q, _ = blocks.shape
    indices = np.arange(units), np.arange(units + 1)
    return sparse.bsr_array((np.ascontiguousarray(blocks), *indices), shape=(units * q,) * 2).tocsr()
