"""Terms and quantities in NumPy: the one evaluator, of draws, of a point, or of the prior, on any rows.

Values have four axes, (chains, draws, units, components), of length 1 where they do not vary, so
that ordinary broadcasting does the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.functions import computed
from stanlevels.errors import FitError, InternalError, listing
from stanlevels.plan.facts import Data
from stanlevels.plan.quantities import Computed, Given
from stanlevels.plan.terms import (
    Apply,
    Domain,
    Known,
    Linear,
    Literal,
    Members,
    Setting,
    Take,
    Term,
    Use,
    Vector,
)
from stanlevels.values.store import Units, Values

__all__ = ["evaluate", "recording", "value"]

_ALL = slice(None)


def value(name: str, values: Values, data: Data, units: Units = _ALL) -> Array:
    """A quantity at its own domain, wherever it comes from.

    Parameters
    ----------
    name : str
        A stored quantity, a named expression, a constant, or a line with data.
    values : Values
        What is stored.
    data : Data
        The rows and units on which the rest is computed.
    units : slice or ndarray of int
        Which of its units.

    Returns
    -------
    ndarray, (chains, draws, units, components)
        Axes along which it does not vary have length 1.

    Raises
    ------
    FitError
        If its draws, or those of what it is computed from, were not recorded.
    InternalError
        If it is unknown and not stored.
    """
    if name in values.arrays:
        return _some(values.arrays[name], units)
    if name in values.on_demand:
        return values.on_demand[name].at(units)
    line = values.planned.lines[name]
    match values.planned.quantities[name].value:
        case Computed():
            return evaluate(line.args["value"], line.domain, values, data, units)
        case Given() if line.is_observed:
            observed = np.asarray(data.outcome(name), dtype=float)
            columns = observed.shape[1] if observed.ndim > 1 else 1
            return _some(observed.reshape(1, 1, len(observed), columns), units)
        case Given():
            return evaluate(line.args["value"], line.domain, values, data, units)
    if name in values.left_out:
        raise FitError(
            f"the draws of {name!r} were not recorded, as record= asked",
            expected=f"what was recorded ({listing(values.arrays, 20)}), or what is computed from it",
            way_out=f"fit again with {name!r} in record=, or without record=",
        )
    raise InternalError(f"{name!r} is neither among the values nor computed from them")


def recording(names: Iterable[str], values: Values, data: Data) -> Values:
    """The values of some quantities alone: the others with draws of their own are left out."""
    wanted = list(names)
    again = {name: _Again(name, values, data) for name in wanted if values.is_on_demand(name)}
    arrays = {name: value(name, values, data) for name in wanted if name not in again}
    left_out = frozenset(values.planned.recorded) - frozenset(wanted)
    return Values(values.planned, arrays, left_out, again)


@dataclass(frozen=True, eq=False)
class _Again:
    """A quantity that is made from others each time, of which no draws were to be recorded."""

    name: str
    values: Values
    data: Data

    @property
    def shape(self) -> tuple[int, int]:
        return self.values.shape

    def at(self, units: Units) -> Array:
        found = value(self.name, self.values, self.data, units)
        n = len(np.arange(self.data.size(self.values.planned.lines[self.name].domain))[units])
        return np.broadcast_to(found, (*self.values.shape, n, found.shape[3]))

    def window(self, draws: slice) -> _Again:
        return replace(self, values=self.values.window(draws))


def evaluate(term: Term, domain: Domain, values: Values, data: Data, units: Units = _ALL) -> Array:
    """The value of `term` on a line at `domain`.

    Parameters
    ----------
    term : Term
        As `place` made it.
    domain : Domain
        That of its line.
    values : Values
        What is stored of the quantities it uses.
    data : Data
        The rows and units: sizes, lookups, covariates, outcomes.
    units : slice or ndarray of int
        Which units of `domain`; smaller pieces bound the memory.

    Returns
    -------
    ndarray, (chains, draws, units, components)
        Axes along which it does not vary have length 1. A value outside a function's domain is NaN.
    """
    with np.errstate(all="ignore"):
        return _value(term, domain, values, data, units)


def _value(term: Term, domain: Domain, values: Values, data: Data, units: Units) -> Array:
    match term:
        case Literal(value=number):
            return np.full((1, 1, 1, 1), number)
        case Setting(values=numbers):
            if not numbers and not term.components:  # of no components there are none
                raise InternalError(f"{term.argument} of {term.quantity!r} was left open and never set")
            return np.asarray(numbers, dtype=float).reshape(1, 1, 1, -1)
        case Use():
            return _use(term, domain, values, data, units)
        case Take(use=use, position=position):
            array = _use(use, domain, values, data, units)
            return array if array.shape[-1] == 1 else array[..., position : position + 1]
        case Known(column=column):
            return np.asarray(data.column(domain, column), dtype=float)[units].reshape(1, 1, -1, 1)
        case Linear(use=use, covariates=covariates):
            matrix = data.matrix(domain, covariates)[units]
            return _linear(_use(use, domain, values, data, units), matrix)
        case Members():
            return _of_members(term, domain, values, data, units)
        case Apply(function=function, args=args):
            return _applied(function, [_value(arg, domain, values, data, units) for arg in args])
        case Vector(items=items):
            entries = [_value(item, domain, values, data, units) for item in items]
            return np.concatenate(np.broadcast_arrays(*entries), axis=-1)


def _applied(function: str, args: list[Array]) -> Array:
    if function == "dot":
        return np.asarray(np.multiply(*args).sum(axis=-1, keepdims=True))
    return computed(function, *args)


def _use(use: Use, domain: Domain, values: Values, data: Data, units: Units) -> Array:
    if not values.planned.lines[use.name].domain:
        return value(use.name, values, data)
    if not use.road:
        return value(use.name, values, data, units)
    codes = data.codes(domain, use.road)[units]
    if use.name in values.arrays or len(codes) >= data.size(values.planned.lines[use.name].domain):
        return _some(value(use.name, values, data), codes)
    needed, places = np.unique(codes, return_inverse=True)  # each is computed once, and no other
    return _some(value(use.name, values, data, needed), places)


def _of_members(term: Members, domain: Domain, values: Values, data: Data, units: Units) -> Array:
    """Sums over members, of some units: a sparse matrix of weights times the quantity."""
    from scipy.sparse import csr_array

    there = (term.memberships,)
    keys, members = data.codes(there, domain), data.codes(there, term.road)
    weights = data.column(there, term.weights) if term.weights else np.ones(len(keys))
    of = value(term.use.name, values, data)
    of = of if term.position is None or of.shape[3] == 1 else of[..., term.position : term.position + 1]
    size = data.size(values.planned.lines[term.use.name].domain)
    matrix = csr_array((np.asarray(weights, dtype=float), (keys, members)), shape=(data.size(domain), size))
    of = np.broadcast_to(of, (*of.shape[:2], size, 1))
    found = matrix[np.arange(matrix.shape[0])[units]] @ of.reshape(-1, size).T
    return np.ascontiguousarray(found.T).reshape(*of.shape[:2], -1, 1)


def _some(array: Array, units: Units) -> Array:
    """The array at some units, itself where it is the same at all of them."""
    return array if array.shape[2] == 1 else array[:, :, units]


def _linear(coefficients: Array, matrix: Array) -> Array:
    """Coefficients (chains, draws, 1 or n, 1 or K) times covariates (n, K)."""
    coefficients = np.broadcast_to(coefficients, (*coefficients.shape[:-1], matrix.shape[1]))
    if coefficients.shape[2] == 1:
        return (coefficients[:, :, 0] @ matrix.T)[..., None]
    product: Array = np.einsum("cdnk,nk->cdn", coefficients, matrix)
    return product[..., None]
