"""Distributions of response times: what is left after a delay, and how a choice came about."""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np

from stanlevels.distributions.family import Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import NONNEGATIVE, OPEN_UNIT, POSITIVE, REAL
from stanlevels.distributions.vocabulary import location, scale, standard
from stanlevels.distributions.wiener import WIENER_NUMBERS

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

# --- Wiener ---------------------------------------------------------------------------------------------

WIENER = Family(
    "Wiener",
    (
        standard(
            "signed_wiener",
            WIENER_NUMBERS,
            Parameter(
                "drift",
                REAL,
                "drift",
                prior=Prior("Normal", (0.0, None), "a drift to either boundary, by the size of the times"),
            ),
            Parameter(
                "boundary",
                POSITIVE,
                "boundary",
                prior=Prior("Gamma", (2.0, None), "a boundary, by the size of the times"),
            ),
            delay("delay"),
            Parameter(
                "bias",
                OPEN_UNIT,
                default=Default(0.5),
                prior=Prior("Beta", (1.0, 1.0), "a share of the way: every value is as likely"),
            ),
            phrase="a choice and its time: what reaches one of two boundaries {boundary} apart from a share"
            " {bias} of the way up, with drift {drift}, after a delay {delay}",
        ),
    ),
    "A choice between two and its time: the first passage of a Wiener process with `drift` through 0 or"
    " `boundary`, from the share `bias` of the way up, `delay` later. Its values are times, above 0 where the"
    " upper boundary was reached, below 0 where the lower one was: `observed=` names a column of times and"
    " one of choices, or one of times with signs.",
    latent=False,
    signed=True,
    by_unit=True,
    cumulative=False,
    functions=("signed_wiener",),
    example="sl.Wiener(1.5, 2.0, 0.2, 0.5, observed=['rt', 'choice'])",
)

RESPONSE_TIMES = (SHIFTED_LOGNORMAL, WIENER)
