"""Random models and random sets of their quantities that can be integrated out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from stanlevels.graph import Graph, Node, Number, VariableNode
from tests.oracle.affine import Moving
from tests.oracle.draft import Choices
from tests.oracle.evaluate import Values
from tests.oracle.marginal import INTEGRABLE, NotGaussian, integrate_out
from tests.oracle.world import World

T = TypeVar("T")


@dataclass(frozen=True)
class NormalChoices:
    """Choices that take the normal distribution wherever it is among other families.

    Outcomes and effects are then normal; now and then an outcome is log-normal, a vector or a count.
    """

    choose: Choices

    def pick(self, options: Sequence[T]) -> T:
        drawn = self.choose.pick(options)
        if "shares" in options and drawn in ("LogNormal", "vector", "Poisson log"):
            return drawn
        return next((option for option in options if option == "Normal"), drawn)

    def integer(self, low: int, high: int) -> int:
        return self.choose.integer(low, high)


def with_numbers(graph: Graph) -> Graph:
    """A number wherever an argument was left open, in place of a default prior."""
    numbers = {"mu": 0.25, "sigma": 1.5, "eta": 1.75}

    def closed(node: Node) -> Node:
        if not isinstance(node, VariableNode):
            return node
        args = tuple((name, Number(numbers[name]) if e is None else e) for name, e in node.args)
        return replace(node, args=args)

    return Graph(graph.name, {name: closed(node) for name, node in graph.nodes.items()}, graph.doc)


def candidates(graph: Graph) -> tuple[str, ...]:
    """Latent lines that are normal and whole."""
    return tuple(n for n, v in graph.latent.items() if v.family in INTEGRABLE and not v.ordered)


def random_set(
    world: World,
    values: Values,
    rng: np.random.Generator,
    *,
    wanted: float = 1.0,
    moving: Moving | None = None,
) -> tuple[str, ...]:
    """A set that is jointly normal; each candidate is wanted with a probability.

    Where those wanted are not normal together, the set is grown from them in random order.
    """
    names = [name for name in candidates(world.graph) if rng.random() < wanted and name not in (moving or {})]
    if is_gaussian(world, values, names, moving):
        return tuple(names)
    chosen: list[str] = []
    for name in (names[i] for i in rng.permutation(len(names))):
        if is_gaussian(world, values, [*chosen, name], moving):
            chosen.append(name)
    return tuple(chosen)


def is_gaussian(world: World, values: Values, names: Collection[str], moving: Moving | None = None) -> bool:
    """Whether these quantities can be integrated out together."""
    try:
        integrate_out(world, values, names, moving)
    except NotGaussian:
        return False
    return True
