"""What a fit with draws is made of again, with and without the rows of the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.program.render import Rendered
from stanlevels.results.drawn import values_of
from stanlevels.results.keep.known import KnownOfRows, check_there, without_rows

__all__ = ["state_of_draws"]


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


def _known(fit: Any) -> KnownOfRows:
    """What draws and rows say together."""
    raw = fit.raw
    warmup = _integrated(fit, raw.warmup_variables) if raw.warmup_variables else {}
    return KnownOfRows(fit._pooling.found, fit.diagnose(), _integrated(fit, raw.variables), warmup)


def _integrated(fit: Any, variables: Mapping[str, Array]) -> dict[str, Array]:
    """Draws of what was integrated out."""
    values = values_of(fit, variables)
    if values.on_demand:
        raise FitError(
            f"the draws of {listing(values.on_demand)} are too many to keep: they are made again from the"
            " rows of the data each time",
            expected="a file that holds the rows too",
            way_out="fit.save(path, rows=True)",
        )
    return {n: a for n, a in values.arrays.items() if fit.planned.quantities[n].is_integrated}
