"""A model as declared: its lines by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

from stanlevels.drawing.page import page
from stanlevels.drawing.svg import svg
from stanlevels.errors import StanlevelsError
from stanlevels.graph.diagram import picture
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

    def __reduce__(self) -> tuple[type[Graph], tuple[Any, ...]]:
        return Graph, (self.name, dict(self.nodes), self.doc)

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def __contains__(self, name: object) -> bool:
        return name in self.nodes

    @cached_property
    def levels(self) -> Mapping[str, LevelNode]:
        """Levels that have units of their own (without those declared ``of=`` another)."""
        return {n: v for n, v in self.nodes.items() if isinstance(v, LevelNode) and v.of is None}

    @cached_property
    def roads(self) -> tuple[str, ...]:
        """Levels that a person declared, and roads to them."""
        return (*(n for n, node in self.levels.items() if not node.is_made), *self.aliases)

    @cached_property
    def aliases(self) -> Mapping[str, LevelNode]:
        """Levels declared ``of=`` another."""
        return {n: v for n, v in self.nodes.items() if isinstance(v, LevelNode) and v.of is not None}

    @cached_property
    def variables(self) -> Mapping[str, VariableNode]:
        """Every line with a distribution."""
        return {n: v for n, v in self.nodes.items() if isinstance(v, VariableNode)}

    @cached_property
    def latent(self) -> Mapping[str, VariableNode]:
        """Lines with a distribution and no data."""
        return {n: v for n, v in self.variables.items() if not v.is_observed}

    @cached_property
    def observed(self) -> Mapping[str, VariableNode]:
        """Lines with data."""
        return {n: v for n, v in self.variables.items() if v.is_observed}

    @cached_property
    def quantities(self) -> Mapping[str, QuantityNode]:
        """Variables, named expressions and named constants."""
        return {
            n: v for n, v in self.nodes.items() if isinstance(v, VariableNode | ExpressionNode | ConstantNode)
        }

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """The quantities that each line depends on, in order of first use."""
        return {name: parents(node) for name, node in self.nodes.items()}

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

    def units(self, node: VariableNode) -> tuple[str, ...]:
        """The axes of data along which a variable has its values: those of `over`, else rows with data."""
        return self.unit_axes(node.over) or ((ROWS,) if node.is_observed else ())

    @property
    def roles(self) -> Mapping[str, str]:
        """Roles of quantities in a fit; without one, all are as declared."""
        return {}

    @property
    def sizes(self) -> Mapping[str, int]:
        """Numbers of units by level, and of rows; empty without data."""
        return {}

    def __str__(self) -> str:
        return mermaid(self)

    def svg(self, *, data: bool = False) -> str:
        """The graph in plate notation, as the text of an SVG document.

        Parameters
        ----------
        data : bool
            Whether columns of data are drawn, as small grey boxes.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Coin(sl.Model):
        ...     p = sl.Beta(1, 1)
        ...     heads = sl.Bernoulli(p, observed=True)
        >>> Coin.graph().svg().splitlines()[1]
        '<title>Coin</title>'
        """
        return svg(picture(self, data=data))

    def save(self, path: str | PathLike[str], *, data: bool = False, dpi: float = 200) -> Path:
        """Write the graph to a file: ``.svg``, ``.png``, ``.pdf``, or ``.mmd`` (a Mermaid flowchart).

        Parameters
        ----------
        path : str or path
            Its ending says which.
        data : bool
            Whether columns of data are drawn, as small grey boxes (not in Mermaid).
        dpi : float
            Dots per inch of a PNG.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        StanlevelsError
            For another ending.

        Examples
        --------
        >>> import stanlevels as sl, tempfile
        >>> class Coin(sl.Model):
        ...     p = sl.Beta(1, 1)
        ...     heads = sl.Bernoulli(p, observed=True)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Coin.graph().save(f"{folder}/coin.png").name
        'coin.png'
        """
        path = Path(path).expanduser()
        match path.suffix.lower():
            case ".svg":
                path.write_text(self.svg(data=data), encoding="utf-8")
            case ".mmd":
                path.write_text(f"{self}\n", encoding="utf-8")
            case ".png" | ".pdf" as suffix:
                path.write_bytes(page(picture(self, data=data), suffix[1:], dpi))
            case suffix:
                raise StanlevelsError(
                    f"a graph cannot be saved as {suffix or path.name!r}",
                    expected="a name that ends in .svg, .png, .pdf or .mmd",
                )
        return path

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the picture; where there are none, the text of a Mermaid flowchart."""
        return {"image/svg+xml": self.svg(), "text/plain": str(self)}

    def topological(self) -> tuple[str, ...]:
        """Names of the quantities, every one after those it depends on.

        The order of declaration is kept where the dependencies allow it. Cycles cannot be
        declared, because a name must exist before it is used; inheritance could make one, and
        the language refuses it.
        """
        return depth_first(self.quantities, self.parents.__getitem__)[0]


def depth_first(
    names: Iterable[str], above: Callable[[str], Iterable[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names, every one after those above it; and the first circle, where the search ends.

    Examples
    --------
    >>> depth_first("ab", {"a": "b", "b": ""}.__getitem__)
    (('b', 'a'), ())
    >>> depth_first("ab", {"a": "b", "b": "a"}.__getitem__)
    ((), ('a', 'b', 'a'))
    """
    order: dict[str, None] = {}
    for start in names:
        path: dict[str, Iterator[str]] = {} if start in order else {start: iter(above(start))}
        while path:
            name = next(reversed(path))
            other = next(path[name], None)
            if other is None:
                order[name] = None
                del path[name]
            elif other in path:
                walked = list(path)
                return tuple(order), (*walked[walked.index(other) :], other)
            elif other not in order:
                path[other] = iter(above(other))
    return tuple(order), ()
