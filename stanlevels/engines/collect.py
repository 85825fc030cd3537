"""From single chains to one set of draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.base import ChainFailure, RawDraws, Settings, Shapes
from stanlevels.engines.chain import STATS, ChainDraws, checked
from stanlevels.engines.room import Room
from stanlevels.engines.unflatten import complete, gather, kept, variables_of
from stanlevels.errors import EngineError, InitializationError, InternalError, StanlevelsError, warn

__all__ = ["Outcome", "Source", "combine"]

_ARVIZ = {
    "lp__": ("lp", float),
    "accept_stat__": ("acceptance_rate", float),
    "stepsize__": ("step_size", float),
    "treedepth__": ("tree_depth", np.int64),
    "n_leapfrog__": ("n_steps", np.int64),
    "divergent__": ("diverging", bool),
    "energy__": ("energy", float),
}


@dataclass(frozen=True)
class Outcome:
    """What became of each chain (1-based): draws or an error.

    An interrupted chain has neither: `stopped` has the number of iterations that it had done. `room` is where
    the draws of workers are, if they ran.
    """

    finished: Mapping[int, ChainDraws]
    errors: Mapping[int, StanlevelsError]
    stopped: Mapping[int, int] = field(default_factory=dict)
    interrupted: bool = False
    room: Room | None = None


@dataclass(frozen=True)
class Source:
    """Where draws come from: the engine, how it ran, and the shapes of what was declared."""

    engine: str
    versions: Mapping[str, str]
    settings: Settings
    shapes: Shapes


def combine(outcome: Outcome, source: Source) -> RawDraws:
    """One set of draws from the chains that finished, the others named.

    Raises
    ------
    KeyboardInterrupt
        If a person stopped the run before any chain was done.
    InitializationError, EngineError
        If every chain failed.
    """
    if not outcome.finished:
        _raise(outcome, source.settings)
    chains, keep = tuple(sorted(outcome.finished)), source.settings.keep
    results = [_kept(checked(outcome.finished[chain], source.settings), keep) for chain in chains]
    if len({result.columns for result in results}) > 1:
        raise InternalError("chains of one program have different columns")
    variables = complete(variables_of(results[0].columns), source.shapes, keep)
    draws, stats = _tables(outcome, chains, results), np.stack([r.stats for r in results])
    warmup = source.settings.stored - source.settings.draws
    failures = _failures(outcome, source.settings)
    if outcome.interrupted and failures:
        _tell(outcome, failures)
    return RawDraws(
        variables=gather(variables, draws[:, warmup:]),
        stats=_stats(stats[:, warmup:]),
        chains=chains,
        failures=failures,
        engine=source.engine,
        versions=source.versions,
        seed=source.settings.seed,
        seconds={key: np.array([r.seconds[key] for r in results]) for key in ("build", "warmup", "sampling")},
        step_size=np.array([r.step_size for r in results]),
        inverse_metric=_metrics(results),
        interrupted=outcome.interrupted,
        warmup_variables=gather(variables, draws[:, :warmup]) if warmup else {},
        warmup_stats=_stats(stats[:, :warmup]) if warmup else {},
    )


def _kept(result: ChainDraws, keep: tuple[str, ...] | None) -> ChainDraws:
    """The columns that are kept, in memory of their own: what is left out can be given back."""
    positions = kept(result.columns, keep)
    columns = np.array([*result.columns, None], dtype=object)[:-1][positions]
    if len(columns) == len(result.columns):
        return result
    return replace(result, columns=tuple(columns.tolist()), draws=result.draws[:, positions].copy())


def _tables(outcome: Outcome, chains: tuple[int, ...], results: list[ChainDraws]) -> Array:
    """The draws (chains, rows, columns), where they are already together as they are."""
    together = outcome.room.tables(chains) if outcome.room else None
    if together is not None:
        return together
    return results[0].draws[None] if len(results) == 1 else np.stack([result.draws for result in results])


def _stats(table: Array) -> dict[str, Array]:
    return {
        _ARVIZ[column][0]: table[..., position].astype(_ARVIZ[column][1])
        for position, column in enumerate(STATS)
    }


def _metrics(results: list[ChainDraws]) -> Array | None:
    metrics = [result.inverse_metric for result in results if result.inverse_metric is not None]
    return np.stack(metrics) if len(metrics) == len(results) else None


def _failures(outcome: Outcome, settings: Settings) -> tuple[ChainFailure, ...]:
    failed = {chain: ChainFailure(chain, e.found, e.way_out) for chain, e in outcome.errors.items()}
    stopped = {
        chain: ChainFailure(chain, _stopped(done, settings), "fit again for all chains")
        for chain, done in outcome.stopped.items()
    }
    return tuple(failure for _, failure in sorted((failed | stopped).items()))


def _stopped(done: int, settings: Settings) -> str:
    total = settings.warmup + settings.draws
    return (
        f"stopped by the interrupt {f'after {done:,} of {total:,} iterations' if done else 'before it began'}"
    )


def _tell(outcome: Outcome, failures: Sequence[ChainFailure]) -> None:
    """Warn of chains that a person stopped: the fit is there, but not the one that was asked for."""
    kept = sorted(outcome.finished)
    n = len(kept) + len(failures)
    lost = "; ".join(f"chain {failure.chain}: {failure.message}" for failure in failures)
    warn(
        f"the run was interrupted (Ctrl-C): {len(kept)} of {n} chains were done and are kept "
        f"({', '.join(map(str, kept))}). Not kept: {lost}"
    )


def _raise(outcome: Outcome, settings: Settings) -> NoReturn:
    if outcome.interrupted:
        lost = "; ".join(
            f"chain {chain} {_stopped(done, settings)}" for chain, done in outcome.stopped.items()
        )
        raise KeyboardInterrupt(f"no chain was done: {lost}")
    first = outcome.errors[min(outcome.errors)]
    if len(outcome.errors) == 1 or not isinstance(first, EngineError):
        raise first
    kind = (
        InitializationError
        if all(isinstance(e, InitializationError) for e in outcome.errors.values())
        else EngineError
    )
    chains = ", ".join(str(chain) for chain in sorted(outcome.errors))
    raise kind(
        f"every chain failed ({chains}); the first: {first.found}",
        expected=first.expected,
        way_out=first.way_out,
    )
