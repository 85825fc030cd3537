"""Outcomes of one line of which a row lacks some: draws of these given the others."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.joint import draw_others
from stanlevels.plan.placed import Line
from stanlevels.results.draws import Draws
from stanlevels.values.arguments import arguments_of
from stanlevels.values.remembered import remembered

__all__ = ["lacking", "unknown_of_rows"]


def lacking(draws: Draws, name: str) -> tuple[Codes, Codes]:
    """Units and components that the data lack, in the order of the rows."""
    gone = np.isnan(np.asarray(draws.bound.seen(name), dtype=float))
    if gone.ndim == 1:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    units, components = np.nonzero(gone)
    return units, components


def unknown_of_rows(draws: Draws, name: str, seed: int) -> tuple[Codes, Codes, Array]:
    """Units and components that are lacking, with draws of these, (chains, draws, values).

    Each row's are drawn together, given what is known of it.
    """
    line: Line = draws.line(name)
    units, components = lacking(draws, name)
    y = np.asarray(draws.bound.seen(name), dtype=float)
    found = np.empty((*draws.shape, len(units)))
    patterns = np.unique(np.isnan(y[np.unique(units)]), axis=0) if len(units) else np.zeros((0, 0), bool)
    for place, gone in enumerate(patterns):
        rows = np.flatnonzero((np.isnan(y) == gone).all(axis=1))
        given = arguments_of(line, draws.values, remembered(draws.bound), rows)
        rng = np.random.default_rng([seed, 0x1EA, place])
        drawn = draw_others(rng, y[rows], ~gone, draws.shape, **given)
        for k, component in enumerate(np.flatnonzero(gone)):
            at = np.flatnonzero((components == component) & np.isin(units, rows))
            found[:, :, at] = drawn[..., k]
    return units, components, found
