"""A value with its derivatives by several variables, and linear functions of it.

Only what the gradient of an approximate log likelihood needs is carried: first derivatives by all variables,
second ones by pairs with one of the random variables in them, and third ones summed over pairs of random ones
with given weights. What is known to be 0 is not stored: an expression of one variable has one derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from stanlevels.arrays import Array

__all__ = ["First", "Frame", "Pair", "Parts", "Second", "pair", "value_of"]

Pair = tuple[int, int]
First = dict[int, Any]
Second = dict[Pair, Any]


def pair(i: int, j: int) -> Pair:
    """Two variables, the smaller number first."""
    return (i, j) if i <= j else (j, i)


@dataclass(frozen=True, eq=False)
class Frame:
    """Which derivatives are followed.

    Attributes
    ----------
    order : int
        1, 2 or 3.
    random : frozenset of int
        One of the variables of every second derivative is among these.
    weights : mapping of (int, int) to ndarray, (n,)
        Of pairs (i <= j) of random variables, for third derivatives.
    """

    order: int
    random: frozenset[int] = frozenset()
    weights: Mapping[Pair, Array] = field(default_factory=dict)

    def weight(self, i: int, j: int, ndim: int) -> Any:
        """The weight of a pair, for values with so many axes, the first of them rows."""
        found = self.weights[pair(i, j)]
        return found.reshape(found.shape + (1,) * (ndim - 1))


class Parts:
    """A value with derivatives.

    Parameters
    ----------
    frame : Frame
    value : ndarray
    first : dict of int to ndarray
        Derivative by each variable.
    second : dict of (int, int) to ndarray
        By pairs of variables, the smaller number first.
    third : dict of int to ndarray
        By each variable, of the weighted sum of second derivatives by pairs of random ones.

    Arrays of derivatives broadcast to the shape of the value and have as many axes.
    """

    __slots__ = ("first", "frame", "second", "third", "value")

    def __init__(self, frame: Frame, value: Any, first: First, second: Second, third: First) -> None:
        self.frame, self.value = frame, value
        self.first, self.second, self.third = first, second, third

    def like(self, value: Any, first: First, second: Second, third: First) -> Self:
        """Another of the same frame."""
        return type(self)(self.frame, value, first, second, third)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the value."""
        return tuple(self.value.shape)

    @property
    def ndim(self) -> int:
        """Of the value."""
        return int(self.value.ndim)

    def with_value(self, value: Any) -> Self:
        """The same derivatives with another value."""
        return self.like(value, self.first, self.second, self.third)

    def mapped(self, function: Callable[[Any], Any]) -> Self:
        """A linear function of the value and of all derivatives."""
        return self.like(
            function(self.value),
            {k: function(part) for k, part in self.first.items()},
            {k: function(part) for k, part in self.second.items()},
            {k: function(part) for k, part in self.third.items()},
        )

    def trailing(self, function: Callable[[Any], Any]) -> Self:
        """A linear function that acts along the last axis, in which derivatives get the value's length."""
        length = self.shape[-1:]

        def whole(part: Any) -> Any:
            same = part.shape[-1:] == length
            return function(part if same else np.broadcast_to(part, part.shape[:-1] + length))

        return self.mapped(whole)

    def ranked(self, ndim: int) -> Self:
        """The same with axes of length 1 before those of the value."""
        extra = (1,) * (ndim - self.ndim)
        return self.mapped(lambda part: part.reshape(extra + part.shape)) if extra else self


def value_of(x: Any) -> Any:
    """The value of what has derivatives; anything else as it is."""
    return x.value if isinstance(x, Parts) else x
