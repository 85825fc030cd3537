"""Posterior means and sds of declared quantities, by numbers from the program's own log density.

The mode and the curvature there give a multivariate t distribution, and importance sampling from it the
posterior; the effective sample size says whether that can be trusted. Where a model has many unknowns
in which its log density is quadratic (coefficients and effects of a Gaussian model, given its standard
deviations), these are integrated out exactly first, and then drawn given the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special

from stanlevels.bound_model import BoundModel
from tests.parity.harness import build

Array = np.ndarray[Any, Any]

DRAWS = 4000
FEWER_DRAWS = 600  # where each takes an integral
FREEDOM = 7.0  # of the t distribution
FEW = 8  # quadratic unknowns that are not worth integrating out
LEAST_ESS = 300.0


@dataclass(frozen=True)
class Posterior:
    """Means and sds of every quantity, and how many independent draws they are worth."""

    mean: dict[str, Array]
    sd: dict[str, Array]
    ess: float


def posterior(bound: BoundModel, seed: int = 1) -> Posterior:
    """The posterior of every quantity whose name is its name in Stan."""
    density = Density(build(bound.stan_code, bound.stan_data))
    rng = np.random.default_rng(seed)
    linear = density.quadratic()
    if linear.sum() <= FEW:
        points, log_weights = _from_the_mode(density, rng)
    else:
        points, log_weights = _integrated(Marginal(density, linear), rng)
    weights = special.softmax(log_weights)
    ess = float(1 / np.sum(weights**2))
    assert ess > LEAST_ESS, f"importance sampling is worth {ess:.0f} draws of {len(points)}"
    quantities = density.quantities(points)
    mean = {name: np.tensordot(weights, x, 1) for name, x in quantities.items()}
    sd = {name: np.sqrt(np.tensordot(weights, (x - mean[name]) ** 2, 1)) for name, x in quantities.items()}
    return Posterior(mean, sd, ess)


class Density:
    """A program's log density on the unconstrained scale."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.size = int(model.n_unconstrained)

    def __call__(self, q: Array) -> tuple[float, Array]:
        """Value and gradient; minus infinity where a distribution refuses its arguments."""
        try:
            value, gradient = self.model.log_prob_grad(np.ascontiguousarray(q))
        except RuntimeError:
            return -np.inf, np.zeros(self.size)
        return (float(value), np.asarray(gradient)) if np.isfinite(value) else (-np.inf, np.zeros(self.size))

    def hessian(self, q: Array, step: Array) -> Array:
        """Central differences of the gradient."""
        rows = [
            (self(q + h * e)[1] - self(q - h * e)[1]) / (2 * h)
            for h, e in zip(step, np.eye(self.size), strict=True)
        ]
        found = np.array(rows).reshape(self.size, self.size)
        return (found + found.T) / 2

    def curvature(self, q: Array, step: Array) -> tuple[Array, Array]:
        """The Hessian, and steps that are a thousandth of the width of the density."""
        for _ in range(2):
            found = self.hessian(q, step)
            width = np.abs(np.diag(found))
            step = np.where(width > 0, 1e-3 / np.sqrt(np.where(width > 0, width, 1)), step)
        return found, step

    def quadratic(self) -> Array:
        """Unknowns along which the gradient is a straight line."""
        rng = np.random.default_rng(0)
        found = np.ones(self.size, dtype=bool)
        for _ in range(3):
            q = 0.3 * rng.standard_normal(self.size)
            middle = self(q)[1]
            for k, e in enumerate(np.eye(self.size)):
                above, below = self(q + 0.5 * e)[1][k], self(q - 0.5 * e)[1][k]
                bend = abs(above - 2 * middle[k] + below)
                found[k] &= bend <= 1e-6 * max(abs(above - below), 1e-9 * abs(middle[k]))
        return found

    def quantities(self, points: Array) -> dict[str, Array]:
        """Everything a draw holds: chains of one step of no length that start at the points."""
        found = [self._echo(points[k : k + 1000]) for k in range(0, len(points), 1000)]
        return {name: np.concatenate([part[name] for part in found]) for name in found[0]}

    def _echo(self, points: Array) -> dict[str, Array]:
        fit = self.model.sample(
            chains=len(points), warmup=0, samples=1, max_depth=1, inits=np.ascontiguousarray(points),
            parallel_chains=1, refresh=0, metric="unit_e", step_size=1e-200, adapt_engaged=False,
        )  # fmt: skip
        return {name: np.asarray(fit.draws(name))[:, 0] for name in fit.variables}


def _root(precision: Array) -> Array:
    """A matrix R with R R' the inverse, by way of unit diagonals so that scales do no harm."""
    scale = 1 / np.sqrt(np.abs(np.diag(precision)))
    scaled = precision * np.outer(scale, scale)
    try:
        return scale[:, None] * np.linalg.inv(np.linalg.cholesky(scaled)).T
    except np.linalg.LinAlgError:  # on the way to a mode: along the directions that curve upwards too
        values, vectors = np.linalg.eigh(scaled)
        values = np.maximum(np.abs(values), 1e-12 * np.abs(values).max())
        return scale[:, None] * vectors / np.sqrt(values)


def _from_the_mode(density: Density, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draws about the mode, with the logs of their weights."""
    mode, root = _mode(density)
    t, log_q = _t_draws(rng, density.size, DRAWS)
    points = mode + t @ root.T
    return points, np.array([density(q)[0] for q in points]) - log_q


def _mode(density: Density) -> tuple[Array, Array]:
    """The mode by Newton's method, every step as long as it climbs; and a root of the covariance there."""
    q, step = np.zeros(density.size), np.full(density.size, 1e-9)
    value, gradient = density(q)
    for _ in range(500):
        hessian, step = density.curvature(q, step)
        root = _root(-hessian)
        move = root @ (root.T @ gradient)
        gain = float(gradient @ move)
        if gain < 1e-8:
            return q, root
        for halvings in range(60):
            new = q + move / 2**halvings
            at, slope = density(new)
            if at > value:
                break
        else:
            assert gain < 1e-3, f"Newton's method stopped with {gain:.3g} to gain"
            return q, root
        q, value, gradient = new, at, slope
    raise AssertionError("Newton's method did not reach a mode")


def _t_draws(rng: np.random.Generator, size: int, draws: int) -> tuple[Array, Array]:
    """Standard multivariate t, with its log density up to a constant."""
    z = rng.standard_normal((draws, size)) / np.sqrt(rng.chisquare(FREEDOM, draws) / FREEDOM)[:, None]
    return z, -(FREEDOM + size) / 2 * np.log1p(np.square(z).sum(axis=1) / FREEDOM)


# --- quadratic unknowns integrated out --------------------------------------------------------


class Marginal:
    """The log density with the unknowns in `linear` integrated out."""

    def __init__(self, density: Density, linear: Array) -> None:
        self.density = density
        self.linear = np.flatnonzero(linear)
        self.rest = np.flatnonzero(~linear)

    def given(self, theta: Array) -> tuple[float, Array, Array]:
        """The log density of the rest; mean and a root of the covariance of what was integrated out."""
        d = len(self.linear)
        q = np.zeros(self.density.size)
        q[self.rest] = theta
        at = self.density(q)[1][self.linear]
        hessian = np.empty((d, d))
        for k, position in enumerate(self.linear):
            moved = q.copy()
            moved[position] += 1.0
            hessian[k] = self.density(moved)[1][self.linear] - at
        if not np.all(np.isfinite(hessian)) or not np.any(hessian):
            return -np.inf, np.zeros(d), np.eye(d)
        root = _root(-(hessian + hessian.T) / 2)
        mean = np.zeros(d)
        for _ in range(3):  # once is exact; again against rounding
            q[self.linear] = mean
            mean = mean + root @ (root.T @ self.density(q)[1][self.linear])
        q[self.linear] = mean
        _, log_det = np.linalg.slogdet(root)
        return self.density(q)[0] + float(log_det), mean, root

    def __call__(self, theta: Array) -> float:
        return self.given(theta)[0]


def _integrated(marginal: Marginal, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draws of the rest about its mode, and of what was integrated out given each."""
    size, d = len(marginal.rest), len(marginal.linear)
    starts = 3 * rng.standard_normal((60, size))
    start = _climb(marginal, max(starts, key=marginal))
    hessian = _second_differences(marginal, start)
    t, log_q = _t_draws(rng, size, FEWER_DRAWS)
    thetas = start + t @ _root(-hessian).T
    points = np.empty((len(thetas), marginal.density.size))
    log_p = np.empty(len(thetas))
    for k, theta in enumerate(thetas):
        log_p[k], mean, root = marginal.given(theta)
        points[k, marginal.rest] = theta
        points[k, marginal.linear] = mean + root @ rng.standard_normal(d)
    return points, log_p - log_q


def _climb(f: Callable[[Array], float], start: Array) -> Array:
    for _ in range(2):  # a simplex that has collapsed begins anew
        found = optimize.minimize(
            lambda x: -f(x), start, method="Nelder-Mead", options={"xatol": 0.02, "fatol": 0.01}
        )
        start = np.asarray(found.x)
    return start


def _second_differences(f: Callable[[Array], float], at: Array, step: float = 0.03) -> Array:
    n = len(at)
    moves = step * np.eye(n)
    found = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            corners = [f(at + a * moves[i] + b * moves[j]) * a * b for a in (1, -1) for b in (1, -1)]
            found[i, j] = sum(corners) / (4 * step**2)
    return found
