"""Categorical outcomes and the order of their categories (decision 9)."""

import pandas as pd
import polars as pl
import pytest

from stanlevels.binding import bind_data
from stanlevels.errors import DataError
from stanlevels.graph import Graph, IndexNode, Number, Op, Ref, Stack, VariableNode


def bind(values, family, *, data=None, args=(), nodes=()):
    rows = {"y": values} if data is None else data
    key = next((name for name, _ in args if name == "logit"), "")
    line = VariableNode("y", family, tuple(args), key, observed=("y",))
    return bind_data(Graph("M", {**{node.name: node for node in nodes}, "y": line}), rows)


ORDERED = ["low", "mid", "never", "high"]


@pytest.mark.parametrize("family", ["OrderedLogistic", "Categorical"])
@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"y": pd.Categorical(["high", "low", "mid"], categories=ORDERED, ordered=True)}),
        pl.DataFrame({"y": pl.Series(["high", "low", "mid"], dtype=pl.Enum(ORDERED))}),
    ],
    ids=["pandas", "polars"],
)
def test_an_ordered_type_gives_codes_and_keeps_categories_that_nobody_has(family, frame):
    bound = bind(None, family, data=frame)
    assert bound.outcome("y").tolist() == [4, 1, 2]
    assert bound.outcome_labels("y") == tuple(ORDERED)
    assert "y: 1 category of 'y' kept that no row has ('never')" in [str(r) for r in bound.records]


def test_integers_run_from_the_lowest_to_the_highest_and_gaps_are_recorded():
    bound = bind([3, 1, 4], "OrderedLogistic")
    assert bound.outcome("y").tolist() == [3, 1, 4]
    assert bound.outcome_labels("y") == (1, 2, 3, 4)
    assert "y: 1 category of 'y' kept that no row has (2)" in [str(r) for r in bound.records]


def test_integers_from_zero_become_codes_from_one():
    bound = bind([0, 2, 1.0], "Categorical")
    assert bound.outcome("y").tolist() == [1, 3, 2]
    assert bound.outcome_labels("y") == (0, 1, 2)


def simplex(k):
    """Arguments of a Categorical with so many categories."""
    return {"args": [("theta", Ref("theta"))], "nodes": [VariableNode("theta", "Dirichlet", (), size=k)]}


def test_the_models_number_of_categories_settles_where_integers_start():
    assert bind([2, 3], "Categorical").outcome("y").tolist() == [1, 2]
    bound = bind([2, 3], "Categorical", **simplex(4))
    assert bound.outcome("y").tolist() == [2, 3]
    assert bound.outcome_labels("y") == (1, 2, 3, 4)
    assert bind([0, 1], "Categorical", **simplex(3)).outcome_labels("y") == (0, 1, 2)
    assert bind([10, 11], "Categorical", **simplex(3)).outcome_labels("y") == (10, 11, 12)
    with pytest.raises(DataError, match="holds 1 to 5"):
        bind([1, 5], "Categorical", **simplex(3))


def test_the_models_own_labels_give_the_order_of_text():
    k = IndexNode("k", ("c", "b", "a"))
    score = VariableNode("score", "Normal", (), over=("k",))
    bound = bind(["b", "c"], "Categorical", args=[("logit", Ref("score"))], nodes=[k, score])
    assert bound.outcome("y").tolist() == [2, 1]
    assert bound.outcome_labels("y") == ("c", "b", "a")


@pytest.mark.parametrize("values", [["b", "a"], pd.Categorical(["b", "a"])], ids=["text", "unordered"])
def test_ordinal_categories_without_an_order_are_an_error_with_the_way_out(values):
    with pytest.raises(DataError, match=r"have no order: 'a', 'b'(.|\n)*ordered=True"):
        bind(None, "OrderedLogistic", data=pd.DataFrame({"y": values})).outcome("y")


@pytest.mark.parametrize("values", [["b", "a"], pd.Categorical(["b", "a"])], ids=["text", "unordered"])
def test_unordered_categories_take_any_labels_in_their_own_order(values):
    bound = bind(None, "Categorical", data=pd.DataFrame({"y": values}))
    assert bound.outcome("y").tolist() == [2, 1]
    assert bound.outcome_labels("y") == ("a", "b")
    assert any("in the order of their labels" in str(record) for record in bound.records)


def test_as_many_labels_as_the_arguments_have_are_expected():
    with pytest.raises(DataError, match=r"holds 'a', 'b'\n(.|\n)*the 3 categories"):
        bind(["b", "a"], "Categorical", **simplex(3))


def test_booleans_are_two_categories():
    bound = bind([True, True], "Categorical")
    assert bound.outcome("y").tolist() == [2, 2]
    assert bound.outcome_labels("y") == (False, True)


def test_integers_that_number_nothing_are_refused():
    with pytest.raises(DataError, match="goes from 3 to 90,210"):
        bind([3, 90210], "Categorical").outcome("y")


K = IndexNode("k", ("sun", "rain", "snow"))
SCORE = VariableNode("score", "Normal", (), over=("k",))
CUTS = VariableNode("cuts", "Normal", (), over=("k",), ordered=True)


def test_an_index_in_the_arguments_names_the_categories():
    logit = Op("+", (Ref("score"), Number(1)))
    bound = bind(["snow", "sun"], "Categorical", args=[("logit", logit)], nodes=[K, SCORE])
    assert bound.outcome("y").tolist() == [3, 1]
    assert bound.outcome_labels("y") == K.labels
    with pytest.raises(DataError, match=r"holds 'fog'(.|\n)*'sun', 'rain', 'snow'"):
        bind(["fog", "sun"], "Categorical", args=[("logit", logit)], nodes=[K, SCORE]).outcome("y")


def test_an_index_of_other_labels_than_the_data_only_counts():
    bound = bind([1, 2], "Categorical", args=[("logit", Ref("score"))], nodes=[K, SCORE])
    assert bound.outcome_labels("y") == (1, 2, 3)


def test_cutpoints_over_an_index_are_one_fewer_than_the_categories():
    args = [("eta", Number(0)), ("cutpoints", Ref("cuts"))]
    bound = bind([2, 3], "OrderedLogistic", args=args, nodes=[K, CUTS])
    assert bound.outcome_labels("y") == (1, 2, 3, 4)
    assert bound.outcome("y").tolist() == [2, 3]
    with pytest.raises(DataError, match=r"holds 1 to 5(.|\n)*the 4 categories"):
        bind([1, 5], "OrderedLogistic", args=args, nodes=[K, CUTS]).outcome("y")


def test_an_ordered_type_must_have_as_many_categories_as_the_model():
    args = [("eta", Number(0)), ("cutpoints", Stack((Number(-1), Number(1))))]
    frame = pd.DataFrame({"y": pd.Categorical(["a"], categories=["a", "b"], ordered=True)})
    with pytest.raises(DataError, match=r"declares 'a', 'b'(.|\n)*the 3 categories"):
        bind(None, "OrderedLogistic", args=args, data=frame).outcome("y")


def test_a_simplex_says_how_many_categories_there_are():
    theta = VariableNode("theta", "Dirichlet", (), size=4)
    bound = bind([1, 3], "Categorical", args=[("theta", Ref("theta"))], nodes=[theta])
    assert bound.outcome_labels("y") == (1, 2, 3, 4)
