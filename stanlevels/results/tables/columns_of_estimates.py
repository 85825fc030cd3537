"""The columns that estimates give the tables: standard errors, intervals, conditional moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.results.tables.pooling import Shrinkage
from stanlevels.results.tables.pooling_factor import pooling_factor
from stanlevels.results.tables.summary import asked_for

if TYPE_CHECKING:
    from stanlevels.estimation.point.solution import Numbers, Solution, UnitMoments

__all__ = ["ALWAYS", "check_interval", "chosen", "of_numbers", "of_units", "shrinkage"]


ALWAYS = ("estimate", "sd", "lower", "upper", "role", "se", "df")


def check_interval(interval: str) -> None:
    """Raise FitError for a sort of interval that there is not."""
    if interval not in ("wald", "profile"):
        raise FitError(f"interval is {interval!r}", expected="'wald' or 'profile'")


def chosen(numbers: Mapping[str, Numbers], var_names: Sequence[str] | str | None) -> list[str]:
    """The quantities that `summary` shows; see `PointFit.summary`."""
    if var_names is None:
        return list(numbers)
    return asked_for(
        var_names,
        numbers,
        "there are no estimates of {} for the whole model",
        "; quantities over a level are in effects()",
    )


def of_numbers(
    solution: Solution, name: str, found: Numbers, level: float, interval: str
) -> dict[str, Array]:
    """Columns of `summary` for every number of a quantity."""
    lower, upper = _wald(found, level)
    if interval == "profile" and found.role == "parameter":
        each = range(len(found.estimate))
        lower, upper = np.array([solution.profile_interval(name, k, level) for k in each]).T
    se = found.sd if found.role == "parameter" else np.full(len(found.sd), np.nan)
    table = {"estimate": found.estimate, "sd": found.sd, "lower": lower, "upper": upper}
    return table | {"role": np.full(len(se), found.role, dtype=object), "se": se, "df": found.df}


def _wald(found: Numbers, level: float) -> tuple[Array, Array]:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        half = _quantiles((1 + level) / 2, found.df)
        if found.axis == "log":
            wide = half * found.sd / found.estimate
            return found.estimate * np.exp(-wide), found.estimate * np.exp(wide)
        if found.axis == "atanh":
            z, wide = np.arctanh(found.estimate), half * found.sd / (1 - found.estimate**2)
            return np.tanh(z - wide), np.tanh(z + wide)
        if found.axis == "logit":
            odds = found.estimate / (1 - found.estimate)
            by = np.exp(half * found.sd / (found.estimate * (1 - found.estimate)))
            return odds / (odds + by), odds / (odds + 1 / by)
        return found.estimate - half * found.sd, found.estimate + half * found.sd


def _quantiles(share: float, df: Array) -> Array:
    """Of Student's t distributions; infinitely many degrees of freedom are the normal one."""
    from scipy.special import ndtri, stdtrit  # a tenth of what it takes to import scipy.stats

    normal = np.isinf(df)
    return np.asarray(np.where(normal, ndtri(share), stdtrit(np.where(normal, 1.0, df), share)))


def of_units(found: UnitMoments, level: float) -> dict[str, Array]:
    """Columns of `effects`."""
    from scipy.special import ndtri

    sd = np.sqrt(found.variance)
    half = ndtri((1 + level) / 2) * sd
    table = {"estimate": found.mean, "sd": sd, "lower": found.mean - half, "upper": found.mean + half}
    if found.deviation is None or found.weight is None or found.no_pooling is None:
        return table
    table |= {"deviation": found.deviation, "weight": found.weight}
    return table | {"no_pooling": found.no_pooling, "complete_pooling": found.mean - found.deviation}


def shrinkage(solution: Solution, names: Sequence[str], shares: Mapping[str, float]) -> dict[str, Shrinkage]:
    """What `pooling` shows of random variables over units, with shares of the variance of a row."""
    moments = {name: solution.units(name) for name in names}
    return {
        name: _of_one(found, solution.mean_variance(name), shares.get(name, float("nan")))
        for name, found in moments.items()
        if found.deviation is not None
    }


def _of_one(found: UnitMoments, of_mean: Array, icc: float) -> Shrinkage:
    """Of one random variable, from moments with units slowest and components fastest."""
    assert found.deviation is not None
    assert found.deviation_variance is not None
    assert found.spread is not None
    assert found.weight is not None
    width = len(of_mean)
    mean, variance, spread, weight = (
        values.reshape(-1, width)
        for values in (found.deviation, found.deviation_variance, found.spread, found.weight)
    )
    factors = [pooling_factor(mean[:, k], variance[:, k], float(of_mean[k])) for k in range(width)]
    return Shrinkage(np.sqrt(np.mean(spread**2, axis=0)), np.array(factors), weight.mean(axis=0), icc)
