"""Labels beside dots, where they do not cover each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["write_apart"]

_SIZE, _WIDE, _HIGH = 7, 0.56, 1.15
"""Points of a letter's height, and its width and a line's height in units of it."""
_NEAR, _STEPS = 4.0, 4
"""Points between a dot and its label, and how many such steps it may stand away."""
_DOT, _MOST = 3.0, 0.15
"""Half the width of a dot in points, and the share of a label that may cover others."""


def write_apart(ax: Axes, labels: Sequence[str], places: Array) -> None:
    """Write each label beside its dot, where it covers other dots and labels least; not where it covers much.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With the limits that it will keep.
    labels : sequence of str
    places : ndarray, (labels, 2)
        Where the dots are, in the units of the axes.
    """
    points = ax.transData.transform(places) * 72 / ax.figure.dpi
    taken = np.column_stack([points - _DOT, points + _DOT])
    for label, at, place in zip(labels, points, places.tolist(), strict=True):
        size = np.array([_WIDE * _SIZE * len(label), _HIGH * _SIZE])
        boxes = [_box(at, size, way) for way in _WAYS]
        covered = [_overlap(box, taken) for box in boxes]
        best = int(np.argmin(covered))
        if covered[best] > _MOST * np.prod(size):
            continue
        offset = boxes[best][:2] - at
        style: dict[str, Any] = {"fontsize": _SIZE, "color": "#555555", "ha": "left", "va": "bottom"}
        where = (float(offset[0]), float(offset[1]))
        ax.annotate(label, place, where, textcoords="offset points", parse_math=False, **style)
        taken = np.vstack([taken, boxes[best]])


_WAYS = [
    (step * _NEAR, right, up)
    for step, up, right in product(range(1, _STEPS + 1), (1.0, -1.0, 0.0), (1.0, -1.0, 0.0))
    if (right, up) != (0.0, 0.0)
]


def _box(at: Array, size: Array, way: tuple[float, float, float]) -> Array:
    """Left, bottom, right and top of a label that stands in a direction from its dot."""
    away, right, up = way
    low = at + away * np.array([right, up]) - size * (1 - np.array([right, up])) / 2
    return np.concatenate([low, low + size])


def _overlap(box: Array, others: Array) -> float:
    """The area of a box that others cover."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    return float(np.prod(np.maximum(sides, 0), axis=1).sum())
