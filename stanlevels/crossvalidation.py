"""Cross-validation by fitting again: k-fold, by rows or by units of a level.

Every fold is left out of the rows, not of the levels: its units stay, without rows, and are drawn from their
distribution. So nothing has to be matched, and the program is the same for all folds.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, ClassVar, Protocol

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding import Bound
from stanlevels.binding.some_rows import some_rows
from stanlevels.errors import FitError, StanlevelsError, StanlevelsWarning, listing
from stanlevels.estimation.bayes.nuts import new_seed
from stanlevels.estimation.settings import settings_of
from stanlevels.graph import ROWS
from stanlevels.passes import run
from stanlevels.passes.place import place
from stanlevels.plan.decisions import Plan
from stanlevels.plan.planned import Decided, Planned
from stanlevels.results.crossvalidation.densities import Densities, densities
from stanlevels.results.crossvalidation.elpd import CrossValidation
from stanlevels.results.crossvalidation.loo import key_of, log_mean
from stanlevels.results.crossvalidation.partition import Partition, by_groups, by_units
from stanlevels.results.draws import Draws
from stanlevels.words import counted

__all__ = ["kfold"]


class Refitted(Protocol):
    """A bound model: a dataclass of `data` and `planned`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def planned(self) -> Planned:
        """The model after every pass."""

    @property
    def data(self) -> Bound:
        """Its data."""

    @property
    def plan(self) -> Plan:
        """What was decided."""

    @property
    def fit(self) -> Any:
        """What fits it."""


_PIECE = 4_000_000  # numbers held at once
_ROUGH = 0.5  # Monte Carlo error of a term that is worth a note


def kfold(
    model: Refitted,
    by: str | Sequence[str] | None,
    folds: int | None,
    name: str | None,
    method: str,
    seed: int | None,
    progress: bool,
    settings: Mapping[str, Any],
) -> CrossValidation:
    """Fit without each fold, and predict it; see `BoundModel.kfold`."""
    planned, data = model.planned, model.data
    if method in ("mle", "reml", "em", "ols"):
        raise FitError(
            f"method={method!r} gives estimates, which predict no distribution of new units",
            expected="a method with draws",
            way_out="method='nuts', or method='laplace', which is quick",
        )
    settings_of(method, settings)
    _refuse_start(settings)
    partition = by_units(planned, data, name) if by is None else by_groups(planned, data, by, name)
    rows = _part_of_rows(data, partition)
    seed = new_seed(seed)
    fold = _folds(partition.size, folds, seed)
    terms, by_row = np.full(partition.size, np.nan), np.full(data.n_rows, np.nan)
    told, doubtful = _Told(progress, int(fold.max(initial=-1)) + 1), []
    rough = 0.0
    integrated: tuple[str, ...] = ()
    for k in range(told.folds):
        begun, out = perf_counter(), (rows >= 0) & (fold[rows] == k)
        draws, problem = _fitted_without(model, out, method, seed + 1 + k, settings)
        found = _held(draws, partition, by, name)
        parts = _parts(found.partition, partition, rows, out)
        terms[parts], error = _averaged(found)
        rough = max(rough, error)
        integrated = found.names
        by_row[np.flatnonzero(out)] = _each_row(draws, list(partition.codes))
        doubtful += [problem] if problem else []
        told.say(k, int(out.sum()), perf_counter() - begun)
    return CrossValidation(
        model_name=model.name,
        method=f"{told.folds}-fold cross-validation",
        called=partition.called,
        of_rows=partition.domain == (ROWS,),
        labels=partition.columns(data),
        rows=partition.counts,
        elpd_of_parts=terms,
        fitted_of_parts=np.full(partition.size, np.nan),
        pareto_k=None,
        draws=int(np.prod(draws.shape)),
        notes=tuple(_notes(seed, method, integrated, by, partition, doubtful, rough)),
        key=key_of(data, partition),
        table_of_rows=_table(data, rows, fold, by_row),
    )


def _parts(held: Partition, partition: Partition, rows: Codes, out: Array) -> Codes:
    """Which parts of all those of a fold are."""
    if partition.domain == (ROWS,):
        return np.asarray(rows[np.flatnonzero(out)[held.kept]])
    return np.flatnonzero(np.isin(partition.kept, held.kept))


def _refuse_start(settings: Mapping[str, Any]) -> None:
    if settings.get("start") is not None:
        raise FitError(
            "start= begins at a fit that has seen what is left out",
            expected="fits that know nothing of their fold",
            way_out="leave out start=",
        )


def _part_of_rows(data: Bound, partition: Partition) -> Codes:
    """The part that every row is left out with, -1 where it stays."""
    lines = [name for name in partition.codes if data.observed_domain(name) != (ROWS,)]
    if lines:
        raise FitError(
            f"{listing(lines)} has its data in the table of a level, which cannot be left out row by row",
            expected="lines with data over the rows",
            way_out="name= a line with data over the rows",
        )
    if partition.domain == (ROWS,):
        found = np.full(data.n_rows, -1)
        found[partition.kept] = np.arange(partition.size)
        return found
    place = np.full(data.size(partition.domain), -1)
    place[partition.kept] = np.arange(partition.size)
    return np.asarray(place[data.codes((ROWS,), partition.domain)])


def _folds(parts: int, folds: int | None, seed: int) -> Codes:
    """A fold for every part: at random, as equal as can be."""
    wanted = min(10, parts) if folds is None else folds
    if not isinstance(wanted, int) or not 2 <= wanted <= max(parts, 2) or parts < 2:
        raise FitError(
            f"folds is {folds!r} where there are {parts:,} parts to leave out",
            expected=f"a whole number from 2 to {parts:,}" if parts > 1 else "at least two parts",
        )
    order = np.random.default_rng(seed).permutation(parts)
    found = np.empty(parts, dtype=np.int64)
    found[order] = np.arange(parts) % wanted
    return found


def _fitted_without(
    model: Refitted, out: Array, method: str, seed: int, settings: Mapping[str, Any]
) -> tuple[Draws, str]:
    """Draws of a fit without some rows, on those rows, and what is doubtful about it."""
    train = _planned_again(model, some_rows(model.data, np.flatnonzero(~out)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StanlevelsWarning)
        fit: Any = train.fit(method, seed=seed, progress=False, **settings)
    found = fit.diagnose()
    held = some_rows(model.data, np.flatnonzero(out))
    draws = replace(fit.by_quantity, bound=held)
    return draws, "" if found.ok else found.sentence


def _planned_again(model: Refitted, data: Bound) -> Refitted:
    """The model on other rows, planned as it was where that can be."""
    whole = replace(model.plan.decided(), priors=model.planned.decided.priors)
    with suppress(StanlevelsError):
        return _planned(model, data, whole)
    return _planned(model, data, Decided(places=whole.places, priors=whole.priors))


def _planned(model: Refitted, data: Bound, decided: Decided) -> Refitted:
    placed = place(data.graph, data, decided)
    planned, data = run(replace(placed, roles=model.planned.roles), data)
    return replace(model, data=data, planned=planned)


def _held(draws: Draws, partition: Partition, by: Any, name: str | None) -> Densities:
    """Densities of the parts of a fold, their own effects integrated out where that can be done."""
    planned, data = draws.planned, draws.bound
    if by is None:
        return densities(draws, by_units(planned, data, name), integrate=False)
    parts = by_groups(planned, data, by, name)
    try:
        return densities(draws, parts, integrate=True)
    except FitError:  # every draw has effects of units without rows, drawn from their distribution
        return densities(draws, parts, integrate=False)


def _averaged(found: Densities) -> tuple[Array, float]:
    """Log predictive densities of parts, and the largest Monte Carlo error among them."""
    draws, partition = int(np.prod(found.draws.shape)), found.partition
    terms, worst = np.empty(partition.size), 0.0
    for parts in partition.pieces(found.width * draws, _PIECE):
        log_density = found.at(parts)
        terms[parts] = log_mean(log_density)
        ratio = np.exp(log_density - log_density.max(axis=1, keepdims=True))
        error = ratio.std(axis=1) / ratio.mean(axis=1) / np.sqrt(draws)
        worst = max(worst, float(error.max(initial=0.0)))
    return terms, worst


def _each_row(draws: Draws, names: list[str]) -> Array:
    """The log predictive density of every row by itself, lines with data together."""
    total = np.full(draws.bound.n_rows, np.nan)
    partition = by_units(draws.planned, draws.bound, names[0] if len(names) == 1 else None)
    found = densities(draws, partition, integrate=False)
    terms, _ = _averaged(found)
    total[found.partition.kept] = terms
    return total


def _table(data: Bound, rows: Codes, fold: Codes, by_row: Array) -> dict[str, Array]:
    kept = np.flatnonzero(rows >= 0)
    every = Partition("row", (ROWS,), {}, len(kept), kept)
    return {**every.columns(data), "fold": fold[rows[kept]] + 1, "elpd": by_row[kept]}


def _notes(
    seed: int,
    method: str,
    integrated: tuple[str, ...],
    by: Any,
    partition: Partition,
    doubtful: list[str],
    rough: float,
) -> list[str]:
    notes = [f"fitted by {method}, seed {seed}"]
    if integrated:
        notes.append(f"what is each {partition.called}'s own is integrated out: {listing(integrated)}")
    elif by is not None:
        notes.append(f"what is each {partition.called}'s own is averaged over draws from its distribution")
    if rough > _ROUGH:
        notes.append(
            f"the term of a {partition.called} has a Monte Carlo error of up to {rough:.1f}: take more draws"
        )
    if doubtful:
        notes.append(
            f"{counted(len(doubtful), 'fit')} of the folds {'is' if len(doubtful) == 1 else 'are'} doubtful: "
            f"{doubtful[0]}"
        )
    return notes


@dataclass(frozen=True)
class _Told:
    """Says on the standard error stream how far it is."""

    wanted: bool
    folds: int

    def say(self, k: int, rows: int, seconds: float) -> None:
        if self.wanted:
            words = f"fold {k + 1} of {self.folds}: without {counted(rows, 'row')}, {seconds:.0f} s"
            print(words, file=sys.stderr, flush=True)
