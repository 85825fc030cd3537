"""Programs that integrate quantities out, written by hand, and how the harness judges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from tests.oracle.world import build_world
from tests.parity.harness import Parameter, Subject, densities

RNG = np.random.default_rng(11)
N = 16
DATA = pd.DataFrame(
    {
        "maker": [f"m{k}" for k in RNG.integers(3, size=N)],
        "day": [f"d{k}" for k in RNG.integers(4, size=N)],
        "x": RNG.normal(size=N).round(2),
        "y": RNG.normal(1, 1.5, size=N).round(2),
    }
)
DATA["app"] = DATA["maker"] + [f"/{k}" for k in RNG.integers(2, size=N)]
AT = {"mu": 0.6, "tau": 0.7, "sigma": 1.3}
HALF_NORMAL = "normal_lpdf({0} | 0, 1) + log2()"


class OneWay(sl.Model):
    maker = sl.Level()
    mu = sl.Normal(1, 2)
    tau = sl.HalfNormal(1)
    sigma = sl.HalfNormal(1)
    a = sl.Normal(mu, tau, over=maker)
    y = sl.Normal(a, sigma, observed=True)


def codes(column: str) -> np.ndarray:
    """Units counted from 1, in sorted order."""
    return np.unique(DATA[column], return_inverse=True)[1] + 1


def indicators(column: str) -> np.ndarray:
    return np.equal.outer(codes(column), np.unique(codes(column))).astype(float)


def hand(
    model: Any, sampled: Sequence[Parameter | str], integrated: Sequence[str], code: str, **data: Any
) -> Subject:
    """A program written by hand, with units in sorted order."""
    graph = model.graph()
    parameters = tuple(p if isinstance(p, Parameter) else Parameter(p, p) for p in sampled)
    units = build_world(graph, DATA).units
    return Subject(
        graph, dict(units), parameters, frozenset(integrated), code, {"N": N, "y": DATA["y"], **data}
    )


def arrays(values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.asarray(value, dtype=float) for name, value in values.items()}


def accepted(judged: Subject, values: Mapping[str, Any]) -> None:
    found = densities(judged, DATA, arrays(values))
    assert found.agree(), found


def rejected(judged: Subject, values: Mapping[str, Any], right: str, wrong: str) -> None:
    """Not accepted once a part of it is written otherwise."""
    assert right in judged.stan_code
    changed = replace(judged, stan_code=judged.stan_code.replace(right, wrong))
    assert not densities(changed, DATA, arrays(values)).agree(), f"{wrong!r} in place of {right!r}"
