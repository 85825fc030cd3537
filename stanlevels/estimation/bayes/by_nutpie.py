"""What nutpie's sampler is told: it finds its metric by itself, in a warm-up of its own, without a pilot."""

from __future__ import annotations

from dataclasses import replace

from stanlevels.engines import Settings
from stanlevels.errors import FitError
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.records import Record

__all__ = ["WARMUP", "by_nutpie"]

WARMUP = 400
"""Iterations of warm-up: for 3,000 crossed effects 800, nutpie's own number, made draws no better."""


def by_nutpie(posterior: Posterior, run: Settings, warmup: int | None) -> tuple[Settings, Record]:
    """Settings of a run by nutpie, and what was decided, in words.

    Raises
    ------
    FitError
        If the plan says that the metric is dense.
    """
    said = posterior.planned.decided.metric
    if said == "dense":
        raise FitError(
            "the plan says metric='dense', which nutpie does not have",
            way_out="leave metric= out of the plan (a metric of low rank), or use engine='stanli'",
        )
    metric = "diag_e" if said == "diag" else "low_rank"
    run = replace(run, metric=metric, warmup=WARMUP if warmup is None else warmup)
    form = "a diagonal metric" if said == "diag" else "a metric of low rank"
    decision = f"nutpie's own adaptation of {form}, {run.warmup:,} iterations of warm-up"
    reason = "the plan says so" if said == "diag" else "engine='nutpie'"
    return run, Record("sampling", "precondition", decision, reason, 'plan=sl.Plan(metric="diag")')
