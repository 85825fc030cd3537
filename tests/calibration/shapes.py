"""A small model of each shape that a plan can have, with its rows and what the planner is to do with it.

Every model has a `spread` (standard deviation or shape of units), a `mean` and effects `U`, so that ranks of
several shapes can be looked at together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from tests.calibration.composed import (
    Kinds,
    Limits,
    Steps,
    Times,
    Zeros,
    kinds,
    limits,
    limits_score,
    steps,
    times,
    zeros,
)
from tests.calibration.linked import (
    BORDERS,
    LINEUPS,
    Areas,
    Choices,
    Lineups,
    Outcomes,
    Waves,
    areas,
    areas_rows,
    areas_score,
    choices,
    choices_rows,
    choices_score,
    lineups,
    lineups_rows,
    lineups_score,
    outcomes,
    outcomes_score,
    waves,
    waves_rows,
    waves_score,
)

__all__ = ["SHAPES", "Shape"]


@dataclass(frozen=True)
class Shape:
    """A model whose plan has this shape.

    Attributes
    ----------
    words : str
        For the table.
    model : subclass of stanlevels.Model
    design : callable
        Gives the rows, without outcomes.
    is_so : callable
        Whether a bound model's plan has the shape.
    plan : Plan, optional
        What is asked for, where the planner would do something else at this size.
    simulated : callable, optional
        Truth and data by hand, as `ranks_of` takes it; else the oracle draws them.
    score : callable, optional
        The log likelihood by hand, as `ranks_of` takes it.
    tables : mapping of str to DataFrame, optional
        What `bind` takes beside the rows.
    """

    words: str
    model: type[sl.Model]
    design: Callable[[], pd.DataFrame]
    is_so: Callable[[Any], bool]
    plan: sl.Plan | None = None
    simulated: Callable[..., Any] | None = None
    score: Callable[..., float] | None = None
    tables: Mapping[str, pd.DataFrame] | None = None


def _integrated(bound: Any) -> set[str]:
    return {name for name, quantity in bound.planned.quantities.items() if quantity.is_integrated}


def _density(bound: Any) -> Any:
    return next(f.density for f in bound.planned.factors if hasattr(f.density, "common"))


def _by_products(*names: str) -> Callable[[Any], bool]:
    """Integrated out, from products: no cells of rows, and nothing that rows look up."""
    return lambda bound: (
        _integrated(bound) == set(names)
        and all(part.rest is None and not part.looked_up for part in _density(bound).lines)
    )


class SlopesInStates(sl.Model):
    state, school = sl.Level(), sl.Level()
    mean, slope = sl.Normal(0, 1), sl.Normal(0, 1)
    spread, school_sd, slope_sd, noise = (sl.HalfNormal(1) for _ in range(4))
    corr = sl.LKJCholesky(2, dim=2)
    U = sl.Normal(mean, spread, over=state)
    B = sl.MultiNormal([U, slope], [school_sd, slope_sd], corr, over=school)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), noise, observed=True)


class Crossed(sl.Model):
    group, unit, item = sl.Level(), sl.Level(), sl.Level()
    mean, slope = sl.Normal(0, 1), sl.Normal(0, 1)
    spread, group_sd, item_sd, noise = (sl.HalfNormal(1) for _ in range(4))
    G = sl.Normal(mean, group_sd, over=group)
    U = sl.Normal(G, spread, over=unit)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    y = sl.Normal(U + I + slope * sl.data("x"), noise, observed=True)


class Curved(sl.Model):
    group, unit, item = sl.Level(), sl.Level(), sl.Level()
    mean, slope = sl.Normal(0, 1), sl.Normal(0, 0.5)
    spread, group_sd, item_sd, noise = (sl.HalfNormal(1) for _ in range(4))
    G = sl.Normal(mean, group_sd, over=group)
    U = sl.Normal(G, spread, over=unit)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    y = sl.Normal(U + I + sl.exp(slope * sl.data("x")), noise, observed=True)


class Several(sl.Model):
    state, school = sl.Level(), sl.Level()
    mean, other, slope = sl.Normal(0, 1), sl.Normal(0, 1), sl.Normal(0, 1)
    spread, school_sd, noise, other_noise = (sl.HalfNormal(1) for _ in range(4))
    U = sl.Normal(0, spread, over=state)
    A = sl.Normal(U, school_sd, over=school)
    y = sl.Normal(mean + A + slope * sl.data("x"), noise, observed=True)
    v = sl.Normal(other + 0.5 * A, other_noise, observed=True)


class Lifted(sl.Model):
    person, item = sl.Level(), sl.Level()
    mean, slope = sl.Normal(0, 1), sl.Normal(0, 1)
    spread, item_sd = sl.HalfNormal(1), sl.HalfNormal(1)
    U = sl.Normal(0, spread, over=person)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    yes = sl.Bernoulli(logit=mean + slope * sl.data("hard") + U + I, observed=True)


class Counts(sl.Model):
    unit = sl.Level()
    mean, slope, spread = sl.Normal(0, 0.5), sl.Normal(0, 0.5), sl.HalfNormal(0.7)
    U = sl.Normal(mean, spread, over=unit)
    count = sl.Poisson(log=U + slope * sl.data("x"), observed=True)


class Pairs(sl.Model):
    unit = sl.Level()
    spread, mean, k, slope = sl.Gamma(4, 2), sl.Normal(0, 0.5), sl.Gamma(4, 1), sl.Normal(0, 0.5)
    U = sl.Gamma(log=mean, shape=spread, over=unit)
    share = sl.Beta(mean=0.3, concentration=k, over=unit)
    count = sl.Poisson(U * sl.exp(slope * sl.data("x")), observed=True)
    success = sl.Bernoulli(share, observed=True)


def _schools() -> pd.DataFrame:
    """3 states of 4 schools with 1 to 6 rows."""
    school = np.repeat(np.arange(12), [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
    rows = pd.DataFrame({"state": school // 4, "school": school, "x": np.arange(len(school)) % 5 / 2 - 1.0})
    return rows.astype({"state": str, "school": str})


def _crossed() -> pd.DataFrame:
    """3 groups of 4 units, each with 3 to 5 of 5 items."""
    pairs = [(u, (u + k) % 5) for u in range(12) for k in range(3 + u % 3)]
    unit, item = np.array(pairs).T
    rows = pd.DataFrame({"group": unit % 3, "unit": unit, "item": item, "x": (unit + 2 * item) % 7 / 3 - 1.0})
    return rows.astype({"group": str, "unit": str, "item": str})


def _answers() -> pd.DataFrame:
    grid = pd.MultiIndex.from_product([range(12), range(6)], names=["person", "item"]).to_frame(index=False)
    return grid.assign(hard=np.array([-1.0, 0.5, 1.5, 0.0, 2.0, -0.5])[grid["item"]]).astype(
        {"person": str, "item": str}
    )


def _unequal() -> pd.DataFrame:
    """10 units of 1 to 16 rows."""
    unit = np.repeat(np.arange(10), [1, 1, 1, 2, 2, 4, 4, 8, 12, 16])
    return pd.DataFrame({"unit": unit.astype(str), "x": np.arange(len(unit)) % 4 / 2 - 0.75})


SHAPES: Mapping[str, Shape] = {
    "products": Shape(
        "nested levels with correlated slopes, from products",
        SlopesInStates,
        _schools,
        _by_products("U", "B"),
        sl.Plan(marginalize=["U", "B"]),
    ),
    "partial": Shape(
        "nested levels, crossed effects sampled: sums over what rows look up",
        Crossed,
        _crossed,
        lambda bound: (
            _integrated(bound) == {"G", "U"} and all(part.looked_up for part in _density(bound).lines)
        ),
        sl.Plan(marginalize=["G", "U"]),
    ),
    "cells": Shape(
        "nested levels, crossed effects and a curve sampled: cells of rows",
        Curved,
        _crossed,
        lambda bound: (
            _integrated(bound) == {"G", "U"} and all(part.rest is not None for part in _density(bound).lines)
        ),
        sl.Plan(marginalize=["G", "U"]),
    ),
    "full": Shape(
        "nested levels, crossed effects and numbers besides",
        Crossed,
        _crossed,
        lambda bound: _integrated(bound) == {"G", "U", "I", "mean", "slope"},
        sl.Plan(marginalize=["G", "U", "I", "mean", "slope"]),
    ),
    "several": Shape("several outcomes with common effects", Several, _schools, _by_products("U", "A")),
    "lifted": Shape(
        "item covariates and intercept lifted onto items",
        Lifted,
        _answers,
        lambda bound: any(r.step == "lift" and r.subject == "I" for r in bound.plan.records),
        sl.Plan(lift={"I": ("mean", "slope")}, center={"I": True}),
    ),
    "between": Shape(
        "effects sampled in the form between",
        Counts,
        _unequal,
        lambda bound: any(
            r.subject == "U" and r.step == "center" and r.decision.startswith("between")
            for r in bound.plan.records
        ),
        sl.Plan(center={"U": "between"}),
    ),
    "pairs": Shape(
        "gamma rates and beta probabilities, from sums by unit",
        Pairs,
        _unequal,
        lambda bound: _integrated(bound) == {"U", "share"},
    ),
    "zeros": Shape(
        "zero-inflated counts and a hurdle before amounts",
        Zeros,
        _unequal,
        lambda bound: "zero_inflated" in bound.stan_code,
        None,
        zeros,
    ),
    "kinds": Shape(
        "a mixture, shares by row",
        Kinds,
        _unequal,
        lambda bound: "mixed_normal" in bound.stan_code,
        None,
        kinds,
    ),
    "limits": Shape(
        "censored times and truncated counts: cells of equal rows",
        Limits,
        _unequal,
        lambda bound: bound.plan.compress == ("kept",),
        sl.Plan(compress=["kept"]),
        limits,
        limits_score,
    ),
    "steps": Shape(
        "categories that are reached in steps",
        Steps,
        _unequal,
        lambda bound: "stopping_ratio" in bound.stan_code,
        None,
        steps,
    ),
    "times": Shape("response times", Times, _unequal, lambda bound: "wiener" in bound.stan_code, None, times),
    "choices": Shape(
        "choices among rows, coefficients by person",
        Choices,
        choices_rows,
        lambda bound: "conditional_logit" in bound.stan_code,
        None,
        choices,
        choices_score,
    ),
    "lineups": Shape(
        "weighted members by a table",
        Lineups,
        lineups_rows,
        lambda bound: "segment_sums" in bound.stan_code and not _integrated(bound),
        None,
        lineups,
        lineups_score,
        LINEUPS,
    ),
    "players": Shape(
        "weighted members by a table, integrated out",
        Lineups,
        lineups_rows,
        lambda bound: _integrated(bound) == {"U"},
        sl.Plan(marginalize=["U"]),
        lineups,
        lineups_score,
        LINEUPS,
    ),
    "outcomes": Shape(
        "two outcomes with correlated residuals, one or the other missing",
        Outcomes,
        _unequal,
        lambda bound: "partly_multi_normal" in bound.stan_code,
        None,
        outcomes,
        outcomes_score,
    ),
    "waves": Shape(
        "a Gaussian process as a sum of waves",
        Waves,
        lambda: waves_rows(_unequal()),
        lambda bound: "f_squared_frequency" in bound.stan_code,
        None,
        waves,
        waves_score,
    ),
    "areas": Shape(
        "a map of areas, by the differences between neighbours",
        Areas,
        areas_rows,
        lambda bound: "bordered_density" in bound.stan_code,
        None,
        areas,
        areas_score,
        BORDERS,
    ),
}
