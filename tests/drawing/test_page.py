"""PNG and PDF have their form and size, and no warning is given for any letter."""

import io
import sys

import pytest
from PIL import Image

from stanlevels.drawing.diagram import Arrow, Diagram, Node, Plate
from stanlevels.drawing.draw import draw
from stanlevels.drawing.page import page

NODES = (
    Node("p", "p", doubled=True),
    Node("k", "k", None, "square"),
    Node("y", "heads", "rows", filled=True),
)
PICTURE = draw(Diagram(NODES, (Plate("rows", "rows"),), (Arrow("p", "y"), Arrow("k", "y"))))


def test_a_png_has_the_picture_s_size():
    image = Image.open(io.BytesIO(page(PICTURE, "png", 144)))
    assert image.format == "PNG"
    assert image.size == pytest.approx([2 * length for length in PICTURE.size], abs=1.01)


def test_a_png_shows_shades_where_the_picture_has_them():
    image = Image.open(io.BytesIO(page(PICTURE, "png", 72))).convert("L")
    filled = next(s for s in PICTURE.shapes if getattr(s, "fill", "") == "#d4d4d4")
    (x, y), (rx, _) = filled.center, filled.radii
    assert image.getpixel((round(x - 0.8 * rx), round(y))) == pytest.approx(0xD4, abs=2)
    assert image.getpixel((1, 1)) == 255


def test_a_pdf_is_a_pdf():
    assert page(PICTURE, "pdf").startswith(b"%PDF-")


def test_the_same_picture_gives_the_same_bytes():
    assert page(PICTURE, "png") == page(PICTURE, "png")
    assert page(PICTURE, "pdf") == page(PICTURE, "pdf")


def test_letters_that_no_font_has_are_no_warning():
    assert page(draw(Diagram((Node("a", "界面 $x$ \U0001f600"),))), "png").startswith(b"\x89PNG")


def test_no_window_is_asked_for():
    """Figures are made without pyplot, which would choose a backend and keep them."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    before = pyplot.get_fignums() if pyplot else []
    page(PICTURE, "png")
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert (pyplot.get_fignums() if pyplot else []) == before
