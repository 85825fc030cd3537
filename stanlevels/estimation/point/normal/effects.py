"""Draws of random effects, of as many as are asked for: each with the same numbers whatever comes with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.gaussian.conditionals import Conditionals
from stanlevels.values.pieces import chunks
from stanlevels.values.standard import Standard

__all__ = ["EffectDraws"]


@dataclass(frozen=True, eq=False)
class EffectDraws:
    """Draws of the deviations of effects from their conditional means.

    Attributes
    ----------
    chain : Conditionals
    normals : Standard
        Where standard normal numbers come from.
    draws : range
        Which draws.
    kept : dict of int to ndarray, (effects of the part, draws)
        Parts that were drawn already.
    """

    chain: Conditionals
    normals: Standard
    draws: range
    kept: dict[int, Array] = field(default_factory=dict)

    def keep(self, room: int) -> None:
        """Draw the first parts whole, as long as they are no more than so many numbers together.

        Effects that are all drawn at once are always kept.
        """
        n = len(self.draws)
        for k, part in enumerate(self.chain.parts):
            size, q = len(part.columns), part.root.shape[1]
            if size * n > room and len(part.root) > 1:
                return
            pieces = chunks(len(part.root), q * n)
            at = [self._part(k, np.arange(p.start * q, p.stop * q)) for p in pieces]
            self.kept[k] = np.concatenate(at) if at else np.zeros((0, n))
            room -= size * n

    def at(self, columns: Codes) -> Array:
        """Draws of some effects, (effects, draws)."""
        found = np.empty((len(columns), len(self.draws)))
        owner = self.chain.owner[columns]
        for k in np.unique(owner).tolist():
            own = owner == k
            found[own] = self._part(k, self.chain.place[columns[own]])
        return found

    def _part(self, k: int, places: Codes) -> Array:
        """Draws of some effects of one part, by their places in it."""
        if k in self.kept:
            return self.kept[k][places]
        part, n = self.chain.parts[k], len(self.draws)
        q = part.root.shape[1]
        units, back = np.unique(places // q, return_inverse=True)
        standard = self.normals.at(k, q, units, 1, self.draws)[:, :, 0]
        found = np.asarray((part.root[units] @ standard).reshape(-1, n))
        rows = (units[:, None] * q + np.arange(q)).ravel()
        given = part.given[rows]
        if given.nnz:
            found += self.times(given)
        return np.asarray(found[back * q + places % q])

    def times(self, matrix: Any) -> Array:
        """A sparse matrix (m, K) times the draws, (m, draws); only effects that it holds are drawn."""
        from scipy import sparse

        needed, at = np.unique(matrix.indices, return_inverse=True)
        shape = (matrix.shape[0], len(needed))
        return np.asarray(sparse.csr_array((matrix.data, at, matrix.indptr), shape=shape) @ self.at(needed))

    def window(self, draws: slice) -> EffectDraws:
        """The same with some of the draws."""
        some = {k: array[:, draws] for k, array in self.kept.items()}
        return replace(self, draws=self.draws[draws], kept=some)
