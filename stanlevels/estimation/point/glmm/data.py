"""The data of a generalised linear mixed model: outcomes, columns, and the pattern of the effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.family import Parameterization
from stanlevels.estimation.point.glmm.bordered import System, system
from stanlevels.estimation.point.glmm.crossings import gather, spread
from stanlevels.gaussian.design import Block, Factors

__all__ = ["GlmmData", "Outcome"]


@dataclass(frozen=True, eq=False)
class Outcome:
    """One line with data: how its distribution depends on the predictor, and what was observed.

    Attributes
    ----------
    form : Parameterization
        With derivatives by its location, which is the predictor.
    y : ndarray, (n,)
    known : mapping of str to ndarray, (n,)
        Arguments that are data, such as numbers of trials.
    weights : ndarray, (n,)
        Frequencies of the rows.
    """

    form: Parameterization
    y: Array
    known: Mapping[str, Array]
    weights: Array

    def log_density(self, eta: Array, shape: float) -> Array:
        """Of every row, once."""
        return self.form.log_density(self.y, self._arguments(eta, shape))

    def slopes(self, eta: Array, shape: float, order: int) -> Array:
        """Derivative number `order` by the predictor, of every row, once."""
        return self.form.slopes(self.y, self._arguments(eta, shape), order)

    def start(self) -> Array:
        """A predictor for every row, from its own data."""
        assert self.form.likelihood is not None
        return np.asarray(self.form.likelihood.start(self.y, **self.known))

    def only(self, kept: Array) -> Outcome:
        """The same of some rows."""
        known = {name: values[kept] for name, values in self.known.items()}
        return Outcome(self.form, self.y[kept], known, self.weights[kept])

    def _arguments(self, eta: Array, shape: float) -> dict[str, Any]:
        assert self.form.likelihood is not None
        dispersion = self.form.likelihood.dispersion
        return {**self.known, self.form.location: eta, **({dispersion: shape} if dispersion else {})}


@dataclass(frozen=True, eq=False)
class GlmmData:
    """The data of a generalised linear mixed model.

    Attributes
    ----------
    outcomes : tuple of Outcome
        Whose rows follow one another.
    offset : ndarray, (n,)
    X : ndarray, (n, p)
    Z : sparse array, (n, K)
    blocks : tuple of Block
    """

    outcomes: tuple[Outcome, ...]
    offset: Array
    X: Array
    Z: Any
    blocks: tuple[Block, ...]

    @cached_property
    def system(self) -> System:
        """How M = T'Z'WZT + I is factored, from the pattern of Z."""
        return system(self.Z, self.blocks)

    @cached_property
    def transposed(self) -> Any:
        """Z', sparse (K, n)."""
        return self.Z.T.tocsr()

    @property
    def offsets(self) -> tuple[int, ...]:
        """First column of each block, and the number of columns."""
        return (0, *np.cumsum([block.size for block in self.blocks], dtype=int).tolist())

    @cached_property
    def frequencies(self) -> Array:
        """How often every row counts."""
        return np.concatenate([outcome.weights for outcome in self.outcomes])

    def rows(self, eta: Array, shape: float) -> Array:
        """Log density of every row, as often as it counts."""
        rows = [outcome.log_density(part, shape) for outcome, part in self._parts(eta)]
        return np.asarray(self.frequencies * np.concatenate(rows))

    def value(self, eta: Array, shape: float) -> float:
        """Log density of the data."""
        return float(np.sum(self.rows(eta, shape)))

    def first(self, eta: Array, shape: float) -> Array:
        """Its derivative by every predictor."""
        return self._slopes(eta, shape, 1)

    def weight(self, eta: Array, shape: float) -> Array:
        """Minus its second derivative; below 0 where a density is not log-concave."""
        return -self._slopes(eta, shape, 2)

    def safe_weight(self, eta: Array, shape: float) -> Array:
        """The same, kept positive: what a step of least squares takes."""
        return np.maximum(self.weight(eta, shape), 1e-300)

    def third(self, eta: Array, shape: float) -> Array:
        """Its third derivative."""
        return self._slopes(eta, shape, 3)

    def start(self) -> Array:
        """A predictor for every row, from its own data."""
        return np.concatenate([outcome.start() for outcome in self.outcomes])

    def push(self, factors: Factors, v: Array) -> Array:
        """Z T v, (n,)."""
        return np.asarray(self.Z @ spread(factors, self.blocks, v))

    def pull(self, factors: Factors, rows: Array) -> Array:
        """T'Z' times rows, (K,)."""
        return gather(factors, self.blocks, self.transposed @ rows)

    def only(self, rows: Array, columns: Array) -> GlmmData:
        """The same of some rows and some columns of X; rows (n,) are of type bool."""
        parts = [outcome.only(kept) for outcome, kept in self._parts(rows)]
        Z = self.Z.tocsr()[np.flatnonzero(rows)]
        return GlmmData(tuple(parts), self.offset[rows], self.X[rows][:, columns], Z, self.blocks)

    def _slopes(self, eta: Array, shape: float, order: int) -> Array:
        slopes = [o.slopes(e, shape, order) for o, e in self._parts(eta)]
        return np.asarray(self.frequencies * np.concatenate(slopes))

    def _parts(self, eta: Array) -> list[tuple[Outcome, Array]]:
        """Every outcome with its own predictors."""
        ends = np.cumsum([len(outcome.y) for outcome in self.outcomes])[:-1]
        return list(zip(self.outcomes, np.split(eta, ends), strict=True))
