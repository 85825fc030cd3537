"""Outcomes of which the model leaves nothing: too few rows, no variation, residuals that are exactly 0.

A residual counts as 0 where it is no larger than what rounding leaves of the outcome and of the
products of columns and coefficients, 2.2e-16 of each.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.linear_model import LinearModel
from stanlevels.words import counted

__all__ = ["is_exact", "refuse_exact", "refuse_few_rows", "rounding", "what_is_exact"]

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
    counting = model.y if model.weights is None else model.y[model.weights > 0]
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
