"""Conjugate pairs: priors whose outcomes leave them of their own kind (Raiffa and Schlaifer 1961)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.special import special

__all__ = ["FLAGS", "PROBABILITY", "RATE", "TIMES", "TOTALS", "TRIALS", "ConjugateOutcome", "ConjugatePrior"]

RATE, PROBABILITY = "of rates", "of probabilities"

Rows = tuple[tuple[Array, Array], Array]


@dataclass(frozen=True)
class ConjugatePrior:
    """A distribution of rates or of probabilities, whose two arguments rows add to.

    Attributes
    ----------
    kind : str
        `RATE` or `PROBABILITY`.
    words : str
    shape_is_one : bool
        Whether its one argument is the second of two, the first being 1.
    """

    kind: str
    words: str
    shape_is_one: bool = False


@dataclass(frozen=True)
class ConjugateOutcome:
    """A distribution of outcomes about rates or probabilities.

    Attributes
    ----------
    kind : str
        `RATE` or `PROBABILITY`.
    words : str
        What its rows are.
    left : str
        What its distribution is with the rate or probability integrated out.
    adds : callable
        Of outcomes, exposures and trials (rows,): what every row adds to the two arguments of the prior, and
        its constant.
    by_inverse : bool
        Whether its mean is one over the rate.
    """

    kind: str
    words: str
    left: str
    adds: Callable[[Array, Array, Array], Rows]
    by_inverse: bool = False


def _totals(y: Array, exposure: Array, trials: Array) -> Rows:
    return (y, exposure), special.xlogy(y, exposure) - special.gammaln(y + 1.0)


def _times(y: Array, exposure: Array, trials: Array) -> Rows:
    return (np.ones(len(y)), exposure * y), np.log(exposure)


def _flags(y: Array, exposure: Array, trials: Array) -> Rows:
    return (y, 1.0 - y), np.zeros(len(y))


def _trials(y: Array, exposure: Array, trials: Array) -> Rows:
    return (y, trials - y), -np.log1p(trials) - special.betaln(1 + trials - y, 1 + y)


TOTALS = ConjugateOutcome(RATE, "counts", "negative binomial", _totals)
TIMES = ConjugateOutcome(RATE, "waiting times", "Pareto", _times, by_inverse=True)
FLAGS = ConjugateOutcome(PROBABILITY, "successes", "beta-binomial", _flags)
TRIALS = ConjugateOutcome(PROBABILITY, "successes", "beta-binomial", _trials)
