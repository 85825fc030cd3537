"""Distributions of real numbers that lean to one side."""

from __future__ import annotations

from math import log, pi, sqrt
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.continuous import located
from stanlevels.distributions.family import Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import OPEN_UNIT, POSITIVE, REAL
from stanlevels.distributions.vocabulary import location, scale, standard, times
from stanlevels.graph import Number, Op, Ref

__all__ = ["SKEWED"]

_EULER = 0.57721566490153286  # the Euler-Mascheroni constant

# --- skew-normal: Azzalini (1985) ---------------------------------------------------------------------


def _delta(alpha: Any) -> Any:
    return alpha / np.sqrt(1 + np.square(alpha))


_SKEW_NORMAL = located(
    log_density=lambda z, alpha: log(2) - np.square(z) / 2 - log(2 * pi) / 2 + special.log_ndtr(alpha * z),
    cumulative=lambda z, alpha: special.ndtr(z) - 2 * special.owens_t(z, alpha),
    draw=lambda rng, size, alpha: (
        _delta(alpha) * np.abs(rng.standard_normal(size))
        + np.sqrt(1 - np.square(_delta(alpha))) * rng.standard_normal(size)
    ),
    mean=lambda alpha: sqrt(2 / pi) * _delta(alpha),
    variance=lambda alpha: 1 - 2 / pi * np.square(_delta(alpha)),
    symmetric=False,
)


def _slant_of(rest: Array) -> float:
    """On the side of the longer tail: at 0 the log density is level, and a search stays there."""
    return 3.0 if np.mean((rest - np.mean(rest)) ** 3) >= 0 else -3.0


_SLANT = Parameter(
    "alpha",
    REAL,
    default=Default(0),
    prior=Prior("Normal", (0.0, 4.0), "a slant to either side, or none"),
    start=_slant_of,
)

SKEW_NORMAL = Family(
    "SkewNormal",
    (
        standard(
            "skew_normal",
            _SKEW_NORMAL,
            location(),
            scale(),
            _SLANT,
            phrase="skew-normal with location {mu}, scale {sigma} and slant {alpha}",
        ),
    ),
    "The skew-normal distribution with location `mu`, scale `sigma` and slant `alpha`, 0 for the normal.",
    location_scale=("mu", "sigma"),
    symbol="Skew-Normal",
)

# --- normal plus exponential --------------------------------------------------------------------------


def _log_late(z: Any, ratio: Any) -> Any:
    """The log of exp(ratio^2 / 2 - ratio z) Phi(z - ratio), without the loss of digits of its parts."""
    far = (ratio - z) / sqrt(2)
    near = np.square(ratio) / 2 - ratio * z + special.log_ndtr(z - ratio)
    return np.where(far > 0, -np.square(z) / 2 + np.log(special.erfcx(np.maximum(far, 0)) / 2), near)


_EX_GAUSSIAN = Numbers(
    REAL,
    log_density=lambda x, mu, sigma, tau: _log_late((x - mu) / sigma, sigma / tau) - np.log(tau),
    draw=lambda rng, size, mu, sigma, tau: (
        mu + sigma * rng.standard_normal(size) + tau * rng.standard_exponential(size)
    ),
    mean=lambda mu, sigma, tau: mu + tau,
    variance=lambda mu, sigma, tau: np.square(sigma) + np.square(tau),
    cumulative=lambda x, mu, sigma, tau: (
        special.ndtr((x - mu) / sigma) - np.exp(_log_late((x - mu) / sigma, sigma / tau))
    ),
    log_above=lambda x, mu, sigma, tau: np.logaddexp(
        special.log_ndtr((mu - x) / sigma), _log_late((x - mu) / sigma, sigma / tau)
    ),
)

_EX_GAUSSIAN_IN_STAN = (Ref("mu"), Ref("sigma"), Op("/", (Number(1), Ref("tau"))))

EX_GAUSSIAN = Family(
    "ExGaussian",
    (
        standard(
            "exp_mod_normal",
            _EX_GAUSSIAN,
            location(),
            scale(),
            Parameter(
                "tau",
                POSITIVE,
                "scale",
                Default(1, 1),
                Prior("HalfNormal", (None,), "a delay, on the scale of the data"),
            ),
            arguments=_EX_GAUSSIAN_IN_STAN,
            below=("ex_gaussian", _EX_GAUSSIAN_IN_STAN),
            phrase="ex-Gaussian: normal around {mu} with standard deviation {sigma}, and an exponential delay"
            " with mean {tau}",
        ),
    ),
    "The sum of a normal number, with mean `mu` and standard deviation `sigma`, and an exponential one with"
    " mean `tau`: response times.",
    tails=("ex_gaussian",),
    symbol="Ex-Gaussian",
    example="sl.ExGaussian(0.4, 0.1, 0.2)",
)

# --- asymmetric Laplace: quantile regression (Yu and Moyeed 2001) ---------------------------------------

_ASYMMETRIC_LAPLACE = located(
    log_density=lambda z, quantile: (
        np.log(quantile) + np.log1p(-quantile) - z * np.where(z < 0, quantile - 1, quantile)
    ),
    cumulative=lambda z, quantile: np.where(
        z < 0,
        quantile * np.exp((1 - quantile) * np.minimum(z, 0)),
        1 - (1 - quantile) * np.exp(-quantile * np.maximum(z, 0)),
    ),
    draw=lambda rng, size, quantile: (
        rng.standard_exponential(size) / quantile - rng.standard_exponential(size) / (1 - quantile)
    ),
    mean=lambda quantile: (1 - 2 * quantile) / (quantile * (1 - quantile)),
    variance=lambda quantile: (
        (1 - 2 * quantile + 2 * np.square(quantile)) / np.square(quantile * (1 - quantile))
    ),
    symmetric=False,
)

ASYMMETRIC_LAPLACE = Family(
    "AsymmetricLaplace",
    (
        standard(
            "skew_double_exponential",
            _ASYMMETRIC_LAPLACE,
            location(),
            scale(),
            Parameter(
                "quantile",
                OPEN_UNIT,
                default=Default(0.5),
                prior=Prior("Beta", (1.0, 1.0), "a probability: every value is as likely"),
            ),
            arguments=(Ref("mu"), times(Number(2), Ref("sigma")), Ref("quantile")),
            phrase="asymmetric Laplace with scale {sigma}, a share {quantile} of it below {mu}",
        ),
    ),
    "The asymmetric Laplace distribution with scale `sigma`, of which a share `quantile` lies below `mu`:"
    " quantile regression.",
    location_scale=("mu", "sigma"),
    symbol="Asymmetric-Laplace",
)

# --- Gumbel ---------------------------------------------------------------------------------------------

_GUMBEL = located(
    log_density=lambda z: -z - np.exp(-z),
    cumulative=lambda z: np.exp(-np.exp(-z)),
    draw=lambda rng, size: -np.log(rng.standard_exponential(size)),
    mean=lambda: _EULER,
    variance=lambda: pi**2 / 6,
    symmetric=False,
    log_above=lambda z: np.log(-np.expm1(-np.exp(-z))),
    log_below=lambda z: -np.exp(-z),
)

GUMBEL = Family(
    "Gumbel",
    (standard("gumbel", _GUMBEL, location(), scale(), phrase="Gumbel around {mu} with scale {sigma}"),),
    "The Gumbel distribution of the largest of many numbers, with mode `mu` and scale `sigma`.",
    location_scale=("mu", "sigma"),
)

SKEWED = (SKEW_NORMAL, EX_GAUSSIAN, ASYMMETRIC_LAPLACE, GUMBEL)
