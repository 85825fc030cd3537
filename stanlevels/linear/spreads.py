"""Standard deviations as the exact methods see them: one unknown number times known ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.forms import Forms, NotLinear
from stanlevels.linear.sums import Opaque, Place, Sum, Unknown, component
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Term, Vector

__all__ = ["FORMS", "Form", "Root", "Spread", "spreads"]


@dataclass(frozen=True)
class Form:
    """How a quantity makes a standard deviation, and back.

    `of` gives the quantity for the standard deviation, `slope` the derivative of that, `sd` the standard
    deviation for the quantity.
    """

    of: Callable[[float], float]
    slope: Callable[[float], float]
    sd: Callable[[float], float]


FORMS: Mapping[str, Form] = {
    "": Form(lambda s: s, lambda s: 1.0, lambda q: q),
    "exp": Form(
        lambda s: float(np.log(s)) if s > 0 else -np.inf,
        lambda s: 1 / s if s > 0 else np.inf,
        lambda q: float(np.exp(q)),
    ),
    "sqrt": Form(lambda s: s * s, lambda s: 2 * s, lambda q: float(np.sqrt(q))),
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


def spreads(
    line: Line, term: Term, width: int, forms: Forms, roles: Mapping[str, str]
) -> list[Spread] | NotLinear:
    """The standard deviations of a line, one per component.

    Returns
    -------
    list of Spread, or NotLinear
        Why, where one is not a single unknown number times known ones, or varies over units.
    """
    place = Place(line.domain)
    if isinstance(term, Vector):
        sums = [forms.reader.read(item, place) for item in term.items]
    else:
        whole = forms.reader.read(term, place)
        varies = bool(term.components) and any(_has_components(a.unknown, forms) for a in whole)
        sums = [component(whole, k) for k in range(width)] if varies else [whole]
    found = []
    for each in sums:
        spread = _spread(line, each, forms, roles)
        if isinstance(spread, NotLinear):
            return spread
        wide = np.broadcast_to(spread.known, (len(spread.known), width // len(sums)))
        found += [Spread(spread.root, wide[:, k]) for k in range(wide.shape[1])]
    return found


def _has_components(unknown: Unknown | Opaque | None, forms: Forms) -> bool:
    """Whether what is unknown is itself a number for each component."""
    if isinstance(unknown, Unknown):
        return bool(forms.planned.lines[unknown.name].components)
    return unknown is not None


def _spread(line: Line, read: Sum, forms: Forms, roles: Mapping[str, str]) -> Spread | NotLinear:
    """A standard deviation as read; of known numbers there may be one per component."""
    units = forms.bound.size(line.domain)
    unknown = [addend for addend in read if addend.unknown is not None]
    if not unknown:
        return Spread(None, forms.columns.offset(read, units))
    addend = unknown[0]
    if isinstance(addend.unknown, Opaque) and addend.unknown.function == "*":
        return NotLinear.of(line, "its standard deviation is a product of unknown quantities")
    root = _root(addend.unknown, forms)
    if len(read) > 1 or root is None or addend.covariates is not None:
        return NotLinear.of(line, "its standard deviation is computed from unknown quantities")
    if forms.planned.lines[root.quantity].domain:
        return NotLinear.of(
            line,
            f"its standard deviation varies with {root.quantity!r}",
            f"make it known, roles={{{root.quantity!r}: sl.data('column')}}, or use method='mle' or 'nuts'",
        )
    if roles.get(root.quantity) == "random":
        return NotLinear.of(
            line,
            f"its standard deviation {root.quantity!r} is a random variable",
            f"give {root.quantity!r} the role of a parameter: roles={{{root.quantity!r}: 'parameter'}}",
        )
    multiple = forms.columns.multiple(addend)
    return Spread(root, np.broadcast_to(multiple, (units, multiple.shape[1])))


def _root(unknown: Unknown | Opaque | None, forms: Forms) -> Root | None:
    """The unknown number behind a standard deviation, where there is one alone."""
    if isinstance(unknown, Unknown):
        return Root(unknown.name, unknown.position or 0)
    if not isinstance(unknown, Opaque) or unknown.function not in ("exp", "sqrt"):
        return None
    inner = forms.reader.read(unknown.terms[0], unknown.place)
    alone = len(inner) == 1 and inner[0].number == 1 and not inner[0].known and not inner[0].covariates
    if not alone or not isinstance(inner[0].unknown, Unknown):
        return None
    return Root(inner[0].unknown.name, inner[0].unknown.position or 0, unknown.function)
