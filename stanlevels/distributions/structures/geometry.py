"""What structures need to know of units: where they stand in time, or how they are correlated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes

__all__ = ["Correlations", "Geometry", "Groups", "Times"]


@dataclass(frozen=True, eq=False)
class Times:
    """Units in time, in one process or several.

    Attributes
    ----------
    keys : tuple
        What each process is called; () where there is one.
    run : ndarray of int, (units,)
        The process of each unit.
    at : ndarray, (units,)
        Its time, in steps; NaN where nobody knows it.
    begin : ndarray, (processes,)
        The time of the first unit of each process.
    """

    keys: tuple[Any, ...]
    run: Codes
    at: Array
    begin: Array

    @cached_property
    def order(self) -> Codes:
        """Units by process, and in each by time."""
        return np.lexsort((self.at, self.run))

    @cached_property
    def before(self) -> Codes:
        """The unit before each in its process; -1 for the first."""
        found = np.full(len(self.run), -1)
        earlier, later = self.order[:-1], self.order[1:]
        same = self.run[earlier] == self.run[later]
        found[later[same]] = earlier[same]
        return found

    @cached_property
    def gap(self) -> Array:
        """Steps since the unit before; for the first of a process, since one step before its beginning."""
        since = np.where(self.before < 0, self.begin[self.run] - 1, self.at[self.before])
        return np.asarray(self.at - since)

    def process_of(self, other: Times) -> Codes:
        """The process here that each of another's is; -1 for one that is not here."""
        places = {key: place for place, key in enumerate(self.keys)}
        return np.array([places.get(key, -1) for key in other.keys], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Correlations:
    """Units with a known covariance, in one group or several that have nothing to do with each other.

    Attributes
    ----------
    keys : tuple
        What each group is called.
    whole : ndarray, (labels, labels)
        Covariances of all that the matrix names.
    at : ndarray of int, (members,)
        The place in the matrix of each member of a group; -1 of one that has no label.
    """

    keys: tuple[Any, ...]
    whole: Array
    at: Codes

    @cached_property
    def root(self) -> Array:
        """The Cholesky factor of the covariance of the members of a group."""
        return np.linalg.cholesky(self.whole[np.ix_(self.at, self.at)])

    @property
    def variances(self) -> Array:
        """Of each member; of one without a label, what they are on average."""
        own = np.diag(self.whole)
        return np.where(self.at < 0, own.mean(), own[self.at])


@dataclass(frozen=True, eq=False)
class Groups:
    """Units in groups.

    Attributes
    ----------
    keys : tuple
        What each group is called; () where there is one.
    run : ndarray of int, (units,)
        The group of each unit.
    """

    keys: tuple[Any, ...]
    run: Codes

    @cached_property
    def sizes(self) -> Array:
        """How many units each group has."""
        return np.bincount(self.run, minlength=len(self.keys)).astype(float)

    def means(self, x: Array) -> Array:
        """Means by group, (..., groups, components), of numbers (..., units, components)."""
        found = np.zeros((*x.shape[:-2], len(self.keys), x.shape[-1]))
        np.add.at(np.moveaxis(found, -2, 0), self.run, np.moveaxis(x, -2, 0))
        return np.asarray(found / np.maximum(self.sizes, 1)[:, None])


Geometry = Times | Correlations | Groups
Arguments = Mapping[str, Any]
