"""Levels, indexes and covariates as declarations."""

import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError
from stanlevels.graph import CovariateColumn


def graph(**lines):
    return sl.Model.define("M", lines).graph()


def test_a_level_reads_the_column_of_its_own_name_or_another():
    found = graph(school=sl.Level(), room=sl.Level("classroom"))
    assert {n: v.column for n, v in found.levels.items()} == {"school": "school", "room": "classroom"}


def test_a_level_lies_within_another():
    school = sl.Level()
    found = graph(school=school, room=sl.Level(within=school, unique=True))
    assert (found.levels["room"].within, found.levels["room"].unique) == ("school", True)


def test_a_road_is_no_level_of_its_own():
    team = sl.Level()
    found = graph(team=team, home=sl.Level("home_team", of=team))
    assert list(found.levels) == ["team"]
    assert list(found.aliases) == ["home"]
    assert found.target_level("home") == found.target_level("team") == "team"


@pytest.mark.parametrize(
    "clash", [{"within": True}, {"unique": True}, {"within": True, "unique": True}], ids=str
)
def test_of_stands_alone(clash):
    other = sl.Level()
    if "within" in clash:
        clash = {**clash, "within": other}
    with pytest.raises(DeclarationError, match="of= and within="):
        sl.Level("home", of=sl.Level(), **clash)


@pytest.mark.parametrize("role", ["within", "of"])
@pytest.mark.parametrize("value", ["school", 3, sl.Normal(0, 1), sl.Index(2), sl.rows], ids=repr)
def test_within_and_of_take_levels(role, value):
    with pytest.raises(DeclarationError, match=f"{role}= of a Level"):
        sl.Level(**{role: value})


def test_a_road_to_a_road_is_refused_with_the_level_to_name():
    team = sl.Level()
    home = sl.Level(of=team)
    with pytest.raises(DeclarationError, match="itself of= another level") as caught:
        graph(team=team, home=home, host=sl.Level(of=home))
    assert caught.value.way_out == "write of=team"


@pytest.mark.parametrize("column", [3, b"school", ["school"], sl.data("school")], ids=repr)
def test_a_column_is_text(column):
    with pytest.raises(DeclarationError, match="column"):
        sl.Level(column)


def test_an_index_counts_or_takes_labels():
    found = graph(k=sl.Index(3), j=sl.Index(["low", "high"]), m=sl.Index([1, 2]))
    assert [found[n].labels for n in "kjm"] == [(0, 1, 2), ("low", "high"), (1, 2)]


@pytest.mark.parametrize("labels", [["a", "a"], ["a", 1], [1.5], [None], [True, False], [("a",)]], ids=repr)
def test_labels_of_an_index_are_distinct_texts_or_distinct_numbers(labels):
    with pytest.raises(DeclarationError, match="an Index has labels"):
        sl.Index(labels)


@pytest.mark.parametrize("labels", [0, -1, [], True, "abc", None, 2.5], ids=repr)
def test_an_index_needs_labels(labels):
    with pytest.raises(DeclarationError, match="an Index"):
        sl.Index(labels)


def test_covariates_are_columns_and_codings_in_order():
    region = sl.data("region", categorical=True, coding="sum", reference="north")
    found = graph(X=sl.covariates("age", region, "size"), region=region)
    assert found["X"].columns == (
        CovariateColumn("age"),
        CovariateColumn("region", "sum", "north"),
        CovariateColumn("size"),
    )
    assert found["region"].columns == (CovariateColumn("region", "sum", "north"),)


def test_treatment_coding_with_the_first_category_is_the_default():
    assert graph(r=sl.data("region", categorical=True))["r"].columns == (
        CovariateColumn("region", "treatment"),
    )


@pytest.mark.parametrize("columns", [(), ("x", "x"), (3,), ("x", None)], ids=repr)
def test_covariates_name_distinct_columns(columns):
    with pytest.raises(DeclarationError, match=r"sl\.covariates"):
        sl.covariates(*columns)


def test_a_categorical_column_may_stand_once_among_covariates():
    region = sl.data("region", categorical=True)
    with pytest.raises(DeclarationError, match="twice"):
        sl.covariates(region, "region")


@pytest.mark.parametrize("given", [{"coding": "sum"}, {"reference": "north"}], ids=str)
def test_a_coding_needs_categories(given):
    with pytest.raises(DeclarationError, match="without categorical=True"):
        sl.data("region", **given)


@pytest.mark.parametrize("coding", ["dummy", "", None, 3])
def test_an_unknown_coding_is_refused_with_the_known_ones(coding):
    with pytest.raises(DeclarationError, match="coding=") as caught:
        sl.data("region", categorical=True, coding=coding)
    assert caught.value.expected == "'treatment', 'sum', 'indicator', 'polynomial', 'steps', 'helmert'"


def test_levels_and_covariates_do_not_take_part_in_arithmetic():
    for thing in (sl.Level(), sl.covariates("x"), sl.Index(2), sl.rows):
        with pytest.raises((DeclarationError, TypeError)):
            sl.Normal(0, 1) + thing
        with pytest.raises((DeclarationError, TypeError)):
            thing + sl.Normal(0, 1)


UNNAMED = {
    "a level": (sl.Level("home team"), 'home_team = sl.Level("home team")', "over=home_team"),
    "a level of any name": (sl.Level(), "level = sl.Level()", "over=level"),
    "covariates": (sl.covariates("x", "z"), 'X = sl.covariates("x", "z")', "over=X"),
    "categories": (
        sl.data("region", categorical=True, reference="north"),
        "X = sl.data(\"region\", categorical=True, reference='north')",
        "over=X there, used as b @ X",
    ),
}


@pytest.mark.parametrize(("axis", "line", "use"), UNNAMED.values(), ids=UNNAMED)
def test_an_unnamed_axis_is_refused_with_the_line_to_add(axis, line, use):
    with pytest.raises(DeclarationError, match="without a name") as caught:
        graph(a=sl.Normal(0, 1, over=axis))
    assert line in caught.value.way_out
    assert use in caught.value.way_out


def test_covariates_without_a_name_are_refused_where_they_are_used():
    X = sl.covariates("x", "z")
    b = sl.Normal(0, 1, over=X)
    with pytest.raises(DeclarationError, match="right side of @") as caught:
        graph(X=X, b=b, y=sl.Normal(b @ sl.covariates("x", "z"), 1, observed=True))
    assert 'X = sl.covariates("x", "z")' in caught.value.way_out
    assert "b @ X" in caught.value.way_out
