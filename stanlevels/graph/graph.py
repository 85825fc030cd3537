"""A model as declared: its lines by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from stanlevels.graph.mermaid import mermaid
from stanlevels.graph.nodes import (
    ROWS,
    ConstantNode,
    ExpressionNode,
    LevelNode,
    Node,
    QuantityNode,
    VariableNode,
    parents,
)


@dataclass(frozen=True)
class Graph:
    """A model as declared.

    Parameters
    ----------
    name : str
        The class's name.
    nodes : mapping of str to Node
        In the order of declaration (parents first for inherited classes).
    doc : str
        The class's docstring.
    """

    name: str
    nodes: Mapping[str, Node] = field(default_factory=dict)
    doc: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", MappingProxyType(dict(self.nodes)))

    def __reduce__(self) -> tuple[type[Graph], tuple[str, dict[str, Node], str]]:
        return Graph, (self.name, dict(self.nodes), self.doc)

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def __contains__(self, name: object) -> bool:
        return name in self.nodes

    @property
    def levels(self) -> dict[str, LevelNode]:
        """Levels that have units of their own (without those declared ``of=`` another)."""
        return {n: v for n, v in self.nodes.items() if isinstance(v, LevelNode) and v.of is None}

    @property
    def aliases(self) -> dict[str, LevelNode]:
        """Levels declared ``of=`` another."""
        return {n: v for n, v in self.nodes.items() if isinstance(v, LevelNode) and v.of is not None}

    @property
    def variables(self) -> dict[str, VariableNode]:
        """Every line with a distribution."""
        return {n: v for n, v in self.nodes.items() if isinstance(v, VariableNode)}

    @property
    def latent(self) -> dict[str, VariableNode]:
        """Lines with a distribution and no data."""
        return {n: v for n, v in self.variables.items() if not v.is_observed}

    @property
    def observed(self) -> dict[str, VariableNode]:
        """Lines with data."""
        return {n: v for n, v in self.variables.items() if v.is_observed}

    @property
    def quantities(self) -> dict[str, QuantityNode]:
        """Variables, named expressions and named constants."""
        return {
            n: v for n, v in self.nodes.items() if isinstance(v, VariableNode | ExpressionNode | ConstantNode)
        }

    def target_level(self, name: str) -> str:
        """The level whose units `name` reaches (itself, or the one it is `of`)."""
        node = self.nodes[name]
        return node.of if isinstance(node, LevelNode) and node.of is not None else name

    def unit_axes(self, over: tuple[str, ...]) -> tuple[str, ...]:
        """The axes of `over` that come from data: levels and rows."""
        return tuple(a for a in over if a == ROWS or isinstance(self.nodes[a], LevelNode))

    def component_axes(self, over: tuple[str, ...]) -> tuple[str, ...]:
        """The axes of `over` that are fixed: indexes and covariates."""
        return tuple(a for a in over if a != ROWS and not isinstance(self.nodes[a], LevelNode))

    def __str__(self) -> str:
        return mermaid(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: JupyterLab draws Mermaid itself, others show its text."""
        text = str(self)
        return {"text/vnd.mermaid": text, "text/plain": text}

    def topological(self) -> tuple[str, ...]:
        """Names of the quantities, every one after those it depends on.

        The order of declaration is kept where the dependencies allow it. Cycles cannot be
        declared, because a name must exist before it is used; inheritance could make one, and
        the language refuses it.
        """
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in order:
                return
            for parent in parents(self.nodes[name]):
                visit(parent)
            order[name] = None

        for name in self.quantities:
            visit(name)
        return tuple(order)
