"""Distributions of what lies above a threshold, with tails that fall as powers."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.distributions.family import Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import POSITIVE, REAL
from stanlevels.distributions.vocabulary import scale, shape, standard

__all__ = ["TAILS", "log_over"]

# --- Pareto ---------------------------------------------------------------------------------------------


def _pareto_variance(y_min: Any, alpha: Any) -> Any:
    finite = np.square(y_min / (alpha - 1)) * alpha / (alpha - 2)
    return np.where(alpha > 2, finite, np.where(alpha > 1, np.inf, np.nan))


_PARETO = Numbers(
    POSITIVE,
    log_density=lambda x, y_min, alpha: np.where(
        x >= y_min, np.log(alpha) + alpha * np.log(y_min) - (alpha + 1) * np.log(x), -np.inf
    ),
    draw=lambda rng, size, y_min, alpha: y_min * np.exp(rng.standard_exponential(size) / alpha),
    mean=lambda y_min, alpha: np.where(alpha > 1, y_min * alpha / (alpha - 1), np.inf),
    variance=_pareto_variance,
    cumulative=lambda x, y_min, alpha: -np.expm1(-alpha * np.maximum(np.log(x) - np.log(y_min), 0)),
    log_above=lambda x, y_min, alpha: -alpha * np.maximum(np.log(x) - np.log(y_min), 0),
)

PARETO = Family(
    "Pareto",
    (
        standard(
            "pareto",
            _PARETO,
            Parameter("y_min", POSITIVE),
            shape("alpha", Default(1)),
            phrase="Pareto from {y_min} on with shape {alpha}",
        ),
    ),
    "The Pareto distribution from `y_min` on, with shape `alpha`: the probability of more than x is"
    " (y_min / x)^alpha.",
    bounds=("y_min", ""),
    example="sl.Pareto(1, 1.5)",
)

# --- generalised Pareto ---------------------------------------------------------------------------------

_NEAR = 1e-5  # up to which log(1 + t) / t is a series, exact to the last digit


def log_over(t: Any) -> Any:
    """log(1 + t) / t."""
    small = np.where(np.abs(t) < _NEAR, t, 0.0)
    other = np.where(np.abs(t) < _NEAR, 1.0, t)
    return np.where(np.abs(t) < _NEAR, 1 - small / 2 + np.square(small) / 3, np.log1p(other) / other)


def _generalized_log(x: Any, mu: Any, sigma: Any, xi: Any) -> Any:
    z = (x - mu) / sigma
    inside = (z >= 0) & (1 + xi * z > 0)
    t = np.where(inside, xi * z, 0.0)
    return np.where(inside, -np.log(sigma) - (1 + xi) * z * log_over(t), -np.inf)


def _generalized_above(x: Any, mu: Any, sigma: Any, xi: Any) -> Any:
    z = np.maximum((x - mu) / sigma, 0)
    inside = 1 + xi * z > 0
    return np.where(inside, -z * log_over(np.where(inside, xi * z, 0.0)), -np.inf)


def _generalized_draw(rng: np.random.Generator, size: Any, mu: Any, sigma: Any, xi: Any) -> Any:
    e = rng.standard_exponential(size)
    t = xi * e
    some = np.where(t == 0, 1.0, t)
    return mu + sigma * e * np.where(t == 0, 1.0, np.expm1(some) / some)


_GENERALIZED = Numbers(
    REAL,
    log_density=_generalized_log,
    draw=_generalized_draw,
    mean=lambda mu, sigma, xi: np.where(xi < 1, mu + sigma / (1 - xi), np.inf),
    variance=lambda mu, sigma, xi: np.where(
        xi < 0.5, np.square(sigma / (1 - xi)) / (1 - 2 * xi), np.where(xi < 1, np.inf, np.nan)
    ),
    cumulative=lambda x, mu, sigma, xi: -np.expm1(_generalized_above(x, mu, sigma, xi)),
    log_above=_generalized_above,
)

GENERALIZED_PARETO = Family(
    "GeneralizedPareto",
    (
        standard(
            "generalized_pareto",
            _GENERALIZED,
            Parameter("mu", REAL, "bound"),
            scale(Default(1, 1)),
            Parameter(
                "xi",
                REAL,
                default=Default(0),
                prior=Prior("Normal", (0.0, 0.5), "a tail that is seldom heavier than one without a mean"),
            ),
            phrase="generalised Pareto from {mu} on with scale {sigma} and tail index {xi}",
        ),
    ),
    "The generalised Pareto distribution of what exceeds the threshold `mu`, with scale `sigma` and tail"
    " index `xi`: 0 is exponential, above 0 a power, below 0 an end at mu - sigma / xi.",
    bounds=("mu", ""),
    latent=False,
    by_unit=True,
    functions=("generalized_pareto",),
    symbol="Generalized-Pareto",
    example="sl.GeneralizedPareto(10, 2, 0.1, observed='loss')",
)

TAILS = (PARETO, GENERALIZED_PARETO)
