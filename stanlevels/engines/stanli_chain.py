"""One chain of the embedded engine, in a worker, which loads what words an error only where there is one."""

from __future__ import annotations

import contextlib
import re
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.chain import ChainDraws, ChainJob
from stanlevels.engines.console import Console, Report
from stanlevels.errors import EngineMissing

__all__ = ["build", "draw", "package", "run_chain", "still"]

_RADIUS = 2.0
_SUMMARY = re.compile(r"^Warning: \d+ of \d+ post-warmup|^Chain \[\d+\] Elapsed")


def run_chain(job: ChainJob, folder: Path, report: Report) -> ChainDraws:
    """Run one chain in a worker."""
    start = time.perf_counter()
    model = build(job.program, (folder.parent / "data.json").read_text(encoding="utf-8"))
    return draw(model, job, time.perf_counter() - start, report)


def draw(model: Any, job: ChainJob, build: float, report: Report) -> ChainDraws:
    """Run one chain of a model that is built; `build` is how many seconds that took.

    The standard output of the process is read as progress meanwhile: it must have no other use.
    """
    settings = job.settings
    total = settings.warmup + settings.draws
    stdout = sys.stdout
    console = Console(report, lambda line: None if _SUMMARY.match(line) else print(line, file=stdout))
    radius = job.init if isinstance(job.init, (int, float)) else _RADIUS
    try:
        with contextlib.redirect_stdout(console):
            fit = model.sample(
                chains=1,
                seed=job.seed,
                warmup=settings.warmup,
                samples=settings.draws,
                delta=settings.target_accept,
                max_depth=settings.max_depth,
                save_warmup=settings.save_warmup,
                inits=job.init if isinstance(job.init, np.ndarray) else None,
                init_radius=float(radius),
                parallel_chains=1,
                refresh=max(1, total // 100),
                metric=settings.metric,
                inv_metric=job.inverse_metric,
                step_size=settings.step_size,
                adapt_engaged=settings.adapts,
            )
    except RuntimeError as error:
        from stanlevels.engines import messages

        text = re.sub(r"^1 of 1 chains failed; first: chain 1: ", "", str(error))
        raise messages.run_error(text, job.chain) from None
    return ChainDraws(
        columns=tuple(fit.names),
        draws=fit.draws()[0],
        stats=fit.sampler_stats[0],
        step_size=float(fit.step_size[0]),
        inverse_metric=fit.inv_metric[0],
        seconds={"build": build, **console.seconds},
    )


def still(model: Any, points: Array, seed: int = 1) -> Array:
    """Everything a draw holds, (draws, columns), at unconstrained points: chains of one step of no length."""
    found = model.sample(
        chains=len(points),
        seed=seed,
        warmup=0,
        samples=1,
        max_depth=1,
        inits=points,
        parallel_chains=1,
        refresh=0,
        metric="unit_e",
        step_size=1e-200,
        adapt_engaged=False,
    )
    columns: Array = found.draws()[:, 0]
    return columns


def package() -> Any:
    """The package stanli.

    Raises
    ------
    EngineMissing
        If it is not installed.
    """
    try:
        import stanli
    except ImportError as error:
        raise EngineMissing(
            f"the embedded engine is not available: {error}",
            way_out="pip install stanli, or use engine='cmdstan'",
        ) from None
    return stanli


def build(program: str, document: str) -> Any:
    """A stanli model of a compiled program and a JSON document.

    Raises
    ------
    DataError
        If the data are not what the program declares.
    CompileError
        If the program uses what this engine does not know.
    """
    # stanli notes which statements it evaluates in a slower way: nothing that a person must act on. The
    # filter, which is about this module alone, stays: to restore filters would disturb other threads.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=re.escape(__name__))
    try:
        return package().Model(mir=program, data=document)
    except RuntimeError as error:
        from stanlevels.engines import messages

        raise messages.build_error(str(error)) from None
