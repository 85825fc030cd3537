"""Ranks of units against SciPy's, draw by draw."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

import stanlevels as sl
from stanlevels.results.marginal import ranks
from tests.results.kit import fit_of
from tests.results.marginal.test_evaluate import FRAME, Apps, Slopes


def by_brute_force(values, level=0.95, top=1):
    """Of values (draws, units): mean, median and ends of the ranks, shares of first and of the top."""
    each = np.array([rankdata(row) for row in values])
    # places that ties have in common: the share of their ordinal ranks, in any order, that are among them
    places = np.array([rankdata(row, "ordinal") for row in values])

    def among(most):
        return np.array(
            [[(own[row == x] <= most).mean() for x in row] for row, own in zip(values, places, strict=True)]
        ).mean(axis=0)

    shares = (0.5, (1 - level) / 2, (1 + level) / 2)
    quantiles = [np.quantile(each, share, axis=0, method="inverted_cdf") for share in shares]
    return each.mean(axis=0), *quantiles, among(1), among(top)


@pytest.mark.parametrize("best", ["highest", "lowest"])
@pytest.mark.parametrize("rounded", [False, True])
def test_every_column_is_what_brute_force_finds_ties_too(best, rounded):
    fit = fit_of(
        Apps,
        FRAME,
        lambda name, shape: np.random.default_rng(8).normal(size=shape).round(0 if rounded else 9),
        draws=60,
    )
    values = fit.by_quantity.whole("A")[..., 0].reshape(-1, 5)
    table = fit.rank("A", best=best, top=2, level=0.8)
    expected = by_brute_force(-values if best == "highest" else values, 0.8, 2)
    assert table["expected_rank"].is_monotonic_increasing
    ordered = table.sort_values(["publisher", "app"])
    columns = ["expected_rank", "median_rank", "lower_rank", "upper_rank", "first", "top_2"]
    for column, numbers in zip(columns, expected, strict=True):
        np.testing.assert_allclose(ordered[column], numbers, err_msg=column)
    np.testing.assert_allclose(ordered["estimate"], values.mean(axis=0))
    np.testing.assert_allclose(ordered["sd"], values.std(axis=0, ddof=1))


def test_pieces_of_draws_and_of_units_change_nothing(monkeypatch):
    fit = fit_of(Apps, FRAME, draws=60)
    whole = fit.rank("A", top=3)
    monkeypatch.setattr(ranks, "_WINDOW", 70)
    pd.testing.assert_frame_equal(fit.rank("A", top=3), whole)


def test_what_is_computed_and_expressions_are_ranked_too():
    fit = fit_of(Apps, FRAME, draws=60)
    same = ["expected_rank", "median_rank", "lower_rank", "upper_rank", "first"]
    pd.testing.assert_frame_equal(fit.rank(lambda m: sl.exp(m.A))[same], fit.rank("A")[same])
    pd.testing.assert_frame_equal(fit.rank(lambda m: m.A * 2)[same], fit.rank("A")[same])
    odds = fit.by_quantity.whole("odds")[..., 0].reshape(-1, 5)
    np.testing.assert_allclose(fit.rank("odds")["expected_rank"], np.sort(by_brute_force(-odds)[0]))
    alone = fit.rank(lambda m: m.A[["p/1", "p/2"]])
    assert alone["publisher"].tolist() == ["p", "p"]


def test_fewer_draws_are_evenly_spaced_and_are_told(monkeypatch):
    fit = fit_of(Apps, FRAME, draws=60)
    values = fit.by_quantity.whole("A")[:, ::6, :, 0].reshape(-1, 5)
    found = fit.rank("A", draws=10)
    np.testing.assert_allclose(found["expected_rank"], np.sort(by_brute_force(-values)[0]))
    assert repr(found).endswith("ranks from 40 of 240 draws")
    monkeypatch.setattr(ranks, "_HELD", 4 * 5 * 10)
    pd.testing.assert_frame_equal(fit.rank("A"), found)


def test_components_are_chosen_by_name():
    frame = pd.DataFrame({"subject": ["s1", "s2", "s1"], "x": [0.0, 1, 2], "y": np.zeros(3)})
    fit = fit_of(Slopes, frame, draws=20)
    slopes = fit.by_quantity.whole("B")[..., 1].reshape(-1, 2)
    table = fit.rank("B", component="slope").set_index("subject")
    np.testing.assert_allclose(table.loc["s1", "first"], (slopes[:, 0] > slopes[:, 1]).mean())
    with pytest.raises(sl.FitError, match="component='intercept'"):
        fit.rank("B")
    with pytest.raises(sl.FitError, match="no component called 'slop'"):
        fit.rank("B", component="slop")


def test_one_unit_is_the_first():
    One = sl.Model.define(
        "One",
        {"u": (level := sl.Level()), "A": sl.Normal(0, 1, over=level), "y": sl.Normal(0, 1, observed=True)},
    )
    table = fit_of(One, {"u": ["a", "a"], "y": [0.0, 1.0]}).rank("A", top=1)
    assert table[["u", "expected_rank", "first", "top_1"]].to_numpy().tolist() == [["a", 1.0, 1.0, 1.0]]


def test_draws_that_are_no_numbers_are_named():
    fit = fit_of(Apps, FRAME, lambda name, shape: np.full(shape, np.nan))
    with pytest.raises(sl.FitError, match="5 units of 'A' have draws that are not numbers"):
        fit.rank("A")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"of": "mu"}, "'mu' has no units to rank"),
        ({"of": "publisher"}, "is a level"),
        ({"of": "Z"}, "no quantity called 'Z'"),
        ({"of": "A", "best": "hi"}, "best is 'hi'"),
        ({"of": "A", "top": 6}, "from 1 to 5"),
        ({"of": "A", "top": True}, "top is True"),
        ({"of": "A", "component": 0}, "no components"),
        ({"of": "A", "draws": 101}, "from 1 to 100"),
        ({"of": lambda m: m.mu}, "one number"),
        ({"of": "A", "level": 2}, "level"),
    ],
)
def test_what_cannot_be_ranked_is_said_in_words(asked, words):
    with pytest.raises(sl.FitError) as raised:
        fit_of(Apps, FRAME).rank(**asked)
    assert words in str(raised.value)


def test_a_bar_shows_how_far_long_work_is(monkeypatch, capsys):
    monkeypatch.setattr("stanlevels.results.predictions.bar._PATIENCE", -1.0)
    fit = fit_of(Apps, FRAME)
    fit.rank("A")
    assert "ranking [" in capsys.readouterr().err
    fit.rank("A", progress=False)
    fit.poststratify(FRAME.assign(n=1), progress=False)
    assert capsys.readouterr().err == ""
    fit.poststratify(FRAME.assign(n=1))
    assert "averaging [" in capsys.readouterr().err
