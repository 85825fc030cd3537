"""SVG is well-formed whatever it says, and the same each time."""

import xml.etree.ElementTree as ET

import pytest

from stanlevels.drawing.diagram import Arrow, Diagram, Node, Plate
from stanlevels.drawing.draw import draw
from stanlevels.drawing.font import width_of
from stanlevels.drawing.svg import svg

SVG = "{http://www.w3.org/2000/svg}"
ODD = ["<b>", 'a "b" & c', "a]]>b", "-->", "\x00\x1b", "\ud800", "界面", "$x^2$", "  two  spaces"]


def coin(name="p", plate="rows"):
    nodes = (Node("p", name, title=f"{name} ~ Beta(1, 1)"), Node("y", "heads", "rows", filled=True))
    return Diagram(nodes, (Plate("rows", plate),), (Arrow("p", "y"),))


@pytest.mark.parametrize("name", ODD)
def test_any_name_is_written_as_it_is(name):
    root = ET.fromstring(svg(draw(coin(name, name), name, name)).encode("utf-8", "replace"))
    shown = [text.text for text in root.iter(f"{SVG}text")]
    written = "".join("\ufffd" if char in "\x00\x1b\ud800" else char for char in name)
    assert shown == [written, written, "heads"]
    assert root.find(f"{SVG}title").text == written


def test_every_part_is_an_element():
    root = ET.fromstring(svg(draw(coin())))
    tags = [element.tag.removeprefix(SVG) for element in root]
    assert tags == ["rect", "rect", "text", "path", "polygon", "ellipse", "text", "ellipse", "text"]
    assert root.find(f"{SVG}ellipse/{SVG}title").text == "p ~ Beta(1, 1)"


def test_everything_is_on_the_page():
    root = ET.fromstring(svg(draw(coin("a long name of a node"))))
    width, height = (float(n) for n in root.get("viewBox").split()[2:])
    for oval in root.iter(f"{SVG}ellipse"):
        x, y, rx, ry = (float(oval.get(key)) for key in ("cx", "cy", "rx", "ry"))
        assert rx <= x <= width - rx
        assert ry <= y <= height - ry


def test_a_computed_node_has_two_outlines():
    node = Node("a", "a", doubled=True)
    assert svg(draw(Diagram((node,)))).count("<ellipse") == 2


def test_the_same_diagram_gives_the_same_text():
    assert svg(draw(coin())) == svg(draw(coin()))


def test_widths_are_those_of_times():
    """Adobe's metrics of Times: A 722, y 500; of its italic: A 611, y 444."""
    assert width_of("Ay", 1000) == 722 + 500
    assert width_of("Ay", 1000, italic=True) == 611 + 444
    assert width_of("e\u0301", 10) == width_of("e", 10)
