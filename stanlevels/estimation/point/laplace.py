"""The Laplace approximation to the marginal likelihood of generalised linear mixed models.

With spherical effects v, predictor ``eta = X b + Z T v + offset`` and W minus the second derivative of
the log density, ``-2 log L = 2 g(v^) + log|T'Z'WZT + I|`` where g is minus the log density of data and
v, and v^ minimises it (Bates et al. 2015; lme4's nAGQ=1). Adaptive Gauss-Hermite quadrature replaces
it where there is one scalar effect (Pinheiro and Bates 1995; nAGQ=k).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.family import Parameterization
from stanlevels.errors import FitError
from stanlevels.gaussian.design import Block, Factors
from stanlevels.gaussian.elimination import Elimination, Factor, eliminate

__all__ = ["GlmmData", "Mode", "Outcome", "approximate", "quadrature"]


_STEPS = 200


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
    def elimination(self) -> Elimination:
        """The order of elimination, from the pattern of Z'Z."""
        return eliminate((self.Z.T @ self.Z).tocsr(), self.blocks)

    @property
    def offsets(self) -> tuple[int, ...]:
        """First column of each block, and the number of columns."""
        return (0, *np.cumsum([block.size for block in self.blocks], dtype=int).tolist())

    @cached_property
    def frequencies(self) -> Array:
        """How often every row counts."""
        return np.concatenate([outcome.weights for outcome in self.outcomes])

    @property
    def latent_variance(self) -> float:
        """Of the latent variable behind the link; NaN where there is none."""
        return self.outcomes[0].form.latent_variance

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
        """Minus its second derivative, kept positive."""
        return np.maximum(-self._slopes(eta, shape, 2), 1e-300)

    def third(self, eta: Array, shape: float) -> Array:
        """Its third derivative."""
        return self._slopes(eta, shape, 3)

    def start(self) -> Array:
        """A predictor for every row, from its own data."""
        return np.concatenate([outcome.start() for outcome in self.outcomes])

    def _slopes(self, eta: Array, shape: float, order: int) -> Array:
        slopes = [o.slopes(e, shape, order) for o, e in self._parts(eta)]
        return np.asarray(self.frequencies * np.concatenate(slopes))

    def _parts(self, eta: Array) -> list[tuple[Outcome, Array]]:
        """Every outcome with its own predictors."""
        ends = np.cumsum([len(outcome.y) for outcome in self.outcomes])[:-1]
        return list(zip(self.outcomes, np.split(eta, ends), strict=True))


@dataclass(frozen=True, eq=False)
class Mode:
    """The mode of the effects at given parameters, and the approximation around it.

    Attributes
    ----------
    data : GlmmData
    T : sparse array, (K, K)
        Covariance factor of all effects.
    v : ndarray, (K,)
        Spherical effects at the mode.
    eta : ndarray, (n,)
    shape : float
    factor : Factor
        Of T'Z'WZT + I.
    penalised : float
        2 g(v^).
    """

    data: GlmmData
    T: Any
    v: Array
    eta: Array
    shape: float
    factor: Factor
    penalised: float

    @property
    def deviance(self) -> float:
        """Minus twice the approximate log likelihood."""
        return self.penalised + self.factor.log_determinant

    @cached_property
    def inverse(self) -> Any:
        """Entries of the inverse on the pattern of Z'Z."""
        return self.factor.inverse()

    def slopes(self) -> tuple[Array, Factors]:
        """Derivatives of `deviance` by the coefficients of X and by the entries of every T_b.

        The mode moves with the parameters, and W with the mode:
        ``M dv = dT'Z'l' - T'Z'W d(eta)``, ``d log|M| = 2 tr(M^-1 T'Z'WZ dT) + q d(eta)`` with
        ``q_i = -l'''_i [Z T M^-1 T'Z']_ii``.
        """
        d = self.data
        P = (d.Z @ self.T).tocsr()
        first, W = d.first(self.eta, self.shape), d.weight(self.eta, self.shape)
        leverage = np.asarray((P @ self.inverse).multiply(P).sum(axis=1)).ravel()
        q = -d.third(self.eta, self.shape) * leverage
        a = self.factor.solve((P.T @ q)[:, None])[:, 0]
        c = -2 * first + q - W * (P @ a)
        A = (d.Z.T @ d.Z.multiply(W[:, None])).tocsr()
        spread = (self.T @ self.inverse).T.tocsr()
        by_effect, by_score = d.Z.T @ c, d.Z.T @ first
        found = []
        for b, block in enumerate(d.blocks):
            low, high = d.offsets[b : b + 2]
            shape = (block.units, block.width)
            slope = by_effect[low:high].reshape(shape).T @ self.v[low:high].reshape(shape)
            slope = slope + by_score[low:high].reshape(shape).T @ a[low:high].reshape(shape)
            slope = slope + 2 * _diagonal_sums(A[low:high], spread[low:high], block.width)
            found.append(np.tril(slope))
        return np.asarray(d.X.T @ c), tuple(found)


def _diagonal_sums(A: Any, right: Any, q: int) -> Array:
    return np.array([[A[a::q].multiply(right[c::q]).sum() for c in range(q)] for a in range(q)])


def approximate(data: GlmmData, T: Any, beta: Array, shape: float = 1.0, start: Array | None = None) -> Mode:
    """Find the mode of the effects by Newton's method with step halving.

    Parameters
    ----------
    data : GlmmData
    T : sparse array, (K, K)
    beta : ndarray, (p,)
    shape : float
        Dispersion, for families that have one.
    start : ndarray, (K,), optional
        Spherical effects to begin with.

    Raises
    ------
    FitError
        If the mode is not found: the predictor runs off to infinity.
    """
    from scipy import sparse

    base = data.offset + data.X @ beta
    P = (data.Z @ T).tocsr()
    K = P.shape[1]
    eye = sparse.eye_array(K, format="csr")
    v = np.zeros(K) if start is None else start
    eta = base + P @ v
    penalised = float(v @ v) - 2 * data.value(eta, shape)
    if not np.isfinite(penalised):
        v, eta = np.zeros(K), base
        penalised = -2 * data.value(eta, shape)
    for _ in range(_STEPS):
        W = data.weight(eta, shape)
        factor = data.elimination.factor((P.T @ P.multiply(W[:, None]) + eye).tocsr())
        step = factor.solve((P.T @ data.first(eta, shape) - v)[:, None])[:, 0]
        v, eta, new = _halved(data, P, base, v, step, penalised, shape)
        gain, penalised = penalised - new, new
        if gain < 1e-12 * max(1.0, abs(penalised)) and np.abs(step).max(initial=0) < 1e-7:
            W = data.weight(eta, shape)
            factor = data.elimination.factor((P.T @ P.multiply(W[:, None]) + eye).tocsr())
            return Mode(data, T, v, eta, shape, factor, penalised)
    raise FitError(
        "the mode of the random variables was not found",
        expected="data that do not separate perfectly",
        way_out="use method='nuts', whose priors keep the predictor finite",
    )


def _halved(
    data: GlmmData, P: Any, base: Array, v: Array, step: Array, penalised: float, shape: float
) -> tuple[Array, Array, float]:
    """A step that does not make things worse."""
    size = 1.0
    for _ in range(40):
        trial = v + size * step
        eta = base + P @ trial
        with np.errstate(over="ignore", invalid="ignore"):
            new = float(trial @ trial) - 2 * data.value(eta, shape)
        if np.isfinite(new) and new <= penalised + 1e-12 * max(1.0, abs(penalised)):
            return trial, eta, new
        size /= 2
    return v, base + P @ v, penalised


def quadrature(mode: Mode, points: int) -> float:
    """Minus twice the log likelihood by adaptive Gauss-Hermite quadrature, for one scalar effect.

    Each unit's integral is taken at points spread around its mode by its own curvature; one point is
    the Laplace approximation.
    """
    d = mode.data
    nodes, weights = np.polynomial.hermite_e.hermegauss(points)
    width = np.sqrt(mode.inverse.diagonal())
    units = np.asarray(d.Z.tocsr().indices)
    P = (d.Z @ mode.T).tocsr()
    base = mode.eta - P @ mode.v
    logs = []
    for z, w in zip(nodes.tolist(), weights.tolist(), strict=True):
        v = mode.v + width * z
        rows = d.rows(base + P @ v, mode.shape)
        own = np.bincount(units, rows, len(v)) - v**2 / 2
        logs.append(own + np.log(w) + z**2 / 2 - np.log(2 * np.pi) / 2)
    total = np.logaddexp.reduce(np.array(logs), axis=0) + np.log(width)
    return float(-2 * total.sum())
