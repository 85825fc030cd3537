"""Log densities as expressions of the language, up to what does not depend on the arguments.

Where a missing outcome is summed out, the lines that use it are mixtures over what it may be, and how likely
each value is, given what else was seen, stands in the weights. So it has to be an expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from math import inf, lgamma

from stanlevels.distributions.family import Family, Parameterization
from stanlevels.distributions.links import LINKS
from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import Call, Expr, Number, Op

__all__ = [
    "MOST_VALUES",
    "Whole",
    "alike_in",
    "has_kernel",
    "kernel",
    "of_value",
    "shares_of",
    "shares_of_categories",
    "values_of",
]

MOST_VALUES = 64
"""Values that one line is summed over."""

Arguments = Mapping[str, Expr]


def _op(symbol: str, *args: Expr) -> Expr:
    return Op(symbol, args)


def _total(terms: list[Expr]) -> Expr:
    return reduce(lambda a, b: _op("+", a, b), terms)


def _log(expr: Expr) -> Expr:
    return Call("log", (expr,))


# --- of numbers -----------------------------------------------------------------------------------


def _logs_of_chance(form: Parameterization, args: Arguments) -> tuple[Expr, Expr]:
    """Log of the probability of a success, and of a failure."""
    chance = form.parameters[-1].name
    expr, inverse = args[chance], LINKS[form.link].inverse
    if form.link == "logit":
        return _log(Call(inverse, (expr,))), _log(Call(inverse, (_op("neg", expr),)))
    p = Call(inverse, (expr,)) if inverse else expr
    return _log(p), _log(_op("-", Number(1), p))


def _bernoulli(form: Parameterization, args: Arguments, x: Expr) -> Expr:
    yes, no = _logs_of_chance(form, args)
    return _op("+", _op("*", x, yes), _op("*", _op("-", Number(1), x), no))


def _binomial(form: Parameterization, args: Arguments, x: Expr) -> Expr:
    yes, no = _logs_of_chance(form, args)
    return _op("+", _op("*", x, yes), _op("*", _op("-", args["trials"], x), no))


def _poisson(form: Parameterization, args: Arguments, x: Expr) -> Expr:
    if form.key == "log":
        return _op("-", _op("*", x, args["log"]), Call("exp", (args["log"],)))
    return _op("-", _op("*", x, _log(args["rate"])), args["rate"])


def _negative_binomial(form: Parameterization, args: Arguments, x: Expr) -> Expr:
    mean = Call("exp", (args["log"],)) if form.key == "log" else args["mu"]
    by, shape = args["log"] if form.key == "log" else _log(mean), args["shape"]
    above = _op("*", _op("+", x, shape), _log(_op("+", mean, shape)))
    return _op("-", _op("+", _op("*", x, by), _op("*", shape, _log(shape))), above)


def _distance(args: Arguments, x: Expr) -> Expr:
    return _op("/", _op("-", x, args["mu"]), args["sigma"])


def _normal(form: Parameterization, args: Arguments, x: Expr) -> Expr:
    square = Call("square", (_distance(args, x),))
    return _op("-", _op("*", Number(-0.5), square), _log(args["sigma"]))


def _log_normal(form: Parameterization, args: Arguments, x: Expr) -> Expr:
    return _normal(form, args, _log(x))


def _student_t(form: Parameterization, args: Arguments, x: Expr) -> Expr:
    tail = Call("log1p", (_op("/", Call("square", (_distance(args, x),)), args["nu"]),))
    half = _op("*", Number(-0.5), _op("+", args["nu"], Number(1)))
    return _op("-", _op("*", half, tail), _log(args["sigma"]))


def _exponential(form: Parameterization, args: Arguments, x: Expr) -> Expr:
    if form.key == "log":  # of the mean
        return _op("-", _op("neg", args["log"]), _op("*", x, Call("exp", (_op("neg", args["log"]),))))
    return _op("-", _log(args["beta"]), _op("*", args["beta"], x))


_KERNELS: dict[str, Callable[[Parameterization, Arguments, Expr], Expr]] = {
    "Bernoulli": _bernoulli,
    "Binomial": _binomial,
    "Poisson": _poisson,
    "NegBinomial": _negative_binomial,
    "Normal": _normal,
    "LogNormal": _log_normal,
    "StudentT": _student_t,
    "Exponential": _exponential,
}
_SUMMED = ("Bernoulli", "Binomial", "Poisson")
"""Those whose kernel has all that depends on both the outcome and the arguments."""
_FREE_OF = {"StudentT": "nu", "NegBinomial": "shape"}
"""Arguments that must be the same for all values: what they add to the density is left out."""


def _base(family: Family) -> Family:
    """The distribution without bounds."""
    return FAMILIES[family.composed.base] if family.bounds and family.composed else family


def has_kernel(family: Family) -> bool:
    """Whether the log density of a distribution of numbers is known as an expression."""
    return family.key in _KERNELS


def kernel(family: Family, form: Parameterization, args: Arguments, x: Expr) -> Expr:
    """The log density at x, but for what depends on x alone, or on arguments of shape.

    Parameters
    ----------
    family, form : Family, Parameterization
        As in the table; `has_kernel` says of which.
    args : mapping of str to Expr
        By name.
    x : Expr
        The outcome.

    Examples
    --------
    >>> from stanlevels.graph import Ref
    >>> poisson = FAMILIES["Poisson"]
    >>> kernel(poisson, poisson.parameterization("log"), {"log": Ref("eta")}, Ref("y"))
    Op(symbol='-', args=(Op(symbol='*', args=(Ref(name='y'), Ref(name='eta'))), \
Call(function='exp', args=(Ref(name='eta'),))))
    """
    return _KERNELS[family.key](form, args, x)


def alike_in(family: Family) -> str:
    """The argument that has to be the same whatever a missing outcome is; "" where there is none."""
    return _FREE_OF.get(family.key, "")


# --- of every value -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Whole:
    """The values that an outcome may have, first and last."""

    low: int
    high: int

    def __len__(self) -> int:
        return self.high - self.low + 1


def values_of(family: Family, args: Mapping[str, Expr | None]) -> Whole | None:
    """The whole numbers that an outcome may be, where the declaration says so; None where it does not.

    Examples
    --------
    >>> from stanlevels.graph import Ref
    >>> values_of(FAMILIES["Binomial"], {"trials": Number(3), "theta": Ref("p")})
    Whole(low=0, high=3)
    >>> values_of(FAMILIES["Poisson"], {"rate": Number(3)}) is None
    True
    """
    base = _base(family)
    if base.key not in _SUMMED:
        return None
    low, high = base.support.lower, base.support.upper
    trials, lower, upper = (args.get(name) for name in ("trials", "lower", "upper"))
    if trials is not None:
        high = trials.value if isinstance(trials, Number) else inf
    if lower is not None:
        low = max(low, lower.value) if isinstance(lower, Number) else -inf
    if upper is not None:
        high = min(high, upper.value) if isinstance(upper, Number) else inf
    if not low > -inf or not high < inf:
        return None
    found = Whole(int(low) + (low > int(low)), int(high))
    return found if 0 < len(found) <= MOST_VALUES else None


def shares_of(family: Family, form: Parameterization, args: Arguments, values: Whole) -> list[Expr]:
    """Log odds of every value of a number, whose normaliser is the same for all of them.

    Raises
    ------
    KeyError
        If `values_of` has no answer.
    """
    base = _base(family)
    own = base.parameterization(form.key)
    found = []
    for value in range(values.low, values.high + 1):
        more = of_value(base, args, value)
        term = _KERNELS[base.key](own, args, Number(value))
        found.append(_op("+", term, Number(more)) if more else term)
    return found


def of_value(family: Family, args: Arguments, value: int) -> float:
    """What the log density has of the value alone."""
    trials = args.get("trials")
    if isinstance(trials, Number):
        n = trials.value
        return lgamma(n + 1) - lgamma(value + 1) - lgamma(n - value + 1)
    return -lgamma(value + 1) if family.support.upper == inf else 0.0


# --- of categories --------------------------------------------------------------------------------


def shares_of_categories(form: Parameterization, args: Mapping[str, list[Expr]], count: int) -> list[Expr]:
    """Log odds of every category; an empty list where they are no expressions.

    Parameters
    ----------
    form : Parameterization
        Of a distribution of categories.
    args : mapping of str to list of Expr
        Arguments, a vector as its entries.
    count : int
        How many categories there are.
    """
    names = [p.name for p in form.parameters]
    if len(names) == 1:  # each category has its own
        (entries,) = args.values()
        return entries if form.key == "logit" else [_log(e) for e in entries]
    if names != ["eta", "cutpoints"] or form.stan not in _CUT:
        return []
    (eta,) = args["eta"]
    return _CUT[form.stan](eta, args["cutpoints"])


def _between(inverse: str) -> Callable[[Expr, list[Expr]], list[Expr]]:
    def shares(eta: Expr, cutpoints: list[Expr]) -> list[Expr]:
        below = [Call(inverse, (_op("-", cut, eta),)) for cut in cutpoints]
        first, last = below[0], Call(inverse, (_op("-", eta, cutpoints[-1]),))
        inner = [_op("-", b, a) for a, b in pairwise(below)]
        return [_log(share) for share in (first, *inner, last)]

    return shares


def _by_neighbours(eta: Expr, cutpoints: list[Expr]) -> list[Expr]:
    found: list[Expr] = [Number(0)]
    for cut in cutpoints:
        step = _op("-", eta, cut)
        found.append(step if len(found) == 1 else _op("+", found[-1], step))
    return found


_CUT = {
    "ordered_logistic": _between("inv_logit"),
    "ordered_probit": _between("Phi"),
    "adjacent_categories": _by_neighbours,
}
