"""`center`: the form of every random variable, by lambda = tau^2 I (math.md, section 5)."""

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import FitError
from stanlevels.linear.pilot import Information
from stanlevels.passes.center import judge, threshold
from tests.passes.kit import records

SAMPLED = sl.Plan(marginalize=False)  # every random variable has a form


class Groups(sl.Model):
    g = sl.Level()
    mean = sl.Normal(0, 5)
    spread = sl.HalfNormal(5)
    noise = sl.HalfNormal(5)
    u = sl.Normal(mean, spread, over=g)
    y = sl.Normal(u, noise, observed=True)


def balanced(units, rows, tau, sigma):
    """One-way data whose mean squares are exact: between = sigma^2 + rows tau^2, within = sigma^2.

    Unit means and residuals are fixed contrasts scaled to the wanted sums of squares.
    """
    between = np.linspace(-1, 1, units)
    between *= np.sqrt((tau**2 + sigma**2 / rows) * (units - 1) / np.sum(between**2))
    within = np.linspace(-1, 1, rows)
    within *= sigma * np.sqrt((rows - 1) / np.sum(within**2))
    g = np.repeat([f"u{i:03d}" for i in range(units)], rows)
    return {"g": g, "y": np.repeat(between, rows) + np.tile(within, units)}


@pytest.mark.parametrize(
    ("units", "rows", "tau", "centred"),
    [
        (100, 4, 0.27, False),  # lambda = tau^2 rows / sigma^2 = 0.29, a weight of 0.23
        (100, 4, 0.31, "between"),  # 0.38, a weight of 0.28
        (100, 4, 1.40, "between"),  # 7.8, a weight of 0.88
        (100, 4, 1.60, True),  # 10.2, a weight of 0.91
        (20, 400, 0.09, "between"),  # 3.24, with tau below a tenth of sigma
        (20, 4, 1.6, "between"),  # with 20 units 11.5 is the least
        (20, 4, 1.9, True),
        (5, 4, 0.01, "between"),  # 5 units do not tell that the effects are all alike
    ],
)
def test_the_form_follows_the_rule_at_a_known_lambda(units, rows, tau, centred):
    bound = Groups.bind(balanced(units, rows, tau, 1.0), plan=SAMPLED)
    assert bound.plan.centered == {"u": centred}


@pytest.mark.parametrize("units", [1, 2, 5, 8, 12, 20, 30])
def test_at_the_threshold_a_likelihood_ratio_speaks_against_a_standard_deviation_of_0(units):
    lam = threshold(units)
    assert units / 2 * (lam - np.log1p(lam)) == pytest.approx(10.0)


def test_many_units_have_a_threshold_of_one_and_a_half():
    assert threshold(70) == threshold(10_000) == 1.5


def test_a_declared_standard_deviation_has_no_funnel():
    assert judge(Information(1000.0, 1.0, 1.1, 3, declared=True))[0]
    assert "the sd is declared, 1e+03" in judge(Information(1000.0, 1.0, 1.1, 3, declared=True))[1]


def test_the_reason_names_lambda_the_threshold_and_why_it_is_high():
    words = judge(Information(1.0, 2.0, 1.5, 6))[1]
    assert "lambda = 1.5 is below 5.15 (more than 1.5: 6 units); with sd about 1" in words
    assert "near 0" in judge(Information(0.01, 2.0, 1e-5, 60))[1]


def test_what_the_data_do_not_tell_is_non_centred():
    assert judge(None) == (False, "the data alone do not tell how much they inform it")


def test_every_unit_has_the_weight_of_its_own_data():
    """Nine units of two rows and two of a thousand: most units are weakly informed."""
    rng = np.random.default_rng(2)
    g = np.concatenate([np.repeat([f"s{i}" for i in range(9)], 2), np.repeat(["l1", "l2"], 1000)])
    effects = dict(zip(np.unique(g), rng.normal(0, 0.4, 11), strict=True))
    y = np.array([effects[x] for x in g]) + rng.normal(size=len(g))
    bound = Groups.bind({"g": g, "y": y}, plan=SAMPLED)
    assert bound.plan.centered == {"u": "between"}
    large, small = bound.stan_data["u_pilot_weight"][:2], bound.stan_data["u_pilot_weight"][2:]
    assert np.all(large > 0.95)
    assert np.all(small < 0.4)
    assert bound.stan_data["u_pilot_scale"] == pytest.approx(0.4, rel=0.5)


def test_weights_are_data_so_that_new_rows_do_not_change_the_program():
    first, second = balanced(20, 4, 1.0, 1.0), balanced(20, 8, 1.0, 1.0)
    plan = Groups.bind(first, plan=SAMPLED).plan
    again = Groups.bind(second, plan=plan)
    assert plan.centered == again.plan.centered == {"u": "between"}
    assert again.stan_code == Groups.bind(first, plan=SAMPLED).stan_code
    assert not np.allclose(
        again.stan_data["u_pilot_weight"], Groups.bind(first, plan=SAMPLED).stan_data["u_pilot_weight"]
    )


def test_components_of_vectors_have_one_form_together():
    class Slopes(sl.Model):
        g = sl.Level()
        k = sl.Index(2)
        sds = sl.HalfNormal(1, over=k)
        corr = sl.LKJCholesky(2, dim=2)
        B = sl.MultiNormal([0, 0], sds, corr, over=g)
        y = sl.Normal(B[0] + B[1] * sl.data("x"), 1, observed=True)

    data = balanced(20, 4, 1.0, 1.0)
    data["x"] = np.tile([0.0, 1, 2, 3], 20)
    assert Slopes.bind(data, plan=sl.Plan(marginalize=False)).plan.centered["B"] in (True, False)
    assert Slopes.bind(data, plan=sl.Plan(center="between")).plan.centered["B"] in (True, False)
    with pytest.raises(FitError, match=r"'B', of sl\.MultiNormal, sampled between"):
        Slopes.bind(data, plan=sl.Plan(center={"B": "between"}))


def test_the_choice_can_be_written_in_the_line():
    data = balanced(20, 4, 2.0, 1.0)
    forms: tuple[Any, ...] = (True, False, "between")
    for form in forms:

        class Chosen(Groups):
            u = sl.Normal(Groups.mean, Groups.spread, over=Groups.g, centered=form)

        bound = Chosen.bind(data, plan=SAMPLED)
        assert bound.plan.centered == {"u": form}
        assert records(bound, "center")["u"].reason == "as declared"


def test_a_plan_that_is_given_is_used_as_it_is():
    weak, strong = (
        Groups.bind(balanced(60, 4, 0.1, 1.0), plan=SAMPLED),
        Groups.bind(balanced(20, 4, 2.0, 1.0), plan=SAMPLED),
    )
    again = Groups.bind(balanced(20, 4, 2.0, 1.0), plan=weak.plan)
    assert (weak.plan.centered, strong.plan.centered) == ({"u": False}, {"u": True})
    assert again.plan.centered == {"u": False}
    assert again.stan_code == weak.stan_code != strong.stan_code
    assert records(again, "center")["u"].reason == "as in the plan that was given"


def test_the_plan_of_another_model_is_refused():
    class Other(sl.Model):
        g = sl.Level()
        v = sl.Normal(0, 1, over=g)
        y = sl.Normal(v, 1, observed=True)

    data = balanced(20, 4, 1.0, 1.0)
    with pytest.raises(FitError, match="'v', which Groups does not have"):
        Groups.bind(data, plan=Other.bind(data).plan)


def test_every_record_says_how_to_have_it_otherwise():
    record = records(Groups.bind(balanced(20, 4, 2.0, 1.0), plan=SAMPLED), "center")["u"]
    assert record.decision == "centred"
    assert record.instead == "write centered=False in the line"


def test_only_random_variables_over_units_have_a_choice(frame):
    class M(sl.Model):
        school = sl.Level()
        k = sl.Index(2)
        scalar = sl.Normal(0, 1)
        components = sl.Normal(0, 1, over=k)
        cut = sl.Normal(0, 1, over=(school, k), ordered=True)
        positive = sl.HalfNormal(1, over=school)
        unit = sl.Normal(0, 1, over=school)
        both = sl.Normal(0, 1, over=(school, k))
        row = sl.Normal(0, 1, over=sl.rows)
        mean = scalar + components[0] + positive + unit + both[0] + row
        y = sl.Normal(mean, 1, observed=True)
        choice = sl.OrderedLogistic(0, cut, observed=True)

    assert set(M.bind(frame, plan=SAMPLED).plan.centered) == {"unit", "both", "row"}


@pytest.mark.parametrize(("shift", "expected"), [(2.0, {True, "between"}), (0.0, {False, "between"})])
def test_counts_and_successes_are_judged_on_the_scale_of_their_link(shift, expected):
    """Units that differ by 2 on the log or logit scale, or by nothing, with 40 rows each."""
    rng = np.random.default_rng(4)
    g = np.repeat(np.arange(20), 40)
    effect = np.repeat(np.linspace(-shift, shift, 20), 40)
    data = {"g": g, "k": rng.poisson(np.exp(1 + effect)), "b": rng.binomial(1, 1 / (1 + np.exp(-effect)))}
    data["s"] = rng.binomial(5, 1 / (1 + np.exp(-effect)))
    for outcome in (
        lambda u: sl.Poisson(log=u, observed="k"),
        lambda u: sl.NegBinomial(log=u, shape=5, observed="k"),
        lambda u: sl.Bernoulli(logit=u, observed="b"),
        lambda u: sl.Binomial(5, logit=u, observed="s"),
    ):
        level, spread = sl.Level(), sl.HalfNormal(1)
        u = sl.Normal(0, spread, over=level)
        bound = sl.Model.define("M", {"g": level, "spread": spread, "u": u, "o": outcome(u)}).bind(
            data, plan=SAMPLED
        )
        assert bound.plan.centered["u"] in expected
        weight = bound.stan_data.get("u_pilot_weight", np.array([1.0 * (bound.plan.centered["u"] is True)]))
        assert np.all(weight > 0.75) if shift else np.all(weight < 0.35)
