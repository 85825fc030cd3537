"""A graph as a diagram in plate notation: which shape each line has, in which plate, with which arrows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stanlevels.drawing.diagram import Arrow, Diagram, Node
from stanlevels.drawing.draw import draw
from stanlevels.drawing.shapes import Picture
from stanlevels.graph.drawn import Drawn
from stanlevels.graph.nodes import ConstantNode, ExpressionNode, VariableNode
from stanlevels.graph.places import Place, columns_of, places
from stanlevels.graph.plates import key_of, plates
from stanlevels.graph.text import node_text

__all__ = ["diagram", "picture"]

STRAIGHT = 3.0
"""Weight of an arrow between plates, which is straightened first."""


def picture(graph: Drawn, *, data: bool = False) -> Picture:
    """The graph as a picture; with `data`, columns of data are small boxes in it."""
    arrows = [f"{', '.join(above)} to {name}" for name in graph.quantities if (above := graph.parents[name])]
    description = f"Dependency graph. Arrows: {'; '.join(arrows) or 'none'}."
    return draw(diagram(graph, data=data), graph.name, description)


def diagram(graph: Drawn, *, data: bool = False) -> Diagram:
    """The graph as nodes, plates and arrows.

    A parameter has no distribution, so no arrows lead to it, and what only they came from is left out.

    Examples
    --------
    >>> from stanlevels.graph import Graph, VariableNode
    >>> found = diagram(Graph("Coin", {"p": VariableNode("p", "Beta", ())}))
    >>> [(node.label, node.form, node.filled) for node in found.nodes]
    [('p', 'round', False)]
    """
    placed = places(graph)
    above = {n: () if graph.roles.get(n) == "parameter" else graph.parents[n] for n in graph.quantities}
    shown = [name for name in graph.quantities if not _left_over(graph, name, above)]
    nodes = [_node(graph, name, placed[name]) for name in shown]
    arrows = [
        Arrow(other, name, STRAIGHT if placed[name] and placed[other] else 1.0)
        for name in shown
        for other in above[name]
    ]
    for name in shown if data else ():
        for column in columns_of(graph[name]):
            known = Node(f"data {column} {placed[name]}", _line(column), key_of(placed[name]), "small", True)
            nodes += [known] if known not in nodes else []
            arrows.append(Arrow(known.key, name))
    placed = {name: placed[name] for name in shown}
    return Diagram(tuple(nodes), plates(graph, placed, above), tuple(arrows))


def _left_over(graph: Drawn, name: str, above: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether roles left a quantity without use: only a parameter's distribution had any, or it is known."""
    used = any(name in others for others in above.values())
    declared = any(name in graph.parents[other] for other in graph.quantities)
    return not used and (declared or (isinstance(graph[name], ConstantNode) and bool(graph.sizes)))


def _node(graph: Drawn, name: str, place: Place) -> Node:
    node, role = graph[name], graph.roles.get(name)
    known = isinstance(node, ConstantNode) or role == "constant"
    form = "small" if known else "square" if role == "parameter" else "round"
    computed = isinstance(node, ExpressionNode) and not known
    observed = isinstance(node, VariableNode) and node.is_observed
    partly = isinstance(node, VariableNode) and node.partly
    title = _line(node_text(node))
    return Node(name, _line(name), key_of(place), form, known or observed, computed, title, partly)


def _line(text: str) -> str:
    """Text on one line."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text)
