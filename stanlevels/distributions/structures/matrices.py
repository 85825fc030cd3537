"""Units with a known covariance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.structure import BORDERS, MATRIX, Sparse, Structure
from stanlevels.distributions.structures.geometry import LOOSE, Correlations, Neighbours

__all__ = ["KNOWN", "NEIGHBOURS"]


def _parted(x: Array, groups: int) -> Array:
    """Numbers (..., units, components) as (..., groups, members, components)."""
    return x.reshape(*x.shape[:-2], groups, -1, x.shape[-1])


def _whole(x: Array) -> Array:
    return x.reshape(*x.shape[:-3], -1, x.shape[-1])


def _numbers(z: Array, known: Correlations) -> Array:
    return _whole(known.root @ _parted(z, len(known.keys)))


def _standard(x: Array, known: Correlations) -> Array:
    from scipy.linalg import solve_triangular

    parts = _parted(x, len(known.keys))
    inverse = solve_triangular(known.root, np.eye(len(known.root)), lower=True)
    return _whole(inverse @ parts)


def _log_root(known: Correlations) -> Array:
    return np.asarray([len(known.keys) * np.log(np.diag(known.root)).sum()])


def _variance(known: Correlations) -> Array:
    return np.asarray(np.tile(known.variances, len(known.keys))[:, None])


def _given(
    rng: Generator | None,
    known: Correlations,
    x: Array,
    other: Correlations,
    before: Codes,
    here: dict[str, Any],
    there: dict[str, Any],
) -> Array:
    """Numbers of all units: known ones as they are, others from their normal distribution given these."""
    members = len(other.at)
    found = np.empty((*x.shape[:-2], len(before), x.shape[-1]))
    known_units = before >= 0
    found[..., known_units, :] = x[..., before[known_units], :]
    parts, places = _parted(x, len(known.keys)), {key: i for i, key in enumerate(known.keys)}
    for group, key in enumerate(other.keys):
        own = np.arange(group * members, (group + 1) * members)
        named = own[(before[own] < 0) & (other.at >= 0)]
        unnamed = own[(before[own] < 0) & (other.at < 0)]
        if len(named):
            at = other.at[named - group * members]
            mean, covariance = np.zeros((len(named), 1)), known.whole[np.ix_(at, at)]
            if key in places:
                cross = known.whole[np.ix_(at, known.at)]
                weights = np.linalg.solve(known.whole[np.ix_(known.at, known.at)], cross.T).T
                mean, covariance = weights @ parts[..., places[key], :, :], covariance - weights @ cross.T
            found[..., named, :] = mean + _draw(rng, covariance, found[..., named, :].shape)
        if len(unnamed):
            variances = np.diag(other.variances[unnamed - group * members])
            found[..., unnamed, :] = _draw(rng, variances, found[..., unnamed, :].shape)
    return found


def _draw(rng: Generator | None, covariance: Array, shape: tuple[int, ...]) -> Array:
    if rng is None:
        return np.zeros(shape)
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ rng.standard_normal(shape))


KNOWN = Structure(
    needs=MATRIX,
    arguments=(),
    stan="correlated",
    data=("root",),
    numbers=_numbers,
    standard=_standard,
    log_root=_log_root,
    given=_given,
    variance=_variance,
)

_FARTHEST = 6.0  # standard deviations of the mean that a part has in place of its own


def _freed(x: Array, areas: Neighbours) -> Array:
    """Numbers (..., units, components) whose parts have a mean of their own, of the variance of one by n."""
    n = areas.many[:, None]
    mean = areas.means(x)
    free = np.clip(mean / np.sqrt(LOOSE), -_FARTHEST / np.sqrt(n), _FARTHEST / np.sqrt(n))
    return np.asarray(np.where(n > 1, x - mean + free, x))


NEIGHBOURS = replace(
    KNOWN,
    needs=BORDERS,
    sparse=Sparse("bordered", ("members", "parts"), ("one", "other", "weight"), _freed),
)
"""Units that vary about their neighbours: the covariance follows from their borders.

With P the pseudo-inverse of their precision Q and J the matrix that takes the mean of n areas, the covariance
is P + 1e-8 J. Numbers z with the precision Q + J have no wide and narrow directions beside each other, and
(I - J + 1e-4 J) z has that covariance: many areas are sampled so, in time that grows with their borders.
"""
