"""Maximum likelihood by closed forms and Newton's method, without the package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Estimate:
    """Estimates with standard errors; `noise` has that of least squares where there is one."""

    estimate: Array
    se: Array
    noise: float = float("nan")
    noise_se: float = float("nan")


def least_squares(y: Any, *columns: Any) -> Estimate:
    """The intercept and the coefficients of columns, by maximum likelihood of a normal model."""
    y, Z = np.asarray(y, dtype=float), np.column_stack([np.asarray(c, dtype=float) for c in columns])
    means, sds = Z.mean(axis=0), Z.std(axis=0)
    X = np.column_stack([np.ones(len(y)), (Z - means) / sds])
    coefficients = np.linalg.lstsq(X, y, rcond=None)[0]
    noise = float(np.sqrt(np.mean((y - X @ coefficients) ** 2)))
    covariance = noise**2 * np.linalg.inv(X.T @ X)
    return _uncentred(coefficients, covariance, means, sds, noise, noise / np.sqrt(2 * len(y)))


def generalised(family: str, y: Any, *columns: Any, offset: Any = 0.0, trials: Any = 1.0) -> Estimate:
    """The same for counts with a log link or successes with a logit link, by weighted least squares."""
    y, Z = np.asarray(y, dtype=float), np.column_stack([np.asarray(c, dtype=float) for c in columns])
    trials = np.broadcast_to(np.asarray(trials, dtype=float), y.shape)
    means, sds = Z.mean(axis=0), Z.std(axis=0)
    X = np.column_stack([np.ones(len(y)), (Z - means) / sds])
    start = (y + 0.5) / (trials + 1)
    eta = np.log(y + 0.5) if family == "poisson" else special.logit(start)
    for _ in range(100):
        mean = np.exp(eta) if family == "poisson" else trials * special.expit(eta)
        weight = mean if family == "poisson" else mean * (1 - mean / trials)
        response = eta - offset + (y - mean) / weight
        information = X.T @ (weight[:, None] * X)
        coefficients = np.linalg.solve(information, X.T @ (weight * response))
        before, eta = eta, X @ coefficients + offset
    assert np.allclose(before, eta, rtol=0, atol=1e-8)
    return _uncentred(coefficients, np.linalg.inv(information), means, sds)


def _uncentred(coefficients: Array, covariance: Array, means: Array, sds: Array, *noise: float) -> Estimate:
    """From standardised columns back to the columns."""
    back = np.diag([1.0, *(1 / sds)])
    back[0, 1:] = -means / sds
    return Estimate(back @ coefficients, np.sqrt(np.diag(back @ covariance @ back.T)), *noise)


def maximum(log_likelihood: Callable[[Array], float], start: Sequence[float]) -> Estimate:
    """The maximum of a smooth log likelihood in unknowns of size 1."""

    def fall(x: Array) -> float:
        return -log_likelihood(x)

    x = np.asarray(start, dtype=float)
    for _ in range(4):
        x = optimize.minimize(fall, x, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9}).x
    x = optimize.minimize(fall, x, method="BFGS").x
    n, h = len(x), 1e-4
    moves = h * np.eye(n)
    information = [
        [
            sum(a * b * fall(x + a * moves[i] + b * moves[j]) for a in (1, -1) for b in (1, -1))
            for j in range(n)
        ]
        for i in range(n)
    ]
    return Estimate(x, np.sqrt(np.diag(np.linalg.inv(np.array(information) / (4 * h**2)))))
