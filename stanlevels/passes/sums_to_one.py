"""Whether the entries of a list sum to 1, whatever the quantities in it: ``[1 - p, p]``."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.functions import computed
from stanlevels.plan.terms import Apply, Literal, Setting, Term, Vector

__all__ = ["sums_to_one"]

_TIMES = 5


def sums_to_one(term: Term) -> bool:
    """Whether they do at some random values: what does not hold always holds at none of them.

    Examples
    --------
    >>> from stanlevels.plan.terms import Use
    >>> p = Use("p", (), ())
    >>> sums_to_one(Vector((Apply("-", (Literal(1), p), ()), p), ()))
    True
    >>> sums_to_one(Vector((p, p), ()))
    False
    """
    if not isinstance(term, Vector):
        return False
    values: dict[Term, Array] = {}
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):
        total = sum(_value(item, values, rng) for item in term.items)
    return bool(np.all(np.abs(total - 1.0) < 1e-9))


def _value(term: Term, values: dict[Term, Array], rng: np.random.Generator) -> Array:
    match term:
        case Literal(value=number) | Setting(values=(number,)):
            return np.full(_TIMES, float(number))
        case Apply(function=function, args=args) if function != "dot":
            return np.asarray(computed(function, *(_value(arg, values, rng) for arg in args)))
    if term not in values:
        values[term] = rng.uniform(0.05, 0.95, _TIMES)
    return values[term]
