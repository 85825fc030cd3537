"""A diagram as a picture: plates at the back, then arrows, then nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import hypot

from stanlevels.drawing.diagram import LABEL, Diagram, Node
from stanlevels.drawing.font import MEASURED, width_of
from stanlevels.drawing.layout import Layout, layout
from stanlevels.drawing.routes import Box, Point
from stanlevels.drawing.shapes import Curve, Ellipse, Picture, Rectangle, Shape, Text, Triangle

__all__ = ["draw"]

INK, PALE, SHADE, HALF, PAPER = "#1a1a1a", "#767676", "#d4d4d4", "#ededed", "#ffffff"
MARGIN, HEAD = 8.0, (6.5, 2.4)
"""Of the page; length and half width of an arrow's head."""


def draw(diagram: Diagram, title: str = "", description: str = "") -> Picture:
    """The picture of a diagram.

    Examples
    --------
    >>> picture = draw(Diagram((Node("a", "a"),)))
    >>> picture.size, len(picture.shapes)
    ((45.0, 45.0), 2)
    """
    placed = layout(diagram)
    shapes = [
        *_plates(diagram, placed),
        *(shape for course in placed.courses for shape in _arrow(course)),
        *(shape for node in diagram.nodes for shape in _node(node, placed.boxes[node.key])),
    ]
    left, top, right, bottom = _extent(placed)
    moved = tuple(_moved(shape, MARGIN - left, MARGIN - top) for shape in shapes)
    size = (round(right - left + 2 * MARGIN, 2), round(bottom - top + 2 * MARGIN, 2))
    return Picture(size, moved, title, description)


def _plates(diagram: Diagram, placed: Layout) -> Iterator[Shape]:
    depth = {key: len(list(diagram.around(key))) for key in diagram.plate}
    order = sorted(diagram.plate, key=lambda key: depth[key])
    for key in order:
        plate, (left, top, right, bottom) = diagram.plate[key], placed.frames[key]
        if plate.label:
            yield Rectangle((left, top), (right - left, bottom - top), "none", PALE, 0.8, 6.0)
    for key in order:
        if label := diagram.plate[key].label:
            box, side = placed.labels[key]
            x = box.center[0] + (box.half[0] if side == "end" else -box.half[0])
            yield _text(label, (x, box.center[1] + 0.33 * LABEL), LABEL, "#4d4d4d", False, side)


def _arrow(course: tuple[Point, ...]) -> Iterator[Shape]:
    *_, before, tip = course
    length = hypot(tip[0] - before[0], tip[1] - before[1]) or 1.0
    dx, dy = (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
    long, wide = HEAD
    foot = (tip[0] - long * dx, tip[1] - long * dy)
    yield Curve((*course[:-1], (tip[0] - 0.8 * long * dx, tip[1] - 0.8 * long * dy)), INK, 0.9)
    sides = [(foot[0] - s * wide * dy, foot[1] + s * wide * dx) for s in (1, -1)]
    yield Triangle((tip, sides[0], sides[1]), INK)


def _node(node: Node, box: Box) -> Iterator[Shape]:
    fill = HALF if node.partly else SHADE if node.filled else PAPER
    (x, y), (w, h) = box.center, box.half
    if node.form == "round":
        yield Ellipse(box.center, box.half, fill, INK, 1.0, node.title)
        if node.doubled:
            yield Ellipse(box.center, (w - 2.5, h - 2.5), "none", INK, 0.8, node.title)
    else:
        width = 0.8 if node.form == "small" else 1.0
        yield Rectangle((x - w, y - h), (2 * w, 2 * h), fill, INK, width, 0.0, node.title)
        if node.doubled:
            yield Rectangle((x - w + 2.5, y - h + 2.5), (2 * w - 5, 2 * h - 5), "none", INK, 0.8)
    yield _text(node.label, (x, y + 0.3 * node.letters), node.letters, INK, True, "middle")


def _text(text: str, at: Point, size: float, fill: str, italic: bool, anchor: str) -> Text:
    measured = len(text) > 1 and all(char in MEASURED[italic] for char in text)
    length = round(width_of(text, size, italic=italic), 2) if measured else None
    return Text(text, at, size, fill, italic, anchor, length)


def _extent(placed: Layout) -> tuple[float, float, float, float]:
    corners = [(f[0], f[1]) for f in placed.frames.values()] + [(f[2], f[3]) for f in placed.frames.values()]
    for box in placed.boxes.values():
        (x, y), (w, h) = box.center, box.half
        corners += [(x - w, y - h), (x + w, y + h)]
    corners += [point for course in placed.courses for point in course]
    xs, ys = [x for x, _ in corners] or [0.0], [y for _, y in corners] or [0.0]
    return min(xs), min(ys), max(xs), max(ys)


def _moved(shape: Shape, dx: float, dy: float) -> Shape:
    def to(point: Point) -> Point:
        return point[0] + dx, point[1] + dy

    match shape:
        case Ellipse():
            return replace(shape, center=to(shape.center))
        case Rectangle():
            return replace(shape, corner=to(shape.corner))
        case Curve():
            return replace(shape, points=tuple(to(point) for point in shape.points))
        case Triangle(points=(a, b, c)):
            return replace(shape, points=(to(a), to(b), to(c)))
        case Text():
            return replace(shape, at=to(shape.at))
