"""A graph as the Python text of the class that declares it, one line for each quantity: `print(Model)`.

What the text makes is an equal graph. Where a name is no name in Python, the text is a call of
`Model.define`.
"""

from __future__ import annotations

import ast
import json
import keyword
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from inspect import cleandoc
from typing import Any

from stanlevels.distributions.structure import GROUPS
from stanlevels.distributions.structures import KERNELS
from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import (
    CHOSEN,
    ROWS,
    WITHIN,
    At,
    Column,
    Component,
    ConstantNode,
    CovariatesNode,
    Derived,
    Expr,
    ExpressionNode,
    Graph,
    IndexNode,
    LevelNode,
    MembershipsNode,
    Node,
    Ref,
    VariableNode,
    composition,
    depth_first,
    rebuilt,
    uses,
    walk,
)
from stanlevels.language.expression_source import (
    coded_source,
    expression_source,
    number_source,
    term_source,
)

__all__ = ["node_source", "source"]

Names = Callable[[str], str]

_WIDEST = 100


def source(graph: Graph) -> str:
    """The text of a class, or of a call of `define`, that declares `graph`.

    Examples
    --------
    >>> print(source(Graph("Coin", {"heads": VariableNode("heads", "Bernoulli", (("theta", None),))})))
    class Coin(sl.Model):
        heads = sl.Bernoulli()
    """
    plain = all(map(_is_plain, (graph.name, *graph.nodes)))
    return _class(graph) if plain else _definition(graph)


def _is_plain(name: str) -> bool:
    """Whether a name can stand in a class body as it is (Python reads some letters as others)."""
    same = unicodedata.normalize("NFKC", name) == name
    return name.isidentifier() and not keyword.iskeyword(name) and same and name != "sl"


def _class(graph: Graph) -> str:
    lines = [f"{node.name} = {node_source(node, str, graph)}" for node in _in_order(graph)]
    body = [_docstring(graph.doc), ""] if graph.doc else []
    body += lines
    text = "\n".join(part for line in body or ["pass"] for part in _indented(line))
    return f"class {graph.name}(sl.Model):\n{text}"


def _definition(graph: Graph) -> str:
    def reference(name: str) -> str:
        return f"lines[{_text(name)}]"

    lines = [f"{reference(node.name)} = {node_source(node, reference, graph)}" for node in _in_order(graph)]
    doc = f", {graph.doc!r}" if graph.doc else ""
    name = graph.name if _is_plain(graph.name) and graph.name != "lines" else "Declared"
    return "\n".join(["lines = {}", *lines, f"{name} = sl.Model.define({_text(graph.name)}, lines{doc})"])


def _in_order(graph: Graph) -> list[Node]:
    """Every line after those it uses; an overriding line may use one declared after what it overrides."""
    order, _ = depth_first(graph.nodes, lambda name: uses(graph[name]))
    return [graph[name] for name in order]


def _indented(line: str) -> list[str]:
    return [f"    {part}" if part else "" for part in line.split("\n")]


def _docstring(doc: str) -> str:
    """The docstring as a person would write it, where that says the same."""
    escaped = doc.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    written = f'"""{escaped}\n"""' if "\n" in doc else f'"""{escaped}"""'
    try:
        read = cleandoc(ast.literal_eval("\n".join(_indented(written)).strip()))
    except SyntaxError:
        return repr(doc)
    return written if read == doc else repr(doc)


def node_source(node: Node, reference: Names, graph: Graph | None = None) -> str:
    """What stands on the right of a line's ``=``; `reference` writes the names of other lines of a graph."""
    match node:
        case LevelNode():
            return _level(node, reference)
        case IndexNode(labels=labels):
            counted = labels == tuple(range(len(labels))) and all(type(k) is int for k in labels)
            return f"sl.Index({len(labels) if counted else _listed([_label(x) for x in labels])})"
        case CovariatesNode(terms=terms):
            parts = [term_source(term, reference) for term in terms]
            return coded_source(terms) or _call(node, "sl.covariates", parts)
        case MembershipsNode(of=of, by=by, weights=weights, shares=shares):
            parts = [reference(of), f"by={reference(by)}"]
            parts += [f"weights={_text(weights)}"] if weights is not None else []
            return f"sl.Memberships({', '.join(parts)}{', shares=True' if shares else ''})"
        case ConstantNode(value=value):
            return f"sl.Constant({number_source(value)})"
        case ExpressionNode(expr=expr):
            return expression_source(expr, reference)
        case VariableNode():
            return _variable(node, reference, graph)


def _level(node: LevelNode, reference: Names) -> str:
    parts = [] if node.column == node.name else [_text(node.column)]
    parts += [f"{role}={reference(n)}" for role, n in (("within", node.within), ("of", node.of)) if n]
    parts += ["unique=True"] if node.unique else []
    return f"sl.Level({', '.join(parts)})"


def _variable(node: VariableNode, reference: Names, graph: Graph | None) -> str:
    made = composition(node)
    if made is None:
        parts = [*_arguments(node, reference), *_clauses(node, reference)]
        return _call(node, _called(node), parts)
    inner = [f"{_called(part)}({', '.join(_arguments(part, reference))})" for part in made.parts]
    own = [f"{name}=" * bool(name) + expression_source(expr, reference) for name, expr in made.own]
    alike = None if graph is None or not made.several else _along(made.parts, graph)
    if alike is not None:
        inner = [f"{_called(alike)}({', '.join(_arguments(alike, reference))})"]
    first = f"[{', '.join(inner)}]" if len(inner) > 1 else inner[0]
    return _call(node, f"sl.{made.wrapper}", [first, *own, *_clauses(node, reference)])


def _along(parts: tuple[VariableNode, ...], graph: Graph) -> VariableNode | None:
    """One distribution for all labels of an Index, where parts are that; else None."""
    if len({(part.family, part.parameterization) for part in parts}) > 1:
        return None
    inside = [inner for part in parts for _, expr in part.args if expr is not None for inner in walk(expr)]
    axes = {_index_of(inner.of, graph) for inner in inside if isinstance(inner, Component)} - {""}
    index = graph[next(iter(axes))] if len(axes) == 1 else None
    if not isinstance(index, IndexNode) or len(index.labels) != len(parts):
        return None

    def without(k: int) -> Callable[[Expr], Expr | None]:
        def change(expr: Expr) -> Expr | None:
            mine = isinstance(expr, Component) and expr.key == k and _index_of(expr.of, graph) == index.name
            return expr.of if isinstance(expr, Component) and mine else None

        return change

    same = [
        tuple((name, expr if expr is None else rebuilt(expr, without(k))) for name, expr in part.args)
        for k, part in enumerate(parts)
    ]
    return replace(parts[0], args=same[0]) if all(args == same[0] for args in same) else None


def _index_of(of: Ref | At, graph: Graph) -> str:
    """The one list over which a quantity has components; "" where there is none."""
    line = graph.nodes.get(of.name)
    axes = graph.component_axes(line.over) if isinstance(line, VariableNode) else ()
    return axes[0] if len(axes) == 1 else ""


def _called(node: VariableNode) -> str:
    """What a distribution is called: one of a person's own as it was named."""
    return node.distribution if "@" in node.family else f"sl.{node.distribution}"


def _call(node: Node, function: str, parts: list[str]) -> str:
    """A call on one line, or with a line for each argument."""
    line = f"{function}({', '.join(parts)})"
    if len(f"    {node.name} = {line}") <= _WIDEST:
        return line
    return "\n".join([f"{function}(", *(f"    {part}," for part in parts), ")"])


def _arguments(node: VariableNode, reference: Names) -> list[str]:
    """Arguments in their places, by name after one left open; clauses such as bounds by name."""
    form = FAMILIES[node.family].parameterization(node.parameterization)
    parts = []
    named = False
    family = FAMILIES[node.family]
    structure = family.structure
    places = () if structure is None else structure.beside
    for name, expr in node.args:
        if expr is None:
            named = True
        elif isinstance(expr, Derived) and expr.function in (WITHIN, CHOSEN):
            parts += [f"{name}={reference(str(expr.over))}"] if name == WITHIN else []
        elif name in node.clauses:
            parts.append(_clause(name, expr, reference))
        else:
            named = named or (bool(places) and name not in places) or family.spectrum is not None
            by_name = named or (bool(form.key) and name != form.trials)
            parts.append(f"{name}=" * by_name + expression_source(expr, reference))
            named = by_name
    return parts


def _clause(name: str, expr: Expr, reference: Names) -> str:
    """A clause of a distribution: a bound, or a column that says what is known of outcomes."""
    if isinstance(expr, Derived) and isinstance(expr.of, Column):
        return f"censored={_text(expr.of.name)}"
    if name == "until" and isinstance(expr, Column):
        return f"until={_text(expr.name)}"
    return f"{name}={expression_source(expr, reference)}"


def _clauses(node: VariableNode, reference: Names) -> list[str]:
    over = ["sl.rows" if axis == ROWS else reference(axis) for axis in node.over]
    parts = [f"dim={node.size}"] if node.size is not None else []
    if over:
        parts.append(f"over={over[0]}" if len(over) == 1 else f"over=({', '.join(over)})")
    parts += _observed(node)
    parts += [f"weights={_text(node.weights)}"] if node.weights is not None else []
    structure = FAMILIES[node.family].structure
    if structure is not None and node.matrix is not None:
        parts.append(f"{structure.needs}={_text(node.matrix)}")
    if structure is not None and structure.needs == GROUPS:
        parts.append(f"{GROUPS}=True")
    if FAMILIES[node.family].spectrum is not None or (structure is not None and structure.beside):
        parts += [f"kernel={_text(node.clauses[-1])}"] if node.clauses[-1] != next(iter(KERNELS)) else []
    parts += ['missing="model"'] if node.partly else []
    parts += ["ordered=True"] if node.ordered else []
    parts += [f"centered={_label(node.centered)}"] if node.centered is not None else []
    return parts


def _observed(node: VariableNode) -> list[str]:
    if not node.observed:
        return []
    if node.observed == (node.name,):
        return ["observed=True"]
    if len(node.observed) == 1:
        return [f"observed={_text(node.observed[0])}"]
    return [f"observed={_listed([_text(column) for column in node.observed])}"]


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _label(label: Any) -> str:
    return _text(label) if isinstance(label, str) else repr(label)


def _listed(parts: list[str]) -> str:
    return f"[{', '.join(parts)}]"
