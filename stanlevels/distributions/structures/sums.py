"""Units whose numbers sum to zero."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.structure import GROUPS, Structure
from stanlevels.distributions.structures.geometry import Groups

__all__ = ["ZERO_SUM"]


def _numbers(z: Array, groups: Groups) -> Array:
    """Numbers (..., units, components) less the mean of their group."""
    return np.asarray(z - groups.means(z)[..., groups.run, :])


def _lost(groups: Groups) -> Array:
    return np.asarray(1 / groups.sizes[groups.run])


def _given(
    rng: Generator | None,
    known: Groups,
    x: Array,
    other: Groups,
    before: Codes,
    here: dict[str, Any],
    there: dict[str, Any],
) -> Array:
    """Numbers of all units: known ones as they are. Others are no part of the sum, and independent."""
    shape = (*x.shape[:-2], len(before), x.shape[-1])
    found = np.zeros(shape) if rng is None else rng.standard_normal(shape)
    there_before = before >= 0
    found[..., there_before, :] = x[..., before[there_before], :]
    return found


ZERO_SUM = Structure(
    needs=GROUPS,
    arguments=(),
    stan="summing_to_zero",
    data=("run",),
    numbers=_numbers,
    standard=lambda x, groups: x,
    log_root=lambda groups: np.zeros(1),
    given=_given,
    variance=lambda groups: 1 - _lost(groups)[:, None],
    lost=_lost,
)
