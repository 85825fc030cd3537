"""Every rewrite of eighteen models by hand, all priors open: the same in every spelling."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

import stanlevels as sl
from tests.spelling.kit import Face, Written, differences, face
from tests.spelling.models import (
    MODELS,
    coefficients,
    correlated_slopes,
    counts_with_an_offset,
    one_slope_of_two_parts,
    ordered_answers,
    random_intercepts,
)
from tests.spelling.rewrites import REWRITES, Rewrite, Spelling, Values, intercepts

Model = Callable[[], Written]


@cache
def written(model: Model) -> Written:
    return model()


@cache
def first_face(model: Model) -> Face:
    return face(written(model), MODELS.index(model))


PAIRS = [(model, rewrite) for model in MODELS for rewrite in REWRITES if rewrite(written(model).graph)]


@pytest.mark.parametrize(("model", "rewrite"), PAIRS, ids=lambda part: part.__name__)
def test_a_model_keeps_its_meaning_in_another_spelling(model: Model, rewrite: Rewrite):
    spelling = rewrite(written(model).graph)
    assert spelling is not None
    assert differences(first_face(model), written(model), spelling) == []


def test_every_rewrite_finds_something_to_rewrite():
    assert {rewrite.__name__ for _, rewrite in PAIRS} == {rewrite.__name__ for rewrite in REWRITES}


# --- covariates of another scale, where other quantities than an intercept and a slope follow ---


def _scaled(model: Model, column: str, factor: float, coefficients: dict[str, int | None]) -> Spelling:
    """The column becomes factor x, and what is multiplied by it, or spreads that, follows."""
    base = written(model)

    def values(of: Values) -> dict[str, np.ndarray]:
        new = {name: np.array(value, dtype=float) for name, value in of.items()}
        for name, component in coefficients.items():
            new[name][... if component is None else (..., component)] /= factor
        return new

    moved = [
        np.asarray(first_face(model).values[0][name])[... if k is None else (..., k)]
        for name, k in coefficients.items()
    ]
    volume = -np.log(factor) * sum(part.size for part in moved)
    retold = frozenset(coefficients) | intercepts(base.graph)
    return Spelling(base.graph, values, float(volume), {column: (0.0, factor)}, retold)


@pytest.mark.parametrize("factor", [1e-3, 24.0])
def test_correlated_slopes_do_not_care_for_the_unit_of_their_covariate(factor: float):
    model = correlated_slopes
    spelling = _scaled(model, "x1", factor, {"slope": None, "sd_slope": None, "B": 1})
    assert differences(first_face(model), written(model), spelling) == []


@pytest.mark.parametrize("factor", [1e-3, 24.0])
def test_slopes_of_two_parts_do_not_care_for_the_unit_of_their_covariate(factor: float):
    model = one_slope_of_two_parts
    spelling = _scaled(model, "x1", factor, {"slope": None, "sd_slope": None, "dev": None})
    assert differences(first_face(model), written(model), spelling) == []


@pytest.mark.parametrize("factor", [1e-3, 24.0])
def test_coefficients_after_at_do_not_care_for_the_unit_of_a_covariate(factor: float):
    model = coefficients
    spelling = _scaled(model, "x2", factor, {"b": 1})
    assert differences(first_face(model), written(model), spelling) == []


def test_coefficients_after_at_do_not_care_for_the_origin_of_a_covariate():
    model = coefficients

    def values(of: Values) -> dict[str, np.ndarray]:
        return {**of, "a": of["a"] - 2000 * of["b"][0]}

    spelling = Spelling(written(model).graph, values, columns={"x1": (2000.0, 1.0)}, retold=frozenset("ab"))
    assert differences(first_face(model), written(model), spelling) == []


def test_cutpoints_do_not_care_for_the_origin_of_a_covariate():
    def values(of: Values) -> dict[str, np.ndarray]:
        return {**of, "cut": of["cut"] + 2000 * of["b1"]}

    base = written(ordered_answers)
    spelling = Spelling(base.graph, values, columns={"x1": (2000.0, 1.0)}, retold=frozenset({"cut", "b1"}))
    assert differences(first_face(ordered_answers), base, spelling) == []


# --- outcomes and exposures of another scale --------------------------------------------------


def test_the_unit_of_an_exposure_moves_the_intercept_by_its_logarithm():
    def values(of: Values) -> dict[str, np.ndarray]:
        return {**of, "a": of["a"] + np.log(1000)}

    model = counts_with_an_offset
    spelling = Spelling(written(model).graph, values, columns={"pop": (0.0, 1e-3)}, retold=frozenset("a"))
    assert differences(first_face(model), written(model), spelling) == []


@pytest.mark.parametrize("factor", [1e-4, 1000.0])
def test_the_unit_of_an_outcome_is_that_of_everything_about_it(factor: float):
    model, names = random_intercepts, ("a", "A", "b", "sd", "noise")

    def values(of: Values) -> dict[str, np.ndarray]:
        return {name: np.asarray(value) * (factor if name in names else 1) for name, value in of.items()}

    numbers = sum(np.size(first_face(model).values[0][name]) for name in names) + len(written(model).data)
    spelling = Spelling(
        written(model).graph, values, numbers * np.log(factor), {"y": (0.0, factor)}, frozenset(names)
    )
    assert differences(first_face(model), written(model), spelling) == []


def test_the_origin_of_an_outcome_is_that_of_its_intercepts():
    model = random_intercepts

    def values(of: Values) -> dict[str, np.ndarray]:
        return {**of, "a": of["a"] + 1e5, "A": of["A"] + 1e5}

    spelling = Spelling(written(model).graph, values, columns={"y": (1e5, 1.0)}, retold=frozenset("a"))
    assert differences(first_face(model), written(model), spelling) == []


# --- centring ---------------------------------------------------------------------------------


def test_a_trend_in_the_line_of_the_outcome_leaves_centring_as_one_in_the_effects_own_line():
    """40 groups of 3 counts, an effect of sd 0.05 beside a trend ten times as large."""
    r = np.random.default_rng(40)
    x = np.repeat(r.normal(size=40), 3)
    counts = r.poisson(np.exp(2 + 0.5 * x + np.repeat(r.normal(0, 0.05, 40), 3)))
    data = {"g": np.repeat(np.arange(40), 3), "x": x, "k": counts}

    g = sl.Level()
    a, b, s = sl.Normal(), sl.Normal(), sl.HalfNormal()
    own = sl.Normal(a + b * sl.data("x"), s, over=g)
    dev = sl.Normal(0, s, over=g)
    common = {"g": g, "a": a, "b": b, "s": s}
    k = sl.Poisson(log=own, observed=True)
    inside = sl.Model.define("Own", {**common, "effect": own, "k": k}).bind(data)
    k = sl.Poisson(log=a + b * sl.data("x") + dev, observed=True)
    outside = sl.Model.define("Outcome", {**common, "effect": dev, "k": k}).bind(data)
    weights = [w for bound in (inside, outside) if (w := bound.planned.quantities["effect"].between)]
    assert dict(inside.plan.centered) == dict(outside.plan.centered)
    assert all(np.median(between.weights) < 0.5 for between in weights)  # nearer the non-centred form


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("at", [False, True])
def test_strong_covariates_do_not_hide_how_much_the_data_say_of_an_effect(named: bool, at: bool):
    """40 groups of 6, residual sd 0.7: the covariates explain most of the outcome (house.md, 4.1)."""
    r = np.random.default_rng(6)
    g, n = np.repeat(np.arange(40), 6), 240
    x1, x2 = r.normal(size=n), r.normal(size=n)
    y = 1 + 4 * x1 - 3 * x2 + r.normal(0, 0.6, 40)[g] + r.normal(0, 0.7, n)

    level, X = sl.Level("g"), sl.covariates("x1", "x2")
    a, b, b1, b2 = sl.Normal(), sl.Normal(over=X), sl.Normal(), sl.Normal()
    sd, noise = sl.HalfNormal(), sl.HalfNormal()
    u = sl.Normal(0, sd, over=level)
    slopes = {"X": X, "b": b} if at else {"b1": b1, "b2": b2}
    fixed = a + (b @ X if at else b1 * sl.data("x1") + b2 * sl.data("x2"))
    lines = {"level": level, "a": a, **slopes, "sd": sd, "noise": noise, "u": u}
    lines |= {"fixed": fixed} if named else {}
    lines |= {"y": sl.Normal(fixed + u, noise, observed=True)}
    bound = sl.Model.define("Strong", lines).bind({"g": g, "x1": x1, "x2": x2, "y": y})
    between = bound.planned.quantities["u"].between
    assert between is not None
    assert np.median(between.weights) > 0.75  # lambda is 4.4
