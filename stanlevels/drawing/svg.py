"""A picture as SVG: one element a shape, text as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from stanlevels.drawing.shapes import Curve, Ellipse, Picture, Rectangle, Shape, Text, Triangle

__all__ = ["svg"]

FONTS = "'Times New Roman', Times, 'Liberation Serif', 'STIX Two Text', serif"
_REFUSED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(picture: Picture) -> str:
    """The text of an SVG document.

    Examples
    --------
    >>> print(svg(Picture((20, 10), (Curve(((0, 0), (20, 10)), "#000"),), "a line")))
    <svg xmlns="http://www.w3.org/2000/svg" width="20pt" height="10pt" viewBox="0 0 20 10" role="img">
    <title>a line</title>
    <rect width="20" height="10" fill="#fff"/>
    <path d="M0,0 L20,10" fill="none" stroke="#000" stroke-width="1"/>
    </svg>
    """
    width, height = (_n(length) for length in picture.size)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt"'
    lines = [f'{head} viewBox="0 0 {width} {height}" role="img">']
    lines += [f"<title>{_text(picture.title)}</title>"] if picture.title else []
    lines += [f"<desc>{_text(picture.description)}</desc>"] if picture.description else []
    lines.append(f'<rect width="{width}" height="{height}" fill="#fff"/>')
    lines += [_element(shape) for shape in picture.shapes]
    return "\n".join([*lines, "</svg>"])


def _element(shape: Shape) -> str:
    match shape:
        case Ellipse(center=(x, y), radii=(rx, ry)):
            place = f'<ellipse cx="{_n(x)}" cy="{_n(y)}" rx="{_n(rx)}" ry="{_n(ry)}"'
            return _titled("ellipse", place + _paint(shape), shape.title)
        case Rectangle(corner=(x, y), size=(width, height)):
            place = f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
            round_ = f' rx="{_n(shape.radius)}"' if shape.radius else ""
            return _titled("rect", place + round_ + _paint(shape), shape.title)
        case Curve(points=points):
            start, *more = (f"{_n(x)},{_n(y)}" for x, y in points)
            path = f"M{start} {'Q' if len(more) > 1 else 'L'}{' '.join(more)}"
            stroke = f'stroke="{shape.stroke}" stroke-width="{_n(shape.width)}"'
            return f'<path d="{path}" fill="none" {stroke}/>'
        case Triangle(points=points):
            corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
            return f'<polygon points="{corners}" fill="{shape.fill}"/>'
        case Text():
            return f"<text{''.join(_of_text(shape))}>{_text(shape.text)}</text>"


def _of_text(shape: Text) -> Iterator[str]:
    x, y = shape.at
    yield f' x="{_n(x)}" y="{_n(y)}" font-family="{FONTS}" font-size="{_n(shape.size)}"'
    if shape.italic:
        yield ' font-style="italic"'
    if shape.anchor != "start":
        yield f' text-anchor="{shape.anchor}"'
    if shape.length is not None:
        yield f' textLength="{_n(shape.length)}" lengthAdjust="spacingAndGlyphs"'
    yield f' fill="{shape.fill}" xml:space="preserve"'


def _paint(shape: Ellipse | Rectangle) -> str:
    return f' fill="{shape.fill}" stroke="{shape.stroke}" stroke-width="{_n(shape.width)}"'


def _titled(tag: str, start: str, title: str) -> str:
    return f"{start}><title>{_text(title)}</title></{tag}>" if title else f"{start}/>"


def _n(number: float) -> str:
    """A length to a hundredth of a point."""
    return f"{round(number, 2) + 0:g}" if abs(number) < 1e5 else f"{number:.2f}"


def _text(text: str) -> str:
    """Text that XML can hold: escaped, and without the characters that XML has no way to write."""
    return escape(_REFUSED.sub("\ufffd", text), quote=False)
