"""The oracle against models evaluated by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit

import stanlevels as sl
from tests.oracle.density import log_density
from tests.oracle.simulation import simulate
from tests.oracle.world import build_world, find_units

normal = stats.norm.logpdf


def total(*terms) -> float:
    return float(sum(np.sum(t) for t in terms))


def density(model, data, values, **more) -> float:
    arrays = {name: np.asarray(value, dtype=float) for name, value in values.items()}
    return log_density(model.graph(), pd.DataFrame(data), arrays, **more)


def test_eight_schools_by_hand():
    """Data of Rubin (1981), as in Gelman et al., Bayesian Data Analysis, table 5.2."""

    class Schools(sl.Model):
        school = sl.Level()
        mu = sl.Normal(0, 5)
        tau = sl.HalfCauchy(5)
        theta = sl.Normal(mu, tau, over=school)
        y = sl.Normal(theta, sl.data("se"), observed=True)

    y, se = np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
    theta = np.linspace(-2, 9, 8)
    found = density(
        Schools, {"school": list("ABCDEFGH"), "y": y, "se": se}, {"mu": 4.0, "tau": 3.0, "theta": theta}
    )
    cauchy = np.log(2) + stats.cauchy.logpdf(3.0, 0, 5)
    assert found == pytest.approx(
        total(normal(4, 0, 5), cauchy, normal(theta, 4, 3), normal(y, theta, se)), rel=1e-13
    )


def test_a_quantity_is_looked_up_by_the_pair_of_labels_where_labels_repeat():
    class Rooms(sl.Model):
        school = sl.Level()
        room = sl.Level(within=school)
        a = sl.Normal(0, 1, over=school)
        b = sl.Normal(a, 2, over=room)
        y = sl.Normal(b, 1, observed=True)

    data = {"school": ["s", "s", "t", "t", "t"], "room": [1, 2, 1, 2, 1], "y": [0.5, 1, 2, 3, 4]}
    a, b = np.array([0.1, -0.4]), np.array([1.0, 2, 3, 4])
    found = density(Rooms, data, {"a": a, "b": b})
    by_hand = total(normal(a), normal(b, a[[0, 0, 1, 1]], 2), normal(data["y"], b[[0, 1, 2, 3, 2]], 1))
    assert found == pytest.approx(by_hand, rel=1e-13)


def test_the_order_of_units_is_the_callers():
    class One(sl.Model):
        team = sl.Level()
        s = sl.Normal(0, 1, over=team)
        y = sl.Normal(s, 1, observed=True)

    data = {"team": ["x", "y"], "y": [0.0, 1.0]}
    straight = density(One, data, {"s": [3.0, -1]}, units={"team": [("x",), ("y",)]})
    turned = density(One, data, {"s": [-1.0, 3]}, units={"team": [("y",), ("x",)]})
    assert straight == turned == pytest.approx(total(normal([3, -1]), normal([0, 1], [3, -1], 1)))
    with pytest.raises(AssertionError, match="team"):
        density(One, data, {"s": [3.0, -1]}, units={"team": [("x",), ("z",)]})


def test_a_level_is_reached_through_two_columns():
    class Football(sl.Model):
        team = sl.Level()
        home = sl.Level(of=team)
        away = sl.Level(of=team)
        strength = sl.Normal(0, 1, over=team)
        margin = sl.Normal(strength[home] - strength[away], 2, observed=True)

    data = {"home": ["a", "b", "c"], "away": ["b", "c", "a"], "margin": [1.0, 0, -2]}
    s = np.array([0.5, -1, 2])
    by_hand = total(normal(s), normal(data["margin"], s - s[[1, 2, 0]], 2))
    assert density(Football, data, {"strength": s}) == pytest.approx(by_hand, rel=1e-13)


def test_every_pair_of_two_levels_has_a_value_with_the_first_level_slowest():
    class Pairs(sl.Model):
        item = sl.Level()
        person = sl.Level()
        cell = sl.Normal(0, 1, over=(item, person))
        y = sl.Bernoulli(logit=cell, observed=True)

    data = {"item": ["i", "j", "j"], "person": ["q", "p", "q"], "y": [1, 0, 1]}
    cell = np.array([[0.1, 0.2], [0.3, -0.4]])
    p = expit(np.array([0.2, 0.3, -0.4]))
    by_hand = total(normal(cell), np.log([p[0], 1 - p[1], p[2]]))
    assert density(Pairs, data, {"cell": cell}) == pytest.approx(by_hand, rel=1e-13)


@pytest.mark.parametrize(
    ("coding", "columns"),
    [
        ("treatment", [[0, 0], [1, 0], [0, 1], [1, 0]]),
        ("sum", [[1, 0], [0, 1], [-1, -1], [0, 1]]),
        ("indicator", [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]]),
    ],
)
def test_codings_are_the_textbooks(coding, columns):
    region = sl.data("region", categorical=True, coding=coding)
    b = sl.Normal(0, 1, over=region)
    model = sl.Model.define("Coded", {"region": region, "b": b, "y": sl.Normal(b @ region, 1, observed=True)})
    data = {"region": ["n", "s", "w", "s"], "y": [0.1, 0.2, 0.3, 0.4]}
    coefficients = np.array([0.5, -2, 1.5])[: len(columns[0])]
    by_hand = total(normal(coefficients), normal(data["y"], np.array(columns) @ coefficients, 1))
    assert density(model, data, {"b": coefficients}) == pytest.approx(by_hand, rel=1e-13)


def test_weights_multiply_and_covariates_stand_at_their_level():
    class Weighted(sl.Model):
        app = sl.Level()
        slope = sl.Normal(0, 1)
        a = sl.Normal(slope * sl.data("price"), 1, over=app)
        y = sl.Poisson(log=a, observed=True, weights="n")

    tables = {"app": pd.DataFrame({"app": ["v", "u"], "price": [2.0, 3.0]})}
    a = np.array([0.5, 0.25])
    found = density(
        Weighted, {"app": ["u", "v"], "y": [1, 4], "n": [3, 2]}, {"slope": 0.5, "a": a}, tables=tables
    )
    rows = np.array([3, 2]) * stats.poisson.logpmf([1, 4], np.exp(a))
    assert found == pytest.approx(total(normal(0.5), normal(a, [1.5, 1.0], 1), rows), rel=1e-13)


def test_correlated_effects_are_used_by_component_and_by_label():
    class Slopes(sl.Model):
        subject = sl.Level()
        start = sl.Normal(0, 1)
        change = sl.Normal(0, 1)
        corr = sl.LKJCholesky(2, dim=2)
        B = sl.MultiNormal([start, change], [1, 2], corr, over=subject)
        y = sl.Normal(B["start"] + B[1] * sl.data("day"), 1, observed=True)

    r = 0.3
    factor = np.array([[1, 0], [r, np.sqrt(1 - r**2)]])
    B = np.array([[0.5, 1.0], [-0.5, 0.2]])
    data = {"subject": [1, 1, 2], "day": [0.0, 1, 2], "y": [0.1, 1.4, 0]}
    covariance = np.array([[1, 2 * r], [2 * r, 4]])
    by_hand = total(
        normal(0.1),
        normal(0.2),
        # LKJ(2) for two: 3/4 (1 - r^2); the Jacobian of the factor is 1.
        np.log(0.75 * (1 - r**2)),
        stats.multivariate_normal.logpdf(B, [0.1, 0.2], covariance),
        normal(data["y"], [0.5, 1.5, -0.1], 1),
    )
    values = {"start": 0.1, "change": 0.2, "B": B}
    for corr in (factor, factor @ factor.T):
        assert density(Slopes, data, {**values, "corr": corr}) == pytest.approx(by_hand, rel=1e-13)


def test_cutpoints_have_the_density_of_their_declaration():
    class Answers(sl.Model):
        k = sl.Index(2)
        cut = sl.Normal(0, 3, over=k, ordered=True)
        answer = sl.OrderedLogistic(0.5, cut, observed=True)

    cut = np.array([-1.0, 1.0])
    above = expit(0.5 - cut)
    expected = total(normal(cut, 0, 3), np.log([1 - above[0], above[0] - above[1], above[1]]))
    assert density(Answers, {"answer": [1, 2, 3]}, {"cut": cut}) == pytest.approx(expected, rel=1e-13)
    named = pd.Categorical(["no", "so", "yes"], categories=["no", "so", "yes"], ordered=True)
    assert density(Answers, {"answer": named}, {"cut": cut}) == pytest.approx(expected, rel=1e-13)


def test_a_named_expression_means_what_it_says_wherever_it_is_used():
    class Named(sl.Model):
        school = sl.Level()
        known = sl.Constant(0.5)
        g = sl.Normal(0, 1, over=school)
        sd = sl.exp(g) + known
        mean = 2 * g
        a = sl.Normal(mean, sd, over=school)
        y = sl.Normal(a, sd, observed=True)

    g, a = np.array([0.1, -0.2]), np.array([1.0, 2.0])
    data = {"school": ["u", "v", "v"], "y": [0.5, 1.5, 2.5]}
    sd = np.exp(g) + 0.5
    by_hand = total(normal(g), normal(a, 2 * g, sd), normal(data["y"], a[[0, 1, 1]], sd[[0, 1, 1]]))
    assert density(Named, data, {"g": g, "a": a}) == pytest.approx(by_hand, rel=1e-13)


def test_an_open_argument_is_refused():
    class Open(sl.Model):
        y = sl.Normal(0, observed=True)

    with pytest.raises(ValueError, match="left open"):
        density(Open, {"y": [1.0]}, {})


def test_a_level_that_is_not_determined_is_an_error_of_the_oracle_too():
    class Wrong(sl.Model):
        app = sl.Level()
        device = sl.Level()
        d = sl.Normal(0, 1, over=device)
        a = sl.Normal(d, 1, over=app)
        y = sl.Normal(a, 1, observed=True)

    data = {"app": ["u", "u"], "device": ["p", "q"], "y": [0.0, 1]}
    with pytest.raises(LookupError, match="device"):
        density(Wrong, data, {"d": [0, 0], "a": [0]})


def test_units_are_those_of_the_table_or_of_every_column_that_names_them():
    class Football(sl.Model):
        team = sl.Level()
        home = sl.Level(of=team)
        strength = sl.Normal(0, 1, over=team)
        y = sl.Normal(strength[home], 1, observed=True)

    graph = Football.graph()
    data = pd.DataFrame({"team": ["b", "a"], "home": ["c", "a"], "y": [0.0, 1]})
    assert find_units(build_world(graph, data), "team") == [("a",), ("b",), ("c",)]
    table = pd.DataFrame({"team": ["a", "b", "c", "d"]})
    assert len(find_units(build_world(graph, data, tables={"team": table}), "team")) == 4


def test_simulated_outcomes_have_the_moments_of_the_declared_model():
    """4 standard errors about the closed-form mean and variance of y under the prior."""

    class Nested(sl.Model):
        school = sl.Level()
        mu = sl.Normal(1, 2)
        a = sl.Normal(mu, 1, over=school)
        y = sl.Normal(a, 0.5, observed=True)

    rng = np.random.default_rng(4)
    rows = pd.DataFrame({"school": [1, 1, 2]})
    drawn = [simulate(Nested.graph(), rows, rng) for _ in range(3000)]
    y = np.array([filled["y"] for _, filled in drawn])
    assert abs(y.mean() - 1) < 4 * np.sqrt(4 + 1 / 2 + 0.25) / np.sqrt(3000)
    covariance = np.cov(y.T)
    expected = 4 + np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]]) + 0.25 * np.eye(3)
    assert np.all(np.abs(covariance - expected) < 4 * np.sqrt(2 / 3000) * 5.25)
    values, _ = drawn[0]
    assert {name: v.shape for name, v in values.items()} == {"mu": (), "a": (2,)}
