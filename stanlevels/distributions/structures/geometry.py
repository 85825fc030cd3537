"""What structures need to know of units: where they stand in time, or how they are correlated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes

__all__ = ["LOOSE", "Borders", "Correlations", "Geometry", "Groups", "Neighbours", "Times"]

LOOSE = 1e-8
"""The variance of the sum of areas that hang together, over the root of their number: next to none."""


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
class Borders:
    """Areas that vary about their neighbours.

    Attributes
    ----------
    one, other : ndarray of int, (borders,)
        The areas on both sides of each border.
    part : ndarray of int, (areas,)
        The part of the map that each area hangs together with.
    precision : ndarray, (parts,)
        What a squared difference between neighbours is multiplied by at scale 1.
    """

    one: Codes
    other: Codes
    part: Codes
    precision: Array

    @cached_property
    def covariance(self) -> Array:
        """At scale 1: the pseudo-inverse of the precision of each part, and `LOOSE` / n; 1 of an island."""
        n = len(self.part)
        found, W = np.zeros((n, n)), np.zeros((n, n))
        W[self.one, self.other] = W[self.other, self.one] = 1.0
        for k, precision in enumerate(self.precision.tolist()):
            own = np.flatnonzero(self.part == k)
            square = np.ix_(own, own)
            mean = np.full((len(own), len(own)), 1 / len(own))
            if len(own) > 1:
                inverse = np.linalg.inv(np.diag(W[own].sum(axis=1)) - W[square] + mean) - mean
                found[square] = inverse / precision + LOOSE * mean
            else:
                found[square] = 1.0
        return found


@dataclass(frozen=True, eq=False)
class Correlations:
    """Units with a known covariance, in one group or several that have nothing to do with each other.

    Attributes
    ----------
    keys : tuple
        What each group is called.
    matrix : ndarray, (labels, labels), or Borders
        Covariances of all that it names, or what they are made of.
    at : ndarray of int, (members,)
        The place in the matrix of each member of a group; -1 of one that has no label.
    """

    keys: tuple[Any, ...]
    matrix: Array | Borders
    at: Codes

    @property
    def whole(self) -> Array:
        """Covariances of all that the matrix names, (labels, labels)."""
        return self.matrix.covariance if isinstance(self.matrix, Borders) else self.matrix

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
class Neighbours(Correlations):
    """All areas of a table of borders, in one group or several.

    Numbers by unit go group by group, and places among them are counted so.
    """

    @property
    def map(self) -> Borders:
        """The borders."""
        assert isinstance(self.matrix, Borders)
        return self.matrix

    @cached_property
    def _unit(self) -> Codes:
        """The member that each area is."""
        return np.argsort(self.at)

    def _in_groups(self, places: Codes, step: int) -> Codes:
        return np.concatenate([np.zeros(0, np.int64), *(places + g * step for g in range(len(self.keys)))])

    @cached_property
    def one(self) -> Codes:
        """The unit on one side of each border."""
        return self._in_groups(self._unit[self.map.one], len(self.at))

    @cached_property
    def other(self) -> Codes:
        """The unit on the other side."""
        return self._in_groups(self._unit[self.map.other], len(self.at))

    @cached_property
    def weight(self) -> Array:
        """What the difference at each border is multiplied by."""
        each = np.sqrt(self.map.precision[self.map.part[self.map.one]])
        return np.tile(each, len(self.keys))

    @cached_property
    def _parts(self) -> Codes:
        """The part of each unit."""
        return self._in_groups(self.map.part[self.at], len(self.map.precision))

    @cached_property
    def members(self) -> Codes:
        """Units, part by part."""
        return np.argsort(self._parts, kind="stable")

    @cached_property
    def parts(self) -> Codes:
        """How many units each part has."""
        return np.bincount(self._parts)

    def means(self, x: Array) -> Array:
        """Of each unit's part, from numbers (..., units, components)."""
        return Groups(tuple(range(len(self.parts))), self._parts).means(x)[..., self._parts, :]

    @cached_property
    def many(self) -> Array:
        """How many units each unit's part has."""
        return np.asarray(self.parts[self._parts], dtype=float)


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
