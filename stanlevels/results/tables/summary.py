"""The table `summary`: a row per number, for every kind of fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.results.tables.smooths import smooths_among
from stanlevels.results.tables.subjects_of_rows import Named, entries

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["asked_for", "summary"]

Columns = Callable[[str, Array], Mapping[str, Any]]


def summary(
    fit: Named, chosen: Iterable[str], columns: Columns, always: Sequence[str], *, whole: bool = True
) -> pd.DataFrame:
    """A row per number of the quantities `chosen`.

    Parameters
    ----------
    fit : Named
        What names the rows.
    chosen : iterable of str
    columns : callable
        The method's columns of one quantity, at the positions of its numbers that can vary.
    always : sequence of str
        Names of the columns, for a table without rows.
    whole : bool
        Whether the coefficients of smooths have rows too.
    """
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    names, parts = list(chosen), []
    aside = {} if whole else smooths_among(names, fit.planned)
    for name in (name for name in names if name not in aside):
        positions, labels = entries(fit, name)
        parts.append(pd.DataFrame(columns(name, positions), index=pd.Index(labels, dtype=object)))
    if parts:
        return shown(pd.concat(parts), list(aside.values()))
    over = [name for name, line in fit.planned.lines.items() if line.is_latent and line.domain]
    notes = [f"every quantity has units: see effects({over[0]!r})"] if over else []
    return shown(pd.DataFrame(columns=list(always), dtype=float), notes)


def asked_for(var_names: Sequence[str] | str, known: Iterable[str], found: str, aside: str = "") -> list[str]:
    """The quantities that a person named.

    Raises
    ------
    FitError
        If one is not `known`; `found` says so, with ``{}`` where the names go.
    """
    there = list(known)
    if not isinstance(var_names, Iterable):
        raise FitError(
            f"the names of quantities are {var_names!r}",
            expected=f"a name or a list of names: {listing(there, 20)}{aside}",
        )
    wanted = [var_names] if isinstance(var_names, str) else list(var_names)
    if unknown := [name for name in wanted if name not in there]:
        raise FitError(found.format(listing(unknown)), expected=f"one of {listing(there, 20)}{aside}")
    return wanted
