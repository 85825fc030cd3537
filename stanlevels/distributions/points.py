"""Two values, each for half of a cell's rows, that have the sufficient statistics of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array

__all__ = ["Points", "apart", "exp_of", "inverse_of", "of_beta", "of_gamma"]


@dataclass(frozen=True)
class Points:
    """Two values, each for half of a cell's rows, that have the sufficient statistics of all of them.

    Attributes
    ----------
    means : tuple of str
        The means that they are found from: of the "identity", the "log", the "log1m" (log of one less it) or
        the "inverse" of the values.
    two : callable
        The two values from these means, and from the variance of the first where there is a `spread`.
    spread : bool
    """

    means: tuple[str, ...]
    two: Callable[..., tuple[Array, Array]]
    spread: bool = False


def apart(mean: Array, variance: Array) -> tuple[Array, Array]:
    """Of a mean and a variance."""
    sd = np.sqrt(np.maximum(variance, 0.0))
    return mean - sd, mean + sd


def _roots(half: Array, product: Array) -> tuple[Array, Array]:
    """Of half a sum and of a product."""
    return apart(half, np.square(half) - product)


def exp_of(two: tuple[Array, Array]) -> tuple[Array, Array]:
    """The exponentials of both."""
    return np.exp(two[0]), np.exp(two[1])


def inverse_of(two: tuple[Array, Array]) -> tuple[Array, Array]:
    """The inverses of both."""
    return 1 / two[0], 1 / two[1]


def of_gamma(mean: Array, log: Array) -> tuple[Array, Array]:
    """Of the means of gamma variables and of their logarithms."""
    return _roots(mean, np.exp(2 * log))


def of_beta(log: Array, log1m: Array) -> tuple[Array, Array]:
    """Of the means of the logarithms of shares, and of those of the rest."""
    product, rest = np.exp(2 * log), np.exp(2 * log1m)
    return _roots((1 + product - rest) / 2, product)
