"""`short_forms`: what each line that stands for several stands for.

It records alone: the graph holds the long lines from the start. ``B = sl.effects(1, "days", over=subject)``
is ``B ~ MultiNormal(B_mean, B_sd, B_corr), over subject, B_covariates`` beside lines for what it names.
"""

from __future__ import annotations

from stanlevels.errors import listing
from stanlevels.graph import Graph, VariableNode
from stanlevels.graph.text import node_text
from stanlevels.records import Record

__all__ = ["short_forms"]


def short_forms(graph: Graph) -> tuple[Record, ...]:
    """A record for each such line."""
    return tuple(_record(graph, node) for node in graph.variables.values() if node.short is not None)


def _record(graph: Graph, node: VariableNode) -> Record:
    assert node.short is not None  # it is asked for before
    beside = [name for name in node.short.beside if name in graph]
    lines = f"{listing(beside, 5)} and " if beside else ""
    return Record(
        node.name,
        "effects",
        f"stands for {lines}{node_text(node)}",
        f"{node.name} = {node.short.text}",
        f"print({graph.name}) shows the lines; a class that inherits overrides one by its name",
    )
