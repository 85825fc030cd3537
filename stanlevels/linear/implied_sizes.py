"""Sizes from other sizes: one for all components, and of what a function is taken of."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from stanlevels.distributions.functions import FUNCTIONS

__all__ = ["argument_at", "shared_size"]


def shared_size(sizes: Iterable[float]) -> float:
    """One standard deviation for all components: together they reach as far as one does alone."""
    return float(1 / np.sqrt(sum(1 / size**2 for size in sizes)))


def argument_at(function: str, value: float) -> float:
    """Where a function that rises from 0 to 1 has a value between them."""
    from scipy.optimize import brentq

    low, high = -30.0, 30.0
    compute = FUNCTIONS[function]
    if not float(compute(low)) < value < float(compute(high)):
        return 0.0
    return float(brentq(lambda x: float(compute(x)) - value, low, high))
