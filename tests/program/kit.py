"""A bound model's log density, at values or at an unconstrained point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.bound_model import BoundModel
from stanlevels.engines import get_engine
from stanlevels.plan.factors import Factor, Glm, Pointwise


def prepared(bound: BoundModel, code: str | None = None) -> Any:
    """The embedded engine's program."""
    return get_engine("stanli").prepare(
        code or bound.stan_code, bound.stan_data, shapes=bound.posterior.shapes
    )


def density_at(bound: BoundModel, values: Mapping[str, Any]) -> float:
    """The log density, Jacobian included, at values of the program's parameters."""
    program = prepared(bound)
    return program.log_density(program.unconstrain(values))[0]


def densities(bound: BoundModel, points: int = 3, seed: int = 1, spread: float = 0.4) -> list[float]:
    """The log density at random unconstrained points."""
    program = prepared(bound)
    rng = np.random.default_rng(seed)
    return [program.log_density(rng.normal(0, spread, program.n_unconstrained))[0] for _ in range(points)]


def without_glm(bound: BoundModel) -> BoundModel:
    """The same model with every density as it was declared, where a GLM function was chosen."""

    def declared(factor: Factor) -> Factor:
        return replace(factor, density=Pointwise()) if isinstance(factor.density, Glm) else factor

    return BoundModel(bound.data, bound.planned.with_factors(declared))
