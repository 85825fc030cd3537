"""One chain of CmdStan: the command that runs it (beside it stands `beside.py`), and what came of it."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines import disk, messages
from stanlevels.engines.base import Settings
from stanlevels.engines.chain import STATS, ChainDraws, ChainJob
from stanlevels.engines.cmdstan_csv import Output, metric_of, read_output
from stanlevels.engines.console import Console, Report
from stanlevels.engines.memory import out_of_memory
from stanlevels.engines.unflatten import kept
from stanlevels.errors import EngineError

__all__ = ["DIGITS", "command_of", "finished", "has_ended", "run_chain"]

DIGITS = 17
"""Significant digits in CmdStan's files: as many as a double has, so that text loses nothing."""

_UNWRITTEN = re.compile(r"output file could not be written|no space left|file too large", re.IGNORECASE)
_KILLED = (-int(getattr(signal, "SIGKILL", 9)), 137)


def run_chain(job: ChainJob, folder: Path, report: Report) -> ChainDraws:
    """The results of a chain that has ended, in a worker: its output is large."""
    return finished(job, folder)


def has_ended(folder: Path) -> bool:
    """Whether the executable of a chain has ended, and nobody else reads what it wrote."""
    return (folder / "ended.json").exists() and not (folder / "reading").exists()


def finished(job: ChainJob, folder: Path) -> ChainDraws:
    """The results of a chain whose executable has ended, with its own id: CmdStan's own stream for this seed.

    Raises
    ------
    EngineError
        If it did not succeed, in its own words.
    """
    ended = json.loads((folder / "ended.json").read_text(encoding="utf-8"))
    said: list[str] = []
    console = Console(lambda iteration: None, said.append)
    console.write("\n".join([*ended["said"], ""]))
    if ended["code"] != 0:
        raise _failure(job.chain, ended["code"], said, folder)
    try:
        output = read_output(folder / "output.csv", job.settings.keep)
    except EngineError:
        if disk.is_exhausted(folder):  # CmdStan itself does not notice, and ends well
            raise disk.full(f"the draws of chain {job.chain}", folder) from None
        raise
    return _draws(output, job, {"build": 0.0, **console.seconds})


def command_of(job: ChainJob, folder: Path) -> list[str]:
    """The command line of a chain; what it reads, but for the data, is written to the folder."""
    settings = job.settings
    total = settings.warmup + settings.draws
    return [
        *(job.program, f"id={job.chain}", "random", f"seed={job.seed}"),
        *("data", f"file={folder.parent / 'data.json'}", *_init(job, folder)),
        *("output", f"file={folder / 'output.csv'}", f"refresh={max(1, total // 100)}", f"sig_figs={DIGITS}"),
        *("method=sample", f"num_samples={settings.draws}", f"num_warmup={settings.warmup}"),
        *(["save_warmup=1"] if settings.save_warmup else []),
        *("algorithm=hmc", "engine=nuts", f"max_depth={settings.max_depth}"),
        *([] if settings.step_size is None else [f"stepsize={settings.step_size}"]),
        *(f"metric={settings.metric}", *_metric(job, folder)),
        *_adaptation(settings),
    ]


def _adaptation(settings: Settings) -> list[str]:
    if not settings.adapts:
        return ["adapt", "engaged=0"]
    return ["adapt", "engaged=1", f"delta={settings.target_accept}"]


def _init(job: ChainJob, folder: Path) -> list[str]:
    """A radius as it is; constrained values, which come as JSON text, through a file."""
    if job.init is None:
        return []
    if not isinstance(job.init, str):
        return [f"init={float(job.init)}"]
    path = folder / "inits.json"
    path.write_text(job.init, encoding="utf-8")
    return [f"init={path}"]


def _metric(job: ChainJob, folder: Path) -> list[str]:
    if job.inverse_metric is None:
        return []
    path = folder / "metric.json"
    path.write_text(json.dumps({"inv_metric": job.inverse_metric.tolist()}), encoding="utf-8")
    return [f"metric_file={path}"]


def _draws(output: Output, job: ChainJob, seconds: dict[str, float]) -> ChainDraws:
    names, table = list(output.names), output.table
    draws = kept(names, {name.partition(".")[0] for name in names if name not in STATS})
    stats = np.column_stack([_column(table, names, stat) for stat in STATS])
    metric = metric_of(output.comments)
    if metric is None and job.settings.metric != "unit_e":
        metric = job.inverse_metric
    return ChainDraws(
        columns=tuple(np.array(names, dtype=object)[draws].tolist()),
        draws=table[:, draws],
        stats=stats,
        step_size=float(stats[-1, STATS.index("stepsize__")]),
        inverse_metric=metric,
        seconds=seconds,
    )


def _column(table: Array, names: list[str], stat: str) -> Array:
    """A sampler column. A program without parameters has few: the others are those of a still sampler."""
    if stat in names:
        column: Array = table[:, names.index(stat)]
        return column
    still = {"stepsize__": np.nan, "energy__": np.nan}
    return np.full(len(table), still.get(stat, 0.0))


def _failure(chain: int, code: int, said: list[str], folder: Path) -> EngineError:
    if code in _KILLED:
        return out_of_memory(chain, "was killed by the system")
    if code == disk.TOO_LARGE:
        return disk.full(f"the draws of chain {chain}", folder)
    text = messages.spoken("\n".join(said))
    if _UNWRITTEN.search(text):
        return disk.full(f"the draws of chain {chain}", folder)
    if not text:
        ended = signal.Signals(-code).name if code < 0 else f"code {code}"
        text = f"CmdStan ended with {ended} and said nothing"
    return messages.run_error(text, chain)
