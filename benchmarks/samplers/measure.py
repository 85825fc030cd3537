"""Measurements of a workload by one program or peer: records, one for each seed."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.samplers.children import lines_of
from benchmarks.samplers.effective import smallest
from benchmarks.samplers.workload import Iterations, Workload

__all__ = ["of_peer", "of_program"]

_BUILDING = 240.0  # seconds more for the first fit: reading data, compiling
_PEERS = Path(__file__).resolve().parents[1] / "peers"
_SCRIPTS = {"bambi": "bambi_nutpie.py", "numpyro": "numpyro_nuts.py"}
_CORES = 2
_ENOUGH = 8  # draws of each chain below which nothing can be said of them


def of_program(
    workload: Workload,
    program: str,
    engine: str,
    seeds: Sequence[int],
    limit: float,
    *,
    small: bool = False,
    run: Iterations | None = None,
) -> Iterator[dict[str, Any]]:
    """Records of the planned or the literal program.

    A literal program that does not end within the limit is tried once more with a quarter of the iterations,
    so that what it reached is known.
    """
    run = run or (workload.of_literal if program == "literal" else workload.iterations)
    about = {"workload": workload.name, "program": program, "engine": engine, "limit": limit}
    where = [] if not small else ["--small"]
    command = [sys.executable, "-m", "benchmarks.samplers.one", workload.name, program, engine]

    def started(run: Iterations, seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
        numbers = f"{run.chains},{run.warmup},{run.draws}"
        told = ["--iterations", numbers, "--seeds", ",".join(map(str, seeds)), *where]
        return lines_of([*command, *told], limit, _BUILDING)

    for found in started(run, seeds):
        if "cut" in found and program == "literal":
            yield {**about, **found, "run": asdict(run)}
            fewer = replace(run, chains=2, warmup=run.warmup // 4, draws=run.draws // 4)
            for less in started(fewer, seeds[:1]):
                yield {**about, **less, "fewer": True}
            return
        yield {**about, "run": asdict(run), **found}


def of_peer(
    workload: Workload,
    peer: str,
    python: str,
    seeds: Sequence[int],
    limit: float,
    *,
    small: bool = False,
    run: Iterations | None = None,
) -> Iterator[dict[str, Any]]:
    """Records of another tool, run by its own interpreter; sampling ends at the limit."""
    run = run or workload.iterations
    with tempfile.TemporaryDirectory() as folder:
        table, job = Path(folder) / "data.parquet", Path(folder) / "job.json"
        workload.data(small=small).to_parquet(table)
        about = {
            "workload": workload.name,
            "program": peer,
            "engine": peer,
            "limit": limit,
            "run": asdict(run),
        }
        told = {
            "workload": workload.name,
            "data": str(table),
            "formula": workload.formula,
            "family": workload.family,
            "priors": workload.priors,
            "run": asdict(run),
            "seeds": list(seeds),
            "limit": limit,
            "cores": _CORES,
            "out": str(Path(folder) / "draws"),
        }
        job.write_text(json.dumps(told))
        command = [python, str(_PEERS / _SCRIPTS[peer]), str(job)]
        for found in lines_of(command, limit + 60, _BUILDING):
            yield {**about, **_judged(found, limit)}


def _judged(found: dict[str, Any], limit: float) -> dict[str, Any]:
    """A peer's numbers with those of its draws, found by the function that judges ours."""
    if "draws_file" not in found:
        return found
    path = Path(found.pop("draws_file"))
    with np.load(path) as stored:
        draws = {name: stored[name] for name in stored.files}
    path.unlink()
    drawn = next((array.shape[1] for array in draws.values() if array.shape[0]), 0)
    if drawn < _ENOUGH:
        return {"seed": found["seed"], "versions": found["versions"], "cut": limit}
    times = {
        name: sum(found[clock].values()) - found[clock]["build"]
        for name, clock in (("seconds", "wall"), ("cpu_seconds", "cpu"))
    }
    return {**found, **times, **smallest(draws), "drawn": drawn}
