"""Arguments that nothing sampled can bring into their support: a rate times an exposure below 0.

A rate is positive, and so is the product with an exposure; in a row whose exposure is negative, or 0 where
something was counted, no rate gives the outcome a density. That is known before anything is sampled.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from stanlevels.arrays import Array
from stanlevels.distributions.table import Parameter
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS, VariableNode
from stanlevels.passes.check_numbers import columns_in_words, is_known, largest_known, units_in_words
from stanlevels.passes.ranges import range_of
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.term_text import term_text
from stanlevels.plan.terms import Apply, Term, walk
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values
from stanlevels.words import counted

__all__ = ["check_possible"]

Flags = NDArray[np.bool_]

_WAY_OUT = "correct these values, or leave their rows out"


def check_possible(planned: Planned, source: Facts) -> None:
    """Refuse columns with which an argument lies outside its support, whatever the unknown numbers are.

    An argument at the end of its support, such as a rate times an exposure of 0, is let through where the
    outcome is there too.

    Parameters
    ----------
    planned : Planned
        As placed, before any pass that rewrites it.
    source : Facts

    Raises
    ------
    DataError
        With the argument, the columns, and up to five values and rows.
    """
    for line in planned.lines.values():
        for term in line.args.values() if planned.decided.priors else ():  # point methods say it themselves
            _check_quotients(line, term, planned, source)
        for parameter in line.form.parameters if isinstance(line.node, VariableNode) else ():
            term, support = line.args[parameter.name], parameter.support
            if support.shape != "scalar" or not support.constrained or is_known(term, planned):
                continue
            known = list(largest_known(term, planned))
            if known and (bad := np.flatnonzero(_impossible(line, parameter, term, planned, source))).size:
                raise _outside(line, parameter, term, bad, known, planned, source)


def _check_quotients(line: Line, term: Term, planned: Planned, source: Facts) -> None:
    """Refuse what is unknown divided by what is known and 0."""
    for inner in walk(term):
        if not isinstance(inner, Apply) or inner.function != "/" or not is_known(inner.args[1], planned):
            continue
        if is_known(inner, planned):  # `check_numbers` looks at those
            continue
        values = Values(planned, {})
        bad = np.flatnonzero((evaluate(inner.args[1], line.domain, values, source) == 0).any(axis=(0, 1, 3)))
        if bad.size:
            raise DataError(
                f"{term_text(inner)}, which {line.name!r} uses, is divided by 0 in"
                f" {_where(line, bad, [inner.args[1]], values, source)}",
                expected="no quotient by 0",
                way_out=_WAY_OUT,
            )


def _impossible(line: Line, parameter: Parameter, term: Term, planned: Planned, source: Facts) -> Flags:
    """The units (or rows) in which no value of the unknown numbers is inside."""
    support, found = parameter.support, range_of(term, line.domain, planned, source)
    low, high = np.broadcast_arrays(found.low, found.high)
    open_ = low < high  # whose ends are not reached: those of supports are not, by unknown numbers
    outside = (high < support.lower) | (low > support.upper)
    outside |= open_ & ((high <= support.lower) | (low >= support.upper))
    at_end = ~open_ & (low == support.lower)
    if at_end.any():
        outside = outside | (at_end & ~_may_be_at_end(line, parameter, source))
    if line.is_observed and outside.any() and (weights := source.weights(line.name)) is not None:
        outside = outside & (np.asarray(weights) > 0)
    return np.broadcast_to(outside, source.size(line.domain) if line.domain else 1)


def _may_be_at_end(line: Line, parameter: Parameter, source: Facts) -> Flags:
    """Where an argument can be at the lower end of its support: where the outcome is as low as it can be."""
    if not _reaches_its_end(parameter):
        return np.array(False)
    if not line.is_observed:
        return np.array(True)
    lowest: Flags = np.asarray(source.outcome(line.name)) == line.family.support.lower
    return lowest


def _reaches_its_end(parameter: Parameter) -> bool:
    """Whether the lower end belongs to the support."""
    return bool(parameter.support.inside(np.array([parameter.support.lower]))[0])


def _outside(
    line: Line,
    parameter: Parameter,
    term: Term,
    bad: Array,
    known: list[Term],
    planned: Planned,
    source: Facts,
) -> DataError:
    values = Values(planned, {})
    culprits = list(_low(known, line, bad, values, source)) or known
    expected = parameter.support.words
    if line.is_observed and line.family.discrete and _reaches_its_end(parameter):
        expected = "a positive number, or 0 where the outcome is 0"
    return DataError(
        f"{term_text(term)}, the {parameter.name} of {line.name} ~ {line.variable.outlined}, has no"
        f" value that it may have, whatever is sampled, in {_where(line, bad, culprits, values, source)}",
        expected=expected,
        way_out=_WAY_OUT,
    )


def _where(line: Line, bad: Array, culprits: list[Term], values: Values, source: Facts) -> str:
    """How many rows or units, which, and what their columns hold."""
    kind = "row" if line.domain == (ROWS,) else "unit"
    because = "; ".join(
        said for part in culprits for said in columns_in_words(part, line.domain, bad, values, source)
    )
    named = f" in {kind}s {listing(units_in_words(line.domain, bad, source))}" if line.domain else ""
    counting = " (counted from 0)" if kind == "row" else ""
    return f"{len(bad):,} of {counted(source.size(line.domain), kind)}: {because}{named}{counting}"


def _low(known: list[Term], line: Line, bad: Array, values: Values, source: Facts) -> Iterator[Term]:
    """The known parts that are not positive there."""
    for part in known:
        numbers = evaluate(part, line.domain, values, source)
        if np.any((numbers if numbers.shape[2] == 1 else numbers[:, :, bad]) <= 0):
            yield part
