"""Outcomes that are not normal, as functions of a linear predictor, with derivatives.

One row per family. `value` is the log density with every constant; `first`, `second` and `third` its
derivatives by the predictor. The dispersion (`shape`) is one unknown number for some families.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["LIKELIHOODS", "Likelihood", "Outcome"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What is known of the rows: values, numbers of trials, and frequencies."""

    y: Array
    trials: Array
    weights: Array


Derivative = Callable[[Outcome, Array, float], Array]


@dataclass(frozen=True)
class Likelihood:
    """A family's log density and its derivatives by the predictor.

    `shaped` says whether it has a dispersion; `variance` is that of the latent variable behind the
    link (pi^2 / 3 for the logistic), NaN where there is none.
    """

    value: Derivative
    first: Derivative
    second: Derivative
    third: Derivative
    start: Callable[[Outcome], Array]
    shaped: bool = False
    variance: float = float("nan")


def _expit(x: Array) -> Array:
    from scipy.special import expit

    return np.asarray(expit(x))


def _gammaln(x: Any) -> Array:
    from scipy.special import gammaln

    return np.asarray(gammaln(x))


# --- binomial with a logit ------------------------------------------------------------------------


def _binomial_value(o: Outcome, eta: Array, shape: float) -> Array:
    choose = _gammaln(o.trials + 1) - _gammaln(o.y + 1) - _gammaln(o.trials - o.y + 1)
    return np.asarray(choose + o.y * eta - o.trials * np.logaddexp(0, eta))


def _binomial_first(o: Outcome, eta: Array, shape: float) -> Array:
    return np.asarray(o.y - o.trials * _expit(eta))


def _binomial_second(o: Outcome, eta: Array, shape: float) -> Array:
    return np.asarray(-o.trials * _expit(eta) * _expit(-eta))


def _binomial_third(o: Outcome, eta: Array, shape: float) -> Array:
    p = _expit(eta)
    return np.asarray(-o.trials * p * _expit(-eta) * (1 - 2 * p))


def _binomial_start(o: Outcome) -> Array:
    share = (o.y + 0.5) / (o.trials + 1)
    return np.asarray(np.log(share / (1 - share)))


# --- Poisson with a logarithm ---------------------------------------------------------------------


def _poisson_value(o: Outcome, eta: Array, shape: float) -> Array:
    return np.asarray(o.y * eta - np.exp(eta) - _gammaln(o.y + 1))


def _log_start(o: Outcome) -> Array:
    return np.asarray(np.log(o.y + 0.5))


# --- negative binomial with a logarithm: variance mu + mu^2 / shape -------------------------------


def _negative_value(o: Outcome, eta: Array, shape: float) -> Array:
    constant = _gammaln(o.y + shape) - _gammaln(shape) - _gammaln(o.y + 1)
    log_sum = np.logaddexp(eta, np.log(shape))
    return np.asarray(constant + o.y * (eta - log_sum) + shape * (np.log(shape) - log_sum))


def _negative_first(o: Outcome, eta: Array, shape: float) -> Array:
    return np.asarray(o.y - (o.y + shape) * _expit(eta - np.log(shape)))


def _negative_second(o: Outcome, eta: Array, shape: float) -> Array:
    p = _expit(eta - np.log(shape))
    return np.asarray(-(o.y + shape) * p * (1 - p))


def _negative_third(o: Outcome, eta: Array, shape: float) -> Array:
    p = _expit(eta - np.log(shape))
    return np.asarray(-(o.y + shape) * p * (1 - p) * (1 - 2 * p))


# --- gamma with a logarithm of the mean -----------------------------------------------------------


def _gamma_value(o: Outcome, eta: Array, shape: float) -> Array:
    with np.errstate(over="ignore"):
        rate = o.y * np.exp(-eta)
    return np.asarray(
        shape * (np.log(shape) - eta) - _gammaln(shape) + (shape - 1) * np.log(o.y) - shape * rate
    )


LIKELIHOODS: dict[str, Likelihood] = {
    "binomial": Likelihood(
        _binomial_value,
        _binomial_first,
        _binomial_second,
        _binomial_third,
        _binomial_start,
        variance=float(np.pi**2 / 3),
    ),
    "poisson": Likelihood(
        _poisson_value,
        lambda o, eta, shape: np.asarray(o.y - np.exp(eta)),
        lambda o, eta, shape: -np.exp(eta),
        lambda o, eta, shape: -np.exp(eta),
        _log_start,
    ),
    "neg_binomial": Likelihood(
        _negative_value, _negative_first, _negative_second, _negative_third, _log_start, shaped=True
    ),
    "gamma": Likelihood(
        _gamma_value,
        lambda o, eta, shape: np.asarray(shape * (o.y * np.exp(-eta) - 1)),
        lambda o, eta, shape: np.asarray(-shape * o.y * np.exp(-eta)),
        lambda o, eta, shape: np.asarray(shape * o.y * np.exp(-eta)),
        lambda o: np.log(np.maximum(o.y, 1e-12)),
        shaped=True,
    ),
}
