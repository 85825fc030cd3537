"""Where chains start that share what a pilot found: apart, so that R-hat sees what the pilot did not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.bayes.descent import Density, descend
from stanlevels.estimation.bayes.pilot import Pilot

__all__ = ["start_of_chain"]

_WIDER = 1.5  # than the posterior, so far start chains apart
_FURTHEST = 2.0  # standard deviations of a normal draw
_STREAM = 0x5CA77


def start_of_chain(density: Density, found: Pilot, own: Array, seed: int, chain: int) -> Array:
    """An unconstrained start (n,) of one chain.

    A place that the chain's own start near the middle of the priors leads to comes first, because that may be
    another mode; where that is too far from what the pilot found, a wide draw around its centre; at last one
    of its own points.

    Parameters
    ----------
    density : callable
    found : Pilot
    own : array (n,)
        The chain's own start near the middle of the priors.
    seed, chain : int
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, chain, _STREAM]))
    high, low = _usual(found)
    for point in _candidates(density, found, own, rng):
        height, slope = density(point)
        if low <= height <= high and np.isfinite(slope).all():
            return point
    last: Array = found.points[chain % len(found.points)]
    return last


def _usual(found: Pilot) -> tuple[float, float]:
    """Between which log densities a chain may start: not where it could not come from in a short warm-up."""
    n = found.points.shape[1]
    return float(found.heights.max()) + n + 10, float(np.median(found.heights)) - 3 * n - 20


def _candidates(density: Density, found: Pilot, own: Array, rng: np.random.Generator) -> Iterator[Array]:
    n = len(own)
    around = np.clip(rng.normal(size=n), -_FURTHEST, _FURTHEST)
    yield descend(density, own) + found.shape.spread(around)
    for share in (_WIDER, 1.0, 0.5):
        yield found.centre + share * found.shape.spread(np.clip(rng.normal(size=n), -_FURTHEST, _FURTHEST))
