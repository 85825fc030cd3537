"""The words in which rows are written: usual arguments, parameterisations, and expressions over them."""

from __future__ import annotations

from math import inf
from typing import Any

from stanlevels.distributions.family import Default, Parameter, Parameterization, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import CHOLESKY, COUNT, POSITIVE, REAL, Support
from stanlevels.graph import Call, Expr, Number, Op, Ref

__all__ = [
    "CORRELATION",
    "HAZARD",
    "NU",
    "SPREAD",
    "TRIALS",
    "alternative",
    "call",
    "complement",
    "location",
    "minus",
    "refs",
    "scale",
    "shape",
    "squared",
    "standard",
    "times",
]

SPREAD = Default(1, 1)
"""One scale of the data."""

_CENTER = Default(center=True)
_WIDE = Default(2.5, 1)  # rstanarm's and brms's habit for weakly informative priors

# What is unknown where it is left open. Numbers that are None are scaled to the data by `default_priors`.
_LOCATION = Prior("Normal", (None, None), "a location, on the scale of the data")
_MEAN = Prior("Exponential", (None,), "a positive mean, of the size of the data's")
_SHARE = Prior("Beta", (1.0, 1.0), "a probability: every value is as likely")
_SCALE = Prior("HalfNormal", (None,), "a standard deviation, on the scale of the data")
_SHAPE = Prior("Gamma", (2.0, None), "a shape: anything from 1 to the size that the data allow")
_DEGREES = Prior("Gamma", (2.0, 0.1), "degrees of freedom: mostly between 3 and 60 (Juárez and Steel 2010)")


def location(name: str = "mu", support: Support = REAL, default: Default | None = _CENTER) -> Parameter:
    """An argument that moves the variable."""
    return Parameter(name, support, "location", default, _prior_of_location(support))


def _prior_of_location(support: Support) -> Prior | None:
    if support.shape == "simplex":
        return None
    if support.shape == "vector" or not support.constrained:
        return _LOCATION
    return _SHARE if support.upper < inf else _MEAN


def scale(default: Default = _WIDE, support: Support = POSITIVE) -> Parameter:
    """The argument `sigma`, which stretches the variable."""
    return Parameter("sigma", support, "scale", default, _SCALE)


def shape(name: str, default: Default | None = None, support: Support = POSITIVE) -> Parameter:
    """An argument that does anything else."""
    return Parameter(name, support, "shape", default, _SHAPE)


HAZARD = Prior("Gamma", (2.0, 1.0), "a shape: 1 where the hazard stays the same, and mostly below 5")
"""Of shapes that are the same in whatever units time is measured."""

NU = Parameter("nu", POSITIVE, "shape", Default(3), _DEGREES)
"""Degrees of freedom. The prior: Juárez and Steel (2010)."""

CORRELATION = Parameter(
    "corr",
    CHOLESKY,
    prior=Prior("LKJCholesky", (2.0,), "correlations: mildly in favour of small ones"),
)
"""A correlation matrix."""

TRIALS = Parameter("trials", COUNT, "data")
"""A number of trials, which must be known."""


def standard(stan: str, numbers: Numbers, *parameters: Parameter, **facts: Any) -> Parameterization:
    """The parameterisation that has Stan's arguments, in Stan's order; `facts` are further fields."""
    facts = {"key": "", "arguments": refs(*(p.name for p in parameters)), **facts}
    return Parameterization(parameters=parameters, stan=stan, numbers=numbers, **facts)


def alternative(
    of: Parameterization,
    key: str,
    parameters: tuple[Parameter, ...],
    arguments: tuple[Expr, ...],
    *,
    stan: str = "",
    stan_arguments: tuple[Expr, ...] = (),
    **facts: Any,
) -> Parameterization:
    """Another way to write `of`, whose arguments are expressions of these parameters.

    The numbers follow from those of `of`. Where Stan has a distribution of its own for it, `stan` names
    that, and `stan_arguments` are what it takes. `numbers` may replace those that would lose digits on
    the way.
    """
    names = (p.name for p in of.parameters)
    numbers = of.numbers.through(dict(zip(names, arguments, strict=True)))
    other = (of.stan, arguments) if stan else None
    facts = {"numbers": numbers, "written": arguments, "below": other, **facts}
    return Parameterization(key, parameters, stan or of.stan, stan_arguments or arguments, **facts)


def refs(*names: str) -> tuple[Ref, ...]:
    """Arguments that are parameters themselves."""
    return tuple(Ref(name) for name in names)


def call(function: str, expr: Expr) -> Expr:
    """A function of the language."""
    return Call(function, (expr,))


def times(left: Expr, right: Expr) -> Expr:
    """A product."""
    return Op("*", (left, right))


def squared(name: str) -> Expr:
    """The square of a parameter: a variance, of a standard deviation."""
    return Op("**", (Ref(name), Number(2)))


def minus(expr: Expr) -> Expr:
    """The negative."""
    return Op("neg", (expr,))


def complement(expr: Expr) -> Expr:
    """One less it."""
    return Op("-", (Number(1), expr))
