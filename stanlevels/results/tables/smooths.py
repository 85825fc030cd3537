"""Coefficients of smooths: so many numbers that say nothing one by one that tables leave them out."""

from __future__ import annotations

from collections.abc import Iterable

from stanlevels.graph import CovariatesNode
from stanlevels.graph.text import expression_text
from stanlevels.plan.components import axis_size
from stanlevels.plan.planned import Planned
from stanlevels.words import counted

__all__ = ["smooths_among"]


def smooths_among(names: Iterable[str], planned: Planned) -> dict[str, str]:
    """Those of some quantities that are coefficients of smooths, with a line that stands for each."""
    found = {name: smooth for name in names if (smooth := _smooth(name, planned))}
    axes = dict(planned.axes)
    return {
        name: f"{name}: {counted(axis_size(axes, planned.lines[name].components), 'coefficient')} of"
        f" {smooth}, drawn by plot.curve(); summary({name!r}) has them"
        for name, smooth in found.items()
    }


def _smooth(name: str, planned: Planned) -> str:
    """The smooth that a quantity has the coefficients of; empty where it has others."""
    line = planned.lines[name]
    if line.domain:
        return ""
    for axis in line.components:
        node = planned.graph.nodes.get(axis)
        if isinstance(node, CovariatesNode) and node.smooths:
            return " and ".join(expression_text(smooth, bare=True) for smooth in node.smooths)
    return ""
