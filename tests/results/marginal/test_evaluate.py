"""Expressions of quantities, by label, against the same arithmetic on the draws themselves."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.results.marginal.evaluate import evaluate
from tests.results.kit import fit_of


class Apps(sl.Model):
    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    mu = sl.Normal(0, 1)
    P = sl.Normal(mu, 1, over=publisher)
    A = sl.Normal(P, 1, over=app)
    D = sl.Normal(0, 1, over=device)
    odds = sl.exp(A)
    y = sl.Normal(A + D, 1, observed=True)


FRAME = pd.DataFrame(
    {
        "publisher": ["q", "p", "p", "q", "p", "p"],
        "app": [1, 1, 2, 2, 3, 1],
        "device": ["x", "y", "x", "y", "x", "x"],
        "y": np.zeros(6),
    }
)  # apps in order: p/1, p/2, p/3, q/1, q/2


class Slopes(sl.Model):
    subject = sl.Level()
    intercept, slope = sl.Normal(0, 1), sl.Normal(0, 1)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([intercept, slope], [1, 1], corr, over=subject)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), 1, observed=True)


@pytest.fixture(scope="module")
def fit():
    return fit_of(Apps, FRAME, draws=50)


@pytest.fixture(scope="module")
def raw(fit):
    return {name: fit.by_quantity.whole(name)[..., 0] for name in ("mu", "P", "A", "D", "odds")}


def test_a_contrast_of_two_units_is_their_difference_draw_by_draw(fit, raw):
    found = fit.evaluate(lambda m: m.A["p", 2] - m.A["q", 1])
    expected = raw["A"][..., 1] - raw["A"][..., 3]
    np.testing.assert_array_equal(found.draws.values, expected)
    assert found.draws.dims == ("chain", "draw")
    assert found.estimate == pytest.approx(expected.mean())
    assert found.sd == pytest.approx(expected.std(ddof=1))
    assert found.lower == pytest.approx(np.quantile(expected, 0.025))
    assert found.upper == pytest.approx(np.quantile(expected, 0.975))
    assert found.probability == (expected > 0).mean()


def test_a_path_may_be_written_as_the_coordinate_or_as_a_tuple(fit, raw):
    for written in (lambda m: m.A["p/2"], lambda m: m.A["p", 2], lambda m: m.A[("p", 2)]):
        np.testing.assert_array_equal(fit.evaluate(written).draws.values, raw["A"][..., 1])


def test_a_higher_level_is_looked_up_as_in_a_line_of_the_model(fit, raw):
    found = fit.evaluate(lambda m: m.A - m.P)
    np.testing.assert_array_equal(found.draws.values, raw["A"] - raw["P"][..., [0, 0, 0, 1, 1]])
    assert found.table[["publisher", "app"]].to_numpy().tolist() == [
        ["p", 1], ["p", 2], ["p", 3], ["q", 1], ["q", 2],
    ]  # fmt: skip
    other_way = fit.evaluate(lambda m: m.P * 2 + m.A).draws.values
    np.testing.assert_array_equal(other_way, raw["A"] + 2 * raw["P"][..., [0, 0, 0, 1, 1]])


def test_levels_that_cross_give_every_pair(fit, raw):
    found = fit.evaluate(lambda m: m.D + m.A[["q/2", "p/1"]])
    expected = raw["D"][..., :, None] + raw["A"][..., None, [4, 0]]
    np.testing.assert_array_equal(found.draws.values, expected)
    assert found.draws.dims == ("chain", "draw", "device", "app")
    assert found.table["device"].tolist() == ["x", "x", "y", "y"]
    assert found.table["app"].tolist() == [2, 1, 2, 1]
    assert found.table["publisher"].tolist() == ["q", "p", "q", "p"]
    np.testing.assert_allclose(found.table["estimate"], expected.mean(axis=(0, 1)).ravel())


def test_functions_of_the_language_and_of_numpy_agree(fit, raw):
    ours = fit.evaluate(lambda m: sl.exp(m.A["p", 1]) / (1 + abs(m.mu)) ** 2).draws.values
    theirs = fit.evaluate(lambda m: np.exp(m.A["p", 1]) / np.square(1 + np.abs(m.mu))).draws.values
    expected = np.exp(raw["A"][..., 0]) / (1 + np.abs(raw["mu"][..., 0])) ** 2
    np.testing.assert_allclose(ours, expected)
    np.testing.assert_allclose(theirs, expected)
    for name in ("inv_logit", "Phi", "square", "log1p"):
        assert np.isfinite(fit.evaluate(lambda m, f=name: getattr(sl, f)(m.mu**2)).estimate)


def test_named_expressions_and_those_over_rows_count_as_quantities(fit, raw):
    np.testing.assert_allclose(fit.evaluate(lambda m: m.odds["q", 1]).draws.values, raw["odds"][..., 3])

    class WithRows(Apps):
        line = Apps.A + Apps.D
        y = sl.Normal(line, 1, observed=True)

    rows = fit_of(WithRows, FRAME, draws=50).evaluate(lambda m: m.line[0] - m.line[1])
    expected = raw["A"][..., 3] + raw["D"][..., 0] - raw["A"][..., 0] - raw["D"][..., 1]
    np.testing.assert_allclose(rows.draws.values, expected)


def test_what_is_true_or_false_has_a_probability_and_odds(fit, raw):
    found = fit.evaluate(lambda m: (m.P["p"] > m.P["q"]) & ~(m.mu > 1))
    share = ((raw["P"][..., 0] > raw["P"][..., 1]) & (raw["mu"][..., 0] <= 1)).mean()
    assert found.probability == share
    assert found.table["odds"].item() == pytest.approx(share / (1 - share))
    assert found.draws.dtype == bool
    with pytest.raises(sl.FitError, match="no sd"):
        _ = found.sd
    assert fit.evaluate(lambda m: m.mu == m.mu).table["odds"].item() == np.inf


def test_means_and_ends_over_units(fit, raw):
    for name in ("mean", "sum", "min", "max"):
        found = fit.evaluate(lambda m, f=name: getattr(m.A, f)()).draws.values
        np.testing.assert_allclose(found, getattr(raw["A"], name)(axis=-1))
    best = fit.evaluate(lambda m: m.A.max() == m.A)
    np.testing.assert_allclose(best.probability.sum(), 1)


def test_several_expressions_stand_under_their_names(fit, raw):
    found = fit.evaluate({"gap": lambda m: m.P["p"] - m.P["q"], "mid": lambda m: m.P.mean()})
    assert found.table.index.tolist() == ["gap", "mid"]
    assert list(found.draws.data_vars) == ["gap", "mid"]
    mixed = fit.evaluate(
        {"gap": lambda m: m.P["p"] - m.P["q"], "apps": lambda m: m.A, "sure": lambda m: m.mu > 0}
    )
    assert mixed.table["expression"].tolist() == ["gap", *["apps"] * 5, "sure"]
    assert mixed.table["probability"].notna().tolist() == [False] * 6 + [True]


def test_components_by_label_and_by_place():
    frame = pd.DataFrame({"subject": ["s1", "s2", "s1"], "x": [0.0, 1, 2], "y": np.zeros(3)})
    fit = fit_of(Slopes, frame, draws=20)
    B = fit.by_quantity.whole("B")
    slope = fit.evaluate(lambda m: m.B["s2", "slope"]).draws.values
    np.testing.assert_array_equal(slope, B[:, :, 1, 1])
    np.testing.assert_array_equal(fit.evaluate(lambda m: m.B["s2", 1]).draws.values, B[:, :, 1, 1])
    both = fit.evaluate(lambda m: m.B[:, "slope"] - m.slope)
    assert both.table.columns.tolist()[:2] == ["subject", "estimate"]
    one = fit.evaluate(lambda m: m.B["s1"])
    assert one.table["component"].tolist() == ["intercept", "slope"]
    corr = fit.by_quantity.whole("corr")[:, :, 0, 1]
    np.testing.assert_array_equal(fit.evaluate(lambda m: m.corr["intercept", "slope"]).draws.values, corr)
    assert fit.evaluate(lambda m: m.corr).draws.shape == (4, 20, 2, 2)


def test_names_and_labels_of_any_sort():
    shop = sl.Level("the shop")
    Odd = sl.Model.define(
        "Odd",
        {
            "chain": shop,
            "Price (€)": sl.Normal(0, 1, over=shop),
            "y": sl.Normal(0, 1, observed=True),
        },
    )
    fit = fit_of(Odd, {"the shop": [True, False, True], "y": [0.0, 1, 2]}, draws=20)
    price = fit.by_quantity.whole("Price (€)")[..., 0]
    found = fit.evaluate(lambda m: m["Price (€)"][True] - m["Price (€)"][False])
    np.testing.assert_array_equal(found.draws.values, price[..., 1] - price[..., 0])
    with pytest.raises(sl.FitError, match="no chain called 1"):  # which is not True
        fit.evaluate(lambda m: m["Price (€)"][1])
    assert fit.evaluate(lambda m: m["Price (€)"]).draws.dims == ("chain", "draw", "chain_")


def test_estimates_of_a_point_fit_are_the_estimates():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"g": np.repeat(list("abcdef"), 8)})
    frame["y"] = rng.normal(size=48) + frame["g"].map(dict(zip("abcdef", rng.normal(size=6), strict=True)))

    class Groups(sl.Model):
        g = sl.Level()
        mean, spread = sl.Normal(), sl.HalfNormal()
        A = sl.Normal(mean, spread, over=g)
        noise = sl.HalfNormal()
        y = sl.Normal(A, noise, observed=True)

    fit = Groups.fit(frame, "reml", progress=False)
    table = fit.effects("A").set_index("g")["estimate"]
    found = fit.evaluate(lambda m: m.A["c"] - m.A["a"])
    assert found.estimate == pytest.approx(table["c"] - table["a"], abs=1e-12)
    assert found.lower < found.estimate < found.upper
    for each in (found, fit.rank("A"), fit.comparisons({"g": ["a", "b"]})):
        assert "at the estimates of method='reml'" in repr(each)
    np.testing.assert_allclose(fit.evaluate(lambda m: m.A).table["estimate"], table.to_numpy())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (lambda m: m.A[1], "2 apps are called 1: 'p/1', 'q/1'"),
        (lambda m: m.A["P/3"], "did you mean 'p/3'?"),
        (lambda m: m.A["p", 4], "no app called"),
        (lambda m: m.A["p", 1, "z", "z"], "no app called"),
        (lambda m: m.AA, "no quantity called 'AA'"),
        (lambda m: m.publisher, "is a level"),
        (lambda m: m.y, "is observed"),
        (lambda m: m.mu["p"], "is one number"),
        (lambda m: 0 < m.mu < 1, "no truth value"),
        (lambda m: m.A[1:2], "slice"),
        (lambda m: m.A[["p/1", "p/2"]] - m.A[["p/1"]], "different units of app"),
        (lambda m: m.A - m.P[["p"]], "left out: 'q'"),
        (lambda m: m.A + np.ones(5), "combined with a ndarray"),
        (lambda m: np.array(m.A), "is no array"),
        (lambda m: m.A.std(), "has no 'std'"),
        (lambda m: Apps.A, "declarations"),
        (lambda m: 3.0, "the number 3.0"),
        (lambda m: (m.A, m.P), "gives a tuple"),
        ("A['x'] > 0", "given str"),
        ({}, "no expression"),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(fit, written, words):
    with pytest.raises(sl.FitError) as raised:
        evaluate(fit, written, 0.95)
    assert words in str(raised.value)


def test_hundreds_of_thousands_of_units_are_worked_out_in_pieces():
    n = 150_000
    One = sl.Model.define(
        "One",
        {"u": (level := sl.Level()), "A": sl.Normal(0, 1, over=level), "y": sl.Normal(0, 1, observed=True)},
    )
    fit = fit_of(One, {"u": np.arange(n), "y": np.zeros(n)}, chains=2, draws=10)
    A = fit.by_quantity.whole("A")[..., 0]
    table = fit.evaluate(lambda m: m.A - m.A[17]).table
    np.testing.assert_allclose(table["estimate"], (A - A[..., [17]]).mean(axis=(0, 1)))
    assert table["u"].iloc[-1] == n - 1


def test_a_number_is_offered_for_its_text():
    class Numbered(sl.Model):
        doctor = sl.Level()
        D = sl.Normal(0, 1, over=doctor)
        y = sl.Normal(D, 1, observed=True)

    fit = fit_of(Numbered, pd.DataFrame({"doctor": [100, 101], "y": [0.0, 1.0]}), draws=5)
    with pytest.raises(sl.FitError) as raised:
        fit.evaluate(lambda m: m.D["101"])
    assert "did you mean 101? There is 100, 101" in str(raised.value)
    assert "leave out the quotes" in str(raised.value)
    with pytest.raises(sl.FitError, match="there is 100, 101"):
        fit.evaluate(lambda m: m.D[5])
