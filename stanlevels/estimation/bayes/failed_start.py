"""A failed start, explained: which line of the model has no finite log density, and where."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.errors import EngineError, InitializationError, listing
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.graph.text import node_text
from stanlevels.program.alone import alone
from stanlevels.program.program import Statement

_POINTS = 20


def explain(posterior: Posterior, error: InitializationError, seed: int) -> InitializationError:
    """Name the first line whose log density is not finite where sampling wanted to start.

    Each statement is evaluated alone, on the embedded interpreter, at points like those that
    Stan tries: uniform between -2 and 2 on the unconstrained scale.

    Parameters
    ----------
    posterior : Posterior
    error : InitializationError
        As the engine gave it.
    seed : int
        Of the points.

    Returns
    -------
    InitializationError
        With the declaration; the engine's own message where nothing more can be said.
    """
    culprit = _culprit(posterior, seed)
    if culprit is None:
        return error
    name, share = culprit
    text = node_text(posterior.planned.graph[name])
    return InitializationError(
        f"sampling cannot start: the log density of  {text}  is not finite at {share} of {_POINTS} starting"
        f" points{_units(posterior, name)}",
        expected="a finite log density near 0 on the unconstrained scale",
        way_out="check the arguments of that line (a scale that can be 0 or overflow, a probability at 0 or"
        " 1), choose tighter priors, or give inits=",
    )


def _culprit(posterior: Posterior, seed: int) -> tuple[str, int] | None:
    from stanlevels.engines import get_engine

    try:
        engine = get_engine("stanli")
    except EngineError:
        return None
    rng = np.random.default_rng(seed)
    worst: tuple[str, int] | None = None
    points: Any = None
    for item in posterior.program.model:
        if not isinstance(item, Statement) or not item.is_density:
            continue
        try:
            code = alone(posterior.program, item)
            prepared = engine.prepare(code, posterior.stan_data, name=posterior.name)
        except EngineError:
            continue
        if points is None:
            points = rng.uniform(-2, 2, (_POINTS, prepared.n_unconstrained))
        bad = sum(not _finite(prepared, q) for q in points)
        if bad and (worst is None or bad > worst[1]):
            worst = (item.source, bad)
    return worst


def _finite(prepared: Any, point: Any) -> bool:
    try:
        value, gradient = prepared.log_density(point)
    except EngineError:
        return False
    return bool(np.isfinite(value) and np.all(np.isfinite(gradient)))


def _units(posterior: Posterior, name: str) -> str:
    """Where the line lives, with its most extreme data, which is what mostly breaks a density."""
    line = posterior.planned.lines[name]
    if not line.variable.is_observed:
        return ""
    values = np.asarray(posterior.data.outcome(name), dtype=float)
    if values.ndim != 1 or not len(values):
        return ""
    order = np.argsort(-np.abs(values - np.median(values)))[:3]
    return f" (its most extreme values: {listing(values[order])} in rows {listing(order)}, counted from 0)"
