"""What a distribution has in numbers: NumPy arrays in, NumPy arrays out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.distributions.functions import FUNCTIONS, OPERATORS
from stanlevels.distributions.supports import Support
from stanlevels.errors import InternalError
from stanlevels.graph import Call, Expr, Number, Op, Ref

__all__ = ["Compute", "Likelihood", "Numbers", "value_of"]

Compute = Callable[..., Any]


@dataclass(frozen=True)
class Numbers:
    """The numbers of a distribution, as functions of its arguments by name.

    Values and arguments broadcast. A vector-valued variable and vector-valued arguments have their
    components along the last axis, a correlation matrix (as its Cholesky factor) along the last two.

    Parameters
    ----------
    support : Support
        Of the variable.
    log_density : callable
        Of a value: the log of the density or mass, with every constant, for values of the support.
    draw : callable
        Of a `numpy.random.Generator` and the shape of the result, which includes the components.
    mean, variance : callable
        Of the variable, or of each of its components; of the number of a category. Infinite or NaN
        where they are or do not exist.
    cumulative : callable, optional
        The probability of at most a value; left out for vectors.
    log_above : callable, optional
        The log of the probability of more than a value, where that is known to more digits than 1 less
        `cumulative` has.
    probabilities : callable, optional
        Of every category, along the last axis.
    symmetric : bool
        Whether the variable is symmetric about its location, as it is also where it has no mean.
    log_below : callable, optional
        The log of the probability of at most a value, where that is known to more digits than `cumulative`
        has.
    moments_between : callable, optional
        Mean and variance of what lies between two values, where there is a formula for them.
    kinds : callable, optional
        Of a value: the log density of it and of each kind that it may be of, along the last axis; NaN is a
        value that nobody knows.
    """

    support: Support
    log_density: Compute
    draw: Compute
    mean: Compute
    variance: Compute
    cumulative: Compute | None = None
    probabilities: Compute | None = None
    symmetric: bool = False
    log_above: Compute | None = None
    log_below: Compute | None = None
    moments_between: Compute | None = None
    kinds: Compute | None = None

    def log_beyond(self, x: Any, given: Mapping[str, Any]) -> Any:
        """The log of the probability of more than a value, inside the support and out of it."""
        return self._log_tail(x, given, above=True)

    def log_up_to(self, x: Any, given: Mapping[str, Any]) -> Any:
        """The log of the probability of at most a value, inside the support and out of it."""
        return self._log_tail(x, given, above=False)

    def _log_tail(self, x: Any, given: Mapping[str, Any], *, above: bool) -> Any:
        low, high = self.support.lower, self.support.upper
        inside = np.where(x < low, low, np.where(x > high, high, x))
        own = self.log_above if above else self.log_below
        if own is not None:
            found = own(inside, **given)
        else:
            assert self.cumulative is not None
            share = self.cumulative(inside, **given)
            found = np.log1p(-share) if above else np.log(share)
        first = (x < low) if self.support.integer else (x <= low)
        none, every = (x >= high, first) if above else (first, x >= high)
        return np.where(none, -np.inf, np.where(every, 0.0, found))

    def through(self, arguments: Mapping[str, Expr]) -> Numbers:
        """The same distribution written with other arguments, of which its own are expressions."""

        def standard(given: Mapping[str, Any]) -> dict[str, Any]:
            return {name: value_of(expr, given) for name, expr in arguments.items()}

        def of_value(compute: Compute) -> Compute:
            return lambda x, /, **given: compute(x, **standard(given))

        def of_arguments(compute: Compute) -> Compute:
            return lambda **given: compute(**standard(given))

        draw, between = self.draw, self.moments_between
        return replace(
            self,
            log_density=of_value(self.log_density),
            draw=lambda rng, size, /, **given: draw(rng, size, **standard(given)),
            mean=of_arguments(self.mean),
            variance=of_arguments(self.variance),
            cumulative=of_value(self.cumulative) if self.cumulative else None,
            log_above=of_value(self.log_above) if self.log_above else None,
            log_below=of_value(self.log_below) if self.log_below else None,
            moments_between=between and (lambda low, high, /, **given: between(low, high, **standard(given))),
            probabilities=of_arguments(self.probabilities) if self.probabilities else None,
        )


@dataclass(frozen=True)
class Likelihood:
    """What maximum likelihood needs beside the log density, where the location is a linear predictor.

    Parameters
    ----------
    first, second, third : callable
        Derivatives of the log density by the location, of a value and every argument by name.
    start : callable
        A predictor near which a row's own is, of a value and the arguments that are data.
    dispersion : str
        The argument that is one number, perhaps unknown; "" where there is none.
    limit : str
        The distribution that this one becomes as the dispersion grows to infinity, a value that every
        function here and the log density then take; "" where there is none.
    """

    first: Compute
    second: Compute
    third: Compute
    start: Compute
    dispersion: str = ""
    limit: str = ""


def value_of(expr: Expr, values: Mapping[str, Any]) -> Any:
    """An expression of the table of distributions, in which `Ref` names an argument.

    Examples
    --------
    >>> float(value_of(Op("*", (Ref("mean"), Number(3.0))), {"mean": 0.5}))
    1.5
    """
    match expr:
        case Ref(name=name):
            return values[name]
        case Number(value=value):
            return value
        case Op(symbol=symbol, args=args):
            return OPERATORS[symbol](*(value_of(arg, values) for arg in args))
        case Call(function=function, args=args):
            return FUNCTIONS[function].compute(*(value_of(arg, values) for arg in args))
    raise InternalError(f"the table of distributions holds {expr!r}")
