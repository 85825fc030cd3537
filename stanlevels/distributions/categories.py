"""Distributions of categories, numbered from 1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions.family import COVARIATES, INTERCEPT, SLOPES, Family, Parameter
from stanlevels.distributions.kept import Argument, table
from stanlevels.distributions.numbers import Compute, Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import ORDERED_VECTOR, POSITIVE_COUNT, SIMPLEX, VECTOR
from stanlevels.distributions.vocabulary import call, location, standard
from stanlevels.graph import Ref

__all__ = ["CATEGORIES"]


def categorical(log_probabilities: Compute) -> Numbers:
    """The numbers of a category, from the log of each one's probability along the last axis."""

    def probabilities(**given: Any) -> Any:
        return np.exp(log_probabilities(**given))

    def log_density(x: Any, **given: Any) -> Any:
        table = log_probabilities(**given)
        return np.where(x <= table.shape[-1], _picked(table, x), -np.inf)

    def cumulative(x: Any, **given: Any) -> Any:
        return _picked(np.cumsum(probabilities(**given), axis=-1), x)

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


def _picked(table: Any, x: Any) -> Any:
    """The entry of each category x; of the last for those above it."""
    x = np.asarray(x)
    last = table.shape[-1]
    shape = np.broadcast_shapes(table.shape[:-1], x.shape)
    index = np.broadcast_to(np.clip(x, 1, last).astype(np.int64) - 1, shape)[..., None]
    return np.take_along_axis(np.broadcast_to(table, (*shape, last)), index, axis=-1)[..., 0]


def _between(eta: Any, lower: Any, upper: Any) -> Any:
    """Log of the probability that a logistic variable with location eta lies between two numbers."""
    above, below = eta - lower, eta - upper
    return special.log_expit(above) + special.log_expit(-below) + np.log(-np.expm1(below - above))


_FAR = 1e4  # in place of an infinite end, where derivatives have values


def _between_by_probit(eta: Any, lower: Any, upper: Any) -> Any:
    """The same of a normal variable; from the side on which both ends have digits."""
    lower, upper = (np.where(np.isfinite(end), end, np.sign(end) * _FAR) for end in (lower, upper))
    flipped = lower > eta
    near, far = np.where(flipped, eta - lower, upper - eta), np.where(flipped, eta - upper, lower - eta)
    log_near = special.log_ndtr(near)
    return log_near + np.log(-np.expm1(special.log_ndtr(far) - log_near))


def _ends(cutpoints: Any) -> tuple[Any, Any]:
    """The lower and the upper end of every category."""
    cutpoints = cutpoints + np.zeros(1)  # one number stands for one cutpoint
    end = np.full((*np.shape(cutpoints)[:-1], 1), np.inf)
    return np.concatenate([-end, cutpoints], -1), np.concatenate([cutpoints, end], -1)


def _cut(between: Compute) -> Numbers:
    """The numbers of the category in which a variable with location eta lies."""

    def of_all(eta: Any, cutpoints: Any) -> Any:
        return between(eta[..., None], *_ends(cutpoints))

    def of_one(x: Any, eta: Any, cutpoints: Any) -> Any:
        lower, upper = _ends(cutpoints)
        found = between(eta, _picked(lower, x), _picked(upper, x))
        return np.where(x <= np.shape(lower)[-1], found, -np.inf)

    return replace(categorical(of_all), log_density=of_one)


def _log_softmax(logit: Any) -> Any:
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
            categorical(_log_softmax),
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

ORDERED_LOGISTIC = Family(
    "OrderedLogistic",
    (
        standard(
            "ordered_logistic",
            _cut(_between),
            location("eta"),
            Parameter("cutpoints", ORDERED_VECTOR),
            link="logit",
            glm="ordered_logistic_glm",
            glm_arguments=(COVARIATES, SLOPES, "cutpoints"),
            categories=("cutpoints", 1),
            kept=table("ordered_logistic_cells", Argument(Ref("eta")), Argument(Ref("cutpoints"), "common")),
            phrase="one of the ordered categories, into which {cutpoints} cuts a logistic variable around"
            " {eta}",
        ),
    ),
    "One of several ordered categories: category k lies between cutpoints k - 1 and k of a logistic"
    " variable with location `eta`.",
    latent=False,
    symbol="Ordered-Logistic",
)

ORDERED_PROBIT = Family(
    "OrderedProbit",
    (
        standard(
            "ordered_probit",
            _cut(_between_by_probit),
            location("eta"),
            Parameter("cutpoints", ORDERED_VECTOR),
            link="probit",
            categories=("cutpoints", 1),
            phrase="one of the ordered categories, into which {cutpoints} cuts a normal variable around {eta}"
            " with standard deviation 1",
        ),
    ),
    "One of several ordered categories: category k lies between cutpoints k - 1 and k of a normal variable"
    " with location `eta` and standard deviation 1.",
    latent=False,
    symbol="Ordered-Probit",
)

CATEGORIES = (CATEGORICAL, ORDERED_LOGISTIC, ORDERED_PROBIT)
