"""The Laplace approximation to the marginal likelihood of generalised linear mixed models.

With spherical effects v, predictor ``eta = X b + Z T v + offset`` and W minus the second derivative of
the log density, ``-2 log L = 2 g(v^) + log|T'Z'WZT + I|`` where g is minus the log density of data and
v, and v^ minimises it (Bates et al. 2015; lme4's nAGQ=1). Adaptive Gauss-Hermite quadrature replaces
it where there is one scalar effect (Pinheiro and Bates 1995; nAGQ=k).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.glmm.bordered import Factored
from stanlevels.estimation.point.glmm.data import GlmmData
from stanlevels.gaussian.design import Factors

__all__ = ["Mode", "approximate", "quadrature"]


_STEPS = 100
_EXACT = 1e-9  # a step of the spherical effects after which nothing changes
_NO_GAIN = 1e-19  # and what it would gain, which bounds the error of the gradient
_SMALL = 1e-4  # one that needs no comparison of values, which rounding may spoil


@dataclass(frozen=True, eq=False)
class Mode:
    """The mode of the effects at given parameters, and the approximation around it.

    Attributes
    ----------
    data : GlmmData
    factors : tuple of ndarray
        Covariance factor L_b of every block.
    beta : ndarray, (p,)
    v : ndarray, (K,)
        Spherical effects at the mode.
    eta : ndarray, (n,)
    shape : float
    factor : Factored
        Of T'Z'WZT + I.
    penalised : float
        2 g(v^).
    """

    data: GlmmData
    factors: Factors
    beta: Array
    v: Array
    eta: Array
    shape: float
    factor: Factored
    penalised: float

    @property
    def deviance(self) -> float:
        """Minus twice the approximate log likelihood."""
        return self.penalised + self.factor.log_determinant

    @cached_property
    def leverage(self) -> Array:
        """[Z T M^-1 T'Z']_ii of every row."""
        total = np.zeros(len(self.eta))
        for c, inverse in zip(self.data.system.crossings, self.factor.inverse_entries, strict=True):
            total += c.to_rows(_between(self.factors[c.first], inverse, self.factors[c.second].T))
        return total

    @cached_property
    def _turn(self) -> tuple[Array, Array]:
        """Of M a = T'Z'q the solution a, with ``q_i = -l'''_i [Z T M^-1 T'Z']_ii``, and q."""
        q = -self.data.third(self.eta, self.shape) * self.leverage
        return self.factor.solve(self.data.pull(self.factors, q)), q

    def slopes(self) -> tuple[Array, Factors]:
        """Derivatives of `deviance` by the coefficients of X and by the entries of every T_b.

        The mode moves with the parameters, and W with the mode:
        ``M dv = dT'Z'l' - T'Z'W d(eta)``, ``d log|M| = 2 tr(M^-1 T'Z'WZ dT) + q d(eta)``.
        """
        d = self.data
        first, W = d.first(self.eta, self.shape), d.weight(self.eta, self.shape)
        a, q = self._turn
        c = -2 * first + q - W * d.push(self.factors, a)
        by_effect, by_score = d.transposed @ c, d.transposed @ first
        determinant = self._determinant_slopes()
        found = []
        for b, block in enumerate(d.blocks):
            low, high = d.offsets[b : b + 2]
            shape = (block.units, block.width)
            slope = by_effect[low:high].reshape(shape).T @ self.v[low:high].reshape(shape)
            slope = slope + by_score[low:high].reshape(shape).T @ a[low:high].reshape(shape)
            found.append(slope + 2 * determinant[b])
        return np.asarray(d.X.T @ c), tuple(found)

    def _determinant_slopes(self) -> list[Array]:
        """Sums over units of the diagonal blocks of Z'WZ T M^-1, by block."""
        found = [np.zeros((block.width, block.width)) for block in self.data.blocks]
        parts = zip(self.data.system.crossings, self.factor.A, self.factor.inverse_entries, strict=True)
        for c, A, inverse in parts:
            found[c.first] += np.tensordot(A @ self.factors[c.second], inverse, ([0, 2], [0, 2]))
            if c.first != c.second:
                turned = A.transpose(0, 2, 1) @ self.factors[c.first]
                found[c.second] += np.tensordot(turned, inverse, ([0, 2], [0, 1]))
        return found

    def shape_slope(self) -> float:
        """Derivative of `deviance` by the log of the dispersion."""
        d = self.data
        a, _ = self._turn

        def of_rows(log_shape: float) -> Array:
            shape = float(np.exp(log_shape))
            return np.stack([d.rows(self.eta, shape), d.first(self.eta, shape), d.weight(self.eta, shape)])

        by_value, by_first, by_weight = _slope(of_rows, float(np.log(self.shape)))
        moved = d.push(self.factors, a)
        return float(np.sum(-2 * by_value + self.leverage * by_weight + moved * by_first))


def _between(left: Array, middle: Array, right: Array) -> Array:
    if middle.shape[1:] == (1, 1):
        return np.asarray(left[0, 0] * right[0, 0] * middle)
    return np.asarray(left @ middle @ right)


def _slope(function: Callable[[float], Array], x: float, h: float = 3e-3) -> Array:
    """The derivative by central differences of the fourth order."""
    near = function(x + h) - function(x - h)
    far = function(x + 2 * h) - function(x - 2 * h)
    return np.asarray((8 * near - far) / (12 * h))


def approximate(
    data: GlmmData, factors: Factors, beta: Array, shape: float = 1.0, start: Array | None = None
) -> Mode:
    """Find the mode of the effects by Newton's method with step halving.

    Parameters
    ----------
    data : GlmmData
    factors : tuple of ndarray
        Covariance factor L_b of every block.
    beta : ndarray, (p,)
    shape : float
        Dispersion, for families that have one.
    start : ndarray, (K,), optional
        Spherical effects to begin with; without them the better of zero and what one step of least
        squares makes of every row's own predictor.

    Raises
    ------
    FitError
        If the mode is not found: the predictor runs off to infinity.
    """
    base = data.offset + data.X @ beta
    search = _Search(data, factors, base, shape)
    at, before = search.first(start), np.inf
    for _ in range(_STEPS):
        factor, proper = _factored(data, factors, data.weight(at.eta, shape))
        slope = data.pull(factors, data.first(at.eta, shape)) - at.v
        step = factor.solve(slope)
        size = float(np.abs(step).max(initial=0.0)) / max(1.0, float(np.abs(at.v).max(initial=0.0)))
        exact = size < _EXACT and step @ slope < _NO_GAIN
        if exact and not proper:
            break
        if exact or (proper and size < _SMALL and size > before / 4):  # no better, because of rounding
            return Mode(data, factors, beta, at.v, at.eta, shape, factor, at.penalised)
        found = search.at(at.v + step) if size < _SMALL else search.halved(at, step)
        if found is None or not np.isfinite(found.penalised):
            break
        at, before = found, size if size < _SMALL else np.inf
    raise FitError(
        "the mode of the random variables was not found",
        expected="a predictor within reach: no huge offsets, no outcome or covariate far from all others",
        way_out="look at the largest of them, or use method='nuts', whose priors keep the predictor finite",
    )


def _factored(data: GlmmData, factors: Factors, weight: Array) -> tuple[Factored, bool]:
    """M, or that of positive weights alone where densities that are not log-concave leave no M; which."""
    if np.all(weight >= 0):
        return data.system.factor(factors, weight), True
    try:
        return data.system.factor(factors, weight), True
    except FitError:
        return data.system.factor(factors, np.maximum(weight, 0.0)), False


@dataclass(frozen=True, eq=False)
class _Point:
    """Spherical effects, the predictor there, and twice g."""

    v: Array
    eta: Array
    penalised: float


@dataclass(frozen=True, eq=False)
class _Search:
    """Twice g, and steps that make it smaller."""

    data: GlmmData
    factors: Factors
    base: Array
    shape: float

    def at(self, v: Array) -> _Point:
        """A point with its value."""
        eta = self.base + self.data.push(self.factors, v)
        with np.errstate(over="ignore", invalid="ignore"):
            return _Point(v, eta, float(v @ v) - 2 * self.data.value(eta, self.shape))

    def first(self, start: Array | None) -> _Point:
        """Where to begin."""
        if start is not None:
            found = self.at(start)
            if np.isfinite(found.penalised):
                return found
        zero = self.at(np.zeros(self.data.Z.shape[1]))
        working = self._working() if self.data.blocks else None
        if working is None or not working.penalised < zero.penalised:
            return zero
        return working

    def _working(self) -> _Point | None:
        """One step of penalised least squares from every row's own predictor."""
        d = self.data
        eta = d.start()
        W = d.safe_weight(eta, self.shape)
        response = W * (eta - self.base) + d.first(eta, self.shape)
        try:
            return self.at(d.system.factor(self.factors, W).solve(d.pull(self.factors, response)))
        except FitError:
            return None

    def halved(self, at: _Point, step: Array) -> _Point | None:
        """A step that does not make things worse, where there is one."""
        size = 1.0
        for _ in range(40):
            found = self.at(at.v + size * step)
            if found.penalised <= at.penalised + 1e-14 * max(1.0, abs(at.penalised)):
                return found
            size /= 2
        return None


def quadrature(mode: Mode, points: int) -> float:
    """Minus twice the log likelihood by adaptive Gauss-Hermite quadrature, for one scalar effect.

    Each unit's integral is taken at points spread around its mode by its own curvature; one point is
    the Laplace approximation.
    """
    d = mode.data
    nodes, weights = np.polynomial.hermite_e.hermegauss(points)
    own = next(c for c in d.system.crossings if c.first == c.second == 0)
    width = np.ones(len(mode.v))
    width[own.rows] = np.sqrt(mode.factor.inverse_entries[d.system.crossings.index(own)][:, 0, 0])
    units = np.asarray(d.Z.tocsr().indices)
    base = d.offset + d.X @ mode.beta
    logs = []
    for z, w in zip(nodes.tolist(), weights.tolist(), strict=True):
        v = mode.v + width * z
        rows = d.rows(base + d.push(mode.factors, v), mode.shape)
        total = np.bincount(units, rows, len(v)) - v**2 / 2
        logs.append(total + np.log(w) + z**2 / 2 - np.log(2 * np.pi) / 2)
    sums = np.logaddexp.reduce(np.array(logs), axis=0) + np.log(width)
    return float(-2 * sums.sum())
