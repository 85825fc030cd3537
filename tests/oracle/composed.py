"""Log densities of distributions made of distributions, from those of the parts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from stanlevels.graph.composition import Composition

Array = np.ndarray
Arguments = dict[str, Array]
LogDensity = Callable[[Array], Array]
"""Of values, given arguments."""


def composed(made: Composition, x: Array, parts: list[LogDensity], own: Arguments) -> Array:
    """The log density of values `x`, from those of the parts and the further arguments."""
    if made.several:
        return _mixed(x, parts, own)
    (part,) = parts
    logs = {name.removesuffix("_logit"): _logs(name, value) for name, value in own.items()}
    if made.wrapper == "ZeroInflated":
        inflated, rest = logs["zero"]
        return np.where(x == 0, np.logaddexp(inflated, rest + part(x)), rest + part(x))
    if made.wrapper == "Hurdle":
        zero, rest = logs["zero"]
        whole = bool(np.all(x == np.floor(x)))
        above = part(np.where(x == 0, 1.0 if whole else 0.5, x))
        if whole:  # counts: given that they are above 0
            above = above - np.log1p(-np.exp(part(np.zeros_like(x))))
        return np.where(x == 0, zero, rest + above)
    (end, between), (one, zero) = logs["ends"], logs["one"]
    inside = part(np.where((x == 0) | (x == 1), 0.5, x))
    return np.select([x == 0, x == 1], [end + zero, end + one], between + inside)


def _logs(name: str, value: Array) -> tuple[Array, Array]:
    """The log of a probability, and of one less it."""
    p = special.expit(value) if name.endswith("_logit") else value
    return np.log(p), np.log(1 - p)


def _mixed(x: Array, parts: list[LogDensity], own: Arguments) -> Array:
    ((name, weights),) = own.items()
    shares = special.softmax(weights, axis=-1) if name.endswith("_logit") else weights
    each = [np.log(shares[..., k]).reshape(-1, *[1] * (x.ndim - 1)) + part(x) for k, part in enumerate(parts)]
    return special.logsumexp(np.stack(np.broadcast_arrays(*each)), axis=0)
