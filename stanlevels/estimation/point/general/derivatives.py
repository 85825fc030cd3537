"""Derivatives of functions of one number, up to the third."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from stanlevels.distributions.special import special
from stanlevels.estimation.point.general.polygamma import tetragamma, trigamma

__all__ = ["derivatives_of"]

Slopes = Callable[[Any, int], Sequence[Any]]


def _exp(x: Any, order: int) -> Sequence[Any]:
    return [np.exp(x)] * order


def _log(x: Any, order: int) -> Sequence[Any]:
    return [1 / x, -1 / x**2, 2 / x**3][:order]


def _sqrt(x: Any, order: int) -> Sequence[Any]:
    root = np.sqrt(x)
    return [0.5 / root, -0.25 / (x * root), 0.375 / (x**2 * root)][:order]


def _tanh(x: Any, order: int) -> Sequence[Any]:
    t = np.tanh(x)
    s = 1 - t**2
    return [s, -2 * t * s, 2 * s * (3 * t**2 - 1)][:order]


def _expit(x: Any, order: int) -> Sequence[Any]:
    p = special.expit(x)
    s = p * special.expit(-x)
    return [s, s * (1 - 2 * p), s * (1 - 6 * s)][:order]


def _logit(x: Any, order: int) -> Sequence[Any]:
    return [1 / x + 1 / (1 - x), -1 / x**2 + 1 / (1 - x) ** 2, 2 / x**3 + 2 / (1 - x) ** 3][:order]


def _softplus(x: Any, order: int) -> Sequence[Any]:
    p = special.expit(x)
    s = p * special.expit(-x)
    return [p, s, s * (1 - 2 * p)][:order]


def _log_expit(x: Any, order: int) -> Sequence[Any]:
    q = special.expit(-x)
    s = q * special.expit(x)
    return [q, -s, s * (1 - 2 * q)][:order]


def _gammaln(x: Any, order: int) -> Sequence[Any]:
    return [special.digamma(x), *(f(x) for f in (trigamma, tetragamma)[: order - 1])]


def _ndtr(x: Any, order: int) -> Sequence[Any]:
    density = np.exp(-np.square(x) / 2) / np.sqrt(2 * np.pi)
    return [density, -x * density, (x**2 - 1) * density][:order]


def _log_ndtr(x: Any, order: int) -> Sequence[Any]:
    first = np.exp(-np.square(x) / 2 - special.log_ndtr(x)) / np.sqrt(2 * np.pi)
    second = -first * (x + first)
    return [first, second, -second * (x + first) - first * (1 + second)][:order]


def _erfcx(x: Any, order: int) -> Sequence[Any]:
    value = special.erfcx(x)
    first = 2 * x * value - 2 / np.sqrt(np.pi)
    second = 2 * value + 2 * x * first
    return [first, second, 4 * first + 2 * x * second][:order]


def _arctan(x: Any, order: int) -> Sequence[Any]:
    first = 1 / (1 + np.square(x))
    return [first, -2 * x * first**2, (6 * np.square(x) - 2) * first**3][:order]


def _i0e(x: Any, order: int) -> Sequence[Any]:
    """Of positive numbers."""
    zero, one = special.i0e(x), special.i1e(x)
    slope = zero - one / x - one
    first, second = one - zero, slope - one + zero
    return [first, second, 2 * first - 2 * slope - slope / x + one / x**2][:order]


def _zero_after(first: Callable[[Any], Any]) -> Slopes:
    return lambda x, order: [first(x), 0.0, 0.0][:order]


_SLOPES: dict[str, Slopes] = {
    "exp": _exp,
    "expm1": _exp,
    "log": _log,
    "log1p": lambda x, order: _log(1 + x, order),
    "sqrt": _sqrt,
    "square": lambda x, order: [2 * x, 2.0, 0.0][:order],
    "absolute": _zero_after(np.sign),
    "fabs": _zero_after(np.sign),
    "negative": _zero_after(lambda _: -1.0),
    "positive": _zero_after(lambda _: 1.0),
    "reciprocal": lambda x, order: [-1 / x**2, 2 / x**3, -6 / x**4][:order],
    "tanh": _tanh,
    "sin": lambda x, order: [np.cos(x), -np.sin(x), -np.cos(x)][:order],
    "cos": lambda x, order: [-np.sin(x), -np.cos(x), np.sin(x)][:order],
    "arctan": _arctan,
    "erfcx": _erfcx,
    "i0e": _i0e,
    "expit": _expit,
    "logit": _logit,
    "softplus": _softplus,
    "log_expit": _log_expit,
    "gammaln": _gammaln,
    "ndtr": _ndtr,
    "log_ndtr": _log_ndtr,
}


def derivatives_of(function: str) -> Slopes | None:
    """The first derivatives of a function of NumPy or SciPy, as many as asked for; None if not known.

    One that is 0 everywhere is the number 0.0.

    Examples
    --------
    >>> slopes = derivatives_of("exp")
    >>> [float(d) for d in slopes(0.0, 2)]
    [1.0, 1.0]
    """
    return _SLOPES.get(function)
