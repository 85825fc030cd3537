"""Which likelihoods can stand side by side: of the same outcomes, and if restricted, coefficients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.words import joined

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.estimation.point.solution import Solution

__all__ = ["commonest", "comparable", "left_out", "likelihood_of", "named"]


def comparable(fits: Mapping[str, Any]) -> tuple[dict[str, bool], list[str]]:
    """Which fits have a likelihood that can be compared with those of the others, and notes.

    Of fits to different data those to the commonest are kept, if there are at least two; of restricted
    likelihoods in the same way those with the commonest coefficients.

    Parameters
    ----------
    fits : mapping of str to Fit or PointFit
        By their labels.

    Returns
    -------
    dict of str to bool
    list of str
        Sentences on what is left out, and on what is of another kind.
    """
    estimates = {name: fit for name, fit in fits.items() if hasattr(fit, "log_likelihood")}
    kept = commonest({name: fit.likelihood_of[0] for name, fit in estimates.items()})
    notes = []
    if len(kept) < len(estimates):
        rows = [f"{name!r} to {fit.bound.n_rows:,} rows" for name, fit in estimates.items()]
        differ = len({fit.bound.n_rows for fit in estimates.values()}) > 1
        notes.append(
            "log likelihoods, AIC and BIC compare fits to the same outcomes alone; these are fits to"
            + (f" other rows ({joined(rows, 'and')})" if differ else " other values or kinds of outcome")
            + left_out(estimates, kept)
        )
    restricted = {name: estimates[name] for name in kept if estimates[name].method == "reml"}
    same = commonest({name: fit.likelihood_of[1] for name, fit in restricted.items()})
    if len(same) < len(restricted):
        notes.append(
            "restricted likelihoods of models with different coefficients (or units of covariates) cannot be"
            " compared: fit them by method='mle'" + left_out(restricted, same)
        )
        kept -= set(restricted) - same
    notes += _kinds(fits, estimates, kept)
    return {name: name not in estimates or name in kept for name in fits}, notes


def _kinds(fits: Mapping[str, Any], estimates: Mapping[str, Any], kept: set[str]) -> list[str]:
    """Notes on likelihoods of another kind that are shown all the same."""
    notes = []
    restricted = [name for name in estimates if name in kept and estimates[name].method == "reml"]
    if restricted and len(restricted) < len(kept):
        notes.append(f"the likelihood of {named(restricted)} is restricted: it compares with no other kind")
    draws = [name for name in fits if name not in estimates]
    if draws and estimates:
        notes.append(f"{named(draws)}: means and standard deviations of draws, with no maximum")
    return notes


def commonest(keys: Mapping[str, Hashable]) -> set[str]:
    """The names of the largest group with one key; none where every key is another."""
    if not keys:
        return set()
    key, count = Counter(keys.values()).most_common(1)[0]
    return {name for name, other in keys.items() if other == key} if count > 1 or len(keys) == 1 else set()


def left_out(names: Mapping[str, Any], kept: set[str]) -> str:
    """Which names are not among those kept, as the end of a sentence."""
    lost = [name for name in names if name not in kept]
    return f"; left out: {named(lost)}"


def named(names: list[str]) -> str:
    """Names in quotes, as a list."""
    return joined([repr(name) for name in names], "and")


def likelihood_of(bound: Bound, solution: Solution) -> tuple[Hashable, Hashable]:
    """What a likelihood is a density of, and for a restricted one, which coefficients are integrated out.

    The first are the outcomes with their weights, whatever the order of rows; the second the columns of
    the model's coefficients, in no order, as far as their sums tell them apart.
    """
    return _outcomes(bound), _coefficients(solution) if solution.method == "reml" else None


def _outcomes(bound: Bound) -> Hashable:
    found = []
    for name, node in bound.graph.observed.items():
        values = np.asarray(bound.outcome(name), dtype=float)
        values = values.reshape(len(values), -1)
        weights = bound.weights(name)
        columns = values if weights is None else np.column_stack([values, weights])
        order = np.lexsort(columns.T)
        discrete = FAMILIES[node.family].discrete
        found.append((discrete, weights is None, sha256(columns[order].tobytes()).hexdigest()))
    return tuple(sorted(found))


def _coefficients(solution: Any) -> Hashable:
    X = solution.model.basis.X  # dense or sparse
    sums = zip(np.ravel(X.sum(axis=0)), np.ravel((X * X).sum(axis=0)), strict=True)
    return tuple(sorted((f"{total:.9g}", f"{square:.9g}") for total, square in sums))
