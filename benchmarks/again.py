"""Fits begun where last week's ended, beside fits begun from nothing, on the same data.

    python -m benchmarks.again [--only verbagg,radon] [--chains 2] [--draws 500] [--engine stanli]

Last week a tenth of the units of one level were not there yet, nor a twentieth of the other rows. Processor
seconds are those of the whole call of `fit` and of its children (programs are compiled before). The effective
sample size is the smallest of all numbers of all quantities; gradients are those of the kept draws, with the
seconds of warm-up beside them. Of maximum likelihood: evaluations of the likelihood.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from benchmarks.samplers.effective import smallest
from benchmarks.samplers.one import cpu
from benchmarks.samplers.workloads import WORKLOADS

SAMPLED = {"sleepstudy": "subject", "radon": "county", "contraception": "district", "verbagg": "person"}
"""The level with new units, by workload."""

MAXIMISED = {"sleepstudy": "subject", "contraception": "district", "verbagg": "person", "insteval": "student"}


@dataclass(frozen=True)
class Weeks:
    """The data of this week, and what was there last week."""

    model: type[sl.Model]
    now: pd.DataFrame
    last: pd.DataFrame


def weeks(name: str, level: str) -> Weeks:
    """The workload's data are this week's."""
    workload, rng = WORKLOADS[name], np.random.default_rng(1)
    now = workload.data()
    units = np.array(sorted(now[level].unique()))
    new = rng.choice(units, size=max(len(units) // 10, 1), replace=False)
    kept = ~now[level].isin(new) & (rng.random(len(now)) > 0.05)
    return Weeks(workload.model, now, now[kept].reset_index(drop=True))


def measured(do: Any) -> tuple[Any, float, float]:
    """What a call gives, and its wall and processor seconds."""
    wall, own = time.perf_counter(), cpu()
    found = do()
    return found, time.perf_counter() - wall, cpu() - own


def sampled(name: str, level: str, chains: int, draws: int, engine: str) -> None:
    """Two fits by NUTS."""
    week = weeks(name, level)
    settings: dict[str, Any] = {"chains": chains, "draws": draws, "engine": engine, "progress": False}
    old = week.model.fit(week.last, seed=1, **settings)
    both = {}
    for kind, more in {"cold": {}, "warm": {"start": old}}.items():
        fit, wall, own = measured(lambda more=more: week.model.fit(week.now, seed=2, **settings, **more))
        both[kind] = own
        found = smallest({n: a.to_numpy() for n, a in fit.idata.posterior.data_vars.items()})
        gradients = int(np.asarray(fit.raw.stats["n_steps"]).sum())
        print(
            f"{name:14s} nuts {kind}  {own:8.2f} {wall:8.2f} {fit.settings.warmup:7d}"
            f" {np.sum(fit.raw.seconds['warmup']):8.2f} {np.sum(fit.raw.seconds['sampling']):8.2f}"
            f" {gradients:10,d} {found['ess']:7.0f} {gradients / found['ess']:8.1f} {found['r_hat']:6.3f}"
            f" {found['ess'] / own:9.1f}",
            flush=True,
        )
    print(f"{name:14s} nuts ratio {both['cold'] / both['warm']:8.2f}", flush=True)


def maximised(name: str, level: str) -> None:
    """Two fits by maximum likelihood, the better of three times."""
    week = weeks(name, level)
    old = week.model.fit(week.last, "mle", progress=False)
    old.summary()  # what a person has looked at is not found again
    times = {}
    for kind, more in {"cold": {}, "warm": {"start": old}}.items():
        bound = week.model.bind(week.now)
        runs = [
            measured(lambda more=more, bound=bound: bound.fit("mle", progress=False, **more))
            for _ in range(3)
        ]
        times[kind] = min(own for _, _, own in runs)
        fit = runs[0][0]
        print(
            f"{name:14s} mle  {kind}  {times[kind]:8.3f} {fit.solution.optimum.evaluations:5d} evaluations"
            f"   log likelihood {fit.log_likelihood:.6f}",
            flush=True,
        )
    print(f"{name:14s} mle  ratio {times['cold'] / times['warm']:8.2f}", flush=True)


def main() -> None:
    """Measure, and print a line for each fit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="workloads, with commas")
    parser.add_argument("--methods", default="mle,nuts")
    parser.add_argument("--chains", type=int, default=4)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--engine", default="stanli", choices=["stanli", "cmdstan"])
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    only = asked.only.split(",") if asked.only else [*SAMPLED, *MAXIMISED]
    print(f"stanlevels {sl.__version__}, Python {sys.version.split()[0]}, {asked.engine}")
    if "mle" in asked.methods:
        print("               method       cpu s")
        for name, level in MAXIMISED.items():
            if name in only:
                maximised(name, level)
    if "nuts" in asked.methods:
        print(
            "               method       cpu s   wall s  warmup warmup s sampled s  gradients min ESS"
            " grad/ESS  R-hat ESS/cpu s"
        )
        for name, level in SAMPLED.items():
            if name in only:
                sampled(name, level, asked.chains, asked.draws, asked.engine)


if __name__ == "__main__":
    main()
