"""The course of an arrow: straight where nothing stands in the way, else a curve around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

__all__ = ["Box", "Oval", "Point", "crossings", "hits", "route"]

Point = tuple[float, float]
STEPS = 24
ROOM = 3.0
"""What an arrow keeps away from nodes, in points."""


@dataclass(frozen=True)
class Box:
    """A box about a centre, with its half width and half height."""

    center: Point
    half: Point

    def holds(self, point: Point, room: float = 0.0) -> bool:
        """Whether a point lies in it, or within `room` of it."""
        (x, y), (w, h) = self.center, self.half
        return abs(point[0] - x) <= w + room and abs(point[1] - y) <= h + room

    def meets(self, low: Point, high: Point) -> bool:
        """Whether it shares a point with the upright box between two corners."""
        (x, y), (w, h) = self.center, self.half
        return low[0] <= x + w and x - w <= high[0] and low[1] <= y + h and y - h <= high[1]


@dataclass(frozen=True)
class Oval(Box):
    """An ellipse about a centre, with its half axes."""

    def holds(self, point: Point, room: float = 0.0) -> bool:
        """Whether a point lies in it, or within about `room` of it."""
        (x, y), (w, h) = self.center, self.half
        return ((point[0] - x) / (w + room)) ** 2 + ((point[1] - y) / (h + room)) ** 2 <= 1


def at(points: Sequence[Point], t: float) -> Point:
    """The point of a line or a quadratic curve at `t` in 0 to 1."""
    if len(points) == 2:
        (ax, ay), (bx, by) = points
        return ax + t * (bx - ax), ay + t * (by - ay)
    a, c, b = points
    u, v, w = (1 - t) ** 2, 2 * t * (1 - t), t**2
    return u * a[0] + v * c[0] + w * b[0], u * a[1] + v * c[1] + w * b[1]


def hits(points: Sequence[Point], boxes: Sequence[Box], room: float = ROOM) -> float:
    """How much of a course lies in boxes, as a count of boxes and shares of the course."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low, high = (min(xs) - room, min(ys) - room), (max(xs) + room, max(ys) + room)
    boxes = [box for box in boxes if box.meets(low, high)]
    course = [at(points, step / STEPS) for step in range(STEPS + 1)] if boxes else []
    inside = [sum(box.holds(point, room) for point in course) for box in boxes]
    return sum(1 + count / STEPS for count in inside if count)


def crossings(one: Sequence[Point], other: Sequence[Point]) -> bool:
    """Whether two straight arrows cross between their ends."""
    a, b, c, d = one[0], one[-1], other[0], other[-1]
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def route(tail: Box, head: Box, others: Sequence[Box], labels: Sequence[Box]) -> tuple[Point, ...]:
    """The course from one node's border to another's.

    Parameters
    ----------
    tail, head : Box
        Where it begins and ends.
    others, labels : sequence of Box
        Nodes, and labels of plates, that it should not run over.

    Returns
    -------
    tuple of (float, float)
        Two points, or start, control and end of a curve, on the borders.

    Examples
    --------
    >>> [(round(x), round(y)) for x, y in route(Box((0, 0), (5, 5)), Box((0, 50), (5, 5)), (), ())]
    [(0, 5), (0, 45)]
    """
    start, end = tail.center, head.center
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    normal = ((start[1] - end[1]) / length, (end[0] - start[0]) / length)
    best: tuple[Point, ...] = (start, end)
    least = float("inf")
    for bend in (0.0, *(sign * size for size in (0.2, 0.35, 0.5, 0.75, 1.0) for sign in (1, -1))):
        offset = bend * max(length, 60.0)
        for along in (0.5,) if not bend else (0.5, 0.3, 0.7):
            middle = (
                start[0] + along * (end[0] - start[0]) + offset * normal[0],
                start[1] + along * (end[1] - start[1]) + offset * normal[1],
            )
            points: tuple[Point, ...] = (start, end) if not bend else (start, middle, end)
            cost = 10 * hits(points, others) + 3 * hits(points, labels, 1.0) + 2 * abs(bend) + (bend != 0)
            if cost < least - 1e-9:
                best, least = points, cost
    return _clipped(best, tail, head)


def _clipped(points: tuple[Point, ...], tail: Box, head: Box) -> tuple[Point, ...]:
    first = _leaving(points, tail)
    last = 1 - _leaving(tuple(reversed(points)), head)
    start, end = at(points, first), at(points, last)
    if len(points) == 2:
        return start, end
    a, c, b = points  # the control point of a part of the curve (de Casteljau's blossom)
    u, v = first, last
    control = tuple(
        (1 - u) * (1 - v) * a[k] + (u * (1 - v) + v * (1 - u)) * c[k] + u * v * b[k] for k in (0, 1)
    )
    return start, (control[0], control[1]), end


def _leaving(points: Sequence[Point], box: Box) -> float:
    """The place on a course where it leaves the box that it begins in."""
    low, high = 0.0, next((t / STEPS for t in range(1, STEPS + 1) if not box.holds(at(points, t / STEPS))), 1)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if box.holds(at(points, middle)) else (low, middle)
    return high


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
