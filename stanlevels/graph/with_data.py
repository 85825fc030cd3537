"""A graph with the sizes of its levels and the roles of its quantities, to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stanlevels.graph.graph import Graph

__all__ = ["GraphWithData"]


@dataclass(frozen=True)
class GraphWithData(Graph):
    """A model as declared, with what data and a fit add to its drawing.

    Parameters
    ----------
    of_levels : mapping of str to int
        Numbers of units by level, and of rows.
    of_quantities : mapping of str to str
        Roles that quantities play: "constant", "parameter" or "random"; others are as declared.
    """

    of_levels: Mapping[str, int] = field(default_factory=dict)
    of_quantities: Mapping[str, str] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[Graph], tuple[Any, ...]]:
        plain = (self.name, dict(self.nodes), self.doc, dict(self.of_levels), dict(self.of_quantities))
        return GraphWithData, plain

    @property
    def sizes(self) -> Mapping[str, int]:
        """Numbers of units by level, and of rows."""
        return self.of_levels

    @property
    def roles(self) -> Mapping[str, str]:
        """Roles of quantities in a fit."""
        return self.of_quantities
