"""Lines of a graph as functions of some of its numbers, found by evaluating them: no algebra, no spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tests.oracle.evaluate import Evaluator, Values
from tests.oracle.world import World

Array = np.ndarray
Part = Callable[[Evaluator], Array]
Moving = Mapping[str, Part]

STEP = 2.0**20  # a long step, so that slopes keep their digits beside a large constant: 1e8 + 0.1 u
CLOSE = 1e-9


@dataclass(frozen=True)
class Numbers:
    """Several quantities as one vector, one after another, each with its last axis fastest."""

    shapes: Mapping[str, tuple[int, ...]]

    @cached_property
    def places(self) -> dict[str, slice]:
        """Where each quantity stands."""
        ends = np.cumsum([0, *(np.prod(shape, dtype=int) for shape in self.shapes.values())]).tolist()
        return {name: slice(ends[i], ends[i + 1]) for i, name in enumerate(self.shapes)}

    @property
    def size(self) -> int:
        return sum(place.stop - place.start for place in self.places.values())

    def split(self, u: Array) -> dict[str, Array]:
        """Values by name."""
        return {name: u[self.places[name]].reshape(shape) for name, shape in self.shapes.items()}

    def join(self, values: Values) -> Array:
        """The vector of these values."""
        parts = [np.asarray(values[name], dtype=float).reshape(-1) for name in self.shapes]
        return np.concatenate([np.zeros(0), *parts])


@dataclass(frozen=True)
class Lines:
    """Everything that a graph says, as a function of a vector u of numbers.

    Parameters
    ----------
    world : World
        The declaration and its data.
    values : mapping of str to ndarray
        Every quantity that is neither in `numbers` nor computed.
    numbers : Numbers
        The quantities in u.
    moving : mapping of str to function
        Quantities that follow from those before them, (units, components).
    """

    world: World
    values: Values
    numbers: Numbers
    moving: Moving

    def at(self, u: Array) -> Evaluator:
        known = {**self.values, **self.numbers.split(u)}
        evaluate = Evaluator(self.world, known)
        for name in self.world.graph.topological():
            if name in self.moving:
                known[name] = _quietly(self.moving[name], evaluate).reshape(np.shape(self.values[name]))
        return evaluate

    @cached_property
    def points(self) -> tuple[Array, Array]:
        """Two points of no special position, in opposite directions."""
        point = np.random.default_rng(self.numbers.size).normal(size=self.numbers.size)
        return point, -0.7 * point

    @cached_property
    def origin(self) -> Evaluator:
        return self.at(np.zeros(self.numbers.size))

    @cached_property
    def probes(self) -> tuple[Evaluator, ...]:
        return tuple(self.at(u) for u in self.points)

    @cached_property
    def steps(self) -> list[Evaluator]:
        """One step along every axis."""
        return [self.at(STEP * axis) for axis in np.eye(self.numbers.size)]

    def moves(self, part: Part) -> bool:
        """Whether something depends on u at all."""
        first = _quietly(part, self.origin)
        return any(not np.array_equal(first, _quietly(part, e), equal_nan=True) for e in self.probes)

    def varies(self, part: Part) -> bool:
        """Whether something depends on u by more than rounding."""
        first = _quietly(part, self.origin)
        return not all(np.allclose(_quietly(part, e), first, rtol=CLOSE, atol=CLOSE) for e in self.probes)

    def movers(self, part: Part) -> str:
        """Names of the quantities in u that something depends on."""
        here, there = self.points
        found = []
        for name, place in self.numbers.places.items():
            u = here.copy()
            u[place] = there[place]
            if not np.array_equal(_quietly(part, self.at(u)), _quietly(part, self.probes[0]), equal_nan=True):
                found.append(repr(name))
        return ", ".join(found)

    def affine(self, part: Part) -> tuple[Array, Array] | None:
        """(constant, slopes) of a vector that is affine in u; None where it is not."""
        constant = _quietly(part, self.origin)
        after = [_quietly(part, e) for e in self.steps]
        if not np.all(np.isfinite([constant, *after])):
            return None
        slopes = (np.array(after) - constant).reshape(self.numbers.size, len(constant)).T / STEP
        for u, evaluate in zip(self.points, self.probes, strict=True):
            expected = constant + slopes @ u
            size = 1 + np.abs(constant) + np.abs(slopes) @ np.abs(u)
            if not np.all(np.abs(_quietly(part, evaluate) - expected) <= CLOSE * size):
                return None
        return constant, slopes


def _quietly(part: Part, evaluate: Evaluator) -> Array:
    """Functions may be asked for values outside their domain: infinity and NaN are answers."""
    with np.errstate(all="ignore"):
        return part(evaluate)
