"""Variance components of a predictor by (restricted, approximate) maximum likelihood, for a pilot look.

At the conditional modes u of all effects, with C the inverse of the penalised information, the Laplace
approximation of the marginal likelihood is stationary where

    tau_b^2 = (|u_b|^2 - s_b'u_b) / (q_b - tr C_bb / tau_b^2),   s = C G'(h * dw/deta),

h being the variances of the predictor in the rows; for normal outcomes s is 0 and the likelihood exact.
Coefficients are integrated too (REML). Each step solves one penalised least-squares problem and moves every
variance to what that equation says (Fellner 1986; Schall 1991; Wood and Fasiolo 2017, without s), or many
together to where it holds (`linear/ascent.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.ascent import MANY, ascent
from stanlevels.linear.parts import Part, columns_of
from stanlevels.linear.solving import Cross, Solved, cross_of, solve
from stanlevels.linear.working import Curved, Outcome, Rows, Straight

__all__ = ["Components", "components"]

_STEPS = 25
_CLOSE = 0.02  # of a log variance: a pilot needs no last digits
_NEAR = 0.1  # of steps of many variances, which come closer by their square
_STRIDE = 100.0  # by which a step may change a variance
_LOST = 0.01  # share of the information in an effect that comes from its data: lambda / (1 + lambda)
_LITTLE = 0.3  # share below which effects are far from being centred
_RANGE = 1e8  # that a variance may be away from its first value, either way
_PERIOD = 3  # steps before one that looks ahead
_SHARE = 0.85  # of a step that the next is thought to be, at most
_FARTHEST = 4.0  # that a step may move a predictor


@dataclass(frozen=True, eq=False)
class Components:
    """What was found.

    Attributes
    ----------
    variances : dict of hashable to float
        By root.
    dispersion : ndarray
        Of the outcome.
    fixed : ndarray, (p,)
    effects : tuple of ndarray, (units,)
        Conditional modes, by part, in units of the root.
    """

    variances: dict[Hashable, float]
    dispersion: Array
    fixed: Array
    effects: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class _Problem:
    outcome: Outcome
    G: Any
    parts: tuple[Part, ...]
    ridge: Array  # penalties of the fixed columns

    @property
    def slices(self) -> list[slice]:
        starts = np.cumsum([len(self.ridge), *(part.units for part in self.parts)])
        return [slice(int(a), int(b)) for a, b in itertools.pairwise(starts)]

    def penalty(self, variances: dict[Hashable, float]) -> Array:
        own = [
            np.full(part.units, 1.0 if part.root is None else 1 / variances[part.root]) for part in self.parts
        ]
        return np.concatenate([self.ridge, *own])


def components(outcome: Outcome, X: Array, parts: tuple[Part, ...], ridge: Array) -> Components:
    """Find the variances of the parts of a predictor.

    Parameters
    ----------
    outcome : Outcome
    X : ndarray, (n, p)
        Columns of coefficients.
    parts : tuple of Part
    ridge : ndarray, (p,)
        Small penalties of the coefficients, so that columns may depend on each other.
    """
    problem = _Problem(outcome, columns_of(parts, X), parts, ridge)
    eta, dispersion = outcome.start()
    first = _first(parts, outcome.rows(eta, dispersion), float(np.mean(dispersion)))
    variances = first
    solved: Solved | None = None
    unit: Cross | None = None
    moves: list[dict[Hashable, float]] = []
    for _ in range(_STEPS):
        rows = outcome.rows(eta, dispersion if outcome.is_curved or len(dispersion) > 1 else np.ones(1))
        if unit is None or outcome.is_curved or len(dispersion) > 1:
            unit = cross_of(
                problem.G, rows.weight, rows.response, by_row=rows.bend is not None or len(dispersion) > 1
            )
        common = not outcome.is_curved and len(dispersion) == 1
        solved = solve(unit.scaled(1 / dispersion[0]) if common else unit, problem.penalty(variances), solved)
        after, freedom = _moved(problem, solved, rows.bend, variances)
        fitted = np.asarray(problem.G @ solved.solution)
        leverage = solved.leverage if len(dispersion) > 1 else None
        spread = outcome.dispersed(fitted, leverage, freedom.rows, dispersion)
        together = len(variances) >= MANY
        if together:
            after, spread = _together(problem, solved, freedom, variances, after, dispersion, spread)
        moves.append(_change(variances, after))
        far = max(_matters(moves[-1], freedom, together), float(np.max(np.abs(np.log(spread / dispersion)))))
        far = far * _CLOSE / _NEAR if together else far
        if not together and len(moves) % _PERIOD == 0:
            after = _onward(after, *moves[-2:])
        if isinstance(outcome, Curved):
            move = np.clip(fitted + outcome.offset - eta, -_FARTHEST, _FARTHEST)
            eta = eta + move
            far = max(far, float(np.max(np.abs(move), initial=0.0)) / 5)
        variances = {
            root: float(np.clip(v, first[root] / _RANGE, first[root] * _RANGE)) for root, v in after.items()
        }
        dispersion = spread
        if far < _CLOSE:
            break
    assert solved is not None
    effects = tuple(solved.solution[where] for where in problem.slices)
    return Components(variances, dispersion, solved.solution[: len(ridge)], effects)


def _first(parts: tuple[Part, ...], rows: Rows, dispersion: float) -> dict[Hashable, float]:
    """Variances at which each part is about as large as what a row leaves."""
    size = 0.3 * (1.0 if rows.bend is not None else 2 * dispersion)
    size = size / max(1, len(parts) / MANY)
    found: dict[Hashable, float] = {}
    for part in parts:
        if part.root is not None:
            square = sum(np.square(road.multiple * part.known[road.codes]) for road in part.roads)
            mean = float(np.mean(square)) if np.size(square) else 1.0
            found[part.root] = size / mean if mean > 0 else 1.0
    return found


@dataclass(frozen=True)
class _Freedom:
    """Degrees of freedom: what is left to the rows, and the share of a root's units that the data tell.

    A root's variance is to be `square` divided by `effects`.
    """

    rows: float
    share: dict[Hashable, float]
    square: dict[Hashable, float]
    effects: dict[Hashable, float]


def _moved(
    problem: _Problem, solved: Solved, bend: Array | None, variances: dict[Hashable, float]
) -> tuple[dict[Hashable, float], _Freedom]:
    """New variances, and degrees of freedom."""
    free = 1 - problem.penalty(variances) * solved.variance
    bent = np.zeros(len(free))
    if bend is not None:
        bent = solved.times(problem.G.T @ (solved.leverage * bend))
    square, freedom, units = (dict.fromkeys(variances, 0.0) for _ in range(3))
    for part, where in zip(problem.parts, problem.slices, strict=True):
        if part.root is not None:
            u = solved.solution[where]
            own = float(u @ u)
            square[part.root] += max(own - float(bent[where] @ u), own / 4)
            freedom[part.root] += float(np.clip(free[where].sum(), 0.0, part.units))
            units[part.root] += part.units
    after = {
        root: float(
            np.clip(
                square[root] / max(freedom[root], _LOST * units[root], 1e-12), old / _STRIDE, old * _STRIDE
            )
        )
        for root, old in variances.items()
    }
    share = {root: freedom[root] / max(units[root], 1) for root in variances}
    return after, _Freedom(float(problem.outcome.frequency.sum() - free.sum()), share, square, freedom)


def _together(
    problem: _Problem,
    solved: Solved,
    freedom: _Freedom,
    variances: dict[Hashable, float],
    alone: dict[Hashable, float],
    dispersion: Array,
    spread: Array,
) -> tuple[dict[Hashable, float], Array]:
    """Variances and dispersion after a step of all; those that the data tell nearly nothing of move alone."""
    roots = [root for root in variances if freedom.share[root] >= _LOST]
    excess = np.array([freedom.square[root] / variances[root] - freedom.effects[root] for root in roots])
    rest = None
    if isinstance(problem.outcome, Straight) and problem.outcome.unknown and len(dispersion) == 1:
        left = float(spread[0] / dispersion[0]) * freedom.rows
        rest = (left, left - freedom.rows)
    steps, residual = ascent(solved, problem.parts, problem.slices, roots, excess, rest)
    if rest is not None:
        spread = dispersion * np.exp(residual)
    return {
        root: variances[root] * float(np.exp(steps[root])) if root in steps else alone[root] for root in alone
    }, spread


def _change(before: dict[Hashable, float], after: dict[Hashable, float]) -> dict[Hashable, float]:
    """The changes of log variances."""
    return {root: float(np.log(after[root] / old)) for root, old in before.items()}


def _matters(moves: dict[Hashable, float], freedom: _Freedom, together: bool) -> float:
    """The largest change, but for variances on their way to 0 that the data tell nearly nothing of.

    Of many, those that the data tell little of, whose form is plain, count for less.
    """
    if together:
        return max(abs(move) * min(1.0, freedom.share[root] / _LITTLE) for root, move in moves.items())
    lost = {root for root, share in freedom.share.items() if share < _LOST and moves[root] < 0}
    return max((abs(move) for root, move in moves.items() if root not in lost), default=0.0)


def _onward(
    variances: dict[Hashable, float], first: dict[Hashable, float], second: dict[Hashable, float]
) -> dict[Hashable, float]:
    """Variances where steps that shrink by the same share would end (Aitken)."""
    found = {}
    for root, variance in variances.items():
        share = second[root] / first[root] if first[root] else 0.0
        share = min(max(share, 0.0), _SHARE)
        found[root] = variance * float(np.exp(second[root] * share / (1 - share)))
    return found
