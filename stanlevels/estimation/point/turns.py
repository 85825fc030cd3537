"""Singular covariances turned: what a search that holds entries of a factor at 0 cannot see.

With ``L[j, j]`` at 0 the factor has lost one direction, and no other entry lets its remaining ones turn
towards component j. Here each column of the factor moves along each component instead.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout, triangular

__all__ = ["turned"]

_SIZES = (0.005, 0.3)  # in ordinary units: one that shows a slope, and one that goes beyond it


def turned(layout: Layout, z: Array, zero: frozenset[int]) -> Iterator[tuple[Array, frozenset[int]]]:
    """Points with a singular covariance turned, each with its coordinates that are exactly 0.

    Parameters
    ----------
    layout : Layout
    z : ndarray
        A point, the coordinates of the layout first, in units of their own components.
    zero : frozenset of int
        Coordinates that are exactly 0 there.
    """
    for b, effect in enumerate(layout.effects):
        places = {(c.i, c.j): k for k, c in enumerate(layout.coordinates) if c.block == b}
        q = effect.block.width
        if not layout.free[b] or not zero & {places[j, j] for j in range(q)}:
            continue
        root = layout.entries(b, z)
        columns = np.flatnonzero(np.abs(root).max(axis=0) > 0).tolist()
        moves = [(i, m, s) for i in range(q) for m in columns for size in _SIZES for s in (size, -size)]
        for i, m, step in moves:
            trial, moved = root.copy(), z.copy()
            trial[i, m] += step
            factor = triangular(trial)
            for (a, c), k in places.items():
                moved[k] = factor[a, c]
            gone = {places[j, j] for j in range(q) if factor[j, j] == 0}
            yield moved, frozenset(zero - set(places.values()) | gone)
