"""300 random Gaussian models under random plans: the density is the declared one, densely integrated.

Whatever a plan integrates out, by what it says itself, the oracle integrates by linear algebra over all rows.
Gradients are those of the program beside its own differences, and beside those of the oracle. What was
integrated out is drawn back with the mean and covariance that the oracle has for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, count, islice
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from stanlevels.linear.groups import groups_of
from stanlevels.plan.factors import CategoricalGlm, Glm, Marginal
from stanlevels.plan.quantities import BETWEEN
from stanlevels.values.group import Group
from stanlevels.values.restore import drawn_back
from tests.oracle.gaussian_models import seeded_gaussian_case
from tests.oracle.likely_values import likely_values
from tests.oracle.random_models import Case
from tests.parity.harness import closed_graph, densities, effects, unit_keys
from tests.values.kit import as_values

MODELS = 300

REQUIRED = (
    *("levels: none", "levels: one", "levels: two deep", "levels: three deep", "levels: crossed"),
    "levels: three crossed",
    *("levels: crossed, one small", "levels: a chain and what crosses it", "declared nesting"),
    *("effect: intercept", "effect: slope", "effect: intercept and slope", "effect: correlated"),
    *("effect: coefficients", "effect: multiple of an intercept", "effect: two of one level"),
    *("effect: spread by unit", "mean from a parent level", "covariate in a mean", "b @ X in a mean"),
    *("number: Normal", "number: StudentT", "number: Uniform", "number: open", "number: about another"),
    *("spread: number", "spread: exp", "spread: open", "spread: one for several"),
    "hierarchical coefficients",
    *("noise: known", "noise: times known", "noise: by size", "noise: by unit", "noise: by a column"),
    *("lognormal outcome", "second outcome", "outcome of a level", "far from 0", "frequency weights"),
    *("repeated rows", "one row many times", "unit without rows", "column constant within a level"),
    *("plan: everything left to the planner", "plan: nothing integrated", "plan: some named"),
    *("plan: forms named", "plan: lift", "plan: no lift", "plan: compress", "plan: no compress"),
    *("plan: no glm", "plan: not moved", "plan: given again"),
    *("integrated", "integrated, all of a chain", "integrated, vectors", "integrated, two outcomes"),
    *("integrated, lognormal", "integrated, far from 0", "integrated, with known noises"),
    *("integrated, with frequency weights", "integrated, units without rows", "integrated, by products"),
    *("integrated, by look-ups", "integrated, by several look-ups"),
    *("integrated, in cells", "integrated, beside lifted", "integrated, beside non-centred"),
    *("integrated, beside between", "integrated, numbers without units", "integrated, crossed levels"),
    *("balanced", "integrated, equal units", "integrated, equal units of a parent"),
    "integrated, equal units with vectors",
    *("sampled: compressed", "sampled: lifted", "sampled: between", "sampled: non-centred"),
    *("sampled: centred", "sampled: at means", "sampled: glm"),
)


class Shifted:
    """Standard normal numbers: none in the first draw, in each other one a single 1.

    So the first draw is the conditional mean, and the others lie one column of a root of the covariance off.
    """

    def __init__(self, sizes: list[int], first: int = 1) -> None:
        self.starts = np.cumsum([first, *sizes])

    def at(self, quantity: int, width: int, units: Any, chains: int, draws: range) -> np.ndarray:
        """As `stanlevels.values.standard.Standard.at`."""
        places = self.starts[quantity] + np.asarray(units)[:, None] * width + np.arange(width)
        return (places[..., None, None] == np.asarray(draws)).repeat(chains, axis=2).astype(float)


def random_plan(bound: BoundModel, rng: np.random.Generator) -> tuple[sl.Plan, set[str]]:
    """A plan for a model, and what it has of note. `bound` is the model under the planner's own."""
    latent = bound.planned.latent
    able = [n for n, x in latent.items() if x.family.name in ("Normal", "MultiNormal") and x.domain]
    chosen = [name for name, q in bound.planned.quantities.items() if q.is_integrated]
    kinds = (None, None, False, *((chosen[:k] for k in (1, 2, len(chosen))) if chosen else ()), able)
    which = rng.integers(len(kinds))
    marginalize: Any = kinds[which]
    if marginalize is able:  # and numbers without units, which a plan may name together with effects
        numbers = [n for n, x in latent.items() if x.family.name == "Normal" and not x.domain]
        each = rng.random()
        wanted = [n for n in able if rng.random() < 0.5] + [n for n in numbers if rng.random() < each]
        marginalize = wanted or None
    named = () if marginalize is None else marginalize or ()
    forms = {}
    for name in able:
        vector = latent[name].family.is_vector
        form = (True, False, BETWEEN)[rng.integers(2 if vector else 3)]
        if rng.random() < 0.4 and name not in named and latent[name].variable.centered is None:
            forms[name] = form
    everywhere = marginalize is False and rng.random() < 0.5
    switches: dict[str, Any] = {
        "marginalize": marginalize,
        "center": (True, False, BETWEEN)[rng.integers(3)] if everywhere else forms or None,
        "compress": (None, True, False)[rng.integers(3)],
        "lift": (None, True, False)[rng.integers(3)],
        "glm": bool(rng.integers(4)),
        "moved": None if rng.integers(3) else (),
    }
    seen = {
        "plan: everything left to the planner": marginalize is None and not forms,
        "plan: nothing integrated": marginalize is False,
        "plan: some named": bool(named),
        "plan: forms named": bool(forms),
        "plan: lift": switches["lift"] is not False,
        "plan: no lift": switches["lift"] is False,
        "plan: compress": switches["compress"] is True,
        "plan: no compress": switches["compress"] is False,
        "plan: no glm": not switches["glm"],
        "plan: not moved": switches["moved"] == (),
    }
    return sl.Plan(**switches), {name for name, holds in seen.items() if holds}


def features(bound: BoundModel, case: Case) -> set[str]:
    """What a planned model has of note."""
    planned = bound.planned
    integrated = {n for n, q in planned.quantities.items() if q.is_integrated}
    forms = {n: q for n, q in planned.quantities.items() if q.is_sampled and planned.lines[n].has_forms}
    of_units = {n for n, q in forms.items() if q.domain}
    densities = [factor.density for factor in planned.factors]
    found = {
        "compressed": any(factor.is_compressed for factor in planned.factors),
        "lifted": any(q.lifted for q in forms.values()),
        "between": any(q.between for q in forms.values()),
        "non-centred": any(q.is_standardised for n, q in forms.items() if n in of_units),
        "centred": any(planned.centered[n] is True for n in of_units),
        "at means": any(q.is_at_means for q in planned.quantities.values()),
        "glm": any(isinstance(density, Glm | CategoricalGlm) for density in densities),
    }
    if not integrated:
        return {f"sampled: {name}" for name, holds in found.items() if holds}
    outcomes = list(planned.marginals)
    margins = list(planned.marginals.values())
    parts = [part for density in margins for part in density.lines]
    sizes = {bound.data.size(planned.lines[n].domain) for n in integrated}
    own = {
        "all of a chain": len(sizes) > 1,
        "vectors": any(planned.lines[n].components for n in integrated),
        "two outcomes": len(outcomes) > 1,
        "lognormal": any(planned.lines[n].family.name == "LogNormal" for n in outcomes),
        "far from 0": "far from 0" in case.features,
        "with known noises": any(f"noise: {kind}" in case.features for kind in ("known", "times known")),
        "with frequency weights": any(planned.lines[n].variable.weights for n in outcomes),
        "units without rows": "unit without rows" in case.features,
        "by products": any(part.rest is None and not part.looked_up for part in parts),
        "numbers without units": any(not planned.lines[n].domain for n in integrated),
        "crossed levels": _crossed(integrated, bound),
        "equal units": any(density.pooled for density in margins),
        "equal units of a parent": any(
            density.pooled and _domains(density, bound) > 1 for density in margins
        ),
        "equal units with vectors": any(density.pooled and not density.plain for density in margins),
        "in cells": any(part.rest is not None for part in parts),
        "by look-ups": any(part.looked_up for part in parts),
        "by several look-ups": any(len(part.looked_up) > 1 for part in parts),
    }
    beside = {f"integrated, beside {name}" for name, holds in found.items() if holds}
    return {"integrated", *beside, *(f"integrated, {name}" for name, holds in own.items() if holds)}


def _domains(density: Marginal, bound: BoundModel) -> int:
    """How many levels a density integrates effects of out."""
    return len({bound.planned.lines[name].domain for name in density.effects})


def _crossed(names: set[str], bound: BoundModel) -> bool:
    """Whether two have units of which neither determines the other."""
    domains = {d for n in names if (d := bound.planned.lines[n].domain)}
    facts = bound.data
    return any(not facts.determines(a, b) and not facts.determines(b, a) for a, b in combinations(domains, 2))


def bound_cases(seen: Counter[str]) -> Iterator[tuple[Case, BoundModel]]:
    """The cases of one seed after the other in which a prior that is left open has something to scale it."""
    for seed in count():
        case = seeded_gaussian_case(seed)
        if own := bound_alone(case):
            yield case, bound_by(case, own, seen)


def bound_by(case: Case, own: BoundModel, seen: Counter[str]) -> BoundModel:
    """The model of a case under a random plan; under the planner's own where the plan asks too much."""
    rng = np.random.default_rng([case.seed, 1])
    plan, notes = random_plan(own, rng)
    try:
        bound: BoundModel = case.model.bind(case.data, tables=case.tables, plan=plan)
    except sl.FitError as error:
        if "which cannot be" not in str(error):
            raise
        seen["plan: asks too much"] += 1
        return own
    seen.update(notes)
    if rng.random() < 0.3:
        again: BoundModel = case.model.bind(case.data, tables=case.tables, plan=bound.plan)
        assert again.stan_code == bound.stan_code
        seen["plan: given again"] += 1
        return again
    return bound


def bound_alone(case: Case) -> BoundModel | None:
    """Under the planner's own plan; None where nothing scales a prior that is left open."""
    try:
        bound: BoundModel = case.model.bind(case.data, tables=case.tables)
    except sl.DeclarationError as error:
        if "nothing tells how large" not in str(error):
            raise
        return None
    return bound


def check_density(case: Case, bound: BoundModel, values: dict[str, np.ndarray]) -> None:
    """Around 1e6 short steps are lost in rounding, and long ones where the density bends much."""
    steps = (2.0**-11, 2.0**-8) if "far from 0" in case.features else (1e-5,)
    found = [densities(bound, case.data, values, case.tables, step=step) for step in steps]
    assert any(each.agree() for each in found), f"seed {case.seed}: {found}\n{bound.plan}\n{bound.stan_code}"


def check_drawn_back(case: Case, bound: BoundModel, values: dict[str, np.ndarray]) -> None:
    """Means to 1e-6 of standard deviations, covariances to 1e-6 of their products."""
    exact = effects(bound, case.data, values, case.tables)
    names = tuple(name for name, q in bound.planned.quantities.items() if q.is_integrated)
    groups = groups_of(bound.planned, bound.data)
    draws = 1 + sum(group.size for group in groups)
    drawn, first = as_values(bound.planned, [values] * draws, names), 1
    for group in groups:  # each given those before it
        assert isinstance(group, Group)
        normals = Shifted([block.size for block in group.blocks], first)
        drawn, first = drawn_back(group, drawn, bound.data, normals), first + group.size
    found = np.concatenate([drawn.arrays[name][0].reshape(draws, -1) for name in exact.means], axis=1)
    sds = np.sqrt(np.diag(exact.covariance))
    which = f"seed {case.seed}: {bound.plan}"
    np.testing.assert_allclose((found[0] - exact.mean) / sds, 0, atol=1e-6, err_msg=which)
    root = (found[1:] - found[0]) / sds
    np.testing.assert_allclose(root.T @ root, exact.covariance / np.outer(sds, sds), atol=1e-6, err_msg=which)


@pytest.mark.slow
def test_random_plans_of_random_models_have_the_density_that_was_declared() -> None:
    seen: Counter[str] = Counter()

    def check(case: Case, bound: BoundModel) -> None:
        seen.update(case.features | features(bound, case))
        values = likely_values(case, closed_graph(bound), unit_keys(bound))
        check_density(case, bound, values)
        if bound.plan.marginalize:
            check_drawn_back(case, bound, values)

    for case, bound in islice(bound_cases(seen), MODELS):
        check(case, bound)
    missing = [feature for feature in REQUIRED if not seen[feature]]
    assert not missing, f"no model drew {missing}"
    assert seen["integrated"] > MODELS / 3
    assert seen["plan: asks too much"] < MODELS / 4
