"""What processes in time ask of their arguments, where times are no whole steps apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stanlevels.distributions.family import Parameter
from stanlevels.distributions.structure import TIMES
from stanlevels.distributions.structures import Times
from stanlevels.distributions.supports import Support
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line

__all__ = ["support_in_time"]

_WHOLE = 1e-6


def support_in_time(line: Line, parameter: Parameter, facts: Facts) -> Support:
    """The support of an argument: a correlation below 0 has whole powers alone."""
    structure = line.family.structure
    if structure is None or structure.needs != TIMES or parameter.name not in structure.arguments:
        return parameter.support
    times = facts.geometry(line.name)
    if not isinstance(times, Times) or np.all(np.abs(times.gap - np.rint(times.gap)) < _WHOLE):
        return parameter.support
    level = line.domain[-1]
    return replace(
        parameter.support,
        lower=0.0,
        open_lower=False,
        words=f"a number from 0 to 1, as in sl.Uniform(0, 1): units of {level} are no whole steps apart",
    )
