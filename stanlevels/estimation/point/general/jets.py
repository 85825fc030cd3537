"""Values that carry derivatives through NumPy's and SciPy's functions.

The log density of a distribution, which is written for arrays, is differentiated by being called with them:
exactly to rounding, without a second formula that could be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import InternalError
from stanlevels.estimation.point.general.derivatives import derivatives_of
from stanlevels.estimation.point.general.parts import Frame, Parts, value_of
from stanlevels.estimation.point.general.rules import BINARY, composed, where
from stanlevels.estimation.point.general.smooth import SMOOTH, through

__all__ = ["Jet", "variable"]

_TESTS = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "isfinite", "floor", "sign")


class Jet(Parts):
    """A value with derivatives, in place of an array."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Jet:
        keys = key if isinstance(key, tuple) else (key,)
        if keys[0] is not Ellipsis:
            raise InternalError("a value with derivatives is indexed from its last axis")
        return self.trailing(lambda part: part[key])

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            return NotImplemented
        name = ufunc.__name__
        if name in BINARY:
            return BINARY[name](*inputs)
        if len(inputs) == 1 and (found := derivatives_of(name)) is not None:
            return composed(ufunc, found, inputs[0])
        if name in SMOOTH:
            return through(ufunc, inputs)
        if name in _TESTS:
            return ufunc(*(value_of(x) for x in inputs))
        raise InternalError(f"a value with derivatives cannot go through {name}")

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        found = _FUNCTIONS.get(function.__name__)
        if found is None:
            raise InternalError(f"a value with derivatives cannot go through {function.__name__}")
        return found(*args, **kwargs)

    def __add__(self, other: Any) -> Any:
        return BINARY["add"](self, other)

    def __radd__(self, other: Any) -> Any:
        return BINARY["add"](self, other)

    def __sub__(self, other: Any) -> Any:
        return BINARY["subtract"](self, other)

    def __rsub__(self, other: Any) -> Any:
        return BINARY["subtract"](other, self)

    def __mul__(self, other: Any) -> Any:
        return BINARY["multiply"](self, other)

    def __rmul__(self, other: Any) -> Any:
        return BINARY["multiply"](self, other)

    def __truediv__(self, other: Any) -> Any:
        return BINARY["divide"](self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return BINARY["divide"](other, self)

    def __pow__(self, other: Any) -> Any:
        return BINARY["power"](self, other)

    def __neg__(self) -> Jet:
        return self.mapped(np.negative)

    def __lt__(self, other: Any) -> Any:
        return self.value < value_of(other)

    def __le__(self, other: Any) -> Any:
        return self.value <= value_of(other)

    def __gt__(self, other: Any) -> Any:
        return self.value > value_of(other)

    def __ge__(self, other: Any) -> Any:
        return self.value >= value_of(other)


def variable(frame: Frame, number: int, value: Array) -> Jet:
    """One of the variables by which derivatives are taken."""
    return Jet(frame, value, {number: np.ones((1,) * value.ndim)}, {}, {})


# --- functions that are not elementwise -------------------------------------------------------------


def _trailing(axis: int) -> None:
    if axis != -1:
        raise InternalError("values with derivatives are reduced, taken and joined along their last axis")


def _summed(x: Jet, axis: int, keepdims: bool = False) -> Jet:
    _trailing(axis)
    return x.trailing(lambda part: part.sum(axis=axis, keepdims=keepdims))


def _cumulated(x: Jet, axis: int) -> Jet:
    _trailing(axis)
    return x.trailing(lambda part: np.cumsum(part, axis=axis))


def _joined(arrays: Sequence[Any], axis: int = 0) -> Jet:
    _trailing(axis)
    like = next(x for x in arrays if isinstance(x, Jet))
    made = [x if isinstance(x, Jet) else Jet(like.frame, np.asarray(x, float), {}, {}, {}) for x in arrays]

    def joined(of: Callable[[Jet], dict[Any, Any]]) -> dict[Any, Any]:
        keys = {k: None for x in made for k in of(x)}
        return {k: _side_by_side([_wide(of(x).get(k), x) for x in made]) for k in keys}

    return like.like(
        _side_by_side([x.value for x in made]),
        joined(lambda x: x.first),
        joined(lambda x: x.second),
        joined(lambda x: x.third),
    )


def _wide(part: Any, x: Jet) -> Array:
    """A derivative in the length of the value's last axis; zeros where it is 0."""
    if part is None:
        return np.zeros((1,) * (x.ndim - 1) + x.shape[-1:])
    return np.broadcast_to(part, part.shape[:-1] + x.shape[-1:])


def _side_by_side(pieces: Sequence[Array]) -> Array:
    shape = np.broadcast_shapes(*(piece.shape[:-1] for piece in pieces))
    return np.concatenate([np.broadcast_to(p, shape + p.shape[-1:]) for p in pieces], -1)


def _broadcast(x: Jet, shape: tuple[int, ...]) -> Jet:
    """Only the value gets the shape: derivatives broadcast to it whenever they are needed."""
    x = x.ranked(len(shape))
    return x.with_value(np.broadcast_to(x.value, shape))


def _taken(x: Jet, index: Array, axis: int) -> Jet:
    _trailing(axis)

    def pick(part: Array) -> Array:
        shape = np.broadcast_shapes(part.shape[:-1], index.shape[:-1])
        return np.take_along_axis(
            np.broadcast_to(part, shape + part.shape[-1:]),
            np.broadcast_to(index, shape + index.shape[-1:]),
            -1,
        )

    return x.trailing(pick)


def _largest(x: Jet, axis: int, keepdims: bool = False) -> Jet:
    found = _taken(x, np.expand_dims(np.argmax(x.value, axis=axis), axis), axis)
    return found if keepdims else found.mapped(lambda part: part.squeeze(axis))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "where": where,
    "sum": _summed,
    "cumsum": _cumulated,
    "concatenate": _joined,
    "broadcast_to": _broadcast,
    "take_along_axis": _taken,
    "shape": lambda x: x.shape,
    "ndim": lambda x: x.ndim,
    "max": _largest,
    "amax": _largest,
}
