"""The terms of a line at its domain, with every lookup explicit, as `place` writes them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import isfinite

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import (
    ROWS,
    At,
    Call,
    Column,
    Component,
    Derived,
    Dot,
    Expr,
    Members,
    MembershipsNode,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
)
from stanlevels.graph.text import expression_text
from stanlevels.passes.place_domains import Places
from stanlevels.plan import terms as planned_terms
from stanlevels.plan.components import list_axis
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
from stanlevels.words import counted


class Terms:
    """Builds the terms of one line."""

    def __init__(self, places: Places, line: str, domain: Domain) -> None:
        self.places = places
        self.line = line
        self.domain = domain

    def argument(self, node: VariableNode, arg: str, expr: Expr | None) -> Term:
        """An argument of a distribution: a setting where it is a number or open, else a term."""
        parameter = FAMILIES[node.family].parameterization(node.parameterization).parameter(arg)
        if expr is None:
            return Setting(node.name, arg, ())
        if isinstance(expr, Number) and not (expr.value == 0 and parameter.kind == "location"):
            return Setting(node.name, arg, (expr.value,))
        if isinstance(expr, Stack) and parameter.support.shape == "scalar":
            return self._by_component(node, arg, expr)
        if isinstance(expr, Stack) and _settable(expr, parameter.kind):
            values = tuple(item.value for item in expr.items if isinstance(item, Number))
            own = self.places.place(node.name).components
            return Setting(node.name, arg, values, components=own or (list_axis(node, arg),))
        return self.term(expr)

    def _by_component(self, node: VariableNode, arg: str, stack: Stack) -> Term:
        """A list along the one axis of a line's components, of a distribution of single numbers."""
        own = self.places.place(node.name).components
        count = len(self.places.axes[own[0]]) if len(own) == 1 else None
        if count != len(stack.items):
            has = f"{counted(count, 'component')} over {own[0]!r}" if count is not None else "no components"
            raise DeclarationError(
                f"{arg} of {node.name!r} has {counted(len(stack.items), 'entry')}, and {node.name!r} {has}"
                + (f": {listing(self.places.axes[own[0]])}" if count else ""),
                expected=f"{count} entries, one per component" if count is not None else "one number",
            )
        numbers = tuple(item.value for item in stack.items if isinstance(item, Number))
        if len(numbers) == len(stack.items):
            zero = not any(numbers) and not _settable(stack, "location")
            return Literal(0) if zero else Setting(node.name, arg, numbers, components=own)
        terms = tuple(self.term(item) for item in stack.items)
        self._check_entries(terms)
        return Vector(terms, self._domain_of(terms), own)

    def term(self, expr: Expr) -> Term:
        """An expression with its lookups explicit."""
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
            case Derived():
                name = expression_text(expr, bare=True)
                return Known(name, self._units(f"the column {name!r}"))
            case Dot(coefficients=coefficients, covariates=covariates):
                return self._linear(coefficients, covariates)
            case Members(of=of, memberships=memberships):
                return self._members(of, memberships)
            case Op(symbol=function, args=args) | Call(function=function, args=args):
                return self.applied(function, tuple(self.term(a) for a in args))
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
        return self._taken(self._reference(of), key)

    def _taken(self, use: Use, key: int | str) -> Take:
        if len(use.components) != 1 or self._is_correlation(use.name):
            raise DeclarationError(
                f"{self.line!r} takes component {key!r} of {use.name!r}, which has "
                + (f"components over {listing(use.components)}" if use.components else "one value"),
                expected="a quantity over one Index, covariates, or a MultiNormal",
                way_out=self._instead_of_unit(use.name, key),
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

    def _instead_of_unit(self, name: str, key: int | str) -> str:
        """What to write in place of one unit of a level, by its label or place."""
        if not self.places.place(name).domain:
            return ""
        return (
            f"units have no place in a line by their label or order: differences from unit {key!r} are read"
            f" from the draws (fit.draws({name!r})), or declared as coefficients of a category:"
            f" sl.data('column', categorical=True, reference={key!r})"
        )

    def _has(self, name: str) -> str:
        """How many values a quantity has, in words."""
        place = self.places.place(name)
        each = f" for every {_axis_words(place.domain)}" if place.domain else ""
        return (
            f"components over {listing(place.components)}{each}" if place.components else f"one value{each}"
        )

    def _instead_of_line(self, name: str, covariates: str) -> str:
        """Where a quantity that is no set of coefficients goes: beside them, or with units of its own."""
        node, units = self.places.graph[name], self.places.place(name).domain
        components = self.places.place(name).components
        several = [axis for axis in components if axis != covariates]
        if isinstance(node, VariableNode) and 0 < len(several) < len(components):
            one = listing(self.places.axes[several[0]][:1])
            return (
                f"coefficients for each {several[0]} are a line each, over={covariates}; where these are"
                f" categories: logit={{{one}: 0, ...: first @ {covariates}, ...: second @ {covariates}}}"
            )
        if isinstance(node, VariableNode) and not units:
            return f"write {name} = sl.{node.distribution}(..., over={covariates})"
        beside = f"for an effect of {covariates!r} beside it write {name} + b @ {covariates} with"
        axes = ", ".join("sl.rows" if axis == ROWS else axis for axis in (*units, covariates))
        by_unit = f"; for coefficients of every {_axis_words(units)}, over=({axes})" if units else ""
        return f"{beside} b = sl.Normal(0, 1, over={covariates}){by_unit}"

    def _is_correlation(self, name: str) -> bool:
        node = self.places.graph[name]
        return isinstance(node, VariableNode) and FAMILIES[node.family].is_correlation

    def _linear(self, coefficients: Ref | At, covariates: str) -> Linear:
        use = self._reference(coefficients)
        if use.components != (covariates,):
            raise DeclarationError(
                f"{self.line!r} multiplies {use.name!r}, which has {self._has(use.name)}, by the covariates"
                f" {covariates!r}",
                expected=f"coefficients, one per column of {covariates!r}",
                way_out=self._instead_of_line(use.name, covariates),
            )
        return Linear(use, covariates, self._units(f"the covariates {covariates!r}"))

    def _members(self, of: Ref | Component, memberships: str) -> planned_terms.Members:
        """A sum over members; its line is over the level whose units have them."""
        node = self.places.graph[memberships]
        assert isinstance(node, MembershipsNode)
        reference = of.of if isinstance(of, Component) else of
        assert isinstance(reference, Ref)
        name, facts = reference.name, self.places.facts
        place = self.places.place(name)
        if not place.domain or not facts.determines((node.of,), place.domain):
            raise DeclarationError(
                f"{self.line!r} sums {name!r}, which has {self._has(name)}, over members of {memberships!r}",
                expected=f"a quantity of the members: over={node.of}, or over what it determines",
                way_out=f"write {name} = sl.Normal(0, sd, over={node.of})" if not place.domain else "",
            )
        use = Use(name, (), self.domain, place.components)
        if isinstance(of, Component):
            quantity: Use | Take = self._taken(use, of.key)
        elif place.components:
            raise DeclarationError(
                f"{self.line!r} sums {name!r}, which has {self._has(name)}, over members of {memberships!r}",
                expected="one number for each member",
                way_out=f"sum its components by themselves: {name}[0] @ {memberships}",
            )
        else:
            quantity = use
        most = int(np.bincount(facts.codes((memberships,), (node.by,))).max(initial=1))
        return planned_terms.Members(
            quantity, memberships, node.of, place.domain, node.weighted, most, self.domain
        )

    def applied(self, function: str, args: tuple[Term, ...]) -> Term:
        """An operator or a function of terms of the line."""
        if all(isinstance(a, Literal) for a in args) and (folded := _fold(function, args)) is not None:
            return folded
        for arg in args:
            if not isinstance(arg, Apply) and any(self._is_correlation(u.name) for u in uses(arg)):
                raise DeclarationError(
                    f"{self.line!r} computes with a correlation matrix",
                    expected="it as the corr of a MultiNormal",
                )
        components = self.places.same_components(tuple(a.components for a in args), f"{self.line!r}")
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


def _axis_words(domain: Domain) -> str:
    return " and ".join("row" if axis == ROWS else axis for axis in domain)
