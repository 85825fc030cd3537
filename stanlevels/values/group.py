"""Quantities that were integrated out together, and what depends on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stanlevels.arrays import Array
from stanlevels.gaussian.design import Block

__all__ = ["Group", "Sums"]


@dataclass(frozen=True, eq=False)
class Sums:
    """A location as known numbers plus sparse matrices times unknown numbers.

    Attributes
    ----------
    offset : ndarray, (units * components,)
    parts : mapping of str to sparse array
        By quantity: one of the group enters by its deviations from its mean, any other as it is.
    """

    offset: Array
    parts: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Group:
    """Quantities that were integrated out together.

    Attributes
    ----------
    names : tuple of str
        In the order of dependence.
    blocks : tuple of Block
        Their deviations from their means, one block for each.
    rows : mapping of str to sparse array, (units * components, K)
        What the deviations are multiplied by in the location of every line that depends on them.
    sums : mapping of str to Sums
        The locations of these lines, and the quantities themselves, where everything in them is linear.
    """

    names: tuple[str, ...]
    blocks: tuple[Block, ...]
    rows: Mapping[str, Any]
    sums: Mapping[str, Sums]

    @property
    def size(self) -> int:
        """Number of deviations."""
        return sum(block.size for block in self.blocks)
