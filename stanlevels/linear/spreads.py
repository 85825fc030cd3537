"""Standard deviations as the exact methods see them: one unknown number times known ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.graph import ExpressionNode, VariableNode
from stanlevels.linear.forms import Forms, not_linear
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Apply, Literal, Take, Term, Use, Vector, factors, uses

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["FORMS", "Form", "Root", "Spread", "spreads"]

Array = np.ndarray[Any, Any]
_ONE = Literal(1.0)


@dataclass(frozen=True)
class Form:
    """How a quantity makes a standard deviation, and back.

    `of` gives the quantity for the standard deviation, `slope` the derivative of that.
    """

    of: Callable[[float], float]
    slope: Callable[[float], float]


FORMS: Mapping[str, Form] = {
    "": Form(lambda s: s, lambda s: 1.0),
    "exp": Form(lambda s: float(np.log(s)) if s > 0 else -np.inf, lambda s: 1 / s if s > 0 else np.inf),
    "sqrt": Form(lambda s: s * s, lambda s: 2 * s),
}


@dataclass(frozen=True)
class Root:
    """The unknown number in a standard deviation: a quantity, its component, and a function of it."""

    quantity: str
    position: int = 0
    form: str = ""


@dataclass(frozen=True, eq=False)
class Spread:
    """A standard deviation per unit: the root's (or 1) times `known`, (units,)."""

    root: Root | None
    known: Array


def spreads(line: Line, term: Term, width: int, forms: Forms, roles: Mapping[str, str]) -> list[Spread]:
    """The standard deviations of a line, one per component.

    Raises
    ------
    FitError
        If one is not a single unknown number times known ones, or varies over units.
    """
    if isinstance(term, Vector):
        return [_spread(line, item, forms, roles) for item in term.items]
    if isinstance(term, Use) and term.components and _is_unknown(term, forms.planned):
        _refuse_units(line, term, forms)
        return [_spread(line, Take(term, k, term.domain), forms, roles) for k in range(width)]
    if not _roots(line, term, forms):
        known = forms.term(line, term).wide(width).offset.reshape(-1, width)
        return [Spread(None, known[:, k]) for k in range(width)]
    one = _spread(line, term, forms, roles)
    return [one] * width


def _is_unknown(use: Use, planned: Planned) -> bool:
    return use.name in planned.latent


def _refuse_units(line: Line, use: Use, forms: Forms) -> None:
    if forms.planned.lines[use.name].domain:
        raise not_linear(
            line,
            f"its standard deviation varies with {use.name!r}",
            f"make it known, roles={{{use.name!r}: sl.data('column')}}, or use method='nuts'",
        )


def _spread(line: Line, term: Term, forms: Forms, roles: Mapping[str, str]) -> Spread:
    known = np.ones(forms.bound.size(line.domain))
    root: Root | None = None
    for factor in _expanded(term, forms):
        found = _root(line, factor, forms, roles)
        if found is None:
            known = known * forms.term(line, factor).offset
        elif root is not None:
            raise not_linear(line, "its standard deviation is a product of unknown quantities")
        else:
            root = found
    return Spread(root, known)


def _expanded(term: Term, forms: Forms) -> list[Term]:
    """The factors of a term, named expressions written out where they hold a scalar."""
    found: list[Term] = []
    for factor in factors(term):
        if isinstance(factor, Apply) and factor.function == "/":
            found += [*_expanded(factor.args[0], forms), Apply("/", (_ONE, factor.args[1]), factor.domain)]
        elif isinstance(factor, Use) and isinstance(forms.planned.graph[factor.name], ExpressionNode):
            line = forms.planned.lines[factor.name]
            unknown = _roots(line, line.args["value"], forms)
            found += _expanded(line.args["value"], forms) if unknown and not line.domain else [factor]
        else:
            found.append(factor)
    return found


def _root(line: Line, factor: Term, forms: Forms, roles: Mapping[str, str]) -> Root | None:
    if not _roots(line, factor, forms):
        return None
    form = ""
    if isinstance(factor, Apply) and factor.function in ("exp", "sqrt"):
        form, factor = factor.function, factor.args[0]
    position = 0
    if isinstance(factor, Take):
        position, factor = factor.position, factor.use
    if not isinstance(factor, Use) or factor.name not in forms.planned.latent:
        raise not_linear(line, "its standard deviation is computed from unknown quantities")
    _refuse_units(line, factor, forms)
    if roles.get(factor.name) == "random":
        raise not_linear(
            line,
            f"its standard deviation {factor.name!r} is a random variable",
            f"give {factor.name!r} the role of a parameter: roles={{{factor.name!r}: 'parameter'}}",
        )
    return Root(factor.name, position, form)


def _roots(line: Line, term: Term, forms: Forms) -> set[str]:
    """Unknown quantities in a term, through named expressions."""
    found: set[str] = set()
    for use in uses(term):
        node = forms.planned.graph[use.name]
        if isinstance(node, VariableNode) and not node.is_observed:
            found.add(use.name)
        elif isinstance(node, ExpressionNode):
            inner = forms.planned.lines[use.name]
            found |= _roots(inner, inner.args["value"], forms)
    return found
