"""Sufficient statistics: cross-products about the least-squares fit, in which no row appears.

Before they are formed, X is replaced by an orthonormal basis of its columns and y by its residual
on them, so that an outcome around 1e8 loses no digits. What comes out is in terms of the original
coefficients all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import InternalError
from stanlevels.gaussian.design import Block, Design, Factors
from stanlevels.gaussian.pieces import Pieces, cut

__all__ = ["Anchor", "Statistics", "spread_blocks", "summarize"]


@dataclass(frozen=True, eq=False)
class Anchor:
    """Cross-products of what effects C leave of Y = [Q, e]; see `stanlevels.gaussian.anchor`.

    Attributes
    ----------
    C : ndarray, (K, p + 1)
    rest : ndarray, (p + 1, p + 1)
        R'WR with R = Y - Z C.
    cross : ndarray, (K, p + 1)
        Z'WR, which is 0 to rounding.
    Qy : ndarray, (p,)
        Q'We, which is not 0 here: e is the residual of the coefficients beside the effects C.
    rows : ndarray, (m, K + p + 1), or None
        Rows with the cross-products of [Z, Y], where units of the blocks add up to the same; see
        `stanlevels.gaussian.rowwise`.
    """

    C: Array
    rest: Array
    cross: Array
    Qy: Array
    rows: Array | None = None


@dataclass(frozen=True, eq=False)
class Statistics:
    """What a linear Gaussian model needs of its data.

    With W the row precisions up to 1/sigma^2, Q = X R^-1 orthonormal under W, and e = y - X b0 the
    residual of least squares.

    Attributes
    ----------
    n : float
        Rows, counted by their frequencies.
    blocks : tuple of Block
    A : sparse array, (K, K)
        Z'WZ.
    ZX : ndarray, (K, p)
        Z'WQ.
    Zy : ndarray, (K,)
        Z'We.
    yy : float
        e'We.
    R : ndarray, (p, p)
        Upper triangular, X = Q R.
    start : ndarray, (p,)
        b0.
    log_scale : float
        Sum over rows of log k.
    anchor : Anchor or None
        What keeps digits where residuals are small beside the effects.
    """

    n: float
    blocks: tuple[Block, ...]
    A: Any
    ZX: Array
    Zy: Array
    yy: float
    R: Array
    start: Array
    log_scale: float
    anchor: Anchor | None = None

    @cached_property
    def pieces(self) -> Pieces:
        """Z'WZ by pairs of blocks, with the order of elimination, which depends on its pattern alone."""
        return cut(self.A, self.blocks)

    @property
    def Qy(self) -> Array:
        """Q'We, (p,): 0 unless e is not the residual of least squares on X alone."""
        return np.zeros(self.p) if self.anchor is None else self.anchor.Qy

    @property
    def p(self) -> int:
        """Number of fixed effects."""
        return len(self.start)

    @property
    def offsets(self) -> tuple[int, ...]:
        """First column of each block, and the number of columns."""
        return (0, *np.cumsum([block.size for block in self.blocks], dtype=int).tolist())

    def products(self, scores: Array, effects: Array) -> Array:
        """Y'V^-1Y in units of sigma^2, (p + 1, p + 1) with Y = [Q, e].

        Parameters
        ----------
        scores, effects : ndarray, (K, p + 1)
            The solutions s and u of `Blocked.solve` for [ZX, Zy].
        """
        if self.anchor is None:
            found = -np.column_stack([self.ZX, self.Zy]).T @ effects
            found[np.diag_indices(self.p)] += 1
            found[-1, -1] += self.yy
            return np.asarray(found)
        a = self.anchor
        return np.asarray(a.rest + a.C.T @ scores - a.cross.T @ (effects - a.C))

    def residual(self, gamma: Array, u: Array) -> float:
        """``|e - Q gamma - Z u|^2`` under W."""
        c = np.append(-gamma, 1.0)
        if self.anchor is None:
            d, rest, cross = (
                u,
                np.diag(np.append(np.ones(self.p), self.yy)),
                np.column_stack([self.ZX, self.Zy]),
            )
        else:
            d, rest, cross = u - self.anchor.C @ c, self.anchor.rest, self.anchor.cross
        return float(c @ rest @ c - 2 * d @ (cross @ c) + d @ (self.A @ d))

    def spread(self, factors: Factors) -> Any:
        """The block diagonal (K, K) matrix with each block's factor repeated for its units."""
        return spread_blocks(factors, self.blocks)

    def by_unit(self, values: Array, b: int) -> Array:
        """Rows (K, ...) of block b as (units, width, ...)."""
        first, last = self.offsets[b : b + 2]
        block = self.blocks[b]
        return values[first:last].reshape(block.units, block.width, *values.shape[1:])

    def coefficients(self, gamma: Array) -> Array:
        """Coefficients of X from those of Q."""
        return self.start + np.linalg.solve(self.R, gamma) if self.p else self.start

    def internal(self, beta: Array) -> Array:
        """Coefficients of Q from those of X."""
        return np.asarray(self.R @ (np.asarray(beta, dtype=float) - self.start))


def spread_blocks(factors: Factors, blocks: tuple[Block, ...]) -> Any:
    """The sparse block diagonal (K, K) matrix with each block's factor repeated for its units."""
    from scipy import sparse

    parts = [_repeated(factor, block) for factor, block in zip(factors, blocks, strict=True)]
    if not parts:
        return sparse.csr_array((0, 0))
    return parts[0] if len(parts) == 1 else sparse.block_diag(parts, format="csr")


def _repeated(factor: Array, block: Block) -> Any:
    from scipy import sparse

    q, units = block.width, block.units
    if q == 1:
        return sparse.diags_array(np.full(units, float(factor[0, 0])), format="csr")
    data = np.broadcast_to(np.asarray(factor, dtype=float), (units, q, q))
    return sparse.bsr_array((data, np.arange(units), np.arange(units + 1)), shape=(units * q,) * 2).tocsr()


def summarize(design: Design) -> Statistics:
    """Reduce a design to its sufficient statistics.

    Parameters
    ----------
    design : Design

    Returns
    -------
    Statistics

    Raises
    ------
    InternalError
        If the columns of X are linearly dependent.
    """
    weight = design.precisions
    root = np.sqrt(weight)
    Q, R = np.linalg.qr(root[:, None] * design.X)
    sizes = np.linalg.norm(R, axis=0)  # of the columns of X, whatever their units
    if R.shape[0] != R.shape[1] or np.any(np.abs(np.diagonal(R)) <= 1e-14 * sizes):
        raise InternalError("the columns of X are linearly dependent")
    start = np.linalg.solve(R, Q.T @ (root * design.y)) if R.size else np.zeros(0)
    residual = root * (design.y - design.X @ start)
    again = Q.T @ residual  # a second step removes what rounding left
    start = start + np.linalg.solve(R, again) if R.size else start
    residual = root * (design.y - design.X @ start)
    Z = design.Z.multiply(root[:, None]).tocsr()
    scale = np.ones(len(root)) if design.scale is None else np.asarray(design.scale, dtype=float)
    frequencies = design.frequencies
    return Statistics(
        n=float(frequencies.sum()),
        blocks=design.blocks,
        A=(Z.T @ Z).tocsr(),
        ZX=np.asarray(Z.T @ Q),
        Zy=np.asarray(Z.T @ residual),
        yy=float(residual @ residual),
        R=R,
        start=start,
        log_scale=float(frequencies @ np.log(scale)),
    )
