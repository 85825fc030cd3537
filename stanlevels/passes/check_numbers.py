"""What is computed from data alone must be a number: logarithms of 0, quotients by 0, overflow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Computed, Given
from stanlevels.plan.term_text import term_text
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
    inside,
    walk,
)
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values
from stanlevels.words import counted

__all__ = ["check_numbers", "columns_in_words", "is_known", "largest_known", "units_in_words"]


def check_numbers(planned: Planned, source: Facts) -> None:
    """Refuse expressions of columns that are not finite in some row, such as the log of an exposure of 0.

    Parameters
    ----------
    planned : Planned
        As placed, before any pass.
    source : Facts

    Raises
    ------
    DataError
        With the expression, the rows (or units), and the values of its columns there.
    """
    values = Values(planned, {})
    for name in _reaching(planned):
        line = planned.lines[name]
        for argument in line.args.values():
            for term in largest_known(argument, planned):
                if isinstance(term, Apply):
                    _check(term, line, values, source)


def is_known(term: Term, planned: Planned) -> bool:
    """Whether a term rests on data and numbers alone."""
    match term:
        case Known() | Literal():
            return True
        case Setting(values=values):
            return bool(values)
        case Use(name=name):
            value = planned.quantities[name].value
            return isinstance(value, Given) or (isinstance(value, Computed) and value.known)
        case Linear() | Take():
            return is_known(term.use, planned)
        case _:
            return all(is_known(inner, planned) for inner in inside(term))


def _reaching(planned: Planned) -> set[str]:
    """The lines that a line with data depends on, and itself."""
    found: set[str] = set()
    pending = list(planned.observed)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            terms = [inner for arg in planned.lines[name].args.values() for inner in walk(arg)]
            pending += [term.name for term in terms if isinstance(term, Use)]
    return found


def largest_known(term: Term, planned: Planned) -> Iterator[Term]:
    """The parts of a term that rest on data alone, none of them inside another."""
    if is_known(term, planned):
        yield term
    else:
        for inner in inside(term):
            yield from largest_known(inner, planned)


def _check(term: Apply, line: Line, values: Values, source: Facts) -> None:
    numbers = evaluate(term, line.domain, values, source)
    if np.isfinite(numbers).all():
        return
    culprit, numbers = _smallest(term, numbers, line.domain, values, source)
    bad = np.flatnonzero(~np.isfinite(numbers).all(axis=(0, 1, 3)))
    n = source.size(line.domain)
    where = listing(units_in_words(line.domain, bad, source))
    rows = "row" if line.domain == (ROWS,) else "unit"
    because = "; ".join(columns_in_words(culprit, line.domain, bad, values, source))
    text = term_text(culprit)
    of = "" if text == line.name else f", which {line.name!r} uses,"
    raise DataError(
        f"{text}{of} is not a finite number in {len(bad):,} of {counted(n, rows)}: {because}"
        + (f" in {rows}s {where}" if line.domain else "")
        + (" (counted from 0)" if line.domain == (ROWS,) else ""),
        expected=_expected(culprit),
        way_out="correct these values, or leave their rows out",
    )


def _smallest(
    term: Apply, numbers: Array, domain: Domain, values: Values, source: Facts
) -> tuple[Apply, Array]:
    """The innermost part that is not finite where all that it is computed from is."""
    for inner in term.args:
        if isinstance(inner, Apply):
            found = evaluate(inner, domain, values, source)
            if not np.isfinite(found).all():
                return _smallest(inner, found, domain, values, source)
    return term, numbers


def columns_in_words(term: Term, domain: Domain, bad: Array, values: Values, source: Facts) -> Iterator[str]:
    """What a term's columns, and known quantities, hold in some units."""
    parts = [inner for inner in walk(term) if isinstance(inner, Known | Use)]
    for part in dict.fromkeys(parts):
        numbers = evaluate(part, domain, values, source)
        name = part.column if isinstance(part, Known) else part.name
        found = numbers.reshape(-1) if numbers.shape[2] == 1 else numbers[0, 0, bad, 0]
        distinct = [int(value) if value.is_integer() else value for value in dict.fromkeys(found.tolist())]
        yield f"{name!r} is {listing(distinct)}"


def units_in_words(domain: Domain, bad: Array, source: Facts) -> list[str] | list[int]:
    """Labels of units, and numbers of rows."""
    if domain == (ROWS,):
        return list(map(int, bad))
    labels = [source.levels[axis] for axis in domain if axis in source.levels]
    if len(labels) != 1 or len(domain) != 1:
        return [str(unit) for unit in bad.tolist()]
    return [labels[0].coordinate[unit] for unit in bad.tolist()]


def _expected(term: Apply) -> str:
    if term.function == "/":
        return "no quotient by 0"
    if term.function in FUNCTIONS:
        words = FUNCTIONS[term.function].argument.words
        return f"{words} under {term.function}" if words != "any real number" else "a number below 1.8e308"
    return "a number below 1.8e308"
