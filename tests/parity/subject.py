"""What is judged: a program and what it does with each declared quantity.

All that the harness knows of plans and programs is read here, by `subject`; programs written by hand need
nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from stanlevels.graph import (
    Call,
    Column,
    Component,
    Dot,
    Expr,
    Graph,
    Node,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
)
from stanlevels.plan import quantities
from stanlevels.plan.terms import Apply, Known, Linear, Literal, Setting, Take, Term, Use
from stanlevels.program import program
from tests.oracle.evaluate import FUNCTIONS
from tests.oracle.world import Key
from tests.parity.forms import NATURAL, Between, Form, Moved, Softened, Standardised

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Parameter:
    """A quantity, or a part of one, as a program samples it.

    Parameters
    ----------
    stan : str
        The Stan parameter. Several quantities may share one, one after another.
    quantity : str
        The declared quantity. Several parameters may make up one.
    form : Form
        How its values become the parameter.
    part : tuple
        An index into (units, components); empty for all of it.
    turned : bool
        Whether components stand before units.
    """

    stan: str
    quantity: str
    form: Form = NATURAL
    part: tuple[Any, ...] = ()
    turned: bool = False


@dataclass(frozen=True)
class Subject:
    """A program, and what it says it does with the declaration.

    Parameters
    ----------
    graph : Graph
        The declaration, no argument left open.
    units : mapping of str to list of tuple
        Units of every level in the program's order.
    sampled : tuple of Parameter
        What its parameters are.
    integrated : frozenset of str
        Quantities that are not among them because they were integrated out.
    stan_code, stan_data
        The program with its data.
    """

    graph: Graph
    units: Mapping[str, list[Key]]
    sampled: tuple[Parameter, ...]
    integrated: frozenset[str]
    stan_code: str
    stan_data: Mapping[str, Any]


def subject(bound: BoundModel) -> Subject:
    """A bound model's program, and what its plan says of every quantity."""
    planned = bound.planned.quantities.values()
    return Subject(
        graph=closed_graph(bound),
        units=unit_keys(bound),
        sampled=tuple(_sampled(bound, declared) for declared in bound.program.parameters),
        integrated=frozenset(q.name for q in planned if isinstance(q.value, quantities.Integrated)),
        stan_code=bound.stan_code,
        stan_data=bound.stan_data,
    )


def _sampled(bound: BoundModel, found: program.Parameter) -> Parameter:
    """A parameter of today's programs is one quantity in its planned form."""
    quantity = bound.planned.quantities[found.quantity]
    match found.form:
        case quantities.Natural():
            return Parameter(found.name, quantity.name)
        case quantities.Moved(by=by):
            return Parameter(found.name, quantity.name, Moved(_expression(by, bound), quantity.domain))
        case quantities.Between(by=by):
            typical = np.asarray(found.form.typical)
            shape = (bound.data.size(quantity.domain), len(typical))
            moved = None if by is None else Moved(_expression(by, bound), quantity.domain)
            weights = np.broadcast_to(found.form.weights, shape)
            return Parameter(found.name, quantity.name, Between(weights, typical, moved))
        case quantities.Softened(typical=sizes):
            return Parameter(found.name, quantity.name, Softened(sizes))
        case quantities.Standardised(location=location, scale=scale):
            vectors = bound.planned.graph.variables[quantity.name].family == "MultiNormal"
            turned = vectors and bool(quantity.domain)
            return Parameter(found.name, quantity.name, Standardised(location, scale), turned=turned)


def bind_as(
    model: Any,
    data: Any,
    tables: Tables | None = None,
    *,
    centered: quantities.Centering | Mapping[str, quantities.Centering] | None = None,
    compress: bool | None = None,
) -> BoundModel:
    """A bound model with every choice of parameterisation made alike; None keeps the plan's choices.

    Vectors, which have no form between both, are then as the plan has them. A mapping chooses for each.
    """
    bound: BoundModel = model.bind(data, tables=tables, plan=sl.Plan(compress=compress))
    if centered is None:
        return bound
    wanted = dict(bound.plan.centered)
    for name in wanted:
        form = centered.get(name, wanted[name]) if isinstance(centered, Mapping) else centered
        vector = bound.planned.lines[name].family.is_vector
        wanted[name] = wanted[name] if vector and form == quantities.BETWEEN else form
    again: BoundModel = model.bind(data, tables=tables, plan=replace(bound.plan, center=wanted))
    assert again.planned.centered == wanted
    return again


def unit_keys(bound: BoundModel) -> dict[str, list[Key]]:
    """Units of every level in the program's order: labels of what each is declared within, and its own."""
    graph, levels = bound.planned.graph, bound.data.levels

    def keys(name: str) -> list[Key]:
        level, within = levels[name], graph.levels[name].within
        if within is None:
            return [(label,) for label in level.labels]
        parent = graph.target_level(within)
        above = keys(parent)
        return [(*above[up], own) for up, own in zip(level.parents[parent], level.labels, strict=True)]

    return {name: keys(name) for name in levels}


def closed_graph(bound: BoundModel) -> Graph:
    """The declaration with the numbers and lines that default priors put where it is open."""
    graph, lines = bound.planned.graph, bound.planned.lines

    def closed(node: Node) -> Node:
        if not isinstance(node, VariableNode):
            return node
        args = lines[node.name].args
        return replace(node, args=tuple((n, _open(args[n], bound) if e is None else e) for n, e in node.args))

    closed_nodes = {name: closed(graph[name]) for name in _in_order(bound)}
    return Closed(graph.name, closed_nodes, graph.doc)


class Closed(Graph):
    """A graph in which a prior may be about another component of its own line.

    So are coefficients that begin with an intercept: its location is where the others put it.
    """

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        return {name: tuple(n for n in above if n != name) for name, above in super().parents.items()}


def _in_order(bound: BoundModel) -> list[str]:
    """Nodes in the order of the plan: the prior of an intercept uses the coefficients beside it."""
    lines = list(bound.planned.lines)
    return [*(n for n in bound.planned.graph.nodes if n not in lines), *lines]


def _open(term: Term, bound: BoundModel) -> Expr:
    """What a default prior put for an open argument: a number, one per component, or a location."""
    if not term.components:
        return _expression(term, bound)
    size = 1
    for axis in term.components:
        size *= len(bound.planned.axes[axis])
    return Stack(tuple(_expression(term, bound, k) for k in range(size)))


def _expression(term: Term, bound: BoundModel, k: int = 0) -> Expr:
    match term:
        case Literal(value=value):
            return Number(value)
        case Setting(values=values, components=components):
            return Number(values[k] if components else values[0])
        case Use(name=name, components=components):
            return Component(Ref(name), bound.planned.axes[components[0]][k]) if components else Ref(name)
        case Take(use=use, position=position):
            return Component(Ref(use.name), bound.planned.axes[use.components[0]][position])
        case Apply(function="dot", args=(numbers, use)):
            assert isinstance(numbers, Setting)
            total: Expr = Number(0)
            for i in range(len(numbers.values)):
                product = Op("*", (_expression(numbers, bound, i), _expression(use, bound, i)))
                total = Op("+", (total, product))
            return total
        case Known(column=column):
            return Column(column)
        case Linear(use=use, covariates=covariates):
            return Dot(Ref(use.name), covariates)
        case Apply(function=function, args=args):
            inner = tuple(_expression(arg, bound, k) for arg in args)
            return Call(function, inner) if function in FUNCTIONS else Op(function, inner)
    raise AssertionError(f"a default prior has {term}")
