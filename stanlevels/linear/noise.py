"""Residual standard deviations of normal outcomes."""

from __future__ import annotations

from stanlevels.linear.forms import NotLinear
from stanlevels.linear.predictor import Predictor
from stanlevels.linear.spreads import Spread, spreads
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned

__all__ = ["is_gaussian", "is_gaussian_line", "noise_of"]


def is_gaussian_line(line: Line) -> bool:
    """Whether a line is normal, as it is or on the log scale."""
    return line.family.gaussian and line.family.is_scalar


def is_gaussian(planned: Planned) -> bool:
    """Whether every line with data is normal (or lognormal)."""
    return all(is_gaussian_line(line) for line in planned.observed.values())


def noise_of(made: Predictor, lines: list[Line]) -> list[Spread] | NotLinear:
    """The residual standard deviation of every line: an unknown number times known ones."""
    found: list[Spread] = []
    for line in lines:
        spread = spreads(line, line.args[line.scale], 1, made.forms, made.roles)
        if isinstance(spread, NotLinear):
            return spread
        found += spread
    return found
