"""The row of the picture that each node stands in: under all that it depends on."""

from __future__ import annotations

from collections.abc import Mapping

from stanlevels.drawing.diagram import Diagram

__all__ = ["ranks", "spans"]

MANY = 6
"""Nodes of one row without arrows into them: more are put in two rows."""


def ranks(diagram: Diagram) -> dict[str, int]:
    """Rows by node, from 0 at the top; a node that could stand lower, near what depends on it, does.

    Examples
    --------
    >>> from stanlevels.drawing.diagram import Arrow, Node
    >>> nodes = tuple(Node(key, key) for key in ("mu", "A", "noise", "y"))
    >>> ranks(Diagram(nodes, (), (Arrow("mu", "A"), Arrow("A", "y"), Arrow("noise", "y"))))
    {'mu': 0, 'A': 1, 'noise': 1, 'y': 2}
    """
    found = _shortest(diagram)
    _stagger(diagram, found)
    used = {row: place for place, row in enumerate(sorted(set(found.values())))}
    return {key: used[found[key]] for key in diagram.node}


def _shortest(diagram: Diagram) -> dict[str, int]:
    """Rows that make the arrows, by their weights, as short as can be (a linear program)."""
    import numpy as np
    from scipy.optimize import linprog

    place = {key: number for number, key in enumerate(diagram.node)}
    if not diagram.arrows:
        return dict.fromkeys(place, 0)
    costs, steps = np.zeros(len(place)), np.zeros((len(diagram.arrows), len(place)))
    for row, arrow in enumerate(diagram.arrows):
        tail, head = place[arrow.tail], place[arrow.head]
        steps[row, [tail, head]] = 1.0, -1.0
        costs[head] += arrow.weight
        costs[tail] -= arrow.weight
    done = linprog(costs, A_ub=steps, b_ub=-np.ones(len(steps)), bounds=(0, None), method="highs-ds")
    return {key: round(done.x[number]) for key, number in place.items()}


def _stagger(diagram: Diagram, found: dict[str, int]) -> None:
    """Of many roots on one row, every other one of those with the same heads moves a row up."""
    for row in sorted(set(found.values()), reverse=True):
        free: dict[tuple[str, ...], list[str]] = {}
        for key, node in diagram.node.items():
            if found[key] == row and not diagram.parents[key] and node.plate is None:
                free.setdefault(diagram.heads[key], []).append(key)
        if sum(map(len, free.values())) > MANY:
            for key in found:
                if found[key] < row:
                    found[key] -= 1
            for group in free.values():
                for key in group[1::2]:
                    found[key] -= 1


def spans(diagram: Diagram, rows: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """The first and the last row of every node and plate."""
    found = {key: (row, row) for key, row in rows.items()}
    across = diagram.crossing.key if diagram.crossing else None
    chains = {plate for chain in diagram.chains for plate in chain}

    def span(key: str) -> tuple[int, int]:
        if key not in found:
            inner = [span(child) for child in diagram.children[key]]
            inner += [span(across)] if key in chains and across else []
            found[key] = min(first for first, _ in inner), max(last for _, last in inner)
        return found[key]

    for plate in diagram.plate:
        span(plate)
    return found
