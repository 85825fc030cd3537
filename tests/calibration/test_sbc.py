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
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.calibration.ranks import not_uniform, ranks_of, with_a_pilot
from tests.calibration.shapes import SHAPES

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


def test_they_do_so_where_categories_are_reached_in_steps_with_effects_of_their_own():
    class Steps(sl.Model):
        person, step = sl.Level(), sl.Index(3)
        cut, own = sl.Normal(0, 1, over=step), sl.Normal(0, 1, over=step)
        sd = sl.HalfNormal(1)
        P = sl.Normal(0, sd, over=person)
        answer = sl.StoppingRatio(P, cut - own * sl.data("x"), observed=True)

    design = pd.DataFrame({"person": np.repeat([f"p{i}" for i in range(8)], 5), "x": np.linspace(-1, 2, 40)})
    design["answer"] = pd.Categorical.from_codes(np.arange(40) % 4, [1, 2, 3, 4], ordered=True)
    ranks = ranks_of(Steps, design, 60)
    wrong = not_uniform(ranks)
    assert not wrong, f"ranks are not uniform: {wrong}"


@pytest.mark.filterwarnings("ignore:this fit did not pass its checks")
def test_every_shape_of_a_plan_is_ranked_with_a_pilot_and_a_metric_that_stays():
    """Ranks of all shapes together, few of each: `python -m benchmarks.calibration` runs hundreds."""
    few = [
        ranks_of(
            each.model,
            each.design(),
            4 if each.simulated is None else 2,
            simulated=each.simulated,
            draw=with_a_pilot,
            plan=each.plan,
            first=1000 * number,
            score=each.score,
            tables=each.tables,
        )
        for number, each in enumerate(SHAPES.values())
    ]
    together = pd.concat(few, join="inner", ignore_index=True)
    assert set(together.columns) == {
        "mean",
        "slope",
        "spread",
        "U, first unit",
        "U, last unit",
        "log likelihood",
    }
    wrong = not_uniform(together)
    assert not wrong, f"ranks are not uniform: {wrong}"


def test_ranks_see_that_the_truth_came_from_another_model():
    model = example("crashes", "AppCrashes")
    noisier = sl.Normal(model.A + model.D, 2 * model.noise, observed=True)
    other = model.define("Noisier", {"reliability": noisier})
    wrong = not_uniform(ranks_of(model, apps(), 60, other))
    assert {"noise", "log likelihood"} <= set(wrong)
