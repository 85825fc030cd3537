"""Units that sum to zero have one standard deviation in each group that does."""

from __future__ import annotations

from stanlevels.errors import DeclarationError
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Known, Use, walk

__all__ = ["check_sums"]


def check_sums(line: Line, planned: Planned) -> None:
    """Check that a line whose units sum to zero has a scale that does not vary among them.

    Raises
    ------
    DeclarationError
        If it does: numbers of different scales, each less the mean, do not sum to zero.
    """
    structure = line.family.structure
    if structure is None or structure.lost is None:
        return
    level = line.domain[-1]
    within = planned.graph.levels[level].within
    groups = {*line.domain[:-1], *(() if within is None else (within, planned.graph.target_level(within)))}
    scale = line.args[line.scale]
    if not scale.domain:
        return
    for term in walk(scale):
        if isinstance(term, Known) or (isinstance(term, Use) and term.domain and not {*term.road} & groups):
            raise DeclarationError(
                f"{line.name!r} is to sum to zero over {level!r}, and its {line.scale} differs between units",
                expected="one standard deviation for all units that sum to zero",
                way_out="leave zero_sum=True out, or give a standard deviation that all of them share",
            )
