"""The search for the maximum, begun again where a coefficient's wrong sign has led to a variance of 0.

A coefficient that multiplies a random variable (a loading) has no say where that variable's standard
deviation is 0, and from the wrong sign the search ends there.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.general.minimum import minimize
from stanlevels.estimation.point.observer import Observer
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.linear.forms import NotLinearError

__all__ = ["searched"]

_MANY = 60  # coefficients that are not tried one by one
_SIGNS = 3  # loadings whose signs are tried in all combinations
_SAME = 1e-6


def searched(criterion: GeneralCriterion, observer: Observer, begun: Array | None = None) -> Optimum:
    """The best optimum found, from a point where there is a good one to begin with."""
    try:
        best = _from(criterion, begun, observer) or minimize(criterion, criterion.start, observer)
    except NotLinearError:
        raise
    except (FitError, np.linalg.LinAlgError):
        raise _nowhere(criterion) from None
    if not best.at_zero:
        return best
    silent = _silent(criterion, best)[:_SIGNS]
    for signs in product((1.0, -1.0), repeat=len(silent)):
        if min(signs, default=1.0) > 0:
            continue
        found = minimize(criterion, _flipped(criterion, silent, signs), observer)
        best = found if found.value < best.value - _SAME else best
    return best


def _from(criterion: GeneralCriterion, begun: Array | None, observer: Observer) -> Optimum | None:
    """The optimum from a point; None without one, or where nothing is found from there."""
    if begun is None or not np.isfinite(criterion.value(begun)):
        return None
    try:
        found = minimize(criterion, begun, observer)
    except (FitError, np.linalg.LinAlgError):
        return None
    return found if found.converged else None


def _nowhere(criterion: GeneralCriterion) -> FitError:
    names = [line.name for line in criterion.model.lines if not line.own]
    return FitError(
        f"the likelihood of {listing(names)} has no value where the search begins: some unknown number"
        " heads for the end of its support, as a scale does to 0 where nothing is left to explain",
        expected="rows that differ from what parameters and effects can reproduce exactly",
        way_out="give a scale a known value, leave an effect out, or use method='nuts'",
    )


def _silent(criterion: GeneralCriterion, optimum: Optimum) -> list[int]:
    """Coefficients without which the likelihood at a variance of 0 is the same."""
    m, beta = len(criterion.layout.coordinates), criterion.split(optimum.z)[1]
    if len(beta) > _MANY:
        return []
    found = []
    for k in range(len(beta)):
        moved = beta.copy()
        moved[k] += max(1.0, abs(beta[k]))
        if abs(criterion.value(_at(criterion, optimum.z[:m], moved)) - optimum.value) < _SAME:
            found.append(k)
    return found


def _flipped(criterion: GeneralCriterion, silent: list[int], signs: tuple[float, ...]) -> Array:
    """The start with other signs of some coefficients; what is 0 there becomes 1 or -1."""
    m, beta = len(criterion.layout.coordinates), criterion.started.beta.copy()
    for k, sign in zip(silent, signs, strict=True):
        beta[k] = sign * (beta[k] if abs(beta[k]) > 1e-3 else 1.0)
    return _at(criterion, criterion.start[:m], beta)


def _at(criterion: GeneralCriterion, coordinates: Array, beta: Array) -> Array:
    """The point with these coefficients."""
    moved = np.linalg.lstsq(criterion.started.root, beta - criterion.started.beta, rcond=None)[0]
    return np.concatenate([coordinates, moved])
