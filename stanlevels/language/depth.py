"""How deeply operations nest: every room walks expressions recursively, but a sum may have any length.

A long sum becomes a tree of halves where names take the place of objects (see `resolve`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stanlevels.errors import DeclarationError

SUMS = ("+", "-")
LONG = 100
"""Sums nested more deeply than this become trees of halves."""
_DEEPEST = 200


class Depth(NamedTuple):
    """Levels of sums at the top of an expression, and levels of operations below them."""

    sums: int = 0
    below: int = 0

    @property
    def whole(self) -> int:
        """How deep the expression is when its long sums are trees of halves."""
        return min(self.sums, LONG) + self.below


def depth_of(symbol: str, operands: Iterable[Depth]) -> Depth:
    """The depth of an operation.

    Raises
    ------
    DeclarationError
        If operations nest too deeply.
    """
    inside = list(operands)
    if symbol in SUMS:
        below = (depth.below if depth.sums else depth.whole for depth in inside)
        found = Depth(1 + max(depth.sums for depth in inside), max(below))
    else:
        found = Depth(0, 1 + max(depth.whole for depth in inside))
    if found.whole > _DEEPEST:
        raise DeclarationError(
            f"an expression nests more than {_DEEPEST} operations",
            expected="sums of any length, of terms that a person can read",
            way_out="give parts of it names on lines of their own",
        )
    return found
