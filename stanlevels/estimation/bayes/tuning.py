"""What is known of a posterior before its chains run: where they start, its shape, how long they adapt.

A tuning comes from a pilot of the same posterior, or from an older fit of the same program. Its metric stays
as it is: Stan adapts the metric only in a warm-up of at least 150 iterations, and only from that warm-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from stanlevels.arrays import Array
from stanlevels.engines import RawDraws, Settings
from stanlevels.estimation.bayes.posterior import Posterior

__all__ = ["KEPT", "ORDINARY", "Tuning", "settled", "tuned"]

KEPT = 149
"""The longest warm-up in which Stan keeps the metric that it is given."""

ORDINARY = 1000
"""Iterations of warm-up where nothing is known: Stan's own."""


@dataclass(frozen=True, eq=False)
class Tuning:
    """How chains are to run.

    Attributes
    ----------
    inits : tuple of mapping of str to array
        Where each chain starts: a value of every parameter of the program, on the constrained scale. Chains
        share the metric, so their starts must be apart, further than the posterior is wide.
    inverse_metric : array (n,) or (n, n)
        About the posterior's covariance on the unconstrained scale, parameters in the order of the program.
    warmup : int
        Iterations in which a chain forgets its start and adapts its step size, where no person said how many.
    step_size : float, optional
        What the step size is first.
    target_accept : float, optional
        Where no person said it.
    posterior : Posterior, optional
        The program to sample, where it is not the posterior's own but one with the same draws (`turned.py`).
    decision, reason : str
        What this is and where it comes from, as the plan records it.
    """

    inits: tuple[Mapping[str, Any], ...]
    inverse_metric: Array
    warmup: int
    step_size: float | None = None
    target_accept: float | None = None
    posterior: Posterior | None = None
    decision: str = ""
    reason: str = ""

    @property
    def metric(self) -> str:
        """Stan's name for the form of the metric."""
        return "dense_e" if self.inverse_metric.ndim == 2 else "diag_e"


def tuned(settings: Settings, tuning: Tuning) -> Settings:
    """Settings of a run with a tuning.

    A longer warm-up than Stan keeps a metric in is a short one with more draws, the first of which are no
    draws: `settled` takes them away.
    """
    extra = max(settings.warmup - KEPT, 0)
    return replace(
        settings,
        warmup=settings.warmup - extra,
        draws=settings.draws + extra,
        inits=list(tuning.inits),
        metric=tuning.metric,
        inverse_metric=tuning.inverse_metric,
        step_size=tuning.step_size,
    )


def settled(raw: RawDraws, settings: Settings) -> RawDraws:
    """The draws that were asked for, of a run that was `tuned`: the last ones."""
    extra = max(settings.warmup - KEPT, 0)
    if not extra:
        return raw
    return replace(
        raw,
        variables={name: values[:, extra:] for name, values in raw.variables.items()},
        stats={name: values[:, extra:] for name, values in raw.stats.items()},
    )
