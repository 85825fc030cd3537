"""The declared graph as a Mermaid flowchart, with a plate for every level."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stanlevels.graph.drawn import Drawn
from stanlevels.graph.nodes import ROWS, ExpressionNode, VariableNode
from stanlevels.graph.places import members_of, places
from stanlevels.graph.plates import label_of


def mermaid(graph: Drawn) -> str:
    """Mermaid text: round nodes are random, dark ones observed, hexagons computed, boxes known.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    str
        A ``flowchart TD``; levels are plates (subgraphs), nested as declared.
    """
    keys = {name: f"n{i}" for i, name in enumerate(graph.quantities)}
    plates = _plates(graph)
    lines = ["flowchart TD"]
    lines += [f"  {_shape(keys[n], graph, n)}" for n in graph.quantities if n not in plates]
    for level in _outermost(graph):
        lines += [f"  {line}" for line in _plate(graph, level, plates, keys)]
    for number, units in enumerate(dict.fromkeys(u for u in plates.values() if u[1:] or u == (ROWS,))):
        title = _escaped(" x ".join(label_of(graph, axis) for axis in units))
        mine = [f"    {_shape(keys[n], graph, n)}" for n, found in plates.items() if found == units]
        lines += [f'  subgraph plate_of_{number}["{title}"]', *mine, "  end"]
    lines += [f"  {keys[p]} --> {keys[n]}" for n in graph.quantities for p in graph.parents[n]]
    observed = [keys[n] for n in graph.observed]
    if observed:
        lines += ["  classDef observed fill:#555,color:#fff", f"  class {','.join(observed)} observed"]
    return "\n".join(lines)


def _plates(graph: Drawn) -> dict[str, tuple[str, ...]]:
    """The units of every quantity that has any, as declared: a level, the rows, or several levels."""
    units = {name: graph.units(node) for name, node in graph.variables.items()}
    units |= {name: place for name, place in places(graph).items() if members_of(graph, name)}
    return {name: found for name, found in units.items() if found}


def _outermost(graph: Drawn) -> list[str]:
    return [name for name, level in graph.levels.items() if level.within is None]


def _plate(
    graph: Drawn, level: str, plates: dict[str, tuple[str, ...]], keys: dict[str, str]
) -> Iterator[str]:
    mine = [n for n, units in plates.items() if units == (level,)]
    inner = [name for name, node in graph.levels.items() if node.within == level]
    if not mine and not inner:
        return
    yield f'subgraph plate_{list(graph.nodes).index(level)}["{_escaped(label_of(graph, level))}"]'
    for name in mine:
        yield f"  {_shape(keys[name], graph, name)}"
    for child in inner:
        yield from (f"  {line}" for line in _plate(graph, child, plates, keys))
    yield "end"


def _shape(key: str, graph: Drawn, name: str) -> str:
    text = _escaped(name)
    node = graph[name]
    if isinstance(node, VariableNode):
        return f'{key}(["{text}"])'
    return f'{key}{{{{"{text}"}}}}' if isinstance(node, ExpressionNode) else f'{key}["{text}"]'


def _escaped(text: str) -> str:
    """Text that Mermaid shows as it is, on one line."""
    text = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text)
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
