"""Roots of the covariances of normal lines."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Units, Values, width

__all__ = ["root_of"]

_ALL = slice(None)


def root_of(line: Line, values: Values, data: Data, units: Units = _ALL) -> Array:
    """The lower triangular root of a normal line's covariance, (chains, draws, units or 1, k, k)."""
    k = width(values.planned, line.name)
    sd = evaluate(line.args[line.scale], line.domain, values, data, units)
    sd = np.broadcast_to(sd, (*sd.shape[:3], k))
    if not line.form.correlation:
        return np.asarray(sd[..., None] * np.eye(k))
    corr = evaluate(line.args[line.form.correlation], line.domain, values, data, units)
    return np.asarray(sd[..., None] * np.linalg.cholesky(corr.reshape(*corr.shape[:3], k, k)))
