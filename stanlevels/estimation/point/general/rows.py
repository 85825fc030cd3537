"""Log densities of the rows of one line, with derivatives by its linear predictors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.general.jets import Jet, variable
from stanlevels.estimation.point.general.parts import Frame

__all__ = ["Rows", "Third"]


@dataclass(frozen=True, eq=False)
class Third:
    """What the gradient of an approximate log likelihood needs of the rows.

    Attributes
    ----------
    first : ndarray, (atoms, n)
        Derivatives of the log density.
    second : ndarray, (random atoms, atoms, n)
    curved : ndarray, (atoms, n)
        Derivatives by every atom of the second ones, summed with given weights.
    """

    first: Array
    second: Array
    curved: Array


@dataclass(frozen=True, eq=False)
class Rows:
    """A line with a density: n rows whose log densities depend on a few linear predictors.

    Attributes
    ----------
    name : str
    density : callable
        From the atoms, each (n, 1) or (1, 1), as arrays or with derivatives, to the log density (n,).
    weights : ndarray, (n,)
        Frequencies of the rows.
    random : tuple of int
        Atoms in which random variables enter.
    common : frozenset of int
        Atoms that are the same number in every row: what depends on these alone is computed once.
    """

    name: str
    density: Callable[[Sequence[Any]], Any]
    weights: Array
    random: tuple[int, ...]
    common: frozenset[int] = frozenset()

    def value(self, eta: Array) -> Array:
        """Log density of every row (n,) at atoms (atoms, n), as often as it counts."""
        with np.errstate(all="ignore"):
            return np.asarray(self.weights * self.density(self._atoms(eta)))

    def first(self, eta: Array) -> Array:
        """Derivatives by every atom, (atoms, n)."""
        every = range(len(eta))
        return self._stacked(self._jet(eta, every, Frame(1)).first, every)

    def curvature(self, eta: Array, chosen: Sequence[int]) -> tuple[Array, Array]:
        """First (c, n) and second (c, c, n) derivatives by some of the atoms."""
        found = self._jet(eta, chosen, Frame(2, frozenset(chosen)))
        return self._stacked(found.first, chosen), self._pairs(found, chosen, chosen)

    def third(self, eta: Array, spread: Array) -> Third:
        """First, second, and third derivatives: the latter summed over pairs of random atoms.

        Parameters
        ----------
        eta : ndarray, (atoms, n)
        spread : ndarray, (n, r, r)
            Weights of the pairs of random atoms: their conditional covariances.
        """
        every, random = range(len(eta)), self.random
        weights = {
            (a, b): spread[:, i, j] for i, a in enumerate(random) for j, b in enumerate(random) if a <= b
        }
        found = self._jet(eta, every, Frame(3, frozenset(random), weights))
        return Third(
            self._stacked(found.first, every),
            self._pairs(found, random, every),
            self._stacked(found.third, every),
        )

    def _atoms(self, eta: Array) -> list[Array]:
        return [e[:1, None] if a in self.common else e[:, None] for a, e in enumerate(eta)]

    def _jet(self, eta: Array, chosen: Iterable[int], frame: Frame) -> Jet:
        """The log density with derivatives by some atoms."""
        followed, atoms = set(chosen), self._atoms(eta)
        given: list[Any] = [variable(frame, a, e) if a in followed else e for a, e in enumerate(atoms)]
        with np.errstate(all="ignore"):
            found = self.density(given)
        return found if isinstance(found, Jet) else Jet(frame, np.asarray(found), {}, {}, {})

    def _stacked(self, parts: dict[int, Any], chosen: Sequence[int]) -> Array:
        found = np.zeros((len(chosen), len(self.weights)))
        for k, a in enumerate(chosen):
            if a in parts:
                found[k] = self.weights * parts[a]
        return found

    def _pairs(self, jet: Jet, left: Sequence[int], right: Sequence[int]) -> Array:
        found = np.zeros((len(left), len(right), len(self.weights)))
        for i, a in enumerate(left):
            for j, b in enumerate(right):
                part = jet.second.get((min(a, b), max(a, b)))
                if part is not None:
                    found[i, j] = self.weights * part
        return found
