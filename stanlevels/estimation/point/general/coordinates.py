"""Unconstrained coordinates of quantities: the log of what is positive, log ratios of probabilities, ...

Each map works on arrays, with derivatives or without, from coordinates (rows, d) to
values (rows, components).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.special import special
from stanlevels.plan.placed import Line

__all__ = ["Coordinates", "coordinates_of"]

Map = Callable[[Any], Any]


@dataclass(frozen=True)
class Coordinates:
    """How a quantity is written by free numbers.

    Attributes
    ----------
    value : callable
        From coordinates (rows, d) to values (rows, components).
    free : callable
        The way back.
    log_slope : callable
        Log of the derivative of every value by its coordinate, (rows, components); of maps that take
        one number to one.
    size : int
        Coordinates per unit.
    axis : str
        On which scale an interval is symmetric: see `solution.Numbers`.
    unbounded : frozenset of int
        Coordinates that are numbers like any other: nothing ends where they run far.
    """

    value: Map
    free: Callable[[Array], Array]
    log_slope: Map
    size: int
    axis: str
    unbounded: frozenset[int] = frozenset()

    def ends(self, k: int) -> bool:
        """Whether far out in the k-th free number of a quantity, over all its units, the support ends."""
        return k % self.size not in self.unbounded


def coordinates_of(line: Line, width: int, lower: float, upper: float) -> Coordinates:
    """The coordinates of a line's variable, whose numbers lie between two bounds."""
    if line.family.is_simplex:
        return _simplex(width)
    if line.family.is_correlation:
        return _correlated(width)
    if line.variable.ordered or line.family.support.ordered:
        return _ordered(width, lower)
    if lower > -inf and upper < inf:
        return _between(width, lower, upper)
    if lower > -inf:
        return _above(width, lower)
    if upper < inf:
        return _below(width, upper)
    every = frozenset(range(width))
    return Coordinates(lambda w: w, lambda x: x, lambda w: w * 0.0, width, "identity", every)


def _above(width: int, lower: float) -> Coordinates:
    return Coordinates(
        value=lambda w: np.exp(w) + lower,
        free=lambda x: np.log(np.maximum(x - lower, 1e-300)),
        log_slope=lambda w: w,
        size=width,
        axis="log" if lower == 0 else "identity",
    )


def _below(width: int, upper: float) -> Coordinates:
    return Coordinates(
        value=lambda w: upper - np.exp(w),
        free=lambda x: np.log(np.maximum(upper - x, 1e-300)),
        log_slope=lambda w: w,
        size=width,
        axis="identity",
    )


def _between(width: int, lower: float, upper: float) -> Coordinates:
    def free(x: Array) -> Array:
        share = np.clip((x - lower) / (upper - lower), 1e-12, 1 - 1e-12)
        return np.asarray(special.logit(share))

    return Coordinates(
        value=lambda w: special.expit(w) * (upper - lower) + lower,
        free=free,
        log_slope=lambda w: special.log_expit(w) + special.log_expit(-w) + np.log(upper - lower),
        size=width,
        axis="logit" if (lower, upper) == (0.0, 1.0) else "identity",
    )


def _ordered(width: int, lower: float) -> Coordinates:
    """The first number, and the logs of the steps."""

    def value(w: Any) -> Any:
        first = np.exp(w[..., :1]) + lower if lower > -inf else w[..., :1]
        return (
            np.cumsum(np.concatenate([first, np.exp(w[..., 1:])], axis=-1), axis=-1) if width > 1 else first
        )

    def free(x: Array) -> Array:
        first = np.log(np.maximum(x[..., :1] - lower, 1e-300)) if lower > -inf else x[..., :1]
        return np.concatenate([first, np.log(np.maximum(np.diff(x, axis=-1), 1e-300))], axis=-1)

    unbounded = frozenset([0] if lower == -inf else [])
    return Coordinates(value, free, lambda w: w * 0.0, width, "identity", unbounded)


def _correlated(width: int) -> Coordinates:
    """Of the correlations above the diagonal, row by row: row i of the factor is ``(w[i], 1)`` by its length.

    Of two numbers these are ``tan`` of the angles whose sines are the correlations.
    """
    pairs = [(i, j) for i in range(width) for j in range(i + 1, width)]
    places = {pair: k for k, pair in enumerate((i, j) for i in range(width) for j in range(i))}

    def value(w: Any) -> Any:
        rows = []
        for i in range(width):
            own = [w[..., places[i, j] : places[i, j] + 1] for j in range(i)]
            length = np.sqrt(sum((x * x for x in own), 1.0))
            rows.append([x / length for x in (*own, 1.0)])
        found = [sum(rows[i][k] * rows[j][k] for k in range(i + 1)) for i, j in pairs]
        return np.concatenate(found, axis=-1)

    def free(x: Array) -> Array:
        whole = np.broadcast_to(np.eye(width), (*x.shape[:-1], width, width)).copy()
        for k, (i, j) in enumerate(pairs):
            whole[..., i, j] = whole[..., j, i] = x[..., k]
        told = np.linalg.eigvalsh(np.nan_to_num(whole))[..., 0] > 0  # others lead nowhere, and not back
        whole = np.where(told[..., None, None], np.nan_to_num(whole), np.eye(width))
        root = np.linalg.cholesky(whole)
        found = [root[..., i, j] / root[..., i, i] for i, j in places]
        return np.stack(found, axis=-1)

    every = frozenset(range(len(pairs)))
    return Coordinates(value, free, lambda w: w * 0.0, len(pairs), "atanh", every)


def _simplex(width: int) -> Coordinates:
    """Log ratios to the last probability."""

    def value(w: Any) -> Any:
        logs = np.concatenate([w, w[..., :1] * 0.0], axis=-1) if width > 1 else w * 0.0
        top = np.exp(logs - np.max(logs, axis=-1, keepdims=True))
        return top / np.sum(top, axis=-1, keepdims=True)

    def free(x: Array) -> Array:
        logs = np.log(np.maximum(x, 1e-300))
        return np.asarray(logs[..., :-1] - logs[..., -1:])

    return Coordinates(value, free, lambda w: w * 0.0, width - 1, "logit")
