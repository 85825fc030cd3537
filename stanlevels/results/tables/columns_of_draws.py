"""The columns that draws give the tables: moments and quantiles, deviations, pooling, mixing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.results.checks.mixing import Mixed, Mixing
from stanlevels.results.draws import Draws, is_constant
from stanlevels.results.tables.describe import describe
from stanlevels.results.tables.pooling_of_draws import Pooling
from stanlevels.results.tables.summary import asked_for
from stanlevels.values.means import declared_mean

__all__ = ["ALWAYS", "chosen", "of_numbers", "of_units"]

ALWAYS = tuple(describe(np.empty((1, 1, 0)), 0.95))
_KINDS = ("hyperparameters", "all")


def chosen(draws: Draws, var_names: Sequence[str] | str | None, kind: str) -> list[str]:
    """The quantities that `summary` shows; see `Fit.summary`."""
    if kind not in _KINDS:
        raise FitError(f"kind is {kind!r}", expected=" or ".join(repr(k) for k in _KINDS))
    planned = draws.planned
    if var_names is None:
        random = [name for name in draws.recorded if not is_constant(planned, name)]
        return [name for name in random if kind == "all" or not planned.lines[name].domain]
    return asked_for(
        var_names,
        [name for name in planned.lines if name in draws.recorded or not is_constant(planned, name)],
        "the draws hold nothing called {}",
    )


def of_numbers(draws: Draws, mixed: Mixed, name: str, positions: Array, level: float) -> dict[str, Array]:
    """Columns of `summary` at some numbers of a quantity."""
    return {key: column[positions] for key, column in _described(draws, mixed, name, level).items()}


def of_units(draws: Draws, mixed: Mixed, pooling: Pooling, name: str, level: float) -> dict[str, Array]:
    """Columns of `effects`: with the deviation from the declared mean, and how units were pooled."""
    columns = _described(draws, mixed, name, level)
    mean = declared_mean(name, draws.values, draws.bound) if draws.locates(name) else None
    if mean is None:
        return columns
    after = {key: columns.pop(key) for key in Mixing._fields}
    columns["deviation"] = columns["estimate"] - mean.ravel()
    return columns | pooling.columns(name, columns["estimate"]) | after


def _described(draws: Draws, mixed: Mixed, name: str, level: float) -> dict[str, Array]:
    """Every number of a quantity, in pieces of units so that memory stays bounded."""
    (chains, length), (_, width) = draws.shape, draws.size(name)
    recorded = name in draws.recorded
    known = mixed.of(name) if recorded and not draws.is_on_demand(name) else mixed.found(name)
    parts = []
    for piece in draws.pieces(name):
        values = draws.whole(name, piece).reshape(chains, length, -1)
        numbers = np.arange(piece.start * width, piece.stop * width)
        parts.append(describe(values, level, None if known is None else known.take(numbers)))
    parts = parts or [describe(np.empty((chains, length, 0)), level)]
    found = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    if recorded and known is None:
        mixed.keep(name, Mixing(**{key: found[key] for key in Mixing._fields}))
    return found
