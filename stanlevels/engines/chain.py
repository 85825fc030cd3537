"""One chain: what is asked of it, what it gives, and how that crosses to another process and back.

A job is written as a pickle (it is read only by our own worker, from a private folder). Results are plain
NumPy files, whose rows and columns are counted against what was asked when they are read.
"""

from __future__ import annotations

import contextlib
import json
import pickle
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.base import Settings
from stanlevels.engines.disk import room
from stanlevels.engines.unflatten import kept
from stanlevels.errors import EngineError

__all__ = [
    "NUTPIE",
    "STATS",
    "ChainDraws",
    "ChainJob",
    "Place",
    "checked",
    "chain_seed",
    "discard",
    "read",
    "read_job",
    "write",
    "write_job",
]

Place = Callable[[tuple[int, ...]], Array]
_AT_ONCE = 2_000_000  # numbers written at once

NUTPIE = "nutpie"
"""The engine that jobs of nutpie's chains name."""

STATS = ("lp__", "accept_stat__", "stepsize__", "treedepth__", "n_leapfrog__", "divergent__", "energy__")
"""Stan's sampler columns, in the order in which they are kept."""


@dataclass(frozen=True, eq=False)
class ChainJob:
    """What one chain needs.

    Attributes
    ----------
    engine : {"stanli", "nutpie", "cmdstan", "stanli_mode"}
    chain : int
        1-based.
    program : str
        The compiled form for stanli; the path of the executable for CmdStan.
    seed : int
        What the engine is given for this chain.
    init : None, float, or array (n,)
        Radius, or an unconstrained start; for CmdStan the path of a JSON file of constrained values instead.
    inverse_metric : array or None
        Of this chain.
    """

    engine: str
    chain: int
    program: str
    seed: int
    settings: Settings
    init: Any = None
    inverse_metric: Array | None = None


@dataclass(frozen=True, eq=False)
class ChainDraws:
    """What one chain gave.

    Attributes
    ----------
    columns : tuple of str
    draws : array (rows, columns)
        Warm-up first where it was saved.
    stats : array (rows, 7)
        Columns as `STATS`.
    step_size : float
    inverse_metric : array or None
    seconds : mapping of float
        Under "build", "warmup", "sampling".
    """

    columns: tuple[str, ...]
    draws: Array
    stats: Array
    step_size: float
    inverse_metric: Array | None
    seconds: Mapping[str, float]


def chain_seed(seed: int, chain: int) -> int:
    """The seed of a chain for an engine without streams of its own: NumPy's SeedSequence of (seed, chain).

    Examples
    --------
    >>> chain_seed(1, 1) == chain_seed(1, 1) != chain_seed(1, 2)
    True
    """
    return int(np.random.SeedSequence([seed, chain]).generate_state(1, np.uint32)[0])


def checked(result: ChainDraws, settings: Settings) -> ChainDraws:
    """The same, once rows and columns are what was asked for.

    Raises
    ------
    EngineError
        If they are not: never trust an exit code alone.
    """
    expected = (settings.stored, len(result.columns))
    if result.draws.shape != expected or result.stats.shape != (settings.stored, len(STATS)):
        raise EngineError(
            f"a chain stored {len(result.draws)} rows of {result.draws.shape[-1]} columns, "
            f"and {len(result.stats)} rows of sampler statistics",
            expected=f"{expected[0]} rows of {expected[1]} columns",
            way_out="the output is cut off: check that the disk is not full, and run again",
        )
    return result


def write_job(job: ChainJob, folder: Path) -> None:
    """Put a job where its worker looks for it."""
    (folder / "job.pkl").write_bytes(pickle.dumps(job))


def read_job(folder: Path) -> ChainJob:
    """The job of a worker."""
    job: ChainJob = pickle.loads((folder / "job.pkl").read_bytes())
    return job


def write(result: ChainDraws, folder: Path, keep: Collection[str] | None = None) -> None:
    """Write arrays first and the description last, so that a description stands for complete arrays.

    Of the draws only those of the variables `keep` are written.
    """
    positions = kept(result.columns, keep)
    columns = np.array([*result.columns, None], dtype=object)[:-1][positions].tolist()
    _save(folder / "draws.npy", result.draws, positions, len(columns))
    np.save(folder / "stats.npy", result.stats)
    if result.inverse_metric is not None:
        np.save(folder / "metric.npy", result.inverse_metric)
    facts = {
        "columns": columns,
        "step_size": result.step_size,
        "seconds": dict(result.seconds),
        "metric": result.inverse_metric is not None,
    }
    (folder / "result.part").write_text(json.dumps(facts), encoding="utf-8")
    (folder / "result.part").rename(folder / "result.json")


def discard(folder: Path) -> None:
    """Remove what `write` wrote before it failed, and what it was read from."""
    for name in ("result.json", "result.part", "draws.npy", "stats.npy", "metric.npy", "output.csv"):
        with contextlib.suppress(OSError):
            (folder / name).unlink()


def _save(path: Path, table: Array, positions: slice | Array, width: int) -> None:
    """Some columns of a table as a NumPy file, some rows at a time, so that there is no second table."""
    step = max(1, _AT_ONCE // max(width, 1))
    with open(path, "wb") as file:
        header = {"descr": "<f8", "fortran_order": False, "shape": (len(table), width)}
        np.lib.format.write_array_header_1_0(file, header)
        for first in range(0, len(table), step):
            rows = np.ascontiguousarray(table[first : first + step, positions], dtype="<f8")
            file.write(rows.data.cast("B") if rows.size else b"")


def _load(path: Path, place: Place) -> Array:
    """A NumPy file of `_save`, read to where it belongs."""
    with open(path, "rb") as file:
        np.lib.format.read_magic(file)
        shape, _, _ = np.lib.format.read_array_header_1_0(file)
        table = place(shape)
        if table.size and file.readinto(table.data.cast("B")) != table.nbytes:
            raise EOFError(f"{path.name} is cut off")
    return table


def read(folder: Path, settings: Settings, place: Place = np.empty) -> ChainDraws:
    """What a worker wrote, counted; `place` gives the array for a shape that draws are read to.

    Raises
    ------
    EngineError
        If it is missing, unreadable, or short.
    """
    try:
        facts = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        result = ChainDraws(
            columns=tuple(facts["columns"]),
            draws=_load(folder / "draws.npy", place),
            stats=np.load(folder / "stats.npy"),
            step_size=facts["step_size"],
            inverse_metric=np.load(folder / "metric.npy") if facts["metric"] else None,
            seconds=facts["seconds"],
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise EngineError(
            f"the results of a chain cannot be read: {error}",
            way_out=f"check that the disk is not full ({room(folder)}), and run again",
        ) from error
    return checked(result, settings)
