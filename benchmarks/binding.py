"""What binding costs, by lines of the model and by rows of the data.

    python benchmarks/binding.py [--lines 100 200 500 1000] [--rows 10000 100000 1000000] [--profile]

Seconds are of this process alone (CPU time), the best of some repeats. Beside each stands how much longer it
took than the one before, divided by how much more there was: 1 is linear, 2 for twice as much is quadratic.
The lines are coefficients of as many columns, written one by one, on 200 rows; the rows are of a model
with two crossed levels, one of them nested, text labels, and two covariates.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl

REPEATS = 3


class Crashes(sl.Model):
    """Apps of publishers on devices."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    mean = sl.Normal(0, 1)
    slope = sl.Normal(0, 1)
    by_age = sl.Normal(0, 1)
    publisher_sd = sl.HalfNormal(1)
    app_sd = sl.HalfNormal(1)
    device_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    P = sl.Normal(mean, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(by_age * sl.data("age"), device_sd, over=device)
    y = sl.Normal(A + D + slope * sl.data("price"), noise, observed=True)


def crashes(n: int) -> pd.DataFrame:
    """Rows of that model: 20 of each app, 100 of each device."""
    rng = np.random.default_rng(1)
    app, device = rng.integers(n // 20, size=n), rng.integers(n // 100, size=n)
    return pd.DataFrame(
        {
            "publisher": [f"publisher {a // 10}" for a in app],
            "app": [f"app {a}" for a in app],
            "device": [f"device {d}" for d in device],
            "age": device % 7,
            "price": rng.normal(size=n),
            "y": rng.normal(size=n),
        }
    )


def coefficients(n: int) -> tuple[type[sl.Model], dict[str, Any]]:
    """A model of so many coefficients, and 200 rows for it."""
    rng = np.random.default_rng(1)
    lines = {f"b_{i}": sl.Normal(0, 1) for i in range(n)}
    mean = sum(b * sl.data(f"x_{i}") for i, b in enumerate(lines.values()))
    model = sl.Model.define("Coefficients", {**lines, "y": sl.Normal(mean, 1, observed=True)})
    data = {f"x_{i}": rng.normal(size=200) for i in range(n)}
    return model, {**data, "y": rng.normal(size=200)}


def seconds(act: Callable[[], object]) -> float:
    """CPU seconds of the fastest of some runs."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return best


def report(title: str, measured: Mapping[int, float]) -> None:
    """Seconds by size, with their growth."""
    print(f"{title:>12}  {'seconds':>8}  growth")
    before: tuple[int, float] | None = None
    for size, took in measured.items():
        growth = "" if before is None else f"{took / before[1] / (size / before[0]):.2f}"
        print(f"{size:>12,}  {took:8.3f}  {growth:>6}")
        before = size, took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, nargs="+", default=[100, 200, 500, 1000])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--profile", action="store_true", help="profile the largest of each")
    arguments = parser.parse_args()
    coefficients(2)[0].bind(coefficients(2)[1])  # imports
    lines = {n: coefficients(n) for n in arguments.lines}
    report("lines", {n: seconds(lambda m=model, d=data: m.bind(d)) for n, (model, data) in lines.items()})
    frames = {n: crashes(n) for n in arguments.rows}
    report("rows", {n: seconds(lambda d=frame: Crashes.bind(d)) for n, frame in frames.items()})
    if arguments.profile:
        model, data = lines[max(lines)]
        for act in (lambda: model.bind(data), lambda: Crashes.bind(frames[max(frames)])):
            profile = cProfile.Profile()
            profile.runcall(act)
            pstats.Stats(profile).sort_stats("tottime").print_stats(20)


if __name__ == "__main__":
    main()
