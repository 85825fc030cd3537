"""How far each unit of a random variable is best centred, whatever its standard deviation may be.

With information I about the effect of a unit, ``lambda = tau^2 I`` and ``w = lambda / (1 + lambda)``, a
sampler sees neither the mean nor tau through the effect (`program/between.py`). An estimate of tau from few
units may be far off, and 0; so w is averaged over the values of tau that such data leave open: by the
restricted likelihood, its sums of squares replaced by what is expected of them at the estimate. That needs
no more than the estimate and I. Where units are few, tau may be near 0 after all, a funnel for what is
centred, so weights are smaller: ``lambda / (c + lambda)``, with c from 3 for up to 8 units down to 1 for
many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.pilot import Units

__all__ = ["Weights", "weights"]

_GRID = 121  # values of tau
_UNITS = 1000  # units that are looked at: the others lie between them
_FEW = 8  # units
_LARGEST = 1e-6  # how near 1 a weight comes


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of the units of one component, and about how large its standard deviation is."""

    weights: Array
    typical: float


def weights(component: Units) -> Weights:
    """How far each unit is centred.

    Examples
    --------
    >>> units = Units(0, 1.0, np.ones(40), np.array([0.01, 1.0, 100.0]).repeat([20, 10, 10]), declared=True)
    >>> found = weights(units)
    >>> [round(float(w), 2) for w in found.weights[[0, 20, 30]]], found.typical
    ([0.01, 0.5, 0.99], 1.0)
    """
    with np.errstate(all="ignore"):  # data of any size; what comes of it is checked
        found = _weights(component)
    finite = bool(np.all(np.isfinite(found.weights))) and 0 < found.typical < np.inf
    return found if finite else Weights(np.full(len(component.multiples), 0.5), 1.0)


def _weights(component: Units) -> Weights:
    multiples = component.multiples
    size = float(np.median(multiples)) if len(multiples) else 1.0
    size = size if size > 0 else 1.0
    information = np.square(multiples / size) * component.informations
    if component.declared or not np.any(information > 0):
        sd = size * component.sd if component.sd > 0 else 1.0
        return Weights(_limited(sd**2 * information), sd)
    taus, probabilities = _open(size * component.sd, information)
    by_size = np.unique(information)
    if len(by_size) > _UNITS:
        by_size = np.quantile(by_size, np.linspace(0, 1, _UNITS))
    lam = np.square(taus)[:, None] * by_size
    cautious = 1 + 2 * min(1.0, _FEW / np.count_nonzero(information)) ** 2
    averaged = np.interp(information, by_size, probabilities @ (lam / (cautious + lam)))
    typical = float(np.exp(probabilities @ np.log(taus)))
    return Weights(np.minimum(averaged, 1 - _LARGEST), typical)


def _limited(lam: Array) -> Array:
    return np.asarray(np.minimum(lam / (1 + lam), 1 - _LARGEST))


def _open(estimate: float, information: Array) -> tuple[Array, Array]:
    """Standard deviations that data leave open, and the probability of each under a flat prior."""
    informed = np.sort(information[information > 0])
    times = len(informed) / min(len(informed), _UNITS)
    at = informed[np.linspace(0, len(informed) - 1, min(len(informed), _UNITS)).round().astype(int)]
    least = 0.03 / np.sqrt(at[-1])
    most = 30 * max(estimate, 1 / np.sqrt(at[len(at) // 2]))
    taus = np.geomspace(least, most, _GRID)
    variance, truth = np.square(taus)[:, None] + 1 / at, estimate**2 + 1 / at
    precision = 1 / variance
    sum_of_squares = times * (precision @ truth) - (np.square(precision) @ truth) / precision.sum(axis=1)
    log_likelihood = -0.5 * (
        times * np.log(variance).sum(axis=1) + np.log(precision.sum(axis=1)) + sum_of_squares
    )
    log_probability = log_likelihood + np.log(taus)  # of a flat prior, on a grid of logarithms
    found = np.exp(log_probability - log_probability.max())
    return taus, found / found.sum()
