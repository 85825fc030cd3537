"""Units of new data find themselves in earlier data by their labels, whatever their order."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.values.carry import carried
from stanlevels.values.matching import Matching, matched_labels
from stanlevels.values.store import Values


class Schools(sl.Model):
    school = sl.Level()
    classroom = sl.Level(within=school)
    teacher = sl.Level()
    X = sl.covariates("age", sl.data("region", categorical=True))
    b = sl.Normal(0, 1, over=X)
    S = sl.Normal(0, 1, over=school)
    C = sl.Normal(S, 1, over=classroom)
    T = sl.Normal(0, 1, over=teacher)
    ST = sl.Normal(0, 1, over=(school, teacher))
    y = sl.Normal(b @ X + C + T + ST, 1, observed=True)


def table(schools, classrooms, teachers, regions=("n", "s")):
    n = len(schools)
    return {
        "school": list(schools),
        "classroom": list(classrooms),
        "teacher": list(teachers),
        "age": np.arange(n) * 1.0,
        "region": [regions[i % len(regions)] for i in range(n)],
        "y": np.zeros(n),
    }


OLD = table("aabb", [1, 2, 1, 2], "tuvt")
NEW = table("bbaac", [2, 1, 1, 3, 1], "tuwvt")


@pytest.fixture
def matching():
    return Matching(Schools.bind(OLD).data, Schools.bind(NEW).data)


def test_labels_are_found_whatever_their_order():
    assert matched_labels([3, 1, 2], [1, 2, 4, 3]).tolist() == [1, 2, -1, 0]


def test_true_is_not_one():
    assert matched_labels([True, False], [1, 0, True]).tolist() == [-1, -1, 0]


def named(bound, level):
    """The path of every unit."""
    units = bound.levels[level]
    if units.above is None:
        return list(units.labels)
    above = bound.levels["school"].labels
    return [(above[p], label) for p, label in zip(units.above, units.labels, strict=True)]


@pytest.mark.parametrize("level", ["school", "teacher", "classroom"])
def test_every_unit_finds_the_one_of_its_own_name(matching, level):
    old, new = named(matching.old, level), named(matching.new, level)
    found = matching.levels[level].tolist()
    assert [old[i] if i >= 0 else None for i in found] == [u if u in old else None for u in new]


def test_a_label_under_another_parent_is_another_unit(matching):
    units = named(matching.new, "classroom")
    assert matching.levels["classroom"][units.index(("c", 1))] == -1


def test_combinations_of_levels_are_known_where_both_are(matching):
    schools, teachers = (matching.levels[n] for n in ("school", "teacher"))
    grid = [(s, t) for s in schools for t in teachers]
    expected = [s * 3 + t if s >= 0 and t >= 0 else -1 for s, t in grid]
    assert matching.units(("school", "teacher")).tolist() == expected


def test_rows_have_no_names_to_go_by(matching):
    assert matching.units(("<rows>",)).tolist() == [-1] * 5


def carry(old, new, **arrays):
    """Draws of the earlier model on the new data, with NaN for what is new."""
    before, now = Schools.bind(old), Schools.bind(new)
    values = Values(before.planned, {n: np.asarray(a, dtype=float) for n, a in arrays.items()})
    return carried(
        values,
        Matching(before.data, now.data),
        now.planned,
        now.planned.latent,
        lambda line, values, known: known,
    ).arrays


def test_units_bring_their_draws_along():
    draws = np.arange(12.0).reshape(2, 2, 3, 1)  # of t, u, v
    found = carry(OLD, NEW, T=draws)["T"]
    assert found.shape == (1, 4, 4, 1)
    np.testing.assert_array_equal(found[0, :, :, 0], [[*x[:3], np.nan] for x in draws.reshape(4, 3)])


def test_what_is_the_same_in_every_draw_is_so_again():
    found = carry(OLD, NEW, T=np.zeros((2, 2, 3, 1)), S=np.array([1.0, 2.0]).reshape(1, 1, 2, 1))["S"]
    np.testing.assert_array_equal(found[0, :, :, 0], [[1, 2, np.nan]] * 4)


def test_coefficients_go_by_the_names_of_their_columns():
    new = table("aabb", [1, 2, 1, 2], "tuvt", regions=("s", "n", "w"))
    found = carry(OLD, new, b=np.array([5.0, 7.0]).reshape(1, 1, 1, 2))["b"]
    np.testing.assert_array_equal(found[0, 0, 0], [5, 7, np.nan])  # age, south and west


def test_a_coefficient_held_against_another_category_is_another_one():
    new = table("aabb", [1, 2, 1, 2], "tuvt", regions=("a", "n", "s"))
    found = carry(OLD, new, b=np.array([5.0, 7.0]).reshape(1, 1, 1, 2))["b"]
    np.testing.assert_array_equal(found[0, 0, 0], [5, np.nan, np.nan])


def test_what_is_new_is_asked_for_in_the_order_of_dependence():
    before, now = Schools.bind(OLD), Schools.bind(NEW)
    values = Values(before.planned, {"S": np.ones((1, 1, 2, 1))})
    asked = []

    def fresh(line, values, known):
        asked.append((line.name, sorted(values.arrays)))
        return np.full(known.shape, 9.0)

    found = carried(values, Matching(before.data, now.data), now.planned, now.planned.latent, fresh).arrays
    assert found["S"].ravel().tolist() == [1, 1, 9]
    assert dict(asked)["C"] == ["S", "b"]


class Slopes(sl.Model):
    g = sl.Level()
    part = sl.Index(["a", "b"])
    sds = sl.HalfNormal(1, over=part)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([0, 0], sds, corr, over=g)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), 1, observed=True)


class OtherSlopes(Slopes):
    part = sl.Index(["b", "c", "a"])
    corr = sl.LKJCholesky(2, dim=3)
    B = sl.MultiNormal([0, 0, 0], Slopes.sds, corr, over=Slopes.g)


def test_correlations_go_by_the_names_of_their_components_and_new_ones_have_none():
    rows = {"g": ["u", "u", "v"], "x": [0.0, 1, 2], "y": [0.0, 0, 0]}
    before, now = Slopes.bind(rows), OtherSlopes.bind(rows)
    values = Values(before.planned, {"corr": np.array([1, 0.4, 0.4, 1]).reshape(1, 1, 1, 4)})
    found = carried(
        values,
        Matching(before.data, now.data),
        now.planned,
        now.planned.latent,
        lambda line, values, known: known,
    )
    np.testing.assert_array_equal(found.arrays["corr"].reshape(3, 3), [[1, 0, 0.4], [0, 1, 0], [0.4, 0, 1]])
