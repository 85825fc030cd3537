"""What is to be drawn, before it has a place: nodes in plates, and arrows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from stanlevels.drawing.font import width_of

__all__ = ["HEIGHT", "LABEL", "SIZE", "Arrow", "Diagram", "Node", "Plate"]

SIZE, LABEL, SMALL = 11.0, 9.0, 9.5
"""Sizes of letters, in points: of a node's name, of a plate's, and of a small node's."""
HEIGHT = 29.0
"""Height of a round node."""
TAB = 12.0
"""What a plate's corners and the label's distance from them take."""


@dataclass(frozen=True)
class Node:
    """A node: what it says, how it looks, and the plate that it lies in.

    Parameters
    ----------
    key : str
        Its name in arrows.
    label : str
        What it says.
    plate : str or None
        Key of the plate.
    form : {"round", "square", "small"}
        An ellipse, a box, or a small box.
    filled, doubled : bool
        Shaded; with a second outline.
    partly : bool
        Shaded less.
    title : str
        A sentence about it.
    """

    key: str
    label: str
    plate: str | None = None
    form: str = "round"
    filled: bool = False
    doubled: bool = False
    title: str = ""
    partly: bool = False

    @property
    def letters(self) -> float:
        """Size of its letters."""
        return SMALL if self.form == "small" else SIZE

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height, second outline included."""
        text = width_of(self.label, self.letters, italic=True)
        if self.form == "small":
            return text + 10, 19.0
        if self.form == "square":
            return max(HEIGHT, text + 14), HEIGHT - 3
        wide = text * 1.16 + 15 if text > 14 else 0
        more = 5.0 * self.doubled
        return max(HEIGHT, wide) + more, HEIGHT + more


@dataclass(frozen=True)
class Plate:
    """A box around nodes and other plates.

    Parameters
    ----------
    key, label : str
    within : str or None
        The plate around it.
    across : tuple of str
        Two plates in both of which it lies, though neither lies in the other; `within` is then None.
    """

    key: str
    label: str
    within: str | None = None
    across: tuple[str, str] | None = None

    @property
    def least(self) -> float:
        """The least width, for the label."""
        return width_of(self.label, LABEL) + 2 * TAB if self.label else 0.0


@dataclass(frozen=True)
class Arrow:
    """An arrow from a node to another; the heavier, the straighter."""

    tail: str
    head: str
    weight: float = 1.0


@dataclass(frozen=True)
class Diagram:
    """Nodes, plates and arrows; arrows go round in no circle, and at most one plate lies across others."""

    nodes: tuple[Node, ...]
    plates: tuple[Plate, ...] = ()
    arrows: tuple[Arrow, ...] = ()

    @cached_property
    def node(self) -> dict[str, Node]:
        """Nodes by key."""
        return {node.key: node for node in self.nodes}

    @cached_property
    def plate(self) -> dict[str, Plate]:
        """Plates by key."""
        return {plate.key: plate for plate in self.plates}

    @cached_property
    def crossing(self) -> Plate | None:
        """The plate that lies across two others."""
        return next((plate for plate in self.plates if plate.across), None)

    @cached_property
    def chains(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The plates that the crossing plate lies in, innermost first, up to where they meet."""
        if self.crossing is None or self.crossing.across is None:
            return (), ()
        one, other = (tuple(self.around(key)) for key in self.crossing.across)
        return tuple(p for p in one if p not in other), tuple(p for p in other if p not in one)

    def around(self, key: str | None) -> Iterator[str]:
        """A plate and those around it, innermost first."""
        while key is not None:
            yield key
            key = self.home(key)

    def home(self, key: str) -> str | None:
        """The plate around a plate or node: for the crossing plate, what is around both that it crosses."""
        if key in self.node:
            return self.node[key].plate
        plate = self.plate[key]
        if plate.across is None:
            return plate.within
        one, other = (list(self.around(each)) for each in plate.across)
        return next((each for each in one if each in other), None)

    @cached_property
    def children(self) -> dict[str | None, tuple[str, ...]]:
        """What lies right in each plate (None: the page): nodes first, then plates, as given."""
        found: dict[str | None, list[str]] = {None: [], **{plate.key: [] for plate in self.plates}}
        for key in (*self.node, *self.plate):
            found[self.home(key)].append(key)
        return {key: tuple(items) for key, items in found.items()}

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """The tails of the arrows into each node."""
        return {n: tuple(a.tail for a in self.arrows if a.head == n) for n in self.node}

    @cached_property
    def heads(self) -> dict[str, tuple[str, ...]]:
        """The heads of the arrows out of each node."""
        return {n: tuple(a.head for a in self.arrows if a.tail == n) for n in self.node}
