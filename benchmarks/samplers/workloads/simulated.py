"""Sizes at which other tools give up, simulated: app crashes, a store's week, ten million rows."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import stanlevels as sl
from benchmarks.samplers.workload import Floor, Iterations, Workload

__all__ = ["SIMULATED"]


class AppCrashes(sl.Model):
    """Reliability of apps, their publishers, and the devices that run them."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()

    overall = sl.Normal(0.9, 0.5)
    publisher_sd = sl.HalfNormal(0.5)
    app_sd = sl.HalfNormal(0.5)
    device_sd = sl.HalfNormal(0.5)
    noise = sl.HalfNormal(0.5)

    P = sl.Normal(overall, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    reliability = sl.Normal(A + D, noise, observed=True)


class StoreScores(sl.Model):
    """Scores of a week in a store: apps of publishers on devices with systems."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    system = sl.Level()

    overall = sl.Normal(0.9, 0.5)
    publisher_sd = sl.HalfNormal(0.5)
    app_sd = sl.HalfNormal(0.5)
    device_sd = sl.HalfNormal(0.5)
    system_sd = sl.HalfNormal(0.5)
    noise = sl.HalfNormal(0.5)

    P = sl.Normal(overall, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    S = sl.Normal(0, system_sd, over=system)
    score = sl.Normal(A + D + S, noise, observed=True)


class StoreFlags(sl.Model):
    """Which sessions of a week in a store crashed."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    system = sl.Level()

    overall = sl.Normal(-3, 2)
    publisher_sd = sl.HalfNormal(1)
    app_sd = sl.HalfNormal(1)
    device_sd = sl.HalfNormal(1)
    system_sd = sl.HalfNormal(1)

    P = sl.Normal(overall, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    S = sl.Normal(0, system_sd, over=system)
    crashed = sl.Bernoulli(logit=A + D + S, observed=True)


class Events(sl.Model):
    """Rows in units in groups, as many as a file holds."""

    group = sl.Level()
    unit = sl.Level(within=group)

    mu = sl.Normal(0, 5)
    group_sd = sl.HalfNormal(1)
    unit_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)

    G = sl.Normal(mu, group_sd, over=group)
    U = sl.Normal(G, unit_sd, over=unit)
    y = sl.Normal(U, noise, observed=True)


def _labels(prefix: str, codes: np.ndarray, size: int) -> pd.Categorical:
    """Labels by code, stored once."""
    return pd.Categorical.from_codes(codes, [f"{prefix}{k:05d}" for k in range(size)])


def crashes(small: bool = False) -> pd.DataFrame:
    """100,000 rows: 60 publishers, 600 apps, 3,000 devices, in any combination."""
    rng = np.random.default_rng(100)
    rows, sizes = (2_000, (10, 30, 50)) if small else (100_000, (60, 600, 3_000))
    pairs = (rng.integers(sizes[1], size=rows), rng.integers(sizes[2], size=rows))
    return _crashes(rng, *pairs, sizes)


def crashes_in_cells(small: bool = False) -> pd.DataFrame:
    """1,000,000 rows of 50,000 combinations of app and device."""
    rng = np.random.default_rng(1_000)
    rows, cells, sizes = (5_000, 300, (10, 30, 50)) if small else (1_000_000, 50_000, (60, 600, 3_000))
    pairs = rng.choice(sizes[1] * sizes[2], size=cells, replace=False)
    pair = pairs[np.concatenate([np.arange(cells), rng.integers(cells, size=rows - cells)])]
    return _crashes(rng, pair // sizes[2], pair % sizes[2], sizes)


def _crashes(
    rng: np.random.Generator, app: np.ndarray, device: np.ndarray, sizes: tuple[int, int, int]
) -> pd.DataFrame:
    publisher = np.arange(sizes[1]) % sizes[0]
    A = rng.normal(rng.normal(0.9, 0.10, size=sizes[0])[publisher], 0.05)
    D = rng.normal(0, 0.04, size=sizes[2])
    return pd.DataFrame(
        {
            "publisher": _labels("publisher", publisher[app], sizes[0]),
            "app": _labels("app", app, sizes[1]),
            "device": _labels("device", device, sizes[2]),
            "reliability": rng.normal(A[app] + D[device], 0.06),
        }
    )


def store(small: bool = False) -> pd.DataFrame:
    """2,000,000 rows of 27,438 combinations of app, device and system; some of them much used."""
    rng = np.random.default_rng(2_000)
    publishers, apps, devices, systems = (10, 40, 30, 3) if small else (500, 8_000, 3_000, 8)
    rows, cells = (3_000, 400) if small else (2_000_000, 27_438)
    combinations = rng.choice(apps * devices, size=cells, replace=False)
    combinations[:apps] = np.arange(apps) * devices + combinations[:apps] % devices  # every app occurs
    system = rng.integers(systems, size=cells)
    share = rng.lognormal(0, 1.5, size=cells)
    drawn = rng.choice(cells, size=rows - cells, p=share / share.sum())
    cell = np.concatenate([np.arange(cells), drawn])
    app, device = combinations[cell] // devices, combinations[cell] % devices
    publisher = np.arange(apps) % publishers
    of_app = rng.normal(rng.normal(0, 0.10, size=publishers)[publisher], 0.05)
    effect = (
        of_app[app]
        + rng.normal(0, 0.04, size=devices)[device]
        + rng.normal(0, 0.02, size=systems)[system[cell]]
    )
    chance = 1 / (1 + np.exp(3 - 8 * effect))
    return pd.DataFrame(
        {
            "publisher": _labels("publisher", publisher[app], publishers),
            "app": _labels("app", app, apps),
            "device": _labels("device", device, devices),
            "system": _labels("system", system[cell], systems),
            "score": rng.normal(0.9 + effect, 0.06),
            "crashed": (rng.random(rows) < chance).astype(int),
        }
    )


def events(small: bool = False) -> str:
    """A Parquet file of 10,000,000 rows in 20,000 units in 200 groups, written once."""
    rows, groups, units = (20_000, 10, 200) if small else (10_000_000, 200, 20_000)
    path = Path(tempfile.gettempdir()) / f"stanlevels-benchmark-{rows}.parquet"
    if not path.exists():
        rng = np.random.default_rng(10_000)
        unit = rng.integers(units, size=rows)
        group = np.arange(units) % groups
        U = rng.normal(rng.normal(1, 0.5, size=groups)[group], 0.3)
        frame = pd.DataFrame(
            {
                "group": _labels("group", group[unit], groups),
                "unit": _labels("unit", unit, units),
                "y": rng.normal(U[unit], 1.0),
            }
        )
        written = path.with_suffix(".part")
        frame.to_parquet(written)
        written.rename(path)
    return str(path)


_CRASH_PRIORS = {
    "Intercept": ("Normal", 0.9, 0.5),
    "1|publisher": ("HalfNormal", 0.5),
    "1|app": ("HalfNormal", 0.5),
    "1|device": ("HalfNormal", 0.5),
    "sigma": ("HalfNormal", 0.5),
}

SIMULATED = (
    Workload(
        "crashes",
        "app crashes, 100,000 rows",
        AppCrashes,
        crashes,
        Floor(seconds=15),
        iterations=Iterations(4, 300, 1_400),  # as many as R-hat at most 1.01 takes
        literal=Iterations(2, 200, 100),
        formula="reliability ~ 1 + (1|publisher) + (1|app) + (1|device)",
        priors=_CRASH_PRIORS,
        simulated="all of it",
    ),
    Workload(
        "crashes1m",
        "app crashes, 1,000,000 rows in 50,000 cells",
        AppCrashes,
        crashes_in_cells,
        Floor(20, 20),
        literal=Iterations(2, 100, 60),
        by_cells=True,
        formula="reliability ~ 1 + (1|publisher) + (1|app) + (1|device)",
        priors=_CRASH_PRIORS,
        simulated="all of it",
    ),
    Workload(
        "store",
        "a store's week: 2,000,000 rows, Gaussian score",
        StoreScores,
        store,
        Floor(seconds=600),
        iterations=Iterations(4, 300, 1_000),
        literal=Iterations(2, 60, 30),
        peers=False,
        simulated="all of it",
    ),
    Workload(
        "store_flags",
        "a store's week: 2,000,000 flags in 27,438 cells",
        StoreFlags,
        store,
        Floor(seconds=600),
        iterations=Iterations(4, 300, 2_000),
        literal=Iterations(2, 60, 30),
        peers=False,
        simulated="all of it",
    ),
    Workload(
        "events",
        "10,000,000 rows nested Gaussian, from Parquet",
        Events,
        events,
        Floor(seconds=60, r_hat=float("inf")),
        literal=Iterations(2, 40, 20),
        peers=False,
        simulated="all of it",
    ),
)
