"""Fits of one workload by one program on one engine, in a process of their own: a line of JSON for each.

    python -m benchmarks.samplers.one egsingle planned stanli --seeds 1,2,3

Wall and processor time are taken from the data frame to InferenceData; building the program (compiling it,
with CmdStan) is apart, and so are reading the data and importing packages. Effective sample sizes are over
every number of every quantity in the posterior, whatever the program sampled.
"""

from __future__ import annotations

import time

_START = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
import warnings  # noqa: E402
from dataclasses import asdict, replace  # noqa: E402
from typing import Any  # noqa: E402

import arviz  # noqa: E402, F401 (so that no fit pays for the import)
import numpy as np  # noqa: E402

import stanlevels as sl  # noqa: E402
from benchmarks.samplers.effective import smallest  # noqa: E402
from benchmarks.samplers.workload import Iterations, Workload  # noqa: E402
from benchmarks.samplers.workloads import WORKLOADS  # noqa: E402
from stanlevels.engines import choose_engine  # noqa: E402


class _Toy(sl.Model):
    mu = sl.Normal(0, 1)
    y = sl.Normal(mu, 1, observed=True)


with warnings.catch_warnings():  # a fit loads what no import of the package does
    warnings.simplefilter("ignore")
    _Toy.fit({"y": [0.0, 1.0]}, engine="stanli", chains=2, draws=20, seed=1, progress=False).idata  # noqa: B018

_IMPORTED = time.perf_counter() - _START


def cpu() -> float:
    """Processor seconds of this process and of the children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


class Clock:
    """Wall and processor seconds between marks."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self._at = (time.perf_counter(), cpu())

    def mark(self, name: str) -> None:
        """What has passed since the last mark belongs to `name`."""
        now = (time.perf_counter(), cpu())
        self.wall[name], self.cpu[name] = now[0] - self._at[0], now[1] - self._at[1]
        self._at = now


def fit(
    workload: Workload, program: str, engine: str, seed: int, run: Iterations, data: Any
) -> dict[str, Any]:
    """One fit, measured."""
    estimated = program == "literal" and workload.by_cells
    plan = sl.Plan.literal() if program == "literal" else None
    if estimated:
        plan = replace(sl.Plan.literal(), compress=None)
    settings: dict[str, Any] = {} if program == "planned" else {"warmup": run.warmup}
    clock = Clock()
    bound = workload.model.bind(data, plan=plan)
    clock.mark("bind")
    posterior = bound.posterior
    clock.mark("program")
    choose_engine(engine)[0].prepare(
        posterior.text, posterior.stan_data, name=posterior.name, shapes=posterior.shapes
    )
    clock.mark("build")
    found = bound.fit(
        engine=engine, chains=run.chains, draws=run.draws, seed=seed, progress=False, parallel=2, **settings
    )
    clock.mark("fit")
    idata = found.idata
    clock.mark("idata")
    posterior_draws = {name: array.to_numpy() for name, array in idata.posterior.data_vars.items()}
    raw = found.raw
    leapfrogs = float(np.asarray(raw.stats["n_steps"]).sum())
    warmup, sampling = (float(np.sum(raw.seconds[part])) for part in ("warmup", "sampling"))
    metric = raw.inverse_metric
    if estimated:
        slower = _gradient(workload, engine, sl.Plan.literal(), data) / _gradient(
            workload, engine, plan, data
        )
        for times in (clock.wall, clock.cpu):
            times["fit"] *= slower
        warmup, sampling = warmup * slower, sampling * slower
    return {
        "estimated": estimated,
        "run": asdict(run) | {"warmup": found.settings.warmup},
        "rows": bound.data.n_rows,
        "parameters": None if metric is None else int(metric.shape[1]),
        "wall": clock.wall,
        "cpu": clock.cpu,
        "warmup_seconds": warmup,
        "sampling_seconds": sampling,
        "gradients": leapfrogs,
        "divergences": int(np.asarray(raw.stats["diverging"]).sum()),
        "chains_lost": len(raw.failures),
        "seconds": sum(clock.wall.values()) - clock.wall["build"],
        "cpu_seconds": sum(clock.cpu.values()) - clock.cpu["build"],
        **smallest(posterior_draws),
    }


def _gradient(workload: Workload, engine: str, plan: sl.Plan | None, data: Any) -> float:
    """Processor seconds of a gradient, at a point near 0."""
    posterior = workload.model.bind(data, plan=plan).posterior
    prepared = choose_engine(engine)[0].prepare(
        posterior.text, posterior.stan_data, name=posterior.name, shapes=posterior.shapes
    )
    point, times = np.full(prepared.n_unconstrained, 0.01), 0
    start = cpu()
    while times < 3 or cpu() - start < 1:
        prepared.log_density(point)
        times += 1
    return (cpu() - start) / times


def main() -> None:
    """Measure, and print a line for each seed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workload", choices=WORKLOADS)
    parser.add_argument("program", choices=["planned", "literal"])
    parser.add_argument("engine", choices=["stanli", "cmdstan"])
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--iterations", help="chains,warmup,draws")
    parser.add_argument("--profile", action="store_true", help="where the time of the parent process goes")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    workload = WORKLOADS[asked.workload]
    run = workload.of_literal if asked.program == "literal" else workload.iterations
    if asked.iterations:
        run = Iterations(*map(int, asked.iterations.split(",")))
    data = workload.data(small=asked.small)
    for seed in map(int, asked.seeds.split(",")):
        if asked.profile:
            _profiled(workload, asked.program, asked.engine, seed, run, data)
            continue
        found = fit(workload, asked.program, asked.engine, seed, run, data)
        found |= {"seed": seed, "import_seconds": _IMPORTED}
        print(json.dumps(found), flush=True)


def _profiled(*what: Any) -> None:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    found = profile.runcall(fit, *what)
    print(json.dumps(found, indent=1))
    pstats.Stats(profile, stream=sys.stdout).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
