"""Comparisons against the same arithmetic on the draws, and against statsmodels."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.results.kit import fit_of

SHAPE = (4, 30)


def expit(x):
    return 1 / (1 + np.exp(-x))


def rows(n=60, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "county": rng.choice(list("abcd"), n),
            "basement": rng.integers(0, 2, n),
            "year": rng.integers(2000, 2010, n),
            "region": rng.choice(["north", "south", "east"], n),
            "n": rng.integers(1, 5, n),
        }
    )
    frame["u"] = frame["county"].map({"a": 0.3, "b": -1.2, "c": 2.0, "d": 0.9})
    frame["y"] = rng.integers(0, 2, n)
    return frame


FRAME = rows()


class Homes(sl.Model):
    county = sl.Level()
    a, b, t = sl.Normal(0, 1), sl.Normal(0, 1), sl.Normal(0, 1)
    region = sl.data("region", categorical=True)
    r = sl.Normal(0, 1, over=region)
    A = sl.Normal(a, 1, over=county)
    y = sl.Bernoulli(
        logit=A + b * sl.data("basement") + t * sl.standardize(sl.data("year")) + r @ region, observed=True
    )


@pytest.fixture(scope="module")
def fit():
    return fit_of(Homes, FRAME, draws=30)


def predictor(fit, frame):
    """The linear predictor (chains, draws, rows) by hand."""
    whole = {name: fit.by_quantity.whole(name)[..., 0] for name in ("b", "t", "A")}
    r = fit.by_quantity.whole("r").reshape(*SHAPE, 2)  # of north and of south, against east
    year = (frame["year"] - FRAME["year"].mean()) / FRAME["year"].std()
    codes = frame["county"].map(dict(zip("abcd", range(4), strict=True))).to_numpy()
    of_region = np.concatenate([np.zeros((*SHAPE, 1)), r], axis=-1)
    at = frame["region"].map({"east": 0, "north": 1, "south": 2}).to_numpy()
    return (
        whole["A"][..., codes]
        + whole["b"] * frame["basement"].to_numpy()
        + whole["t"] * year.to_numpy()
        + of_region[..., at]
    )


def means(fit, **changed):
    return expit(predictor(fit, FRAME.assign(**changed)))


def check(table, draws, at=0):
    """A row of a table says what draws (chains, draws) do."""
    row = table.iloc[at]
    np.testing.assert_allclose(row["estimate"], draws.mean(), rtol=1e-10)
    np.testing.assert_allclose(row["sd"], draws.std(ddof=1), rtol=1e-10)
    np.testing.assert_allclose([row["lower"], row["upper"]], np.quantile(draws, [0.025, 0.975]), rtol=1e-10)


def test_the_average_over_rows_is_that_of_each_rows_own_change(fit):
    found = fit.comparisons({"basement": [0, 1]})
    check(found, (means(fit, basement=1) - means(fit, basement=0)).mean(axis=-1))
    assert found[["change", "contrast"]].to_numpy().tolist() == [["basement", "1 - 0"]]
    pd.testing.assert_frame_equal(fit.comparisons("basement"), found)


def test_draws_are_had_as_xarray(fit):
    found = fit.comparisons({"basement": [0, 1]}, output="xarray")
    expected = (means(fit, basement=1) - means(fit, basement=0)).mean(axis=-1)
    np.testing.assert_allclose(found.sel(contrast="basement 1 - 0").values, expected)
    by = fit.comparisons({"basement": [0, 1]}, by="county", output="xarray")
    assert by.dims == ("chain", "draw", "contrast", "county")


def test_rows_by_themselves_levels_and_columns_group(fit):
    each = means(fit, basement=1) - means(fit, basement=0)
    table = fit.comparisons({"basement": [0, 1]}, by=sl.rows)
    for at in (0, 17, 59):
        check(table, each[..., at], at)
    assert table["county"].tolist() == FRAME["county"].tolist()
    by_county = fit.comparisons({"basement": [0, 1]}, by="county")
    assert by_county["county"].tolist() == list("abcd")
    for at, county in enumerate("abcd"):
        check(by_county, each[..., FRAME["county"] == county].mean(axis=-1), at)
    both = fit.comparisons({"basement": [0, 1]}, by=["region", "county"])
    groups = FRAME.groupby(["region", "county"]).indices
    assert [tuple(x) for x in both[["region", "county"]].to_numpy()] == list(groups)
    for at, index in enumerate(groups.values()):
        check(both, each[..., index].mean(axis=-1), at)


def test_pieces_of_rows_change_nothing(fit, monkeypatch):
    whole = fit.comparisons({"basement": [0, 1]}, by="county")
    monkeypatch.setattr("stanlevels.results.marginal.averages._PIECE", 120 * 2 * 7)
    pd.testing.assert_frame_equal(fit.comparisons({"basement": [0, 1]}, by="county"), whole)


def test_rows_that_agree_are_worked_out_once_and_count_as_often_as_they_are_there(fit):
    thrice = pd.concat([FRAME] * 3, ignore_index=True)
    whole = fit.comparisons({"basement": [0, 1]}, by="county")
    again = fit.comparisons({"basement": [0, 1]}, by="county", data=thrice)
    pd.testing.assert_frame_equal(again, whole)
    weights = np.arange(len(thrice)) % 7
    each = means(fit, basement=1) - means(fit, basement=0)
    found = fit.comparisons({"basement": [0, 1]}, data=thrice.assign(w=weights), weights="w")
    check(found, np.average(np.tile(each, 3), axis=-1, weights=weights))


def test_kinds_are_of_the_averages(fit):
    high, low = means(fit, basement=1).mean(axis=-1), means(fit, basement=0).mean(axis=-1)
    odds = (high / (1 - high)) / (low / (1 - low))
    expected = {
        "ratio": high / low,
        "log ratio": np.log(high / low),
        "odds ratio": odds,
        "log odds": np.log(odds),
        "lift": high / low - 1,
    }
    for kind, draws in expected.items():
        check(fit.comparisons({"basement": [0, 1]}, kind=kind), draws)
    check(fit.comparisons({"basement": [0, 1]}, kind=lambda hi, lo: hi**2 - lo), high**2 - low)


def test_categories_go_against_the_reference_pairwise_and_in_a_row(fit):
    at = {name: means(fit, region=name).mean(axis=-1) for name in ("east", "north", "south")}
    reference = fit.comparisons("region")
    assert reference["contrast"].tolist() == ["north - east", "south - east"]
    check(reference, at["south"] - at["east"], 1)
    pairs = fit.comparisons({"region": "pairwise"})
    assert pairs["contrast"].tolist() == ["north - east", "south - east", "south - north"]
    check(pairs, at["south"] - at["north"], 2)
    row = fit.comparisons({"region": "sequential"})
    assert row["contrast"].tolist() == ["north - east", "south - north"]
    given = fit.comparisons({"region": [("south", "east")]})
    check(given, at["east"] - at["south"])


def test_numbers_change_by_steps_spreads_quartiles_and_ends(fit):
    year = FRAME["year"]
    check(fit.comparisons({"year": 2}), (means(fit, year=year + 2) - means(fit)).mean(axis=-1))
    check(fit.comparisons("year"), (means(fit, year=year + 1) - means(fit)).mean(axis=-1))
    half = year.std() / 2
    check(
        fit.comparisons({"year": "sd"}),
        (means(fit, year=year + half) - means(fit, year=year - half)).mean(axis=-1),
    )
    low, high = year.quantile([0.25, 0.75])
    check(fit.comparisons({"year": "iqr"}), (means(fit, year=high) - means(fit, year=low)).mean(axis=-1))
    ends = means(fit, year=year.max()) - means(fit, year=year.min())
    check(fit.comparisons({"year": "minmax"}), ends.mean(axis=-1))
    three = fit.comparisons({"year": range(2000, 2003)})
    assert three["contrast"].tolist() == ["2001 - 2000", "2002 - 2000"]


def test_columns_change_one_after_another_or_together(fit):
    apart = fit.comparisons({"basement": [0, 1], "region": ["north", "south"]})
    assert apart["change"].tolist() == ["basement", "region"]
    check(apart, (means(fit, region="south") - means(fit, region="north")).mean(axis=-1), 1)
    both = fit.comparisons({"basement": [0, 1], "region": ["north", "south"]}, together=True)
    assert both[["change", "contrast"]].to_numpy().tolist() == [
        ["basement, region", "(1, south) - (0, north)"]
    ]
    expected = means(fit, basement=1, region="south") - means(fit, basement=0, region="north")
    check(both, expected.mean(axis=-1))


def test_other_rows_and_weights_that_they_bring(fit):
    other = rows(25, seed=9).assign(group="x")
    each = [expit(predictor(fit, other.assign(basement=v))) for v in (1, 0)]
    change = each[0] - each[1]
    check(fit.comparisons({"basement": [0, 1]}, data=other), change.mean(axis=-1))
    weighted = fit.comparisons({"basement": [0, 1]}, data=other, weights="n", by="group")
    check(weighted, np.average(change, axis=-1, weights=other["n"]))


def test_frequency_weights_of_the_outcome_count():
    Weighted = type(
        "Weighted",
        (Homes,),
        {"y": sl.Bernoulli(logit=Homes.A + Homes.b * sl.data("basement"), observed=True, weights="n")},
    )
    fit = fit_of(Weighted, FRAME, draws=30)
    A, b = (fit.by_quantity.whole(n)[..., 0] for n in ("A", "b"))
    codes = FRAME["county"].map(dict(zip("abcd", range(4), strict=True))).to_numpy()
    change = expit(A[..., codes] + b) - expit(A[..., codes])
    check(fit.comparisons({"basement": [0, 1]}), np.average(change, axis=-1, weights=FRAME["n"]))


def test_the_column_of_a_level_puts_rows_into_one_unit(fit):
    found = fit.comparisons({"county": ["a", "c"]})
    check(found, (means(fit, county="c") - means(fit, county="a")).mean(axis=-1))
    all_of_them = fit.comparisons({"county": "reference"})
    assert all_of_them["contrast"].tolist() == ["b - a", "c - a", "d - a"]


# --- covariates of levels ------------------------------------------------------------------------


def of_counties(**lines):
    base = {
        "county": (county := sl.Level()),
        "a": (a := sl.Normal(0, 1)),
        "g": (g := sl.Normal(0, 1)),
        "s": (s := sl.HalfNormal(1)),
    }
    return base, county, a, g, s, lines


def test_a_covariate_says_the_same_in_the_mean_of_effects_and_beside_them():
    base, county, a, g, s, _ = of_counties()
    u = sl.data("u")
    A = sl.Normal(a + g * u, s, over=county)
    Inside = sl.Model.define("Inside", {**base, "A": A, "y": sl.Bernoulli(logit=A, observed=True)})
    fit = fit_of(Inside, FRAME, draws=30)
    g_, A_ = (fit.by_quantity.whole(name)[..., 0] for name in ("g", "A"))
    codes = FRAME["county"].map(dict(zip("abcd", range(4), strict=True))).to_numpy()
    own = FRAME["u"].to_numpy()

    def at(value):
        return expit(A_[..., codes] + g_ * (value - own))

    check(fit.comparisons({"u": [0, 1]}), (at(1) - at(0)).mean(axis=-1))
    check(fit.comparisons({"u": 1}), (at(own + 1) - at(own)).mean(axis=-1))
    slope = (at(own) * (1 - at(own)) * g_).mean(axis=-1)
    np.testing.assert_allclose(fit.slopes("u")["estimate"], slope.mean(), rtol=1e-7)


@pytest.mark.parametrize("made", [lambda u: u, sl.standardize, sl.center, lambda u: sl.standardize(u) ** 2])
def test_a_covariate_in_a_levels_table_and_what_is_made_of_it(made):
    base, county, a, g, s, _ = of_counties()
    A = sl.Normal(a + g * made(sl.data("u")), s, over=county)
    Inside = sl.Model.define("Inside", {**base, "A": A, "y": sl.Normal(A, 1, observed=True)})
    table = FRAME.groupby("county", as_index=False)["u"].first()
    fit = fit_of(Inside, FRAME.drop(columns="u"), draws=30, tables={"county": table})
    g_, x = fit.by_quantity.whole("g")[..., 0, 0], table["u"].to_numpy()
    kind = {0: (0, 1), 1: (x.mean(), x.std(ddof=1)), 2: (x.mean(), 1), 3: (x.mean(), x.std(ddof=1))}
    which = [None, sl.standardize, sl.center].index(made) if made in (sl.standardize, sl.center) else None
    probe = made(sl.data("u"))
    if which is None:
        which = 3 if type(probe).__name__ == "Operation" else 0
    center, scale = kind[which]
    power = 2 if which == 3 else 1
    change = ((2 - center) / scale) ** power - ((0.5 - center) / scale) ** power
    found = fit.comparisons({"u": [0.5, 2]})
    np.testing.assert_allclose(found["estimate"], (g_ * change).mean(), rtol=1e-10)
    np.testing.assert_allclose(found["sd"], (g_ * change).std(ddof=1), rtol=1e-10)


def test_effects_stretch_where_their_standard_deviation_changes():
    base, county, a, g, _, _ = of_counties()
    base.pop("s")
    A = sl.Normal(a, sl.exp(g * sl.data("u")), over=county)
    Wide = sl.Model.define("Wide", {**base, "A": A, "y": sl.Normal(A, 1, observed=True)})
    fit = fit_of(Wide, FRAME, draws=30)
    a_, g_, A_ = (fit.by_quantity.whole(name)[..., 0] for name in ("a", "g", "A"))
    own = FRAME.groupby("county")["u"].first().to_numpy()
    at = [a_ + (A_ - a_) * np.exp(g_ * (value - own)) for value in (0, 1)]
    codes = FRAME["county"].map(dict(zip("abcd", range(4), strict=True))).to_numpy()
    check(fit.comparisons({"u": [0, 1]}), (at[1] - at[0])[..., codes].mean(axis=-1))


def test_log_normal_effects_and_effects_of_effects_move_too():
    P = sl.Normal(0.7 * sl.data("v"), 1, over=(state := sl.Level()))
    A = sl.LogNormal(P + 0.5 * sl.data("u"), 1, over=(county := sl.Level()))
    M = sl.Model.define(
        "M", {"state": state, "P": P, "county": county, "A": A, "y": sl.Normal(A, 1, observed=True)}
    )
    frame = FRAME.assign(state=FRAME["county"].map({"a": "x", "b": "x", "c": "y", "d": "y"}))
    frame["v"] = frame["state"].map({"x": 1.0, "y": 3.0})
    fit = fit_of(M, frame, lambda name, shape: np.abs(np.random.default_rng(4).normal(size=shape)), draws=30)
    A_ = fit.by_quantity.whole("A")[..., 0]
    codes = FRAME["county"].map(dict(zip("abcd", range(4), strict=True))).to_numpy()
    own = FRAME.groupby("county")["u"].first().to_numpy()
    change = A_ * (np.exp(0.5 * (1 - own)) - np.exp(0.5 * (0 - own)))
    check(fit.comparisons({"u": [0, 1]}), change[..., codes].mean(axis=-1))
    above = A_ * (np.exp(0.7 * (2 - np.array([1, 1, 3, 3]))) - np.exp(0.7 * (0 - np.array([1, 1, 3, 3]))))
    check(fit.comparisons({"v": [0, 2]}), above[..., codes].mean(axis=-1))


def test_correlated_effects_move_by_component():
    base, county, a, g, s, _ = of_counties()
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([a + g * sl.data("u"), 0.0], [s, 1.0], corr, over=county)
    y = sl.Normal(B[0] + B[1] * sl.data("basement"), 1, observed=True)
    M = sl.Model.define("M", {**base, "corr": corr, "B": B, "y": y})
    fit = fit_of(M, FRAME, draws=30)
    check(fit.comparisons({"u": [0, 1]}), fit.by_quantity.whole("g")[..., 0, 0])
    codes = FRAME["county"].map(dict(zip("abcd", range(4), strict=True))).to_numpy()
    check(fit.comparisons({"basement": [0, 1]}), fit.by_quantity.whole("B")[..., 1][..., codes].mean(axis=-1))


# --- other outcomes, other fits ------------------------------------------------------------------


def test_one_of_several_categories_has_a_row_for_each():
    eta = sl.Normal(0, 1, over=(k := sl.Index(["low", "mid", "high"])))
    slope = sl.Normal(0, 1, over=k)
    M = sl.Model.define(
        "M",
        {
            "k": k,
            "eta": eta,
            "slope": slope,
            "y": sl.Categorical(logit=eta + slope * sl.data("basement"), observed=True),
        },
    )
    frame = FRAME.assign(y=np.resize(["low", "mid", "high"], len(FRAME)))
    frame["y"] = pd.Categorical(frame["y"], categories=["low", "mid", "high"])
    fit = fit_of(M, frame, draws=30)
    eta_, slope_ = (fit.by_quantity.whole(n).reshape(*SHAPE, 3) for n in ("eta", "slope"))

    def softmax(x):
        return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)

    change = softmax(eta_ + slope_) - softmax(eta_)
    table = fit.comparisons({"basement": [0, 1]})
    assert table["category"].tolist() == ["low", "mid", "high"]
    for at in range(3):
        check(table, change[..., at], at)
    np.testing.assert_allclose(table["estimate"].sum(), 0, atol=1e-12)
    assert fit.comparisons("basement", output="xarray").dims == ("chain", "draw", "contrast", "category")


def test_an_outcome_over_a_level_counts_its_units():
    base, county, a, g, s, _ = of_counties()
    y = sl.Normal(a + g * sl.data("u"), s, over=county, observed="size")
    M = sl.Model.define("M", {**base, "size": y})
    table = FRAME.groupby("county", as_index=False)[["u"]].first().assign(size=[1.0, 2.0, 3.0, 4.0])
    fit = fit_of(M, table, draws=30)
    check(fit.comparisons({"u": [0, 1]}), fit.by_quantity.whole("g")[..., 0, 0])
    assert fit.comparisons({"u": [0, 1]}, by="county")["county"].tolist() == list("abcd")


def test_units_that_nobody_knows_are_averaged_over():
    found = fit_of(Homes, FRAME, draws=30).comparisons("basement", by="county", average_over=["county"])
    assert found["county"].tolist() == list("abcd")
    base, county, a, g, s, _ = of_counties()
    A = sl.Normal(a, s, over=county)
    M = sl.Model.define("M", {**base, "A": A, "y": sl.Normal(A + g * sl.data("basement"), 1, observed=True)})
    fit = fit_of(M, FRAME, lambda name, shape: np.abs(np.random.default_rng(4).normal(size=shape)), draws=30)
    check(fit.comparisons("basement", average_over="county"), fit.by_quantity.whole("g")[..., 0, 0])


def test_average_marginal_effects_are_those_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(11)
    n = 500
    frame = pd.DataFrame({"x": rng.normal(2, 3, n), "d": rng.integers(0, 2, n)})
    frame["y"] = (rng.random(n) < expit(-0.5 + 0.4 * frame["x"] - 0.8 * frame["d"])).astype(int)
    a, b, c = sl.Normal(), sl.Normal(), sl.Normal()
    M = sl.Model.define(
        "M",
        {
            "a": a,
            "b": b,
            "c": c,
            "y": sl.Bernoulli(logit=a + b * sl.data("x") + c * sl.data("d"), observed=True),
        },
    )
    fit = M.fit(frame, "mle", progress=False)
    logit = sm.Logit(frame["y"], sm.add_constant(frame[["x", "d"]])).fit(disp=0, tol=1e-12)
    expected = logit.get_margeff(dummy=True)
    slope, change = fit.slopes("x"), fit.comparisons("d")
    np.testing.assert_allclose(slope["estimate"], expected.margeff[0], rtol=1e-6)
    np.testing.assert_allclose(change["estimate"], expected.margeff[1], rtol=1e-6)
    # 1,000 draws tell a standard deviation to 2 %: five of these, and what a normal approximation leaves out
    np.testing.assert_allclose(slope["sd"], expected.margeff_se[0], rtol=0.15)


def test_a_linear_model_gives_its_coefficient():
    rng = np.random.default_rng(12)
    frame = pd.DataFrame({"x": rng.normal(size=40), "g": rng.choice(["p", "q"], 40)})
    frame["y"] = 2 * frame["x"] + (frame["g"] == "q") + rng.normal(size=40)
    g = sl.data("g", categorical=True)
    a, b, r = sl.Normal(), sl.Normal(), sl.Normal(over=g)
    M = sl.Model.define(
        "M",
        {
            "a": a,
            "b": b,
            "g": g,
            "r": r,
            "s": (s := sl.HalfNormal()),
            "y": sl.Normal(a + b * sl.data("x") + r @ g, s, observed=True),
        },
    )
    fit = M.fit(frame, "ols", progress=False)
    table = fit.summary()
    for found, name in (
        (fit.slopes("x"), "b"),
        (fit.comparisons({"x": 1}), "b"),
        (fit.comparisons("g"), "r[q]"),
    ):
        np.testing.assert_allclose(found["estimate"], table.loc[name, "estimate"], rtol=1e-9)


@pytest.mark.parametrize(
    ("changes", "more", "words"),
    [
        ("basment", {}, "did you mean 'basement'"),
        ("y", {}, "an outcome"),
        ({"region": ["north", "west"]}, {}, "holds 'west', not known before"),
        ({"region": ["north"]}, {}, "at least two values"),
        ({"region": 1}, {}, "changes by 1"),
        ({"region": "sd"}, {}, "'reference', 'pairwise', 'sequential'"),
        ({"year": "pairwise"}, {}, "a number that is added"),
        ({"year": ["a", "b"]}, {}, "holds numbers"),
        ({"year": [(1, 2, 3)]}, {}, "changes by"),
        ({"year": True}, {}, "changes by True"),
        ({"year": [2000, float("nan")]}, {}, "is set to nan"),
        ({"region": ["north", None]}, {}, "is set to None"),
        (5, {}, "given 5"),
        ([5], {}, "given [5]"),
        ("basement", {"by": 5}, "by is 5"),
        ({}, {}, "names of columns"),
        ("basement", {"by": "nothing"}, "no column 'nothing'"),
        ("basement", {"kind": "odds"}, "kind is 'odds'"),
        ("basement", {"name": "z"}, "'y'"),
        ("basement", {"level": 0}, "level"),
        ("basement", {"output": "csv"}, "output"),
        ("basement", {"draws": 0}, "draws is 0"),
        ("basement", {"weights": "size"}, "no column 'size'"),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(fit, changes, more, words):
    with pytest.raises((sl.FitError, sl.DataError)) as raised:
        fit.comparisons(changes, **more)
    assert words in str(raised.value)


def test_effects_that_nothing_moves_are_told():
    base, county, a, g, s, _ = of_counties()
    A = sl.Gamma(2, sl.exp(g * sl.data("u")), over=county)
    M = sl.Model.define("M", {**base, "A": A, "y": sl.Normal(A + a, s, observed=True)})
    with pytest.raises(sl.FitError, match="nothing says where each unit would be"):
        fit_of(M, FRAME, draws=30).comparisons({"u": [0, 1]})


def test_a_fit_without_rows_asks_for_some():
    import pickle

    a, b = sl.Normal(), sl.Normal()
    M = sl.Model.define(
        "M",
        {
            "a": a,
            "b": b,
            "s": (s := sl.HalfNormal()),
            "y": sl.Normal(a + b * sl.data("basement"), s, observed=True),
        },
    )
    fit = pickle.loads(pickle.dumps(M.fit(FRAME, "ols", progress=False)))
    with pytest.raises(sl.FitError, match="data=df"):
        fit.comparisons("basement")
    assert len(fit.comparisons("basement", data=FRAME)) == 1
