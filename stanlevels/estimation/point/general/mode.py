"""The mode of the random variables at given parameters, by Newton's method on a sparse Hessian.

The log density of data and deviations v is a sum over rows of functions of a few linear predictors,
``eta_a = base_a + B_a v``, less half the squares of those v that are standard normal. Its Hessian is
``P + sum over pairs of B_a' W_ab B_b`` with W minus the second derivatives of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.general.rows import Rows
from stanlevels.gaussian.elimination import Elimination, Factor

__all__ = ["Inner", "Mode", "find_mode", "find_start", "projected", "spread_weights"]

_STEPS = 200
_RIDGE = 1e-8
_EXACT = 1e-18  # gain of a step from a mode: deviations are right to 1e-9 of their conditional sd
_RESOLVED = 1e-12  # gain, beside the log density, below which rounding hides it
_POLISHED = 2  # steps of such gains
_NEAR = 1e-6  # of the log density, still to be gained at a start


@dataclass(frozen=True, eq=False)
class Inner:
    """What is maximised over v.

    Attributes
    ----------
    lines : tuple of Rows
    base : tuple of ndarray, (atoms, n)
        Predictors at v = 0, by line.
    B : tuple of tuple of sparse array, (n, K)
        By line and atom, for the atoms in `Rows.random`.
    penalty : ndarray, (K,)
        1 for what is standard normal, else 0.
    elimination : Elimination
    """

    lines: tuple[Rows, ...]
    base: tuple[Array, ...]
    B: tuple[tuple[Any, ...], ...]
    penalty: Array
    elimination: Elimination

    @cached_property
    def stacked(self) -> tuple[tuple[Any, Any], ...]:
        """By line: all of its B one below the other, and the transpose."""
        from scipy import sparse

        empty = sparse.csr_array((0, len(self.penalty)))
        whole = [sparse.vstack(B, format="csr") if B else empty for B in self.B]
        return tuple((B, B.T.tocsr()) for B in whole)

    @cached_property
    def owners(self) -> tuple[tuple[Array, Array], ...]:
        """By line: the one deviation that every row depends on, and whether it depends on one."""
        found = []
        for base, B in zip(self.base, self.B, strict=True):
            n = base.shape[1]
            unit, touched = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool)
            for part in B:
                rows = part.tocsr()
                here = np.diff(rows.indptr) > 0
                unit[here] = rows.indices[rows.indptr[:-1][here]]
                touched |= here
            found.append((unit, touched))
        return tuple(found)

    def eta(self, v: Array) -> list[Array]:
        """Predictors of every line at v."""
        found = []
        for line, base, (B, _) in zip(self.lines, self.base, self.stacked, strict=True):
            eta = base.copy()
            if line.random:
                eta[list(line.random)] += (B @ v).reshape(len(line.random), -1)
            found.append(eta)
        return found

    def value(self, v: Array, eta: Sequence[Array]) -> float:
        """Log density of data and v, without the constants of the normal ones."""
        rows = sum(float(line.value(e).sum()) for line, e in zip(self.lines, eta, strict=True))
        return rows - float(self.penalty @ v**2) / 2

    def curvature(self, eta: Sequence[Array]) -> list[tuple[Array, Array]]:
        """First and second derivatives of every line by its random atoms."""
        return [line.curvature(e, line.random) for line, e in zip(self.lines, eta, strict=True)]

    def gradient(self, v: Array, curvature: Sequence[tuple[Array, Array]]) -> Array:
        """Of `value` by v."""
        total = -self.penalty * v
        for (first, _), (_, transposed) in zip(curvature, self.stacked, strict=True):
            total = total + transposed @ first.ravel()
        return total

    def hessian(self, weights: Sequence[Array], ridge: float = 0.0) -> Any:
        """``P + sum of B_a' W_ab B_b`` from weights (r, r, n) of every line."""
        from scipy import sparse

        total = sparse.diags_array(self.penalty + ridge, format="csr")
        for W, (B, transposed) in zip(weights, self.stacked, strict=True):
            if len(W):
                total = total + transposed @ (spread_weights(W) @ B)
        return total

    def factor(self, matrix: Any) -> Factor | None:
        """A factored matrix; None where it is not positive definite."""
        with np.errstate(all="ignore"):
            try:
                found = self.elimination.factor(matrix)
                good = np.isfinite(found.log_determinant)
            except (FitError, np.linalg.LinAlgError):
                return None
        return found if good else None


def spread_weights(W: Array) -> Any:
    """Weights (r, r, n) as one sparse matrix (r n, r n) over stacked predictors."""
    from scipy import sparse

    r, _, n = W.shape
    if r == 1:
        return sparse.diags_array(W[0, 0], format="csr")
    columns = np.arange(r * n).reshape(r, n).T  # of row (i, k): those of (0, k), (1, k), ...
    indices = np.broadcast_to(columns, (r, n, r)).ravel()
    starts = np.arange(r * n + 1) * r
    return sparse.csr_array((W.transpose(0, 2, 1).ravel(), indices, starts), shape=(r * n, r * n))


@dataclass(frozen=True, eq=False)
class Mode:
    """The mode of the random variables.

    Attributes
    ----------
    inner : Inner
    v : ndarray, (K,)
    eta : tuple of ndarray, (atoms, n)
    value : float
        Log density there.
    factor : Factor
        Of minus the Hessian.
    weights : tuple of ndarray, (r, r, n)
        Minus the second derivatives of every line.
    """

    inner: Inner
    v: Array
    eta: tuple[Array, ...]
    value: float
    factor: Factor
    weights: tuple[Array, ...]


def find_mode(inner: Inner, start: Array) -> Mode:
    """Maximise over v.

    Where the Hessian is not negative definite, that of every row is made so by the size of its
    eigenvalues; steps are halved until the log density rises.

    Raises
    ------
    FitError
        If there is no mode to be found.
    """
    v = start
    eta = inner.eta(v)
    value = inner.value(v, eta)
    if not np.isfinite(value):
        v = np.zeros_like(start)
        eta = inner.eta(v)
        value = inner.value(v, eta)
    polished = 0
    for _ in range(_STEPS):
        curvature = inner.curvature(eta)
        weights = tuple(-second for _, second in curvature)
        gradient = inner.gradient(v, curvature)
        factor = inner.factor(inner.hessian(weights)) if _finite(weights) else None
        exact = factor is not None
        if factor is None:
            factor = inner.factor(inner.hessian([projected(W) for W in weights], _RIDGE))
        if factor is None or not np.all(np.isfinite(gradient)):
            break
        step = factor.solve(gradient[:, None])[:, 0]
        gain = float(gradient @ step)
        resolved = _RESOLVED * max(1.0, abs(value))
        if exact and (gain < _EXACT or (polished == _POLISHED and gain < resolved)):
            return Mode(inner, v, tuple(eta), value, factor, weights)
        if exact and gain < resolved:  # the log density cannot tell such steps apart, its derivatives can
            v = v + step
            eta = inner.eta(v)
            value, polished = inner.value(v, eta), polished + 1
            continue
        v, eta, new = _halved(inner, v, eta, value, step)
        stuck = new <= value
        value = new
        if stuck:
            if exact and gain < 1e-7 * max(1.0, abs(value)):
                return Mode(inner, v, tuple(eta), value, factor, weights)
            break
    raise FitError(
        "the mode of the random variables was not found",
        expected="data that say something of every random variable, or a distribution that does",
        way_out="use method='nuts'",
    )


def find_start(inner: Inner, start: Array) -> Array:
    """A point near the maximum over v: as `find_mode`, but content with what it has when nothing helps."""
    v, eta = start, inner.eta(start)
    value = inner.value(v, eta)
    value = value if np.isfinite(value) else -np.inf
    for _ in range(_STEPS):
        curvature = inner.curvature(eta)
        gradient = np.nan_to_num(inner.gradient(v, curvature), posinf=0.0, neginf=0.0)
        factor = _start_factor(inner, [-second for _, second in curvature])
        if factor is None:
            break
        step = factor.solve(gradient[:, None])[:, 0]
        if np.isfinite(value) and float(gradient @ step) < _NEAR:
            break
        v, eta, new = _halved(inner, v, eta, value, step)
        if new <= value:
            break
        value = new
    return v


def _start_factor(inner: Inner, weights: Sequence[Array]) -> Factor | None:
    """Minus the Hessian, factored, where it is safely positive definite; else that of `projected` rows."""
    from scipy import sparse

    if _finite(weights):
        matrix = inner.hessian(weights)
        factor = inner.factor(matrix + sparse.diags_array(-1e-6 * np.abs(matrix.diagonal()), format="csr"))
        if factor is not None:
            return factor
    weights = [projected(W) for W in weights]
    diagonal = inner.hessian(weights).diagonal()
    for ridge in (
        1e-8 * (1e-12 + float(np.median(diagonal))),
        1e-3 * (1e-12 + float(diagonal.max(initial=0.0))),
    ):
        factor = inner.factor(inner.hessian(weights, ridge))
        if factor is not None:
            return factor
    return None


def _finite(weights: Sequence[Array]) -> bool:
    return all(bool(np.all(np.isfinite(W))) for W in weights)


def projected(W: Array) -> Array:
    """Weights (r, r, n) with eigenvalues of their sizes; 0 where they are not finite."""
    W = np.where(np.isfinite(W), W, 0.0)
    if len(W) == 1:
        return np.abs(W)
    values, vectors = np.linalg.eigh(np.moveaxis(W, -1, 0))
    return np.moveaxis(np.einsum("nij,nj,nkj->nik", vectors, np.abs(values), vectors), 0, -1)


def _halved(
    inner: Inner, v: Array, eta: list[Array], value: float, step: Array
) -> tuple[Array, list[Array], float]:
    """A step after which the log density is no smaller."""
    size = 1.0
    for _ in range(40):
        trial = v + size * step
        moved = inner.eta(trial)
        new = inner.value(trial, moved)
        if np.isfinite(new) and new > value:
            return trial, moved, new
        size /= 2
    return v, eta, value
