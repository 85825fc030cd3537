"""Every check before a fit, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stanlevels.binding import Bound
from stanlevels.plan.planned import Planned
from stanlevels.records import Record
from stanlevels.results.preflight.crossings import crossings
from stanlevels.results.preflight.expected import expected
from stanlevels.results.preflight.implied import far_priors
from stanlevels.results.preflight.slopes import still_covariates
from stanlevels.results.preflight.units import few_units, single_rows
from stanlevels.show import Table
from stanlevels.words import counted

__all__ = ["preflight"]

CHECKS: tuple[Callable[[Planned, Bound], Iterable[Record]], ...] = (
    few_units,
    single_rows,
    crossings,
    still_covariates,
    far_priors,
)


def preflight(planned: Planned, bound: Bound, gradient: Callable[[], object] | None) -> Table:
    """A table of notes; see `BoundModel.check`."""
    before = [r for r in planned.records if r.caution or r.step == "identify"]
    mine = [record for check in CHECKS for record in check(planned, bound)]
    said = [r for r in before if "groups that never meet" not in r.decision]  # here they have names
    if any("has one row for each unit" in r.decision for r in said):
        mine = [r for r in mine if not r.decision.startswith("every ")]
    cost = list(expected(planned, bound, gradient))
    notes = [*mine, *said]
    rows = tuple((r.subject, r.decision, r.reason, r.instead) for r in (*notes, *cost))
    title = f"Before fitting {planned.graph.name}: {counted(len(notes), 'note')}"
    return Table(title, ("about", "what was found", "why it matters", "what helps"), rows)
