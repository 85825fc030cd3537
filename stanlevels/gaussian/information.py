"""The average of observed and expected information about the covariances (Gilmour, Thompson and Cullis 1995).

With P the projection of V^-1 across X, the second derivatives of minus twice the log likelihood are close to
``y'P V_k P V_l P y``, which systems of equations give: no trace, and no inverse. They are what an iteration
towards the maximum needs, and standard errors where there are many rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.blocked import times
from stanlevels.gaussian.design import Factors
from stanlevels.gaussian.profile import Profiled

__all__ = ["average_information", "coefficient_slopes"]


def average_information(found: Profiled, sigma: float, directions: Sequence[tuple[Factors, float]]) -> Array:
    """Approximate second derivatives of the deviance.

    Parameters
    ----------
    found : Profiled
    sigma : float
    directions : sequence of (factors, float)
        How ``T_b T_b'`` of every block and log sigma change along each coordinate, m of them.

    Returns
    -------
    ndarray, (m, m)
    """
    s = found.statistics
    moved = [_along(found, change, found.score) for change, _ in directions]
    w = np.column_stack(moved) if moved else np.zeros((len(found.score), 0))
    through, _ = found.factor.solve(s.A @ w)
    inner = w.T @ through
    if s.p:
        across = found.scores.T @ w
        inner -= across.T @ np.linalg.solve(found.information, across)
    by_sigma = 2 * w.T @ found.score / sigma**2
    e = np.array([log_sigma for _, log_sigma in directions])
    whole = inner / sigma**2 + np.outer(by_sigma, e) + np.outer(e, by_sigma)
    return np.asarray(whole + 4 * found.r2 / sigma**2 * np.outer(e, e))


def _along(found: Profiled, change: Factors, values: Array) -> Array:
    """A change of T T' times values (K,)."""
    parts = [times(c, values[place]) for c, place in zip(change, found.factor.pieces.slices, strict=True)]
    return np.concatenate(parts) if parts else values


def coefficient_slopes(found: Profiled, change: Factors) -> Array:
    """How the covariance of the coefficients of X, in units of sigma^2, moves with T T'; (p, p).

    ``d (X'V^-1 X)^-1 = C X'V^-1 Z dG Z'V^-1 X C`` with C the covariance.
    """
    s = found.statistics
    total = np.zeros((s.p, s.p))
    for b, part in enumerate(change):
        scores = s.by_unit(found.scores, b)
        total += np.einsum("jap,ac,jcr->pr", scores, part, scores, optimize=True)
    half = np.linalg.solve(found.information, np.linalg.inv(s.R).T).T  # R^-1 information^-1
    return np.asarray(half @ total @ half.T)
