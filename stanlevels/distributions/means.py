"""Means of the latent distributions, from the values of their arguments.

Closed forms with Stan's arguments (sd, not variance; shape and rate), of arrays that broadcast. The
Cauchy distribution has no mean: its location stands in. NaN where a mean is infinite or does not
exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import lgamma
from typing import Any

import numpy as np

Arguments = Mapping[str, Any]
_log_gamma = np.vectorize(lgamma, otypes=[float])


def location(a: Arguments) -> Any:
    """The location argument."""
    return a["mu"]


def itself(a: Arguments) -> Any:
    """The mean is an argument."""
    return a["mean"]


def exp_log(a: Arguments) -> Any:
    """From the log of the mean."""
    return np.exp(a["log"])


def inv_logit(a: Arguments) -> Any:
    """From the log odds of the mean."""
    return 1 / (1 + np.exp(-a["logit"]))


def lognormal(a: Arguments) -> Any:
    """exp(mu + sigma^2 / 2)."""
    return np.exp(a["mu"] + a["sigma"] ** 2 / 2)


def gamma(a: Arguments) -> Any:
    """Shape over rate."""
    return a["alpha"] / a["beta"]


def inverse_gamma(a: Arguments) -> Any:
    """Beta / (alpha - 1), for alpha > 1."""
    return np.where(a["alpha"] > 1, a["beta"] / (a["alpha"] - 1), np.nan)


def exponential(a: Arguments) -> Any:
    """One over the rate."""
    return 1 / a["beta"]


def weibull(a: Arguments) -> Any:
    """Sigma Gamma(1 + 1 / alpha)."""
    return a["sigma"] * _gamma_ratio(1 + 1 / a["alpha"], np.ones(()))


def beta(a: Arguments) -> Any:
    """Alpha / (alpha + beta)."""
    return a["alpha"] / (a["alpha"] + a["beta"])


def uniform(a: Arguments) -> Any:
    """The middle."""
    return (a["alpha"] + a["beta"]) / 2


def half_normal(a: Arguments) -> Any:
    """Sigma sqrt(2 / pi)."""
    return a["sigma"] * np.sqrt(2 / np.pi)


def half_student(a: Arguments) -> Any:
    """2 sigma sqrt(nu/pi) Gamma((nu + 1)/2) / (Gamma(nu/2) (nu - 1)), for nu > 1."""
    nu = a["nu"]
    mean = 2 * a["sigma"] * np.sqrt(nu / np.pi) * _gamma_ratio((nu + 1) / 2, nu / 2) / (nu - 1)
    return np.where(nu > 1, mean, np.nan)


def none(a: Arguments) -> Any:
    """There is no mean."""
    return a["sigma"] * np.nan


def simplex(a: Arguments) -> Any:
    """Concentrations over their sum."""
    return a["alpha"] / a["alpha"].sum(axis=-1, keepdims=True)


def _gamma_ratio(a: Any, b: Any) -> Any:
    """Gamma(a) / Gamma(b)."""
    return np.exp(_log_gamma(a) - _log_gamma(b))
