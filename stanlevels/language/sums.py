"""Long sums as trees of halves, so that no walk over them goes deep; they read the same."""

from __future__ import annotations

from stanlevels.graph import Expr, Op
from stanlevels.language.depth import LONG, SUMS

__all__ = ["LONG", "halved", "signed_terms"]

Signed = tuple[int, Expr]


def halved(terms: list[Signed]) -> Expr:
    """Signed terms as a sum; the sign of the first is that of the whole, and its user's to heed.

    Examples
    --------
    >>> from stanlevels.graph import Number
    >>> halved([(1, Number(1)), (-1, Number(2))])
    Op(symbol='-', args=(Number(value=1), Number(value=2)))
    """
    if len(terms) == 1:
        return terms[0][1]
    middle = len(terms) // 2
    first, second = terms[0][0], terms[middle][0]
    return Op("+" if first == second else "-", (halved(terms[:middle]), halved(terms[middle:])))


def signed_terms(expr: Expr) -> list[Signed]:
    """The terms of a sum with their signs, in order: `halved` undone."""
    found: list[Signed] = []
    pending: list[Signed] = [(1, expr)]
    while pending:
        sign, inner = pending.pop()
        if isinstance(inner, Op) and inner.symbol in SUMS:
            left, right = inner.args
            pending += [(sign if inner.symbol == "+" else -sign, right), (sign, left)]
        else:
            found.append((sign, inner))
    return found
