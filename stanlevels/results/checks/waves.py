"""Checks of Gaussian processes that are sums of waves: whether these can tell the lengths that were found."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.plan.terms import uses
from stanlevels.results.checks.evidence import Evidence
from stanlevels.results.checks.findings import Finding
from stanlevels.words import counted, percent

__all__ = ["check_waves"]

_FEW = 0.05  # share of draws below what waves can tell that leaves no mark


def check_waves(evidence: Evidence) -> Iterator[Finding]:
    """Processes whose length is shorter than their waves can tell."""
    for name, line in evidence.draws.planned.latent.items():
        if line.waves is None or not all(evidence.draws.holds(u.name) for u in uses(line.waves.length)):
            continue
        lengths = evidence.draws.evaluate(line.waves.length, line.domain)
        share = float(np.mean(lengths < line.waves.least))
        if share <= _FEW:
            continue
        middle, low = (max(float(np.quantile(lengths, q)), 1e-300) for q in (0.5, 0.05))
        count = counted(line.waves.count, "wave")
        more = int(np.ceil(1.2 * line.waves.count * line.waves.least / low))
        yield Finding(
            "waves",
            (name,),
            f"too few waves for the length of {name}",
            f"The length of {name!r} is about {middle:.3g}, and {percent(share)} of draws are below"
            f" {line.waves.least:.3g}, the shortest that {count} can tell: it may bend more than that shows.",
            f"basis={more}",
        )
