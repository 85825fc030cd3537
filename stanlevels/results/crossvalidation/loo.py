"""Leave-one-out and leave-one-group-out from the draws of one fit, by Pareto smoothed importance sampling.

Vehtari, Gelman and Gabry (2017) for rows; for groups the density is that of all rows of a group with its own
effects integrated out (Merkle, Furr and Rabe-Hesketh 2019), without which the weights would have no variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.methods import POINT_METHODS
from stanlevels.graph import ROWS
from stanlevels.results.arviz.log_likelihood import alone_in_their_units
from stanlevels.results.arviz.psis import relative_size, smoothed
from stanlevels.results.crossvalidation.densities import Densities, densities
from stanlevels.results.crossvalidation.elpd import CrossValidation
from stanlevels.results.crossvalidation.partition import Partition, by_groups, by_units
from stanlevels.results.draws import Draws, thinned

if TYPE_CHECKING:
    from stanlevels.arrays import Array
    from stanlevels.binding import Bound
    from stanlevels.results.faces.face import Face

__all__ = ["checked_draws", "key_of", "log_mean", "loo", "sampled"]

_PIECE = 4_000_000  # numbers held at once


def loo(
    fit: Face, by: str | Sequence[str] | None, integrate: bool, name: str | None, draws: int | None
) -> CrossValidation:
    """Cross-validation of a fit; see `Checks.loo`."""
    drawn = checked_draws(fit, draws, "loo")
    planned, bound = fit.planned, drawn.bound
    if by is None:
        partition = by_units(planned, bound, name)
        own = _alone(drawn, partition)
        if integrate and not own:
            raise FitError(
                f"no {partition.called} has an effect of its own: there is nothing to integrate out",
                expected="a random variable with a unit for every row",
                way_out="fit.loo()",
            )
    else:
        partition, own = by_groups(planned, bound, by, name), []
    found = densities(drawn, partition, integrate=integrate or by is not None)
    elpd, seen, k = _terms(found, relative_size(drawn))
    return CrossValidation(
        model_name=fit.model_name,
        method="Leave-one-out" if by is None else "Leave-one-group-out",
        called=partition.called,
        of_rows=partition.domain == (ROWS,),
        labels=partition.columns(bound),
        rows=partition.counts,
        elpd_of_parts=elpd,
        fitted_of_parts=seen,
        pareto_k=k,
        draws=int(np.prod(drawn.shape)),
        notes=tuple(_notes(fit, found, own, integrate, bound, partition)),
        key=key_of(bound, partition),
    )


def checked_draws(fit: Face, draws: int | None, verb: str) -> Draws:
    """The draws of a fit that has some and the rows that they belong to, at most `draws` of each chain.

    Raises
    ------
    FitError
        If the fit has estimates only, or no rows.
    """
    if getattr(fit, "solution", None) is not None:
        raise FitError(
            f"{verb}() was asked of estimates, which have no draws of the posterior",
            expected="a fit with draws",
            way_out="fit with method='nuts'; estimates compare by aic and bic: sl.compare(first, second)",
        )
    found = fit.by_quantity
    if not found.bound.n_rows or found.bound.rows.counts is not None:
        raise FitError(
            f"{verb}() needs the rows that were fitted, which this fit does not hold",
            expected="a fit with its rows",
            way_out="fit again, or save with rows",
        )
    return thinned(found, draws)


def sampled(fit: Face, verb: str) -> Any:
    """The same fit, which has draws of the posterior as an engine gave them.

    Raises
    ------
    FitError
        If it has estimates, or draws about estimates.
    """
    checked_draws(fit, None, verb)
    if getattr(fit, "method", "nuts") in POINT_METHODS:
        raise FitError(
            f"{verb}() was asked of draws about estimates, which are no draws of the posterior",
            expected="a fit with draws",
            way_out="fit with method='nuts'",
        )
    return fit


def _terms(found: Densities, relative: float) -> tuple[Array, Array, Array]:
    """Log predictive densities of every part, without it and with it, and Pareto k."""
    partition, draws = found.partition, int(np.prod(found.draws.shape))
    elpd, seen, k = (np.empty(partition.size) for _ in range(3))
    for parts in partition.pieces(found.width * draws, _PIECE):
        log_density = found.at(parts)
        _check_finite(log_density, partition)
        weights, k[parts] = smoothed(log_density, relative)
        elpd[parts] = _log_sum(weights + log_density)
        seen[parts] = log_mean(log_density)
    return elpd, seen, k


def _check_finite(log_density: Array, partition: Partition) -> None:
    if np.isnan(log_density).any():
        raise FitError(
            f"the log density of a {partition.called} is not a number in"
            f" {int(np.isnan(log_density).any(axis=0).sum()):,} draws",
            expected="draws at which every outcome has a density",
            way_out="look at fit.diagnose()",
        )


def _log_sum(x: Array) -> Array:
    top = x.max(axis=1)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(top + np.log(np.exp(x - top[:, None]).sum(axis=1)))


def log_mean(x: Array) -> Array:
    """Log of the mean of exp(x) along the second axis."""
    return np.asarray(_log_sum(x) - np.log(x.shape[1]))


def _alone(draws: Draws, partition: Partition) -> list[str]:
    """Effects of which every row has its own."""
    return alone_in_their_units(draws) if partition.domain == (ROWS,) else []


def _notes(
    fit: Face, found: Densities, own: list[str], integrate: bool, bound: Bound, partition: Partition
) -> list[str]:
    """What a person should read with the numbers."""
    notes = []
    if found.names:
        how = "exactly" if found.is_exact else "by quadrature"
        notes.append(f"what is each {partition.called}'s own is integrated out {how}: {listing(found.names)}")
    if own and not integrate:
        notes.append(
            f"every row has {listing(own)} of its own, on which its density conditions:"
            " fit.loo(integrate=True) integrates it out"
        )
    weighted = [name for name in partition.codes if bound.weights_column(name) is not None]
    if weighted and partition.domain == (ROWS,):
        notes.append(f"a row of {listing(weighted)} is left out with all that its weight says it counts for")
    if words := getattr(fit, "words", ""):
        notes.append(f"the draws come from {words}, not from the posterior itself")
    left = [name for name in fit.planned.observed if name not in partition.codes]
    if left:
        notes.append(f"predicted is {listing(partition.codes)} alone; {listing(left)} stays")
    return notes


def key_of(bound: Bound, partition: Partition) -> str:
    """The same for the same outcomes, in the same order, in the same parts."""
    key = sha256(partition.called.encode())
    for name, codes in sorted(partition.codes.items()):
        weights = bound.weights(name)
        discrete = FAMILIES[bound.graph.observed[name].family].discrete
        key.update(bytes([discrete, weights is None]))
        for array in (np.asarray(bound.outcome(name), dtype=float), codes, weights):
            if array is not None:
                key.update(np.ascontiguousarray(array).tobytes())
    return key.hexdigest()
