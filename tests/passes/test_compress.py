"""Which rows become cells, what is kept out of the program, and what a person can say about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from stanlevels.errors import FitError
from stanlevels.plan.factors import Cells
from tests.passes.kit import records
from tests.program.kit import densities

RNG = np.random.default_rng(11)
N = 1000
FRAME = pd.DataFrame(
    {
        "g": RNG.integers(0, 8, N),
        "h": RNG.integers(0, 3, N),
        "x": RNG.integers(0, 3, N) / 2,
        "fine": RNG.normal(size=N),
        "size": RNG.uniform(0.5, 3, N),
        "trials": RNG.integers(1, 5, N),
        "flag": RNG.integers(0, 2, N),
        "count": RNG.poisson(2, N),
        "y": RNG.normal(size=N),
        "z": RNG.normal(size=N),
    }
)
ROWWISE = sl.Normal(0, 1, over=sl.rows)


class Base(sl.Model):
    g = sl.Level()
    h = sl.Level()
    b = sl.Normal(0, 1)
    s = sl.HalfNormal(1)
    a = sl.Normal(0, 1, over=g)
    u = sl.Normal(0, s, over=h)


def define(**lines: Any) -> type[sl.Model]:
    made: type[sl.Model] = Base.define("M", lines)
    return made


def both(model: type[sl.Model], data: Any = FRAME, **more: Any) -> BoundModel:
    """The model in cells, after holding its log density against that of the rows."""
    cells = model.bind(data, plan=sl.Plan(compress=True), **more)
    rows = model.bind(data, plan=sl.Plan(compress=False), **more)
    assert densities(cells) == pytest.approx(densities(rows), rel=1e-11)
    return cells


def size(bound: BoundModel, name: str = "y") -> int:
    return bound.data.size((f"<cells of {name}>",))


def test_rows_of_equal_units_and_columns_are_one_cell() -> None:
    bound = both(define(y=sl.Normal(Base.a + Base.u + Base.b * sl.data("x"), Base.s, observed=True)))
    assert size(bound) == len(FRAME[["g", "h", "x"]].drop_duplicates())
    said = records(bound, "compress")["y"].decision
    kept = "(mean, rows, sum of squares about the mean)"
    assert said == f"1,000 rows that agree in g, h and x in 72 cells of {kept}"
    assert "N" not in bound.stan_data
    assert "y" not in bound.stan_data


def test_the_planner_compresses_where_cells_are_few_enough_and_says_so() -> None:
    line = sl.Normal(Base.a + Base.b * sl.data("x"), Base.s, observed=True)
    assert define(y=line).bind(FRAME).plan.compress == ("y",)
    assert define(y=line).bind(FRAME[:150]).plan.compress == ()
    fine = sl.Normal(Base.a + Base.b * sl.data("fine"), Base.s, observed=True)
    assert define(y=fine).bind(FRAME).plan.compress == ()


def test_a_plan_that_was_given_decides_whatever_the_data() -> None:
    model = define(y=sl.Normal(Base.a, Base.s, observed=True))
    bound = model.bind(FRAME)
    again = model.bind(FRAME[:40], plan=bound.plan)
    assert again.plan.compress == ("y",)
    assert again.stan_code == bound.stan_code
    rows = model.bind(FRAME[:40])
    assert model.bind(FRAME, plan=rows.plan).stan_code == rows.stan_code


def test_a_plan_that_asks_for_what_cannot_be_is_refused() -> None:
    line = sl.Normal(Base.a + ROWWISE, Base.s, observed="y")
    with pytest.raises(FitError, match="a value of its own for every row"):
        define(rowwise=ROWWISE, line=line).bind(FRAME, plan=sl.Plan(compress=["line"]))


ETA = Base.a + Base.b * sl.data("x")
VALUES = FRAME.assign(
    some=np.where(FRAME["flag"] == 1, FRAME["count"], 0),
    above=FRAME["count"] + 1,
    up_to=np.where(FRAME["flag"] == 1, FRAME["count"] + 2.0, np.nan),
    status=np.where(FRAME["flag"] == 1, "interval", np.where(FRAME["count"] > 2, "right", "none")),
    rounded=FRAME["y"].round(),
    kind=FRAME["count"].clip(0, 3),
    amount=np.where(FRAME["flag"] == 1, np.exp(3 * FRAME["size"]).round(-1), 0.0),
    often=RNG.integers(0, 3, N),
    wins=np.minimum(FRAME["count"], FRAME["trials"]),
)


@pytest.mark.parametrize(
    ("line", "by"),
    [
        (sl.ZeroInflated(sl.Poisson(log=ETA), logit=Base.u, observed="some"), "some g h x"),
        (sl.Hurdle(sl.NegBinomial(log=ETA, shape=2), 0.3, weights="often", observed="some"), "some g x"),
        (
            sl.Mixture([sl.Poisson(log=ETA), sl.Poisson(9)], logit=[0, Base.u], observed="count"),
            "count g h x",
        ),
        (sl.Poisson(log=ETA, censored="status", until="up_to", observed="above"), "above g x flag"),
        (sl.Poisson(log=ETA, lower=1, observed="above"), "above g x"),
        (sl.StoppingRatio(ETA, [-1, 0, 1], observed="kind"), "kind g x"),
        (sl.StudentT(4, ETA, Base.s, observed="rounded"), "rounded g x"),
        (sl.BetaBinomial(sl.data("trials"), 2, sl.exp(ETA), observed="wins"), "wins trials g x"),
        (sl.NegBinomial(log=Base.a, shape=sl.exp(Base.u), observed="count"), "count g h"),
        (sl.Tweedie(log=ETA, dispersion=Base.s, power=1.3, observed="amount"), "amount g x"),
    ],
)
def test_rows_that_agree_in_their_value_too_are_one_that_counts(line: Any, by: str) -> None:
    bound = both(define(y=line), VALUES)
    assert size(bound) == len(VALUES[by.split()].drop_duplicates())
    often = VALUES["often"] if line.weights else np.ones(N)
    assert bound.stan_data["y_counts"].sum() == often.sum()
    assert records(bound, "compress")["y"].decision.endswith("(value, rows)")


@pytest.mark.parametrize(
    "of", [sl.LogNormal(ETA, sl.exp(Base.u)), sl.Gamma(log=ETA, shape=Base.s), sl.Exponential(sl.exp(ETA))]
)
@pytest.mark.parametrize("more", [{"logit": Base.u}, {"zero": 0.3, "weights": "often"}])
def test_what_is_above_a_hurdle_has_sums_of_its_own_beside_zeros(of: Any, more: dict[str, Any]) -> None:
    amounts = VALUES.assign(amount=np.where(FRAME["flag"] == 1, FRAME["size"], 0.0))
    bound = both(define(y=sl.Hurdle(of, observed="amount", **more)), amounts)
    assert size(bound) <= 72
    often = VALUES["often"] if "weights" in more else np.ones(N)
    assert bound.stan_data["y_zeros"].sum() == often[FRAME["flag"] == 0].sum()
    assert bound.stan_data["y_n"].sum() == often[FRAME["flag"] == 1].sum()


def test_shares_of_which_some_are_zero_have_sums_beside_zeros() -> None:
    shares = VALUES.assign(share=np.where(FRAME["flag"] == 1, FRAME["size"] / 4, 0.0))
    of = sl.Beta(logit=ETA, concentration=Base.s)
    bound = both(define(y=sl.Hurdle(of, logit=Base.u, observed="share")), shares)
    assert "rows above 0, " in records(bound, "compress")["y"].decision


@pytest.mark.parametrize(
    "of", [{"log": ETA}, {"beta": sl.exp(ETA), "weights": "often"}, {"beta": 1 + sl.square(Base.a)}]
)
def test_exponential_times_that_are_censored_on_the_right_add_to_the_sum_alone(of: dict[str, Any]) -> None:
    line = sl.Exponential(**of, observed="size", censored="flag")
    bound = both(define(y=line), VALUES)
    often = VALUES["often"] if "weights" in of else np.ones(N)
    assert size(bound) <= 24
    assert bound.stan_data["y_n"].sum() == often[FRAME["flag"] == 0].sum()
    assert bound.stan_data["y_total"].sum() == pytest.approx((often * FRAME["size"]).sum())
    lefts = VALUES.assign(flag=np.where(FRAME["h"] == 1, "left", "none"), size=FRAME["size"].round(1))
    assert "y_counts" in both(define(y=line), lefts).stan_data


def test_counts_of_powers_of_poisson_masses_have_sums_and_a_constant_for_each_cell() -> None:
    bound = both(define(y=sl.ConwayMaxwellPoisson(log=ETA + Base.u, shape=Base.s, observed="count")))
    assert size(bound) == len(FRAME[["g", "h", "x"]].drop_duplicates())
    assert bound.stan_data["y_factorials"] == pytest.approx(gammaln(FRAME["count"] + 1.0).sum())
    fine = Base.a + Base.b * sl.data("fine")
    both(define(y=sl.ConwayMaxwellPoisson(log=fine, shape=sl.exp(Base.u), observed="count")))


def test_values_are_compared_where_that_pays_alone() -> None:
    line = sl.StudentT(4, Base.a, Base.s, observed=True)
    assert define(y=line).bind(FRAME).plan.compress == ()
    assert both(define(y=line)).plan.compress == ()
    assert define(y=line).bind(FRAME.assign(y=FRAME["y"].round())).plan.compress == ("y",)


def test_what_is_named_at_the_rows_is_written_out_and_stays_out_of_the_program() -> None:
    eta = Base.a + sl.data("x") * Base.b
    noise = sl.exp(eta / 9)
    known = sl.square(sl.data("x"))
    bound = both(define(known=known, eta=eta, noise=noise, y=sl.Normal(eta + known, noise, observed=True)))
    assert "vector[N] eta" not in bound.stan_code
    assert bound.planned.left_out == {"eta", "noise", "known"}


def test_a_name_that_rows_need_as_well_stays() -> None:
    eta = Base.a + sl.data("x") * Base.b
    lines = {"eta": eta, "y": sl.Normal(eta, Base.s, observed=True)}
    bound = both(define(**lines, z=sl.StudentT(4, eta, 1, observed=True)))
    assert bound.planned.left_out == set()
    assert bound.plan.compress == ("y",)


def test_another_outcome_as_a_covariate_is_a_column() -> None:
    count = sl.Poisson(log=Base.a, observed=True)
    bound = both(define(count=count, y=sl.Normal(Base.u + Base.b * count, Base.s, observed=True)))
    assert size(bound) == len(FRAME[["h", "count"]].drop_duplicates())


def test_columns_of_a_table_are_found_at_cells_that_do_not_say_the_unit() -> None:
    table = pd.DataFrame({"g": np.arange(8), "w": np.tile([1.0, 2.5], 4)})
    model = define(y=sl.Normal(Base.u + Base.b * sl.data("w"), Base.s, observed=True))
    assert size(both(model, tables={"g": table})) == 6


def test_sets_of_covariates_and_categories_make_cells() -> None:
    X = sl.covariates("x", sl.data("h", categorical=True))
    c = sl.Normal(0, 1, over=X)
    bound = both(define(X=X, c=c, y=sl.Normal(Base.a + c @ X, Base.s, observed=True)))
    assert size(bound) == 72


@pytest.mark.parametrize(
    "line",
    [
        sl.Poisson(log=sl.log(sl.data("size")) + Base.a + Base.b * sl.data("x"), observed="count"),
        sl.Poisson(sl.data("size") * sl.exp(Base.a + Base.b * sl.data("x") - 0.1), observed="count"),
        sl.Poisson(2 * sl.exp(Base.a + Base.b * sl.data("x") - sl.data("size")), observed="count"),
    ],
)
def test_exposures_may_differ_within_cells(line: Any) -> None:
    assert size(both(define(y=line))) == 24


def test_rates_without_a_predictor_agree_in_their_exposure() -> None:
    line = sl.Poisson(sl.data("trials") * (1 + sl.square(Base.a)), observed="count")
    assert size(both(define(y=line))) == len(FRAME[["g", "trials"]].drop_duplicates())


def test_trials_add_up() -> None:
    frame = FRAME.assign(wins=np.random.default_rng(12).binomial(FRAME["trials"], 0.3))
    line = sl.Binomial(sl.data("trials"), logit=Base.a, observed="wins")
    assert size(both(define(y=line), frame)) == 8
    line = sl.Binomial(9, sl.Phi(Base.a), observed="wins")
    assert size(both(define(y=line), frame)) == 8


def test_links_written_by_hand_have_the_density_by_the_predictor() -> None:
    bound = both(define(y=sl.Bernoulli(sl.inv_logit(Base.a), observed="flag")))
    assert "binomial_logit_cells_lpdf" in bound.stan_code


def test_two_outcomes_have_cells_of_their_own() -> None:
    y = sl.Normal(Base.a, Base.s, observed=True)
    z = sl.Normal(Base.a + Base.u, Base.s, observed=True)
    bound = both(define(y=y, z=z))
    assert (size(bound), size(bound, "z")) == (8, 24)


def test_numbers_around_a_million_lose_no_digits() -> None:
    m = sl.Normal(1e6, 10)
    model = define(m=m, y=sl.Normal(m + Base.a, Base.s, observed=True))
    both(model, FRAME.assign(y=FRAME["y"] + 1e6))


def test_levels_reached_by_roads_make_cells() -> None:
    team = sl.Level()
    home, away = sl.Level("home", of=team), sl.Level("away", of=team)
    strength = sl.Normal(0, 1, over=team)
    lines = {"team": team, "home": home, "away": away, "strength": strength}
    line = sl.Normal(strength[home] - strength[away], 1, observed=True)
    pairs = np.arange(N) % 16  # every home team against every away team
    frame = pd.DataFrame({"home": pairs // 4, "away": pairs % 4, "y": FRAME["y"]})
    model = sl.Model.define("M", {**lines, "y": line})
    bound = both(model, frame)
    assert size(bound) == 16


def test_a_density_of_cells_stands_at_their_axis() -> None:
    bound = define(y=sl.Normal(Base.a, Base.s, observed=True)).bind(FRAME)
    factor = next(f for f in bound.planned.factors if f.source == "y")
    assert factor.domain == ("<cells of y>",)
    assert isinstance(factor.density, Cells)
    assert factor.density.line.domain == factor.domain
    assert bound.planned.lines["y"].domain == ("<rows>",)


def test_rows_of_a_choice_that_agree_are_two_alternatives():
    class Matched(sl.Model):
        match = sl.Level()
        effect = sl.Normal(0, 1)
        ill = sl.ConditionalLogit(effect * sl.data("x"), within=match, observed=True)

    data = pd.DataFrame(
        {"match": np.repeat(np.arange(60), 20), "x": [0, 1] * 600, "ill": ([1] + [0] * 19) * 60}
    )
    for compress in (None, True):
        bound = Matched.bind(data, plan=sl.Plan(compress=compress))
        assert not [record for record in bound.plan.records if record.step == "compress"]
