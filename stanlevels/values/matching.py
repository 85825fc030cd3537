"""Which unit of other data each unit is, by its labels; and which component each component is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.graph import CovariatesNode
from stanlevels.plan.facts import Facts
from stanlevels.plan.terms import Domain

__all__ = ["Matching", "matched_labels"]


@dataclass(frozen=True)
class Matching:
    """The units of earlier data behind those of new ones: -1 where a unit was not there.

    Attributes
    ----------
    old, new : Facts
        Data of the same declared levels.
    """

    old: Facts
    new: Facts

    @cached_property
    def levels(self) -> Mapping[str, Codes]:
        """The earlier unit of every unit of each level that both have.

        A label names a unit together with what the level is declared within, so a unit under another
        parent is another unit.
        """
        found: dict[str, Codes] = {}

        def match(name: str) -> Codes:
            if name not in found:
                old, new = self.old.levels[name], self.new.levels[name]
                within = self.new.graph.levels[name].within
                parent = None if within is None else self.new.graph.target_level(within)
                if parent is None or old.above is None or new.above is None:
                    found[name] = matched_labels(old.labels, new.labels)
                else:
                    above = match(parent)[new.above].tolist()
                    found[name] = matched_labels(
                        list(zip(old.above.tolist(), map(_key, old.labels), strict=True)),
                        list(zip(above, map(_key, new.labels), strict=True)),
                    )
            return found[name]

        for name in self.new.levels:
            if name in self.old.levels:
                match(name)
        return found

    def components(self, old: tuple[str | int, ...], new: tuple[str | int, ...], axis: str) -> Codes:
        """The earlier component of every component along an axis with these labels.

        A coefficient of a category is another one where it is held against another category.
        """
        if isinstance(self.new.graph.nodes.get(axis), CovariatesNode):
            return matched_labels(self.old.covariate_meanings(axis), self.new.covariate_meanings(axis))
        return matched_labels(old, new)

    def units(self, domain: Domain) -> Codes:
        """The earlier unit of every unit of a domain; rows and derived axes have no names to go by."""
        units, size = np.zeros(1, dtype=np.int64), 1
        for axis in domain:
            if axis not in self.levels:
                return np.full(self.new.size(domain), -1)
            own, before = self.levels[axis], self.old.size((axis,))
            known = (units[:, None] >= 0) & (own >= 0)
            units = np.where(known, units[:, None] * before + own, -1).ravel()
            size *= before
        return units


def matched_labels(old: Sequence[Any], new: Sequence[Any]) -> Codes:
    """The place of every new label among the old ones, -1 where it is not there.

    Examples
    --------
    >>> matched_labels(["a", "b"], ["b", "c", "a"]).tolist()
    [1, -1, 0]
    """
    places = {_key(label): i for i, label in enumerate(old)}
    return np.fromiter((places.get(_key(label), -1) for label in new), np.int64, len(new))


def _key(label: Any) -> tuple[bool, Any]:
    """A label that is equal to those of its own sort alone: True is not 1."""
    return isinstance(label, bool), label
