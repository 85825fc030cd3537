"""Outcomes that the data lack, as the fit knows them: a row for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.partly.holes import absent
from stanlevels.distributions.categories import log_softmax
from stanlevels.distributions.composed import numbered
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import FitError, listing
from stanlevels.results.draws import Draws
from stanlevels.results.predictions.outcomes import replicated
from stanlevels.results.tables.describe import check_level, described
from stanlevels.results.tables.subjects_of_rows import Named, unit_columns
from stanlevels.results.tables.together import lacking, unknown_of_rows
from stanlevels.values.arguments import arguments_of
from stanlevels.values.evaluate import value
from stanlevels.values.remembered import remembered

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["imputed", "imputed_draws"]


def imputed(fit: Named, draws: Draws, name: str | None, level: float, seed: int) -> pd.DataFrame:
    """A row per value that an outcome lacks; see `Shares.imputed`."""
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    check_level(level)
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise FitError(f"seed is {seed!r}", expected="a whole number, 0 or more")
    chosen = _chosen(fit, draws, name)
    domain = draws.line(chosen).domain
    if draws.line(chosen).family.is_vector:
        units, components, values = unknown_of_rows(draws, chosen, seed)
        own = np.array(draws.planned.graph.observed[chosen].observed, dtype=object)[components]
        which = {"outcome": own}
    else:
        units, values = imputed_draws(draws, chosen, seed)
        which = {}
    table = {column: labels[units] for column, labels in unit_columns(fit.bound, domain)} | which
    labels = list(table)
    categories = draws.bound.outcome_labels(chosen)
    if categories is not None:
        return shown(pd.DataFrame(table | _by_category(values, categories, labels)), labels=labels)
    columns = described(values, level)
    return shown(pd.DataFrame(table | columns), labels=labels)


def _by_category(values: Array, categories: tuple[Any, ...], taken: list[str]) -> dict[str, Any]:
    """The likeliest category, and the probability of each, in columns that no other is called like."""
    names = [str(category) for category in categories]
    if len({*names, *taken, _LIKELIEST}) < len(names) + len(taken) + 1:
        names = [f"P({category!r})" for category in categories]
    places = range(1, len(categories) + 1)
    shares = np.stack([(values == place).mean(axis=(0, 1)) for place in places], axis=1)
    likeliest = [categories[place] for place in shares.argmax(axis=1)]
    return {_LIKELIEST: likeliest} | {name: shares[:, k] for k, name in enumerate(names)}


_LIKELIEST = "likeliest"


def _chosen(fit: Named, draws: Draws, name: str | None) -> str:
    """The outcome that is asked for: the only one that lacks values, where none is named."""
    lacking = [n for n, node in draws.planned.graph.observed.items() if node.partly and len(_gone(draws, n))]
    if name is None and len(lacking) == 1:
        (name,) = lacking
    if fit.bound.rows.counts is not None:
        raise FitError(
            "the rows that were fitted were left out of this fit when it was saved",
            way_out="save the fit with fit.save(path, rows=True), or fit again",
        )
    if name is None or name not in lacking:
        raise FitError(
            f"imputed() was given {name!r}"
            if name is not None
            else "imputed() was given no outcome of several",
            expected='an outcome with missing="model" that lacks values: '
            + (listing(lacking, 20) if lacking else "there is none"),
        )
    return name


def _gone(draws: Draws, name: str) -> Codes:
    """The units that lack an outcome."""
    bound, weights = draws.bound, draws.planned.graph.observed[name].weights
    if draws.line(name).family.is_vector and bound.rows.counts is None:
        return lacking(draws, name)[0]
    if weights is None or not weights.startswith("<") or bound.rows.counts is not None:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(bound.column(bound.observed_domain(name), absent(name)) > 0)


def imputed_draws(draws: Draws, name: str, seed: int) -> tuple[Codes, Array]:
    """The units that lack an outcome, and draws of what it is there, (chains, draws, units).

    What was sampled has its draws. What no other line uses is drawn from its line, and what was summed out
    from its probabilities given the outcome that uses it.
    """
    units, planned = _gone(draws, name), draws.planned
    latent = next((n for n, line in planned.latent.items() if line.variable.completes == name), None)
    if latent is not None:
        return units, value(latent, draws.values, remembered(draws.bound))[..., 0]
    user = _summed_in(draws, name)
    if user is not None:
        return units, _of_sums(draws, name, user, units, np.random.default_rng([seed, 0x1E9]))
    return units, np.asarray(replicated(draws, name, units, seed, 0)[..., 0], dtype=float)


def _summed_in(draws: Draws, name: str) -> str | None:
    """The line that is a mixture over the values of an outcome: the last, which is given all others."""
    found = [user for user, (names, _) in draws.bound.encodings.sums.items() if name in names]
    return found[-1] if found else None


def _of_sums(draws: Draws, name: str, user: str, units: Codes, rng: np.random.Generator) -> Array:
    """Draws of an outcome that is summed out, from its probabilities given all lines that use it."""
    line, data, bound = draws.line(user), remembered(draws.bound), draws.bound
    declared = bound.declared.observed[user]
    form = FAMILIES[declared.family].parameterization(declared.parameterization)
    given = arguments_of(line, draws.values, data, units)
    weights = np.log(given["shares"]) if "shares" in given else log_softmax(given["shares_logit"])
    y = np.asarray(bound.outcome(user), dtype=float)[units]
    there = (
        np.ones(len(units)) if (own := bound.weights(user)) is None else (np.asarray(own)[units] > 0) * 1.0
    )
    logs = []
    for place in range(1, weights.shape[-1] + 1):
        own_arguments = {p.name: _flat(given[numbered(p.name, place)]) for p in form.parameters}
        logs.append(weights[..., place - 1] + there * form.log_density(y, own_arguments))
    log = np.stack(np.broadcast_arrays(*logs), axis=-1)
    shares = np.exp(log - log.max(axis=-1, keepdims=True))
    edges = np.cumsum(shares, axis=-1)
    chosen = (rng.random((*edges.shape[:-1], 1)) * edges[..., -1:] >= edges[..., :-1]).sum(axis=-1)
    names, values = bound.encodings.sums[user]
    of_parts = np.asarray([each[names.index(name)] for each in values], dtype=float)
    return np.asarray(of_parts[chosen])


def _flat(values: Array) -> Array:
    return values[..., 0] if values.ndim == 4 else values
