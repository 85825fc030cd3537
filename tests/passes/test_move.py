"""`move`: effects and intercepts beside covariates far from 0 are sampled where those are at their means."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.plan.quantities import Moved, Natural, Sampled, Standardised
from tests.parity.harness import check
from tests.passes.kit import bind, records

RNG = np.random.default_rng(4)
G = np.repeat(np.arange(12), 10)
YEAR = 2000.0 + np.tile(np.arange(10), 12)
Y = 3 * RNG.normal(size=12)[G] + 0.5 * (YEAR - 2005) + RNG.normal(size=120)
FAR = {"g": G, "t": YEAR, "y": Y}
NEAR = {**FAR, "t": YEAR - 2005}


def trend(**declared):
    g, a, b = sl.Level(), sl.Normal(**declared), sl.Normal()
    sd, s = sl.HalfNormal(), sl.HalfNormal()
    u = sl.Normal(a, sd, over=g, centered=True)
    y = sl.Normal(u + b * sl.data("t"), s, observed=True)
    return {"g": g, "a": a, "b": b, "sd": sd, "s": s, "u": u, "y": y}


def form(bound, name):
    value = bound.planned.quantities[name].value
    assert isinstance(value, Sampled)
    return value.form


def test_effects_are_moved_where_a_covariate_lies_far_and_only_there():
    assert isinstance(form(bind(trend(), FAR), "u"), Moved)
    assert isinstance(form(bind(trend(), NEAR), "u"), Natural)
    assert "u" in records(bind(trend(), FAR), "move")


def test_an_intercept_with_a_prior_of_its_own_is_moved_and_an_open_one_is_standardised():
    far = bind(trend(mu=0, sigma=1000), FAR)
    assert isinstance(form(far, "a"), Moved)
    assert isinstance(form(bind(trend(), FAR), "a"), Standardised)


def test_the_program_says_the_shift_and_the_density_is_that_of_the_quantity():
    code = bind(trend(), FAR).stan_code
    assert "vector[N_g] u = u_at_means - u_at_b * b;" in code
    assert "target += normal_lpdf(u | a, sd);" in code


def test_a_given_plan_decides_what_is_moved_whatever_the_data():
    far, near = bind(trend(), FAR), bind(trend(), NEAR)
    model = sl.Model.define("M", trend())
    assert isinstance(form(model.bind(NEAR, plan=far.plan), "u"), Moved)
    assert isinstance(form(model.bind(FAR, plan=near.plan), "u"), Natural)
    assert model.bind(NEAR, plan=far.plan).stan_code == far.stan_code


def test_what_the_coefficient_itself_rests_on_is_not_moved_by_it():
    lines = trend(mu=0, sigma=1000)
    lines["b"] = sl.Normal(lines["a"], 1)
    lines["y"] = sl.Normal(lines["u"] + lines["b"] * sl.data("t"), lines["s"], observed=True)
    bound = bind(lines, FAR)
    assert isinstance(form(bound, "a"), Natural)
    assert isinstance(form(bound, "u"), Moved)


def test_the_density_of_a_moved_model_is_the_declared_one():
    import pandas as pd

    model = sl.Model.define("M", trend(mu=0, sigma=1000))
    scalars = {"a": 2.0, "b": 0.3, "sd": 1.5, "s": 0.7}
    values = {name: np.asarray(value) for name, value in scalars.items()}
    check(model, pd.DataFrame(FAR), {**values, "u": np.linspace(-1, 1, 12)}, forms=(None,))


def test_draws_are_of_the_quantity_and_not_of_what_was_sampled():
    fit = sl.Model.define("M", trend()).fit(
        FAR, seed=1, engine="stanli", progress=False, warmup=500, draws=500
    )
    ml = sl.Model.define("M", trend()).fit(FAR, method="mle")
    found, wanted = fit.effects("u")["estimate"], ml.effects("u")["estimate"]
    assert fit.summary().loc["b", "estimate"] == pytest.approx(ml.summary().loc["b", "estimate"], abs=0.02)
    assert (
        np.abs(found - wanted).max() < 60
    )  # units at year 0 move with the slope: 2,005 times 0.02, and more
    assert np.corrcoef(found, wanted)[0, 1] > 0.99


def crossed(**declared):
    lines = trend(**declared)
    h, other_sd = sl.Level(), sl.HalfNormal()
    lines["u"] = sl.Normal(0, lines["sd"], over=lines["g"], centered=True)
    v = sl.Normal(0, other_sd, over=h, centered=True)
    location = lines["a"] + lines["u"] + v + lines["b"] * sl.data("t")
    return lines | {"h": h, "other_sd": other_sd, "v": v, "y": sl.Normal(location, lines["s"], observed=True)}


def test_of_crossed_effects_those_that_carry_the_level_are_moved_and_no_others():
    """Were both moved, they would take the trend's part in the predictor twice."""
    bound = bind(crossed(), {**FAR, "h": np.arange(120) % 7})
    moved = {name for name in "uv" if bound.planned.quantities[name].is_at_means}
    assert len(moved) == 1
    assert [bool(bound.plan.lifted.get(name)) for name in moved] == [True]


def test_effects_sampled_with_covariates_of_their_own_do_not_carry_the_level():
    """What is lifted into `u` is a covariate of its units, into `v` the intercept: `v` alone moves."""
    lines, h = crossed(), np.arange(120) % 7
    c, d = sl.Normal(0, 1), sl.Normal(0, 1)
    location = lines["a"] + lines["u"] + lines["v"] + lines["b"] * sl.data("t")
    location = location + c * sl.data("of_g") + d * sl.data("of_h")
    lines |= {"c": c, "d": d, "y": sl.Normal(location, lines["s"], observed=True)}
    data = {**FAR, "h": h, "of_g": np.cos(G), "of_h": np.sin(h)}
    bound = bind(lines, data)
    lifted = {name: bound.plan.lifted.get(name, ()) for name in "uv"}
    assert all(lifted.values())
    assert [name for name in "uv" if bound.planned.quantities[name].is_at_means] == [
        name for name in "uv" if "a" in lifted[name]
    ]


def test_of_effects_about_0_without_an_intercept_one_is_moved():
    lines = crossed()
    lines["y"] = sl.Normal(lines["u"] + lines["v"] + lines["b"] * sl.data("t"), lines["s"], observed=True)
    del lines["a"]
    bound = bind(lines, {**FAR, "h": np.arange(120) % 7})
    assert [bound.planned.quantities[name].is_at_means for name in "uv"] == [False, True]


def test_a_covariate_is_moved_by_from_one_standard_deviation_on():
    for mean, moved in ((0.8, Natural), (1.2, Moved)):
        t = (NEAR["t"] - NEAR["t"].mean()) / NEAR["t"].std() + mean
        assert isinstance(form(bind(trend(), {**NEAR, "t": t}), "u"), moved)


@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize("distance", [2.0, 20.0])
def test_means_of_centred_slopes_stay_unless_the_covariate_is_far(centered, distance):
    """Rows see them through the effects alone: what is moved there comes to depend on the other mean."""
    g, a, b = sl.Level(), sl.Normal(0, 10), sl.Normal(0, 10)
    s, corr = sl.HalfNormal(1), sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([a, b], [1, 1], corr, over=g, centered=centered)
    y = sl.Normal(B[0] + B[1] * sl.data("t"), s, observed=True)
    t = (NEAR["t"] - NEAR["t"].mean()) / NEAR["t"].std() + distance
    bound = bind({"g": g, "a": a, "b": b, "s": s, "corr": corr, "B": B, "y": y}, {**NEAR, "t": t})
    assert isinstance(form(bound, "a"), Natural if centered and distance < 10 else Moved)


def ordinal(**declared):
    return {
        "g": (g := sl.Level()),
        "k": (k := sl.Index(["1|2", "2|3"])),
        "cut": (cut := sl.Normal(**declared, over=k, ordered=True)),
        "b": (b := sl.Normal()),
        "sd": (sd := sl.HalfNormal()),
        "u": (u := sl.Normal(0, sd, over=g, centered=True)),
        "y": sl.OrderedLogistic(u + b * sl.data("t"), cut, observed=True),
    }


CATEGORIES = {**FAR, "y": 1 + np.arange(120) % 3}


@pytest.mark.parametrize("declared", [{}, {"mu": 0, "sigma": 500}], ids=["open", "given"])
def test_cutpoints_are_moved_and_effects_about_0_beside_them_are_not(declared):
    """With calendar years, cutpoints and slope are a ridge: a minute for 500 rows, and not converged."""
    import pandas as pd

    bound = bind(ordinal(**declared), CATEGORIES)
    assert isinstance(form(bound, "cut"), Moved)
    assert not bound.planned.quantities["u"].is_at_means
    assert "ordered[K_k] cut = cut_at_means - cut_at_b * b;" in bound.stan_code
    values = {"cut": [20.0, 22.0], "b": 0.01, "sd": 1.5, "u": np.linspace(-1, 1, 12)}
    model = sl.Model.define("M", ordinal(**declared))
    check(model, pd.DataFrame(CATEGORIES), {n: np.asarray(v) for n, v in values.items()}, forms=(None,))


def test_draws_of_cutpoints_are_those_beside_the_covariate_as_it_is():
    data = {**CATEGORIES, "y": np.digitize(Y - Y.mean(), [-2, 2]) + 1}
    fit, near = (
        sl.Model.define("M", ordinal()).fit(d, seed=1, warmup=500, engine="stanli", progress=False)
        for d in (data, {**data, "t": data["t"] - 2005})
    )
    cut, shifted = (f.draws("cut").mean(("chain", "draw")).to_numpy() for f in (fit, near))
    slope = fit.summary().loc["b", "estimate"]
    assert slope == pytest.approx(near.summary().loc["b", "estimate"], abs=0.02)
    assert cut - 2005 * slope == pytest.approx(shifted, abs=0.25)


def test_a_default_prior_at_the_mean_of_what_is_moved_is_defined_after_it():
    """The intercept is declared first; its prior rests on a mean that is computed from what is sampled."""
    lines = trend()
    h, mean = sl.Level(), sl.StudentT(4, 0, 1)
    lines["u"] = sl.Normal(0, lines["sd"], over=lines["g"], centered=False)
    v = sl.Normal(mean, 1, over=h, centered=False)
    location = lines["a"] + lines["u"] + v + lines["b"] * sl.data("t")
    lines |= {"h": h, "mean": mean, "v": v, "y": sl.Normal(location, lines["s"], observed=True)}
    code = bind(lines, {**FAR, "h": np.arange(120) % 7}).stan_code
    assert 0 < code.index("real mean = ") < code.index("real a = ")
