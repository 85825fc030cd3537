"""A pilot: a few short chains from one start, each of which knows the posterior's shape better than the last.

A search goes up to where draws lie, the curvature there is the first metric, and short chains of Stan's own
sampler do the rest: after each, the shape is taken anew from the curvature at the chain's mean, and corrected
by its draws and their gradients. Nothing of it depends on the density having a mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.stanli import Walk
from stanlevels.errors import EngineError
from stanlevels.estimation.bayes.curvature import as_wide_as, corrected, curvature, root_of
from stanlevels.estimation.bayes.descent import descend
from stanlevels.estimation.bayes.directions import Shape

__all__ = ["ROUNDS", "SMALL", "Counted", "Dense", "Pilot", "Program", "pilot"]

ROUNDS = ((30, 40), (30, 40), (30, 80))
"""Iterations of warm-up, and draws, of each short chain."""

SMALL = 30
"""Unknowns up to which draws alone tell the shape: with and without their gradients, and more of them."""

_LAST = (30, 250)  # of the last chain where unknowns are few
_DEPTH = 7


class Program(Protocol):
    """What a pilot asks of a program with data."""

    def log_density(self, q: Array) -> tuple[float, Array]:
        """Log density and gradient at a point."""

    def walk(
        self,
        start: Array,
        *,
        inverse_metric: Array,
        warmup: int,
        draws: int,
        seed: int,
        step_size: float = ...,
        max_depth: int = ...,
    ) -> Walk:
        """A short chain on the unconstrained scale."""


@dataclass(frozen=True, eq=False)
class Dense:
    """A root (n, n) of about the posterior's covariance."""

    root: Array

    @property
    def inverse_metric(self) -> Array:
        """The covariance (n, n)."""
        return np.asarray(self.root @ self.root.T)

    def spread(self, z: Array) -> Array:
        """A deviation (n,) as wide as the posterior, from a standard normal one."""
        return np.asarray(self.root @ z)


@dataclass(frozen=True, eq=False)
class Pilot:
    """What a pilot found.

    Attributes
    ----------
    shape : Dense or Shape
        Of the posterior: a root of its covariance, or widths with directions.
    points : array (draws, n)
        Of its last chain.
    heights : array (draws,)
        Their log densities.
    step_size : float
        Of its last chain.
    divergent : float
        Share of the last chain's draws.
    steps : float
        Gradients per draw of the last chain.
    gradients : int
        How many it took in all.
    accept : float, optional
        The target acceptance that suits the chains.
    """

    shape: Dense | Shape
    points: Array
    heights: Array
    step_size: float
    divergent: float
    steps: float
    gradients: int
    accept: float | None = None

    @property
    def centre(self) -> Array:
        """The mean of the points."""
        middle: Array = self.points.mean(axis=0)
        return middle


class Counted:
    """A log density that counts how often it was asked for."""

    def __init__(self, program: Program) -> None:
        self._program, self.calls = program, 0

    def __call__(self, q: Array) -> tuple[float, Array]:
        """Log density and gradient at a point."""
        self.calls += 1
        return self._program.log_density(q)


def pilot(program: Program, start: Array, seed: int) -> Pilot | None:
    """The posterior's shape and some points of it; None where a chain could not be run.

    Parameters
    ----------
    program : Program
    start : array (n,)
        Where the density is finite.
    seed : int
    """
    density = Counted(program)
    try:
        return _rounds(program, density, descend(density, start), seed)
    except (EngineError, np.linalg.LinAlgError):
        return None


def _rounds(program: Program, density: Counted, point: Array, seed: int) -> Pilot:
    root, step = root_of(curvature(density, point)), 0.5
    taken = 0
    small = len(point) <= SMALL
    rounds = (*ROUNDS[:-1], _LAST) if small else ROUNDS
    for number, (warmup, draws) in enumerate(rounds):
        walk = program.walk(
            point,
            inverse_metric=root @ root.T,
            warmup=warmup,
            draws=draws,
            seed=seed + number,
            step_size=step,
            max_depth=_DEPTH,
        )
        steps = walk.stats["n_leapfrog__"]
        taken += int(steps.mean() * (warmup + draws))
        if small and (warmup, draws) == _LAST:
            root = as_wide_as(root, walk.points)
        else:
            root = _shape(density, root, walk.points)
        point, step = walk.points[-1], walk.step_size
    return Pilot(
        Dense(root),
        walk.points,
        walk.stats["lp__"],
        step,
        float(walk.stats["divergent__"].mean()),
        float(steps.mean()),
        density.calls + taken,
    )


def _shape(density: Counted, root: Array, points: Array) -> Array:
    """The shape anew: from the curvature at the mean of some draws, and from their gradients."""
    slopes = np.array([density(q)[1] for q in points])
    if len(root) > SMALL:
        widths = np.sqrt(np.square(root).sum(axis=1))
        later = points[len(points) // 4 :]
        root = root_of(curvature(density, later.mean(axis=0), widths), later)
    return corrected(root, points, slopes)
