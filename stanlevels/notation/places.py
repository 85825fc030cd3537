"""Indices: a letter for every level, and how a line over one level reaches units of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from stanlevels.graph import (
    ROWS,
    Column,
    ConstantNode,
    CovariatesNode,
    Dot,
    ExpressionNode,
    Graph,
    IndexNode,
    Node,
    VariableNode,
    expressions,
    uses,
    walk,
)
from stanlevels.graph.places import places
from stanlevels.notation.layout import Fenced, Layout, Name, Row, Sign
from stanlevels.notation.symbols import symbol_of

__all__ = ["Axes", "Places", "joined"]

Axes = tuple[str, ...]

_LINES = VariableNode | ExpressionNode | ConstantNode | CovariatesNode
_LETTERS = "jklmpqrstuvwhdceg"


class Places:
    """Where each line of a graph has its values, and the letters that stand for units.

    Parameters
    ----------
    graph : Graph
    known : mapping of str to tuple of str, optional
        Domains of named expressions and of covariates where data have told them; what it does not name is
        read off the declaration.
    """

    def __init__(self, graph: Graph, known: Mapping[str, Axes] | None = None) -> None:
        self.graph = graph
        self.known = known or {}

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """The letter of the rows, of every level, and of every list of labels."""
        taken = {symbol_of(name).base for name in self.names()}
        free = iter([letter for letter in _LETTERS if letter not in taken])
        axes = [*self.graph.levels, *(n for n in self.graph.nodes if self._is_list(n))]
        found = {ROWS: "i" if "i" not in taken else next(free, "i")}
        return found | {axis: next(free, f"u_{number}") for number, axis in enumerate(axes)}

    def names(self) -> Iterator[str]:
        """Every name that formulas may have: of lines and of columns."""
        for name, node in self.graph.nodes.items():
            yield name
            yield from (e.name for expr in expressions(node) for e in walk(expr) if isinstance(e, Column))
            if isinstance(node, CovariatesNode):
                yield from (column.name for column in node.columns)
            if isinstance(node, VariableNode) and node.weights:
                yield node.weights

    def _is_list(self, name: str) -> bool:
        return isinstance(self.graph[name], IndexNode | CovariatesNode)

    # --- where lines are -----------------------------------------------------------------------------

    def domain(self, name: str) -> Axes:
        """The units of a line."""
        if name in self.known:
            return self.known[name]
        return self._declared.get(name, ())

    @cached_property
    def _declared(self) -> Mapping[str, Axes]:
        """Of every line, from what it is written with; covariates are where the line is that uses them."""
        found: dict[str, Axes] = dict(places(self.graph))
        for name, node in self.graph.nodes.items():
            if isinstance(node, CovariatesNode):
                users = [n for n, other in self.graph.nodes.items() if n in found and _is_used(name, other)]
                found[name] = self.known.get(users[0], found[users[0]]) if users else (ROWS,)
        return found

    def _ancestors(self, level: str) -> Iterator[str]:
        parent = getattr(self.graph.nodes.get(level), "within", None)
        while parent is not None:
            yield parent
            parent = getattr(self.graph.nodes.get(parent), "within", None)

    def components(self, name: str) -> Axes:
        """The lists of labels over which a line has a number each, with a letter in its index."""
        node = self.graph[name]
        if not isinstance(node, VariableNode):
            return ()
        # components of a line that has no list of labels, as means written beside each other, stay together
        return tuple(axis for axis in self.graph.component_axes(node.over) if self._is_list(axis))

    # --- the order in which they are read ---

    def ordered(self) -> Iterator[str]:
        """What is observed; what that rests on, units first; and single numbers, as declared."""
        graph = self.graph
        lines = [name for name, node in graph.nodes.items() if isinstance(node, _LINES)]
        order = dict.fromkeys(graph.observed)
        pending = list(order)
        while pending:
            pending = [n for name in pending for n in uses(graph[name]) if n in lines and n not in order]
            order |= dict.fromkeys(pending)
        order |= dict.fromkeys(lines)
        single = {name for name in order if not self.domain(name)}
        yield from (name for name in order if name not in single)
        yield from (name for name in lines if name in single)

    # --- indices -------------------------------------------------------------------------------------

    def index(self, axes: Axes) -> tuple[Layout, ...]:
        """Letters of axes."""
        return tuple(Name(self.letters[axis]) for axis in axes)

    def reached(self, axis: str, here: Axes) -> Layout:
        """A unit of `axis` from a line over `here`: its letter, or such as ``publisher[j]``."""
        if axis in here:
            return Name(self.letters[axis])
        below = [a for a in here if axis in self._ancestors(a)] or list(here)
        if not below:
            return Name(self.letters.get(axis, axis))
        letters = joined(self.index(tuple(below)))
        return Row((Name("row" if axis == ROWS else axis), Fenced(letters, "[", "]")))


def joined(parts: tuple[Layout, ...]) -> Layout:
    """Parts with commas between them."""
    if len(parts) == 1:
        return parts[0]
    found: list[Layout] = []
    for part in parts:
        found += [part] if not found else [Sign(","), part]
    return Row(tuple(found))


def _is_used(name: str, node: Node) -> bool:
    """Whether a line multiplies covariates by coefficients, rather than being over them."""
    inside = (inner for expr in expressions(node) for inner in walk(expr))
    return any(isinstance(inner, Dot) and inner.covariates == name for inner in inside)
