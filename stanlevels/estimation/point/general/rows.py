"""Log densities of the rows of one line, with derivatives by its linear predictors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.general.series import Series

__all__ = ["Rows", "Third"]

_AT_ONCE = 400_000  # numbers of one coefficient of a series


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
        From the atoms, each (n, 1), as arrays or series, to the log density (n,).
    weights : ndarray, (n,)
        Frequencies of the rows.
    random : tuple of int
        Atoms in which random variables enter.
    units : ndarray, (atoms,)
        A step of ordinary size for each atom; directions are scaled by it.
    """

    name: str
    density: Callable[[Sequence[Any]], Any]
    weights: Array
    random: tuple[int, ...]
    units: Array

    def value(self, eta: Array) -> Array:
        """Log density of every row (n,) at atoms (atoms, n), as often as it counts."""
        with np.errstate(all="ignore"):
            return np.asarray(self.weights * self.density([e[:, None] for e in eta]))

    def along(self, eta: Array, directions: Array, order: int) -> list[Array]:
        """Taylor coefficients (directions, n) of the log density along directions (d, atoms[, n])."""
        n, d = eta.shape[1], len(directions)
        step = max(1, _AT_ONCE // max(n, 1))
        found = [self._along(eta, directions[i : i + step], order) for i in range(0, d, step)]
        return [np.concatenate(parts) for parts in zip(*found, strict=True)]

    def _along(self, eta: Array, directions: Array, order: int) -> list[Array]:
        if directions.ndim == 2:
            directions = directions[:, :, None]
        d, n = len(directions), eta.shape[1]
        still = [np.zeros((1, 1, 1))] * (order - 1)
        atoms = [Series([eta[a][:, None], directions[:, a, :, None], *still]) for a in range(len(eta))]
        with np.errstate(all="ignore"):
            found = self.density(atoms)
        parts = found.parts[1:] if isinstance(found, Series) else [np.zeros((1, 1))] * order
        return [self.weights * np.broadcast_to(part, (d, n)) for part in parts]

    def first(self, eta: Array) -> Array:
        """Derivatives by every atom, (atoms, n)."""
        (found,) = self.along(eta, np.diag(self.units), 1)
        return found / self.units[:, None]

    def curvature(self, eta: Array, chosen: Sequence[int]) -> tuple[Array, Array]:
        """First (c, n) and second (c, c, n) derivatives by some of the atoms."""
        c = len(chosen)
        pairs = [(i, j) for i in range(c) for j in range(i)]
        directions = np.zeros((c + len(pairs), len(eta)))
        for i, a in enumerate(chosen):
            directions[i, a] = self.units[a]
        for k, (i, j) in enumerate(pairs):
            directions[c + k] = directions[i] + directions[j]
        if not c:
            return np.zeros((0, eta.shape[1])), np.zeros((0, 0, eta.shape[1]))
        one, two = self.along(eta, directions, 2)
        second = np.empty((c, c, eta.shape[1]))
        for i in range(c):
            second[i, i] = 2 * two[i]
        for k, (i, j) in enumerate(pairs):
            second[i, j] = second[j, i] = two[c + k] - two[i] - two[j]
        u = self.units[list(chosen)]
        return one[:c] / u[:, None], second / (u[:, None, None] * u[None, :, None])

    def third(self, eta: Array, spread: Array) -> Third:
        """First, second, and third derivatives: the latter summed over pairs of random atoms.

        Parameters
        ----------
        eta : ndarray, (atoms, n)
        spread : ndarray, (n, r, r)
            Weights of the pairs of random atoms: their conditional covariances.
        """
        every, n = range(len(eta)), eta.shape[1]
        first, second = self.curvature(eta, every)
        random = list(self.random)
        curved = np.zeros((len(eta), n))
        u = self.units[random]
        values, vectors = np.linalg.eigh(spread / (u[:, None] * u[None, :]))
        for k in range(len(random)):
            along = np.zeros((len(eta), n))
            along[random] = u[:, None] * vectors[:, :, k].T
            curved += values[:, k] * self._mixed(eta, along)
        return Third(first, second[random], curved)

    def _mixed(self, eta: Array, w: Array) -> Array:
        """Derivatives by every atom of the second derivative along w, (atoms, n).

        From third derivatives along w + c, w - c and c: their combination leaves the mixed one.
        """
        m, n = eta.shape
        own = np.broadcast_to(np.diag(self.units)[:, :, None], (m, m, n))
        directions = np.concatenate([w + own, w - own, own])
        third = self.along(eta, directions, 3)[2]
        mixed = third[:m] - third[m : 2 * m] - 2 * third[2 * m :]
        return np.asarray(mixed / self.units[:, None])
