"""The names that levels, axes and quantities have in ArviZ: their own wherever ArviZ leaves them free."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import ROWS, Graph, LevelNode, VariableNode
from stanlevels.names import distinct

__all__ = ["RESERVED", "ArvizNames", "arviz_names", "storable_name"]

RESERVED = frozenset({"chain", "draw", "sample", "hdi", "metric"})
"""Dimensions that ArviZ makes itself; a level of that name breaks `az.summary` or `az.hdi`."""


@dataclass(frozen=True)
class ArvizNames:
    """Names by what they are for.

    Keys are ``("name", x)`` for a level, an index, covariates or a quantity x (ROWS among them),
    ``("component", B)`` for the own components of a quantity, ``("row", c)`` and ``("column", c)``
    for the sides of a correlation matrix, ``("label", level)`` for own labels beside paths, and
    ``("parent", level, parent)``.
    """

    by_key: Mapping[tuple[str, ...], str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", MappingProxyType(dict(self.by_key)))

    def __reduce__(self) -> tuple[type[ArvizNames], tuple[dict[tuple[str, ...], str]]]:
        return ArvizNames, (dict(self.by_key),)

    def __getitem__(self, name: str) -> str:
        """The name of a level, an axis or a quantity."""
        return self.by_key[("name", name)]

    def of(self, *key: str) -> str:
        """A name by its whole key."""
        return self.by_key[key]

    @property
    def renamed(self) -> dict[str, str]:
        """The user's names that ArviZ could not take, with what they became."""
        own = {key[1]: name for key, name in self.by_key.items() if key[0] == "name" and key[1] != ROWS}
        return {name: given for name, given in own.items() if name != given}


def storable_name(name: str) -> str:
    """A name as a netCDF file can hold it: without slashes and control characters.

    Examples
    --------
    >>> storable_name("km/h"), storable_name("Price (USD)")
    ('km_h', 'Price (USD)')
    """
    return re.sub(r"[\x00-\x1f\x7f/]+", "_", name).strip() or "column"


def arviz_names(graph: Graph) -> ArvizNames:
    """Names for everything in `graph`; the user's own choose first, then the rows, then derived ones.

    Examples
    --------
    >>> from stanlevels.graph import LevelNode
    >>> levels = {name: LevelNode(name, name) for name in ("chain", "app")}
    >>> names = arviz_names(Graph("M", levels))
    >>> names["chain"], names["app"], names.of("parent", "app", "chain"), names[ROWS]
    ('chain_', 'app', 'app_chain', 'row')
    """
    given: dict[tuple[str, ...], str] = {("name", ROWS): "row"}
    taken = {*RESERVED, "row"}
    free = {name: storable_name(name) for name in graph.nodes}
    for name in sorted(graph.nodes, key=lambda name: name in taken or free[name] != name):
        wanted = free[name]
        given[("name", name)] = distinct(f"{wanted}_" if wanted in {*RESERVED, "row"} else wanted, taken)
        taken.add(given[("name", name)])
    for key, wanted in _derived(graph, given):
        given[key] = distinct(wanted, taken)
        taken.add(given[key])
    return ArvizNames(given)


def _derived(graph: Graph, given: Mapping[tuple[str, ...], str]) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, node in graph.nodes.items():
        base = given[("name", name)]
        if isinstance(node, VariableNode):
            sides = ("row", "column") if FAMILIES[node.family].is_correlation else ("component",)
            yield from (((side, name), f"{base}_{side}") for side in sides)
        elif isinstance(node, LevelNode):
            yield ("label", name), f"{base}_label"
    for level in (*graph.levels, ROWS):
        reached = [*graph.levels, *(graph.aliases if level == ROWS else ())]
        for other in reached:
            if other != level:
                base, above = given[("name", level)], storable_name(other)
                yield ("parent", level, other), f"{base}_{above}"
