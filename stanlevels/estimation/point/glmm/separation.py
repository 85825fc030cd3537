"""Likelihoods whose maximum is at infinity, because coefficients separate the outcomes.

A row whose density only grows as its predictor goes up (a success, every trial a success), or down (a
failure, a count of 0), is one-sided. Where some direction of the coefficients moves no row against its
side and at least one along it, the likelihood grows along that direction without end (Albert and
Anderson 1984), whatever the random effects are. In the limit the rows that move have probability 1 and
play no part any more: what is left has its maximum where the limit has it. Directions are found by
linear programmes (Konis 2007).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.glmm.data import GlmmData
from stanlevels.estimation.point.glmm.laplace import Mode
from stanlevels.estimation.point.glmm.model import GlmmModel
from stanlevels.estimation.point.glmm.start import plain_fit
from stanlevels.estimation.point.solution import UnitMoments
from stanlevels.linear.forms import NotLinear
from stanlevels.linear.predictor import Predictor, called
from stanlevels.words import counted

__all__ = [
    "Runaway",
    "limit_of",
    "one_sided",
    "refuse_exact_fit",
    "refuse_separated_units",
    "runaway_note",
]

_FAR = 300.0  # a predictor at which one-sided rows have probability 1
_CERTAIN = 40.0  # the same, in digits of a double: the rest is 4e-18
_SHARPEST = 1e8  # a shape that hardly any data have
_EXTREME = 12.0  # a predictor without random effects beyond which separation is looked for
_ZERO = 1e-7  # of a row's move, in units of the largest


@dataclass(frozen=True, eq=False)
class Runaway:
    """Parameters that are infinite at the maximum.

    Attributes
    ----------
    direction : ndarray, (p,)
        Where the parameters in the location go.
    undetermined : ndarray, (p, k)
        A basis of the directions in which the limit does not change.
    exact : float
        How many rows are fitted exactly, counted by their frequencies.
    columns : int
        How many coefficients the limit has less.
    """

    direction: Array
    undetermined: Array
    exact: float
    columns: int

    def far(self, made: Predictor) -> Array:
        """How far along the direction every row that moves is fitted all but exactly, (p,)."""
        moves = np.abs(made.X @ self.direction)
        least = float(moves[moves > _ZERO * moves.max(initial=0.0)].min(initial=np.inf))
        return np.asarray(self.direction * (_CERTAIN / least if np.isfinite(least) else 0.0))

    def limits(self, X: Array) -> tuple[Array, Array]:
        """Of linear combinations X (m, p): whether each has a finite limit, and its limit if not."""
        size = np.maximum(np.abs(X).max(axis=1, initial=0.0), 1e-300)
        finite = np.abs(X @ self.undetermined).max(axis=1, initial=0.0) < 1e-6 * size
        along = X @ self.direction
        known = np.abs(along) > 1e-6 * size
        return finite, np.where(known, np.copysign(np.inf, along), np.nan)

    def replace(self, made: Predictor, name: str, value: Array, sd: Array) -> tuple[Array, Array]:
        """Estimates of a parameter with their standard errors, where these are finite."""
        own = [i for i, (owner, _) in enumerate(made.columns) if owner == name]
        finite, limit = self.limits(np.eye(len(made.columns))[own])
        return np.where(finite, value, limit), np.where(finite, sd, np.nan)

    def units(self, made: Predictor, name: str, found: UnitMoments) -> UnitMoments:
        """Moments of a quantity over units, where these are finite."""
        form = made.forms.quantity(name)
        if isinstance(form, NotLinear):
            raise form.error()
        finite, limit = self.limits(made.rows(form)[0])
        own = found.no_pooling
        return replace(
            found,
            mean=np.where(finite, found.mean, limit),
            variance=np.where(finite, found.variance, np.nan),
            no_pooling=None if own is None else np.where(finite, own, np.nan),
        )


def runaway_note(runaway: Runaway, made: Predictor) -> str:
    """What is infinite, and why, in words."""
    finite, limit = runaway.limits(np.eye(len(made.columns)))
    going = _going(made, np.where(finite, 0.0, limit))
    return (
        f"the maximum is at infinity: the likelihood grows without end as {going}, since that"
        f" fits {runaway.exact:g} of the rows exactly (separation); everything else is estimated at this"
        " limit, in which these rows play no part; priors=True or method='nuts' keep it finite"
    )


def _going(made: Predictor, direction: Array) -> str:
    """Which coefficients go where in a direction, 0 for those that stay; NaN means anywhere."""
    up, down, lost = (
        [called(made, made.columns[i]) for i in np.flatnonzero(which).tolist()]
        for which in (direction > _ZERO, direction < -_ZERO, np.isnan(direction))
    )
    ways = ((up, "to infinity"), (down, "to minus infinity"), (lost, "anywhere"))
    return " and ".join(f"{listing(names)} {_go(names)} {where}" for names, where in ways if names)


def _go(names: list[str]) -> str:
    return "goes" if len(names) == 1 else "go"


def one_sided(data: GlmmData, shape: float) -> Array:
    """Of every row 1 where its density only grows with the predictor, -1 where it only falls, else 0."""
    far = np.full(len(data.offset), _FAR)
    up, down = data.first(far, shape) >= -1e-12, data.first(-far, shape) <= 1e-12
    return np.where(up, 1.0, np.where(down, -1.0, 0.0))


def limit_of(model: GlmmModel) -> tuple[GlmmModel, Runaway | None]:
    """The model at the limit of its likelihood, and what is infinite there.

    Raises
    ------
    FitError
        If every row is fitted exactly: nothing is left to estimate.
    """
    data = model.data
    shape = 1.0 if model.shape is not None else model.fixed_shape
    sides = one_sided(data, shape)
    if not data.X.shape[1] or not sides.any():
        return model, None
    plain = plain_fit(data, shape)
    if plain.settled and np.max(sides * plain.eta) < _EXTREME:
        return model, None
    direction, rows = _directions(data.X, sides)
    if direction is None:
        return model, None
    expand = model.basis.expand
    if rows.all():
        raise _all_alike(model, sides, _scaled(expand @ direction))
    kept, undetermined = _independent(data.X[~rows])
    runaway = Runaway(
        _scaled(expand @ direction),
        _scaled(expand @ undetermined),
        float(data.frequencies[rows].sum()),
        data.X.shape[1] - len(kept),
    )
    basis = replace(model.basis, X=model.basis.X[:, kept], expand=expand[:, kept])
    return replace(model, basis=basis, data=data.only(~rows, kept)), runaway


def _scaled(directions: Array) -> Array:
    return np.asarray(directions / np.abs(directions).max(initial=1e-300))


def _directions(X: Array, sides: Array) -> tuple[Array | None, Array]:
    """A direction in which as many rows as possible move along their sides, none against; and these rows.

    Rows that one direction moves bind no later one: the former can be taken as far as is needed.
    """
    found, moving = None, np.zeros(len(X), dtype=bool)
    size = np.maximum(np.sqrt(np.square(X).mean(axis=0)), 1e-300)
    for _ in range(X.shape[1]):
        direction, moved = _direction(X[~moving] / size, sides[~moving])
        if direction is None:
            break
        found = direction / size if found is None else found + 1e-3 * direction / size
        moving[np.flatnonzero(~moving)[moved]] = True
    return found, moving


def _direction(X: Array, sides: Array) -> tuple[Array | None, Array]:
    from scipy import optimize

    none = np.zeros(len(X), dtype=bool)
    free = _null_space(X[sides == 0])
    Y = sides[:, None] * (X @ free)
    length = np.abs(Y).max(axis=1, initial=0.0)
    used = length > 1e-10
    if not free.shape[1] or not used.any():
        return None, none
    rows = np.unique((Y[used] / length[used, None]).round(12), axis=0)
    bounds = optimize.Bounds(-np.inf, np.inf)
    limits = optimize.LinearConstraint(rows, 0.0, 1.0)
    made = optimize.milp(-rows.sum(axis=0), constraints=limits, bounds=bounds)  # all numbers are real
    if made.x is None or -made.fun < 1e-5:
        return None, none
    moves = np.where(used, Y @ made.x / np.maximum(length, 1e-300), 0.0)
    moved = moves > 1e-5 * moves.max()
    still = _null_space(Y[~moved & used])  # the direction without the solver's rounding
    exact = still @ (still.T @ made.x)
    moves = np.where(used, Y @ exact / np.maximum(length, 1e-300), 0.0)
    if not np.all(moves[moved] > _ZERO * moves.max()):
        return None, none
    return free @ exact, moved


def _null_space(X: Array) -> Array:
    """An orthonormal basis (p, k) of the directions that X takes to 0."""
    if not len(X):
        return np.eye(X.shape[1])
    values, vectors = np.linalg.eigh(X.T @ X)
    return np.asarray(vectors[:, values <= 1e-12 * max(float(values.max(initial=0.0)), 1e-300)])


def _independent(X: Array) -> tuple[Array, Array]:
    """Columns that determine the others, and a basis of the directions that change no row."""
    from scipy import linalg

    size = np.maximum(np.sqrt(np.square(X).sum(axis=0)), 1e-300)
    scaled = X / np.where(size > 1e-150, size, 1.0)
    _, R, order = linalg.qr(scaled, mode="economic", pivoting=True)
    diagonal = np.abs(np.diagonal(R))
    rank = int((diagonal > 1e-9 * diagonal.max(initial=0.0)).sum())
    null = _null_space(scaled) / np.where(size > 1e-150, size, 1.0)[:, None]
    return np.sort(order[:rank]), null


def _all_alike(model: GlmmModel, sides: Array, direction: Array) -> FitError:
    y = np.concatenate([outcome.y for outcome in model.data.outcomes])
    if np.ptp(y) == 0:
        what = f"every outcome is {y[0]:g}"
    elif np.all(sides > 0):
        what = "all trials of every row are successes"
    else:
        what = "covariates tell every outcome exactly"
    going = _going(model.predictor, _simplest(model, sides, direction))
    return FitError(
        f"the likelihood has no maximum: {what}, so that it grows without end as {going}"
        f" (separation), and says nothing of anything else ({counted(len(y), 'row')})",
        expected="outcomes that differ, and that no covariate separates",
        way_out="use priors=True, which makes the maximum finite, or method='nuts'",
    )


def _simplest(model: GlmmModel, sides: Array, direction: Array) -> Array:
    """The direction in which every row moves by as much, where there is one: often the intercept's alone."""
    even = np.linalg.lstsq(model.data.X, sides, rcond=None)[0]
    if np.abs(model.data.X @ even - sides).max() > 1e-6:
        return direction
    return _scaled(model.basis.expand @ even)


def refuse_separated_units(model: GlmmModel, layout: Layout, z: Array, mode: Mode, largest: float) -> None:
    """Refuse standard deviations that go to infinity.

    Where effects put every row on its own side, the likelihood grows with their standard deviations; its
    Laplace approximation need not show that. A standard deviation above `largest`, in the predictor's
    unit, is one that hardly any data have.

    Raises
    ------
    FitError
        If a standard deviation is huge and every row on its side; names both quantity and level.
    """
    huge = [k for k, c in enumerate(layout.coordinates) if c.bounded and z[k] > largest]
    if not huge or np.any(one_sided(model.data, mode.shape) * mode.eta <= 0):
        return
    effects = {b: e for k in huge for b, e in enumerate(layout.effects) if _describes(layout, k, b)}
    roots = dict.fromkeys(root.quantity for e in effects.values() for root in e.roots if root is not None)
    lines = model.predictor.planned.lines
    units = [f"{e.name!r} over {listing(lines[e.name].domain)}" for e in effects.values()]
    raise FitError(
        f"the likelihood grows without end as {' and '.join(repr(r) for r in roots)} {_go(list(roots))} to"
        f" infinity: the random variables {'; '.join(units)} fit the outcomes of all"
        f" {counted(len(mode.eta), 'row')} exactly, those of each unit being alike (separation)",
        expected="units in which outcomes differ",
        way_out="use priors=True, which makes the maximum finite, or method='nuts'",
    )


def _describes(layout: Layout, k: int, b: int) -> bool:
    c = layout.coordinates[k]
    return c.block == b or (c.root is not None and c.root in layout.effects[b].roots)


def refuse_exact_fit(model: GlmmModel, shape: float) -> None:
    """Refuse a dispersion without a limit that goes to infinity.

    Raises
    ------
    FitError
        If outcomes vary by less than 1e-4 of their mean about what the model makes of them.
    """
    if model.shape is None or shape < _SHARPEST:
        return
    raise FitError(
        f"the likelihood grows without end as {model.shape.quantity!r} goes to infinity: the model fits"
        f" the outcomes of all {counted(len(model.data.offset), 'row')} exactly",
        expected="outcomes that differ from what the model's effects can reproduce",
        way_out="leave out an effect, or give the dispersion a known value",
    )
