"""A picture as PNG or PDF, drawn by matplotlib with the fonts that it brings along."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from stanlevels.drawing.shapes import Curve, Ellipse, Picture, Rectangle, Shape, Text, Triangle

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["page"]

FAMILIES = ("STIXGeneral", "DejaVu Serif", "DejaVu Sans")
"""Where a letter is missing in one, the next is asked; matplotlib brings these along."""
FOUND = (
    *("Noto Serif CJK JP", "Noto Sans CJK JP", "Noto Sans CJK SC", "Hiragino Mincho ProN", "PingFang SC"),
    *("Yu Mincho", "Microsoft YaHei", "Malgun Gothic", "WenQuanYi Zen Hei", "Arial Unicode MS"),
)
"""Asked last, where a system has them."""


def page(picture: Picture, form: str, dpi: float = 200) -> bytes:
    r"""The bytes of a PNG or PDF file.

    Parameters
    ----------
    picture : Picture
    form : {"png", "pdf"}
    dpi : float
        Dots per inch of a PNG; a picture has 72 points to the inch.

    Examples
    --------
    >>> page(Picture((72, 36), (Curve(((0, 0), (72, 36)), "#000"),)), "png", 100)[:4]
    b'\x89PNG'
    """
    from matplotlib import rc_context

    out = io.BytesIO()
    about: dict[str, Any] = {"png": {"Software": None}, "pdf": {"CreationDate": None}}[form]
    with rc_context({"pdf.fonttype": 42, "text.hinting": "none"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        _figure(picture).savefig(out, format=form, dpi=dpi, metadata=about)
    return out.getvalue()


def _families() -> list[str]:
    from matplotlib.font_manager import fontManager

    present = {font.name for font in fontManager.ttflist}
    return [*FAMILIES, *(name for name in FOUND if name in present)]


def _figure(picture: Picture) -> Figure:
    from matplotlib.figure import Figure

    width, height = picture.size
    figure = Figure(figsize=(width / 72, height / 72), facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    families = _families()
    for order, shape in enumerate(picture.shapes):
        _add(axes, shape, order, families)
    return figure


def _add(axes: Any, shape: Shape, order: int, families: list[str]) -> None:
    from matplotlib.patches import Ellipse as Oval
    from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
    from matplotlib.path import Path

    match shape:
        case Ellipse(center=center, radii=(rx, ry)):
            axes.add_patch(Oval(center, 2 * rx, 2 * ry, **_paint(shape), zorder=order))
        case Rectangle(corner=corner, size=(width, height), radius=radius):
            style = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
            box = FancyBboxPatch(corner, width, height, boxstyle=style, **_paint(shape), zorder=order)
            axes.add_patch(box)
        case Curve(points=points):
            codes = [Path.MOVETO, *([Path.LINETO] if len(points) == 2 else [Path.CURVE3] * 2)]
            line = {"edgecolor": shape.stroke, "linewidth": shape.width}
            axes.add_patch(PathPatch(Path(points, codes), facecolor="none", **line, zorder=order))
        case Triangle(points=points):
            axes.add_patch(Polygon(points, closed=True, facecolor=shape.fill, linewidth=0, zorder=order))
        case Text(at=(x, y)):
            align = {"start": "left", "middle": "center", "end": "right"}[shape.anchor]
            font = {"family": families, "size": shape.size, **({"style": "italic"} if shape.italic else {})}
            place = {"ha": align, "va": "baseline", "parse_math": False, "zorder": order}
            axes.text(x, y, shape.text, color=shape.fill, **font, **place)


def _paint(shape: Ellipse | Rectangle) -> dict[str, Any]:
    return {"facecolor": shape.fill, "edgecolor": shape.stroke, "linewidth": shape.width}
