"""Pareto smoothed importance sampling by the ArviZ that is installed."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.results.arviz.groups import are_a_tree
from stanlevels.results.checks.effective_size import effective_sizes
from stanlevels.results.checks.series import series_of_numbers
from stanlevels.results.draws import Draws
from stanlevels.values.pieces import turned

__all__ = ["relative_size", "smoothed"]

_MOST = 5_000  # numbers of one quantity of which effective sizes are asked
_PIECE = 500  # of these at a time
_CONSTANT = 1e-15


def smoothed(log_likelihood: Array, relative: float) -> tuple[Array, Array]:
    """Log weights of draws without an observation, and the shape of their tail.

    Parameters
    ----------
    log_likelihood : ndarray, (observations, draws)
    relative : float
        Effective draws over draws; see `relative_size`.

    Returns
    -------
    ndarray, (observations, draws)
        Normalised log weights.
    ndarray, (observations,)
        Pareto k of each.
    """
    # Where no draw says anything else of an observation all weigh the same; ArviZ 1 refuses such rows.
    varies = np.ptp(log_likelihood, axis=-1) >= _CONSTANT
    weights, k = np.full(log_likelihood.shape, -np.log(log_likelihood.shape[-1])), np.zeros(len(varies))
    if varies.any():
        weights[varies], k[varies] = _by_arviz(log_likelihood[varies], relative)
    return weights, k


def _by_arviz(log_likelihood: Array, relative: float) -> tuple[Any, Any]:
    """Weights and shapes; ArviZ 1 takes the ratios to be the inverse of what it is given."""
    if not are_a_tree():
        import arviz

        weights, k = arviz.psislw(-log_likelihood, relative)
    else:
        from arviz_stats.base import array_stats

        weights, k = array_stats.psislw(log_likelihood, r_eff=relative)
    return np.asarray(weights), np.atleast_1d(k)


def relative_size(draws: Draws) -> float:
    """Effective draws over draws, as ArviZ has it in LOO: the mean over all numbers of the posterior.

    Of a quantity with more than 5,000 numbers as many, evenly spaced, stand for all.
    """
    chains, length = draws.shape
    if chains < 2 or length < 4:
        return 1.0
    total, count = 0.0, 0
    for name in draws.recorded:
        if draws.is_on_demand(name):
            continue
        units, width = draws.size(name)
        every = -(-units * width // _MOST)
        numbers = np.arange(0, units * width, every)
        for first in range(0, len(numbers), _PIECE):
            found = _sizes(draws.numbers(name, numbers[first : first + _PIECE]))
            total, count = total + float(found.sum()) * every, count + len(found) * every
    return min(total / count / (chains * length), 1e3) if count and np.isfinite(total) else 1.0


def _sizes(values: Array) -> Array:
    """Effective sizes of the means of (chains, draws, n), chains split in halves as ArviZ does."""
    x = turned(values)
    n, chains, length = x.shape
    half = length // 2
    halves = np.concatenate([x[:, :, :half], x[:, :, -half:]], axis=1)
    still = np.ptp(x.reshape(n, -1), axis=1) < _CONSTANT
    (found,) = effective_sizes([series_of_numbers(halves)])
    return np.where(still, float(chains * length), found)
