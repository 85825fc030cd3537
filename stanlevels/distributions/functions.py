"""The functions of the language: one row each, with Stan's name and the values they return."""

from __future__ import annotations

from dataclasses import dataclass

from stanlevels.distributions.supports import ABOVE_MINUS_ONE, NONNEGATIVE, POSITIVE, REAL, UNIT, Support


@dataclass(frozen=True)
class Function:
    """A function of one argument that works elementwise.

    `argument` is the support of its argument, `values` that of its result.
    """

    name: str
    stan: str
    doc: str
    argument: Support = REAL
    values: Support = REAL


FUNCTIONS: dict[str, Function] = {
    f.name: f
    for f in (
        Function("exp", "exp", "e to the power x.", values=POSITIVE),
        Function("expm1", "expm1", "exp(x) - 1, exact for small x."),
        Function("log", "log", "The natural logarithm.", argument=POSITIVE),
        Function("log1p", "log1p", "log(1 + x), exact for small x.", argument=ABOVE_MINUS_ONE),
        Function("sqrt", "sqrt", "The square root.", argument=NONNEGATIVE, values=NONNEGATIVE),
        Function("square", "square", "x times x.", values=NONNEGATIVE),
        Function("abs", "abs", "The absolute value.", values=NONNEGATIVE),
        Function("logit", "logit", "log(p / (1 - p)).", argument=UNIT),
        Function("inv_logit", "inv_logit", "1 / (1 + exp(-x)).", values=UNIT),
        Function("Phi", "Phi", "The standard normal distribution function.", values=UNIT),
        Function("inv_cloglog", "inv_cloglog", "1 - exp(-exp(x)).", values=UNIT),
        Function("tanh", "tanh", "The hyperbolic tangent."),
        Function("sin", "sin", "The sine of x in radians."),
        Function("cos", "cos", "The cosine of x in radians."),
    )
}
