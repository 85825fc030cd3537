"""Sums over rows with few operations over rows: what a unit adds is summed before it is looked up.

A number, and effects of the same units, are added at the units, of which there are few, and the sum is looked
up once: ``(mu + A)[app]`` in place of ``mu + A[app]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from stanlevels.plan.terms import Apply, Literal, Term
from stanlevels.program import stan
from stanlevels.program.code import Code, binary, number
from stanlevels.program.terms import Writer

__all__ = ["gathered"]


def gathered(term: Term, write: Writer) -> Code:
    """A term at the rows of the writer's line.

    Parameters
    ----------
    term : Term
        A sum, or what is a sum of one.
    write : Writer
    """
    numbers: list[Code] = []
    looked_up: dict[stan.Variable, list[Code]] = {}
    others: list[Code] = []
    for part in _addends(term):
        code = write(part)
        match code.expression:
            case stan.Index(base=base, indices=(stan.Variable() as rows,)):
                looked_up.setdefault(rows, []).append(Code(base, True))
            case _ if not code.vector:
                numbers.append(code)
            case _:
                others.append(code)
    lookups = []
    for rows, bases in looked_up.items():
        there = _sum([*numbers, *bases])
        numbers = []
        lookups.append(Code(stan.Index(there.expression, (rows,)), True))
    return _sum([*numbers, *lookups, *others]) if numbers or lookups or others else number(0)


def _addends(term: Term) -> Iterator[Term]:
    match term:
        case Apply(function="+", args=(left, right)):
            yield from _addends(left)
            yield from _addends(right)
        case Literal(value=0):
            return
        case _:
            yield term


def _sum(codes: list[Code]) -> Code:
    return reduce(lambda left, right: binary("+", left, right), codes)
