"""The dimensions of what is computed from the draws of a fit, and how those of two operands meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.errors import FitError, listing

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Dim", "met", "places_of"]


@dataclass(frozen=True, eq=False)
class Dim:
    """Units of a level or rows, or components.

    Attributes
    ----------
    key : str
        The axis of a domain, or what names the components.
    positions : ndarray of int, (n,)
        Which of its units or components, from 0.
    labels : tuple
        Of all components of an axis; empty for units, whose labels stand in the data.
    """

    key: str
    positions: Codes
    labels: tuple[Any, ...] = ()

    @property
    def size(self) -> int:
        """Number of units or components."""
        return len(self.positions)

    @property
    def has_units(self) -> bool:
        """Whether these are units, of a level or of the data."""
        return not self.labels

    def at(self, places: Codes) -> Dim:
        """Some of them."""
        return replace(self, positions=self.positions[places])


def met(dims: Iterable[Dim], bound: Bound) -> tuple[Dim, ...]:
    """The dimensions of what is computed from operands with these: each once, in order.

    A level that another one determines is looked up, as in the lines of a model: apps less their publishers
    are apps.

    Raises
    ------
    FitError
        If one dimension comes with different units.
    """
    found: list[Dim] = []
    for dim in dims:
        same = next((other for other in found if other.key == dim.key), None)
        if same is not None:
            if not np.array_equal(same.positions, dim.positions):
                raise FitError(
                    f"two parts of an expression are over different units of {dim.key}:"
                    f" {same.size:,} and {dim.size:,}",
                    expected="the same units in the same order in both",
                )
        elif not any(_determines(other, dim, bound) for other in found):
            found = [other for other in found if not _determines(dim, other, bound)] + [dim]
    return tuple(found)


def _determines(dim: Dim, other: Dim, bound: Bound) -> bool:
    return dim.has_units and other.has_units and bound.determines((dim.key,), (other.key,))


def places_of(dim: Dim, whole: Sequence[Dim], bound: Bound) -> tuple[int, Codes | None]:
    """Which of several dimensions an operand's own one is found from, and its place for each place there.

    None stands for the same places.

    Raises
    ------
    FitError
        If it lacks a unit that is needed.
    """
    for k, other in enumerate(whole):
        if other.key == dim.key:
            return k, None
    for k, other in enumerate(whole):
        if _determines(other, dim, bound):
            units = bound.codes((other.key,), (dim.key,))[other.positions]
            place = np.full(max(int(units.max(initial=-1)), int(dim.positions.max(initial=-1))) + 1, -1)
            place[dim.positions] = np.arange(dim.size)
            found = place[units]
            if (found < 0).any():
                lost = np.unique(units[found < 0]).tolist()
                raise FitError(
                    f"an expression over {other.key} needs units of {dim.key} that were left out:"
                    f" {listing(bound.levels[dim.key].coordinate[unit] for unit in lost)}",
                    expected=f"all that its units of {other.key} belong to",
                )
            return k, found
    raise AssertionError(dim.key)
