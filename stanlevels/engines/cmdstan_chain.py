"""One chain of CmdStan, in a worker, through cmdstanpy."""

from __future__ import annotations

import contextlib
import json
import re
import time
from pathlib import Path
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines import messages
from stanlevels.engines.base import Settings
from stanlevels.engines.chain import STATS, ChainDraws, ChainJob
from stanlevels.engines.console import Console, Report
from stanlevels.errors import EngineError

__all__ = ["DIGITS", "run_chain"]

DIGITS = 17
"""Significant digits in CmdStan's files: as many as a double has, so that text loses nothing."""

_CODES = re.compile(r"retcodes=\[(-?\d+)\]")
_KILLED = (-9, 137)


def run_chain(job: ChainJob, folder: Path, report: Report) -> ChainDraws:
    """Run one chain with its own id: CmdStan's own stream for this seed and chain."""
    import cmdstanpy

    start = time.perf_counter()
    model = cmdstanpy.CmdStanModel(exe_file=job.program)
    build = time.perf_counter() - start
    said: list[str] = []
    console = Console(report, said.append)
    try:
        with contextlib.redirect_stdout(console), cmdstanpy.disable_logging():
            fit = model.sample(**_arguments(job, folder))
    except RuntimeError as error:
        raise _failure(str(error), said) from None
    except Exception as error:  # cmdstanpy's readers raise many kinds on a file that is not whole
        raise EngineError(
            f"CmdStan's output cannot be read: {error.__cause__ or error}",
            way_out="the file may be cut off: check that the disk is not full, and run again",
        ) from error
    return _draws(fit, job.settings, {"build": build, **console.seconds})


def _arguments(job: ChainJob, folder: Path) -> dict[str, Any]:
    settings = job.settings
    total = settings.warmup + settings.draws
    output = folder / "output"
    output.mkdir()
    return {
        "data": str(folder.parent / "data.json"),
        "chains": 1,
        "chain_ids": [job.chain],
        "seed": job.seed,
        "inits": _inits(job, folder),
        "iter_warmup": settings.warmup,
        "iter_sampling": settings.draws,
        "save_warmup": settings.save_warmup,
        "adapt_engaged": settings.adapts,
        "adapt_delta": settings.target_accept if settings.adapts else None,
        "max_treedepth": settings.max_depth,
        "metric": settings.metric,
        "inv_metric": _metric(job, folder),
        "step_size": settings.step_size,
        "output_dir": str(output),
        "sig_figs": DIGITS,
        "refresh": max(1, total // 100),
        "show_console": True,
        "force_one_process_per_chain": True,
    }


def _inits(job: ChainJob, folder: Path) -> str | float | None:
    """A radius as it is; constrained values, which come as JSON text, through a file."""
    if not isinstance(job.init, str):
        return None if job.init is None else float(job.init)
    path = folder / "inits.json"
    path.write_text(job.init, encoding="utf-8")
    return str(path)


def _metric(job: ChainJob, folder: Path) -> str | None:
    if job.inverse_metric is None:
        return None
    path = folder / "metric.json"
    path.write_text(json.dumps({"inv_metric": job.inverse_metric.tolist()}), encoding="utf-8")
    return str(path)


def _draws(fit: Any, settings: Settings, seconds: dict[str, float]) -> ChainDraws:
    table = np.asarray(fit.draws(inc_warmup=settings.save_warmup))[:, 0, :]
    names = list(fit.column_names)
    draws = [position for position, name in enumerate(names) if name not in STATS]
    stats = np.column_stack([_column(table, names, stat) for stat in STATS])
    metric = fit.inv_metric
    return ChainDraws(
        columns=tuple(names[position] for position in draws),
        draws=np.ascontiguousarray(table[:, draws]),
        stats=stats,
        step_size=float(stats[-1, STATS.index("stepsize__")]),
        inverse_metric=None if metric is None else np.asarray(metric)[0],
        seconds=seconds,
    )


def _column(table: Array, names: list[str], stat: str) -> Array:
    """A sampler column. A program without parameters has few: the others are those of a still sampler."""
    if stat in names:
        column: Array = table[:, names.index(stat)]
        return column
    still = {"stepsize__": np.nan, "energy__": np.nan}
    return np.full(len(table), still.get(stat, 0.0))


def _failure(text: str, said: list[str]) -> EngineError:
    match = _CODES.search(text)
    if match and int(match[1]) in _KILLED:
        return EngineError(
            "CmdStan was killed by the system, probably because memory ran out",
            way_out="run fewer chains at once with parallel=1, or record fewer quantities",
        )
    return messages.run_error(messages.spoken("\n".join(said)) or text)
