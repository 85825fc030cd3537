"""Where maximisation of generalised models begins: a fit without effects, then a few steps of EM.

The steps alternate between one step of penalised least squares for coefficients and effects together
(penalised quasi-likelihood, Breslow and Clayton 1993) and the covariances that the conditional moments
of the effects give.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.again import Earlier, begin, coefficients, coordinates, sd_of
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.glmm.bordered import Factored
from stanlevels.estimation.point.glmm.criterion import GlmmCriterion
from stanlevels.estimation.point.glmm.crossings import gather
from stanlevels.estimation.point.glmm.data import GlmmData
from stanlevels.gaussian.design import Factors

__all__ = ["Plain", "begun", "plain_fit", "start_of"]

_PLAIN_STEPS = 200
_EM_STEPS = 10
_FEWEST, _MOST = np.exp(-5.0), np.exp(23.0)  # dispersions to begin with
_LARGEST = 500.0  # predictor at which a fit without a maximum is given up


@dataclass(frozen=True, eq=False)
class Plain:
    """A fit without random effects.

    Attributes
    ----------
    eta : ndarray, (n,)
    beta : ndarray, (p,)
    settled : bool
        Whether the predictor stopped moving: else it runs off to infinity, or nearly.
    """

    eta: Array
    beta: Array
    settled: bool


def plain_fit(data: GlmmData, shape: float) -> Plain:
    """Coefficients without random effects, by iteratively reweighted least squares with step halving."""
    Q, R = np.linalg.qr(data.X)
    gamma = Q.T @ (data.start() - data.offset)
    at = _valued(data, Q, gamma, shape)
    settled = False
    for _ in range(_PLAIN_STEPS):
        weighted, slope = data.safe_weight(at.eta, shape)[:, None] * Q, data.first(at.eta, shape)
        if not (np.isfinite(weighted).all() and np.isfinite(slope).all()):
            break  # it runs off to where slopes are no numbers any more
        step = np.linalg.lstsq(Q.T @ weighted, Q.T @ slope, rcond=1e-14)[0]
        new = _halved(data, Q, at, step, shape)
        settled = new is None or float(np.abs(new.eta - at.eta).max(initial=0.0)) < 1e-6
        at = at if new is None else new
        if settled or np.abs(at.eta - data.offset).max(initial=0.0) > _LARGEST:
            break
    beta = np.linalg.solve(R, at.gamma) if len(at.gamma) else at.gamma
    return Plain(at.eta, beta, settled)


@dataclass(frozen=True, eq=False)
class _Valued:
    """Coefficients with their predictor and log likelihood."""

    gamma: Array
    eta: Array
    value: float


def _valued(data: GlmmData, Q: Array, gamma: Array, shape: float) -> _Valued:
    eta = data.offset + Q @ gamma
    with np.errstate(over="ignore", invalid="ignore"):
        return _Valued(gamma, eta, data.value(eta, shape))


def _halved(data: GlmmData, Q: Array, at: _Valued, step: Array, shape: float) -> _Valued | None:
    """A step that does not make things worse, where there is one."""
    size = 1.0
    for _ in range(30):
        new = _valued(data, Q, at.gamma + size * step, shape)
        if np.isfinite(new.value) and not new.value < at.value - 1e-12 * abs(at.value):
            return new
        size /= 2
    return None


def start_of(criterion: GlmmCriterion) -> Array:
    """A point to begin with."""
    data, layout = criterion.model.data, criterion.layout
    shape = criterion.model.fixed_shape
    plain = plain_fit(data, shape)
    if criterion.model.shape is not None:
        shape = _best_shape(data, plain.eta)
        plain = plain_fit(data, shape)
    x = np.array([c.start for c in layout.coordinates]) * criterion.units
    beta, eta = plain.beta, plain.eta
    v = np.zeros(data.Z.shape[1])
    for _ in range(_EM_STEPS if data.blocks else 0):
        factors = layout.factors(x, 1.0)
        try:
            factored, new_beta, new_v = _working_step(data, factors, eta, shape)
        except (FitError, np.linalg.LinAlgError):
            break
        new = data.offset + data.X @ new_beta + data.push(factors, new_v)
        if not np.all(np.isfinite(new)) or np.abs(new - data.offset).max(initial=0.0) > _LARGEST:
            break
        beta, v, eta = new_beta, new_v, new
        x = _updated(layout, x, _second_moments(data, factors, factored, v))
    return criterion.join(np.maximum(x, 1e-2 * criterion.units * criterion.bounded[: len(x)]), beta, shape)


def begun(criterion: GlmmCriterion, earlier: Earlier) -> Array:
    """A point to begin with after an earlier fit; what it does not tell is where it would be without."""
    model = criterion.model

    @cache
    def cold() -> Array:
        return start_of(criterion)

    beta = coefficients(model.predictor, model.basis, earlier, lambda: criterion.split(cold())[1])
    assert beta is not None  # the cold ones are there for it
    shape = model.fixed_shape if model.shape is None else sd_of(model.shape, earlier)
    if np.isnan(shape):
        shape = criterion.split(cold())[2]
    x = coordinates(criterion.layout, earlier)
    if np.isnan(x).any():
        x = np.where(np.isnan(x), criterion.split(cold())[0], x)
    point = criterion.join(x, beta, float(np.clip(shape, _FEWEST, _MOST)))
    return begin(point, point, criterion.bounded)


def _best_shape(data: GlmmData, eta: Array) -> float:
    """The dispersion that fits best without random effects."""
    from scipy import optimize

    found = optimize.minimize_scalar(
        lambda log_shape: -data.value(eta, float(np.exp(log_shape))),
        bounds=(-7.0, 25.0),
        method="bounded",
        options={"xatol": 0.05},
    )
    return float(np.exp(np.clip(found.x, -5.0, 23.0)))


def _working_step(
    data: GlmmData, factors: Factors, eta: Array, shape: float
) -> tuple[Factored, Array, Array]:
    """Coefficients and spherical effects of the working linear model at a predictor."""
    W = data.safe_weight(eta, shape)
    response = W * (eta - data.offset) + data.first(eta, shape)
    factored = data.system.factor(factors, W)
    weighted = W[:, None] * data.X
    border = gather(factors, data.blocks, np.asarray(data.transposed @ weighted))
    right = data.pull(factors, response)
    solved = factored.solve(border)
    beta = np.linalg.lstsq(
        data.X.T @ weighted - border.T @ solved, data.X.T @ response - solved.T @ right, rcond=None
    )[0]
    return factored, beta, factored.solve(right) - solved @ beta


def _second_moments(data: GlmmData, factors: Factors, factored: Factored, v: Array) -> list[Array]:
    """E[u u'] of a unit of every block."""
    own = {
        c.first: (c.rows, inverse)
        for c, inverse in zip(data.system.crossings, factored.inverse_entries, strict=True)
        if c.first == c.second
    }
    found = []
    for b, block in enumerate(data.blocks):
        low, high = data.offsets[b : b + 2]
        mean = v[low:high].reshape(block.units, block.width)
        rows, inverse = own.get(b, (np.zeros(0, dtype=int), np.zeros((0, block.width, block.width))))
        columns = next((c.columns for c in data.system.crossings if c.first == c.second == b), rows)
        total = mean.T @ mean + inverse[rows == columns].sum(axis=0)
        total = total + (block.units - int((rows == columns).sum())) * np.eye(block.width)
        found.append(factors[b] @ (total / block.units) @ factors[b].T)
    return found


def _updated(layout: Layout, x: Array, moments: list[Array]) -> Array:
    """Coordinates that give these covariances, where each has its own; correlations stay otherwise."""
    new = x.copy()
    roots = {}
    for b in np.flatnonzero(layout.free).tolist():
        jitter = np.diag(1e-8 * np.diagonal(moments[b]) + 1e-300)
        roots[b] = layout.unturned(b, np.linalg.cholesky(moments[b] + jitter))
    for k, c in enumerate(layout.coordinates):
        if c.block >= 0:
            new[k] = roots[c.block][c.i, c.j]
        elif c.root is not None:
            uses = [
                m[a, a]
                for effect, m in zip(layout.effects, moments, strict=True)
                for a in range(len(m))
                if effect.roots[a] == c.root
            ]
            new[k] = np.sqrt(np.mean(uses))
    return new
