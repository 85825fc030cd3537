"""Stan types of quantities and data entries."""

from __future__ import annotations

from stanlevels.distributions.supports import Support
from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import ROWS, ConstantNode, ExpressionNode, Graph
from stanlevels.names import Names
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain
from stanlevels.program.emit import is_array
from stanlevels.program.entries import (
    Codes,
    Components,
    Covariate,
    Entry,
    Matrix,
    Number,
    Outcome,
    Size,
    Weights,
    setting_of,
)


def data_type(entry: Entry, planned: Planned, names: Names) -> str:
    """The declared type of a data entry."""
    match entry:
        case Size() | Components():
            return "int<lower=0>"
        case Codes(domain=domain, target=target):
            reached = tuple(planned.graph.target_level(level) for level in target)
            return f"array[{names[Size(domain)]}] int<lower=1, upper={names[Size(reached)]}>"
        case Covariate(domain=domain, integer=integer):
            size = names[Size(domain)]
            return f"array[{size}] int<lower=0>" if integer else f"vector[{size}]"
        case Matrix(domain=domain, covariates=covariates):
            return f"matrix[{names[Size(domain)]}, {names[Components((covariates,))]}]"
        case Outcome(quantity=quantity):
            return _outcome_type(planned.lines[quantity], names)
        case Weights(quantity=quantity):
            return f"vector<lower=0>[{names[Size(planned.lines[quantity].domain)]}]"
        case Number(quantity=quantity, argument=argument, vector=vector, integer=integer):
            bounds = _argument_bounds(planned.lines[quantity], argument)
            if not vector:
                return "int<lower=0>" if integer else f"real{bounds}"
            components = setting_of(planned.lines[quantity], argument).components
            return f"vector{bounds}[{names[Components(components)]}]"


def _argument_bounds(line: Line, argument: str) -> str:
    if not line.is_variable or argument not in line.args:
        return ""
    return support_bounds(line.parameter(argument).support)


def _outcome_type(line: Line, names: Names) -> str:
    family = FAMILIES[line.variable.family]
    size = names[Size(line.domain)]
    if family.support.shape == "vector":
        return f"array[{size}] vector[{names[Components(line.components)]}]"
    if family.support.shape == "simplex":
        return f"array[{size}] simplex[{names[Components(line.components)]}]"
    bounds = support_bounds(family.support)
    return f"array[{size}] int{bounds}" if family.discrete else f"vector{bounds}[{size}]"


def support_bounds(support: Support) -> str:
    """The bounds of a scalar support, as Stan writes them.

    Examples
    --------
    >>> from stanlevels.distributions.supports import POSITIVE, REAL, UNIT
    >>> support_bounds(POSITIVE), support_bounds(UNIT), support_bounds(REAL)
    ('<lower=0>', '<lower=0, upper=1>', '')
    """
    parts = [f"lower={support.lower:.0f}"] if support.lower > float("-inf") else []
    parts += [f"upper={support.upper:.0f}"] if support.upper < float("inf") else []
    return f"<{', '.join(parts)}>" if parts else ""


def shaped(line: Line, planned: Planned, names: Names, inside: str = "") -> str:
    """The type of a quantity with `inside` as its constraint."""
    units = names[Size(line.domain)] if line.domain else ""
    components = names[Components(line.components)] if line.components else ""
    if isinstance(line.node, ConstantNode | ExpressionNode):
        special = ""
    else:
        special = _special(line)
    if special:
        prefix = f"array[{units}] " if units else ""
        return f"{prefix}{special}[{components}]"
    if units and components:
        if is_array(line, planned):
            return f"array[{units}] vector{inside}[{components}]"
        return f"matrix{inside}[{units}, {components}]"
    if units or components:
        return f"vector{inside}[{units or components}]"
    return f"real{inside}"


def _special(line: Line) -> str:
    family = FAMILIES[line.variable.family]
    if line.variable.ordered:
        return "ordered" if family.support.lower < 0 else "positive_ordered"
    return {"simplex": "simplex", "cholesky": "cholesky_factor_corr"}.get(family.support.shape, "")


def note(entry: Entry, graph: Graph) -> str:
    """What a data entry is, in words."""
    match entry:
        case Size(domain=domain):
            return "rows" if domain == (ROWS,) else f"units of {' x '.join(domain)}"
        case Components(axes=axes):
            return f"components of {' x '.join(axes)}"
        case Codes(domain=domain, target=target):
            return f"the {' and '.join(target)} of each {_unit(domain)}"
        case Covariate(domain=domain, column=column):
            return f"{column!r} of each {_unit(domain)}"
        case Matrix(domain=domain, covariates=covariates):
            return f"the columns of {covariates} for each {_unit(domain)}"
        case Outcome(quantity=quantity):
            columns = graph.variables[quantity].observed
            return "observed" if columns == (quantity,) else f"observed as {', '.join(map(repr, columns))}"
        case Weights(quantity=quantity):
            return f"frequency weights of {quantity}"
        case Number(quantity=quantity, argument=argument):
            if argument == "value":
                return "a known number"
            return f"{argument.replace('_', ' ')} of {quantity}"


def _unit(domain: Domain) -> str:
    return "row" if domain == (ROWS,) else " x ".join(domain)
