"""The unknown standard deviations and correlations as one vector of coordinates.

Correlated components whose standard deviations and correlations serve nothing else are described by
the entries of their relative Cholesky factor, as lme4 does: correlations of 1 and variances of 0 are
then ordinary points. Anything else (standard deviations that are shared, known, or equal to the
residual one) has one coordinate per unknown number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.design import Factors
from stanlevels.linear.predictor import Effect
from stanlevels.linear.spreads import Root

__all__ = ["Coordinate", "Layout", "based", "layout", "scaled_layout", "triangular"]


_ALIKE = 1e-9  # share of a component that others leave of it, where they say the same
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
    bases : tuple of ndarray or None
        Of every block, what turns that factor into one of its components as they are written, where it is
        described in other ones: an intercept and a slope far from the middle of a covariate are nearly
        the same, and neither coordinates nor limits at 0 should depend on where a covariate has its 0.
    """

    effects: tuple[Effect, ...]
    noise: Root | None
    coordinates: tuple[Coordinate, ...]
    free: tuple[bool, ...]
    bases: tuple[Array | None, ...] = ()

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
            self.turned(b, self.entries(b, x)) if free else self._scaled(effect, x, sigma)
            for b, (effect, free) in enumerate(zip(self.effects, self.free, strict=True))
        )

    def entries(self, b: int, x: Array) -> Array:
        """The factor that describes a covariance of a block, in its own basis."""
        q = self.effects[b].block.width
        factor = np.zeros((q, q))
        for k, c in enumerate(self.coordinates):
            if c.block == b:
                factor[c.i, c.j] = x[k]
        return factor

    def basis(self, b: int) -> Array | None:
        """What turns the factor of a block into one of its components as they are written."""
        return self.bases[b] if self.bases else None

    def turned(self, b: int, entries: Array) -> Array:
        """The factor of the components as they are written, from one in the block's own basis."""
        basis = self.basis(b)
        return entries if basis is None else basis @ entries

    def unturned(self, b: int, factor: Array) -> Array:
        """The lower triangular factor in the block's own basis, from one of the components as written."""
        basis = self.basis(b)
        return triangular(factor if basis is None else np.linalg.solve(basis, factor))

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
            factor = self.entries(b, z)
            for j in range(q):
                if places[j, j] in zero and j + 1 < q:
                    factor[j + 1 :, j + 1 :] = triangular(factor[j + 1 :, j:])
                    factor[j + 1 :, j] = 0.0
                    zero |= {places[i, j] for i in range(j + 1, q)}
                    zero -= {places[i, i] for i in range(j + 1, q) if factor[i, i] > _NOTHING}
            factor[np.abs(factor) <= _NOTHING] = 0.0
            for (i, j), k in places.items():
                z[k] = factor[i, j]
        return z, zero

    def pull(self, x: Array, sigma: float, slopes: Factors) -> tuple[Array, float]:
        """Derivatives by the coordinates, and by sigma where it is a random effect's sd, from those by L.

        Where a block has a basis, `slopes` must hold those by all entries of L.
        """
        by_x, by_sigma = np.zeros(len(x)), 0.0
        for b, (effect, slope) in enumerate(zip(self.effects, slopes, strict=True)):
            if self.free[b]:
                basis = self.basis(b)
                own = slope if basis is None else basis.T @ slope
                for k, c in enumerate(self.coordinates):
                    if c.block == b:
                        by_x[k] += own[c.i, c.j]
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


def based(found: Layout, Z: Any, weights: Array) -> Layout:
    """The same with correlated components described in a basis that is orthogonal in the rows.

    Parameters
    ----------
    found : Layout
    Z : sparse array, (n, K)
        Columns of the blocks.
    weights : ndarray, (n,)
        How much rows count.
    """
    if not any(found.free):
        return found
    ends = np.cumsum([0, *(effect.block.size for effect in found.effects)])
    columns = Z.tocsc()
    bases = [
        _basis(columns[:, ends[b] : ends[b + 1]], effect.block.width, weights) if free else None
        for b, (effect, free) in enumerate(zip(found.effects, found.free, strict=True))
    ]
    return replace(found, bases=tuple(bases))


def _basis(Z: Any, width: int, weights: Array) -> Array | None:
    """The upper triangular K for which the components ``Z K`` are orthogonal, and 1 on average in square."""
    components = [np.asarray(Z[:, i::width].sum(axis=1)).ravel() for i in range(width)]
    R = np.asarray(np.linalg.qr(np.sqrt(weights)[:, None] * np.column_stack(components), mode="r"))
    diagonal = np.diagonal(R)
    if R.shape[0] < width or np.any(np.abs(diagonal) <= _ALIKE * np.linalg.norm(R, axis=0)):
        return None  # components that say the same
    return np.asarray(np.linalg.inv(R * np.sign(diagonal)[:, None]) * np.sqrt(weights.sum()))


def triangular(root: Array) -> Array:
    """The lower triangular root L, with no negative number on its diagonal, of ``root @ root.T``."""
    upper = np.linalg.qr(root.T)[1]
    found = upper.T * np.where(np.diagonal(upper) < 0, -1.0, 1.0)
    size = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(np.where(np.abs(found) > 1e-12 * size, found, 0.0))


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
