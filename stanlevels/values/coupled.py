"""Effects drawn back where levels cross, or noise differs in any way: given Z'WZ and Z'W residual.

With W the precision of the rows' noise and ``u = L z``, z standard normal, z is normal given everything else,
with precision ``M = I + L'Z'WZ L`` and mean ``M^-1 L'Z'W residual``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.design import Block
from stanlevels.gaussian.elimination import eliminate
from stanlevels.values.pieces import chunks

__all__ = ["Pooled", "Residuals", "drawn_effects"]

_SMALL = 100  # effects that dense matrices hold, all draws at once


@dataclass(frozen=True, eq=False)
class Pooled:
    """What the rows of a line say of effects, where their noise has one variance in each draw.

    Attributes
    ----------
    cross : sparse array, (K, K)
        Z'Z, weighted.
    moments : ndarray, (draws, K)
        Z' residual, weighted.
    precision : ndarray, (draws,)
        Of the noise of a row of weight 1.
    """

    cross: Any
    moments: Array
    precision: Array

    def scores(self) -> Array:
        """Z'W residual, (draws, K)."""
        return np.asarray(self.precision[:, None] * self.moments)

    def information(self, draw: int) -> tuple[Any, Array]:
        """Z'WZ and Z'W residual of one draw."""
        return self.cross * self.precision[draw], self.precision[draw] * self.moments[draw]

    def dense(self, draws: slice) -> tuple[Array, Array]:
        """Z'WZ and Z'W residual of some draws, (draws, K, K) and (draws, K)."""
        precision = self.precision[draws]
        return precision[:, None, None] * self.cross.toarray(), precision[:, None] * self.moments[draws]


@dataclass(frozen=True, eq=False)
class Residuals:
    """The rows of a line with noise of any kind.

    Attributes
    ----------
    Z : sparse array, (units * components, K)
    residual : ndarray, (draws, units * components)
    root : ndarray, (draws, units or 1, components, components)
        Lower triangular: the covariance of the noise at a unit is root root'.
    weights : ndarray, (units,)
        How often each unit counts.
    """

    Z: Any
    residual: Array
    root: Array
    weights: Array

    @cached_property
    def cross(self) -> Any:
        """Where Z'WZ has entries."""
        return (abs(self.Z).T @ abs(self.Z)).tocsr()

    def information(self, draw: int) -> tuple[Any, Array]:
        """Z'WZ and Z'W residual of one draw."""
        inverse = np.linalg.inv(self.root[draw])
        precision = inverse.transpose(0, 2, 1) @ inverse * self.weights[:, None, None]
        WZ = _block_diagonal(precision) @ self.Z
        return (self.Z.T @ WZ).tocsr(), WZ.T @ self.residual[draw]

    def dense(self, draws: slice) -> tuple[Array, Array]:
        """Z'WZ and Z'W residual of some draws, (draws, K, K) and (draws, K)."""
        each = [self.information(draw) for draw in range(draws.start, draws.stop)]
        return np.stack([cross.toarray() for cross, _ in each]), np.stack([score for _, score in each])


def drawn_effects(
    blocks: tuple[Block, ...], roots: list[Array], lines: Sequence[Pooled | Residuals], standard: Array
) -> Array:
    """Draws of effects u from their conditional distribution.

    Parameters
    ----------
    blocks : tuple of Block
    roots : list of ndarray, (draws, units or 1, width, width)
        Of each block: the covariance of a unit's effects is root root'.
    lines : sequence of Pooled or Residuals
        What depends on them.
    standard : ndarray, (draws, K)
        Independent standard normal numbers; zeros give the conditional means.

    Returns
    -------
    ndarray, (draws, K)
    """
    pooled = [line for line in lines if isinstance(line, Pooled) and _is_uncoupled(line.cross, blocks[0])]
    if len(blocks) == 1 and len(pooled) == len(lines):
        return _unit_by_unit(blocks[0], roots[0], pooled, standard)
    if standard.shape[1] <= _SMALL:
        return _dense(blocks, roots, lines, standard)
    return _draw_by_draw(blocks, roots, lines, standard)


def _is_uncoupled(cross: Any, block: Block) -> bool:
    """Whether no row couples units."""
    entries = cross.tocoo()
    return np.array_equal(entries.row // block.width, entries.col // block.width)


def _unit_by_unit(block: Block, root: Array, lines: Sequence[Pooled], standard: Array) -> Array:
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


def _dense(
    blocks: tuple[Block, ...], roots: list[Array], lines: Sequence[Pooled | Residuals], standard: Array
) -> Array:
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
    blocks: tuple[Block, ...], roots: list[Array], lines: Sequence[Pooled | Residuals], standard: Array
) -> Array:
    """One sparse factorisation for each draw; the order of elimination is found once."""
    from scipy import sparse

    K = standard.shape[1]
    pattern = sum((abs(line.cross) for line in lines), sparse.csr_array((K, K)))
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
