"""Lines in another order, and lines that no outcome uses."""

from __future__ import annotations

from stanlevels.graph import Call, Component, Expr, ExpressionNode, Graph, Node, Number, Op, Ref
from tests.spelling.rewrites.spelling import Spelling
from tests.spelling.trees import free_name, inserted, needs, plus, times


def lines_in_another_order(graph: Graph) -> Spelling | None:
    """The last line comes first wherever what it needs allows it."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in order:
            for above in reversed(needs(graph, graph[name])):
                visit(above)
            order[name] = None

    for name in reversed(list(graph.nodes)):
        visit(name)
    if list(order) == list(graph.nodes):
        return None
    return Spelling(Graph(graph.name, {name: graph[name] for name in order}, graph.doc))


def _derived(graph: Graph) -> dict[str, list[Node]]:
    """Lines that no outcome uses, by the latent line after which they can stand."""
    found: dict[str, list[Node]] = {}
    above: list[Expr] = []

    def note(line: str, wanted: str, expr: Expr) -> None:
        name = free_name(graph, f"{wanted}_of_{line}")
        found.setdefault(line, []).append(ExpressionNode(name, expr))

    for name, node in graph.latent.items():
        if node.family in ("LKJCholesky", "Dirichlet") or graph.component_axes(node.over):
            continue
        if node.family == "MultiNormal":
            note(
                name, "day_twelve", plus(Component(Ref(name), 0), times(Component(Ref(name), 1), Number(12)))
            )
            continue
        note(name, "copy", plus(Ref(name), Number(0)))
        note(name, "double", times(Ref(name), Number(2)))
        note(name, "exponential", Call("exp", (Op("/", (Ref(name), Number(50))),)))
        if above:
            note(name, "sum", plus(above[-1], times(Ref(name), Number(12))))
        if not node.over:
            above.append(Ref(name))
    return found


def derived_lines_above(graph: Graph) -> Spelling | None:
    """`pop12 = intercept + slope * 12` is added above the outcome's line."""
    lines = _derived(graph)
    return Spelling(inserted(graph, lines, after=True)) if lines else None


def derived_lines_below(graph: Graph) -> Spelling | None:
    """`pop12 = intercept + slope * 12` is added below every other line."""
    lines = [node for each in _derived(graph).values() for node in each]
    last = list(graph.nodes)[-1]
    return Spelling(inserted(graph, {last: lines}, after=True)) if lines else None
