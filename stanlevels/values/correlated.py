"""Vectors whose units are correlated: their draws, their density, and those of units that were not there."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import Any

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.structure import Structure
from stanlevels.errors import InternalError
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.values.arguments import arguments_of
from stanlevels.values.store import Values

__all__ = ["Correlated", "correlated"]


@dataclass(frozen=True, eq=False)
class Correlated:
    """A line whose units are correlated, with the arguments of its distribution.

    Attributes
    ----------
    structure : Structure
    geometry : Times or Correlations
        Of its units.
    location, scale : ndarray, (chains, draws, units, components)
    more : dict of str to ndarray
        What else the structure takes.
    units : int
    """

    structure: Structure
    geometry: Any
    location: Array
    scale: Array
    more: dict[str, Array]
    units: int

    def of_standard(self, z: Array) -> Array:
        """Values from independent standard normal numbers."""
        return np.asarray(self.location + self.scale * self.structure.numbers(z, self.geometry, **self.more))

    def standard(self, x: Array, least: float = 0.0, *, sparse: bool = False) -> Array:
        """The way back; `least` is what a scale is at least taken to be.

        With `sparse`, to the numbers with a sparse precision that stand for independent ones.
        """
        scaled = (x - self.location) / np.maximum(self.scale, least)
        if sparse and self.structure.sparse is not None:
            return np.asarray(self.structure.sparse.standard(scaled, self.geometry))
        return np.asarray(self.structure.standard(scaled, self.geometry, **self.more))

    def log_density(self, x: Array) -> Array:
        """Of all units together, (chains, draws)."""
        z = self.standard(x)
        one = np.broadcast_to(np.log(self.scale) + log(2 * pi) / 2, z.shape)
        lost = 0.0 if self.structure.lost is None else self.structure.lost(self.geometry)[:, None]
        each = -np.square(z) / 2 - one * (1 - lost)
        root = self.structure.log_root(self.geometry, **self.more)
        found = each.sum(axis=2) - np.broadcast_to(root, (*each.shape[:2], each.shape[3]))
        return np.asarray(found.sum(axis=-1))

    def variance(self) -> Array:
        """Of each unit, (chains, draws, units, components)."""
        return np.asarray(np.square(self.scale) * self.structure.variance(self.geometry, **self.more))

    def draw(self, rng: Generator, batch: tuple[int, int], components: int) -> Array:
        """Values of all units, (chains, draws, units, components)."""
        return self.of_standard(rng.standard_normal((*batch, self.units, components)))

    def given(self, rng: Generator | None, known: Correlated, x: Array, before: Codes) -> Array:
        """Values of all units here, where some are known: those of others are drawn, or their mean.

        Parameters
        ----------
        rng : Generator or None
            None is for the mean.
        known : Correlated
            The same line on the units that were there.
        x : ndarray, (chains, draws, units, components)
            Their values.
        before : ndarray of int, (units,)
            Which of them each unit here is; -1 for none.
        """
        with np.errstate(all="ignore"):
            scaled = np.nan_to_num((x - known.location) / known.scale)
        found = self.structure.given(
            rng, known.geometry, scaled, self.geometry, before, self.more, known.more
        )
        there = before >= 0
        whole = np.broadcast_shapes(self.location.shape, self.scale.shape, found.shape)
        result = np.array(np.broadcast_to(self.location + self.scale * found, whole))
        result[:, :, there] = np.broadcast_to(x[:, :, before[there]], result[:, :, there].shape)
        return result


def correlated(line: Line, values: Values, data: Data) -> Correlated:
    """A line whose units are correlated, on some data."""
    structure = line.family.structure
    if structure is None:
        raise InternalError(f"the units of {line.name!r} are independent")
    arguments = arguments_of(line.unmoved, values, data)
    location = arguments.get(line.location, np.zeros((1, 1, 1, 1)))
    more = {name: arguments[name] for name in structure.arguments}
    return Correlated(
        structure, data.geometry(line.name), location, arguments[line.scale], more, data.size(line.domain)
    )
