"""Between which numbers a term lies, unit by unit: from supports, data, and arithmetic with intervals."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.graph import ConstantNode, ExpressionNode, VariableNode
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Domain, Known, Linear, Literal, Setting, Take, Term, Use

__all__ = ["Range", "range_of"]


@dataclass(frozen=True, eq=False)
class Range:
    """An interval for each unit, which holds every value that a term can take.

    Attributes
    ----------
    low, high : ndarray, (units,) or (1,)
    used : tuple
        The unknown numbers in it, once for each time they occur.
    known : bool
        Whether the range of each of these is known.
    free : bool
        Whether, in some unit, it takes every real number, whatever else holds.
    """

    low: Array
    high: Array
    used: tuple[Hashable, ...] = ()
    known: bool = True
    free: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether it comes as near to both ends as one likes: every unknown number occurs once."""
        return self.known and len(set(self.used)) == len(self.used)

    def within(self, lower: float, upper: float) -> bool:
        """Whether no value lies outside."""
        return bool((self.low >= lower).all() and (self.high <= upper).all())


def _anything(used: tuple[Hashable, ...] = (), *, known: bool = False, free: bool = False) -> Range:
    return Range(np.array([-inf]), np.array([inf]), used, known, free)


def range_of(term: Term, domain: Domain, planned: Planned, facts: Facts) -> Range:
    """The range of a term on a line at `domain`."""
    with np.errstate(all="ignore"):
        return _range(term, domain, planned, facts)


def _range(term: Term, domain: Domain, planned: Planned, facts: Facts) -> Range:
    match term:
        case Literal(value=value):
            return Range(np.array([value]), np.array([value]))
        case Setting(values=values):
            return Range(np.array([min(values)]), np.array([max(values)])) if values else _anything()
        case Known(column=column):
            numbers = np.asarray(facts.column(domain, column), dtype=float)
            return Range(numbers, numbers)
        case Use():
            return _use(term, None, domain, planned, facts)
        case Take(use=use, position=position):
            return _use(use, position, domain, planned, facts)
        case Linear(use=use, covariates=covariates):
            one = _use(use, None, domain, planned, facts)
            reaches = one.free and bool(np.any(facts.matrix(domain, covariates)))
            return _anything(one.used, known=reaches, free=reaches)
        case Apply(function=function, args=args):
            return _applied(function, [_range(arg, domain, planned, facts) for arg in args])
    return _anything()


def _use(use: Use, position: int | None, domain: Domain, planned: Planned, facts: Facts) -> Range:
    node, line = planned.graph[use.name], planned.lines[use.name]
    if isinstance(node, ConstantNode):
        return Range(np.array([node.value]), np.array([node.value]))
    if isinstance(node, ExpressionNode):
        found = _range(line.args["value"], line.domain, planned, facts)
        return _reached(found, use, domain, facts)
    if isinstance(node, VariableNode) and not node.is_observed:
        return _variable(line, use, position)
    return _anything()


def _reached(found: Range, use: Use, domain: Domain, facts: Facts) -> Range:
    """A range at the units that a road leads to."""
    used = tuple((key, use.road) for key in found.used) if use.road else found.used
    if not use.road or len(found.low) == len(found.high) == 1:
        return replace(found, used=used)
    codes = facts.codes(domain, use.road)
    low, high = (end[codes] if len(end) > 1 else end for end in (found.low, found.high))
    return replace(found, low=low, high=high, used=used)


def _variable(line: Line, use: Use, position: int | None) -> Range:
    support, bounds = line.family.support, line.family.bounds
    low, high = support.lower, support.upper
    if bounds:
        low, high = (
            _bound(line.args[name], far) if name else end
            for name, end, far in zip(bounds, (low, high), (-inf, inf), strict=True)
        )
    together = support.shape in ("simplex", "cholesky") or line.variable.ordered
    key: Hashable = use.name if together else (use.name, use.road, position)
    free = low == -inf and high == inf and not together
    return Range(np.array([low]), np.array([high]), (key,), free=free)


def _bound(term: Term, far: float) -> float:
    """A bound where it is a number; else as far as it may be."""
    return term.values[0] if isinstance(term, Setting) and len(term.values) == 1 else far


def _applied(function: str, args: list[Range]) -> Range:
    used = tuple(key for arg in args for key in arg.used)
    known = all(arg.known for arg in args)
    if function not in _OPERATIONS and function not in FUNCTIONS:
        return _anything(used)
    ends = _OPERATIONS[function](*args) if function in _OPERATIONS else _called(function, args[0])
    if ends is None:
        return _anything(used)
    low, high = np.where(np.isnan(ends[0]), -inf, ends[0]), np.where(np.isnan(ends[1]), inf, ends[1])
    return Range(low, high, used, known, _is_free(function, args))


def _is_free(function: str, args: list[Range]) -> bool:
    """Whether one operand takes every real number, and the other shares nothing with it."""
    if function == "neg":
        return args[0].free
    if function not in ("+", "-", "*", "/") or set(args[0].used) & set(args[1].used):
        return False
    left, right = args
    if function in "+-":
        return left.free or right.free
    can_be_nonzero = [bool(((arg.low != 0) | (arg.high != 0)).any()) for arg in args]
    return (left.free and can_be_nonzero[1]) or (function == "*" and right.free and can_be_nonzero[0])


Ends = tuple[Array, Array] | None


def _product(a: Range, b: Range) -> Ends:
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    corners = [np.where(np.isnan(corner), 0.0, corner) for corner in corners]  # 0 times infinity
    return np.minimum.reduce(corners), np.maximum.reduce(corners)


def _quotient(a: Range, b: Range) -> Ends:
    if ((b.low < 0) & (b.high > 0)).any():
        return None
    low = np.where(b.high == 0, -inf, 1 / b.high)
    high = np.where(b.low == 0, inf, 1 / b.low)
    return _product(a, Range(low, high))


def _power(a: Range, b: Range) -> Ends:
    if (a.low >= 0).all():
        found = _product(b, Range(np.log(a.low), np.log(a.high)))
        return None if found is None else (np.exp(found[0]), np.exp(found[1]))
    exponent = b.low[0]
    if len(b.low) > 1 or b.high[0] != exponent or exponent != int(exponent) or exponent <= 0:
        return None
    return _even(a, lambda x: x**exponent) if exponent % 2 == 0 else (a.low**exponent, a.high**exponent)


def _even(a: Range, compute: Callable[[Array], Array]) -> Ends:
    ends = compute(a.low), compute(a.high)
    low = np.where((a.low <= 0) & (a.high >= 0), compute(np.zeros(1)), np.minimum(*ends))
    return low, np.maximum(*ends)


def _called(name: str, a: Range) -> Ends:
    function = FUNCTIONS[name]
    if function.course == "even":
        return _even(a, function)
    if function.course == "wave":
        return np.array([-1.0]), np.array([1.0])
    low, high = (np.clip(end, function.argument.lower, function.argument.upper) for end in (a.low, a.high))
    return function(low), function(high)


_OPERATIONS: dict[str, Callable[..., Ends]] = {
    "+": lambda a, b: (a.low + b.low, a.high + b.high),
    "-": lambda a, b: (a.low - b.high, a.high - b.low),
    "*": _product,
    "/": _quotient,
    "**": _power,
    "neg": lambda a: (-a.high, -a.low),
}
