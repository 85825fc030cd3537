"""Cross-products about effects, for residuals that are small beside what the effects explain.

What the effects leave of y and of the columns of X, ``R = Y - Z C`` with Y = [Q, e], is formed row by
row. With s and u of `Blocked.solve` for Z'WY and H = Z'WR,

    Y'V^-1Y = R'WR + C's - H'(u - C)

in units of sigma^2: where C is the least-squares fit, H is 0 and nothing large is subtracted from
anything large, as it is in ``Y'WY - Y'WZ u``. With residuals a millionth of the effects, that would
lose 12 of 16 digits.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.gaussian.blocked import Blocked, factor
from stanlevels.gaussian.covariances import determinant_slopes
from stanlevels.gaussian.design import Design, Factors
from stanlevels.gaussian.rowwise import thinned
from stanlevels.gaussian.statistics import Anchor, Statistics

__all__ = ["anchored", "ranks"]

_NOTHING = 1e-100  # size of a column that nothing is made of, as a fast wave may be: its reciprocal overflows
_LARGE = 1e4  # relative standard deviations under which effects are all but least squares
_SPANNED = 1e-12  # share of the squares of a column of X that the columns of Z leave, if they span it
_FEW = 400  # columns ...
_WORK = 4e9  # ... and products of numbers, of which rows are decomposed in a few seconds at most
_SMALL = 1e-5  # share of the squares about the coefficients: a residual sd of 1/300 of the outcome's


def _wide(statistics: Statistics) -> Factors:
    """Relative covariance factors under which nothing is pooled to speak of."""
    diagonal, found = statistics.A.diagonal(), []
    for b in range(len(statistics.blocks)):
        size = np.sqrt(statistics.by_unit(diagonal, b).sum(axis=0) / max(statistics.n, 1e-300))
        found.append(np.diag(_LARGE / np.where(size > _NOTHING, size, 1.0)))
    return tuple(found)


def _is_small(s: Statistics, fitted: Blocked) -> bool:
    """Whether effects of any size leave next to nothing of the outcome, judged at `_wide`."""
    products = s.products(*fitted.solve(np.column_stack([s.ZX, s.Zy])))
    inverse = np.linalg.pinv(products[:-1, :-1])
    left = products[-1, -1] - float(products[-1, :-1] @ inverse @ products[:-1, -1])
    return bool(left < _SMALL * s.yy)


def ranks(statistics: Statistics) -> tuple[float, int]:
    """Rank of Z, as the trace of the projection on it, and how much X adds; `statistics` are anchored."""
    effects = _rank(factor(statistics.pieces, _wide(statistics)))
    beside = np.zeros((0, 0)) if statistics.anchor is None else statistics.anchor.rest[:-1, :-1]
    return effects, int((np.linalg.eigvalsh(beside) > _SPANNED).sum())


def anchored(design: Design, statistics: Statistics) -> Statistics:
    """The same statistics, about effects where the residual is small beside them.

    Parameters
    ----------
    design : Design
    statistics : Statistics
        Those of the design.

    Returns
    -------
    Statistics
        As given where the ordinary ones lose no digits.
    """
    s = statistics
    if not s.blocks or s.yy == 0:
        return s
    try:
        fitted = factor(s.pieces, _wide(s))
    except FitError:
        return s
    if not _is_small(s, fitted):
        return s
    root = np.sqrt(design.precisions)
    Q = np.linalg.solve(s.R.T, design.X.T).T if s.p else design.X
    Y = root[:, None] * np.column_stack([Q, design.y - design.X @ s.start])
    Z = design.Z.multiply(root[:, None]).tocsr()
    C = _fitted(Y, Z, fitted)
    with suppress(FitError):  # where units add up to the same, what is there
        C = _fitted(Y, Z, factor(s.pieces, _sized(s, Y - Z @ C, C)))
    R = Y - Z @ C
    gamma = _within(R)
    Y[:, -1] -= Y[:, :-1] @ gamma
    C = _fitted(Y, Z, fitted, C - np.outer(C[:, :-1] @ gamma, np.eye(s.p + 1)[-1]))
    R = Y - Z @ C
    return replace(
        s,
        Zy=s.Zy - s.ZX @ gamma,
        yy=float(Y[:, -1] @ Y[:, -1]),
        start=s.coefficients(gamma),
        anchor=Anchor(C, R.T @ R, np.asarray(Z.T @ R), -gamma, _rows(Z, Y, fitted)),
    )


def _rows(Z: Any, Y: Array, fitted: Blocked) -> Array | None:
    """Rows to factor from, where columns of Z are linearly dependent, and few."""
    many = Z.shape[1] > _FEW or Z.shape[0] * Z.shape[1] ** 2 > _WORK
    if many or _rank(fitted) > Z.shape[1] - 0.5:
        return None
    return thinned(Z, Y)


def _rank(fitted: Blocked) -> float:
    """Rank of Z, as the trace of the projection on it."""
    slopes = determinant_slopes(fitted)
    return sum(float((L * slope).sum()) for L, slope in zip(fitted.factors, slopes, strict=True))


def _fitted(Y: Array, Z: Any, fitted: Blocked, C: Array | None = None) -> Array:
    """Least squares of Y on Z, from C: a few rounds remove what rounding and the little pooling left."""
    C = np.zeros((Z.shape[1], Y.shape[1])) if C is None else C
    for _ in range(4):
        C = C + fitted.solve(np.asarray(Z.T @ (Y - Z @ C)))[1]
    return C


def _sized(s: Statistics, R: Array, C: Array) -> Factors:
    """Factors in proportion to how much effects C differ, well above what they leave.

    Where units of several blocks add up to the same constant, the largest block takes it all.
    """
    left = float(np.sqrt(R[:, -1] @ R[:, -1] / max(s.n - s.p, 1.0)))
    found = []
    for b in range(len(s.blocks)):
        own = np.std(s.by_unit(C[:, -1], b), axis=0)
        found.append(np.diag(np.clip(100 * own / max(left, 1e-6 * float(own.max()), 1e-300), 100.0, 1e8)))
    return tuple(found)


def _within(R: Array) -> Array:
    """Coefficients of least squares on what effects leave of the columns of X; 0 where they leave nothing."""
    values, vectors = np.linalg.eigh(R[:, :-1].T @ R[:, :-1])
    kept = values > _SPANNED
    return np.asarray(vectors[:, kept] / values[kept] @ (vectors[:, kept].T @ (R[:, :-1].T @ R[:, -1])))
