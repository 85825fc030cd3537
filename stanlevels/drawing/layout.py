"""Where everything stands: rows, an order from left to right that few arrows cross, and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from stanlevels.drawing.across import Order, across, settled
from stanlevels.drawing.diagram import LABEL, Diagram
from stanlevels.drawing.down import down
from stanlevels.drawing.font import width_of
from stanlevels.drawing.ranks import ranks, spans
from stanlevels.drawing.routes import Box, Oval, Point, crossings, hits, route

__all__ = ["Layout", "layout"]

TRIALS = 150
"""Orders that are tried at most."""
Frame = tuple[float, float, float, float]


@dataclass(frozen=True)
class Layout:
    """Places of a diagram's parts, in points.

    Attributes
    ----------
    boxes : mapping of str to Box
        The outlines of nodes.
    frames : mapping of str to (left, top, right, bottom)
        The borders of plates.
    labels : mapping of str to (Box, str)
        Where the label of a plate stands, and in which corner: "start" or "end".
    courses : tuple of tuple of points
        The arrows' courses, in their order.
    """

    boxes: Mapping[str, Box]
    frames: Mapping[str, Frame]
    labels: Mapping[str, tuple[Box, str]]
    courses: tuple[tuple[Point, ...], ...]


@lru_cache(maxsize=64)
def layout(diagram: Diagram) -> Layout:
    """Places of everything in a diagram; the same for the same diagram."""
    if not diagram.nodes:
        return Layout({}, {}, {}, ())
    rows = ranks(diagram)
    spanned = spans(diagram, rows)
    heights, borders = down(diagram, rows, spanned)

    def places(order: Order) -> tuple[float, dict[str, Box], dict[str, Frame]] | None:
        found = across(diagram, spanned, order)
        if found is None:
            return None
        centers, sides = found
        boxes = {key: _box(diagram, key, (centers[key], heights[key])) for key in diagram.node}
        frames = {p: (sides[p][0], borders[p][0], sides[p][1], borders[p][1]) for p in diagram.plate}
        return _cost(diagram, boxes), boxes, frames

    order = settled(diagram, diagram.children)
    best, tried = places(order), 1
    assert best is not None, "the order of declaration can always be had"
    swept = _swept(diagram, order, best[1])
    found = places(swept)
    if found is not None and found[0] < best[0]:
        order, best = swept, found
    better = True
    while better and tried < TRIALS:
        better = False
        for trial in _neighbours(diagram, order):
            found, tried = places(trial), tried + 1
            if found is not None and found[0] < best[0] - 1e-6:
                order, best, better = trial, found, True
                break
            if tried >= TRIALS:
                break
    _, boxes, frames = best
    labels = {p: _label(diagram, p, frames[p], order, boxes) for p in diagram.plate}
    return Layout(boxes, frames, labels, tuple(_courses(diagram, boxes, labels)))


def _box(diagram: Diagram, key: str, center: Point) -> Box:
    node = diagram.node[key]
    half = (node.size[0] / 2, node.size[1] / 2)
    return Oval(center, half) if node.form == "round" else Box(center, half)


def _cost(diagram: Diagram, boxes: Mapping[str, Box]) -> float:
    """What is ugly: arrows through nodes, arrows that cross, long arrows, width."""
    lines = [(a, (boxes[a.tail].center, boxes[a.head].center)) for a in diagram.arrows]
    cost = sum(a.weight * abs(p[0] - q[0]) for a, (p, q) in lines)
    for place, (arrow, line) in enumerate(lines):
        others = [box for key, box in boxes.items() if key not in (arrow.tail, arrow.head)]
        cost += 250 * hits(line, others)
        cost += sum(120 for _, other in lines[place + 1 :] if crossings(line, other))
    edges = [box.center[0] + sign * box.half[0] for box in boxes.values() for sign in (1, -1)]
    return cost + 0.5 * (max(edges) - min(edges))


def _swept(diagram: Diagram, order: Order, boxes: Mapping[str, Box]) -> Order:
    """The order by the mean place of what each part is joined to outside of itself."""
    joined: dict[str, list[float]] = {}
    for arrow in diagram.arrows:
        for key, other in ((arrow.tail, arrow.head), (arrow.head, arrow.tail)):
            for around in (key, *diagram.around(diagram.home(key))):
                joined.setdefault(around, []).append(boxes[other].center[0])

    def middle(item: str) -> float:
        places = joined.get(item)
        return sum(places) / len(places) if places else 0.0

    return settled(diagram, {home: tuple(sorted(items, key=middle)) for home, items in order.items()})


def _neighbours(diagram: Diagram, order: Order) -> Iterator[Order]:
    """Orders one step away: neighbours exchanged, or a part moved to either end."""
    for home, items in order.items():
        for i in range(len(items) - 1):
            swapped = (*items[:i], items[i + 1], items[i], *items[i + 2 :])
            yield settled(diagram, {**order, home: swapped})
        for i in range(len(items)):
            rest = (*items[:i], *items[i + 1 :])
            if i > 1:
                yield settled(diagram, {**order, home: (items[i], *rest)})
            if i < len(items) - 2:
                yield settled(diagram, {**order, home: (*rest, items[i])})


def _label(
    diagram: Diagram, plate: str, frame: Frame, order: Order, boxes: Mapping[str, Box]
) -> tuple[Box, str]:
    """The corner of a plate's label: its own side at a crossing, else the one that fewer arrows run over."""
    left, _, right, bottom = frame
    half = (width_of(diagram.plate[plate].label, LABEL) / 2, LABEL / 2)
    y = bottom - 3.5 - half[1]
    corners = {"end": Box((right - 7 - half[0], y), half), "start": Box((left + 7 + half[0], y), half)}
    if diagram.crossing is not None:
        items = order[diagram.home(diagram.crossing.key)]
        first = min(diagram.chains, key=lambda chain: items.index(chain[-1]))
        for chain in diagram.chains:
            if plate in chain:
                side = "start" if chain is first else "end"
                return corners[side], side
    lines = [(boxes[a.tail].center, boxes[a.head].center) for a in diagram.arrows]
    side = min(corners, key=lambda side: sum(hits(line, [corners[side]], 1.0) for line in lines))
    return corners[side], side


def _courses(
    diagram: Diagram, boxes: Mapping[str, Box], labels: Mapping[str, tuple[Box, str]]
) -> Iterator[tuple[Point, ...]]:
    written = [box for box, _ in labels.values() if box.half[0]]
    for arrow in diagram.arrows:
        others = [box for key, box in boxes.items() if key not in (arrow.tail, arrow.head)]
        yield route(boxes[arrow.tail], boxes[arrow.head], others, written)
