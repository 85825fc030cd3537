"""Where chains start: settings shared by the chains, seen from one chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.base import Inits, Settings, Shapes
from stanlevels.errors import EngineError

__all__ = ["check_metric", "check_point", "inverse_metric_of", "start_of", "with_empty"]


def start_of(inits: Inits, chain: int) -> float | Mapping[str, Any] | None:
    """Radius, or constrained values, with which a chain (1-based) starts."""
    if isinstance(inits, Sequence):
        return inits[chain - 1]
    return inits


def inverse_metric_of(settings: Settings, chain: int, n: int) -> Array | None:
    """The starting inverse metric of a chain (1-based), (n,) or (n, n).

    Raises
    ------
    EngineError
        If the shape fits neither one metric for all chains nor one for each.
    """
    if settings.inverse_metric is None:
        return None
    given = np.asarray(settings.inverse_metric, dtype=np.float64)
    one = (n, n) if settings.metric == "dense_e" else (n,)
    if given.shape == one:
        return given
    if given.shape == (settings.chains, *one):
        return np.ascontiguousarray(given[chain - 1])
    raise EngineError(
        f"the inverse metric has shape {given.shape}",
        expected=f"{one}, or {(settings.chains, *one)} for one per chain, with metric={settings.metric!r}",
    )


def with_empty(values: Mapping[str, Any], shapes: Shapes) -> dict[str, Any]:
    """Starting values, and those of parameters of length 0, of which there is only one."""
    empty = {name: np.empty(shape) for name, shape in shapes.parameters.items() if 0 in shape}
    return {**empty, **values}


def check_metric(settings: Settings, known: tuple[str, ...], engine: str) -> None:
    """Refuse a form of the metric that an engine does not have.

    Raises
    ------
    EngineError
        If it is another.
    """
    if settings.metric not in known:
        raise EngineError(
            f"engine {engine!r} has no metric {settings.metric!r}",
            expected=f"one of {', '.join(map(repr, known))}",
        )


def check_point(q: Array, n: int) -> Array:
    """An unconstrained point as contiguous float64 (n,).

    Raises
    ------
    EngineError
        If its length is another.
    """
    point = np.ascontiguousarray(q, dtype=np.float64)
    if point.shape != (n,):
        raise EngineError(
            f"the point has shape {point.shape}", expected=f"({n},), on the unconstrained scale"
        )
    return point
