"""Positive quantities that are sampled soft near 0: definition, and what their density is multiplied by."""

from __future__ import annotations

from stanlevels.plan.placed import Line
from stanlevels.program import stan
from stanlevels.program.entries import Pilot
from stanlevels.program.keys import softened_key
from stanlevels.program.scope import Scope

__all__ = ["log_slope", "value_softened"]


def value_softened(line: Line, scope: Scope) -> stan.Expression:
    """The quantity from its parameter."""
    return stan.Call("softened", _arguments(line, scope))


def log_slope(line: Line, scope: Scope) -> stan.Expression:
    """The log of its derivative by the parameter."""
    return stan.Call("log_slope_softened", _arguments(line, scope))


def _arguments(line: Line, scope: Scope) -> tuple[stan.Expression, ...]:
    typical: stan.Expression = scope.variable(Pilot(line.name, "pilot_size"))
    if line.domain:
        typical = stan.Call("rep_vector", (typical, scope.units(line.domain)))
    return scope.variable(softened_key(line.name)), typical
