"""The scale of an outcome and of covariates, from which default priors are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.distributions.table import FAMILIES, Parameterization
from stanlevels.graph import CovariatesNode, Graph
from stanlevels.plan.placed import variable_domain
from stanlevels.plan.terms import Domain

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Scales:
    """What default priors take from the data, for one line with data.

    `center` and `spread` are on the scale of the location argument (after the link).
    """

    center: float
    spread: float
    words: str


def response_scales(graph: Graph, source: Any, name: str) -> Scales:
    """Centre and spread of an outcome, on the scale of its location argument.

    Parameters
    ----------
    graph : Graph
    source : Bound
    name : str
        A line with data.

    Returns
    -------
    Scales
        For a linear scale the outcome's mean and standard deviation; after a log or logit link
        the link of the mean, and 1. Where the outcome is empty or constant the spread is 1.
    """
    node = graph.variables[name]
    form = FAMILIES[node.family].parameterization(node.parameterization)
    values = np.asarray(source.outcome(name), dtype=float)
    if values.size == 0:
        return Scales(0.0, 1.0, f"{name!r} has no rows: a scale of 1")
    if node.family == "LogNormal":
        return _linear(np.log(values), f"log {name}")
    if form.link != "identity":
        return Scales(
            _link_of_mean(graph, form, source, node, values), 1.0, f"1 on the {form.link} scale of {name!r}"
        )
    if any(p.kind == "location" and p.support.constrained for p in form.parameters):
        return Scales(float(values.mean()), max(float(values.mean()), 1e-3), f"the mean of {name!r}")
    return _linear(values, name)


def _linear(values: Array, name: str) -> Scales:
    axis = 0 if values.ndim > 1 else None
    spread = float(np.mean(values.std(axis=axis, ddof=1))) if len(values) > 1 else 0.0
    if not np.isfinite(spread) or spread <= 0:
        return Scales(float(values.mean()), 1.0, f"{name!r} is constant: a scale of 1")
    return Scales(float(values.mean()), spread, f"sd({name}) = {spread:.3g}")


def _link_of_mean(graph: Graph, form: Parameterization, source: Any, node: Any, values: Array) -> float:
    if form.stan in ("ordered_logistic", "categorical_logit"):
        return 0.0
    mean = float(values.mean())
    trials = dict(node.args).get("trials")
    if trials is not None:
        total = np.mean(_trials(graph, source, node, trials))
        mean = mean / float(total) if total > 0 else 0.5
    if form.link == "log":
        return float(np.log(max(mean, 1e-3)))
    share = min(max(mean, 1e-3), 1 - 1e-3)
    return float(np.log(share / (1 - share)))


def _trials(graph: Graph, source: Any, node: Any, expr: Any) -> Array:
    if hasattr(expr, "value"):
        return np.array([expr.value])
    return np.asarray(source.column(variable_domain(graph, node), expr.name), dtype=float)


def covariate_spread(graph: Graph, source: Any, domain: Domain, name: str) -> tuple[float, ...]:
    """Standard deviations of a covariate, or of each of a set of covariates; 1 for a constant one."""
    if isinstance(graph.nodes.get(name), CovariatesNode):
        columns = np.asarray(source.matrix(domain, name), dtype=float)
    else:
        columns = np.asarray(source.column(domain, name), dtype=float)[:, None]
    if len(columns) < 2:
        return tuple([1.0] * columns.shape[1])
    spreads = columns.std(axis=0, ddof=1)
    return tuple([float(s) if np.isfinite(s) and s > 0 else 1.0 for s in spreads])
