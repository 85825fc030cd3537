"""Columns made of all values of others: their numbers, for other rows too."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.binding import bind_data, bind_rows, lazy
from stanlevels.errors import DataError, DeclarationError
from stanlevels.graph import ROWS
from stanlevels.graph.text import node_text

DATA = {
    "school": ["p", "p", "q", "q", "q"],
    "x": [1.0, 2.0, 3.0, 4.0, 10.0],
    "y": [0.0, 1.0, 0.0, 2.0, 1.0],
    "n": [1, 2, 1, 1, 3],
}
X = np.array(DATA["x"])
SCHOOL = sl.Level()


def bound(*terms, data=DATA, weights=None, **tables):
    spread = {"y": sl.Normal(0, 1, observed=True, weights=weights)}
    lines = {"school": SCHOOL, "X": sl.covariates(*terms), **spread}
    return bind_data(sl.Model.define("M", lines)._graph, data, tables=tables)


def columns(found, domain=(ROWS,)):
    return dict(zip(found.covariate_labels("X"), found.matrix(domain, "X").T, strict=True))


def test_a_standardised_column_has_the_standard_deviation_of_r():
    found = bound(sl.standardize("x"))
    assert columns(found)["standardize(x)"] == pytest.approx((X - 4) / np.sqrt(12.5))  # R: sd(c(1,2,3,4,10))
    assert "the mean 4 is taken off, and divided by the sd 3.5355" in str(found.records[-1])


def test_a_centred_column_has_mean_zero():
    assert columns(bound(sl.center(sl.data("x") ** 2)))["center(x ** 2)"] == pytest.approx(X**2 - 26)


def test_means_of_units_stand_in_rows_and_at_the_level():
    found = bound(sl.mean("x", over=SCHOOL), sl.data("x") - sl.mean("x", over=SCHOOL))
    assert columns(found)["mean(x, over school)"] == pytest.approx([1.5, 1.5, 17 / 3, 17 / 3, 17 / 3])
    assert columns(found)["x - mean(x, over school)"] == pytest.approx(X - [1.5, 1.5, *[17 / 3] * 3])
    at_level = bound(sl.mean("x", over=SCHOOL))
    assert columns(at_level, ("school",))["mean(x, over school)"] == pytest.approx([1.5, 17 / 3])


def test_a_column_may_be_made_of_one_that_was_made():
    inner = np.log(X)
    first = (inner - inner.mean()) / inner.std(ddof=1)
    found = columns(bound(sl.standardize(sl.log(sl.data("x"))), sl.center(sl.standardize("x") ** 2)))
    assert found["standardize(log(x))"] == pytest.approx(first)
    square = ((X - 4) / np.sqrt(12.5)) ** 2
    assert found["center(standardize(x) ** 2)"] == pytest.approx(square - square.mean())


def test_orthogonal_polynomials_are_those_of_r():
    # R: poly(c(1, 2, 3, 4, 5), 2), in closed form
    found = columns(bound(sl.polynomial("x", 2), data={**DATA, "x": [1.0, 2, 3, 4, 5]}))
    assert found["polynomial(x)[1]"] == pytest.approx(np.array([-2, -1, 0, 1, 2]) / np.sqrt(10))
    assert found["polynomial(x)[2]"] == pytest.approx(np.array([2, -1, -2, -1, 2]) / np.sqrt(14))


def test_polynomials_far_from_zero_are_orthonormal_and_evaluate_at_other_places():
    rng = np.random.default_rng(3)
    years = 2000 + rng.uniform(-9, 9, 50)
    data = {"school": ["p"] * 50, "x": years, "y": np.zeros(50)}
    first = bound(sl.polynomial("x", 3), data=data)
    Q = first.matrix((ROWS,), "X")
    assert pytest.approx(np.eye(3), abs=1e-11) == Q.T @ Q
    other = bind_rows(first.graph, first.encodings, {"school": ["p"] * 7, "x": years[:7], "y": np.zeros(7)})
    assert other.matrix((ROWS,), "X") == pytest.approx(Q[:7], abs=1e-12)


def test_new_rows_are_read_by_the_numbers_of_the_first():
    first = bound(sl.standardize("x"), sl.mean("x", over=SCHOOL))
    again = bind_rows(first.graph, first.encodings, {"school": ["q", "p"], "x": [4.0, 100.0]})
    assert columns(again)["standardize(x)"] == pytest.approx([0, 96 / np.sqrt(12.5)])
    assert columns(again)["mean(x, over school)"] == pytest.approx([17 / 3, 1.5])


def test_frequency_weights_count_as_rows():
    again = {name: np.repeat(values, DATA["n"]) for name, values in DATA.items()}
    terms = sl.standardize("x"), sl.mean("x", over=SCHOOL)
    weighted, repeated = bound(*terms, weights="n"), bound(*terms, data=again)
    assert np.repeat(weighted.matrix((ROWS,), "X"), DATA["n"], axis=0) == pytest.approx(
        repeated.matrix((ROWS,), "X")
    )


def test_a_column_of_a_table_is_standardised_over_its_units():
    table = {"school": ["q", "p"], "size": [30.0, 10.0]}
    found = bound(sl.standardize("size"), school=table)
    root = 1 / np.sqrt(2)
    assert columns(found, ("school",))["standardize(size)"] == pytest.approx([-root, root])
    assert columns(found)["standardize(size)"] == pytest.approx([-root, -root, root, root, root])


def test_constant_columns_have_no_standard_deviation():
    with pytest.raises(DataError, match=r"'standardize\(x\)' is of a column that is constant: 7.0 in 5 rows"):
        bound(sl.standardize("x"), data={**DATA, "x": [7.0] * 5})


def test_a_polynomial_needs_more_distinct_values_than_its_degree():
    with pytest.raises(DataError, match="2 distinct values"):
        bound(sl.polynomial("x", 2), data={**DATA, "x": [1, 2, 1, 2, 1]})


def test_text_has_no_mean():
    with pytest.raises(DataError, match="used as a number"):
        bound(sl.mean("school", over=SCHOOL))


def test_columns_of_different_places_are_to_be_joined_first():
    table = {"school": ["q", "p"], "size": [30.0, 10.0]}
    with pytest.raises(DataError, match="stand in different places"):
        bound(sl.center(sl.data("x") * sl.data("size")), school=table)


def test_missing_values_follow_missing():
    data = pd.DataFrame({**DATA, "x": [1.0, np.nan, 3.0, 4.0, 4.0]})
    with pytest.raises(DataError, match="lack"):
        bound(sl.center("x"), data=data)
    lines = {"X": sl.covariates(sl.center("x")), "y": sl.Normal(0, 1, observed=True)}
    found = bind_data(sl.Model.define("M", lines)._graph, data, missing="drop")
    assert columns(found)["center(x)"] == pytest.approx([-2, 0, 1, 1])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: sl.standardize(3),
        lambda: sl.center(sl.Normal(0, 1)),
        lambda: sl.mean("x", over="school"),
        lambda: sl.polynomial("x", 0),
        lambda: sl.polynomial("x", 2.0),
    ],
)
def test_what_is_no_column_is_refused(wrong):
    with pytest.raises(DeclarationError):
        wrong()


class Schools(sl.Model):
    school = sl.Level()
    x = sl.data("x")
    a, between, within = sl.Normal(), sl.Normal(), sl.Normal()
    sd, noise = sl.HalfNormal(), sl.HalfNormal()
    A = sl.Normal(a + between * sl.standardize(sl.mean(x, over=school)), sd, over=school)
    y = sl.Normal(A + within * (x - sl.mean(x, over=school)), noise, observed=True)


def test_derived_columns_stand_in_any_line():
    assert node_text(Schools._graph["A"]).startswith(
        'A ~ Normal(a + between * standardize(mean(data("x"), over school)), sd)'
    )
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"school": rng.integers(9, size=90), "x": rng.normal(size=90)})
    data["y"] = rng.normal(size=90)
    model = Schools.bind(data)
    means = data.groupby("school").x.mean()
    found = model.data.column(("school",), "standardize(mean(x, over school))")
    rows = means[data.school].to_numpy()
    assert found == pytest.approx((means.to_numpy() - rows.mean()) / rows.std(ddof=1))
    assert "9 means of units" in str(model.plan)
    fit = model.fit(method="mle")
    assert np.isfinite(fit.summary().loc["between", "estimate"])


class Means(sl.Model):
    """Means of units, at their level."""

    school = sl.Level()
    a, b = sl.Normal(0, 1), sl.Normal(0, 1)
    S = sl.Normal(a + b * sl.mean("x", over=school), 1, over=school)
    y = sl.Normal(S + sl.standardize("x"), 1, observed=True)


SCHOOLS = pd.DataFrame({"school": list("aabbbc"), "x": [1.0, 3, 2, 4, 6, 8], "y": [1.0, 2, 4, 3, 5, 6]})


def test_a_unit_without_rows_has_no_mean():
    table = pd.DataFrame({"school": ["a", "b", "c", "d"]})
    with pytest.raises(sl.DataError, match=r"mean\(x, over school\).*no value for 1 of 4 units: school 'd'"):
        Means.bind(SCHOOLS, tables={"school": table})


def test_groups_of_rows_have_the_numbers_of_the_rows(monkeypatch):
    polars = pytest.importorskip("polars")
    monkeypatch.setattr(lazy, "LARGE", 100)
    frame = pd.concat([SCHOOLS] * 40, ignore_index=True)
    grouped = bind_data(Means.graph(), polars.from_pandas(frame).lazy())
    assert grouped.n_rows < len(frame)
    whole = bind_data(Means.graph(), frame)
    for name, made in whole.encodings.derived.items():
        np.testing.assert_allclose(grouped.encodings.derived[name].numbers, made.numbers)


def test_a_derived_column_means_what_one_made_by_hand_means():
    """The same data for the program, up to the column's name: mean 4, and sd sqrt(34 / 5) by hand."""

    class ByHand(sl.Model):
        a, b = sl.Normal(0, 1), sl.Normal(0, 1)
        y = sl.Normal(a + b * sl.data("z"), 1, observed=True)

    class ByItself(sl.Model):
        a, b = sl.Normal(0, 1), sl.Normal(0, 1)
        y = sl.Normal(a + b * sl.standardize("x"), 1, observed=True)

    hand = ByHand.bind(SCHOOLS.assign(z=(SCHOOLS["x"] - 4) / np.sqrt(34 / 5))).stan_data
    for ours, theirs in zip(ByItself.bind(SCHOOLS).stan_data.values(), hand.values(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_where_outcomes_have_different_weights_every_row_counts_once():
    class Two(sl.Model):
        a, b, s = sl.Normal(0, 1), sl.Normal(0, 1), sl.HalfNormal(1)
        y = sl.Normal(a * sl.standardize("x"), s, observed=True, weights="n")
        z = sl.Normal(b * sl.standardize("x"), s, observed=True)

    x = np.array([1.0, 2.0, 5.0, 9.0])
    bound = Two.bind({"x": x, "n": [1, 2, 3, 1], "y": x, "z": x}).data
    np.testing.assert_allclose(bound.column(("<rows>",), "standardize(x)"), (x - x.mean()) / x.std(ddof=1))
    assert any("each counted once" in str(record) for record in bound.records)
