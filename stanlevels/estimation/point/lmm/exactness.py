"""Outcomes of which the model leaves nothing: too few rows, no variation, residuals that are exactly 0.

A residual counts as 0 where it is no larger than what rounding leaves of the outcome and of the
products of columns and coefficients, 2.2e-16 of each.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.lmm.model import LinearModel
from stanlevels.gaussian import Statistics
from stanlevels.gaussian.anchor import anchored, ranks
from stanlevels.gaussian.statistics import Anchor
from stanlevels.words import counted

__all__ = ["is_exact", "prepared", "refuse_exact", "refuse_few_rows", "rounding", "what_is_exact"]

_NONE = 1e-3  # degrees of freedom, rows counted by their weights, that are none
_FEW = 4  # effects of which every selection is tried
_DENSE = 1e6  # numbers of a matrix that is decomposed in no time
_ROUNDING = 4 * float(np.finfo(float).eps)  # of a typical row, as a share of its size


def rounding(model: LinearModel, explained: Array | float = 0.0) -> float:
    """The weighted sum of squares that rounding alone can leave of a residual.

    Parameters
    ----------
    model : LinearModel
    explained : ndarray, (n,), or float
        Sizes of what else was added up in every row, beside the outcome and its fixed part.
    """
    offset = model.predictor.offset
    fixed = np.abs(model.basis.X) @ np.abs(model.statistics.start)
    size = np.abs(model.y + offset) + np.abs(offset) + fixed + explained
    return float(model.design.precisions @ np.square(_ROUNDING * size))


def is_exact(model: LinearModel) -> bool:
    """Whether the coefficients alone reproduce the outcome, to rounding."""
    s, offset = model.statistics, model.predictor.offset
    outcome = float(model.design.precisions @ (np.square(model.y) + 2 * np.square(offset)))
    columns = np.square(np.linalg.norm(s.R, axis=0) * s.start)
    most = _ROUNDING**2 * 4 * (2 * outcome + s.p * float(columns.sum()))  # at least `rounding`, without rows
    return s.yy <= most and s.yy <= rounding(model)


def what_is_exact(model: LinearModel) -> str:
    """Which outcome does not vary, or what reproduces it."""
    p = model.predictor
    outcome = listing(line.name for line in p.planned.observed.values())
    values = np.concatenate([np.asarray(p.bound.outcome(name), dtype=float) for name in p.planned.observed])
    counting = values if model.weights is None else values[model.weights > 0]
    rows = counted(len(counting), "row")
    if np.ptp(counting) == 0 and not np.any(p.offset):
        return f"{outcome} does not vary: it is {counting[0]:.6g} in {rows}"
    owners = listing(dict.fromkeys(name for name, _ in p.columns)) or "what is known"
    return f"{outcome} is reproduced exactly by {owners}: no residual is left in {rows}"


def refuse_few_rows(model: LinearModel) -> None:
    """Refuse a residual standard deviation that has no degree of freedom.

    Raises
    ------
    FitError
        With the rows (by their weights) and the coefficients.
    """
    n, p = model.statistics.n, model.statistics.p
    if model.noise is None or n > p:
        return
    weighted = " (by their weights)" if model.weights is not None else ""
    rows = f"{n:g} row" if n == 1 else f"{n:g} rows"
    raise FitError(
        f"{rows}{weighted} for {counted(p, 'coefficient')} leave no residual",
        expected="more rows than coefficients",
        way_out="use fewer parameters, or give the residual standard deviation a known value",
    )


def refuse_exact(model: LinearModel) -> None:
    """Refuse to look for a residual standard deviation where no residual is left.

    Raises
    ------
    FitError
        If the coefficients alone reproduce the outcome.
    """
    if model.noise is not None and is_exact(model):
        noise = model.noise.quantity
        raise FitError(
            f"{what_is_exact(model)}, so {noise!r} heads to 0 and the likelihood has no maximum",
            expected="an outcome that varies about what the coefficients alone give",
            way_out=f"method='ols' gives the coefficients with a residual of 0; or give {noise!r} a known"
            f" value, roles={{{noise!r}: 1.0}}",
        )


def prepared(model: LinearModel, restricted: bool = False) -> Statistics:
    """Statistics from which a likelihood can be maximised, with every digit that the data have.

    Parameters
    ----------
    model : LinearModel
    restricted : bool
        Whether it is REML's, which looks across the coefficients: they cannot take up what is left of rows.

    Raises
    ------
    FitError
        If there are too few rows, or if coefficients, alone or with random variables, reproduce the
        outcome exactly.
    """
    refuse_few_rows(model)
    refuse_exact(model)
    found = anchored(model.design, model.statistics)
    if found.anchor is None:
        return found
    effects, beside = ranks(found)
    if found.n - effects - beside < _NONE:  # columns for every row leave nothing of any outcome
        if not restricted and found.n - effects > _NONE:
            _refuse_together(model, found.n, beside)
        _refuse_some_saturated(model)
        return model.statistics
    _refuse_saturated(model, found.anchor)
    return found


def _refuse_together(model: LinearModel, n: float, beside: int) -> None:
    if model.noise is None:
        return
    names, noise = listing(effect.name for effect in model.predictor.effects), model.noise.quantity
    raise FitError(
        f"the units of {names} and {counted(beside, 'coefficient')} that vary within them reproduce all"
        f" {n:g} rows exactly, so {noise!r} heads to 0 and the likelihood has no maximum",
        expected="more rows than units and such coefficients",
        way_out=f"method='reml' has a maximum; or use fewer coefficients, or give {noise!r} a known value",
    )


def _refuse_saturated(model: LinearModel, anchor: Anchor) -> None:
    explained = abs(model.predictor.Z) @ np.abs(anchor.C[:, -1])
    if model.noise is None or anchor.rest[-1, -1] > rounding(model, explained):
        return
    raise _saturated(model, model.noise.quantity, [effect.name for effect in model.predictor.effects])


def _refuse_some_saturated(model: LinearModel) -> None:
    """Refuse where some of the effects reproduce the outcome, though all of them would reproduce any."""
    effects, n = model.predictor.effects, len(model.y)
    if model.noise is None or not 1 < len(effects) <= _FEW or model.predictor.Z.shape[1] * n > _DENSE:
        return
    root, Z, ends = np.sqrt(model.design.precisions), model.predictor.Z.tocsc(), model.statistics.offsets
    for size in range(1, len(effects)):
        for some in combinations(range(len(effects)), size):
            own = [Z[:, ends[b] : ends[b + 1]].toarray() for b in some]
            columns = root[:, None] * np.column_stack([model.basis.X, *own])
            found, _, rank, _ = np.linalg.lstsq(columns, root * model.y, rcond=1e-12)
            left = float(np.square(root * model.y - columns @ found).sum())
            explained = np.abs(np.column_stack(own)) @ np.abs(found[model.statistics.p :])
            if rank < np.count_nonzero(root) and left <= rounding(model, explained):
                raise _saturated(model, model.noise.quantity, [effects[b].name for b in some])


def _saturated(model: LinearModel, noise: str, effects: list[str]) -> FitError:
    names = listing(effects)
    outcome = listing(line.name for line in model.predictor.planned.observed.values())
    return FitError(
        f"{outcome} does not vary within the units of {names}, which reproduce it exactly, so {noise!r} heads"
        " to 0 and the likelihood has no maximum",
        expected="rows that differ from what the random variables can reproduce",
        way_out=f"fit one row per unit, or give {noise!r} a known value, roles={{{noise!r}: 1.0}}",
    )
