"""Products and expressions among covariates as the columns of a matrix; contrasts of ordered categories."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.binding import bind_data, bind_rows
from stanlevels.binding.coding import polynomial_contrasts
from stanlevels.errors import DataError
from stanlevels.graph import ROWS

DATA = {
    "school": ["p", "p", "q", "q"],
    "x": [1.0, 2.0, 3.0, 4.0],
    "z": [2.0, 0.5, 1.0, 3.0],
    "region": ["n", "s", "s", "w"],
    "season": ["dry", "wet", "dry", "wet"],
}
REGION, SEASON = sl.data("region", categorical=True), sl.data("season", categorical=True)


def bound(*terms, data=DATA, **tables):
    lines = {"school": sl.Level(), "X": sl.covariates(*terms)}
    return bind_data(sl.Model.define("M", lines)._graph, data, tables=tables)


def columns(found, domain=(ROWS,)):
    return dict(zip(found.covariate_labels("X"), found.matrix(domain, "X").T.tolist(), strict=True))


def test_the_intercept_is_a_column_of_ones():
    assert columns(bound(1, "x")) == {"intercept": [1, 1, 1, 1], "x": [1, 2, 3, 4]}


def test_expressions_and_products_are_computed_row_by_row():
    x, z = sl.data("x"), sl.data("z")
    found = columns(bound(x * z, x**2, 1 - x))
    assert found == {"x:z": [2, 1, 3, 12], "x ** 2": [1, 4, 9, 16], "1 - x": [0, -1, -2, -3]}


def test_products_of_categories_have_a_column_for_each_pair_of_columns():
    assert columns(bound(REGION * SEASON)) == {
        "region[s]:season[wet]": [0, 1, 0, 0],
        "region[w]:season[wet]": [0, 0, 0, 1],
    }
    assert columns(bound(REGION * sl.data("x"))) == {"region[s]:x": [0, 2, 3, 0], "region[w]:x": [0, 0, 0, 4]}


def test_text_in_an_interaction_is_coded_by_itself():
    assert columns(bound(sl.interactions("x", "season"))) == {"x:season[wet]": [0, 2, 0, 4]}


def test_meanings_tell_what_a_product_is_held_against():
    found = bound(1, "x", REGION, REGION * SEASON, REGION * sl.data("x")).covariate_meanings("X")
    assert found == (
        ("intercept", ""),
        ("x", ""),
        ("region[s]", "n"),
        ("region[w]", "n"),
        ("region[s]:season[wet]", "n:dry"),
        ("region[w]:season[wet]", "n:dry"),
        ("region[s]:x", "n:"),
        ("region[w]:x", "n:"),
    )


def test_products_stand_at_a_level_where_they_are_constant_and_in_its_table():
    table = {"school": ["q", "p"], "size": [3.0, 2.0], "kind": ["b", "a"]}
    kind = sl.data("kind", categorical=True)
    found = bound(1, "size", kind * sl.data("size"), school=table)
    assert columns(found, ("school",)) == {"intercept": [1, 1], "size": [2, 3], "kind[b]:size": [0, 3]}
    assert columns(found)["kind[b]:size"] == [0, 0, 3, 3]
    with pytest.raises(DataError, match="not constant within school"):
        bound(sl.data("x") ** 2).matrix(("school",), "X")


def test_new_rows_are_coded_as_the_first_ones_were():
    first = bound(1, REGION * sl.data("x"), SEASON)
    new = {**DATA, "region": ["w"] * 4, "season": ["wet"] * 4}
    again = bind_rows(first.graph, first.encodings, new)
    assert columns(again)["region[w]:x"] == [1, 2, 3, 4]
    assert columns(again)["season[wet]"] == [1, 1, 1, 1]
    with pytest.raises(DataError, match=r"'region' of the new rows holds 'e'"):
        bind_rows(first.graph, first.encodings, {**DATA, "region": ["e"] * 4})


def test_a_covariate_that_is_no_number_somewhere_names_its_rows():
    with pytest.raises(DataError, match=r"'log\(x - 2\)' is not finite in 2 of 4 rows: 0, 1"):
        bound(sl.log(sl.data("x") - 2)).matrix((ROWS,), "X")


def test_text_in_an_expression_is_no_number():
    with pytest.raises(DataError, match="'region' is used as a number"):
        bound(sl.data("region") * sl.data("x")).matrix((ROWS,), "X")


# R: contr.poly(3), contr.poly(4), contr.poly(5)[, 4]: in closed form, multiples of whole numbers
LINEAR, QUADRATIC, CUBIC = [-3, -1, 1, 3], [1, -1, -1, 1], [-1, 3, -3, 1]


def test_polynomial_contrasts_are_those_of_r():
    assert polynomial_contrasts(3) == pytest.approx(
        np.array([[-1, 0, 1], [1, -2, 1]]).T / np.sqrt([2, 6]), abs=1e-15
    )
    expected = np.array([LINEAR, QUADRATIC, CUBIC]).T / np.sqrt([20, 4, 20])
    assert polynomial_contrasts(4) == pytest.approx(expected, abs=1e-15)
    assert polynomial_contrasts(5)[:, 3] == pytest.approx(np.array([1, -4, 6, -4, 1]) / np.sqrt(70))


def test_polynomial_contrasts_of_many_categories_stay_orthonormal():
    found = polynomial_contrasts(40)
    assert found.T @ found == pytest.approx(np.eye(39), abs=1e-12)
    assert found.sum(axis=0) == pytest.approx(np.zeros(39), abs=1e-12)


def test_polynomial_coding_follows_the_declared_order():
    dose = pd.Categorical(["low", "high", "mid", "low"], ["low", "mid", "high"], ordered=True)
    found = bound(
        sl.data("dose", categorical=True, coding="polynomial"), data=pd.DataFrame({**DATA, "dose": dose})
    )
    r, q = 1 / np.sqrt(2), 1 / np.sqrt(6)
    assert columns(found) == {
        "dose[linear]": pytest.approx([-r, r, 0, -r]),
        "dose[quadratic]": pytest.approx([q, q, -2 * q, q]),
    }
    assert found.covariate_meanings("X")[0] == ("dose[linear]", "low, mid, high")


def test_polynomial_coding_needs_an_order():
    with pytest.raises(DataError, match="texts have no order"):
        bound(sl.data("region", categorical=True, coding="polynomial"))
