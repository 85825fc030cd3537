"""Check of what the data can tell at all: draws of what no outcome depends on are those of the prior."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.errors import listing
from stanlevels.plan.placed import Line
from stanlevels.results.checks.evidence import Evidence
from stanlevels.results.checks.findings import Finding
from stanlevels.results.draws import Draws

__all__ = ["check_informed"]


def check_informed(evidence: Evidence) -> Iterator[Finding]:
    """Quantities of which no line with data tells; a problem where that is all of them."""
    draws = evidence.draws
    telling = [line.name for line in draws.planned.observed.values() if _tells(line, draws)]
    reached = _reached(telling, draws)
    unknown = [name for name, quantity in draws.planned.quantities.items() if quantity.is_unknown]
    learnt = reached.intersection(unknown)
    alone = [name for name in unknown if not learnt & _reached([name], draws)]
    if not alone:
        return
    every = len(alone) == len(unknown)
    silent = [name for name in draws.planned.observed if name not in telling]
    why = f"{listing(silent)} has no rows that count" if silent else "no line with data depends on it"
    yield Finding(
        "prior",
        tuple(alone),
        "these are draws of the prior" if every else f"draws of the prior alone for {listing(alone)}",
        f"No data tell of {'anything' if every else listing(alone)}: {why}. What is shown is the prior.",
        "data for a line that depends on it, or leave it out",
        serious=every,
    )


def _tells(line: Line, draws: Draws) -> bool:
    if not draws.bound.size(line.domain):
        return False
    weights = draws.bound.weights(line.name)
    return weights is None or bool(np.any(weights))


def _reached(names: list[str], draws: Draws) -> set[str]:
    """What the lines of some names depend on, they included."""
    reached: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += draws.planned.graph.parents[name]
    return reached
