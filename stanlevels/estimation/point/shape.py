"""Unknown numbers that say how units are correlated: held at values, so that the rest is as it would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.graph import ConstantNode, Graph
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Given
from stanlevels.plan.terms import Setting, Term, uses

__all__ = ["Axis", "axis_of_shape", "held_at", "shapes_of"]


@dataclass(frozen=True)
class Axis:
    """Where a number may lie, stretched to the whole line.

    Attributes
    ----------
    lower, upper : float
    middle : float
        Where a search begins.
    """

    lower: float
    upper: float
    middle: float

    @property
    def name(self) -> str:
        """On which scale an interval is symmetric; see `solution.Numbers`."""
        ends = (self.lower, self.upper)
        named = {(-1.0, 1.0): "atanh", (0.0, 1.0): "logit", (0.0, inf): "log"}
        return named.get(ends, "identity")

    def number(self, t: float) -> float:
        """From a place on the line."""
        if self.upper < inf and self.lower > -inf:
            return float(self.lower + (self.upper - self.lower) / (1 + np.exp(-t)))
        return float(self.lower + np.exp(t)) if self.lower > -inf else float(t)

    def place(self, x: float) -> float:
        """The way back."""
        if self.upper < inf and self.lower > -inf:
            return float(np.log((x - self.lower) / (self.upper - x)))
        return float(np.log(x - self.lower)) if self.lower > -inf else float(x)

    @property
    def trials(self) -> Array:
        """Places from which to search."""
        middle = self.place(self.middle)
        return middle + np.array([-2.5, -1.25, 0.0, 1.25, 2.5])


def shapes_of(planned: Planned) -> tuple[str, ...]:
    """Unknown numbers on which it rests how units are correlated, where each is one of a whole model."""
    found: dict[str, None] = {}
    for line in planned.latent.values():
        for term in _shaping(line):
            for use in uses(term):
                found |= dict.fromkeys(sorted(planned.unknowns[use.name]))
    return tuple(found) if all(_is_single(planned.lines[name], planned) for name in found) else ()


def _is_single(line: Line, planned: Planned) -> bool:
    """Whether it is one number whose distribution is known."""
    used = [use.name for term in line.args.values() for use in uses(term)]
    return not line.domain and not line.components and not any(planned.unknowns[name] for name in used)


def _shaping(line: Line) -> tuple[Term, ...]:
    structure = line.family.structure
    if line.waves is not None:
        return (line.waves.length,)
    return () if structure is None else tuple(line.args[name] for name in structure.arguments)


def held_at(planned: Planned, numbers: Mapping[str, float]) -> Planned:
    """The plan with some unknown numbers known."""
    nodes: dict[str, Any] = dict(planned.graph.nodes)
    lines: dict[str, Line] = {}
    for name, number in numbers.items():
        nodes[name] = ConstantNode(name, number)
        lines[name] = Line(nodes[name], (), (), {"value": Setting(name, "value", (number,))})
    found = replace(planned, graph=Graph(planned.graph.name, nodes, planned.graph.doc))
    found = found.with_lines(lines).with_values(dict.fromkeys(numbers, Given()))
    return found.with_density(tuple(f for f in found.factors if f.source not in numbers))


def axis_of_shape(line: Line, begun: float | None = None) -> Axis:
    """Where an unknown number may lie, by its declaration, with the middle at `begun` if that lies inside."""
    found = _axis(line)
    inside = begun is not None and found.lower < begun < found.upper
    return replace(found, middle=begun) if begun is not None and inside else found


def _axis(line: Line) -> Axis:
    numbers = {n: t.values[0] for n, t in line.args.items() if isinstance(t, Setting) and len(t.values) == 1}
    support = line.family.support
    bounds = line.family.bounds or ("", "")
    lower = numbers.get(bounds[0], support.lower)
    upper = numbers.get(bounds[1], support.upper)
    if upper < inf and lower > -inf:
        return Axis(lower, upper, (lower + upper) / 2)
    if lower > -inf:
        size = [abs(value) for value in numbers.values() if value]
        return Axis(lower, inf, lower + (float(np.median(size)) / 2 if size else 1.0))
    return Axis(-inf, inf, numbers.get(line.location, 0.0))
