"""The unknown standard deviations and correlations as one vector of coordinates.

Correlated components whose standard deviations and correlations serve nothing else are described by
the entries of their relative Cholesky factor, as lme4 does: correlations of 1 and variances of 0 are
then ordinary points. Anything else (standard deviations that are shared, known, or equal to the
residual one) has one coordinate per unknown number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.design import Factors
from stanlevels.linear.predictor import Effect
from stanlevels.linear.spreads import Root

__all__ = ["Coordinate", "Layout", "layout", "scaled_layout"]


_NOTHING = 1e-6  # in ordinary units: an entry of a factor that is 0 but for rounding


@dataclass(frozen=True)
class Coordinate:
    """One number of theta, the covariance parameters.

    It is one of three: the standard deviation `root`; the entry L[i, j] of the relative covariance
    factor of block `block`, where Sigma = sigma^2 L L'; or z[i, j], from which row i of the Cholesky
    factor R of the correlation `corr` follows: ``R[i] = (z[i, 0], ..., z[i, i - 1], 1) / |...|``.
    """

    root: Root | None = None
    block: int = -1
    corr: str = ""
    i: int = 0
    j: int = 0

    @property
    def bounded(self) -> bool:
        """Whether it cannot be negative."""
        return self.root is not None or (self.block >= 0 and self.i == self.j)

    @property
    def start(self) -> float:
        """Where maximisation begins, in units of the residual standard deviation."""
        return 1.0 if self.bounded else 0.0

    @property
    def scales(self) -> bool:
        """Whether it is in units of the outcome."""
        return not self.corr


@dataclass(frozen=True, eq=False)
class Layout:
    """The coordinates of a model's covariances.

    Attributes
    ----------
    effects : tuple of Effect
    noise : Root or None
    coordinates : tuple of Coordinate
    free : tuple of bool
        Which blocks are described by the entries of their factor.
    """

    effects: tuple[Effect, ...]
    noise: Root | None
    coordinates: tuple[Coordinate, ...]
    free: tuple[bool, ...]

    @property
    def relative(self) -> bool:
        """Whether all standard deviations scale with the residual one, which can then be profiled."""
        if self.noise is None:
            return False
        return all(free or None not in e.roots for e, free in zip(self.effects, self.free, strict=True))

    def position(self, **wanted: Any) -> int:
        """The place of a coordinate."""
        return self.coordinates.index(Coordinate(**wanted))

    def factors(self, x: Array, sigma: float) -> Factors:
        """L_b of every block at coordinates x in absolute units (sigma=1 for relative ones)."""
        return tuple(
            self._entries(b, x) if free else self._scaled(effect, x, sigma)
            for b, (effect, free) in enumerate(zip(self.effects, self.free, strict=True))
        )

    def _entries(self, b: int, x: Array) -> Array:
        q = self.effects[b].block.width
        factor = np.zeros((q, q))
        for k, c in enumerate(self.coordinates):
            if c.block == b:
                factor[c.i, c.j] = x[k]
        return factor

    def _scaled(self, effect: Effect, x: Array, sigma: float) -> Array:
        sds = self.sds(effect, x, sigma)
        root = self.correlation_root(effect, x)
        return np.asarray(sds[:, None] * root)

    def sds(self, effect: Effect, x: Array, sigma: float) -> Array:
        """Standard deviations of the components of an effect that has coordinates for them."""
        return np.array([self._sd(root, x, sigma) for root in effect.roots])

    def _sd(self, root: Root | None, x: Array, sigma: float) -> float:
        if root is None:
            return 1.0
        return sigma if root == self.noise else float(x[self.position(root=root)])

    def correlation_root(self, effect: Effect, x: Array) -> Array:
        """The Cholesky factor R of the correlations: row i is ``(z[i], 1) / |(z[i], 1)|``."""
        q = effect.block.width
        root = np.eye(q)
        if effect.corr:
            for k, c in enumerate(self.coordinates):
                if c.corr == effect.corr:
                    root[c.i, c.j] = x[k]
            root /= np.linalg.norm(root, axis=1, keepdims=True)
        return root

    def settled(self, z: Array, zero: set[int]) -> tuple[Array, set[int]]:
        """The same covariances with nothing below a diagonal entry of 0, in a factor that has one.

        Only what such a column adds to the rows below counts, and the later columns can take it. Factors
        may be in any units that rows have.

        Parameters
        ----------
        z : ndarray
        zero : set of int
            Coordinates that are exactly 0.

        Returns
        -------
        z, zero
        """
        z, zero = z.copy(), set(zero)
        for b, effect in enumerate(self.effects):
            places = {(c.i, c.j): k for k, c in enumerate(self.coordinates) if c.block == b}
            q = effect.block.width
            if not self.free[b] or not zero & {places[j, j] for j in range(q)}:
                continue
            factor = self._entries(b, z)
            for j in range(q):
                if places[j, j] in zero and j + 1 < q:
                    upper = np.linalg.qr(factor[j + 1 :, j:].T)[1]
                    factor[j + 1 :, j + 1 :] = upper.T * np.where(np.diagonal(upper) < 0, -1.0, 1.0)
                    factor[j + 1 :, j] = 0.0
                    zero |= {places[i, j] for i in range(j + 1, q)}
                    zero -= {places[i, i] for i in range(j + 1, q) if factor[i, i] > _NOTHING}
            factor[np.abs(factor) <= _NOTHING] = 0.0
            for (i, j), k in places.items():
                z[k] = factor[i, j]
        return z, zero

    def pull(self, x: Array, sigma: float, slopes: Factors) -> tuple[Array, float]:
        """Derivatives by the coordinates, and by sigma where it is a random effect's sd, from those by L."""
        by_x, by_sigma = np.zeros(len(x)), 0.0
        for b, (effect, slope) in enumerate(zip(self.effects, slopes, strict=True)):
            if self.free[b]:
                for k, c in enumerate(self.coordinates):
                    if c.block == b:
                        by_x[k] += slope[c.i, c.j]
                continue
            root = self.correlation_root(effect, x)
            for a, by_sd in enumerate((slope * root).sum(axis=1).tolist()):
                if effect.roots[a] == self.noise and self.noise is not None:
                    by_sigma += by_sd
                elif effect.roots[a] is not None:
                    by_x[self.position(root=effect.roots[a])] += by_sd
            if effect.corr:
                by_x += self._by_correlations(effect, x, sigma, slope, root)
        return by_x, by_sigma

    def _by_correlations(self, effect: Effect, x: Array, sigma: float, slope: Array, root: Array) -> Array:
        """The chain rule through ``r = v / |v|`` with v = (z, 1): ``dr/dv = (I - r r') / |v|``.

        As the last entry of v is 1, ``1 / |v|`` is the diagonal entry R[i, i].
        """
        found = np.zeros(len(x))
        by_root = self.sds(effect, x, sigma)[:, None] * slope
        by_root -= (by_root * root).sum(axis=1, keepdims=True) * root
        for k, c in enumerate(self.coordinates):
            if c.corr == effect.corr:
                found[k] = by_root[c.i, c.j] * root[c.i, c.i]
        return found


def layout(effects: tuple[Effect, ...], noise: Root | None) -> Layout:
    """Choose coordinates."""
    return _laid_out(effects, noise, tuple(_is_free(effect, effects, noise) for effect in effects))


def scaled_layout(effects: tuple[Effect, ...], noise: Root | None) -> Layout:
    """Coordinates in which every standard deviation and correlation is one of them."""
    return _laid_out(effects, noise, (False,) * len(effects))


def _laid_out(effects: tuple[Effect, ...], noise: Root | None, free: tuple[bool, ...]) -> Layout:
    coordinates: dict[Coordinate, None] = {}
    for b, effect in enumerate(effects):
        q = effect.block.width
        if free[b]:
            entries = [Coordinate(block=b, i=i, j=j) for i in range(q) for j in range(i + 1)]
            coordinates |= dict.fromkeys(entries)
            continue
        roots = [root for root in effect.roots if root is not None and root != noise]
        coordinates |= dict.fromkeys(Coordinate(root=root) for root in roots)
        if effect.corr:
            turns = [Coordinate(corr=effect.corr, i=i, j=j) for i in range(1, q) for j in range(i)]
            coordinates |= dict.fromkeys(turns)
    return Layout(effects, noise, tuple(coordinates), free)


def _is_free(effect: Effect, effects: tuple[Effect, ...], noise: Root | None) -> bool:
    """Whether standard deviations and correlations of a block are its own."""
    if not effect.corr:
        return False
    others = [root for other in effects if other is not effect for root in other.roots]
    own = set(effect.roots)
    alone = len(own) == len(effect.roots) and None not in own and noise not in own
    return alone and not own & set(others) and all(e.corr != effect.corr for e in effects if e is not effect)
