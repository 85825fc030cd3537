"""Random models with normal outcomes and normal effects: what the planner's algebra is about.

Chains of nested levels and factors that cross them, intercepts and slopes, correlated or not, means that
come from a level above or from covariates, several outcomes about the same effects, far from 0 at times.
Outcomes are drawn from the model, so that its parts say something about each other. Structure comes from
choices (and shrinks, where hypothesis makes them), numbers from a seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from tests.oracle.draft import Choices, Draft, SeededChoices, Unit
from tests.oracle.integrable import with_numbers
from tests.oracle.random_models import Case
from tests.oracle.simulation import simulate
from tests.oracle.structures import covariate, covariate_set, nested, root, with_table

FAR = 1e6


@dataclass
class Parts:
    """What has been written of a model, for others of its lines to use.

    Attributes
    ----------
    draft : Draft
    means : dict
        By level, an effect that those of levels within it may be about.
    terms : list
        What adds up to the location of the outcome, each in terms of rows.
    """

    draft: Draft
    means: dict[str, Any] = field(default_factory=dict)
    terms: list[Any] = field(default_factory=list)


def gaussian_case(choose: Choices, seed: int) -> Case:
    """A random Gaussian model with data from it."""
    draft = Draft(choose, np.random.default_rng(seed))
    draft.n = choose.integer(6, 36)
    _levels(draft)
    parts = Parts(draft)
    for unit in list(draft.units.values()):
        _effects(parts, unit)
    far = draft.maybe("far from 0", 8)
    terms = [_intercept(draft, far), *parts.terms, *_beside(draft)]
    eta = terms[0]
    for term in terms[1:]:
        eta = eta + term
    if len(terms) > 1 and draft.maybe("named predictor", 5):
        eta = draft.add("eta", eta)
    lognormal = not far and draft.maybe("lognormal outcome", 6)
    _outcome(draft, "y", sl.LogNormal if lognormal else sl.Normal, eta)
    if parts.terms and draft.maybe("second outcome", 4):
        shared = draft.choose.pick(parts.terms)
        line = _number(draft, "nu") + (shared / 2 if draft.maybe("half of an effect", 2) else shared)
        _outcome(draft, "v", sl.Normal, line)
    free = [name for name in parts.means if name not in draft.tables]
    if free and draft.maybe("outcome of a level", 6):
        _outcome_of_level(parts, draft.units[choose.pick(free)])
    model = sl.Model.define("Drawn", draft.lines)
    frame = _with_outcomes(draft, model, far)
    return Case(model, frame, draft.tables, frozenset(draft.features), seed)


def seeded_gaussian_case(seed: int) -> Case:
    """The random Gaussian model of a seed, with data."""
    return gaussian_case(SeededChoices(np.random.default_rng(seed)), seed)


# --- levels ----------------------------------------------------------------------------------


def _levels(draft: Draft) -> None:
    shapes: dict[str, Callable[[], object]] = {
        "none": lambda: None,
        "one": lambda: _chain(draft, 1),
        "two deep": lambda: _chain(draft, 2),
        "three deep": lambda: _chain(draft, 3),
        "crossed": lambda: (root(draft, "item", 10), root(draft, "person", 10)),
        "crossed, one small": lambda: (root(draft, "person", 10), root(draft, "kind", 3)),
        "a chain and what crosses it": lambda: (_chain(draft, 2), root(draft, "device", 8)),
        "three crossed": lambda: (root(draft, "item"), root(draft, "person", 8), root(draft, "kind", 2)),
    }
    draft.pick("levels", shapes)()
    for unit in list(draft.units.values()):
        if draft.maybe("table", 2):
            with_table(draft, unit)


def _chain(draft: Draft, depth: int) -> Unit:
    unit = root(draft, "state", 4)
    for name in ("school", "room")[: depth - 1]:
        unit = nested(draft, unit, name, declared=draft.maybe("declared nesting", 2))
    return unit


# --- numbers ---------------------------------------------------------------------------------


def _number(draft: Draft, name: str, about: float = 0.0) -> Any:
    """A latent number without units, normal as often as not."""
    a, b = about + draft.number(-1, 1), draft.number(0.5, 3)
    options = {
        "Normal": lambda: sl.Normal(a, b),
        "normal": lambda: sl.Normal(a, b),
        "about another": lambda: sl.Normal(_hyper(draft, f"{name}_0", about), b),
        "StudentT": lambda: sl.StudentT(4, a, b),
        "Laplace": lambda: sl.Laplace(a, b),
        "Uniform": lambda: sl.Uniform(a - 9, a + 9),
        "open": lambda: sl.Normal(),
        "Constant": lambda: sl.Constant(a),
    }
    return draft.add(name, draft.pick("number", options)())


def _hyper(draft: Draft, name: str, about: float) -> Any:
    return draft.add(name, sl.Normal(about, 1.5))


def _spread(draft: Draft, name: str) -> Any:
    """A standard deviation without units."""
    options: dict[str, Callable[[], Any]] = {
        "HalfNormal": lambda: draft.add(name, sl.HalfNormal(draft.number(0.5, 2))),
        "HalfCauchy": lambda: draft.add(name, sl.HalfCauchy(draft.number(0.5, 2))),
        "open": lambda: draft.add(name, sl.HalfNormal()),
        "number": lambda: draft.number(0.3, 2),
        "exp": lambda: sl.exp(draft.add(f"log_{name}", sl.Normal(-0.5, 0.5))),
        "named": lambda: draft.add(name, 0.2 + draft.add(f"{name}_0", sl.HalfNormal(1))),
        "one for several": lambda: _shared_spread(draft),
    }
    return draft.pick("spread", options)()


def _shared_spread(draft: Draft) -> Any:
    if "tau" not in draft.lines:
        draft.lines["tau"] = sl.HalfNormal(1)
    return draft.lines["tau"]


def _intercept(draft: Draft, far: bool) -> Any:
    return _number(draft, "mu", FAR if far else 0.0)


def _beside(draft: Draft) -> list[Any]:
    """What has no units: slopes of columns, and coefficients of sets of them."""
    terms = []
    if draft.maybe("slope of a column", 2):
        level = draft.choose.pick([None, *draft.units])
        terms.append(_number(draft, "beta") * covariate(draft, level))
    if draft.maybe("known part", 5):
        terms.append(0.5 * covariate(draft))
    if draft.maybe("b @ X", 2):
        X = covariate_set(draft)
        sd = _spread(draft, "b_sd") if draft.maybe("hierarchical coefficients", 4) else draft.number(0.5, 2)
        terms.append(draft.add("b", sl.Normal(0, sd, over=X)) @ X)
    return terms


# --- effects ---------------------------------------------------------------------------------


def _effects(parts: Parts, unit: Unit) -> None:
    kinds: dict[str, tuple[Callable[[Parts, Unit], None], ...]] = {
        "none": (),
        "intercept": (_intercepts,),
        "multiple of an intercept": (_doubled,),
        "slope": (_slopes,),
        "intercept and slope": (_intercepts, _slopes),
        "correlated": (_correlated,),
        "coefficients": (_coefficients,),
        "two of one level": (_intercepts, _intercepts),
        "spread by unit": (_spread_by_unit,),
    }
    for write in parts.draft.pick("effect", kinds):
        write(parts, unit)


def _mean(parts: Parts, unit: Unit) -> Any:
    """Nothing, a number, an effect above; with a covariate of the level or a set of them at times."""
    draft, mean = parts.draft, 0.0
    above = [parts.means[name] for name in unit.above if name in parts.means]
    if above and draft.maybe("mean from a parent level", 2):
        parent = draft.choose.pick(above)
        mean = parent * draft.choose.pick((1, 1, 0.5))
        parts.terms = [term for term in parts.terms if term is not parent]
    elif draft.maybe("number in a mean", 3):
        mean = mean + _number(draft, f"{unit.name}_mean")
    if draft.maybe("covariate in a mean", 3):
        mean = mean + _number(draft, "gamma") * covariate(draft, unit.name)
    if draft.maybe("b @ X in a mean", 8):
        X = covariate_set(draft, unit.name)
        mean = mean + draft.add("c", sl.Normal(0, 1, over=X)) @ X
    return mean


def _intercepts(parts: Parts, unit: Unit, times: float = 1, *, by_unit: bool = False) -> None:
    draft = parts.draft
    sd = _spread(draft, f"{unit.name}_sd")
    if by_unit:
        sd = sd * sl.exp(0.2 * covariate(draft, unit.name))
    effect = draft.add(f"{unit.name}_effect", sl.Normal(_mean(parts, unit), sd, over=unit.level))
    parts.means[unit.name] = effect
    parts.terms.append(effect if times == 1 else times * effect)


def _doubled(parts: Parts, unit: Unit) -> None:
    _intercepts(parts, unit, 2)


def _spread_by_unit(parts: Parts, unit: Unit) -> None:
    _intercepts(parts, unit, by_unit=True)


def _slopes(parts: Parts, unit: Unit) -> None:
    draft = parts.draft
    at = draft.choose.pick([None, None, unit.name])  # a slope of what is constant within its units, at times
    line = sl.Normal(_mean(parts, unit), _spread(draft, "slope_sd"), over=unit.level)
    parts.terms.append(draft.add("slope", line) * covariate(draft, at))


def _correlated(parts: Parts, unit: Unit) -> None:
    draft = parts.draft
    k = draft.choose.integer(2, 3)
    corr = draft.add("corr", sl.LKJCholesky(2, dim=k))
    means = [_mean(parts, unit) for _ in range(k)]
    B = draft.add("B", sl.MultiNormal(means, [_spread(draft, "s") for _ in range(k)], corr, over=unit.level))
    parts.means[unit.name] = B[0]
    term = B[0] + B[1] * covariate(draft)
    parts.terms.append(term if k == 2 else term + B[2] * covariate(draft))


def _coefficients(parts: Parts, unit: Unit) -> None:
    """Coefficients of a set of covariates for every unit, about common ones at times."""
    draft = parts.draft
    X = covariate_set(draft)
    sd = draft.add("X_sd", sl.HalfNormal(1, over=X)) if draft.maybe("spreads over a set", 2) else 0.7
    mean = draft.add("d", sl.Normal(0, 1, over=X)) if draft.maybe("common coefficients", 2) else 0
    parts.terms.append(draft.add("V", sl.Normal(mean, sd, over=(unit.level, X))) @ X)


# --- outcomes --------------------------------------------------------------------------------


def _noise(draft: Draft, name: str) -> Any:
    some = list(draft.units)

    def column(values: Any) -> Any:
        return sl.data(draft.column("se", values))

    options = {
        "one": lambda: _spread(draft, name),
        "one for all": lambda: _spread(draft, name),
        "known": lambda: column(draft.rng.choice([0.5, 0.8, 1.1], draft.n)),
        "times known": lambda: _spread(draft, name) * column(draft.rng.choice([0.5, 1.0, 2.0], draft.n)),
        "by size": lambda: _spread(draft, name) / sl.sqrt(column(draft.rng.integers(1, 5, draft.n))),
        "by unit": lambda: draft.add(name, sl.HalfNormal(1, over=draft.units[draft.choose.pick(some)].level)),
        "by a column": lambda: sl.exp(0.3 * _number(draft, f"log_{name}") * covariate(draft)),
    }
    often = ["one", "one for all", "known", "times known", "by size", "one", "by a column"]
    often += ["by unit"] if some else []
    return options[draft.pick("noise", often)]()


def _outcome(draft: Draft, name: str, family: Any, location: Any) -> None:
    line = draft.name(name)
    draft.pending.append(line)
    weights = {}
    if draft.maybe("frequency weights", 4):
        weights = {"weights": draft.column("times", draft.rng.integers(0, 4, draft.n))}
    noise = _noise(draft, "sigma")
    draft.pending.pop()
    draft.columns[line] = np.ones(draft.n)
    draft.lines[line] = family(location, noise, observed=True, **weights)


def _outcome_of_level(parts: Parts, unit: Unit) -> None:
    draft = parts.draft
    column = draft.column("score", np.ones(draft.n))
    line = sl.Normal(parts.means[unit.name] + 1, _spread(draft, "score_sd"), over=unit.level, observed=column)
    draft.add("level_score", line)


def _with_outcomes(draft: Draft, model: Any, far: bool) -> pd.DataFrame:
    """Data with outcomes from the model, some rows more than once."""
    graph = with_numbers(model.graph())
    _, frame = simulate(graph, draft.frame(), draft.rng, tables=draft.tables)
    for node in graph.observed.values():
        (column,) = node.observed
        values = frame[column].to_numpy(dtype=float)
        shifted = far and node.family == "Normal" and column != "score" and np.abs(values).max() < FAR / 2
        spread = values if node.family == "LogNormal" else np.clip(values, *np.quantile(values, [0.05, 0.95]))
        frame[column] = np.round(FAR + spread if shifted else spread, 2)
        if node.family == "LogNormal":
            frame[column] = np.clip(values, 1e-3, 1e3).round(4)
    if draft.maybe("repeated rows", 3):
        frame = pd.concat([frame, frame[::2]], ignore_index=True)
    if draft.maybe("one row many times", 8):
        frame = pd.concat([frame, *[frame[:1]] * 60], ignore_index=True)
    return _balanced(draft, frame) if draft.units and draft.rng.random() < 0.3 else frame


def _balanced(draft: Draft, frame: pd.DataFrame) -> pd.DataFrame:
    """At most two rows of each unit of a level: most units have as many."""
    draft.features.add("balanced")
    unit = list(draft.units.values())[-1]
    columns = [unit.column, *(draft.units[name].column for name in unit.above)]
    return frame.groupby(columns, sort=False, observed=True).head(2).reset_index(drop=True)
