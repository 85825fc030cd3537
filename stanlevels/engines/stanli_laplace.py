"""A Laplace approximation by the embedded engine, which has no function for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.base import Approximation, Mode
from stanlevels.errors import FitError, NoMode
from stanlevels.gaussian.curvature import hessian

__all__ = ["laplace"]

_LARGEST = 3000  # unknowns of a dense Hessian
_PIECE = 1000


class Program(Protocol):
    """What the approximation asks of a program with data."""

    @property
    def n_unconstrained(self) -> int: ...

    def log_density(self, q: Array) -> tuple[float, Array]: ...
    def optimize(self, *, seed: int = 1) -> Mode: ...
    def echo(self, points: Array) -> Mapping[str, Array]: ...


def laplace(program: Program, draws: int, seed: int) -> Approximation:
    """Draws from the normal distribution at the mode, with the curvature of the log density there.

    Raises
    ------
    FitError
        If there is no mode, the density does not fall away from it in every direction, or there are
        too many unknowns.
    """
    if program.n_unconstrained > _LARGEST:
        raise FitError(
            f"a Laplace approximation of {program.n_unconstrained:,} unknowns needs a matrix of that size",
            expected=f"at most {_LARGEST:,}",
            way_out="use method='mle', which integrates the random variables out, or method='nuts'",
        )
    mode = program.optimize(seed=seed).unconstrained

    def fall(q: Array) -> tuple[float, Array]:
        value, gradient = program.log_density(q)
        return -value, -gradient

    root = _root(hessian(fall, mode), fall(mode)[1])
    standard = np.random.default_rng(seed).normal(size=(draws, len(mode)))
    points = mode + np.linalg.solve(root.T, standard.T).T
    log_p = np.array([program.log_density(q)[0] for q in points])
    log_q = -np.square(standard).sum(axis=1) / 2
    return Approximation(_constrained(program, points), log_p, log_q)


def _constrained(program: Program, points: Array) -> dict[str, Array]:
    """Everything a draw holds, at unconstrained points (draws, n)."""
    pieces = [
        program.echo(np.ascontiguousarray(points[first : first + _PIECE]))
        for first in range(0, len(points), _PIECE)
    ]
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]} if pieces else {}


def _root(H: Array, gradient: Array) -> Array:
    try:
        if not np.all(np.isfinite(H)):
            raise np.linalg.LinAlgError
        root = np.linalg.cholesky(H)
    except np.linalg.LinAlgError:
        raise NoMode(
            "the posterior has no mode with a curvature in every direction: in a centred model the density"
            " rises without bound as a standard deviation goes to 0",
            expected="a mode",
            way_out="write centered=False in the line of the random variable, or use method='nuts'",
        ) from None
    step = np.linalg.solve(root.T, np.linalg.solve(root, gradient))
    if float(gradient @ step) > 1.0:
        raise NoMode(
            "the optimiser stopped before it reached a mode of the posterior",
            way_out="use method='nuts'",
        )
    return np.asarray(root)
