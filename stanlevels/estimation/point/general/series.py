"""Truncated Taylor series in NumPy: derivatives of the table's log densities, exact to rounding.

A `Series` stands for ``f(x + t d)`` up to t^3, for several directions d at once. It answers to NumPy's and
SciPy's elementwise functions, so that the log density of a distribution, which is written for arrays, is
differentiated by being called. The rules are those for power series (Griewank and Walther 2008, chapter 13).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import InternalError
from stanlevels.estimation.point.general.derivatives import derivatives_of

__all__ = ["Series"]


class Series:
    """A power series in t, elementwise.

    Parameters
    ----------
    parts : sequence of ndarray
        Coefficients of 1, t, t^2, ...: the first of the shape of the value, the others with an axis of
        directions before it.
    """

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Array]) -> None:
        self.parts = tuple(parts)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the value."""
        return tuple(self.parts[0].shape)

    @property
    def ndim(self) -> int:
        """Of the value."""
        return self.parts[0].ndim

    @property
    def order(self) -> int:
        """The highest power of t."""
        return len(self.parts) - 1

    def ranked(self, ndim: int) -> Series:
        """The same with axes of length 1 before those of the value."""
        extra = (1,) * (ndim - self.ndim)
        if not extra:
            return self
        first = self.parts[0].reshape(extra + self.shape)
        return Series([first, *(p.reshape(p.shape[:1] + extra + p.shape[1:]) for p in self.parts[1:])])

    def mapped(self, function: Callable[[Array], Array]) -> Series:
        """A linear function that acts on trailing axes alone, of every coefficient."""
        return Series([function(part) for part in self.parts])

    def __getitem__(self, key: Any) -> Series:
        keys = key if isinstance(key, tuple) else (key,)
        if keys[0] is not Ellipsis:
            raise InternalError("a series is indexed from its last axis")
        return self.mapped(lambda part: part[key])

    # --- operators -----------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            return NotImplemented
        name = ufunc.__name__
        if name in _BINARY:
            return _BINARY[name](*inputs)
        if len(inputs) == 1 and (found := derivatives_of(name)) is not None:
            return composed(ufunc, found, inputs[0])
        if name in _TESTS:
            return ufunc(*(value_of(x) for x in inputs))
        raise InternalError(f"a series cannot go through {name}")

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        found = _FUNCTIONS.get(function.__name__)
        if found is None:
            raise InternalError(f"a series cannot go through {function.__name__}")
        return found(*args, **kwargs)

    def __add__(self, other: Any) -> Any:
        return _added(self, other)

    def __radd__(self, other: Any) -> Any:
        return _added(self, other)

    def __sub__(self, other: Any) -> Any:
        return _added(self, np.negative(other))

    def __rsub__(self, other: Any) -> Any:
        return _added(-self, other)

    def __mul__(self, other: Any) -> Any:
        return _multiplied(self, other)

    def __rmul__(self, other: Any) -> Any:
        return _multiplied(self, other)

    def __truediv__(self, other: Any) -> Any:
        return _divided(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _divided(other, self)

    def __pow__(self, other: Any) -> Any:
        return _raised(self, other)

    def __neg__(self) -> Series:
        return self.mapped(np.negative)

    def __lt__(self, other: Any) -> Any:
        return value_of(self) < value_of(other)

    def __le__(self, other: Any) -> Any:
        return value_of(self) <= value_of(other)

    def __gt__(self, other: Any) -> Any:
        return value_of(self) > value_of(other)

    def __ge__(self, other: Any) -> Any:
        return value_of(self) >= value_of(other)


def value_of(x: Any) -> Any:
    """The value of a series; anything else as it is."""
    return x.parts[0] if isinstance(x, Series) else x


def composed(
    function: Callable[[Any], Any], slopes: Callable[[Any, int], Sequence[Any]], x: Series
) -> Series:
    """The series of a function of a series, from the function's derivatives."""
    c = x.parts
    d = slopes(c[0], x.order)
    parts = [function(c[0])]
    if x.order > 0:
        parts.append(d[0] * c[1])
    if x.order > 1:
        parts.append(d[0] * c[2] + d[1] / 2 * c[1] ** 2)
    if x.order > 2:
        parts.append(d[0] * c[3] + d[1] * c[1] * c[2] + d[2] / 6 * c[1] ** 3)
    return Series(parts)


def _pair(a: Any, b: Any) -> tuple[Any, Any]:
    """Two operands of the same number of axes."""
    ndim = max(
        a.ndim if isinstance(a, Series) else np.ndim(a), b.ndim if isinstance(b, Series) else np.ndim(b)
    )
    return a.ranked(ndim) if isinstance(a, Series) else a, b.ranked(ndim) if isinstance(b, Series) else b


def _added(a: Any, b: Any) -> Series:
    a, b = _pair(a, b)
    if not isinstance(b, Series):
        return Series([a.parts[0] + b, *(_spread(part, b) for part in a.parts[1:])])
    if not isinstance(a, Series):
        return _added(b, a)
    return Series([p + q for p, q in zip(a.parts, b.parts, strict=True)])


def _spread(part: Array, other: Any) -> Array:
    """A higher coefficient at the shape of a sum with a known number."""
    return part if np.ndim(other) == 0 else part + np.zeros(np.shape(other))


def _multiplied(a: Any, b: Any) -> Any:
    a, b = _pair(a, b)
    if not isinstance(b, Series):
        return a.mapped(lambda part: part * b)
    if not isinstance(a, Series):
        return _multiplied(b, a)
    p, q = a.parts, b.parts
    parts = []
    for k in range(len(p)):
        part = p[0] * q[k]
        for i in range(1, k + 1):
            part = part + p[i] * q[k - i]
        parts.append(part)
    return Series(parts)


def _divided(a: Any, b: Any) -> Any:
    if not isinstance(b, Series):
        return _multiplied(a, 1 / np.asarray(b, dtype=float))
    return _multiplied(composed(np.reciprocal, _power_slopes(-1.0), b), a)


def _power_slopes(p: Any) -> Callable[[Any, int], Sequence[Any]]:
    """Derivatives of x to a known power."""

    def slopes(x: Any, order: int) -> Sequence[Any]:
        found, factor = [], 1.0
        for k in range(order):
            factor = factor * (p - k)
            found.append(np.where(factor == 0, 0.0, factor * np.power(x, p - k - 1)))
        return found

    return slopes


def _raised(a: Any, b: Any) -> Any:
    if not isinstance(b, Series):
        b = np.asarray(b, dtype=float)
        return composed(lambda x: np.power(x, b), _power_slopes(b), _wide(a, b.shape))
    return np.exp(_multiplied(np.log(a), b))


def _wide(a: Series, shape: tuple[int, ...]) -> Series:
    return a if not shape else _added(a, np.zeros(shape))


def _logaddexp(a: Any, b: Any) -> Any:
    difference = np.subtract(b, a)
    slopes = derivatives_of("softplus")
    assert slopes is not None
    return _added(composed(lambda x: np.logaddexp(0.0, x), slopes, difference), a)


def _xlogy(a: Any, b: Any, log: Any = np.log) -> Any:
    """``a log b``, 0 where a is a known 0."""
    if isinstance(a, Series):
        return _multiplied(a, log(b))
    known = np.asarray(a, dtype=float)
    away = 0.0 if log is np.log1p else 1.0
    return _multiplied(log(_where(known == 0, np.full(known.shape, away), b)), known)


def _betaln(a: Any, b: Any) -> Series:
    """By gamma functions, its value by SciPy's own function, which loses no digits."""
    from scipy import special

    total = special.gammaln(a) + special.gammaln(b) - special.gammaln(np.add(a, b))
    return Series([special.betaln(value_of(a), value_of(b)), *total.parts[1:]])


def _picked(a: Any, b: Any, first: Callable[[Any, Any], Any]) -> Any:
    return _where(first(value_of(a), value_of(b)), a, b)


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": _added,
    "subtract": lambda a, b: _added(a, np.negative(b)) if isinstance(a, Series) else _added(-b, a),
    "multiply": _multiplied,
    "divide": _divided,
    "true_divide": _divided,
    "power": _raised,
    "logaddexp": _logaddexp,
    "xlogy": _xlogy,
    "xlog1py": lambda a, b: _xlogy(a, b, np.log1p),
    "betaln": _betaln,
    "maximum": lambda a, b: _picked(a, b, np.greater_equal),
    "minimum": lambda a, b: _picked(a, b, np.less_equal),
}
_TESTS = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "isfinite", "floor", "sign")


# --- functions that are not elementwise -------------------------------------------------------------


def _as_series(x: Any, like: Series) -> Series:
    if isinstance(x, Series):
        return x
    x = np.asarray(x, dtype=float)
    return Series([x, *(np.zeros((1, *x.shape)) for _ in range(like.order))])


def _where(condition: Any, a: Any, b: Any) -> Any:
    like = next((x for x in (a, b) if isinstance(x, Series)), None)
    if like is None:
        return np.where(value_of(condition), a, b)
    ndim = max(np.ndim(condition), *(x.ndim if isinstance(x, Series) else np.ndim(x) for x in (a, b)))
    left, right = (_as_series(x, like).ranked(ndim) for x in (a, b))
    pairs = zip(left.parts, right.parts, strict=True)
    return Series([np.where(value_of(condition), p, q) for p, q in pairs])


def _summed(x: Series, axis: int, keepdims: bool = False) -> Series:
    _trailing(axis)
    return x.mapped(lambda part: part.sum(axis=axis, keepdims=keepdims))


def _trailing(axis: int) -> None:
    if axis >= 0:
        raise InternalError("a series is reduced along trailing axes")


def _joined(arrays: Sequence[Any], axis: int = 0) -> Series:
    _trailing(axis)
    like = next(x for x in arrays if isinstance(x, Series))
    made = [_as_series(x, like) for x in arrays]
    parts = []
    for pieces in zip(*(m.parts for m in made), strict=True):
        rest = [piece.shape[:axis] + piece.shape[piece.ndim + axis + 1 :] for piece in pieces]
        if any(r != rest[0] for r in rest):
            shape = np.broadcast_shapes(*rest)
            at = len(shape) + 1 + axis
            whole = [(*shape[:at], piece.shape[axis], *shape[at:]) for piece in pieces]
            pieces = tuple(np.broadcast_to(p, s) for p, s in zip(pieces, whole, strict=True))
        parts.append(np.concatenate(pieces, axis))
    return Series(parts)


def _broadcast(x: Series, shape: tuple[int, ...]) -> Series:
    x = x.ranked(len(shape))
    first = np.broadcast_to(x.parts[0], shape)
    return Series([first, *(np.broadcast_to(p, (*p.shape[:1], *shape)) for p in x.parts[1:])])


def _taken(x: Series, index: Array, axis: int) -> Series:
    _trailing(axis)

    def pick(part: Array) -> Array:
        lead = part.shape[: part.ndim - index.ndim]
        return np.take_along_axis(part, np.broadcast_to(index, (*lead, *index.shape)), axis)

    return x.mapped(pick)


def _largest(x: Series, axis: int, keepdims: bool = False) -> Series:
    index = np.expand_dims(np.argmax(x.parts[0], axis=axis), axis)
    found = _taken(x, index, axis)
    return found if keepdims else found.mapped(lambda part: part.squeeze(axis))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "where": _where,
    "sum": _summed,
    "cumsum": lambda x, axis: x.mapped(lambda part: np.cumsum(part, axis=axis)),
    "concatenate": _joined,
    "broadcast_to": _broadcast,
    "take_along_axis": _taken,
    "shape": lambda x: x.shape,
    "ndim": lambda x: x.ndim,
    "max": _largest,
    "amax": _largest,
}
