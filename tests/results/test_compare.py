"""Fits side by side by how well they predict."""

from typing import Any

import arviz as az
import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.results.arviz.groups import are_a_tree
from tests.results.kit import fit_of

OLDER: dict[str, Any] = {} if are_a_tree() else {"ic": "loo"}


class Intercepts(sl.Model):
    school = sl.Level()
    mean = sl.Normal(0, 1)
    sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    A = sl.Normal(mean, sd, over=school)
    y = sl.Normal(A, noise, observed=True)


class Line(Intercepts):
    b = sl.Normal(0, 1)
    y = sl.Normal(Intercepts.A + b * sl.data("x"), Intercepts.noise, observed=True)


def data(n: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    school, x = rng.integers(0, 8, n), rng.normal(size=n)
    return pd.DataFrame({"school": school, "x": x, "y": 0.5 * x + rng.normal(size=n)})


def near(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Draws that lie about what the data were made by."""
    rng = np.random.default_rng(len(name))
    middle = {"noise": 1.0, "sd": 0.3, "b": 0.5}.get(name, 0.0)
    return np.abs(middle + 0.05 * rng.normal(size=shape)) if middle else 0.1 * rng.normal(size=shape)


@pytest.fixture(scope="module")
def fits() -> tuple[Any, Any]:
    return fit_of(Intercepts, data(), near, draws=250), fit_of(Line, data(), near, draws=250)


def test_names_are_keywords_and_the_difference_has_a_standard_error(fits: tuple[Any, Any]) -> None:
    table: Any = sl.compare(plain=fits[0], slope=fits[1])
    gap = fits[0].loo().elpd_of_parts - fits[1].loo().elpd_of_parts
    assert table.loc["elpd", ("slope", "estimate")] == pytest.approx(fits[1].loo().elpd)
    assert table.loc["elpd difference", ("slope", "estimate")] == 0
    assert table.loc["elpd difference", ("plain", "estimate")] == pytest.approx(gap.sum())
    assert table.loc["elpd difference", ("plain", "sd")] == pytest.approx(
        np.std(gap, ddof=1) * np.sqrt(len(gap))
    )
    assert "b" in table.index
    assert "leave-one-out by row; sd is its standard error" in table.notes[0]
    assert "elpd difference" in repr(table)


def test_the_numbers_are_those_of_arviz(fits: tuple[Any, Any]) -> None:
    for fit in fits:
        fit.add_log_likelihood()
    table: Any = sl.compare(plain=fits[0], slope=fits[1])
    whole: dict[str, Any] = {"round_to": "none"} if are_a_tree() else {"ic": "loo"}
    theirs = az.compare({"plain": fits[0].idata, "slope": fits[1].idata}, **whole)
    elpd = "elpd" if are_a_tree() else "elpd_loo"
    tolerance = 1e-9
    rows = np.sqrt(
        120 / 119
    )  # ArviZ divides by the number of rows; from 1.0 on by one less, but of differences
    fewer = 1.0 if are_a_tree() else rows
    for name in ("plain", "slope"):
        assert table.loc["elpd", (name, "estimate")] == pytest.approx(theirs.loc[name, elpd], abs=tolerance)
        assert table.loc["elpd", (name, "sd")] == pytest.approx(theirs.loc[name, "se"] * fewer, abs=tolerance)
        gap = abs(table.loc["elpd difference", (name, "estimate")])
        assert gap == pytest.approx(abs(theirs.loc[name, "elpd_diff"]), abs=tolerance)
        se = table.loc["elpd difference", (name, "sd")]
        assert se == pytest.approx(theirs.loc[name, "dse"] * rows, abs=tolerance)


def test_units_of_a_level_are_left_out_where_they_are_named(fits: tuple[Any, Any]) -> None:
    table: Any = sl.compare({"plain": fits[0], "slope": fits[1]}, by="school")
    assert table.loc["elpd", ("plain", "estimate")] == pytest.approx(fits[0].loo(by="school").elpd)
    assert "leave-one-group-out by school" in table.notes[0]


def test_what_was_cross_validated_is_compared_by_itself(fits: tuple[Any, Any]) -> None:
    found = [fit.loo(by="school") for fit in fits]
    table: Any = sl.compare(plain=found[0], slope=found[1])
    assert list(table.index) == ["elpd", "elpd difference", "effective parameters"]


def test_other_rows_are_left_out_in_words(fits: tuple[Any, Any]) -> None:
    shorter = fit_of(Line, data().iloc[:100], near, draws=250)
    table: Any = sl.compare(a=fits[0], b=fits[1], c=shorter)
    assert np.isnan(table.loc["elpd", ("c", "estimate")])
    assert not np.isnan(table.loc["elpd", ("a", "estimate")])
    assert any("left out: 'c'" in note for note in table.notes)


def test_estimates_stand_beside_draws(fits: tuple[Any, Any]) -> None:
    table: Any = sl.compare(draws=fits[0], ml=Intercepts.fit(data(), "mle", progress=False))
    assert np.isnan(table.loc["elpd", ("ml", "estimate")])
    assert np.isnan(table.loc["AIC", ("draws", "estimate")])
    assert "elpd difference" not in table.index


def test_no_cross_validation_where_none_is_wanted(fits: tuple[Any, Any]) -> None:
    assert "elpd" not in sl.compare(*fits, criterion="none").index
    with pytest.raises(sl.FitError, match="criterion is 'waic'"):
        sl.compare(*fits, criterion="waic")


def test_pareto_k_is_said_in_words() -> None:
    wild = fit_of(Intercepts, data(), lambda n, s: near(n, s) ** 2 * 10, draws=50)
    table: Any = sl.compare(one=wild, two=wild, by="school")
    assert any("Pareto k is above" in note for note in table.notes)


def test_one_name_for_two_fits_is_refused(fits: tuple[Any, Any]) -> None:
    with pytest.raises(sl.FitError, match="one each"):
        sl.compare({"a": fits[0]}, a=fits[1])
