"""Distributions of categories in an order: cut out of a variable, reached step by step, or by neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.distributions.categories import categorical, log_softmax, picked
from stanlevels.distributions.family import COVARIATES, SLOPES, Family, Function, Parameter, Parameterization
from stanlevels.distributions.kept import Argument, table
from stanlevels.distributions.numbers import Compute, Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import CUTPOINTS, ORDERED_VECTOR, POSITIVE
from stanlevels.distributions.vocabulary import location, standard
from stanlevels.graph import Ref

__all__ = ["ORDINAL"]

_ORDERED = Parameter("cutpoints", ORDERED_VECTOR)
_FREE = Parameter("cutpoints", CUTPOINTS)
_SCALE = Parameter("scale", POSITIVE, "scale")
_FAR = 1e4  # in place of an infinite end, where derivatives have values


# --- cut out of one variable --------------------------------------------------------------------------


def _between(eta: Any, lower: Any, upper: Any) -> Any:
    """Log of the probability that a logistic variable with location eta lies between two numbers."""
    above, below = eta - lower, eta - upper
    return special.log_expit(above) + special.log_expit(-below) + np.log(-np.expm1(below - above))


def _between_by_probit(eta: Any, lower: Any, upper: Any) -> Any:
    """The same of a normal variable; from the side on which both ends have digits."""
    lower, upper = (np.where(np.isfinite(end), end, np.sign(end) * _FAR) for end in (lower, upper))
    flipped = lower > eta
    near, far = np.where(flipped, eta - lower, upper - eta), np.where(flipped, eta - upper, lower - eta)
    log_near = special.log_ndtr(near)
    return log_near + np.log(-np.expm1(special.log_ndtr(far) - log_near))


def _vector(cutpoints: Any) -> Any:
    """Cutpoints along the last axis; one number stands for one."""
    return cutpoints + np.zeros(1)


def _ends(cutpoints: Any) -> tuple[Any, Any]:
    """The lower and the upper end of every category."""
    end = np.full((*np.shape(cutpoints)[:-1], 1), np.inf)
    return np.concatenate([-end, cutpoints], -1), np.concatenate([cutpoints, end], -1)


def _cut(between: Compute) -> Numbers:
    """The numbers of the category in which a variable with location eta lies."""

    def standardised(eta: Any, cutpoints: Any, scale: Any) -> tuple[Any, Any]:
        cutpoints = _vector(cutpoints)
        return (eta, cutpoints) if scale is None else (eta / scale, cutpoints / scale[..., None])

    def of_all(eta: Any, cutpoints: Any, scale: Any = None) -> Any:
        eta, cutpoints = standardised(eta, cutpoints, scale)
        return between(eta[..., None], *_ends(cutpoints))

    def of_one(x: Any, eta: Any, cutpoints: Any, scale: Any = None) -> Any:
        eta, cutpoints = standardised(eta, cutpoints, scale)
        lower, upper = _ends(cutpoints)
        found = between(eta, picked(lower, x), picked(upper, x))
        return np.where(x <= np.shape(lower)[-1], found, -np.inf)

    return replace(categorical(of_all), log_density=of_one)


def _scaled(of: Parameterization, phrase: str) -> tuple[Parameterization, Function]:
    """The same with a standard deviation that is not 1, and its Stan function."""
    stan = f"{of.stan}_scaled"
    form = replace(
        of,
        key="scale",
        parameters=(*of.parameters, _SCALE),
        stan=stan,
        arguments=(*of.arguments, Ref("scale")),
        glm="",
        glm_arguments=(),
        kept=None,
        by_unit=True,
        phrase=phrase,
    )
    name = f"{stan}_lpmf"
    return form, Function(name, "ordered_scaled", (("base", f"{of.stan}_lpmf"),))


_LOGISTIC = standard(
    "ordered_logistic",
    _cut(_between),
    location("eta"),
    _ORDERED,
    link="logit",
    glm="ordered_logistic_glm",
    glm_arguments=(COVARIATES, SLOPES, "cutpoints"),
    categories=("cutpoints", 1),
    kept=table("ordered_logistic_cells", Argument(Ref("eta")), Argument(Ref("cutpoints"), "common")),
    phrase="one of the ordered categories, into which {cutpoints} cuts a logistic variable around {eta}",
)
_LOGISTIC_SCALED, _LOGISTIC_FUNCTION = _scaled(
    _LOGISTIC,
    "one of the ordered categories, into which {cutpoints} cuts a logistic variable around {eta},"
    " {scale} times as wide as the standard one",
)

ORDERED_LOGISTIC = Family(
    "OrderedLogistic",
    (_LOGISTIC, _LOGISTIC_SCALED),
    "One of several ordered categories: category k lies between cutpoints k - 1 and k of a logistic"
    " variable with location `eta` and, where it is given, `scale=`, which is else 1.",
    latent=False,
    functions=(_LOGISTIC_FUNCTION,),
    symbol="Ordered-Logistic",
)

_PROBIT = standard(
    "ordered_probit",
    _cut(_between_by_probit),
    location("eta"),
    _ORDERED,
    link="probit",
    categories=("cutpoints", 1),
    phrase="one of the ordered categories, into which {cutpoints} cuts a normal variable around {eta}"
    " with standard deviation 1",
)
_PROBIT_SCALED, _PROBIT_FUNCTION = _scaled(
    _PROBIT,
    "one of the ordered categories, into which {cutpoints} cuts a normal variable around {eta}"
    " with standard deviation {scale}",
)

ORDERED_PROBIT = Family(
    "OrderedProbit",
    (_PROBIT, _PROBIT_SCALED),
    "One of several ordered categories: category k lies between cutpoints k - 1 and k of a normal variable"
    " with location `eta` and standard deviation 1, or `scale=`.",
    latent=False,
    functions=(_PROBIT_FUNCTION,),
    symbol="Ordered-Probit",
)

# --- reached step by step -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Step:
    """How likely a step to the next category is: logs of its probability, and of that of stopping.

    `go` and `stop` are the same in Stan, of a number called `above`.
    """

    name: str
    log_go: Compute
    log_stop: Compute
    go: str
    stop: str


_STEPS = (
    _Step(
        "logit",
        lambda above: special.log_expit(above),
        lambda above: special.log_expit(-above),
        "log_inv_logit(above)",
        "log1m_inv_logit(above)",
    ),
    _Step(
        "probit",
        lambda above: special.log_ndtr(above),
        lambda above: special.log_ndtr(-above),
        "normal_lcdf(above | 0, 1)",
        "normal_lccdf(above | 0, 1)",
    ),
    _Step(
        "cloglog",
        lambda above: -np.exp(-above),
        lambda above: np.log(-np.expm1(-np.exp(-above))),
        "-exp(-above)",
        "log1m_exp(-exp(-above))",
    ),
)


def _step_by_step(step: _Step, argument: str) -> Numbers:
    """The numbers of the category at which steps end."""

    def of_all(**given: Any) -> Any:
        above = given[argument][..., None] - _vector(given["cutpoints"])
        stop = step.log_stop(above)
        nothing = 0 * stop[..., :1]
        passed = np.cumsum(step.log_go(above), axis=-1)
        return np.concatenate([nothing, passed], -1) + np.concatenate([stop, nothing], -1)

    return categorical(of_all)


def _stopping(step: _Step) -> tuple[Parameterization, Function]:
    """Steps of a kind: the first needs no key."""
    key = "" if step is _STEPS[0] else step.name
    argument, stan = key or "eta", f"stopping_ratio_{step.name}"
    form = standard(
        stan,
        _step_by_step(step, argument),
        location(argument),
        _FREE,
        key=key,
        link=step.name,
        categories=("cutpoints", 1),
        by_unit=True,
        phrase="the category at which steps through them end, where the "
        + _GOING_ON[step.name].format(f"{{{argument}}} less the category's own of {{cutpoints}}"),
    )
    values = (("go", step.go), ("stop", step.stop))
    return form, Function(f"{stan}_lpmf", "stopping_ratio", values)


_GOING_ON = {
    "logit": "log odds of going on are {}",
    "probit": "probit of going on is {}",
    "cloglog": "complementary log-log of stopping is minus {}",
}
_STOPPING = tuple(map(_stopping, _STEPS))

STOPPING_RATIO = Family(
    "StoppingRatio",
    tuple(form for form, _ in _STOPPING),
    "One of several ordered categories, reached one after the other: at category k there is a step to the"
    " next with log odds `eta` less cutpoint k (or that is its probit, `probit=`, or minus the complementary"
    " log-log of stopping, `cloglog=`). Cutpoints need not increase, and may depend on covariates.",
    latent=False,
    functions=tuple(function for _, function in _STOPPING),
    symbol="Stopping-Ratio",
)

# --- by neighbours ------------------------------------------------------------------------------------


def _by_neighbours(eta: Any, cutpoints: Any) -> Any:
    above = eta[..., None] - _vector(cutpoints)
    return log_softmax(np.concatenate([0 * above[..., :1], np.cumsum(above, axis=-1)], -1))


ADJACENT_CATEGORIES = Family(
    "AdjacentCategories",
    (
        standard(
            "adjacent_categories",
            categorical(_by_neighbours),
            location("eta"),
            _FREE,
            link="logit",
            categories=("cutpoints", 1),
            by_unit=True,
            phrase="one of the ordered categories, where the log odds of each against the one before it are"
            " {eta} less one of {cutpoints}",
        ),
    ),
    "One of several ordered categories: the log odds of category k + 1 against k are `eta` less cutpoint k."
    " Cutpoints need not increase, and may depend on covariates.",
    latent=False,
    functions=(Function("adjacent_categories_lpmf", "adjacent_categories", ()),),
    symbol="Adjacent-Categories",
)

ORDINAL = (ORDERED_LOGISTIC, ORDERED_PROBIT, STOPPING_RATIO, ADJACENT_CATEGORIES)
