"""What draws the quantities of conjugate pairs back: what their rows add to the declared distribution."""

from __future__ import annotations

import numpy as np

from stanlevels.linear.conjugate import pairing, shapes_of
from stanlevels.linear.tallies import cells_of_units, tally_of
from stanlevels.plan.factors import Conjugate
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.values.group import Beside, ConjugateGroup

__all__ = ["pairs_of"]


def pairs_of(planned: Planned, facts: Facts) -> tuple[ConjugateGroup, ...]:
    """What draws the quantities back that a plan integrates out of conjugate pairs."""
    densities = {density.effect: density for density in planned.conjugates.values()}
    return tuple(_pair(density, planned, facts) for density in densities.values())


def _pair(density: Conjugate, planned: Planned, facts: Facts) -> ConjugateGroup:
    tally = tally_of(density, planned, facts)
    second = np.zeros(len(tally.first))
    beside = []
    for name, line in tally.lines.items():
        read = pairing(planned.lines[name], density.effect, planned, facts)
        assert not isinstance(read, str)
        if read.rest is None:
            second = second + line.second
            continue
        found = cells_of_units(read, line.units, np.arange(len(second)), planned, facts)
        exposure = np.bincount(found.cells.codes, line.each[1], len(found.rows))
        beside.append(Beside(read.rest, read.line.domain, exposure, found.rows, found.first))
    shapes = shapes_of(planned.lines[density.effect])
    return ConjugateGroup(density.effect, density.kind, shapes, (tally.first, second), tuple(beside))
