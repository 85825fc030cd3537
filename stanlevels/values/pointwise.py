"""What a line with data says row by row: the log density of each outcome, and its mean.

Both are given everything else, effects included, and so are the same whatever was integrated out, pooled or
moved on the way to the draws.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import uses
from stanlevels.values.arguments import arguments_of, picks_categories
from stanlevels.values.evaluate import value
from stanlevels.values.groups import together
from stanlevels.values.store import Units, Values, width

__all__ = ["in_order", "log_density", "mean", "numbers_per_row"]

_ALL = slice(None)


def numbers_per_row(line: Line, values: Values) -> int:
    """How many log densities a unit of a line has: one for each component, where these are independent."""
    return width(values.planned, line.name) if line.family.is_scalar and not picks_categories(line) else 1


def in_order(line: Line, values: Values, data: Facts) -> Codes:
    """The units of a line in the order in which they are best taken in pieces.

    Those that share a unit of what is made again each time come together.
    """
    used = {n for term in line.args.values() for use in uses(term) for n in values.planned.unknowns[use.name]}
    n = data.size(line.domain)
    for name in sorted(
        used & set(values.on_demand), key=lambda name: -data.size(values.planned.lines[name].domain)
    ):
        domain = values.planned.lines[name].domain
        if data.determines(line.domain, domain):
            return np.argsort(data.codes(line.domain, domain), kind="stable")
    return np.arange(n)


def log_density(line: Line, values: Values, data: Facts, units: Units = _ALL) -> Array:
    """The log density of the outcomes of a line, (chains, draws, units, numbers), with every constant.

    Frequency weights multiply: a row that counts n times has the log density of n outcomes. Outcomes that
    have one density together have it at the first of them, and 0 at the others.

    Parameters
    ----------
    line : Line
        With data.
    values : Values
        Draws of everything that it depends on.
    data : Facts
    units : slice or ndarray of int
        Which of its units; a piece of them bounds the memory.
    """
    if line.form.grouping:
        return _of_groups(line, values, data, units)
    arguments = arguments_of(line, values, data, units, of_outcome=True)
    y = value(line.name, values, data, units)
    found = line.form.log_density(y[..., 0] if picks_categories(line) else y, arguments)
    numbers = numbers_per_row(line, values)
    found = found[..., None] if found.ndim < y.ndim else found
    weights = data.weights(line.name)
    if weights is not None:
        # a row without weight says nothing, though its density be 0
        own = np.asarray(weights, dtype=float)[units][:, None]
        found = np.where(own > 0, found * np.where(own > 0, own, 1.0), 0.0)
    return np.broadcast_to(found, (*values.shape, y.shape[2], numbers))


def mean(line: Line, values: Values, data: Facts, units: Units = _ALL) -> Array:
    """The mean of the outcomes of a line, (chains, draws, units, components); NaN where it does not exist."""
    if line.form.grouping:
        whole = together(line, values, data, units)
        each = line.form.mean(whole.arguments)[..., whole.places, None]
        return np.broadcast_to(each, (*values.shape, len(whole.places), 1))
    arguments = arguments_of(line, values, data, units)
    numbers = width(values.planned, line.name)
    if line.family.sized:
        arguments["dim"] = np.asarray(numbers)
    found = line.form.mean(arguments)
    found = found[..., None] if picks_categories(line) else found
    n = data.size(line.domain)
    units = np.arange(n)[units]
    return np.broadcast_to(found, (*values.shape, len(units), numbers))


def _of_groups(line: Line, values: Values, data: Facts, units: Units) -> Array:
    """Of outcomes that have one density together: that of the group at its first unit, and 0 at others."""
    whole = together(line, values, data, units)
    y = value(line.name, values, data, whole.units)[..., 0]
    found = line.form.log_density(y, whole.arguments)[..., whole.places, None]
    return np.broadcast_to(found, (*values.shape, len(whole.places), 1))
