"""Distributions of response times: what is left after a delay, and how a choice came about."""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np

from stanlevels.distributions.family import Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import NONNEGATIVE, POSITIVE
from stanlevels.distributions.vocabulary import location, scale, standard

__all__ = ["RESPONSE_TIMES"]


def delay(name: str) -> Parameter:
    """A time that is over before anything is measured: below the smallest outcome."""
    prior = Prior("Uniform", (0.0, None), "a delay: any that is over before the fastest response")
    return Parameter(name, NONNEGATIVE, "delay", Default(0), prior)


# --- shifted log-normal ---------------------------------------------------------------------------------


def _after(x: Any, shift: Any) -> tuple[Any, Any]:
    """Whether a value lies above the shift, and by how much; 1 where it does not."""
    return x > shift, np.where(x > shift, x - shift, 1.0)


def _shifted_log(x: Any, mu: Any, sigma: Any, shift: Any) -> Any:
    later, t = _after(x, shift)
    z = (np.log(t) - mu) / sigma
    return np.where(later, -np.square(z) / 2 - log(2 * pi) / 2 - np.log(sigma) - np.log(t), -np.inf)


def _shifted_below(x: Any, mu: Any, sigma: Any, shift: Any) -> Any:
    later, t = _after(x, shift)
    return np.where(later, special.ndtr((np.log(t) - mu) / sigma), 0.0)


def _shifted_above(x: Any, mu: Any, sigma: Any, shift: Any) -> Any:
    later, t = _after(x, shift)
    return np.where(later, special.log_ndtr((mu - np.log(t)) / sigma), 0.0)


_SHIFTED = Numbers(
    POSITIVE,
    log_density=_shifted_log,
    draw=lambda rng, size, mu, sigma, shift: shift + np.exp(mu + sigma * rng.standard_normal(size)),
    mean=lambda mu, sigma, shift: shift + np.exp(mu + np.square(sigma) / 2),
    variance=lambda mu, sigma, shift: np.expm1(np.square(sigma)) * np.exp(2 * mu + np.square(sigma)),
    cumulative=_shifted_below,
    log_above=_shifted_above,
)

SHIFTED_LOGNORMAL = Family(
    "ShiftedLogNormal",
    (
        standard(
            "shifted_lognormal",
            _SHIFTED,
            location(default=Default(0)),
            scale(Default(1)),
            delay("shift"),
            phrase="log-normal above {shift}, with a logarithm around {mu} with standard deviation {sigma}",
        ),
    ),
    "The distribution of shift + exp(x) with x normal with mean `mu` and sd `sigma`: response times of which"
    " `shift` has nothing to do with the task.",
    location_link="log",
    latent=False,
    by_unit=True,
    functions=("shifted_lognormal",),
    symbol="Shifted-Log-Normal",
)

RESPONSE_TIMES = (SHIFTED_LOGNORMAL,)
