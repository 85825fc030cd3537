"""Steps of many variances at once, for a pilot look.

Where many effects share the rows, what one variance gives up others take, and variances that move one by one
creep. With f_b the part of the predictor that is root b's, the average information about logarithms of
variances is ``f'Pf / 2`` (Gilmour, Thompson and Cullis 1995), which needs no more than the cross products.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.parts import Part
from stanlevels.linear.solving import Solved

__all__ = ["MANY", "ascent"]

MANY = 6  # variances, from which on they move together
_FARTHEST = 2.0  # that the logarithm of a variance may move
_EVEN = 1e-6  # of the largest information, added to each


def ascent(
    solved: Solved,
    parts: Sequence[Part],
    slices: Sequence[slice],
    roots: Sequence[Hashable],
    excess: Array,
    rest: tuple[float, float] | None,
) -> tuple[dict[Hashable, float], float]:
    """The steps of log variances, and that of the residual's.

    Parameters
    ----------
    solved : Solved
        At the present variances.
    parts, slices : sequence of Part and of slice
        With the columns of each.
    roots : sequence of hashable
        Whose variances move.
    excess : ndarray, (roots,)
        ``|u_b|^2 / tau_b^2 - edf_b``, twice the slope of the log likelihood.
    rest : (float, float), or None
        ``e'We``, and that less its degrees of freedom; None where the residual's variance is known.
    """
    place = {root: k for k, root in enumerate(roots)}
    width = len(roots) + (rest is not None)
    U = np.zeros((len(solved.penalty), len(roots)))
    for part, where in zip(parts, slices, strict=True):
        if part.root in place:
            U[where, place[part.root]] = solved.solution[where]
    B = solved.cross.times(U)
    information = np.zeros((width, width))
    information[: len(roots), : len(roots)] = U.T @ B
    slope = excess
    if rest is not None:
        left = solved.penalty * solved.solution  # G'We
        information[-1, :-1] = information[:-1, -1] = U.T @ left
        information[-1, -1] = rest[0]
        B = np.column_stack([B, left])
        slope = np.append(excess, rest[1])
    information = information - B.T @ solved.times(B)
    size = np.maximum(np.diagonal(information), 1e-12 * np.max(np.abs(information), initial=1e-300))
    scaled = information / np.sqrt(np.outer(size, size)) + _EVEN * np.eye(width)
    step = np.linalg.solve(scaled, slope / np.sqrt(size)) / np.sqrt(size)
    step = np.where(step > 0, np.log1p(np.maximum(step, 0)), step)  # the shorter of two scales, either way
    step = np.clip(step, -_FARTHEST, _FARTHEST)
    return dict(zip(roots, map(float, step), strict=False)), float(step[-1]) if rest is not None else 0.0
