"""Gaussian processes: units at places, correlated by how far these lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.structure import Structure

__all__ = ["KERNELS", "field_of"]

KERNELS = {"gaussian": 0, "exponential": 1, "matern32": 3, "matern52": 5}
"""By name: twice the degree of smoothness, 0 for none that ends."""

_JITTER = 1e-8  # that Stan's function adds to the diagonal too


def _correlation(kind: int, d: Array) -> Array:
    if kind == 0:
        return np.asarray(np.exp(-np.square(d) / 2))
    if kind == 1:
        return np.asarray(np.exp(-d))
    s = np.sqrt(float(kind)) * d
    return np.asarray((1 + s + (np.square(s) / 3 if kind == 5 else 0)) * np.exp(-s))


@dataclass(frozen=True)
class _Field:
    kind: int
    names: tuple[str, ...]

    def _apart(self, one: dict[str, Any], other: dict[str, Any]) -> Array:
        """Distances between units, which no draw changes."""
        a, b = (
            np.stack([np.asarray(given[n])[0, 0, :, 0] for n in self.names], axis=1) for given in (one, other)
        )
        return np.asarray(np.sqrt(np.square(a[:, None] - b[None]).sum(axis=-1)))

    def _covariances(self, apart: Array, lengths: Array) -> Any:
        """Correlations at each distinct length, by its number, (units, units)."""
        return {float(x): _correlation(self.kind, apart / x) for x in np.unique(lengths)}

    def _roots(self, given: dict[str, Any]) -> tuple[Array, dict[float, Array]]:
        lengths = np.asarray(given["length"])[:, :, 0]
        apart = self._apart(given, given)
        ridge = _JITTER * np.eye(len(apart))
        found = self._covariances(apart, lengths)
        return lengths, {x: np.linalg.cholesky(K + ridge) for x, K in found.items()}

    def numbers(self, z: Array, _: None, **given: Any) -> Array:
        lengths, roots = self._roots(given)
        return _each(z, lengths, lambda x, own: roots[x] @ own)

    def standard(self, x: Array, _: None, **given: Any) -> Array:
        from scipy.linalg import solve_triangular

        lengths, roots = self._roots(given)
        return _each(x, lengths, lambda at, own: solve_triangular(roots[at], own, lower=True))

    def log_root(self, _: None, **given: Any) -> Array:
        lengths, roots = self._roots(given)
        logs = {x: np.log(np.diag(root)).sum() for x, root in roots.items()}
        return np.asarray(np.vectorize(lambda x: logs[float(x)], otypes=[float])(lengths))

    def variance(self, _: None, **given: Any) -> Array:
        return np.ones((1, 1))

    def given(
        self,
        rng: Generator | None,
        _: None,
        x: Array,
        other: None,
        before: Codes,
        here: dict[str, Any],
        there: dict[str, Any],
    ) -> Array:
        """Numbers of all units: known ones as they are, others from their normal distribution given these."""
        new = np.flatnonzero(before < 0)
        own = {n: np.asarray(here[n])[:, :, new] for n in self.names}
        lengths = np.asarray(there["length"])[:, :, 0]
        shape = np.broadcast_shapes(x.shape[:2], lengths.shape[:2])
        x = np.broadcast_to(x, (*shape, *x.shape[2:]))
        found = np.empty((*shape, len(before), x.shape[-1]))
        found[:, :, before >= 0] = x[:, :, before[before >= 0]]
        known = self._covariances(self._apart(there, there), lengths)
        cross = self._covariances(self._apart(own, there), lengths)
        alone = self._covariances(self._apart(own, own), lengths)
        ridge = _JITTER * np.eye(x.shape[2])
        parts: dict[float, tuple[Array, Array]] = {}
        for at, K in known.items():
            weights = np.linalg.solve(K + ridge, cross[at].T).T
            values, vectors = np.linalg.eigh(alone[at] - weights @ cross[at].T)
            parts[at] = weights, vectors * np.sqrt(np.maximum(values, 0))
        found[:, :, new] = _each(x, lengths, lambda at, own: parts[at][0] @ own)
        if rng is not None:
            z = rng.standard_normal((*shape, len(new), x.shape[-1]))
            found[:, :, new] += _each(z, lengths, lambda at, own: parts[at][1] @ own)
        return found


def _each(x: Array, lengths: Array, make: Any) -> Array:
    """Something of the numbers of each draw and component, by its length."""
    shape = np.broadcast_shapes(x.shape[:2], lengths.shape[:2])
    width = max(x.shape[-1], lengths.shape[-1])
    x = np.broadcast_to(x, (*shape, x.shape[2], width))
    lengths = np.broadcast_to(lengths, (*shape, width))
    found = None
    for c, d, k in np.ndindex(*shape, width):
        one = make(float(lengths[c, d, k]), x[c, d, :, k])
        if found is None:
            found = np.empty((*shape, len(one), width))
        found[c, d, :, k] = one
    return np.empty((*shape, 0, width)) if found is None else found


def field_of(kernel: str, names: tuple[str, ...]) -> Structure:
    """The structure of units whose places are arguments of these names."""
    made = _Field(KERNELS[kernel], names)
    return Structure(
        needs="",
        arguments=("length", *names),
        stan="placed",
        data=(),
        numbers=made.numbers,
        standard=made.standard,
        log_root=made.log_root,
        given=made.given,
        variance=made.variance,
        beside=names,
        settings=(KERNELS[kernel],),
        reach="length",
    )
