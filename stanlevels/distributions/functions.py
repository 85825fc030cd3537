"""Functions of the language, a row each, with Stan's name and what they compute; and its operators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import ABOVE_MINUS_ONE, NONNEGATIVE, POSITIVE, REAL, UNIT, Support

__all__ = ["FUNCTIONS", "OPERATORS", "Function", "computed"]


@dataclass(frozen=True)
class Function:
    """A function of one argument that works elementwise. Calling it computes, in NumPy.

    Parameters
    ----------
    name, stan : str
        What people and Stan call it.
    doc : str
        One sentence.
    compute : callable
        Its values, of an array.
    argument, values : Support
        Of its argument, and of its result.
    inverse : str
        The function that leads back, where there is one; "" else.
    course : str
        "increasing", "even" (falling up to 0, rising from it) or "wave" (between -1 and 1).
    """

    name: str
    stan: str
    doc: str
    compute: Callable[[Any], Any]
    argument: Support = REAL
    values: Support = REAL
    inverse: str = ""
    course: str = "increasing"

    def __call__(self, x: Any) -> Array:
        """Its values."""
        return np.asarray(self.compute(x))


FUNCTIONS: dict[str, Function] = {
    f.name: f
    for f in (
        Function(
            "exp",
            "exp",
            "The exponential, e to the power x.",
            np.exp,
            values=POSITIVE,
            inverse="log",
        ),
        Function("expm1", "expm1", "exp(x) - 1, exact for small x.", np.expm1, inverse="log1p"),
        Function("log", "log", "The natural logarithm.", np.log, argument=POSITIVE, inverse="exp"),
        Function(
            "log1p",
            "log1p",
            "log(1 + x), exact for small x.",
            np.log1p,
            argument=ABOVE_MINUS_ONE,
            inverse="expm1",
        ),
        Function(
            "sqrt",
            "sqrt",
            "The square root.",
            np.sqrt,
            argument=NONNEGATIVE,
            values=NONNEGATIVE,
            inverse="square",
        ),
        Function("square", "square", "The square, x times x.", np.square, values=NONNEGATIVE, course="even"),
        Function("abs", "abs", "The absolute value.", np.abs, values=NONNEGATIVE, course="even"),
        Function(
            "logit",
            "logit",
            "log(p / (1 - p)).",
            lambda p: special.logit(p),
            argument=UNIT,
            inverse="inv_logit",
        ),
        Function(
            "inv_logit",
            "inv_logit",
            "1 / (1 + exp(-x)).",
            lambda x: special.expit(x),
            values=UNIT,
            inverse="logit",
        ),
        Function(
            "Phi",
            "Phi",
            "The standard normal distribution function.",
            lambda x: special.ndtr(x),
            values=UNIT,
        ),
        Function(
            "inv_cloglog",
            "inv_cloglog",
            "1 - exp(-exp(x)).",
            lambda x: -np.expm1(-np.exp(x)),
            values=UNIT,
        ),
        Function("tanh", "tanh", "The hyperbolic tangent.", np.tanh),
        Function("sin", "sin", "The sine of x in radians.", np.sin, course="wave"),
        Function("cos", "cos", "The cosine of x in radians.", np.cos, course="wave"),
        Function("atan", "atan", "The angle whose tangent is x, in radians.", np.arctan),
    )
}

OPERATORS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "neg": np.negative,
}


def computed(name: str, *values: Any) -> Array:
    """The value of a function or an operator of the language.

    Examples
    --------
    >>> float(computed("square", 3.0)), float(computed("-", 3.0, 1.0))
    (9.0, 2.0)
    """
    return np.asarray(OPERATORS[name](*values)) if name in OPERATORS else FUNCTIONS[name](*values)
