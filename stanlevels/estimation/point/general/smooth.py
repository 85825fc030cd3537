"""Derivatives of functions of several numbers, such as incomplete gamma functions, by differences.

The Taylor polynomial of a function, computed with values that carry derivatives, has the function's own
derivatives: so only its coefficients are needed, which differences of nine points give to nine digits and
more (Fornberg 1988).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from math import factorial
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.general.parts import Parts, value_of

__all__ = ["SMOOTH", "through"]

_STEP, _REACH = 0.02, 4


def _positive(x: Array) -> Array:
    return x


def _share(x: Array) -> Array:
    return np.asarray(np.minimum(x, 1 - x))


def _real(x: Array) -> Array:
    return np.asarray(1 + np.abs(x))


SMOOTH: dict[str, tuple[Callable[[Array], Array], ...]] = {
    "gammainc": (_positive, _positive),
    "gammaincc": (_positive, _positive),
    "betainc": (_positive, _positive, _share),
    "stdtr": (_positive, _real),
    "owens_t": (_real, _real),
}
"""Functions of SciPy, and how far each of their arguments may be moved: by a share of this."""


def through(function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
    """A function of `SMOOTH` of values with derivatives.

    Parameters
    ----------
    function : ufunc
    inputs : sequence
        Its arguments, of which at least one carries derivatives.
    """
    like = next(x for x in inputs if isinstance(x, Parts))
    shape = np.broadcast_shapes(*(np.shape(value_of(x)) for x in inputs))
    values = [np.broadcast_to(np.asarray(value_of(x), dtype=float), shape) for x in inputs]
    moving = [place for place, x in enumerate(inputs) if isinstance(x, Parts)]
    steps = {p: _STEP * SMOOTH[function.__name__][p](values[p]) for p in moving}
    at = _grid(function, values, steps)
    away = {p: inputs[p].ranked(len(shape)) - values[p] for p in moving}
    found: Any = function(*values)
    for powers in product(range(like.frame.order + 1), repeat=len(moving)):
        if not 0 < sum(powers) <= like.frame.order:
            continue
        term: Any = _derivative(at, powers, [steps[p] for p in moving])
        for place, power in zip(moving, powers, strict=True):
            for k in range(power):
                term = away[place] * term / (k + 1)
        found = term + found
    return found


def _grid(function: Callable[..., Any], values: Sequence[Array], steps: dict[int, Array]) -> Array:
    """The function around a point: an axis of nine steps for every argument that moves, before all others."""
    shape, n = values[0].shape, len(steps)
    offsets = np.arange(-_REACH, _REACH + 1.0)
    moved = list(values)
    for axis, (place, step) in enumerate(steps.items()):
        along = offsets.reshape([-1 if a == axis else 1 for a in range(n)] + [1] * len(shape))
        moved[place] = values[place] + along * step
    with np.errstate(all="ignore"):
        return np.asarray(function(*moved))


def _derivative(at: Array, powers: Sequence[int], steps: Sequence[Array]) -> Array:
    """A partial derivative from the values on a grid."""
    found = at
    for power, step in zip(powers, steps, strict=True):
        found = np.tensordot(np.asarray(_weights()[power]), found, axes=(0, 0)) / step**power
    return found


@cache
def _weights() -> tuple[tuple[float, ...], ...]:
    """Of nine points around 0, for derivatives up to the third: exact for polynomials up to degree 8."""
    offsets = np.arange(-_REACH, _REACH + 1.0)
    powers = np.vander(offsets, increasing=True).T
    return tuple(
        tuple(np.linalg.solve(powers, factorial(k) * (np.arange(len(offsets)) == k)).tolist())
        for k in range(4)
    )
