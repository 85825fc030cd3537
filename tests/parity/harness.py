"""A program's log density at given values, beside the oracle's.

A program may sample quantities in any form and integrate out those that are normal: the oracle then gives
the marginal log density of the rest.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import stanli

from stanlevels.bound_model import BoundModel
from tests.oracle.marginal import Normal
from tests.oracle.world import build_world
from tests.parity.point import Point, Values, direction
from tests.parity.subject import Parameter, Subject, Tables, bind_as, closed_graph, subject, unit_keys

__all__ = [
    "Densities",
    "Parameter",
    "Subject",
    "bind_as",
    "build",
    "check",
    "closed_graph",
    "densities",
    "effects",
    "subject",
    "unit_keys",
]

Array = np.ndarray


@dataclass(frozen=True)
class Densities:
    """Log densities of one model at one point.

    Attributes
    ----------
    stan : float
        Of the program, on the scale of its parameters (Jacobian taken off).
    oracle : float
        Of the declaration, on the scale of its quantities, plus the log of the change of scale where
        the program has standardised parameters.
    gradient, difference : ndarray
        Derivatives of the program's log density along random directions of its unconstrained parameters:
        the program's own, and central differences.
    slope, oracle_slope : float
        Derivatives of `stan` and `oracle` as the quantities move along a random direction.
    """

    stan: float
    oracle: float
    gradient: Array
    difference: Array
    slope: float
    oracle_slope: float
    by_probit: bool = False

    def agree(self) -> bool:
        """To 1e-8 relative to the log density, derivatives to 1e-6 relative to their size or to it.

        Those of Stan's normal cumulative distribution function are approximations: to 1e-5 where it stands.
        """
        rough = 1e-5 if self.by_probit else 1e-6
        scale = max(1.0, abs(self.oracle))
        close = abs(self.stan - self.oracle) <= 1e-8 * scale
        found = np.array([*self.gradient, self.slope])
        wanted = np.array([*self.difference, self.oracle_slope])
        return bool(close and np.all(np.abs(found - wanted) <= rough * np.maximum(np.abs(found), scale)))


def densities(
    of: BoundModel | Subject,
    data: pd.DataFrame,
    values: Values,
    tables: Tables | None = None,
    *,
    directions: int = 2,
    seed: int = 0,
    step: float = 1e-5,
) -> Densities:
    """Both log densities at `values`, and their derivatives along random directions.

    `values` holds every latent quantity that the program samples, and an integrated one only where a
    standardised parameter is about it. Where data lie far from 0, a longer `step` of the differences loses
    fewer digits.
    """
    judged = of if isinstance(of, Subject) else subject(of)
    rng = np.random.default_rng(seed)
    here = Point(judged, build_world(judged.graph, data, judged.units, tables), values)
    oracle = here.log_density
    model = build(judged.stan_code, judged.stan_data)
    jacobian = build(without_model(judged.stan_code), judged.stan_data)
    q = model.unconstrain(here.parameters)
    (at, gradient), (correction, its_gradient) = model.log_prob_grad(q), jacobian.log_prob_grad(q)
    gradient = np.asarray(gradient)
    along = rng.standard_normal((directions, len(q))) / max(1.0, np.sqrt(len(q)))
    course = direction(values, rng)

    def moved(t: float) -> Array:
        point = here.moved(course, t)
        return np.array([point.log_density, *model.unconstrain(point.parameters)])

    oracle_slope, *velocity = slope(moved, step)
    return Densities(
        stan=at - correction,
        oracle=oracle,
        gradient=along @ gradient,
        difference=np.array([_difference(model, q, d, step) for d in along]),
        slope=float((gradient - np.asarray(its_gradient)) @ np.array(velocity)),
        oracle_slope=float(oracle_slope),
        by_probit="probit" in judged.stan_code or "normal_lcdf" in judged.stan_code,
    )


def effects(
    of: BoundModel | Subject, data: pd.DataFrame, values: Values, tables: Tables | None = None
) -> Normal:
    """The exact distribution of what the program integrates out given everything else: what is drawn back."""
    judged = of if isinstance(of, Subject) else subject(of)
    world = build_world(judged.graph, data, judged.units, tables)
    return Point(judged, world, values).integrated.conditional


def check(
    model: Any,
    data: pd.DataFrame,
    values: Values,
    tables: Tables | None = None,
    forms: Sequence[Any] = (True, False, "between"),
) -> None:
    """Assert that the programs of all parameterisations have the declaration's log density."""
    for centered in forms:
        bound = bind_as(model, data, tables, centered=centered)
        found = densities(bound, data, values, tables)
        assert found.agree(), f"centered={centered}: {found}\n{bound.stan_code}"


def build(code: str, data: Mapping[str, Any]) -> Any:
    """A Stan program with data, in process."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return stanli.Model(stan_code=code, data=dict(data))


def without_model(code: str) -> str:
    """The program with an empty model block: what is left of its density is the Jacobian."""
    start = code.index("\nmodel {") + 1
    end = code.index("\n}", start) + 2
    return f"{code[:start]}model {{\n}}{code[end:]}"


def _difference(model: Any, q: Array, along: Array, step: float) -> float:
    return float(slope(lambda t: model.log_prob_grad(q + t * along)[0], step))


def slope(function: Callable[[float], Any], step: float) -> Any:
    """The fourth-order central difference at 0."""
    f = [function(k * step) for k in (-2, -1, 1, 2)]
    return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * step)
