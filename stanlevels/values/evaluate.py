"""Terms in NumPy: the value of an expression for every draw, at the units of its line.

Values have four axes, (chains, draws, units, components), of length 1 where they do not vary, so
that ordinary broadcasting does the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stanlevels.distributions.functions import computed
from stanlevels.errors import InternalError
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
)

if TYPE_CHECKING:
    from stanlevels.values.draws import Array, Draws

__all__ = ["evaluate"]

_ALL = slice(None)


def evaluate(term: Term, domain: Domain, draws: Draws, units: slice = _ALL) -> Array:
    """The value of `term` on a line at `domain`.

    Parameters
    ----------
    term : Term
        As `place` made it.
    domain : Domain
        That of its line.
    draws : Draws
        What it is computed from.
    units : slice
        Which units of `domain`; smaller pieces bound the memory.

    Returns
    -------
    ndarray, (chains, draws, units, components)
        Axes along which it does not vary have length 1. A value outside a function's domain is NaN.
    """
    with np.errstate(all="ignore"):
        return _value(term, domain, draws, units)


def _value(term: Term, domain: Domain, draws: Draws, units: slice) -> Array:
    match term:
        case Literal(value=value):
            return np.full((1, 1, 1, 1), value)
        case Setting(values=values):
            if not values:
                raise InternalError(f"{term.argument} of {term.quantity!r} was left open and never set")
            return np.asarray(values, dtype=float).reshape(1, 1, 1, -1)
        case Use():
            return _use(term, domain, draws, units)
        case Take(use=use, position=position):
            return _use(use, domain, draws, units)[..., position : position + 1]
        case Known(column=column):
            return np.asarray(draws.bound.column(domain, column), dtype=float)[units].reshape(1, 1, -1, 1)
        case Linear(use=use, covariates=covariates):
            matrix = draws.bound.matrix(domain, covariates)[units]
            return _linear(_use(use, domain, draws, units), matrix)
        case Apply(function=function, args=args):
            values_of = [_value(arg, domain, draws, units) for arg in args]
            if function == "dot":
                return np.asarray(np.sum(values_of[0] * values_of[1], axis=-1, keepdims=True))
            return computed(function, *values_of)
        case Vector(items=items):
            entries = np.broadcast_arrays(*(_value(item, domain, draws, units) for item in items))
            return np.concatenate(entries, axis=-1)


def _use(use: Use, domain: Domain, draws: Draws, units: slice) -> Array:
    home = draws.line(use.name).domain
    if not home:
        return draws.value(use.name)
    if not use.road:
        return draws.value(use.name, units)
    values = draws.value(use.name)
    if values.shape[2] == 1:  # the same for every unit
        return values
    return values[:, :, draws.bound.codes(domain, use.road)[units]]


def _linear(coefficients: Array, matrix: Array) -> Array:
    """Coefficients (chains, draws, 1 or n, K) times covariates (n, K)."""
    if coefficients.shape[2] == 1:
        return (coefficients[:, :, 0] @ matrix.T)[..., None]
    product: Array = np.einsum("cdnk,nk->cdn", coefficients, matrix)
    return product[..., None]
