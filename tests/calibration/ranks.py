"""Ranks of true values among posterior draws, and whether they are uniform (Talts et al. 2018).

Parameters and data are drawn from the declared model by the oracle, the posterior by the package's
program. The rank of each true value among independent posterior draws is then uniform. The log
likelihood is among the ranked quantities: it sees mistakes that parameters alone do not (Modrak et al.).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import stanli

from stanlevels.linear.groups import groups_of
from stanlevels.linear.pairs import pairs_of
from stanlevels.values.evaluate import value as value_of
from stanlevels.values.restore import restored
from stanlevels.values.store import from_draws
from tests.oracle.density import line_log_density
from tests.oracle.evaluate import Evaluator
from tests.oracle.simulation import simulate_in
from tests.oracle.world import World, build_world
from tests.parity.harness import unit_keys

__all__ = [
    "DRAWS",
    "FALSE_ALARMS",
    "by_stan",
    "distances",
    "largest_by_chance",
    "not_uniform",
    "outcomes",
    "ranks_of",
    "with_a_pilot",
]

FALSE_ALARMS = 3e-5
DRAWS, THIN, WARMUP = 49, 8, 400


def not_uniform(ranks: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Quantities whose ranks or folded ranks are further from uniform than chance allows."""
    bound = largest_by_chance(ranks, FALSE_ALARMS)
    return {quantity: found for quantity, found in distances(ranks).items() if max(found) > bound}


def largest_by_chance(ranks: pd.DataFrame, false_alarms: float) -> float:
    """The distance that any of all quantities exceeds with at most this probability."""
    tests = 2 * len(ranks.columns)
    return float(np.sqrt(np.log(2 * tests / false_alarms) / (2 * len(ranks))))


def distances(ranks: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """How far ranks, and folded ranks, of every quantity are from uniform."""
    uniform = (ranks + 0.5) / (DRAWS + 1)
    folded = 2 * (uniform - 0.5).abs()
    return {
        str(quantity): (
            distance(uniform[quantity], np.arange(1, DRAWS + 2) / (DRAWS + 1)),
            distance(folded[quantity], np.arange(1, (DRAWS + 1) // 2 + 1) / ((DRAWS + 1) // 2)),
        )
        for quantity in ranks
    }


def distance(values: pd.Series, steps: np.ndarray) -> float:
    """The largest difference between the distribution of `values` and the uniform one at its steps."""
    below = np.searchsorted(np.sort(values), steps, side="left") / len(values)
    return float(np.abs(below - steps).max())


Drawn = dict[str, np.ndarray]


def by_stan(bound: Any, seed: int, truth: Drawn) -> Drawn:
    """Draws (DRAWS, ...) of every quantity, by Stan's own warm-up; what is integrated out is drawn back."""
    fit = stanli.Model(stan_code=bound.stan_code, data=bound.stan_data).sample(
        chains=1, seed=seed + 1, warmup=WARMUP, samples=DRAWS * THIN, thin=THIN, delta=0.95, refresh=0
    )
    outputs = bound.program.outputs
    found = from_draws(
        bound.planned, bound.data, outputs, {stan: fit.draws(stan) for stan in outputs.values()}
    )
    groups: Any = (*groups_of(bound.planned, bound.data), *pairs_of(bound.planned, bound.data))
    found = restored(found, bound.data, groups, seed)
    drawn = {name: value_of(name, found, bound.data)[0] for name in bound.planned.recorded}
    return {name: draws.reshape(DRAWS, *np.shape(truth[name])) for name, draws in drawn.items()}


def with_a_pilot(bound: Any, seed: int, truth: Drawn, engine: str = "stanli") -> Drawn:
    """The same as a fit has them where nobody says how to sample."""
    settings = {"engine": engine, "progress": False, "chains": 1, "target_accept": 0.95}
    fit = bound.fit(seed=seed + 1, draws=DRAWS * THIN, **settings)
    thinned = {name: fit.by_quantity.value(name)[0, ::THIN] for name in fit.by_quantity.recorded}
    return {name: draws.reshape(DRAWS, *np.shape(truth[name])) for name, draws in thinned.items()}


def ranks_of(
    model: Any,
    design: pd.DataFrame,
    replicates: int,
    simulated: Any = None,
    draw: Any = by_stan,
    plan: Any = None,
    first: int = 0,
    score: Any = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Ranks from 0 to DRAWS of the true scalars, first and last units, and the log likelihood, by replicate.

    `simulated` is another model to draw the truth from; or a function of a generator and the design, which
    gives the truth and the columns of the data. `first` is the seed of the first replicate, `score` the log
    likelihood of values and data by hand, of lines that the oracle does not know. `tables` are for `bind`.
    """
    families = [str(node.family) for node in model.graph().observed.values()]
    whole = any(name in family for family in families for name in ("Bernoulli", "Poisson"))
    absent = [name for name in outcomes(model) if name not in design]  # a design may show its categories
    anything = dict.fromkeys(absent, np.arange(len(design)) % 2 if whole else np.arange(len(design)) / 7.0)
    by_hand = simulated is not None and not isinstance(simulated, type)
    if by_hand:
        anything = simulated(np.random.default_rng(0), design)[1]
    units = unit_keys(model.bind(design.assign(**anything), tables=tables))
    source = simulated if by_hand else build_world((simulated or model).graph(), design, units, tables)
    rows = design.assign(**anything) if by_hand else design
    # one world for all: who lies within whom is looked up once
    world = build_world(model.graph(), rows, units, tables)
    beside = {"plan": plan, "tables": tables}
    return pd.DataFrame(
        [
            _ranks(model, design, seed, source, world, draw, score, beside)
            for seed in range(first, first + replicates)
        ]
    )


def _ranks(
    model: Any,
    design: pd.DataFrame,
    seed: int,
    source: Any,
    world: World,
    draw: Any,
    score: Any,
    beside: Mapping[str, Any],
) -> dict[str, int]:
    rng = np.random.default_rng([20180418, seed])
    if isinstance(source, World):
        truth = simulate_in(source, rng)
        found = {column: [row[column] for row in source.rows] for column in outcomes(model)}
    else:
        truth, columns = source(rng, design)
        found = {column: list(values) for column, values in columns.items()}
    for place, row in enumerate(world.rows):
        row.update({column: values[place] for column, values in found.items()})
    world.rewritten()
    drawn = draw(model.bind(design.assign(**found), **beside), seed, truth)
    data = None if score is None else design.assign(**found)

    def at(values: Drawn) -> dict[str, float]:
        return dict(summaries(world, values, None if score is None else score(values, data)))

    at_truth = at(truth)
    at_draws = [at({n: d[i] for n, d in drawn.items()}) for i in range(DRAWS)]
    return {name: sum(draw[name] < value for draw in at_draws) for name, value in at_truth.items()}


def outcomes(model: Any) -> list[str]:
    return [column for node in model.graph().observed.values() for column in node.observed]


def summaries(
    world: World, values: dict[str, np.ndarray], score: float | None = None
) -> Iterator[tuple[str, float]]:
    """The quantities that are ranked; the log likelihood is `score`, where that is given."""
    for name, value in values.items():
        if np.ndim(value) == 0:
            yield name, float(value)
        elif getattr(world.graph[name], "family", "") == "LKJCholesky":
            yield f"{name}, first below the diagonal", float(np.asarray(value)[1, 0])
        else:
            yield f"{name}, first unit", float(value.flat[0])
            yield f"{name}, last unit", float(value.flat[-1])
    if score is not None:
        yield "log likelihood", score
        return
    evaluate = Evaluator(world, values)
    terms = [line_log_density(evaluate, node) for node in world.graph.observed.values()]
    yield "log likelihood", float(sum(np.sum(t) for t in terms))
