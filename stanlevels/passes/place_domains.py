"""The domain and the components of every quantity, as `place` finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import (
    ROWS,
    At,
    Call,
    Column,
    ConstantNode,
    Dot,
    Expr,
    ExpressionNode,
    Graph,
    Members,
    MembershipsNode,
    Op,
    QuantityNode,
    Ref,
    VariableNode,
    expressions,
    walk,
)
from stanlevels.plan.components import own_axis
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import variable_domain
from stanlevels.plan.planned import Axes, Decided
from stanlevels.plan.terms import Domain


@dataclass(frozen=True)
class Place:
    """Where a quantity stands: its units and its components."""

    domain: Domain
    components: tuple[str, ...]


class Places:
    """The places found so far; used while `place` runs, and nowhere else."""

    def __init__(self, graph: Graph, facts: Facts, axes: Axes, decided: Decided) -> None:
        self.graph = graph
        self.axes = axes
        self.facts = facts
        self.decided = decided.places
        self.known: dict[str, Place] = {}
        self.needed: dict[str, dict[Domain, None]] = {}

    def place(self, name: str) -> Place:
        """The place of a quantity; found once."""
        if name not in self.known:
            self.known[name] = self._find(name)
        return self.known[name]

    def _find(self, name: str) -> Place:
        node = self.graph[name]
        if isinstance(node, VariableNode):
            return Place(variable_domain(self.graph, node), self._components(node))
        if isinstance(node, ConstantNode):
            return Place((), ())
        assert isinstance(node, ExpressionNode)
        fixed = self.graph.component_axes(node.over) or self._expression_components(node.expr, name)
        return Place(self.graph.unit_axes(node.over) or self._expression_domain(node), fixed)

    def _components(self, node: VariableNode) -> tuple[str, ...]:
        shape = FAMILIES[node.family].support.shape
        fixed = self.graph.component_axes(node.over)
        if shape == "scalar":
            return fixed
        if shape == "cholesky":
            return (node.name,)
        if len(fixed) > 1:
            raise DeclarationError(
                f"{node.name!r} ~ {node.outlined} is over {listing(fixed)}",
                expected="at most one Index, for its components",
            )
        return (own_axis(self.graph, node),)

    def _expression_domain(self, node: ExpressionNode) -> Domain:
        if node.name in self.decided:
            return self.decided[node.name]
        if isinstance(node.expr, Members):
            memberships = self.graph[node.expr.memberships]
            assert isinstance(memberships, MembershipsNode)
            return (memberships.by,)
        fixed = self._join([self.place(ref.name).domain for ref in _plain_references(node.expr)])
        if not any(isinstance(e, Column | At | Dot) for e in walk(node.expr)):
            return fixed
        wanted = [d for d in self._users()[node.name] if self._within(d, fixed)]
        coarse = [d for d in wanted if all(self._within(other, d) for other in wanted)]
        return coarse[0] if coarse else (ROWS,)

    def _users(self) -> Mapping[str, Mapping[Domain, None]]:
        """Domains at which lines with a distribution need each quantity, also through named expressions."""
        if not self.needed:
            self.needed = {name: {} for name in self.graph.quantities}
            for name in reversed(self.graph.topological()):  # what uses a line stands behind it
                self._note_needs(self.graph.quantities[name])
        return self.needed

    def _note_needs(self, user: QuantityNode) -> None:
        own = {variable_domain(self.graph, user): None} if isinstance(user, VariableNode) else None
        for inner in (e for expr in expressions(user) for e in walk(expr)):
            if isinstance(inner, At):
                self.needed[inner.name][tuple(self.graph.target_level(n) for n in inner.levels)] = None
            elif isinstance(inner, Ref):
                self.needed[inner.name].update(self.needed[user.name] if own is None else own)

    def _join(self, domains: list[Domain]) -> Domain:
        """The coarsest domain at which quantities of all these domains are known."""
        distinct = list(dict.fromkeys(d for d in domains if d))
        finest = [d for d in distinct if all(self._within(d, other) for other in distinct)]
        if finest:
            return finest[0]
        return (ROWS,) if distinct else ()

    def _within(self, domain: Domain, target: Domain) -> bool:
        return not target or domain == target or (bool(domain) and self.facts.determines(domain, target))

    def _expression_components(self, expr: Expr, line: str) -> tuple[str, ...]:
        match expr:
            case Ref(name=name) | At(name=name):
                return self.place(name).components
            case Op(args=args) | Call(args=args):
                found = tuple(self._expression_components(a, line) for a in args)
                return self.same_components(found, repr(line))
            case _:
                return ()

    def same_components(self, found: tuple[tuple[str, ...], ...], where: str) -> tuple[str, ...]:
        """The one set of components among those found; an error where there are several."""
        distinct = list(dict.fromkeys(c for c in found if c))
        if len(distinct) > 1:
            raise DeclarationError(
                f"{where} mixes components over {' and '.join(', '.join(d) for d in distinct)}",
                expected="one set of components",
                way_out="pick components, as in B[0]",
            )
        return distinct[0] if distinct else ()


def _plain_references(expr: Expr) -> list[Ref]:
    """References that are looked up through nesting (not through a named road)."""
    return [e for e in walk(expr) if isinstance(e, Ref)]
