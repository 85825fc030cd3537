"""`place`: give every line its domain and make every lookup explicit.

The domain of a line with a distribution is what `over=` says; of a line with data, the rows unless
``over=`` says otherwise; of a named expression, the coarsest place where everything it uses is
known. A quantity used elsewhere than at its own domain is looked up through the levels, which the
data must allow. Distributions, arguments and values stay as they were declared.
"""

from __future__ import annotations

from collections.abc import Mapping

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import Column, ConstantNode, Expr, ExpressionNode, Graph, Ref, VariableNode
from stanlevels.passes.place_domains import Places
from stanlevels.passes.place_terms import Terms
from stanlevels.passes.place_waves import of_waves
from stanlevels.plan.components import component_labels
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Decided, Planned, literal
from stanlevels.plan.terms import Setting, Term, uses


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
    places = Places(graph, facts, axes, decided)
    order = graph.topological()
    for name in order:
        places.place(name)
    return literal(graph, {name: _line(places, name) for name in order}, axes, decided)


def _line(places: Places, name: str) -> Line:
    node = places.graph.quantities[name]
    place = places.place(name)
    terms = Terms(places, name, place.domain)
    if isinstance(node, ConstantNode):
        args: Mapping[str, Term] = {"value": Setting(name, "value", (node.value,))}
    elif isinstance(node, ExpressionNode):
        args = {"value": terms.term(node.expr)}
    else:
        args = {
            arg: terms.argument(node, arg, _column(places.graph, node, arg, expr)) for arg, expr in node.args
        }
    line = of_waves(Line(node, place.domain, place.components, args), terms, places.facts)
    _check_components(line)
    return line


def _column(graph: Graph, node: VariableNode, arg: str, expr: Expr | None) -> Expr | None:
    """What must be known is its column, also where the column has a name: ``n = sl.data("n")``."""
    parameter = FAMILIES[node.family].parameterization(node.parameterization).parameter(arg)
    if not parameter.is_known or not isinstance(expr, Ref):
        return expr
    target = graph[expr.name]
    return target.expr if isinstance(target, ExpressionNode) and isinstance(target.expr, Column) else expr


def _check_components(line: Line) -> None:
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
