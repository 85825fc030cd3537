"""Distributions of categories, numbered from 1: their numbers, and those without an order."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.distributions.family import COVARIATES, INTERCEPT, SLOPES, Family
from stanlevels.distributions.kept import Argument, table
from stanlevels.distributions.numbers import Compute, Numbers
from stanlevels.distributions.supports import POSITIVE_COUNT, SIMPLEX, VECTOR
from stanlevels.distributions.vocabulary import call, location, standard
from stanlevels.graph import Ref

__all__ = ["CATEGORIES", "categorical", "log_softmax", "picked"]


def categorical(log_probabilities: Compute) -> Numbers:
    """The numbers of a category, from the log of each one's probability along the last axis."""

    def probabilities(**given: Any) -> Any:
        return np.exp(log_probabilities(**given))

    def log_density(x: Any, **given: Any) -> Any:
        table = log_probabilities(**given)
        return np.where(x <= table.shape[-1], picked(table, x), -np.inf)

    def cumulative(x: Any, **given: Any) -> Any:
        return picked(np.cumsum(probabilities(**given), axis=-1), x)

    def draw(rng: np.random.Generator, shape: tuple[int, ...], **given: Any) -> Any:
        bounds = np.cumsum(probabilities(**given), axis=-1)
        return 1 + (rng.uniform(size=(*shape, 1)) * bounds[..., -1:] >= bounds[..., :-1]).sum(axis=-1)

    def moment(power: int, **given: Any) -> Any:
        p = probabilities(**given)
        return p @ np.arange(1.0, p.shape[-1] + 1) ** power

    return Numbers(
        POSITIVE_COUNT,
        log_density,
        draw,
        mean=lambda **given: moment(1, **given),
        variance=lambda **given: moment(2, **given) - np.square(moment(1, **given)),
        cumulative=cumulative,
        probabilities=probabilities,
    )


def picked(table: Any, x: Any) -> Any:
    """The entry of each category x; of the last for those above it."""
    x = np.asarray(x)
    last = table.shape[-1]
    shape = np.broadcast_shapes(table.shape[:-1], x.shape)
    index = np.broadcast_to(np.clip(x, 1, last).astype(np.int64) - 1, shape)[..., None]
    return np.take_along_axis(np.broadcast_to(table, (*shape, last)), index, axis=-1)[..., 0]


def log_softmax(logit: Any) -> Any:
    """Log of the probability of every category, from log odds of any size."""
    distance = logit - np.max(logit, axis=-1, keepdims=True)
    return distance - np.log(np.sum(np.exp(distance), axis=-1, keepdims=True))


CATEGORICAL = Family(
    "Categorical",
    (
        standard(
            "categorical",
            categorical(lambda theta: np.log(theta)),
            location("theta", SIMPLEX),
            categories=("theta", 0),
            kept=table("categorical_cells", Argument(Ref("theta"), "table")),
            phrase="one of the categories, with probabilities {theta}",
        ),
        standard(
            "categorical_logit",
            categorical(log_softmax),
            location("logit", VECTOR),
            key="logit",
            link="logit",
            glm="categorical_logit_glm",
            glm_arguments=(COVARIATES, INTERCEPT, SLOPES),
            categories=("logit", 0),
            kept=table("categorical_logit_cells", Argument(Ref("logit"), "table")),
            written=(call("softmax", Ref("logit")),),
            phrase="one of the categories, with log odds {logit}",
        ),
    ),
    "One of several categories, with probabilities `theta`, or with log odds `logit=` (one per"
    " category, up to a common constant).",
    latent=False,
    example="sl.Categorical([0.2, 0.3, 0.5], observed='choice')",
)

CATEGORIES = (CATEGORICAL,)
