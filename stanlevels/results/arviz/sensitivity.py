"""How much a posterior depends on its priors: power-scaling, by ArviZ from 1.0 on.

Kallioinen, Paananen, Bürkner and Vehtari (2024), "Detecting and diagnosing prior and likelihood sensitivity
with power-scaling".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import uses
from stanlevels.results.arviz.arviz_names import ArvizNames
from stanlevels.results.arviz.groups import are_a_tree
from stanlevels.results.arviz.inference_data import Variable, dataset, leading_axes
from stanlevels.results.draws import Draws
from stanlevels.values.arguments import arguments_of
from stanlevels.values.correlated import correlated
from stanlevels.values.evaluate import value
from stanlevels.values.pieces import chunks
from stanlevels.values.pointwise import log_density, numbers_per_row
from stanlevels.values.remembered import remembered

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.engines.base import RawDraws
    from stanlevels.results.arviz.groups import Groups

__all__ = ["log_prior", "prior_sensitivity"]


def log_prior(draws: Draws, raw: RawDraws, names: ArvizNames) -> xarray.Dataset:
    """The log density of every prior, one variable (chain, draw) for each line that has one.

    Priors are the distributions whose arguments are known. Distributions of random variables, whose arguments
    are estimated, are part of the model.

    Raises
    ------
    FitError
        If there is none, or one's draws were not recorded.
    """
    found = []
    for name, line in _priors(draws):
        if not draws.holds(name):
            raise FitError(
                f"the log prior needs draws of {name!r}, which were not recorded, as record= asked",
                expected=f"draws of all that has a prior; recorded are {listing(draws.recorded, 20)}",
                way_out="fit again without record=",
            )
        found.append(Variable(names[name], leading_axes(raw, draws.shape[1]), _density(line, draws), {}))
    if not found:
        raise FitError("nothing has a prior: every distribution has arguments that are estimated")
    return dataset(found, {})


def _priors(draws: Draws) -> Iterator[tuple[str, Line]]:
    planned = draws.planned
    for name, line in planned.latent.items():
        terms = line.args.values()
        known = not any(planned.unknowns[use.name] for term in terms for use in uses(term))
        if known and planned.quantities[name].is_unknown:
            yield name, line


def _density(line: Line, draws: Draws) -> Array:
    """The log density of one line, summed over its units, (chains, draws)."""
    if line.family.structure is not None:
        own = value(line.name, draws.values, draws.bound)
        return correlated(line, draws.values, draws.bound).log_density(own)
    arguments = arguments_of(line, draws.values, draws.bound)
    x = value(line.name, draws.values, draws.bound)
    if line.family.is_correlation:
        size = round(np.sqrt(x.shape[-1]))
        x = np.linalg.cholesky(x.reshape(*x.shape[:-1], size, size))
    found = line.form.log_density(x, arguments)
    return np.asarray(
        np.broadcast_to(found, (*draws.shape, *found.shape[2:])).reshape(*draws.shape, -1).sum(axis=-1)
    )


def _likelihood(draws: Draws) -> Array:
    """The log likelihood of all data, (chains, draws), in pieces of rows."""
    total, data = np.zeros(draws.shape), remembered(draws.bound)
    for line in draws.planned.observed.values():
        n, each = draws.bound.size(line.domain), numbers_per_row(line, draws.values)
        for piece in chunks(n, int(np.prod(draws.shape)) * each):
            total += log_density(line, draws.values, data, piece).sum(axis=(2, 3))
    return total


def prior_sensitivity(
    draws: Draws, raw: RawDraws, names: ArvizNames, idata: Groups, var_names: Sequence[str]
) -> pd.DataFrame:
    """A row per number: how much its posterior moves with the priors, and with the likelihood.

    Raises
    ------
    FitError
        With an ArviZ before 1.0, which does not have it.
    """
    if not are_a_tree():
        raise FitError(
            "sensitivity to priors is computed by ArviZ from 1.0 on, and an older one is installed",
            expected="ArviZ 1.0 or newer (Python 3.12 or newer)",
            way_out="pip install 'arviz>=1'",
        )
    import logging

    import xarray
    from arviz_stats import psense_summary

    axes = leading_axes(raw, draws.shape[1])
    likelihood = dataset([Variable("log_likelihood", axes, _likelihood(draws), {})], {})
    groups = {
        "posterior": idata["posterior"].to_dataset()[[names[name] for name in var_names]],
        "log_prior": log_prior(draws, raw, names),
        "log_likelihood": likelihood,
    }
    logger = logging.getLogger("arviz_stats.psense")
    before = logger.level
    logger.setLevel(logging.ERROR)  # it would say in the log what the table says
    try:
        found: pd.DataFrame = psense_summary(xarray.DataTree.from_dict(groups))
    finally:
        logger.setLevel(before)
    return found
