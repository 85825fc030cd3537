"""What a fit with draws is made of again, with and without the rows of the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.program.render import Rendered
from stanlevels.results.from_program import groups_to_draw, values_of
from stanlevels.results.keep.groups import kept_groups
from stanlevels.results.keep.known import KnownOfRows, check_there, without_rows
from stanlevels.values.store import Values

__all__ = ["state_of_draws", "state_of_simulated"]


def state_of_draws(fit: Any, rows: bool) -> dict[str, Any]:
    """The parts of a `Fit` by the names of its fields.

    Raises
    ------
    FitError
        If rows are asked for that are not there, or needed and not asked for.
    """
    check_there(fit.bound, rows)
    parts = {field.name: getattr(fit, field.name) for field in fields(fit)}
    parts["program"] = Rendered(
        fit.program.text, getattr(fit.program, "sources", {}), dict(fit.program.outputs)
    )
    if rows:
        return parts
    return parts | {"bound": without_rows(fit.bound, fit.planned), "known": fit.known or _known(fit)}


def state_of_simulated(fit: Any, rows: bool) -> dict[str, Any]:
    """The parts of a `SimulatedFit` by the names of its fields; its draws are stored whole.

    Raises
    ------
    FitError
        As for `state_of_draws`.
    """
    check_there(fit.bound, rows)
    parts = {field.name: getattr(fit, field.name) for field in fields(fit)}
    _check_stored(fit.by_quantity.values, fit.by_quantity.values.on_demand)
    bound = fit.bound if rows else without_rows(fit.bound, fit.planned)
    return parts | {"bound": bound, "by_quantity": replace(fit.by_quantity, bound=bound)}


def _known(fit: Any) -> KnownOfRows:
    """What draws and rows say together."""
    raw = fit.raw
    whole = fit.by_quantity.values if fit.recorded is None else values_of(fit, raw.variables)
    groups, drawn = kept_groups(groups_to_draw(fit), whole, fit.bound)
    _check_stored(whole, drawn)
    arrays = {name: whole.arrays[name] for name in drawn if name in whole.arrays}
    warmup: dict[str, Array] = {}
    if raw.warmup_variables:
        found = values_of(fit, raw.warmup_variables)
        warmup = {name: found.arrays[name] for name in _integrated(fit) if name in found.arrays}
        _check_stored(found, found.on_demand)
    return KnownOfRows(fit._pooling.found, fit.diagnose(), arrays, groups, warmup)


def _integrated(fit: Any) -> list[str]:
    return [name for name, quantity in fit.planned.quantities.items() if quantity.is_integrated]


def _check_stored(values: Values, names: Iterable[str]) -> None:
    """Raise FitError where draws are made again from rows each time."""
    if again := [name for name in names if name in values.on_demand]:
        raise FitError(
            f"the draws of {listing(again)} are too many to keep: they are made again from the"
            " rows of the data each time",
            expected="a file that holds the rows too",
            way_out="fit.save(path, rows=True)",
        )
