"""The declared graph as a Mermaid flowchart, with a plate for every level."""

from __future__ import annotations

from collections.abc import Iterator

from stanlevels.graph import (
    ROWS,
    ExpressionNode,
    Graph,
    VariableNode,
    parents,
)


def mermaid(graph: Graph) -> str:
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
    rows = [n for n, plate in plates.items() if plate == ROWS]
    if rows:
        lines += ['  subgraph rows["rows"]', *(f"    {_shape(keys[n], graph, n)}" for n in rows), "  end"]
    lines += [f"  {keys[p]} --> {keys[n]}" for n, node in graph.quantities.items() for p in parents(node)]
    observed = [keys[n] for n in graph.observed]
    if observed:
        lines += ["  classDef observed fill:#555,color:#fff", f"  class {','.join(observed)} observed"]
    return "\n".join(lines)


def _plates(graph: Graph) -> dict[str, str]:
    """The plate of every quantity that has units as declared."""
    found: dict[str, str] = {}
    for name, node in graph.variables.items():
        units = graph.unit_axes(node.over) or ((ROWS,) if node.is_observed else ())
        if len(units) == 1:
            found[name] = units[0]
        elif units:
            found[name] = ROWS
    return found


def _outermost(graph: Graph) -> list[str]:
    return [name for name, level in graph.levels.items() if level.within is None]


def _plate(graph: Graph, level: str, plates: dict[str, str], keys: dict[str, str]) -> Iterator[str]:
    mine = [n for n, plate in plates.items() if plate == level]
    inner = [name for name, node in graph.levels.items() if node.within == level]
    if not mine and not inner:
        return
    yield f'subgraph plate_{list(graph.nodes).index(level)}["{_escaped(level)}"]'
    for name in mine:
        yield f"  {_shape(keys[name], graph, name)}"
    for child in inner:
        yield from (f"  {line}" for line in _plate(graph, child, plates, keys))
    yield "end"


def _shape(key: str, graph: Graph, name: str) -> str:
    text = _escaped(name)
    node = graph[name]
    if isinstance(node, VariableNode):
        return f'{key}(["{text}"])'
    return f'{key}{{{{"{text}"}}}}' if isinstance(node, ExpressionNode) else f'{key}["{text}"]'


def _escaped(text: str) -> str:
    """Text that Mermaid shows as it is."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
