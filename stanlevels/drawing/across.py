"""Places from left to right, for a given order: a linear program that keeps arrows short and plates apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from stanlevels.drawing.diagram import Diagram

__all__ = ["Order", "across", "settled"]

Order = Mapping[str | None, tuple[str, ...]]
"""What lies in each plate (None: the page), from left to right."""

GAP, PAD, CROSSED = 15.0, 11.0, 8.0
"""Between neighbours; between a plate and what is in it; between the borders of plates that cross."""


@dataclass
class _Program:
    """Variables by name and the rows of a linear program: ``variables @ row <= bound``."""

    names: dict[str, int] = field(default_factory=dict)
    rows: list[dict[int, float]] = field(default_factory=list)
    bounds: list[float] = field(default_factory=list)
    costs: dict[int, float] = field(default_factory=dict)

    def variable(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))

    def apart(self, left: tuple[str, float], right: tuple[str, float], gap: float) -> None:
        """``left + its half width + gap <= right - its half width``."""
        (a, half), (b, other) = left, right
        self.rows.append({self.variable(a): 1.0, self.variable(b): -1.0})
        self.bounds.append(-gap - half - other)

    def near(self, weights: Mapping[str, float], cost: float) -> None:
        """Pay for the absolute value of a sum."""
        slack = self.variable(f"|{len(self.names)}")
        self.costs[slack] = cost
        for sign in (1.0, -1.0):
            row = {slack: -1.0}
            for name, weight in weights.items():
                row[self.variable(name)] = row.get(self.variable(name), 0.0) + sign * weight
            self.rows.append(row)
            self.bounds.append(0.0)

    def pay(self, name: str, cost: float) -> None:
        self.costs[self.variable(name)] = self.costs.get(self.variable(name), 0.0) + cost

    def solve(self) -> dict[str, float] | None:
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        cells = [(i, j, v) for i, row in enumerate(self.rows) for j, v in row.items()]
        i, j, v = (np.array(part) for part in zip(*cells, strict=True))
        matrix = csr_array((v, (i, j)), shape=(len(self.rows), len(self.names)))
        costs = np.array([self.costs.get(place, 0.0) for place in range(len(self.names))])
        done = linprog(costs, A_ub=matrix, b_ub=np.array(self.bounds), bounds=(0, None), method="highs-ds")
        return dict(zip(self.names, done.x.tolist(), strict=True)) if done.status == 0 else None


def across(
    diagram: Diagram, spans: Mapping[str, tuple[int, int]], order: Order
) -> tuple[dict[str, float], dict[str, tuple[float, float]]] | None:
    """Centres of nodes, and left and right borders of plates; None where the order cannot be had.

    Parameters
    ----------
    diagram : Diagram
    spans : mapping of str to (int, int)
        First and last row of every node and plate.
    order : Order
        See `settled`.
    """
    program = _Program()
    for plate in diagram.plate.values():
        program.apart((f"<{plate.key}", 0.0), (f">{plate.key}", 0.0), plate.least)
        program.pay(f">{plate.key}", 0.2)
        program.pay(f"<{plate.key}", -0.2)
    for home, items in order.items():
        for place, item in enumerate(items):
            if home is not None:
                program.apart((f"<{home}", 0.0), _left(diagram, item), PAD)
                program.apart(_right(diagram, item), (f">{home}", 0.0), PAD)
            for other in _next(diagram, spans, item, items[place + 1 :]):
                program.apart(_right(diagram, item), _left(diagram, other), GAP)
    _crossing(program, diagram, spans, order)
    _shorten(program, diagram)
    for key in (*diagram.node, *(f">{plate}" for plate in diagram.plate)):
        edge = diagram.node[key].size[0] / 2 if key in diagram.node else 0.0
        program.apart((key, edge), (">", 0.0), 0.0)
        if key in diagram.node:
            program.apart(("<", 0.0), (key, edge), 0.0)
    program.pay(">", 0.3)
    found = program.solve()
    if found is None:
        return None
    plates = {plate: (found[f"<{plate}"], found[f">{plate}"]) for plate in diagram.plate}
    return {key: found[key] for key in diagram.node}, plates


def settled(diagram: Diagram, order: Order) -> Order:
    """An order in which the two sides of a crossing are neighbours, with all else on the outside."""
    if diagram.crossing is None:
        return order
    found = dict(order)
    meeting = diagram.home(diagram.crossing.key)
    sides = [chain[-1] for chain in diagram.chains]
    items = [item for item in found[meeting] if item != diagram.crossing.key]
    first, last = sorted(sides, key=items.index)
    between = items[items.index(first) + 1 : items.index(last)]
    half = (len(between) + 1) // 2
    start, end = items[: items.index(first)], items[items.index(last) + 1 :]
    middle = (first, diagram.crossing.key, last)
    found[meeting] = (*start, *between[:half], *middle, *between[half:], *end)
    for chain in diagram.chains:
        leftmost = chain[-1] == last
        for inner, outer in pairwise(chain):
            others = tuple(item for item in found[outer] if item != inner)
            found[outer] = (inner, *others) if leftmost else (*others, inner)
    return found


def _left(diagram: Diagram, item: str) -> tuple[str, float]:
    return (item, diagram.node[item].size[0] / 2) if item in diagram.node else (f"<{item}", 0.0)


def _right(diagram: Diagram, item: str) -> tuple[str, float]:
    return (item, diagram.node[item].size[0] / 2) if item in diagram.node else (f">{item}", 0.0)


def _next(
    diagram: Diagram, spans: Mapping[str, tuple[int, int]], item: str, after: Sequence[str]
) -> list[str]:
    """The next one on each row that an item spans: these keep it from all others."""
    rows, found = set(range(spans[item][0], spans[item][1] + 1)), []
    for other in after:
        shared = rows.intersection(range(spans[other][0], spans[other][1] + 1))
        if shared and not _cross(diagram, item, other):
            found.append(other)
            rows -= shared
    return found


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _cross(diagram: Diagram, item: str, other: str) -> bool:
    """Whether two items overlap on purpose, or one is held by the plates that cross in it."""
    if diagram.crossing is None:
        return False
    one, two = diagram.chains
    ends = {one[-1], two[-1]}
    return diagram.crossing.key in (item, other) or {item, other} == ends


def _crossing(
    program: _Program, diagram: Diagram, spans: Mapping[str, tuple[int, int]], order: Order
) -> None:
    """The crossing plate lies in all plates of both sides; what a side has alone lies clear of the other."""
    if diagram.crossing is None:
        return
    key = diagram.crossing.key
    items = order[diagram.home(key)]
    left, right = sorted(diagram.chains, key=lambda chain: items.index(chain[-1]))
    for chain in (left, right):
        for depth, plate in enumerate(chain):
            program.apart((f"<{plate}", 0.0), (f"<{key}", 0.0), CROSSED + depth * PAD)
            program.apart((f">{key}", 0.0), (f">{plate}", 0.0), CROSSED + depth * PAD)
    for plate in left:
        program.apart((f"<{plate}", diagram.plate[plate].least), (f"<{right[-1]}", 0.0), 0.0)
    for plate in right:
        program.apart((f">{left[-1]}", 0.0), (f">{plate}", diagram.plate[plate].least), 0.0)
    for side, other in ((left, right), (right, left)):
        for item in (item for plate in side for item in diagram.children[plate] if item not in side):
            if not _meet(spans[item], spans[other[-1]]):
                continue
            if side is left:
                program.apart(_right(diagram, item), (f"<{other[-1]}", 0.0), GAP)
            else:
                program.apart((f">{other[-1]}", 0.0), _left(diagram, item), GAP)


def _shorten(program: _Program, diagram: Diagram) -> None:
    for arrow in diagram.arrows:
        program.near({arrow.tail: 1.0, arrow.head: -1.0}, arrow.weight)
    for about in (diagram.parents, diagram.heads):
        for key, others in about.items():
            if len(others) > 1:
                program.near({key: 1.0, **{other: -1.0 / len(others) for other in others}}, 0.7)
