"""How far correlated units go, and how far they lie apart: sizes that no outcome tells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stanlevels.linear.multiples import Columns
from stanlevels.linear.sums import Sum
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Term

__all__ = ["reach_of", "units_apart"]


def reach_of(line: Line, facts: Facts) -> float:
    """How far the units of a line go at a scale of 1: a random walk goes further the longer it is."""
    structure = line.family.structure
    if structure is None or not facts.size(line.domain):
        return 1.0
    spread = float(np.sqrt(np.mean(structure.variance(facts.geometry(line.name)))))
    return spread or 1.0  # the one unit of a sum of zero goes nowhere


def units_apart(
    line: Line, read: Callable[[Term, Line], Sum], columns: Columns, facts: Facts
) -> tuple[float, str]:
    """How far units lie apart, and in words: the root of the sum of the variances of their coordinates."""
    n, structure = facts.size(line.domain), line.family.structure
    places = () if structure is None else structure.beside
    found = [np.var(columns.offset(read(line.args[name], line), n)) for name in places]
    return float(np.sqrt(np.sum(found))) or 1.0, f"how far units of {line.name!r} lie apart"
