"""A picture as a list of shapes, in points, with the y axis pointing down."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Curve", "Ellipse", "Picture", "Rectangle", "Shape", "Text", "Triangle"]

Point = tuple[float, float]


@dataclass(frozen=True)
class Ellipse:
    """An ellipse about a centre; `title` is what a browser says of it under the pointer."""

    center: Point
    radii: Point
    fill: str
    stroke: str
    width: float = 1.0
    title: str = ""


@dataclass(frozen=True)
class Rectangle:
    """A rectangle from its upper left corner, with rounded corners."""

    corner: Point
    size: Point
    fill: str
    stroke: str
    width: float = 1.0
    radius: float = 0.0
    title: str = ""


@dataclass(frozen=True)
class Curve:
    """A straight line (two points) or a quadratic curve (start, control, end)."""

    points: tuple[Point, ...]
    stroke: str
    width: float = 1.0


@dataclass(frozen=True)
class Triangle:
    """A filled triangle, the head of an arrow: its tip first."""

    points: tuple[Point, Point, Point]
    fill: str


@dataclass(frozen=True)
class Text:
    """A line of text on its baseline; `anchor` says what of it stands at `at`, `length` how wide it is."""

    text: str
    at: Point
    size: float
    fill: str
    italic: bool = False
    anchor: str = "middle"
    length: float | None = None


Shape = Ellipse | Rectangle | Curve | Triangle | Text


@dataclass(frozen=True)
class Picture:
    """Shapes on a white page, the first one lowest."""

    size: Point
    shapes: tuple[Shape, ...]
    title: str = ""
    description: str = ""
