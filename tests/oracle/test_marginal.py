"""The marginal oracle against closed forms, dense matrices made by hand, integrals, and the oracle itself."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from tests.oracle.density import log_densities, log_density
from tests.oracle.draft import SeededChoices
from tests.oracle.evaluate import Evaluator
from tests.oracle.integrable import NormalChoices, random_set, with_numbers
from tests.oracle.marginal import Marginal, NotGaussian, integrate_out, log_marginal
from tests.oracle.random_models import random_case, random_values
from tests.oracle.world import World, build_world

normal = stats.norm.logpdf
dense = stats.multivariate_normal.logpdf


def define(**lines: Any) -> Any:
    return sl.Model.define("Declared", lines)


def arrays(values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.asarray(value, dtype=float) for name, value in values.items()}


def marginal(model: Any, data: Any, values: Mapping[str, Any], integrated: Any, **more: Any) -> Marginal:
    world = build_world(model.graph(), pd.DataFrame(data), **more)
    return integrate_out(world, arrays(values), integrated)


def indicators(labels: Any) -> np.ndarray:
    """One column per label, in sorted order."""
    return np.equal.outer(np.asarray(labels), np.unique(labels)).astype(float)


# --- closed forms ----------------------------------------------------------------------------


class OneWay(sl.Model):
    group = sl.Level()
    mu = sl.Normal(1, 2)
    tau = sl.HalfNormal(1)
    sigma = sl.HalfNormal(1)
    a = sl.Normal(mu, tau, over=group)
    y = sl.Normal(a, sigma, observed=True)


def one_way(groups: int = 4, n: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {"group": np.repeat([f"g{j}" for j in range(groups)], n), "y": rng.normal(1, 2, groups * n)}
    )


SPREADS = {"tau": 0.7, "sigma": 1.3}


def half_normals() -> float:
    return float(sum(np.log(2) + normal(s) for s in SPREADS.values()))


def test_the_balanced_one_way_layout_is_that_of_means_and_sums_of_squares():
    """Searle, Casella and McCulloch (1992), Variance Components, section 3.7: J groups of n, one grand mean.

    lambda = sigma^2 + n tau^2; log|V| = J log lambda + J (n - 1) log sigma^2, and the quadratic form is
    SSW / sigma^2 + n sum (ybar_j - mu)^2 / lambda.
    """
    data, J, n, mu = one_way(), 4, 3, 0.4
    means = data.groupby("group")["y"].mean().to_numpy()
    within = float(((data["y"] - np.repeat(means, n)) ** 2).sum())
    s2, lam = 1.3**2, 1.3**2 + n * 0.7**2
    determinant = J * np.log(lam) + J * (n - 1) * np.log(s2)
    quadratic = within / s2 + n * ((means - mu) ** 2).sum() / lam
    likelihood = -(J * n * np.log(2 * np.pi) + determinant + quadratic) / 2
    found = log_marginal(OneWay.graph(), data, arrays({**SPREADS, "mu": mu}), ["a"])
    assert found == pytest.approx(likelihood + normal(mu, 1, 2) + half_normals(), rel=1e-13)


def test_the_grand_mean_may_be_integrated_out_besides():
    data = one_way()
    V = 4 + 0.7**2 * indicators(data["group"]) @ indicators(data["group"]).T + 1.3**2 * np.eye(len(data))
    found = marginal(OneWay, data, SPREADS, ["mu", "a"])
    assert found.log_density == pytest.approx(dense(data["y"], np.ones(12), V) + half_normals(), rel=1e-13)
    # Of the grand mean alone: precision-weighted, of group means with variance tau^2 + sigma^2/n.
    v = 0.7**2 + 1.3**2 / 3
    precision = 1 / 4 + 4 / v
    means = data.groupby("group")["y"].mean()
    assert found.conditional.means["mu"] == pytest.approx((1 / 4 + means.sum() / v) / precision, rel=1e-12)
    assert found.conditional.covariance_of("mu")[0, 0] == pytest.approx(1 / precision, rel=1e-12)


def test_romcoms_are_pooled_by_the_weight_of_the_text():
    """w_i = s^2 / (s^2 + s_i^2 / n_i), for friends with their own noise and numbers of ratings."""

    class Romcoms(sl.Model):
        friend = sl.Level()
        R = sl.Normal(5, 2)
        s = sl.HalfNormal(1)
        noise = sl.Gamma(2, 2, over=friend)
        interest = sl.Normal(R, s, over=friend)
        rating = sl.Normal(interest, noise, observed=True)

    n = np.array([1, 4, 2])
    friend = np.repeat(["ann", "bob", "cat"], n)
    rating = np.array([9.0, 4, 5, 4, 6, 2, 1])
    R, s, noise = 5.5, 0.8, np.array([1.2, 0.5, 2.0])
    values = {"R": R, "s": s, "noise": noise}
    found = marginal(Romcoms, {"friend": friend, "rating": rating}, values, ["interest"]).conditional
    own = pd.Series(rating).groupby(friend).mean().to_numpy()
    weight = s**2 / (s**2 + noise**2 / n)
    np.testing.assert_allclose(found.means["interest"], weight * own + (1 - weight) * R, rtol=1e-13)
    expected = np.diag((1 - weight) * s**2)
    np.testing.assert_allclose(found.covariance_of("interest"), expected, rtol=1e-12, atol=1e-15)


# --- dense matrices made by hand ---------------------------------------------------------------

RNG = np.random.default_rng(7)
N = 14
TABLE = pd.DataFrame(
    {
        "maker": [f"m{k}" for k in RNG.integers(3, size=N)],
        "day": [f"d{k}" for k in RNG.integers(4, size=N)],
        "x": RNG.normal(size=N).round(2),
        "y": RNG.normal(size=N).round(2),
        "z": RNG.normal(size=N).round(2),
    }
)
TABLE["app"] = TABLE["maker"] + [f"/{k}" for k in RNG.integers(2, size=N)]
M, A, D = (indicators(TABLE[c]) for c in ("maker", "app", "day"))
ONE, X = np.ones((N, 1)), TABLE[["x"]].to_numpy()
Y, Z = TABLE["y"].to_numpy(), TABLE["z"].to_numpy()


def test_a_nested_tree_adds_a_block_of_ones_per_unit_of_every_level():
    maker, app = sl.Level(), sl.Level()
    P = sl.Normal(0.3, 0.8, over=maker)
    Q = sl.Normal(P, 0.5, over=app)
    model = define(maker=maker, app=app, P=P, Q=Q, y=sl.Normal(Q, 1.1, observed=True))
    V = 0.8**2 * M @ M.T + 0.5**2 * A @ A.T + 1.1**2 * np.eye(N)
    assert log_marginal(model.graph(), TABLE, {}, ["P", "Q"]) == pytest.approx(dense(Y, 0.3 * ONE[:, 0], V))


def test_the_upper_level_of_a_tree_may_be_integrated_out_alone():
    maker, app = sl.Level(), sl.Level()
    P = sl.Normal(0.3, 0.8, over=maker)
    Q = sl.Normal(P, 0.5, over=app)
    model = define(maker=maker, app=app, P=P, Q=Q, y=sl.Normal(Q, 1.1, observed=True))
    q = np.linspace(-1, 1, A.shape[1])
    of_maker = indicators([label.split("/")[0] for label in np.unique(TABLE["app"])])
    V = 0.8**2 * of_maker @ of_maker.T + 0.5**2 * np.eye(len(q))
    expected = dense(q, np.full(len(q), 0.3), V) + normal(Y, A @ q, 1.1).sum()
    assert log_marginal(model.graph(), TABLE, {"Q": q}, ["P"]) == pytest.approx(expected)


def test_crossed_levels_coefficients_and_their_pairs_add_up():
    maker, day, W = sl.Level(), sl.Level(), sl.covariates("x", "z")
    a, b = sl.Normal(1, 2), sl.Normal(-1, 0.5, over=W)
    P, Q = sl.Normal(0, 0.8, over=maker), sl.Normal(a, 0.6, over=day)
    PQ = sl.Normal(0, 0.4, over=(maker, day))
    line = sl.Normal(P - 2 * Q + PQ + b @ W, 1.1, observed=True)
    model = define(maker=maker, day=day, W=W, a=a, b=b, P=P, Q=Q, PQ=PQ, y=line)
    pairs = M[:, :, None] * D[:, None, :]
    pair = pairs.reshape(N, -1)
    C = np.column_stack([X, Z])
    V = 0.8**2 * M @ M.T + 4 * (0.6**2 * D @ D.T + 4) + 0.4**2 * pair @ pair.T + 0.5**2 * C @ C.T
    mean = -2 - C.sum(axis=1)
    every = ["a", "b", "P", "Q", "PQ"]
    found = marginal(model, TABLE, {}, every)
    assert found.log_density == pytest.approx(dense(Y, mean, V + 1.1**2 * np.eye(N)))
    assert {name: v.shape for name, v in found.conditional.means.items()} == {
        "a": (),
        "b": (2,),
        "P": (3,),
        "Q": (4,),
        "PQ": (3, 4),
    }
    # Kept as a parameter, a level shifts the mean.
    p = np.array([0.5, -1, 2])
    V -= 0.8**2 * M @ M.T
    expected = dense(Y, mean + M @ p, V + 1.1**2 * np.eye(N)) + normal(p, 0, 0.8).sum()
    assert log_marginal(model.graph(), TABLE, {"P": p}, every[:2] + every[3:]) == pytest.approx(expected)


def test_correlated_slopes_add_their_covariance():
    maker, corr = sl.Level(), sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([0.5, -1], [0.7, 1.2], corr, over=maker)
    model = define(maker=maker, corr=corr, B=B, y=sl.Normal(B[0] + B[1] * sl.data("x"), 1.1, observed=True))
    r = 0.4
    factor = np.array([[1, 0], [r, np.sqrt(1 - r**2)]])
    S = np.array([[0.49, 0.84 * r], [0.84 * r, 1.44]])
    Zs = np.stack([M, M * X], axis=2).reshape(N, -1)
    V = Zs @ np.kron(np.eye(3), S) @ Zs.T + 1.1**2 * np.eye(N)
    # LKJ(2) for two: 3/4 (1 - r^2).
    expected = dense(Y, 0.5 - X[:, 0], V) + np.log(0.75 * (1 - r**2))
    for given in (factor, factor @ factor.T):
        assert log_marginal(model.graph(), TABLE, {"corr": given}, ["B"]) == pytest.approx(expected)
    found = marginal(model, TABLE, {"corr": factor}, ["B"])
    prior = found.unconditional.covariance_of("B")
    np.testing.assert_allclose(prior, np.kron(np.eye(3), S), rtol=1e-12, atol=1e-15)


def test_several_outcomes_and_a_mean_with_a_covariate_share_the_effects():
    maker, slope, corr = sl.Level(), sl.Normal(0.5, 0.9), sl.LKJCholesky(1, dim=2)
    table = pd.DataFrame({"maker": ["m0", "m1", "m2"], "size": [1.0, -2.0, 0.5], "score": [0.2, -1.0, 3.0]})
    P = sl.Normal(slope * sl.data("size"), 0.8, over=maker)
    score = sl.Normal(P, 0.3, over=maker, observed=True)
    pair = sl.MultiNormal([P, 2 - P], [1.1, 0.6], corr, observed=["y", "z"])
    model = define(maker=maker, slope=slope, corr=corr, P=P, score=score, pair=pair)
    r = -0.3
    R = np.array([[1.21, 0.66 * r], [0.66 * r, 0.36]])
    size, signs = table["size"].to_numpy(), np.array([1.0, -1])
    effects = np.concatenate([np.kron(M, signs[:, None]), np.eye(3)])
    noise = np.zeros((2 * N + 3, 2 * N + 3))
    noise[: 2 * N, : 2 * N] = np.kron(np.eye(N), R)
    noise[2 * N :, 2 * N :] = 0.09 * np.eye(3)
    prior = 0.64 * np.eye(3) + 0.81 * np.outer(size, size)
    outcomes = np.concatenate([np.column_stack([Y, Z]).reshape(-1), table["score"]])
    mean = effects @ (0.5 * size) + np.concatenate([np.tile([0, 2], N), np.zeros(3)])
    # LKJ(1) for two is uniform on (-1, 1).
    expected = dense(outcomes, mean, noise + effects @ prior @ effects.T) + np.log(0.5)
    values = {"corr": np.array([[1, r], [r, 1]])}
    found = log_marginal(model.graph(), TABLE, values, ["slope", "P"], tables={"maker": table})
    assert found == pytest.approx(expected)


def test_effects_of_rows_widen_the_noise():
    day, s = sl.Level(), sl.Normal(0, 1)
    e = sl.Normal(0, sl.exp(s), over=sl.rows)
    model = define(day=day, s=s, e=e, y=sl.Normal(e, 0.5, observed=True))
    found = log_marginal(model.graph(), TABLE, arrays({"s": 0.3}), ["e"])
    sd = np.sqrt(np.exp(0.6) + 0.25)
    assert found == pytest.approx(normal(Y, 0, sd).sum() + normal(0.3), rel=1e-13)


def test_weights_count_rows():
    data = TABLE.assign(n=np.random.default_rng(8).integers(0, 4, N))
    long = data.loc[np.repeat(data.index, data["n"])].reset_index(drop=True)
    maker, day, corr = sl.Level(), sl.Level(), sl.LKJCholesky(2, dim=2)
    P, Q = sl.Normal(0.2, 1, over=maker), sl.Normal(0, 0.5, over=day)

    def model(**weights: Any) -> Any:
        pair = sl.MultiNormal([P + Q, P], [1.1, 0.6], corr, observed=["x", "z"], **weights)
        line = sl.Normal(P, 0.7, observed=True, **weights)
        return define(maker=maker, day=day, corr=corr, P=P, Q=Q, pair=pair, y=line)

    values = {"corr": np.array([[1, 0.2], [0.2, 1]])}
    units = {"maker": [("m0",), ("m1",), ("m2",)], "day": [("d0",), ("d1",), ("d2",), ("d3",)]}
    names = pd.DataFrame({"maker": ["m0", "m1", "m2"]}), pd.DataFrame({"day": ["d0", "d1", "d2", "d3"]})
    tables = dict(zip(("maker", "day"), names, strict=True))
    weighted = log_marginal(model(weights="n").graph(), data, values, ["P", "Q"], units, tables)
    written_out = log_marginal(model().graph(), long, values, ["P", "Q"], units, tables)
    assert weighted == pytest.approx(written_out, rel=1e-12)


def test_a_log_normal_outcome_is_normal_on_the_log_scale():
    data = TABLE.assign(y=np.exp(Y), n=2)
    maker = sl.Level()
    P = sl.Normal(0.3, 0.8, over=maker)
    model = define(maker=maker, P=P, y=sl.LogNormal(P, 1.1, observed=True))
    V = 0.8**2 * M @ M.T + 1.1**2 * np.eye(N)
    expected = dense(Y, np.full(N, 0.3), V) - Y.sum()
    assert log_marginal(model.graph(), data, {}, ["P"]) == pytest.approx(expected)
    model = define(maker=maker, P=P, y=sl.LogNormal(P, 1.1, observed=True, weights="n"))
    V = 0.8**2 * np.kron(M @ M.T, np.ones((2, 2))) + 1.1**2 * np.eye(2 * N)
    expected = dense(np.repeat(Y, 2), np.full(2 * N, 0.3), V) - 2 * Y.sum()
    assert log_marginal(model.graph(), data, {}, ["P"]) == pytest.approx(expected)


def test_an_outcome_that_explains_another_is_data_there():
    x, s = sl.Normal(0, 1, observed=True), sl.HalfNormal(1)
    b = sl.Normal(0.5, 2)
    model = define(s=s, b=b, x=x, y=sl.Normal(b * x, s, observed=True))
    V = 4 * X @ X.T + 0.49 * np.eye(N)
    expected = dense(Y, 0.5 * X[:, 0], V) + normal(X).sum() + np.log(2) + normal(0.7)
    assert log_marginal(model.graph(), TABLE, arrays({"s": 0.7}), ["b"]) == pytest.approx(expected)


def test_digits_are_kept_beside_a_large_constant():
    maker, mu = sl.Level(), sl.Normal(1e8, 10)
    P = sl.Normal(mu, 0.5, over=maker)
    model = define(maker=maker, mu=mu, P=P, y=sl.Normal(P + 0.1 * sl.data("x"), 0.25, observed=True))
    data = TABLE.assign(y=1e8 + np.round(Y * 8) / 8, x=np.round(X * 8) / 8)
    V = 0.25 * M @ M.T + 0.0625 * np.eye(N)
    residual = np.round(Y * 8) / 8 - 0.1 * data["x"].to_numpy() - 1.5
    expected = dense(residual, np.zeros(N), V) + normal(1.5, 0, 10)
    found = log_marginal(model.graph(), data, arrays({"mu": 1e8 + 1.5}), ["P"])
    assert found == pytest.approx(expected, rel=1e-6)


# --- spelling ----------------------------------------------------------------------------------

SPELLINGS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "plainly": lambda a, b, P: a + b * sl.data("x") + P,
    "reordered": lambda a, b, P: P + sl.data("x") * b + a,
    "minus of minus": lambda a, b, P: a - (-(b * sl.data("x"))) - -P,
    "times one": lambda a, b, P: 1.0 * (a + P) / 1 + (b + 0) * sl.data("x"),
    "about 5": lambda a, b, P: (a + 5 * b) + b * (sl.data("x") - 5) + P,
    "halves": lambda a, b, P: (2 * a + 2 * b * sl.data("x")) / 2 + P / 4 * 4,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("named", [True, False])
def test_the_spelling_of_a_model_does_not_matter(spelling, named):
    maker, a, b, s = sl.Level(), sl.Normal(0, 2), sl.Normal(0.5, 1), sl.HalfNormal(1)
    P = sl.Normal(0, s, over=maker)
    eta = SPELLINGS[spelling](a, b, P)
    lines = {"maker": maker, "a": a, "b": b, "s": s, "P": P, **({"eta": eta} if named else {})}
    model = define(**lines, y=sl.Normal(eta, 1, observed=True))
    V = 4 + X @ X.T + 0.64 * M @ M.T + np.eye(N)
    expected = dense(Y, 0.5 * X[:, 0], V) + np.log(2) + normal(0.8)
    assert log_marginal(model.graph(), TABLE, arrays({"s": 0.8}), ["a", "b", "P"]) == pytest.approx(expected)


def test_nothing_integrated_is_the_log_density_as_declared():
    values = arrays({**SPREADS, "mu": 0.2, "a": [0.1, 0.2, -1, 2]})
    found = log_marginal(OneWay.graph(), one_way(), values, [])
    assert found == pytest.approx(log_density(OneWay.graph(), one_way(), values), rel=1e-14)


def test_what_nothing_depends_on_integrates_to_one():
    values = arrays({**SPREADS, "mu": 0.2, "a": [0.1, 0.2, -1, 2]})

    class More(OneWay):
        idle = sl.Normal(OneWay.a, 3, over=OneWay.group)

    assert log_marginal(More.graph(), one_way(), values, ["idle"]) == pytest.approx(
        log_density(OneWay.graph(), one_way(), values), rel=1e-14
    )


# --- integrals ---------------------------------------------------------------------------------


def joint(world: World, values: Mapping[str, Any]) -> float:
    """The log density of everything, on a world that is kept."""
    return float(sum(np.sum(terms) for terms in log_densities(Evaluator(world, arrays(values))).values()))


def integral(model: Any, data: Any, values: Mapping[str, Any], over: dict[str, tuple[float, float]]) -> float:
    """log of the integral over scalars by the trapezoidal rule.

    Ranges are given as mean and standard deviation; steps of 0.8 standard deviations out to 6.4 of them give
    a normal integrand most of its digits (errors exp(-2 pi^2 / 0.8^2) and exp(-6.4^2 / 2)).
    """
    steps = 0.8 * np.arange(-8, 9)
    grids = [mean + sd * steps for mean, sd in over.values()]
    world = build_world(model.graph(), pd.DataFrame(data))
    points = itertools.product(*grids)
    logs = [joint(world, {**values, **dict(zip(over, point, strict=True))}) for point in points]
    volume = np.prod([0.8 * sd for _, sd in over.values()])
    return float(np.logaddexp.reduce(logs) + np.log(volume))


SMALL = {"x": [0.0, 1, 2, 3], "y": [0.2, 1.9, 2.8, 5.1]}


def test_an_integral_over_one_number():
    a = sl.Normal(1, 2)
    model = define(a=a, y=sl.Normal(a * sl.data("x"), 0.9, observed=True))
    found = marginal(model, SMALL, {}, ["a"])
    at = (float(found.conditional.means["a"]), float(found.conditional.sds["a"]))
    assert found.log_density == pytest.approx(integral(model, SMALL, {}, {"a": at}), rel=1e-9)


def test_an_integral_over_two_numbers():
    a, b, s = sl.Normal(1, 2), sl.Normal(0.5, 1), sl.Exponential(1)
    model = define(a=a, b=b, s=s, y=sl.Normal(a + b * sl.data("x") / 4, s, observed=True))
    found = marginal(model, SMALL, {"s": 1.4}, ["a", "b"])
    # Wide enough for both, fine enough for a direction in which they vary less.
    over = {n: (float(found.conditional.means[n]), 0.9 * float(found.conditional.sds[n])) for n in "ab"}
    assert found.log_density == pytest.approx(integral(model, SMALL, {"s": 1.4}, over), rel=1e-7)


def test_an_integral_over_three_numbers_of_a_model_that_is_a_count_below():
    """What is integrated need not reach a normal outcome: the mean of effects that have Poisson counts."""
    group = sl.Level()
    m, c = sl.Normal(0.5, 1), sl.Normal(0, 0.7)
    d = sl.Normal(m / 2, 0.6)
    e = sl.Normal(m - c * sl.data("x") + d, 0.9, over=group)
    model = define(group=group, m=m, c=c, d=d, e=e, y=sl.Poisson(log=e, observed=True))
    data = {"group": ["u", "v", "w"], "x": [1.0, 0.5, -0.2], "y": [1, 0, 4]}
    values = {"e": [0.2, -0.5, 1.1]}
    found = marginal(model, data, values, ["m", "c", "d"])
    over = {n: (float(found.conditional.means[n]), 0.9 * float(found.conditional.sds[n])) for n in "mcd"}
    assert found.log_density == pytest.approx(integral(model, data, values, over), rel=1e-6)


# --- the oracle itself -------------------------------------------------------------------------


def check_identity(found: Marginal, world: World, values: Mapping[str, Any], seed: int) -> None:
    """log p(rest) = log p(rest, u) - log p(u | rest), whatever u is."""
    rng = np.random.default_rng(seed)
    drawn = found.conditional.draw(rng)
    elsewhere = {name: u + rng.normal(0, 0.5, u.shape) for name, u in drawn.items()}
    for u in (drawn, elsewhere):
        whole, part = joint(world, {**values, **u}), found.conditional.log_density(u)
        assert abs(whole - part - found.log_density) <= 1e-9 * max(1, abs(whole), abs(part))


REQUIRED = (
    *("levels: declared nesting", "levels: found nesting", "levels: three deep", "levels: mixed nesting"),
    *("levels: crossed", "levels: nested and crossed", "effect: independent intercept and slope"),
    *("effect: correlated slopes", "effect: coefficients per unit", "effect: effect by index"),
    *("product of levels", "road", "over rows", "b @ X", "mean from a parent level", "covariate in a mean"),
    *("scale: per unit", "scale: named", "named predictor", "weights", "second outcome"),
    *("outcome of a level", "measurement error", "unit without rows", "likelihood: vector"),
)


@pytest.mark.slow
def test_joint_less_conditional_is_marginal_at_any_values_of_random_models():
    seen: Counter[str] = Counter()
    models = reached = numbers = 0
    for seed in range(90):
        rng = np.random.default_rng(seed)
        choose = SeededChoices(rng)
        case = random_case(choose if seed % 4 == 0 else NormalChoices(choose), int(rng.integers(2**32)))
        graph = with_numbers(case.graph)
        world = build_world(graph, case.data, tables=case.tables)
        values = random_values(case, graph=graph)
        names = random_set(world, values, rng, wanted=rng.choice([0.5, 1.0]))
        if not names:
            continue
        models += 1
        seen.update(case.features)
        found = integrate_out(world, values, names)
        reached += len(found.others.offset) > 0
        numbers += found.numbers.size

        check_identity(found, world, values, seed)
    assert models > 60
    assert reached > 55
    assert numbers > 900
    assert not [feature for feature in REQUIRED if not seen[feature]]


def test_a_quantity_held_in_standard_form_moves_with_its_mean():
    """A = P + tau z with z held: as if z had been declared."""
    maker, tau = sl.Level(), sl.HalfNormal(1)
    P = sl.Normal(0.3, 0.8)
    A = sl.Normal(P, tau, over=maker)
    declared = define(maker=maker, tau=tau, P=P, A=A, y=sl.Normal(A, 1.1, observed=True))
    z = sl.Normal(0, 1, over=maker)
    written = define(maker=maker, tau=tau, P=P, z=z, y=sl.Normal(P + tau * z, 1.1, observed=True))
    raw = np.array([0.5, -1, 2])
    expected = marginal(written, TABLE, {"tau": 0.7, "z": raw}, ["P"])
    world = build_world(declared.graph(), TABLE)
    values = arrays({"tau": 0.7, "A": np.zeros(3)})
    moving = {"A": lambda evaluate: evaluate.flat("P") + evaluate.flat("tau") * raw}
    found = integrate_out(world, values, ["P"], moving)
    assert found.log_density + 3 * np.log(0.7) == pytest.approx(expected.log_density, rel=1e-12)
    assert found.conditional.mean == pytest.approx(expected.conditional.mean, rel=1e-12)
    assert found.conditional.covariance == pytest.approx(expected.conditional.covariance, rel=1e-12)


# --- what is not normal ------------------------------------------------------------------------


def effects(**more: Any) -> dict[str, Any]:
    maker = sl.Level()
    a, P = sl.Normal(0, 1), sl.Normal(0, 1, over=maker)
    return {"maker": maker, "a": a, "P": P, **more}


def refused(lines: Mapping[str, Any], names: list[str], **values: Any) -> str:
    with pytest.raises(NotGaussian) as caught:
        log_marginal(define(**lines).graph(), TABLE, arrays(values), names)
    return str(caught.value)


def test_a_product_of_two_integrated_quantities_is_refused_and_one_of_them_is_not():
    d = effects()
    lines = {**d, "y": sl.Normal(d["a"] * d["P"], 1, observed=True)}
    assert refused(lines, ["a", "P"]) == "the mean of 'y' is not affine in 'a', 'P'"
    log_marginal(define(**lines).graph(), TABLE, arrays({"a": 2}), ["P"])
    log_marginal(define(**lines).graph(), TABLE, arrays({"P": [1, 2, 3]}), ["a"])


@pytest.mark.parametrize(
    "function", [sl.exp, sl.abs, sl.square, sl.tanh, sl.sqrt, sl.log, lambda u: u**3, lambda u: 1 / u]
)
def test_a_mean_that_bends_is_refused(function):
    d = effects()
    lines = {**d, "y": sl.Normal(d["a"] + function(d["P"]), 1, observed=True)}
    assert refused(lines, ["a", "P"]) == "the mean of 'y' is not affine in 'a', 'P'"
    assert refused(lines, ["P"], a=0.2) == "the mean of 'y' is not affine in 'P'"


def test_a_spread_that_depends_on_what_is_integrated_is_refused():
    d = effects()
    lines = {**d, "y": sl.Normal(d["a"], sl.exp(d["P"]), observed=True)}
    assert refused(lines, ["P", "a"]) == "sigma of 'y' depends on 'P'"
    lines = {**d, "Q": sl.Normal(0, sl.exp(d["a"]), over=d["maker"])}
    lines["y"] = sl.Normal(lines["Q"], 1, observed=True)
    assert refused(lines, ["Q", "a"], P=[0, 0, 0]) == "sigma of 'Q' depends on 'a'"


def test_another_distribution_that_depends_on_what_is_integrated_is_refused():
    d = effects()
    lines = {**d, "n": sl.Poisson(log=d["P"], observed=True), "y": sl.Normal(d["a"], 1, observed=True)}
    table = TABLE.assign(n=1)
    with pytest.raises(NotGaussian, match=r"^'n' is Poisson and depends on 'P'$"):
        log_marginal(define(**lines).graph(), table, {}, ["a", "P"])
    log_marginal(define(**lines).graph(), table, arrays({"P": [1, 2, 3]}), ["a"])
    lines = {**d, "t": sl.StudentT(4, d["a"], 1), "y": sl.Normal(d["P"], 1, observed=True)}
    assert refused(lines, ["a"], t=0.3, P=[0, 0, 0]) == "'t' is StudentT and depends on 'a'"


def test_only_whole_normal_quantities_without_data_are_integrated_out():
    d, k = effects(), sl.Index(2)
    cut, s = sl.Normal(0, 1, over=k, ordered=True), sl.HalfNormal(1)
    lines = {**d, "k": k, "cut": cut, "s": s, "y": sl.Normal(d["P"], s, observed=True)}
    assert refused(lines, ["cut"]) == "'cut' is ordered: its normal distribution is cut off"
    assert refused(lines, ["s"]) == "'s' is HalfNormal, not one of Normal, MultiNormal"
    assert refused(lines, ["y"]) == "'y' has data: there is nothing to integrate"
    assert refused(lines, ["Q"]) == "'Q' is no line with a distribution of Declared"


def test_an_open_argument_is_refused_here_too():
    d = effects()
    lines = {**d, "y": sl.Normal(d["P"], observed=True)}
    with pytest.raises(ValueError, match="sigma of 'y' is left open"):
        log_marginal(define(**lines).graph(), TABLE, arrays({"a": 0}), ["P"])
