"""Places from top to bottom: a height for every row, with room for the borders of plates between rows."""

from __future__ import annotations

from collections.abc import Mapping

from stanlevels.drawing.diagram import LABEL, Diagram

__all__ = ["down"]

ARROW, PAD, STRIP, CROSSED = 25.0, 10.0, LABEL + 8.0, 7.0
"""Least length of an arrow; over nodes; the strip of a label under them; between borders that cross."""


def down(
    diagram: Diagram, rows: Mapping[str, int], spans: Mapping[str, tuple[int, int]]
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Heights of the nodes' centres, and of the plates' upper and lower borders."""
    halves = dict.fromkeys(range(max(rows.values(), default=0) + 1), 0.0)
    for key, row in rows.items():
        halves[row] = max(halves[row], diagram.node[key].size[1] / 2)
    over = {plate: _over(diagram, spans, plate) for plate in diagram.plate}
    under = {plate: _under(diagram, spans, plate) for plate in diagram.plate}
    y, heights = halves[0] + max((over[p] for p in over if spans[p][0] == 0), default=0.0), {}
    for row, half in halves.items():
        if row:
            y += max((under[p] for p in under if spans[p][1] == row - 1), default=0.0)
            y += max((over[p] for p in over if spans[p][0] == row), default=0.0)
            y += halves[row - 1] + ARROW + half
        heights[row] = y
    borders = {}
    for plate, (first, last) in spans.items():
        if plate in diagram.plate:
            top = heights[first] - halves[first] - over[plate]
            borders[plate] = (top, heights[last] + halves[last] + under[plate])
    return {key: heights[row] for key, row in rows.items()}, borders


def _over(diagram: Diagram, spans: Mapping[str, tuple[int, int]], plate: str) -> float:
    """How far a plate's border lies over its highest nodes."""
    first = spans[plate][0]
    held = [p for p in diagram.children[plate] if p in diagram.plate]
    if diagram.crossing is not None and any(chain[0] == plate for chain in diagram.chains):
        held.append(diagram.crossing.key)
    inner = [p for p in held if spans[p][0] == first]
    crossed = plate in min(diagram.chains, key=len)  # so that no two borders fall on one line
    return PAD - 4 * crossed + max((_over(diagram, spans, p) for p in inner), default=0.0)


def _under(diagram: Diagram, spans: Mapping[str, tuple[int, int]], plate: str) -> float:
    """How far a plate's border lies under its lowest nodes; the two sides of a crossing differ."""
    last = spans[plate][1]
    inner = [p for p in diagram.children[plate] if p in diagram.plate and spans[p][1] == last]
    own = STRIP if diagram.plate[plate].label else PAD
    found = own + max((_under(diagram, spans, p) for p in inner), default=0.0)
    one, two = sorted(diagram.chains, key=len)
    if diagram.crossing is None or plate not in (*one, *two) or spans[diagram.crossing.key][1] != last:
        return found
    lowest = _under(diagram, spans, diagram.crossing.key)
    if plate in one:
        return max(found, lowest + CROSSED + one.index(plate) * STRIP)
    return max(found, lowest + 2 * CROSSED + (len(one) - 1 + two.index(plate)) * STRIP)
