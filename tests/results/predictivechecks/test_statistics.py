"""Statistics of the data held against those of replicated data."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from tests.results.kit import fit_of


class Counts(sl.Model):
    site = sl.Level()
    rate = sl.HalfNormal(5, over=site)
    deaths = sl.Poisson(rate, observed=True)


DATA = pd.DataFrame({"site": ["a"] * 6 + ["b"] * 4, "deaths": [0, 3, 1, 2, 0, 3, 7, 9, 30, 8]})


def rates(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """The rates 2 of site a and 9 of site b."""
    return np.broadcast_to([2.0, 9.0], shape)


@pytest.fixture(scope="module")
def fit() -> Any:
    return fit_of(Counts, DATA, rates, draws=1000)


def test_replicated_statistics_have_the_distribution_of_the_model(fit: Any) -> None:
    table = fit.ppc_statistics(["mean", "max", "zeros"], by="site", draws=1000)
    row = table.set_index(["statistic", "site"])
    # 4,000 replications; five standard errors of each: a false alarm is below 1 in 10^6
    assert row.loc[("mean", "a"), "estimate"] == pytest.approx(2, abs=5 * np.sqrt(2 / 6 / 4000))
    assert row.loc[("mean", "b"), "estimate"] == pytest.approx(9, abs=5 * np.sqrt(9 / 4 / 4000))
    assert row.loc[("mean", "b"), "sd"] == pytest.approx(np.sqrt(9 / 4), rel=0.06)
    assert row.loc[("zeros", "a"), "estimate"] == pytest.approx(np.exp(-2), abs=0.012)
    assert row.loc[("max", "b"), "observed"] == 30
    assert row.loc[("max", "b"), "p"] == 0
    total = stats.poisson(12)  # the sum of six
    expected = total.sf(9) + 0.5 * total.pmf(9)
    assert row.loc[("mean", "a"), "p"] == pytest.approx(expected, abs=5 * 0.5 / np.sqrt(4000))
    assert "tail of 2.5% ('mean', 'max')" in repr(table) or "'max'" in table.notes[-1]


def test_own_functions_and_all_rows(fit: Any) -> None:
    table = fit.ppc_statistics({"range": np.ptp})
    assert table["observed"].tolist() == [30.0]
    assert table["statistic"].tolist() == ["range"]


def test_pieces_of_groups_hold_the_same_observed_numbers(fit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fit.ppc_statistics(by="site")
    monkeypatch.setattr("stanlevels.results.predictivechecks.statistics._PIECE", 1)
    pieces = fit.ppc_statistics(by="site")
    told = ["statistic", "site", "observed"]
    pd.testing.assert_frame_equal(whole[told], pieces[told])
    np.testing.assert_allclose(whole["estimate"], pieces["estimate"], rtol=0.1, atol=0.01)


def test_seeds_reproduce(fit: Any) -> None:
    pd.testing.assert_frame_equal(fit.ppc_statistics(seed=4), fit.ppc_statistics(seed=4))
    assert not fit.ppc_statistics(seed=4).equals(fit.ppc_statistics(seed=5))


def test_a_row_counts_as_often_as_its_weight_says() -> None:
    class Weighted(sl.Model):
        rate = sl.HalfNormal(5)
        deaths = sl.Poisson(rate, observed=True, weights="n")

    data = {"deaths": [0, 4], "n": [3, 1]}
    fit = fit_of(Weighted, data, lambda n, s: np.full(s, 2.0), draws=1000)
    table = fit.ppc_statistics(["mean", "sd"], draws=1000)
    assert table["observed"].tolist() == [1.0, 2.0]
    assert table["sd"][0] == pytest.approx(np.sqrt(2 / 4), rel=0.06)  # four outcomes, not two
    with pytest.raises(sl.FitError, match="no whole numbers"):
        fit_of(Weighted, {"deaths": [0, 4], "n": [0.5, 1]}, lambda n, s: np.full(s, 2.0)).ppc_statistics()


def test_a_row_that_counts_twice_has_two_outcomes_of_its_own() -> None:
    class Weighted(sl.Model):
        rate = sl.HalfNormal(5)
        deaths = sl.Poisson(rate, observed=True, weights="n")

    fit = fit_of(Weighted, {"deaths": [3], "n": [400]}, lambda n, s: np.full(s, 2.0), draws=200)
    table = fit.ppc_statistics(["sd"], draws=200)
    # 400 independent outcomes have Poisson's standard deviation; four times its standard error
    assert table["estimate"][0] == pytest.approx(np.sqrt(2), rel=0.01)


def test_shares_of_categories() -> None:
    lines = {"p": sl.Dirichlet(1, dim=3)}
    model = sl.Model.define("Kinds", {**lines, "kind": sl.Categorical(lines["p"], observed=True)})
    data = {"kind": ["a", "b", "a", "c"]}
    fit = fit_of(model, data, lambda n, s: np.broadcast_to([0.5, 0.25, 0.25], s), draws=500)
    table = fit.ppc_statistics()
    assert table["statistic"].tolist() == ["share of 'a'", "share of 'b'", "share of 'c'"]
    assert table["observed"].tolist() == [0.5, 0.25, 0.25]
    np.testing.assert_allclose(table["estimate"], [0.5, 0.25, 0.25], atol=0.05)
    with pytest.raises(sl.FitError, match="of which 'mean' means nothing"):
        fit.ppc_statistics(["mean"])


def test_what_is_unknown_is_refused(fit: Any) -> None:
    with pytest.raises(sl.FitError, match="there is no statistic 'maen'"):
        fit.ppc_statistics(["maen"])
    with pytest.raises(sl.FitError, match="gave ndarray of shape"):
        fit.ppc_statistics({"all": lambda y: y})
    with pytest.raises(sl.FitError, match="is no level"):
        fit.ppc_statistics(by="deaths")
