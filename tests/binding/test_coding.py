"""Covariates as a matrix; the codings of categorical ones.

Contrasts are written out by hand after R's contr.treatment and contr.sum.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.binding import bind_data
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, CovariateColumn, CovariatesNode, CovariateTerm, Graph, LevelNode

DATA: dict[str, Any] = {
    "school": [1, 1, 2, 3],
    "age": [5, 6, 7, 8],
    "region": ["north", "north", "south", "east"],
    "new": [True] * 4,
}


def bind(*columns, data=DATA, **tables):
    found = [CovariateColumn(c) if isinstance(c, str) else CovariateColumn(*c) for c in columns]
    nodes: dict[str, Any] = {
        "X": CovariatesNode("X", tuple(CovariateTerm((c,)) for c in found)),
        "school": LevelNode("school", "school"),
    }
    return bind_data(Graph("M", nodes), data, tables=tables)


def test_numeric_columns_stand_side_by_side():
    bound = bind("age", "new")
    assert bound.matrix((ROWS,), "X").tolist() == [[5, 1], [6, 1], [7, 1], [8, 1]]
    assert bound.matrix((ROWS,), "X").dtype == np.float64
    assert bound.covariate_labels("X") == ("age", "new[True]")


def test_treatment_coding_leaves_out_the_first_category_and_says_so():
    bound = bind("age", ("region", "treatment"))
    assert bound.covariate_labels("X") == ("age", "region[north]", "region[south]")
    assert bound.matrix((ROWS,), "X").tolist() == [[5, 1, 0], [6, 1, 0], [7, 0, 1], [8, 0, 0]]
    assert (
        str(bound.records[-1])
        == "X.region: treatment coding: differences from 'east' (categories 'east', 'north', 'south')"
    )


def test_a_named_reference_is_the_one_left_out():
    bound = bind(("region", "treatment", "north"))
    assert bound.covariate_labels("X") == ("region[east]", "region[south]")
    assert bound.matrix(("school",), "X").tolist() == [[0, 0], [0, 1], [1, 0]]


def test_sum_coding_has_minus_one_in_the_reference_row():
    bound = bind(("region", "sum"))
    assert bound.covariate_labels("X") == ("region[east]", "region[north]")
    assert bound.matrix(("school",), "X").tolist() == [[0, 1], [-1, -1], [1, 0]]
    other = bind(("region", "sum", "east"))
    assert other.covariate_labels("X") == ("region[north]", "region[south]")
    assert other.matrix(("school",), "X").tolist() == [[1, 0], [0, 1], [-1, -1]]


def test_indicator_coding_has_a_column_for_every_category():
    bound = bind(("region", "indicator"))
    assert bound.covariate_labels("X") == ("region[east]", "region[north]", "region[south]")
    assert bound.matrix(("school",), "X").tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_category_order_decides_and_unused_categories_have_no_column():
    region = pd.Categorical(DATA["region"], categories=["west", "south", "north", "east"])
    bound = bind(("region", "treatment"), data=pd.DataFrame({**DATA, "region": region}))
    assert bound.covariate_labels("X") == ("region[north]", "region[east]")


def test_an_unknown_reference_lists_the_values():
    with pytest.raises(DataError, match=r"reference 'North' of 'region'(.|\n)*'east', 'north', 'south'"):
        bind(("region", "treatment", "North"))


def test_a_reference_of_another_type_is_unknown():
    with pytest.raises(DataError, match="reference True of 'school'"):
        bind(("school", "treatment", True))
    assert bind(("school", "treatment", 2)).covariate_labels("X") == ("school[1]", "school[3]")


def test_booleans_may_be_categories():
    data = {**DATA, "new": [True, False, True, False]}
    assert bind(("new", "treatment"), data=data).covariate_labels("X") == ("new[True]",)


def test_a_categorical_column_must_be_constant_within_units():
    data = {**DATA, "region": ["north", "south", "south", "east"]}
    with pytest.raises(DataError, match="school 1 has 'north', 'south'"):
        bind(("region", "treatment"), data=data).matrix(("school",), "X")


def test_text_without_a_coding_is_treatment_coded_and_the_plan_says_so():
    bound = bind("age", "region")
    assert bound.covariate_labels("X") == ("age", "region[north]", "region[south]")
    assert "treatment coding: differences from 'east'" in str(bound.records[-1])
    assert "coded by what the column holds" in str(bound.records[-1])


def test_booleans_without_a_coding_are_a_column_though_one_of_them_does_not_occur():
    bound = bind("new", data={**DATA, "new": [False] * 4})
    assert bound.covariate_labels("X") == ("new[True]",)
    assert bound.matrix((ROWS,), "X").tolist() == [[0]] * 4


def test_text_that_was_meant_to_be_numbers_is_no_list_of_categories():
    with pytest.raises(DataError, match="convert the column to numbers"):
        bind("size", data={**DATA, "size": ["1.5", "2", "x", "3"]})


def test_categories_called_nan_or_inf_are_names():
    bound = bind("region", data={**DATA, "region": ["nan", "inf", "a", "nan"]})
    assert set(bound.covariate_labels("X")) < {"region[nan]", "region[inf]", "region[a]"}


def test_numbers_of_a_categorical_type_are_categories():
    bound = bind("school", data=pd.DataFrame({**DATA, "school": pd.Categorical(DATA["school"])}))
    assert bound.covariate_labels("X") == ("school[2]", "school[3]")


def test_categories_of_a_table_are_those_of_all_its_units():
    data = {"school": [1, 2]}
    table = {"school": [1, 2, 3], "region": ["n", "s", "e"]}
    bound = bind(("region", "treatment"), data=data, school=table)
    assert bound.covariate_labels("X") == ("region[n]", "region[s]")
    assert bound.matrix((ROWS,), "X").tolist() == [[1, 0], [0, 1]]


def test_no_columns_and_no_rows_keep_their_shapes():
    assert bind().matrix((ROWS,), "X").shape == (4, 0)
    assert bind().covariate_labels("X") == ()
    empty: dict[str, Any] = {name: [] for name in DATA}
    assert bind("age", ("region", "treatment"), data=empty).matrix((ROWS,), "X").shape == (0, 1)
    assert bind(("region", "sum"), data=empty).matrix((ROWS,), "X").shape == (0, 0)


def test_one_category_alone_has_no_column_beside_its_reference():
    bound = bind(("region", "treatment"), data={**DATA, "region": ["n"] * 4})
    assert bound.matrix((ROWS,), "X").shape == (4, 0)


def matrix_of_coding(coding):
    """The numbers of four categories in their order."""
    dose = pd.Categorical(["lo", "mid", "hi", "max"], ["lo", "mid", "hi", "max"], ordered=True)
    lines = {"X": sl.covariates(sl.data("dose", categorical=True, coding=coding))}
    model = sl.Model.define("M", {**lines, "y": sl.Normal(0, 1, observed=True)})
    found = bind_data(model._graph, pd.DataFrame({"dose": dose, "y": np.zeros(4)}))
    return found.covariate_labels("X"), found.matrix((ROWS,), "X")


def test_helmert_coding_is_that_of_r():
    labels, found = matrix_of_coding("helmert")
    assert list(labels) == ["dose[mid]", "dose[hi]", "dose[max]"]
    # R: contr.helmert(4)
    assert found.tolist() == [[-1, -1, -1], [1, -1, -1], [0, 2, -1], [0, 0, 3]]


def test_steps_are_from_each_category_to_the_next():
    labels, found = matrix_of_coding("steps")
    assert list(labels) == ["dose[mid]", "dose[hi]", "dose[max]"]
    means = np.array([3.0, 4, 9, 7])
    coefficients = np.linalg.solve(np.column_stack([np.ones(4), found]), means)
    assert coefficients == pytest.approx([3, 1, 5, -2])
    # R: MASS::contr.sdif(4) has the same differences, about the grand mean
    sdif = np.array([[-3, -2, -1], [1, -2, -1], [1, 2, -1], [1, 2, 3]]) / 4
    assert np.linalg.solve(np.column_stack([np.ones(4), sdif]), means)[1:] == pytest.approx(coefficients[1:])


@pytest.mark.parametrize("coding", ["steps", "helmert"])
def test_codings_along_an_order_need_one(coding):
    lines = {"X": sl.covariates(sl.data("dose", categorical=True, coding=coding))}
    model = sl.Model.define("M", {**lines, "y": sl.Normal(0, 1, observed=True)})
    with pytest.raises(DataError, match="whose texts have no order"):
        bind_data(model._graph, {"dose": ["lo", "hi"], "y": [0.0, 1.0]})
