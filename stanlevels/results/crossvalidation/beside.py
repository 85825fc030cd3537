"""Expected log predictive densities of several fits side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stanlevels.errors import FitError
from stanlevels.results.comparable import commonest, left_out
from stanlevels.results.crossvalidation.elpd import CrossValidation

__all__ = ["ROWS_OF_ELPD", "differences", "predictive"]

ROWS_OF_ELPD = ("elpd", "elpd difference", "effective parameters")

_LARGEST = 100_000_000  # numbers of a log likelihood: half a minute of importance sampling


def predictive(
    fits: Mapping[str, Any], by: str | Sequence[str] | None
) -> tuple[dict[str, CrossValidation], list[str]]:
    """Cross-validations of the fits that can be compared, and notes.

    Parameters
    ----------
    fits : mapping of str to Fit or CrossValidation
        By their labels; what has been cross-validated is taken as it is.
    by : str or sequence of str, optional
        As in `fit.loo`.

    Returns
    -------
    dict of str to CrossValidation
    list of str
        Sentences on what is left out, and on what is doubtful.
    """
    found: dict[str, CrossValidation] = {}
    notes: list[str] = []
    for name, fit in fits.items():
        if isinstance(fit, CrossValidation):
            found[name] = fit
            continue
        draws = fit.by_quantity
        numbers = draws.bound.n_rows * int(np.prod(draws.shape))
        if by is None and numbers > _LARGEST:
            notes.append(
                f"{name!r} has {draws.bound.n_rows:,} rows, for which leave-one-out takes minutes: compare"
                " fit.loo(draws=100) of each"
            )
            continue
        try:
            found[name] = fit.loo(by=by)
        except FitError as error:
            notes.append(f"{name!r} has no expected log density: {error.found}")
    kept = commonest({name: each.key for name, each in found.items()})
    if len(kept) < len(found):
        notes.append(
            "expected log densities compare predictions of the same outcomes, in the same order and parts;"
            f" these differ{left_out(found, kept)}"
        )
    usable = {name: each for name, each in found.items() if name in kept}
    return usable, [*notes, *_doubts(usable)]


def _doubts(found: Mapping[str, CrossValidation]) -> list[str]:
    if not found:
        return []
    methods = dict.fromkeys(each.method for each in found.values())
    called = next(iter(found.values())).called
    notes = [f"elpd: {' or '.join(methods).lower()} by {called}; sd is its standard error"]
    for name, each in found.items():
        if each.pareto_k is not None and not (each.pareto_k <= each.good_k).all():
            notes.append(f"{name!r}: {each.reliability}")
        notes += [f"{name!r}: {note}" for note in each.notes if "on which its density conditions" in note]
    return notes


def differences(found: Mapping[str, CrossValidation]) -> dict[str, dict[str, tuple[float, float]]]:
    """Rows of a table by label: the density, its difference to the best with its standard error, and p.

    Examples
    --------
    >>> differences({})
    {}
    """
    if not found:
        return {}
    best = max(found, key=lambda name: found[name].elpd)
    table = {}
    for name, each in found.items():
        gap = each.elpd_of_parts - found[best].elpd_of_parts
        n = len(gap)
        se = float(np.sqrt(n * np.var(gap, ddof=1))) if n > 1 else float("nan")
        rows = {ROWS_OF_ELPD[0]: (each.elpd, each.se)}
        if len(found) > 1:
            rows[ROWS_OF_ELPD[1]] = (float(gap.sum()), se)
        rows[ROWS_OF_ELPD[2]] = (each.p, float("nan"))
        table[name] = rows
    return table
