"""Second and third derivatives of the log of the gamma function, for many numbers at once.

SciPy's `polygamma` sums Hurwitz' zeta function number by number. Here positive arguments are moved up by the
recurrence until the asymptotic series holds to rounding (Abramowitz and Stegun 1964, 6.4.6 and 6.4.11).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.distributions.special import special

__all__ = ["tetragamma", "trigamma"]

_FAR = 10.0  # from which the series holds to rounding
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)


def trigamma(x: Any) -> Any:
    """The second derivative: ``sum 1 / (x + k)^2``.

    Examples
    --------
    >>> bool(np.isclose(trigamma(np.array([1.0]))[0], np.pi**2 / 6, rtol=1e-14))
    True
    """
    if not _fast(x):
        return special.polygamma(1, x)
    total, y = _moved(x, 2)
    inverse = 1 / y
    square = np.square(inverse)
    series = np.zeros_like(y)
    for b in reversed(_BERNOULLI):
        series = (series + b) * square
    return total + inverse * (1 + series) + square / 2


def tetragamma(x: Any) -> Any:
    """The third derivative: ``-2 sum 1 / (x + k)^3``."""
    if not _fast(x):
        return special.polygamma(2, x)
    total, y = _moved(x, 3)
    square = 1 / np.square(y)
    series = np.zeros_like(y)
    for k, b in reversed(list(enumerate(_BERNOULLI, 1))):
        series = (series + b * (2 * k + 1)) * square
    return -2 * total - square * (1 + 1 / y + series)


def _fast(x: Any) -> bool:
    return bool(np.size(x) > 50 and np.min(x) > 0)


def _moved(x: Any, power: int) -> tuple[Any, Any]:
    """The first terms of the sum, and the argument after as many steps as the smallest one needs."""
    steps = max(0, int(np.ceil(_FAR - np.min(x))))
    total = np.zeros(np.shape(x))
    for k in range(steps):
        inverse = 1 / (x + k)
        total += inverse * inverse if power == 2 else inverse * inverse * inverse
    return total, np.asarray(x + steps, dtype=float)
