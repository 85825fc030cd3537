"""Every distribution in every parameterisation: as a prior, over a level, and as a likelihood."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
import stanlevels.passes.conjugate
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import StanlevelsError
from tests.oracle.random_models import Case, random_values
from tests.parity.harness import bind_as, check, closed_graph, densities, unit_keys

ROWS = 12
EVERY = [(f.name, p.key) for f in FAMILIES.values() for p in f.parameterizations]
SCALAR = [key for key in EVERY if FAMILIES[key[0]].support.shape == "scalar"]
KEPT = [(f, k) for f, k in SCALAR if FAMILIES[f].parameterization(k).kept]
OUTCOMES = ("real", "positive", "fraction", "count", "binary", "category")
LATENT = [key for key in SCALAR if FAMILIES[key[0]].latent]


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "school": np.repeat(["b", "a", "c"], 4),
            "x": np.round(rng.normal(size=ROWS), 2),
            "n": rng.integers(4, 9, ROWS),
            "real": np.round(rng.normal(size=ROWS), 2),
            "positive": np.round(rng.gamma(2, 1, ROWS) + 0.1, 2),
            "fraction": np.round(rng.uniform(0.1, 0.9, ROWS), 2),
            "count": rng.integers(0, 4, ROWS),
            "binary": rng.integers(0, 2, ROWS),
            "category": rng.integers(1, 4, ROWS),
        }
    )


def outcome_column(family: str) -> str:
    """A column in the support of a scalar family."""
    support = FAMILIES[family].support
    if support.integer:
        return {1: "category"}.get(int(support.lower), "binary" if support.upper == 1 else "count")
    if support.upper == 1:
        return "fraction"
    return "positive" if support.lower == 0 else "real"


def arguments(family: str, key: str, location: Any, spread: Any) -> dict[str, Any]:
    """Arguments of a scalar family from something real and something positive."""
    probability = 0.1 + 0.8 * sl.inv_logit(location)
    found: dict[str, Any] = {}
    for parameter in FAMILIES[family].parameterization(key).parameters:
        name, support = parameter.name, parameter.support
        if name == "trials":
            found[name] = sl.data("n")
        elif name == "cutpoints":
            found[name] = [-1, 0.5]
        elif support.shape == "simplex":
            found[name] = [0.2, 0.5, 0.3]
        elif support.shape == "vector":
            found[name] = [0, location, spread]
        elif family == "Uniform":
            found[name] = -9 - spread if name == "alpha" else 9 + spread
        elif name in (FAMILIES[family].bounds or ()) or parameter.kind == "delay":
            found[name] = -9 - spread if support.lower < 0 else 0.02 * spread
        elif name == "xi":
            found[name] = probability / 9
        elif support.lower == 1:
            found[name] = 1 + (probability if support.upper == 2 else spread)
        elif support.upper == 1:
            found[name] = probability
        elif support.lower == 0:
            found[name] = sl.exp(location / 2) if parameter.kind == "location" else spread
        else:
            found[name] = location
    return found


@pytest.fixture(autouse=True)
def rates_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is conjugate to its outcomes is sampled here, as everything is."""
    monkeypatch.setattr(stanlevels.passes.conjugate, "able_to_pair", lambda planned: ())


def parity(
    lines: dict[str, Any], data: pd.DataFrame | None = None, compress: tuple[str, ...] | None = None
) -> None:
    """Both parameterisations of a model, at one random point; with the lines whose rows become cells."""
    table = frame() if data is None else data
    model = sl.Model.define("Declared", lines)
    case = Case(model, table, {}, frozenset(), zlib.crc32(repr(sorted(lines)).encode()))
    bound = bind_as(model, table, compress=compress is not None)
    assert bound.plan.compress == (compress or ())
    values = random_values(case, unit_keys(bound), graph=closed_graph(bound))
    if compress is None:
        check(model, table, values)
    else:
        found = densities(bound, table, values)
        assert found.agree(), f"{found}\n{bound.stan_code}"


def distribution(family: str) -> Callable[..., Any]:
    return getattr(sl, family)


@pytest.mark.parametrize(("family", "key"), LATENT)
def test_a_distribution_as_a_prior_with_numbers(family, key):
    prior = distribution(family)(**arguments(family, key, 0.3, 1.5))
    parity({"q": prior, "real": sl.Normal(sl.log(sl.abs(prior) + 1), 1, observed=True)})


@pytest.mark.parametrize(("family", "key"), LATENT)
def test_a_distribution_as_a_prior_with_unknown_arguments(family, key):
    m, s = sl.Normal(0, 1), sl.HalfNormal(2)
    prior = distribution(family)(**arguments(family, key, m, s))
    parity({"m": m, "s": s, "q": prior, "real": sl.Normal(q_of(prior), 1, observed=True)})


def q_of(prior: Any) -> Any:
    return sl.tanh(prior)


@pytest.mark.parametrize(("family", "key"), LATENT)
def test_a_distribution_over_a_level(family, key):
    school, m, s = sl.Level(), sl.Normal(0, 1), sl.HalfNormal(2)
    effect = distribution(family)(**arguments(family, key, m, s), over=school)
    lines = {"school": school, "m": m, "s": s, "q": effect}
    parity({**lines, "real": sl.Normal(q_of(effect) * sl.data("x"), 1, observed=True)})


@pytest.mark.parametrize(("family", "key"), [k for k in LATENT if k[0] != "Uniform"])
def test_a_distribution_over_a_level_with_arguments_that_vary_over_it(family, key):
    school = sl.Level()
    m, s = sl.Normal(0, 1, over=school), sl.Gamma(2, 2, over=school)
    effect = distribution(family)(**arguments(family, key, m, s), over=school)
    lines = {"school": school, "m": m, "s": s, "q": effect}
    parity({**lines, "real": sl.Normal(q_of(effect), 1, observed=True)})


@pytest.mark.parametrize(("family", "key"), SCALAR)
def test_a_distribution_as_a_likelihood_of_scalars(family, key):
    m, s = sl.Normal(0, 1), sl.HalfNormal(2)
    line = distribution(family)(**arguments(family, key, m, s), observed=outcome_column(family))
    parity({"m": m, "s": s, "y": line})


@pytest.mark.parametrize(("family", "key"), SCALAR)
def test_a_distribution_as_a_likelihood_with_a_linear_predictor(family, key):
    school, X = sl.Level(), sl.covariates("x")
    m, b, s = sl.Normal(0, 1, over=school), sl.Normal(0, 1, over=X), sl.Gamma(2, 2, over=school)
    location = m + b @ X
    line = distribution(family)(**arguments(family, key, location, s), observed=outcome_column(family))
    parity({"school": school, "X": X, "m": m, "b": b, "s": s, "y": line})


@pytest.mark.parametrize(("family", "key"), SCALAR)
def test_a_distribution_as_a_likelihood_through_a_glm(family, key):
    """One vector of slopes and scalar dispersion: where Stan has a GLM function, it is used."""
    X, m, s = sl.covariates("x", "n"), sl.Normal(0, 1), sl.HalfNormal(2)
    b = sl.Normal(0, 0.1, over=X)
    line = distribution(family)(**arguments(family, key, m + b @ X, s), observed=outcome_column(family))
    parity({"X": X, "m": m, "b": b, "s": s, "y": line})


@pytest.mark.parametrize(("family", "key"), KEPT)
@pytest.mark.parametrize("weights", [None, "n"])
@pytest.mark.parametrize("varying", [False, True], ids=["one spread", "a spread per school"])
def test_a_distribution_as_a_likelihood_in_cells(family, key, weights, varying):
    data = pd.concat([frame(), frame().assign(**{c: np.roll(frame()[c], 3) for c in OUTCOMES})])
    data = data.assign(x=np.tile([0.5, -1.0], ROWS)).reset_index(drop=True)
    school, X, m, s = sl.Level(), sl.covariates("x"), sl.Normal(0, 1), sl.HalfNormal(2)
    b, spread = sl.Normal(0, 1, over=X), sl.Gamma(2, 2, over=school)
    made = arguments(family, key, m + b @ X, spread if varying else s)
    line = distribution(family)(**made, observed=outcome_column(family), weights=weights)
    lines = {"school": school, "X": X, "m": m, "s": s, "b": b, "spread": spread, "y": line}
    kept = FAMILIES[family].parameterization(key).kept
    common = kept is not None and any(a.shape == "common" for a in kept.arguments)
    by_value = family in {"OrderedLogistic", "NegBinomial"}  # cells of rows that agree in the outcome too
    rows = varying and common and not by_value and not FAMILIES[family].by_unit
    parity(lines, data, compress=() if rows else ("y",))


@pytest.mark.parametrize(("family", "key"), SCALAR)
def test_frequency_weights_multiply_the_log_density(family, key):
    m, s = sl.Normal(0, 1), sl.HalfNormal(2)
    made = arguments(family, key, m + 0.3 * sl.data("x"), s)
    parity({"m": m, "s": s, "y": distribution(family)(**made, observed=outcome_column(family), weights="n")})


@pytest.mark.parametrize(("family", "key"), SCALAR)
def test_a_distribution_of_an_outcome_over_a_level(family, key):
    data = frame()
    column = outcome_column(family)
    data[[column, "n"]] = data.groupby("school")[[column, "n"]].transform("first")
    school, m, s = sl.Level(), sl.Normal(0, 1), sl.HalfNormal(2)
    line = distribution(family)(**arguments(family, key, m, s), observed=column, over=school)
    parity({"school": school, "m": m, "s": s, "y": line}, data)


@pytest.mark.parametrize(("family", "key"), [k for k in EVERY if not FAMILIES[k[0]].latent])
def test_a_distribution_of_outcomes_without_data_is_refused(family, key):
    m, s = sl.Normal(0, 1), sl.HalfNormal(2)
    made = arguments(family, key, m, s)
    line = distribution(family)(**(made | ({"trials": 9} if "trials" in made else {})))
    outcome = sl.Normal(m, 1, observed="real")
    words = f"'q' takes whole numbers only and has no data(.|\\n)*sl.{family}"
    words = words if FAMILIES[family].discrete else "'q' has no data, and its distribution is one of outcomes"
    with pytest.raises(StanlevelsError, match=words):
        sl.Model.define("Wrong", {"m": m, "s": s, "q": line, "y": outcome}).bind(frame())


def test_a_correlation_with_data_is_refused():
    with pytest.raises(StanlevelsError, match="LKJCholesky"):
        sl.Model.define("Wrong", {"q": sl.LKJCholesky(2, dim=2, observed=["x", "real"])}).bind(frame())


# --- vectors ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [2, 3, 5])
@pytest.mark.parametrize("eta", [1, 0.5, 3.5])
def test_a_multivariate_normal_over_a_level_with_an_lkj_correlation(dim, eta):
    school, corr = sl.Level(), sl.LKJCholesky(eta, dim=dim)
    sds = [sl.HalfNormal(1 + k) for k in range(dim)]
    means = [sl.Normal(k, 2) for k in range(dim)]
    B = sl.MultiNormal(means, sds, corr, over=school)
    named = {f"s{k}": s for k, s in enumerate(sds)} | {f"m{k}": m for k, m in enumerate(means)}
    line = sl.Normal(B[0] + B["m1"] * sl.data("x") + sl.square(B[dim - 1]), 1, observed=True)
    parity({"school": school, "corr": corr, **named, "B": B, "real": line})


def test_the_concentration_of_a_correlation_may_be_unknown():
    school, eta = sl.Level(), sl.Gamma(4, 2)
    corr = sl.LKJCholesky(eta, dim=3)
    B = sl.MultiNormal([0, 0, 0], [1, 2, 0.5], corr, over=school)
    line = sl.Normal(B[0] + B[1] * sl.data("x") + B[2], 1, observed=True)
    parity({"school": school, "eta": eta, "corr": corr, "B": B, "real": line})


def test_a_multivariate_normal_without_units_is_one_vector():
    corr, s = sl.LKJCholesky(2, dim=2), sl.HalfNormal(1)
    B = sl.MultiNormal([0.5, -1], [s, 2], corr)
    line = sl.Normal(B[0] + B[1] * sl.data("x"), 1, observed=True)
    parity({"corr": corr, "s": s, "B": B, "real": line})


def test_means_of_a_multivariate_normal_may_follow_the_level_above():
    data = frame().assign(room=np.tile([1, 1, 2, 2], 3), z=np.repeat([0.3, -1, 2, 0.1, 0, 1], 2))
    school = sl.Level()
    room = sl.Level(within=school)
    corr, above, slope = sl.LKJCholesky(2, dim=2), sl.Normal(0, 1, over=school), sl.Normal(0, 1)
    B = sl.MultiNormal([above + slope * sl.data("z"), slope], [1, sl.exp(slope)], corr, over=room)
    line = sl.Normal(B[0] + B[1] * sl.data("x"), 1, observed=True)
    named = {"school": school, "room": room, "corr": corr, "above": above, "slope": slope}
    parity({**named, "B": B, "real": line}, data)


@pytest.mark.parametrize("over_level", [False, True])
def test_a_multivariate_normal_over_an_index_takes_its_labels(over_level):
    school, coef = sl.Level(), sl.Index(["intercept", "slope"])
    sds, means = sl.HalfNormal(2, over=coef), sl.Normal(0, 2, over=coef)
    corr = sl.LKJCholesky(1.5)
    B = sl.MultiNormal(means, sds, corr, over=(school, coef) if over_level else school)
    line = sl.Normal(B["intercept"] + B["slope"] * sl.data("x"), 1, observed=True)
    named = {"school": school, "coef": coef, "sds": sds, "means": means, "corr": corr}
    parity({**named, "B": B, "real": line})


@pytest.mark.parametrize("weights", [None, "n"])
def test_correlated_outcomes(weights):
    school, corr, m, s = sl.Level(), sl.LKJCholesky(2), sl.Normal(0, 1), sl.HalfNormal(1)
    effect = sl.Normal(0, 1, over=school)
    lines = {"school": school, "corr": corr, "m": m, "s": s, "effect": effect}
    pair = sl.MultiNormal([m + effect, effect * 0.5], [s, 1.5], corr, observed=["real", "x"], weights=weights)
    parity({**lines, "pair": pair})
    nu, log_sd = sl.Gamma(2, 0.1), sl.Normal(0, 1)
    scales = [s, sl.exp(log_sd * sl.data("n") / 9)]
    both = {"observed": ["real", "x"], "weights": weights}
    parity(
        {**lines, "nu": nu, "pair": sl.MultiStudentT(nu, [m + effect, effect * 0.5], [s, 2], corr, **both)}
    )
    lines |= {"nu": nu}
    parity({**lines, "pair": sl.MultiStudentT(nu, [m, 0.5], [s, 2], corr, **both)})
    lines |= {"log_sd": log_sd}
    parity({**lines, "pair": sl.MultiNormal([m + effect, m], scales, corr, **both)})
    parity({**lines, "pair": sl.MultiStudentT(nu, [m, effect * 0.5], scales, corr, **both)})


def test_correlated_values_for_every_row():
    corr, s = sl.LKJCholesky(2, dim=2), sl.HalfNormal(1)
    latent = sl.MultiNormal([0, 0], [s, 1], corr, over=sl.rows)
    line = sl.Normal(latent[0] * latent[1], 1, observed=True)
    parity({"corr": corr, "s": s, "latent": latent, "real": line})


@pytest.mark.parametrize("alpha", [[1.0, 2.5, 0.7], 2.0])
@pytest.mark.parametrize("over", ["nothing", "index", "level", "level and index"])
def test_a_dirichlet_as_probabilities_of_categories(alpha, over):
    school, choice = sl.Level(), sl.Index(3)
    axes: dict[str, dict[str, Any]] = {
        "nothing": {"dim": 3},
        "index": {"over": choice},
        "level": {"over": school, "dim": 3},
        "level and index": {"over": (school, choice)},
    }
    shares = sl.Dirichlet(alpha, **axes[over])
    line = sl.Normal(shares[0] - shares[2], 1, observed=True)
    lines: dict[str, Any] = {"school": school, "choice": choice, "shares": shares, "real": line}
    if "level" not in over:
        lines["chosen"] = sl.Categorical(shares, observed="category")
    parity(lines)


def test_shares_as_outcomes_with_unknown_concentrations():
    rng = np.random.default_rng(2)
    shares = rng.dirichlet([1, 2, 3], size=ROWS)
    data = frame().assign(p=shares[:, 0], q=shares[:, 1], r=shares[:, 2])
    a, b = sl.Gamma(2, 1), sl.Normal(0, 1)
    parity({"a": a, "b": b, "shares": sl.Dirichlet([a, sl.exp(b), 2], observed=["p", "q", "r"])}, data)


@pytest.mark.parametrize("categories", [2, 3, 5])
@pytest.mark.parametrize("first", [0, 1])
def test_ordered_categories_with_ordered_cutpoints(categories, first):
    data = frame().assign(answer=np.arange(ROWS) % categories + first)
    k, m, b = sl.Index(categories - 1), sl.Normal(0, 1), sl.Normal(0, 1)
    cut = sl.Normal(m, 3, over=k, ordered=True)
    answer = sl.OrderedLogistic(b * sl.data("x"), cut, observed=True)
    parity({"k": k, "m": m, "b": b, "cut": cut, "answer": answer}, data)


@pytest.mark.parametrize("absent", [1, 4])
def test_a_category_that_nobody_chose_keeps_its_place(absent):
    answer = 1 + np.arange(ROWS) % 4
    data = frame().assign(answer=np.where(answer == absent, 2, answer))
    k, b = sl.Index(3), sl.Normal(0, 1)
    cut = sl.StudentT(4, 0, 3, over=k, ordered=True)
    line = sl.OrderedLogistic(b * sl.data("x"), cut, observed=True)
    parity({"k": k, "b": b, "cut": cut, "answer": line}, data)


def test_cutpoints_may_be_positive():
    k, b = sl.Index(2), sl.Normal(0, 1)
    cut = sl.Gamma(2, 1, over=k, ordered=True)
    parity({"k": k, "b": b, "cut": cut, "y": sl.OrderedLogistic(b * sl.data("x"), cut, observed="category")})


def test_log_odds_of_categories_may_be_a_quantity_over_an_index():
    names = ["bus", "car", "walk"]
    codes = frame()["category"] - 1
    data = frame().assign(mode=pd.Categorical([names[c] for c in codes], names, ordered=True))
    choice, school, sd = sl.Index(names), sl.Level(), sl.HalfNormal(1)
    base = sl.Normal(0, 1, over=choice)
    taste = sl.Normal(base, sd, over=(school, choice))
    lines = {"choice": choice, "school": school, "sd": sd, "base": base, "taste": taste}
    parity({**lines, "mode": sl.Categorical(logit=taste, observed=True)}, data)


def test_log_odds_of_categories_may_be_computed_component_by_component():
    choice = sl.Index(3)
    base, tilt = sl.Normal(0, 1, over=choice), sl.Normal(0, 1, over=choice)
    line = sl.Categorical(logit=base + tilt * sl.data("x"), observed="category")
    parity({"choice": choice, "base": base, "tilt": tilt, "mode": line})
