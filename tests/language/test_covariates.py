"""What may stand among covariates, as a graph."""

import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError
from stanlevels.graph import Call, Column, CovariateColumn, CovariatesNode, Number, Op, VariableNode
from stanlevels.graph.text import covariate_text, node_text


def terms(*given, **named):
    node = sl.Model.define("M", {**named, "X": sl.covariates(*given)})._graph["X"]
    assert isinstance(node, CovariatesNode)
    return [term.factors for term in node.terms]


def texts(*given, **named):
    node = sl.Model.define("M", {**named, "X": sl.covariates(*given)})._graph["X"]
    assert isinstance(node, CovariatesNode)
    return [covariate_text(term) for term in node.terms]


def test_one_is_the_product_of_no_factors():
    assert terms(1, "a") == [(), (CovariateColumn("a"),)]


def test_a_product_of_columns_has_each_for_a_factor_and_other_expressions_are_one():
    a, b = sl.data("a"), sl.data("b")
    assert terms(a * b, a**2, sl.log(a), 2 * a) == [
        (Column("a"), Column("b")),
        (Op("**", (Column("a"), Number(2))),),
        (Call("log", (Column("a"),)),),
        (Op("*", (Number(2), Column("a"))),),
    ]


def test_labels_have_the_names_of_columns():
    a, b = sl.data("a"), sl.data("odd name")
    region = sl.data("region", categorical=True)
    assert texts(1, a, a * b, sl.log(b + 1), region, region * a) == [
        "intercept",
        "a",
        "a:odd name",
        "log(odd name + 1)",
        "region",
        "region:a",
    ]


def test_products_of_categories_and_of_columns_are_sets_in_either_order():
    region = sl.data("region", categorical=True)
    season = sl.data("season", categorical=True, coding="sum")
    R, S = CovariateColumn("region", "treatment"), CovariateColumn("season", "sum")
    assert terms(region * season) == [(R, S)]
    assert terms(region * sl.data("x")) == [(R, Column("x"))]
    assert terms(sl.data("x") * region) == [(Column("x"), R)]


def test_a_product_of_sets_has_each_term_with_each():
    left, right = sl.covariates("a", "b"), sl.covariates("c", "d")
    assert texts(left * right) == ["a:c", "a:d", "b:c", "b:d"]


def test_a_product_is_a_set_without_being_put_among_covariates():
    region, season = (sl.data(name, categorical=True) for name in ("region", "season"))
    M = sl.Model.define("M", {"both": (both := region * season), "b": sl.Normal(0, 1, over=both)})
    assert node_text(M._graph["both"]) == "both: covariates region:season"


def test_interactions_are_products_up_to_their_order():
    assert texts(sl.interactions("a", "b", "c")) == ["a:b", "a:c", "b:c"]
    assert texts(sl.interactions("a", "b", "c", order=3)) == ["a:b", "a:c", "b:c", "a:b:c"]
    assert texts(sl.interactions(sl.covariates("a", "b"), "c")) == ["a:c", "b:c"]
    assert texts(sl.interactions(sl.covariates("a", "b", "c"))) == ["a:b", "a:c", "b:c"]


@pytest.mark.parametrize("order", [1, 4, 2.0, True])
def test_an_order_of_interactions_is_from_two_to_the_number_of_terms(order):
    with pytest.raises(DeclarationError, match="order="):
        sl.interactions("a", "b", "c", order=order)


def test_named_columns_are_written_out_and_are_what_the_class_says():
    class First(sl.Model):
        age = sl.data("age")
        old = age - 18
        X = sl.covariates(old, old**2)

    class Second(First):
        age = sl.data("alter")

    assert node_text(First._graph["X"]) == "X: covariates age - 18, (age - 18) ** 2"
    assert node_text(Second._graph["X"]) == "X: covariates alter - 18, (alter - 18) ** 2"


def test_a_class_that_makes_a_column_unknown_is_refused():
    class First(sl.Model):
        age = sl.data("age")
        X = sl.covariates(age**2)

    with pytest.raises(DeclarationError, match=r"'X' is made of 'age', which is a Normal\(\.\.\.\) here"):

        class Second(First):
            age = sl.Normal(0, 1)


@pytest.mark.parametrize(
    "given",
    [
        lambda region, a: sl.covariates(a, "a"),
        lambda region, a: sl.covariates(a * sl.data("b"), sl.data("b") * a),
        lambda region, a: sl.covariates(region * a, a * region),
        lambda region, a: sl.covariates(1, "a", 1),
    ],
)
def test_a_covariate_stands_once(given):
    region, a = sl.data("region", categorical=True), sl.data("a")
    with pytest.raises(DeclarationError, match="twice"):
        sl.Model.define("M", {"X": given(region, a)})


def test_the_intercept_comes_first():
    with pytest.raises(DeclarationError, match="after others"):
        sl.Model.define("M", {"X": sl.covariates("a", 1)})


def test_unknown_quantities_are_no_covariates():
    b, region = sl.Normal(0, 1), sl.data("region", categorical=True)
    for make in (
        lambda: b * region,
        lambda: region * b,
        lambda: sl.covariates(b),
        lambda: region * sl.exp(b + 1),
    ):
        with pytest.raises(DeclarationError, match=r"a Normal\(\.\.\.\) (stands in|is multiplied by)"):
            make()


def test_sums_of_categories_say_what_to_write():
    a, b = (sl.data(name, categorical=True) for name in "ab")
    with pytest.raises(DeclarationError, match=r"sl\.covariates\(a, b\)"):
        a + b


@pytest.mark.parametrize("coding", ["indicator", "polynomial"])
def test_codings_without_a_reference_take_none(coding):
    with pytest.raises(DeclarationError, match="reference="):
        sl.data("dose", categorical=True, coding=coding, reference=1)


def test_a_set_may_be_used_as_before():
    X = sl.covariates(1, "a")
    b = sl.Normal(over=X)
    found = sl.Model.define("M", {"X": X, "b": b, "y": sl.Normal(b @ X, 1)})._graph["b"]
    assert isinstance(found, VariableNode)
    assert found.over == ("X",)
