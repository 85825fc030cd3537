"""`place`: give every line its domain and make every lookup explicit.

The domain of a line with a distribution is what `over=` says; of a line with data, the rows unless
``over=`` says otherwise; of a named expression, the coarsest place where everything it uses is
known. A quantity used elsewhere than at its own domain is looked up through the levels, which the
data must allow. Distributions, arguments and values stay as they were declared.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import (
    ROWS,
    At,
    Call,
    Column,
    Component,
    ConstantNode,
    Dot,
    Expr,
    ExpressionNode,
    Graph,
    Number,
    Op,
    QuantityNode,
    Ref,
    Stack,
    VariableNode,
    expressions,
    walk,
)
from stanlevels.plan.components import component_labels, list_axis, own_axis
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line, variable_domain
from stanlevels.plan.planned import Axes, Decided, Planned, literal
from stanlevels.plan.terms import (
    Apply,
    Domain,
    Known,
    Linear,
    Literal,
    Setting,
    Take,
    Term,
    Use,
    Vector,
    uses,
)


def place(graph: Graph, facts: Facts, decided: Decided | None = None) -> Planned:
    """Place every quantity, in the order of dependence: the literal plan of a graph.

    Parameters
    ----------
    graph : Graph
        With no argument of a unit or an outcome left open.
    facts : Facts
        The data.
    decided : Decided, optional
        Domains of named expressions that a given plan decides.
    """
    decided = decided or Decided()
    axes = component_labels(graph, facts.covariate_labels)
    places = _Places(graph, facts, axes, decided)
    order = graph.topological()
    for name in order:
        places.place(name)
    return literal(graph, {name: places.line(name) for name in order}, axes, decided)


@dataclass(frozen=True)
class _Place:
    domain: Domain
    components: tuple[str, ...]


class _Places:
    """The places found so far; used while `place` runs, and nowhere else."""

    def __init__(self, graph: Graph, facts: Facts, axes: Axes, decided: Decided) -> None:
        self.graph = graph
        self.axes = axes
        self.facts = facts
        self.decided = decided.places
        self.known: dict[str, _Place] = {}
        self.needed: dict[str, dict[Domain, None]] = {}

    # --- places ------------------------------------------------------------------------------

    def place(self, name: str) -> _Place:
        if name not in self.known:
            self.known[name] = self._find(name)
        return self.known[name]

    def _find(self, name: str) -> _Place:
        node = self.graph[name]
        if isinstance(node, VariableNode):
            return _Place(variable_domain(self.graph, node), self._components(node))
        if isinstance(node, ConstantNode):
            return _Place((), ())
        assert isinstance(node, ExpressionNode)
        fixed = self.graph.component_axes(node.over) or self._expression_components(node.expr, name)
        return _Place(self.graph.unit_axes(node.over) or self._expression_domain(node), fixed)

    def _components(self, node: VariableNode) -> tuple[str, ...]:
        shape = FAMILIES[node.family].support.shape
        fixed = self.graph.component_axes(node.over)
        if shape == "scalar":
            return fixed
        if shape == "cholesky":
            return (node.name,)
        if len(fixed) > 1:
            raise DeclarationError(
                f"{node.name!r} ~ {node.family}(...) is over {listing(fixed)}",
                expected="at most one Index, for its components",
            )
        return (own_axis(self.graph, node),)

    def _expression_domain(self, node: ExpressionNode) -> Domain:
        if node.name in self.decided:
            return self.decided[node.name]
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
                return self._same_components(found, repr(line))
            case _:
                return ()

    def _same_components(self, found: tuple[tuple[str, ...], ...], where: str) -> tuple[str, ...]:
        distinct = list(dict.fromkeys(c for c in found if c))
        if len(distinct) > 1:
            raise DeclarationError(
                f"{where} mixes components over {' and '.join(', '.join(d) for d in distinct)}",
                expected="one set of components",
                way_out="pick components, as in B[0]",
            )
        return distinct[0] if distinct else ()

    # --- lines -------------------------------------------------------------------------------

    def line(self, name: str) -> Line:
        node = self.graph.quantities[name]
        place = self.place(name)
        terms = _Terms(self, name, place.domain)
        if isinstance(node, ConstantNode):
            args: Mapping[str, Term] = {"value": Setting(name, "value", (node.value,))}
        elif isinstance(node, ExpressionNode):
            args = {"value": terms.term(node.expr)}
        else:
            args = {arg: terms.argument(node, arg, expr) for arg, expr in node.args}
        line = Line(node, place.domain, place.components, args)
        self._check_components(line)
        return line

    def _check_components(self, line: Line) -> None:
        """A scalar argument may vary over the line's own components, and over no others."""
        if not isinstance(line.node, VariableNode):
            return
        family = FAMILIES[line.node.family]
        for name, term in line.args.items():
            shape = family.parameterization(line.node.parameterization).parameter(name).support.shape
            if shape != "scalar" or term.components in ((), line.components):
                continue
            names = listing(dict.fromkeys(u.name for u in uses(term)))
            raise DeclarationError(
                f"{name} of {line.name!r} uses {names}, which has components over "
                f"{listing(term.components)}, where one number per unit is needed",
                expected="a component, or coefficients times covariates",
                way_out="write B[0] (or B['label']), or b @ X",
            )


class _Terms:
    """Builds the terms of one line."""

    def __init__(self, places: _Places, line: str, domain: Domain) -> None:
        self.places = places
        self.line = line
        self.domain = domain

    def argument(self, node: VariableNode, arg: str, expr: Expr | None) -> Term:
        parameter = FAMILIES[node.family].parameterization(node.parameterization).parameter(arg)
        if expr is None:
            return Setting(node.name, arg, ())
        if isinstance(expr, Number) and not (expr.value == 0 and parameter.kind == "location"):
            return Setting(node.name, arg, (expr.value,))
        if isinstance(expr, Stack) and _settable(expr, parameter.kind):
            values = tuple(item.value for item in expr.items if isinstance(item, Number))
            own = self.places.place(node.name).components
            return Setting(node.name, arg, values, components=own or (list_axis(node, arg),))
        return self.term(expr)

    def term(self, expr: Expr) -> Term:
        match expr:
            case Number(value=value):
                return Literal(value)
            case Ref(name=name):
                return self._use(name, self.places.place(name).domain, expr)
            case At(name=name, levels=levels):
                return self._use_at(name, levels)
            case Component(of=of, key=key):
                return self._take(of, key)
            case Column(name=name):
                return Known(name, self._units(f"the column {name!r}"))
            case Dot(coefficients=coefficients, covariates=covariates):
                return self._linear(coefficients, covariates)
            case Op(symbol=function, args=args) | Call(function=function, args=args):
                return self._apply(function, tuple(self.term(a) for a in args))
            case Stack(items=items):
                terms = tuple(self.term(item) for item in items)
                self._check_entries(terms)
                return Vector(terms, self._domain_of(terms))

    def _units(self, what: str) -> Domain:
        if not self.domain:
            raise DeclarationError(
                f"{self.line!r} has one value, and uses {what}, which has one per row",
                expected="over= a level at which the column is constant",
                way_out=f"add over=... to {self.line!r}, or use {what} in the line with the data",
            )
        return self.domain

    def _use(self, name: str, target: Domain, expr: Ref | At) -> Use:
        components = self.places.place(name).components
        if not target:
            return Use(name, (), (), components)
        if target == self.domain:
            return Use(name, (), self.domain, components)
        if not self.domain:
            raise DeclarationError(
                f"{self.line!r} has one value, and uses {name!r}, which has one per {_axis_words(target)}",
                expected="over= a level that determines it",
                way_out=f"add over=... to {self.line!r}",
            )
        self.places.facts.codes(self.domain, target)  # raises, naming three units, where it cannot be
        return Use(name, target, self.domain, components)

    def _use_at(self, name: str, levels: tuple[str, ...]) -> Use:
        graph, place = self.places.graph, self.places.place(name)
        reached = tuple(graph.target_level(level) for level in levels)
        if reached != place.domain:
            raise DeclarationError(
                f"{self.line!r} indexes {name!r} by {listing(levels)}",
                expected=f"a road to its own units, {_axis_words(place.domain) or 'of which it has none'}",
                way_out="declare  road = sl.Level('column', of=level)  and index by it",
            )
        self._units(f"{name}[{', '.join(levels)}]")
        if levels == self.domain:
            return Use(name, (), self.domain, place.components)
        self.places.facts.codes(self.domain, levels)
        return Use(name, levels, self.domain, place.components)

    def _reference(self, of: Ref | At) -> Use:
        found = self.term(of)
        assert isinstance(found, Use)
        return found

    def _take(self, of: Ref | At, key: int | str) -> Take:
        use = self._reference(of)
        if len(use.components) != 1 or self._is_correlation(use.name):
            raise DeclarationError(
                f"{self.line!r} takes component {key!r} of {use.name!r}, which has "
                + (f"components over {listing(use.components)}" if use.components else "one value"),
                expected="a quantity over one Index, covariates, or a MultiNormal",
            )
        labels = self.places.axes[use.components[0]]
        if key in labels:
            position = labels.index(key)
        elif isinstance(key, int) and 0 <= key < len(labels) and not all(isinstance(x, int) for x in labels):
            position = key
        else:
            raise DeclarationError(
                f"{self.line!r} takes component {key!r} of {use.name!r}",
                expected=f"one of {listing(labels)}, or a position from 0 to {len(labels) - 1}",
            )
        return Take(use, position, use.domain)

    def _is_correlation(self, name: str) -> bool:
        node = self.places.graph[name]
        return isinstance(node, VariableNode) and FAMILIES[node.family].is_correlation

    def _linear(self, coefficients: Ref | At, covariates: str) -> Linear:
        use = self._reference(coefficients)
        if use.components != (covariates,):
            raise DeclarationError(
                f"{self.line!r} multiplies {use.name!r} by the covariates {covariates!r}",
                expected=f"one coefficient per column: {use.name} = sl.Normal(..., over={covariates})",
            )
        return Linear(use, covariates, self._units(f"the covariates {covariates!r}"))

    def _apply(self, function: str, args: tuple[Term, ...]) -> Term:
        if all(isinstance(a, Literal) for a in args) and (folded := _fold(function, args)) is not None:
            return folded
        for arg in args:
            if not isinstance(arg, Apply) and any(self._is_correlation(u.name) for u in uses(arg)):
                raise DeclarationError(
                    f"{self.line!r} computes with a correlation matrix",
                    expected="it as the corr of a MultiNormal",
                )
        components = self.places._same_components(tuple(a.components for a in args), f"{self.line!r}")
        return Apply(function, args, self._domain_of(args), components)

    def _check_entries(self, terms: tuple[Term, ...]) -> None:
        for term in terms:
            if term.components:
                raise DeclarationError(
                    f"a list in {self.line!r} holds {listing(u.name for u in uses(term))}, which has"
                    " several components",
                    expected="one number per entry",
                    way_out="pick components, as in B[0]",
                )

    def _domain_of(self, terms: tuple[Term, ...]) -> Domain:
        return self.domain if any(t.domain for t in terms) else ()


def _settable(stack: Stack, kind: str) -> bool:
    """Whether a list is numbers only (zeros for a location stay in the text)."""
    numbers = [item.value for item in stack.items if isinstance(item, Number)]
    return len(numbers) == len(stack.items) and not (kind == "location" and not any(numbers))


_ARITHMETIC: dict[str, Callable[..., float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
}


def _fold(function: str, args: tuple[Term, ...]) -> Literal | None:
    """Arithmetic of literal numbers."""
    if function not in _ARITHMETIC:
        return None
    values = [float(a.value) for a in args if isinstance(a, Literal)]
    try:
        found = _ARITHMETIC[function](*values)
        if isinstance(found, complex) or not isfinite(found):
            raise ArithmeticError("the result is no finite real number")
    except ArithmeticError as error:
        raise DeclarationError(
            f"the numbers {listing(values)} cannot be combined by {function!r}: {error}"
        ) from None
    return Literal(found)


def _plain_references(expr: Expr) -> list[Ref]:
    """References that are looked up through nesting (not through a named road)."""
    return [e for e in walk(expr) if isinstance(e, Ref)]


def _axis_words(domain: Domain) -> str:
    return " and ".join("row" if axis == ROWS else axis for axis in domain)
