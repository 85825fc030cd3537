"""What a drawing asks of a graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from stanlevels.graph.nodes import LevelNode, Node, QuantityNode, VariableNode

__all__ = ["Drawn"]


class Drawn(Protocol):
    """What is drawn of a graph (see `stanlevels.graph.Graph`)."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Everything declared, by name."""

    @property
    def quantities(self) -> Mapping[str, QuantityNode]:
        """Variables, named expressions and named constants."""

    @property
    def variables(self) -> Mapping[str, VariableNode]:
        """Every line with a distribution."""

    @property
    def observed(self) -> Mapping[str, VariableNode]:
        """Lines with data."""

    @property
    def levels(self) -> Mapping[str, LevelNode]:
        """Levels that have units of their own."""

    @property
    def aliases(self) -> Mapping[str, LevelNode]:
        """Roads to a level."""

    @property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """The quantities that each line depends on."""

    @property
    def roles(self) -> Mapping[str, str]:
        """Roles of quantities in a fit: "constant", "parameter" or "random"; others are as declared."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Numbers of units by level, and of rows; empty without data."""

    def units(self, node: VariableNode) -> tuple[str, ...]:
        """Levels over which a variable has units."""

    def __getitem__(self, name: str) -> Node: ...
