"""Short ways to bind a model and to hold its posterior to an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from tests.priors.posterior import Posterior

N = 240

COVARIATES = {
    "years": lambda r: 2000.0 + np.arange(N) % 20,
    "kelvin": lambda r: r.normal(288, 6, N),
    "heights": lambda r: r.normal(170, 8, N),
    "acidity": lambda r: r.normal(7.4, 0.05, N),
    "proportions": lambda r: r.uniform(0.0005, 0.0025, N),
    "millions": lambda r: r.uniform(1e6, 9e6, N),
}
"""Covariates as they come, each far from 0 or of a size that is far from 1."""


def bind(lines: Mapping[str, Any], data: Any) -> BoundModel:
    """A model of these lines with these data."""
    return sl.Model.define("M", dict(lines)).bind(data)


def standard(x: Any) -> np.ndarray:
    """Values less their mean, over their sd."""
    x = np.asarray(x, dtype=float)
    return np.asarray((x - x.mean()) / x.std())


def agrees(found: Posterior, name: str, estimate: float, se: float, share: float = 0.25) -> bool:
    """Whether a posterior mean lies within a fraction of a standard error of an estimate."""
    mean = float(found.mean[name])
    assert np.isfinite(mean)
    assert abs(mean - estimate) < share * se, (
        f"{name}: the posterior mean is {mean:.6g}, the estimate {estimate:.6g} with standard error {se:.3g}:"
        f" {abs(mean - estimate) / se:.2f} standard errors apart"
    )
    return True


def is_same(one: Posterior, other: Posterior, name: str, factor: float = 1.0) -> bool:
    """Whether a quantity has the same posterior in two fits, up to a factor and to Monte Carlo error."""
    mean, sd = float(one.mean[name]), float(one.sd[name])
    found = factor * float(other.mean[name])
    spread = abs(factor) * float(other.sd[name])
    error = 5 * sd * np.sqrt(1 / one.ess + 1 / other.ess)
    assert abs(found - mean) < error, f"{name} has mean {mean:.6g} and {found:.6g}, with sd {sd:.3g}"
    assert abs(spread - sd) < error, f"{name} has sd {sd:.3g} and {spread:.3g}"
    return True
