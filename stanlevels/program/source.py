"""What entries of the data block are read from."""

from __future__ import annotations

from typing import Any, Protocol

from stanlevels.linear.sufficient import NestedStatistics
from stanlevels.linear.tallies import Tally
from stanlevels.plan.facts import Data

__all__ = ["Source"]


class Source(Data, Protocol):
    """What entries may ask of bound data (see `stanlevels.binding.Bound`)."""

    def weights(self, name: str) -> Any:
        """Frequency weights of an observed line, None where it has none."""

    def outcome_labels(self, name: str) -> tuple[Any, ...] | None:
        """Labels of the categories of an outcome; None where it is none of several."""

    def statistics(self, group: str) -> NestedStatistics:
        """The sufficient statistics about a group of effects that are integrated out."""

    def tally(self, group: str) -> Tally:
        """The sums about a quantity that is integrated out of a conjugate pair."""
