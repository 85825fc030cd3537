"""A pilot for many unknowns: widths and a few directions, from as many gradients as a few draws take.

The curvature of effects of one level, given the rest, is nearly diagonal, because rows belong to one unit
each: its diagonal shows in a few products with vectors of random signs (Bekas, Kokiopoulou and Saad 2007),
whatever the number of units. What has no units, or few, is looked at number by number. Short chains then say
how wide everything is, and Lanczos' iteration along which directions it is wider (`directions.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import EngineError
from stanlevels.estimation.bayes.descent import Density, descend
from stanlevels.estimation.bayes.directions import Shape, shape_of_draws, widths_of
from stanlevels.estimation.bayes.meeting import Meeting
from stanlevels.estimation.bayes.pilot import Counted, Pilot, Program

__all__ = ["FEW", "Layout", "acceptance", "pilot_of_many"]

FEW = 20
"""Numbers up to which those of a quantity are looked at one by one."""

_ROUNDS = ((15, 8, 5), (20, 30, 5), (25, 40, 7))  # warm-up, draws, depth of each short chain
_PROBES = 6  # vectors of random signs
_STEP = 1e-3  # of the widths
_FIRST = 1e-4
_FLAT = 0.05  # curvature of what is left of a number given all others, its own being 1
_STREAM = 0x5165


# A little over pi: after so long a trajectory turns where everything is about 1 wide. After more, means mix
# faster and squares more slowly: distances from the median of 665 normal numbers had 0.23 effective draws a
# draw at 3.5, 0.30 at 3.25 (600 apps of app crashes 0.26 and 0.31, users of movielens 0.24 and 0.33).
_HALF_WAY = 3.25
_OF_NORMAL = 1.5  # times n^(-1/4): the step of a normal density for a target of 0.8, measured
_SHORT = 1.25  # times as large a step is found by a longer warm-up, measured
_LEAST_ACCEPTED, _MOST_ACCEPTED = 0.43, 0.9


def acceptance(step_size: float, n: int) -> float:
    """The target acceptance at which trajectories of many unknowns just turn.

    A trajectory has 2^k - 1 steps, the fewest after which it has turned: with a step a little smaller it
    takes twice as many. Acceptance falls with the step as ``2 Phi(-c step^2)`` (Neal 2011, section 4.4): that
    of one step tells that of others.

    Parameters
    ----------
    step_size : float
        That a short warm-up found for a target of 0.8.
    n : int
        Unknowns, which tell the step for that target where the density is normal and as wide as is thought.

    Examples
    --------
    >>> [round(acceptance(0.25, n), 2) for n in (600, 1100, 3000)]
    [0.55, 0.86, 0.77]
    """
    usual = max(min(_OF_NORMAL * n**-0.25, _SHORT * step_size), 1e-6)
    curve = NormalDist().inv_cdf(0.4) / usual**2
    for steps in (3, 7, 15, 31, 63):
        found = 2 * NormalDist().cdf(curve * (_HALF_WAY / steps) ** 2)
        if found >= _LEAST_ACCEPTED:
            return min(found, _MOST_ACCEPTED)
    return _MOST_ACCEPTED


@dataclass(frozen=True, eq=False)
class Layout:
    """What is known of the coordinates of a program.

    Attributes
    ----------
    alone : array of int
        Coordinates that are looked at one by one.
    blocks : tuple of arrays of int
        Effects of one level each, of every unit one.
    turned : array of bool (n,)
        Those without bounds: a direction may go through them.
    meeting : Meeting, optional
        Effects that share rows.
    """

    alone: Codes
    blocks: tuple[Codes, ...]
    turned: Array
    meeting: Meeting | None = None


Turn = Callable[[Shape], Program]
"""What writes the program along directions."""


def pilot_of_many(program: Program, start: Array, seed: int, layout: Layout, turn: Turn) -> Pilot | None:
    """The posterior's shape and some points of it; None where a chain could not be run.

    Parameters
    ----------
    program : Program
    start : array (n,)
        Where the density is finite.
    seed : int
    layout : Layout
    turn : callable
    """
    density = Counted(program)
    try:
        return _rounds(program, density, descend(density, start), seed, layout, turn)
    except (EngineError, np.linalg.LinAlgError):
        return None


def _rounds(program: Program, density: Counted, point: Array, seed: int, layout: Layout, turn: Turn) -> Pilot:
    n, taken = len(point), 0
    none = np.zeros((n, 0))
    rng = np.random.default_rng(np.random.SeedSequence([seed, _STREAM]))
    shape = Shape(_arrow(density, point, layout, rng, np.full(n, np.nan)), none, none)
    step = 0.5
    for number, (warmup, draws, depth) in enumerate(_ROUNDS):
        walk = program.walk(
            shape.back(point),
            inverse_metric=shape.variances,
            warmup=warmup,
            draws=draws,
            seed=seed + number,
            step_size=step,
            max_depth=depth,
        )
        taken += int(walk.stats["n_leapfrog__"].mean() * (warmup + draws))
        points = shape.forth(walk.points)
        slopes = np.array([density(q)[1] for q in points])
        if number == 0:
            variances = _arrow(density, points.mean(axis=0), layout, rng, shape.variances)
        else:
            variances = widths_of(shape.variances, walk.points, shape.slopes(slopes))
        shape = replace(shape, variances=variances)
        if number == len(_ROUNDS) - 2:
            shape = shape_of_draws(density, points, slopes, variances, layout.turned, layout.meeting)
            program = program if shape.is_plain else turn(shape)
        point, step = points[-1], walk.step_size
    return Pilot(
        shape,
        points,
        walk.stats["lp__"],
        step,
        float(walk.stats["divergent__"].mean()),
        float(walk.stats["n_leapfrog__"].mean()),
        density.calls + taken,
        acceptance(walk.step_size, n),
    )


def _arrow(density: Density, point: Array, layout: Layout, rng: np.random.Generator, known: Array) -> Array:
    """Variances (n,) from the curvature at a point, that of every block given the rest taken to be diagonal.

    `known` are about the variances, NaN where nothing is known of them.
    """
    steps = np.where(np.isfinite(known), _STEP * np.sqrt(known), _FIRST * np.maximum(1, np.abs(point)))
    n, alone = len(point), layout.alone
    rows = np.empty((len(alone), n))
    for row, k in zip(rows, alone, strict=True):
        row[:] = _along(density, point, steps * (np.arange(n) == k)) / steps[k]
    diagonal = np.ones(n)
    for block in layout.blocks:
        total = np.zeros(len(block))
        for _ in range(_PROBES):
            move = np.zeros(n)
            move[block] = steps[block] * rng.choice([-1.0, 1.0], size=len(block))
            total += _along(density, point, move)[block] / move[block]
        diagonal[block] = _positive(total / _PROBES, known[block])
    blocks = np.concatenate([np.zeros(0, dtype=int), *layout.blocks])
    return _eliminated(rows, diagonal, alone, blocks)


def _along(density: Density, point: Array, move: Array) -> Array:
    """The curvature times a move."""
    bend: Array = (density(point - move)[1] - density(point + move)[1]) / 2
    return np.where(np.isfinite(bend), bend, 0.0)


def _positive(curvature: Array, known: Array) -> Array:
    """What is no curvature is replaced: by what was known, else by what most have."""
    good = curvature > 0
    if good.all():
        return curvature
    usual = float(np.median(curvature[good])) if good.any() else 1.0
    return np.where(good, curvature, np.where(np.isfinite(known), 1 / known, usual))


def _eliminated(rows: Array, diagonal: Array, alone: Codes, blocks: Codes) -> Array:
    """Variances of an arrow: some rows of a curvature (m, n), beside which it is diagonal."""
    found = np.empty(rows.shape[1])
    shares = rows[:, blocks] / diagonal[blocks]
    own = np.abs(np.diag(rows[:, alone]))
    scale = 1 / np.sqrt(np.where(own > 0, own, 1.0))
    left = rows[:, alone] - shares @ rows[:, blocks].T
    values, vectors = np.linalg.eigh(scale[:, None] * (left + left.T) / 2 * scale)
    root = scale[:, None] * vectors / np.sqrt(np.maximum(np.abs(values), _FLAT))
    found[alone] = np.square(root).sum(axis=1)
    found[blocks] = 1 / diagonal[blocks] + np.square(shares.T @ root).sum(axis=1)
    return found
