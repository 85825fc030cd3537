"""How derivatives go through functions of one or two values (chain rule, product rule).

With weights S of pairs of random variables, subscripts for derivatives and ``u_a = sum S_ab g_b``, the third
ones of f(g) are ``f' T_c + f'' (sum S_ab g_ab g_c + 2 sum u_a g_ac) + f''' sum u_a g_a g_c``: the rules need
nothing of g that is not carried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from stanlevels.estimation.point.general.derivatives import derivatives_of
from stanlevels.estimation.point.general.parts import First, Parts, Second, pair, value_of

__all__ = ["BINARY", "composed", "where"]


def composed(function: Callable[[Any], Any], slopes: Callable[[Any, int], Sequence[Any]], x: Parts) -> Parts:
    """A function of a value with derivatives, from the function's own."""
    order, g = x.frame.order, x.first
    d = slopes(x.value, order)
    first, second, third = _scaled(x.first, d[0]), _scaled(x.second, d[0]), _scaled(x.third, d[0])
    if order > 1 and not _is_zero(d[1]):
        bent = {a: d[1] * g[a] for a in g if a in x.frame.random}
        for a, c in _pairs(bent, g):
            _add(second, pair(a, c), bent[a] * g[c])
    if order > 2 and x.frame.weights:
        _bend(x, d, third)
    return x.like(function(x.value), first, second, third)


def _bend(x: Parts, d: Sequence[Any], third: First) -> None:
    """What the higher derivatives of a function add to the third ones."""
    u = _leaned(x)
    around: Any = 0.0
    if not _is_zero(d[1]):
        around = d[1] * _trace(x)
        for c in x.first:
            if (across := _dot(u, x.second, c)) is not None:
                _add(third, c, 2 * d[1] * across)
    if not _is_zero(d[2]) and u:
        around = around + d[2] * _sum(u[a] * x.first[a] for a in u if a in x.first)
    if not _is_zero(around):
        for c, part in x.first.items():
            _add(third, c, around * part)


def multiplied(a: Any, b: Any) -> Any:
    """A product."""
    a, b = _ranked(a, b)
    if not isinstance(b, Parts):
        return a.mapped(lambda part: part * b)
    if not isinstance(a, Parts):
        return multiplied(b, a)
    p, q, frame = a.value, b.value, a.frame
    first, second, third = (
        _joined(_scaled(left, q), _scaled(right, p))
        for left, right in ((a.first, b.first), (a.second, b.second), (a.third, b.third))
    )
    if frame.order > 1:
        for i in a.first:
            for j in b.first:
                if i in frame.random or j in frame.random:
                    part = a.first[i] * b.first[j]
                    _add(second, pair(i, j), 2 * part if i == j else part)
    if frame.order > 2 and frame.weights:
        _cross(a, b, third)
        _cross(b, a, third)
    return a.like(p * q, first, second, third)


def _cross(a: Parts, b: Parts, third: First) -> None:
    """What derivatives of both factors of a product add to its third ones, b having two or one of them."""
    trace, u = _trace(b), _leaned(b)
    if not _is_zero(trace):
        for c, part in a.first.items():
            _add(third, c, trace * part)
    for c in a.first:
        if (across := _dot(u, a.second, c)) is not None:
            _add(third, c, 2 * across)


def added(a: Any, b: Any) -> Any:
    """A sum."""
    a, b = _ranked(a, b)
    if not isinstance(b, Parts):
        return a.with_value(a.value + b)
    if not isinstance(a, Parts):
        return added(b, a)
    return a.like(
        a.value + b.value,
        _joined(a.first, b.first),
        _joined(a.second, b.second),
        _joined(a.third, b.third),
    )


def subtracted(a: Any, b: Any) -> Any:
    """A difference."""
    return added(a, b.mapped(np.negative) if isinstance(b, Parts) else np.negative(b))


def divided(a: Any, b: Any) -> Any:
    """A ratio."""
    if not isinstance(b, Parts):
        return multiplied(a, 1 / np.asarray(b, dtype=float))
    return multiplied(composed(np.reciprocal, _power_slopes(-1.0), b), a)


def raised(a: Any, b: Any) -> Any:
    """A power."""
    if isinstance(b, Parts):
        return np.exp(multiplied(np.log(a), b))
    b = np.asarray(b, dtype=float)
    wide = added(a, np.zeros(b.shape)) if b.shape else a
    return composed(lambda x: np.power(x, b), _power_slopes(b), wide)


def where(condition: Any, a: Any, b: Any) -> Any:
    """The one or the other."""
    like = next((x for x in (a, b) if isinstance(x, Parts)), None)
    chosen = value_of(condition)
    if like is None:
        return np.where(chosen, a, b)
    ndim = max(np.ndim(chosen), *(x.ndim if isinstance(x, Parts) else np.ndim(x) for x in (a, b)))
    left, right = (
        x.ranked(ndim) if isinstance(x, Parts) else like.like(np.asarray(x, dtype=float), {}, {}, {})
        for x in (a, b)
    )
    return like.like(
        np.where(chosen, left.value, right.value),
        _either(chosen, left.first, right.first),
        _either(chosen, left.second, right.second),
        _either(chosen, left.third, right.third),
    )


# --- pieces ---------------------------------------------------------------------------------------


def _either(chosen: Any, p: dict[Any, Any], q: dict[Any, Any]) -> dict[Any, Any]:
    return {k: np.where(chosen, p.get(k, 0.0), q.get(k, 0.0)) for k in dict.fromkeys([*p, *q])}


def _is_zero(x: Any) -> bool:
    """Whether it is the number 0: what is 0 for every value is not computed with."""
    return isinstance(x, float) and x == 0.0


def _scaled(parts: dict[Any, Any], by: Any) -> dict[Any, Any]:
    return {} if _is_zero(by) else {k: by * part for k, part in parts.items()}


def _joined(p: dict[Any, Any], q: dict[Any, Any]) -> dict[Any, Any]:
    """Sums of the parts of two values."""
    found = dict(p)
    for k, part in q.items():
        _add(found, k, part)
    return found


def _add(parts: dict[Any, Any], key: Any, part: Any) -> None:
    parts[key] = parts[key] + part if key in parts else part


def _pairs(bent: First, g: First) -> Iterable[tuple[int, int]]:
    """Pairs of a random variable and any, each once."""
    return ((a, c) for a in bent for c in g if c not in bent or a <= c)


def _sum(parts: Iterable[Any]) -> Any:
    total: Any = 0.0
    for part in parts:
        total = part if _is_zero(total) else total + part
    return total


def _leaned(x: Parts) -> First:
    """The first derivatives by random variables, multiplied by the weights of pairs."""
    frame, own = x.frame, [b for b in x.first if b in x.frame.random]
    if not own:
        return {}
    return {
        a: _sum(frame.weight(a, b, x.ndim) * x.first[b] for b in own if pair(a, b) in frame.weights)
        for a in frame.random
    }


def _trace(x: Parts) -> Any:
    """The second derivatives by pairs of random variables, summed with their weights."""
    frame = x.frame
    return _sum(
        (1.0 if i == j else 2.0) * frame.weight(i, j, x.ndim) * part
        for (i, j), part in x.second.items()
        if (i, j) in frame.weights
    )


def _dot(u: First, second: Second, c: int) -> Any:
    """``sum u_a g_ac``; None where that is 0."""
    found = _sum(u[a] * second[pair(a, c)] for a in u if pair(a, c) in second)
    return None if _is_zero(found) else found


def _ranked(a: Any, b: Any) -> tuple[Any, Any]:
    """Two operands of the same number of axes."""
    ndim = max(x.ndim if isinstance(x, Parts) else np.ndim(x) for x in (a, b))
    return a.ranked(ndim) if isinstance(a, Parts) else a, b.ranked(ndim) if isinstance(b, Parts) else b


def _power_slopes(p: Any) -> Callable[[Any, int], Sequence[Any]]:
    """Derivatives of x to a known power."""

    def slopes(x: Any, order: int) -> Sequence[Any]:
        found: list[Any] = []
        factor: Any = 1.0
        for k in range(order):
            factor = factor * (p - k)
            if np.ndim(p) == 0 and factor == 0:
                found.append(0.0)
                continue
            found.append(np.where(factor == 0, 0.0, factor * np.power(x, p - k - 1)))
        return found

    return slopes


def _logaddexp(a: Any, b: Any) -> Any:
    slopes = derivatives_of("softplus")
    assert slopes is not None
    return added(composed(lambda x: np.logaddexp(0.0, x), slopes, subtracted(b, a)), a)


def _xlogy(a: Any, b: Any, log: Any = np.log) -> Any:
    """``a log b``, 0 where a is a known 0."""
    if isinstance(a, Parts):
        return multiplied(a, log(b))
    known = np.asarray(a, dtype=float)
    away = 0.0 if log is np.log1p else 1.0
    return multiplied(log(where(known == 0, np.full(known.shape, away), b)), known)


def _betaln(a: Any, b: Any) -> Any:
    """By gamma functions, its value by SciPy's own function, which loses no digits."""
    from scipy import special

    total = special.gammaln(a) + special.gammaln(b) - special.gammaln(np.add(a, b))
    return total.with_value(special.betaln(value_of(a), value_of(b)))


def _picked(a: Any, b: Any, first: Callable[[Any, Any], Any]) -> Any:
    return where(first(value_of(a), value_of(b)), a, b)


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": added,
    "subtract": subtracted,
    "multiply": multiplied,
    "divide": divided,
    "true_divide": divided,
    "power": raised,
    "logaddexp": _logaddexp,
    "xlogy": _xlogy,
    "xlog1py": lambda a, b: _xlogy(a, b, np.log1p),
    "betaln": _betaln,
    "maximum": lambda a, b: _picked(a, b, np.greater_equal),
    "minimum": lambda a, b: _picked(a, b, np.less_equal),
}
