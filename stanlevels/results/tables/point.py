"""The tables of a fit without draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.errors import FitError, listing
from stanlevels.graph import VariableNode
from stanlevels.results.arviz.axes import component_axes, label_array, rows_of
from stanlevels.results.tables.moments import check_level
from stanlevels.results.tables.pooling_factor import pooling_factor
from stanlevels.results.tables.pooling_rows import COLUMNS, component_words, rows_of_level

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.estimation.point.solution import Numbers, UnitMoments
    from stanlevels.results.point_fit import PointFit

__all__ = ["effects", "labels_of", "pooling", "summary"]

Array = np.ndarray[Any, Any]


def summary(
    fit: PointFit, var_names: Sequence[str] | str | None, level: float, interval: str
) -> pd.DataFrame:
    """See `PointFit.summary`."""
    import pandas as pd

    check_level(level)
    if interval not in ("wald", "profile"):
        raise FitError(f"interval is {interval!r}", expected="'wald' or 'profile'")
    numbers = fit.numbers
    parts = []
    for name in _chosen(numbers, var_names):
        found = numbers[name]
        labels = labels_of(fit, name)
        lower, upper = _wald(found, level)
        if interval == "profile" and found.role == "parameter":
            both = [fit.solution.profile_interval(name, k, level) for k in range(len(labels))]
            lower, upper = np.array(both).T
        se = found.sd if found.role == "parameter" else np.full(len(labels), np.nan)
        table = {"estimate": found.estimate, "sd": found.sd, "lower": lower, "upper": upper}
        columns: dict[str, Any] = table | {"role": found.role, "se": se, "df": found.df}
        parts.append(pd.DataFrame(columns, index=pd.Index(labels, dtype=object)))
    if parts:
        return pd.concat(parts)
    return pd.DataFrame(columns=["estimate", "sd", "lower", "upper", "role", "se", "df"], dtype=float)


def _chosen(numbers: Mapping[str, Numbers], var_names: Sequence[str] | str | None) -> list[str]:
    if var_names is None:
        return list(numbers)
    wanted = [var_names] if isinstance(var_names, str) else list(var_names)
    if unknown := [name for name in wanted if name not in numbers]:
        raise FitError(
            f"there are no estimates of {listing(unknown)} for the whole model",
            expected=f"one of {listing(numbers, 20)}; quantities over a level are in effects()",
        )
    return wanted


def labels_of(fit: PointFit, name: str) -> list[str]:
    """What each number of a quantity without units is called."""
    line = fit.planned.lines[name]
    correlation = isinstance(line.node, VariableNode) and line.node.family == "LKJCholesky"
    if not line.components:
        return [name]
    if correlation:
        labels = fit.planned.axes[line.components[0]]
        pairs = [(a, b) for i, a in enumerate(labels) for b in labels[i + 1 :]]
        return [f"{name}[{a}, {b}]" for a, b in pairs]
    axes = component_axes(line.components, fit.planned, fit.names)
    return [f"{name}[{', '.join(map(str, x))}]" for x in product(*(axis.labels for axis in axes))]


def _wald(found: Numbers, level: float) -> tuple[Array, Array]:
    from scipy import stats

    with np.errstate(invalid="ignore", divide="ignore"):
        half = stats.t.ppf((1 + level) / 2, found.df)
        if found.axis == "log":
            wide = half * found.sd / found.estimate
            return found.estimate * np.exp(-wide), found.estimate * np.exp(wide)
        if found.axis == "atanh":
            z, wide = np.arctanh(found.estimate), half * found.sd / (1 - found.estimate**2)
            return np.tanh(z - wide), np.tanh(z + wide)
        return found.estimate - half * found.sd, found.estimate + half * found.sd


# --- per unit ------------------------------------------------------------------------------------


def effects(fit: PointFit, name: str, level: float) -> pd.DataFrame:
    """See `PointFit.effects`."""
    import pandas as pd
    from scipy import stats

    from stanlevels.results.tables.units import check_has_units, unit_columns

    check_level(level)
    check_has_units(fit.planned, name)
    line = fit.planned.lines[name]
    components = component_axes(line.components, fit.planned, fit.names)
    kinds = list(product(*(axis.labels for axis in components)))
    width, n = len(kinds), fit.bound.size(line.domain)
    table: dict[str, Any] = {c: np.repeat(v, width) for c, v in unit_columns(fit.bound, line.domain)}
    if components:
        words = [kind[0] if len(kind) == 1 else ", ".join(str(k) for k in kind) for kind in kinds]
        table["component"] = np.tile(label_array(words), n)
    rows = rows_of(line.domain, fit.bound)
    if rows is not None:
        table["rows"] = np.repeat(rows, width)
    found = fit.solution.units(name)
    sd = np.sqrt(found.variance)
    half = stats.norm.ppf((1 + level) / 2) * sd
    table |= {"estimate": found.mean, "sd": sd, "lower": found.mean - half, "upper": found.mean + half}
    if found.deviation is not None:
        table |= {"deviation": found.deviation, "weight": found.weight}
        table |= {"no_pooling": found.no_pooling, "complete_pooling": found.mean - found.deviation}
    return pd.DataFrame(table)


# --- per level -----------------------------------------------------------------------------------


def pooling(fit: PointFit) -> pd.DataFrame:
    """See `PointFit.pooling`."""
    import pandas as pd

    random = [n for n, role in fit.roles.items() if role == "random" and fit.planned.lines[n].domain]
    found = {name: fit.solution.units(name) for name in random}
    found = {name: moments for name, moments in found.items() if moments.deviation is not None}
    factors = fit.solution.row_factors()
    totals = {
        n: factors[n] * float(np.mean(np.square(m.spread)))
        for n, m in found.items()
        if m.spread is not None and n in factors
    }
    whole = sum(totals.values()) + fit.solution.residual_variance
    rows = []
    for name, moments in found.items():
        labels = component_words(fit.planned, name)
        for k, label in enumerate(labels):
            icc = totals[name] / whole if len(totals) == len(found) else float("nan")
            head = {"quantity": name, **rows_of_level(fit.planned, fit.bound, name), "component": label}
            rows.append(head | _component(fit, name, moments, k, len(labels)) | {"icc": icc})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table if any(table["component"] != "") else table.drop(columns="component")


def _component(fit: PointFit, name: str, moments: UnitMoments, k: int, width: int) -> dict[str, float]:
    """The numbers of one component of a random variable."""
    pick = slice(k, None, width)
    assert moments.deviation is not None
    assert moments.deviation_variance is not None
    assert moments.spread is not None
    assert moments.weight is not None
    of_mean = float(fit.solution.mean_variance(name)[k])
    return {
        "sd": float(np.sqrt(np.mean(moments.spread[pick] ** 2))),
        "pooling_factor": pooling_factor(moments.deviation[pick], moments.deviation_variance[pick], of_mean),
        "weight": float(np.mean(moments.weight[pick])),
    }
