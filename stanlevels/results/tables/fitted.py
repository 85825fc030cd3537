"""The table `fitted`: a row per outcome, with the posterior of its mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.results.draws import Draws
from stanlevels.results.tables.describe import COLUMNS, check_level, described
from stanlevels.results.tables.subjects_of_rows import Named, covariates_of_rows, leading_columns
from stanlevels.values.pieces import chunks
from stanlevels.values.pointwise import in_order, mean
from stanlevels.values.remembered import remembered

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fitted"]


def fitted(fit: Named, draws: Draws, name: str | None, level: float) -> pd.DataFrame:
    """A row per outcome of a line with data, in pieces of rows so that memory stays bounded.

    Raises
    ------
    FitError
        If the line is unknown, has categories (which have no mean), or rests on what was not recorded.
    """
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    check_level(level)
    chosen = _chosen(draws, name)
    line, data = draws.line(chosen), remembered(draws.bound)
    (n, numbers), (chains, length) = draws.size(chosen), draws.shape
    order, found = in_order(line, draws.values, data), {c: np.empty((n, numbers)) for c in COLUMNS}
    for piece in chunks(n, chains * length * numbers):
        values = mean(line, draws.values, data, order[piece])
        for column, part in described(values.reshape(chains, length, -1), level).items():
            found[column][order[piece]] = part.reshape(-1, numbers)
    table = leading_columns(fit, chosen)
    table.pop("rows", None)
    if line.domain == (ROWS,) and not line.components:
        table |= covariates_of_rows(draws.bound, table)
    labels = list(table)
    table["observed"] = np.asarray(draws.bound.seen(chosen)).ravel()
    columns = {column: values.ravel() for column, values in found.items()}
    return shown(pd.DataFrame(table | columns), labels=labels)


def _chosen(draws: Draws, name: str | None) -> str:
    """The line that is asked for: the only one, where none is named."""
    observed = draws.planned.observed
    if name is None and len(observed) == 1:
        (name,) = observed
    if name is None or name not in observed:
        raise FitError(
            f"fitted() was given {name!r}" if name is not None else "fitted() was not told which line",
            expected=f"one of the lines with data: {listing(observed, 20) or 'there is none'}",
        )
    line = draws.line(name)
    if line.family.is_categorical:
        raise FitError(
            f"{name!r} is one of several categories, which have no mean",
            expected="an outcome that is a number",
            way_out="the draws of what its probabilities are computed from: fit.draws(...)",
        )
    if not draws.locates(name):
        raise FitError(
            f"the mean of {name!r} needs draws that were not recorded, as record= asked",
            expected=f"draws of what it depends on; recorded are {listing(draws.recorded, 20)}",
            way_out="fit again without record=",
        )
    return name
