"""Whether the parts of a loaded fit belong together: sizes, units and shapes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from stanlevels.binding import Bound
from stanlevels.graph import ROWS
from stanlevels.plan.planned import Planned
from stanlevels.results.keep.broken import Broken
from stanlevels.results.keep.groups import KeptNest, kept_names
from stanlevels.values.store import from_draws, width

__all__ = ["check_whole"]


def check_whole(fit: Any) -> None:
    """Raise Broken (or an error of ours) where arrays have not the shapes that the model gives them."""
    bound, planned = fit.bound, fit.planned
    _check_levels(bound)
    if set(planned.quantities) != set(planned.lines) or bound.graph.nodes.keys() - planned.graph.nodes.keys():
        raise Broken("its plan is that of another model")
    for axis in {axis for line in planned.lines.values() for axis in line.domain}:
        if not axis.startswith("<"):  # rows, and axes that are made of them
            bound.size((axis,))
    if hasattr(fit, "settings"):
        _check_draws(fit)
    elif hasattr(fit, "seed"):
        _check_stored(fit)
    else:
        _check_estimates(fit)


def _check_levels(bound: Bound) -> None:
    levels = bound.levels
    for name, level in levels.items():
        if len(level.coordinate) != level.size or name != level.name:
            raise Broken(f"the units of {name!r} are not as many as their labels")
        for parent, codes in level.parents.items():
            _check_codes(codes, level.size, levels[parent].size, name)
        within = bound.graph.levels[name].within
        if level.above is not None and within is not None:
            _check_codes(level.above, level.size, levels[bound.graph.target_level(within)].size, name)
    sizes = bound.domains.sizes
    for name, links in bound.domains.links.items():
        for target, codes in links.items():
            _check_codes(codes, sizes[name], sizes[target], name)
    for domain, counts in (bound.rows.counts or {}).items():
        _check_codes(counts, bound.size(domain), None, " x ".join(domain))
    for domain, columns in bound.rows.held.items():
        for column in columns.values():
            _check_column(column, bound.size(domain))
    for place in bound.domains.places.values():
        for column in place.columns.values():
            _check_column(column, place.n)


def _check_codes(codes: Any, n: int, size: int | None, name: str) -> None:
    whole = codes.dtype.kind in "iu" and codes.shape == (n,)
    if not whole or (n and (codes.min() < 0 or (size is not None and codes.max() >= size))):
        raise Broken(f"the units that {name!r} lies in are not units")


def _check_column(column: Any, n: int) -> None:
    if column.data.shape != (n,):
        raise Broken(f"the column {column.name!r} has another length")
    if column.labels is not None:
        _check_codes(column.data, n, max(len(column.labels), 1), column.name)


def _check_draws(fit: Any) -> None:
    shape = (len(fit.raw.chains), fit.settings.draws)
    for name, array in fit.raw.stats.items():
        if array.shape != shape:
            raise Broken(f"the sampler's {name!r} has shape {array.shape}")
    for name, array in fit.known.integrated.items() if fit.known else ():
        expected = (*shape, fit.bound.size(fit.planned.lines[name].domain), width(fit.planned, name))
        if array.shape != expected:
            raise Broken(f"the draws of {name!r} have shape {array.shape}")
    if fit.known is not None:
        _check_groups(fit)
    outputs = {name: stan for name, stan in fit.program.outputs.items() if stan in fit.raw.variables}
    found = from_draws(fit.planned, fit.bound, outputs, fit.raw.variables)  # it checks every shape
    if found.arrays and found.shape != shape:
        raise Broken("its draws are not as many as its settings say")


def _check_groups(fit: Any) -> None:
    """Units, columns and cells of what draws integrated quantities back."""
    for kept in fit.known.groups:
        for name, units in kept_names([kept]).items():
            if units != fit.bound.size(fit.planned.lines[name].domain):
                raise Broken(f"what is known of {name!r} is not of as many units")
        if isinstance(kept, KeptNest):
            _check_nest(kept)
        elif any(len(added) != kept.group.size for added in kept.group.added):
            raise Broken(f"what rows add to {kept.group.name!r} is not of as many units")


def _check_nest(kept: KeptNest) -> None:
    levels = kept.nest.levels
    for level, above in pairwise(levels):
        _check_codes(level.up, level.units, above.units, "a level")
    if len(kept.base) != len(kept.nest.cells) or not 0 <= kept.stored <= len(levels):
        raise Broken("cells are not as many as what is known of them")
    for cells, base in zip(kept.nest.cells, kept.base, strict=True):
        n = len(cells.unit)
        _check_codes(cells.unit, n, levels[cells.level].units, "cells")
        if base.shape[:1] != (n,) or cells.root.shape != (n, *base.shape[1:], *base.shape[1:]):
            raise Broken("what is known of cells is not of as many cells")
        if any(part.shape[0] != base.size for part in cells.effect.values()):
            raise Broken("what takes off cells is not of as many cells")


def _check_stored(fit: Any) -> None:
    values = fit.by_quantity.values
    for name, array in values.arrays.items():
        units, numbers = fit.bound.size(fit.planned.lines[name].domain), width(fit.planned, name)
        if array.ndim != 4 or any(
            n not in (1, m) for n, m in zip(array.shape[2:], (units, numbers), strict=True)
        ):
            raise Broken(f"the draws of {name!r} have shape {array.shape}")
    if fit.by_quantity.bound is not fit.bound or values.on_demand or values.planned is not fit.planned:
        raise Broken("its draws are those of another fit")


def _check_estimates(fit: Any) -> None:
    planned: Planned = fit.planned
    for name, found in fit.solution.moments.items():
        line = planned.lines[name]
        size = fit.bound.size(line.domain) * width(planned, name) if ROWS not in line.domain else None
        arrays = [value for value in vars(found).values() if isinstance(value, np.ndarray)]
        if any(array.shape != (size,) for array in arrays):
            raise Broken(f"the estimates of {name!r} are not as many as its units")
    for name, found in {**fit.numbers, **fit.solution.number}.items():
        if len({array.shape for array in vars(found).values() if isinstance(array, np.ndarray)}) > 1:
            raise Broken(f"the estimates of {name!r} are not as many as their errors")
