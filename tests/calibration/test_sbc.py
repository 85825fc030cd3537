"""Simulation-based calibration of the running examples (Talts et al. 2018; Modrak et al. 2023).

Parameters and data are drawn from the declared model by the oracle, the posterior by the package's
program. The rank of each true value among independent posterior draws is then uniform. The log
likelihood is among the ranked quantities: it sees mistakes that parameters alone do not (Modrak et al.).

The test is the Dvoretzky-Kiefer-Wolfowitz bound with Massart's constant, which holds for every sample
size and for discrete ranks: P(sup |F_n - F| > e) <= 2 exp(-2 n e^2). Ranks and folded ranks (their
distance from the middle, which sees posteriors too wide or too narrow) of every quantity are tested, and
the rates add up to at most FALSE_ALARMS for each model.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import stanli

import stanlevels as sl
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

FALSE_ALARMS = 3e-5
DRAWS, THIN, WARMUP = 49, 8, 400

pytestmark = pytest.mark.slow


def example(file: str, name: str) -> Any:
    """A model class of the examples."""
    path = Path(__file__).parents[2] / "examples" / f"{file}.py"
    spec = importlib.util.spec_from_file_location(f"sbc_{file}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def friends() -> pd.DataFrame:
    return pd.DataFrame({"friend": np.repeat([f"f{i}" for i in range(6)], [2, 3, 4, 5, 6, 8])})


def students() -> pd.DataFrame:
    """2 x 2 x 2 x 2 x 2 units with labels that repeat, two scores each, crossed with 3 backgrounds."""
    names = ["state", "district", "school", "classroom", "student"]
    grid = pd.MultiIndex.from_product([[1, 2]] * 5, names=names).to_frame(index=False)
    rows = grid.loc[grid.index.repeat(2)].reset_index(drop=True)
    return rows.assign(background=np.array(["low", "middle", "high"])[np.arange(len(rows)) // 2 % 3])


def apps() -> pd.DataFrame:
    """4 publishers of 2 to 4 apps, each on 3 of 5 devices."""
    pairs = [(f"p{p}", f"a{a}") for p, count in enumerate([2, 3, 4, 2]) for a in range(count)]
    rows = [(p, a, f"d{(i + shift) % 5}") for i, (p, a) in enumerate(pairs) for shift in (0, 1, 3)]
    return pd.DataFrame(rows, columns=["publisher", "app", "device"])


EXAMPLES = {
    "romcom": ("Romcom", friends, 160),
    "students": ("Students", students, 80),
    "crashes": ("AppCrashes", apps, 160),
}
"""Model, design and number of replicates (as many as a minute allows)."""


@pytest.mark.parametrize("file", EXAMPLES)
def test_true_values_rank_uniformly_among_posterior_draws(file):
    name, design, replicates = EXAMPLES[file]
    model = example(file, name)
    wrong = not_uniform(ranks_of(model, design(), replicates))
    assert not wrong, f"ranks are not uniform: {wrong}"


PILOTED = {"romcom": ("Romcom", friends, 60), "crashes": ("AppCrashes", apps, 60)}
"""The same with the pilot, its metric and its short warm-up, in a process as chains have it: fewer."""


@pytest.mark.filterwarnings("ignore:this fit did not pass its checks")
@pytest.mark.parametrize("file", PILOTED)
def test_they_do_so_with_a_pilot_and_a_metric_that_stays(file):
    name, design, replicates = PILOTED[file]
    model = example(file, name)
    wrong = not_uniform(ranks_of(model, design(), replicates, draw=with_a_pilot))
    assert not wrong, f"ranks are not uniform: {wrong}"


@pytest.mark.filterwarnings("ignore:this fit did not pass its checks")
@pytest.mark.parametrize("many", [False, True])
def test_they_do_so_with_a_pilot_where_the_outcome_is_yes_or_no(many, monkeypatch):
    if many:  # these few unknowns are taken for many: widths, and a program along directions
        monkeypatch.setattr("stanlevels.estimation.bayes.precondition.LARGEST", 1)
        monkeypatch.setattr("stanlevels.estimation.bayes.turned.FEW", 4)

    class Yes(sl.Model):
        person, item = sl.Level(), sl.Level()
        person_sd, item_sd = sl.HalfNormal(1), sl.HalfNormal(1)
        mean, slope = sl.Normal(0, 1), sl.Normal(0, 1)
        P = sl.Normal(mean, person_sd, over=person)
        I = sl.Normal(0, item_sd, over=item)  # noqa: E741
        yes = sl.Bernoulli(logit=P + I + slope * sl.data("x"), observed=True)

    pairs = pd.MultiIndex.from_product([range(8), range(5)], names=["person", "item"])
    design = pairs.to_frame(index=False).astype(str).assign(x=np.linspace(-1, 2, 40))
    wrong = not_uniform(ranks_of(Yes, design, 60, draw=with_a_pilot))
    assert not wrong, f"ranks are not uniform: {wrong}"


def test_they_do_so_where_rates_and_probabilities_are_integrated_out():
    class Pairs(sl.Model):
        unit = sl.Level()
        shape, mean = sl.Gamma(4, 2), sl.Normal(0, 0.5)
        k, slope = sl.Gamma(4, 1), sl.Normal(0, 0.5)
        rate = sl.Gamma(log=mean, shape=shape, over=unit)
        share = sl.Beta(mean=0.3, concentration=k, over=unit)
        count = sl.Poisson(rate * sl.exp(slope * sl.data("x")), observed=True)
        success = sl.Bernoulli(share, observed=True)

    design = pd.DataFrame({"unit": np.repeat([f"u{i}" for i in range(8)], range(1, 9))})
    design["x"] = np.linspace(-1, 2, len(design))
    ranks = ranks_of(Pairs, design, 100)
    assert {"rate, first unit", "share, last unit"} <= set(ranks.columns)
    wrong = not_uniform(ranks)
    assert not wrong, f"ranks are not uniform: {wrong}"


def test_ranks_see_that_the_truth_came_from_another_model():
    model = example("crashes", "AppCrashes")
    noisier = sl.Normal(model.A + model.D, 2 * model.noise, observed=True)
    other = model.define("Noisier", {"reliability": noisier})
    wrong = not_uniform(ranks_of(model, apps(), 60, other))
    assert {"noise", "log likelihood"} <= set(wrong)


def not_uniform(ranks: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Quantities whose ranks or folded ranks are further from uniform than chance allows."""
    uniform = (ranks + 0.5) / (DRAWS + 1)
    folded = 2 * (uniform - 0.5).abs()
    tests = 2 * len(ranks.columns)
    bound = np.sqrt(np.log(2 * tests / FALSE_ALARMS) / (2 * len(ranks)))
    distances = {
        str(quantity): (
            distance(uniform[quantity], np.arange(1, DRAWS + 2) / (DRAWS + 1)),
            distance(folded[quantity], np.arange(1, (DRAWS + 1) // 2 + 1) / ((DRAWS + 1) // 2)),
        )
        for quantity in ranks
    }
    return {quantity: found for quantity, found in distances.items() if max(found) > bound}


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


def with_a_pilot(bound: Any, seed: int, truth: Drawn) -> Drawn:
    """The same as a fit has them where nobody says how to sample."""
    settings = {"engine": "stanli", "progress": False, "chains": 1, "target_accept": 0.95}
    fit = bound.fit(seed=seed + 1, draws=DRAWS * THIN, **settings)
    thinned = {name: fit.by_quantity.value(name)[0, ::THIN] for name in fit.by_quantity.recorded}
    return {name: draws.reshape(DRAWS, *np.shape(truth[name])) for name, draws in thinned.items()}


def ranks_of(
    model: Any, design: pd.DataFrame, replicates: int, simulated: Any = None, draw: Any = by_stan
) -> pd.DataFrame:
    """Ranks from 0 to DRAWS of the true scalars, first and last units, and the log likelihood, by replicate.

    `simulated` is another model to draw the truth from.
    """
    whole = any("Bernoulli" in str(node.family) for node in model.graph().observed.values())
    anything = dict.fromkeys(
        outcomes(model), np.arange(len(design)) % 2 if whole else np.arange(len(design)) / 7.0
    )
    units = unit_keys(model.bind(design.assign(**anything)))
    source = build_world((simulated or model).graph(), design, units)
    world = build_world(model.graph(), design, units)  # one for all: who lies within whom is looked up once
    return pd.DataFrame([_ranks(model, design, seed, source, world, draw) for seed in range(replicates)])


def _ranks(
    model: Any, design: pd.DataFrame, seed: int, source: World, world: World, draw: Any
) -> dict[str, int]:
    truth = simulate_in(source, np.random.default_rng([20180418, seed]))
    found = {column: [row[column] for row in source.rows] for column in outcomes(model)}
    for at, row in enumerate(world.rows):
        row.update({column: values[at] for column, values in found.items()})
    world.rewritten()
    drawn = draw(model.bind(design.assign(**found)), seed, truth)
    at_truth = dict(summaries(world, truth))
    at_draws = [dict(summaries(world, {n: d[i] for n, d in drawn.items()})) for i in range(DRAWS)]
    return {name: sum(draw[name] < value for draw in at_draws) for name, value in at_truth.items()}


def outcomes(model: Any) -> list[str]:
    return [column for node in model.graph().observed.values() for column in node.observed]


def summaries(world: World, values: dict[str, np.ndarray]) -> Iterator[tuple[str, float]]:
    """The quantities that are ranked."""
    for name, value in values.items():
        if np.ndim(value) == 0:
            yield name, float(value)
        else:
            yield f"{name}, first unit", float(value.flat[0])
            yield f"{name}, last unit", float(value.flat[-1])
    evaluate = Evaluator(world, values)
    terms = [line_log_density(evaluate, node) for node in world.graph.observed.values()]
    yield "log likelihood", float(sum(np.sum(t) for t in terms))
