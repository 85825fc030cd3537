"""`place`: where every line lives, and how it finds what it uses."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError, NestingError
from stanlevels.graph import ROWS
from stanlevels.plan.terms import Known, Literal, Take, Use, uses
from tests.passes.kit import bind, domain

SCHOOL = sl.Level()
ROOM = sl.Level(within=SCHOOL)
REGION = sl.Level()
TEAM = sl.Level("home")
HOME = sl.Level("home", of=TEAM)
AWAY = sl.Level("away", of=TEAM)
AXES = {"school": SCHOOL, "room": ROOM, "region": REGION, "team": TEAM, "home": HOME, "away": AWAY}
S = sl.Normal(0, 1, over=SCHOOL)
R = sl.Normal(0, 1, over=ROOM)
G = sl.Normal(0, 1, over=REGION)
T = sl.Normal(0, 1, over=TEAM)
A = sl.Normal(0, 1)
UNITS = {**AXES, "S": S, "R": R, "G": G, "T": T, "A": A}


def with_lines(frame, **lines):
    return bind({**UNITS, **lines}, frame)


def place_of(frame, expr, use=lambda e: e, over=None):
    """The domain of a named expression `e`, used in an outcome or in a line over a level."""
    line = sl.Normal(use(expr), 1, over=over, observed=over is None and "y")
    return domain(with_lines(frame, e=expr, line=line, y=sl.Normal(0, 1, observed=True)), "e")


# --- domains -----------------------------------------------------------------------------------------


def test_a_line_lives_where_over_says_and_one_with_data_at_the_rows(frame):
    bound = with_lines(
        frame,
        pair=sl.Normal(0, 1, over=(SCHOOL, REGION)),
        each=sl.Normal(0, 1, over=sl.rows),
        size=sl.Normal(S, 1, over=SCHOOL, observed=True),
        y=sl.Normal(0, 1, observed=True),
    )
    assert [domain(bound, n) for n in ("A", "S", "pair", "each", "size", "y")] == [
        (),
        ("school",),
        ("school", "region"),
        (ROWS,),
        ("school",),
        (ROWS,),
    ]


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (lambda: A * 2, ()),
        (lambda: S + A, ("school",)),
        (lambda: S + R, ("room",)),  # a room lies in one school
        (lambda: S + G, (ROWS,)),  # crossed: only a row has both
        (lambda: sl.exp(R) / A, ("room",)),
    ],
)
def test_a_named_expression_lives_at_the_coarsest_place_that_knows_its_parts(frame, expr, expected):
    assert place_of(frame, expr()) == expected


@pytest.mark.parametrize(
    ("expr", "over", "expected"),
    [
        (lambda: A * sl.data("x"), None, (ROWS,)),
        (lambda: A * sl.data("size"), SCHOOL, ("school",)),
        (lambda: A * sl.data("size"), ROOM, ("room",)),
        (lambda: S * sl.data("size"), ROOM, ("room",)),
        (lambda: T[HOME] - T[AWAY], None, (ROWS,)),
    ],
)
def test_an_expression_with_a_column_lives_where_it_is_used(frame, expr, over, expected):
    assert place_of(frame, expr(), over=over) == expected


def test_an_expression_with_a_column_that_is_used_at_two_places_lives_at_the_coarser(frame):
    part = A * sl.data("size")
    bound = with_lines(
        frame, part=part, B=sl.Normal(part, 1, over=SCHOOL), y=sl.Normal(part, 1, observed=True)
    )
    assert domain(bound, "part") == ("school",)
    assert bound.planned.lines["y"].args["mu"] == Use("part", ("school",), (ROWS,))


def test_a_chain_of_expressions_with_columns_is_followed_to_its_use(frame):
    """Each names the one before; the places of all follow from the line at the end."""
    one = A * sl.data("size")
    two = one + A
    three = two * 2
    bound = with_lines(
        frame,
        one=one,
        two=two,
        three=three,
        B=sl.Normal(three, 1, over=SCHOOL),
        y=sl.Normal(0, 1, observed=True),
    )
    assert [domain(bound, n) for n in ("one", "two", "three")] == [("school",)] * 3


def test_an_expression_with_a_column_that_is_used_through_a_road_lives_at_the_level(frame):
    worth = A * sl.data("wealth")
    data = {**frame, "wealth": np.array([1.0, 2.0, 3.0] * 8)}
    bound = bind({**UNITS, "worth": worth, "y": sl.Normal(worth[AWAY], 1, observed=True)}, data)
    assert domain(bound, "worth") == ("team",)


def test_an_expression_that_nothing_uses_is_computed_at_the_rows(frame):
    bound = with_lines(frame, idle=A * sl.data("x"), y=sl.Normal(0, 1, observed=True))
    assert domain(bound, "idle") == (ROWS,)


# --- roads -------------------------------------------------------------------------------------------


def test_a_number_of_trials_is_its_column_also_where_the_column_has_a_name(frame):
    rows = {**frame, "n": np.full(len(frame["y"]), 9), "k": np.full(len(frame["y"]), 4)}
    n = sl.data("n")
    bound = bind({"n": n, "A": A, "k": sl.Binomial(n, logit=A, observed=True)}, rows)
    assert bound.planned.lines["k"].args["trials"] == Known("n", (ROWS,))


def test_a_quantity_at_its_own_place_needs_no_road_and_a_scalar_none(frame):
    bound = with_lines(frame, B=sl.Normal(S + A, 1, over=SCHOOL), y=sl.Normal(0, 1, observed=True))
    assert [u.road for u in uses(bound.planned.lines["B"].args["mu"])] == [(), ()]


def test_a_declared_nesting_is_the_road_from_room_to_school(frame):
    bound = with_lines(frame, B=sl.Normal(S, 1, over=ROOM), y=sl.Normal(0, 1, observed=True))
    assert bound.planned.lines["B"].args["mu"] == Use("S", ("school",), ("room",))
    np.testing.assert_array_equal(bound.stan_data["room_school"], np.repeat([1, 2, 3, 4], 3))


def test_a_nesting_found_in_the_data_is_a_road_too(frame):
    club = sl.Level("home")
    town = sl.Level("region")
    u = sl.Normal(0, 1, over=town)
    bound = bind(
        {
            "club": club,
            "town": town,
            "u": u,
            "v": sl.Normal(u, 1, over=club),
            "y": sl.Normal(0, 1, observed=True),
        },
        frame,
    )
    assert bound.planned.lines["v"].args["mu"] == Use("u", ("town",), ("club",))


def test_a_nesting_that_the_data_lack_is_an_error_that_names_three_units(frame):
    with pytest.raises(NestingError) as caught:
        with_lines(frame, B=sl.Normal(S, 1, over=REGION), y=sl.Normal(0, 1, observed=True))
    assert "region does not determine school" in str(caught.value)
    assert sum(f"'{unit}'" in str(caught.value) for unit in ("north", "a", "b")) == 3


def test_a_pair_of_levels_knows_both_its_units(frame):
    bound = with_lines(
        frame, pair=sl.Normal(S + G, 1, over=(SCHOOL, REGION)), y=sl.Normal(0, 1, observed=True)
    )
    assert [u.road for u in uses(bound.planned.lines["pair"].args["mu"])] == [("school",), ("region",)]
    np.testing.assert_array_equal(bound.stan_data["school_region_school"], np.repeat([1, 2, 3, 4], 3))
    np.testing.assert_array_equal(bound.stan_data["school_region_region"], np.tile([1, 2, 3], 4))


def test_a_row_finds_its_pair(frame):
    pair = sl.Normal(0, 1, over=(SCHOOL, REGION))
    bound = with_lines(frame, pair=pair, y=sl.Normal(pair, 1, observed=True))
    school, region = np.repeat([0, 1, 2, 3], 6), np.tile([0, 1, 2], 8)
    np.testing.assert_array_equal(bound.stan_data["school_region"], school * 3 + region + 1)


def test_a_road_by_name_takes_the_column_of_the_road(frame):
    bound = with_lines(frame, y=sl.Normal(T[HOME] - T[AWAY], 1, observed=True))
    assert [u.road for u in uses(bound.planned.lines["y"].args["mu"])] == [("home",), ("away",)]
    np.testing.assert_array_equal(bound.stan_data["home"], [1, 2, 3] * 8)
    np.testing.assert_array_equal(bound.stan_data["away"], [2, 3, 1] * 8)


def test_indexing_by_its_own_level_says_nothing_new(frame):
    plain = with_lines(frame, y=sl.Normal(S, 1, observed=True))
    indexed = with_lines(frame, y=sl.Normal(S[SCHOOL], 1, observed=True))
    assert indexed.planned.lines["y"].args == plain.planned.lines["y"].args


# --- components ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "position"), [(0, 0), (1, 1), ("low", 0), ("high", 1)])
def test_a_component_is_picked_by_label_or_by_position(frame, key, position):
    k = sl.Index(["low", "high"])
    b = sl.Normal(0, 1, over=(SCHOOL, k))
    bound = with_lines(frame, k=k, b=b, y=sl.Normal(b[key], 1, observed=True))
    assert bound.planned.lines["y"].args["mu"] == Take(
        Use("b", ("school",), (ROWS,), ("k",)), position, (ROWS,)
    )


def test_where_labels_are_numbers_a_key_is_a_label(frame):
    k = sl.Index([2, 3])
    b = sl.Normal(0, 1, over=k)
    bound = with_lines(frame, k=k, b=b, y=sl.Normal(b[3], 1, observed=True))
    assert bound.planned.lines["y"].args["mu"].position == 1
    with pytest.raises(DeclarationError, match="takes component 0"):
        with_lines(frame, k=k, b=b, y=sl.Normal(b[0], 1, observed=True))


@pytest.mark.parametrize("key", [2, -1, "mid", ""])
def test_a_component_that_is_not_there_is_refused(frame, key):
    k = sl.Index(["low", "high"])
    b = sl.Normal(0, 1, over=k)
    with pytest.raises(DeclarationError, match="takes component"):
        with_lines(frame, k=k, b=b, y=sl.Normal(b[key], 1, observed=True))


def test_components_of_a_multinormal_are_called_like_its_means(frame):
    r = sl.LKJCholesky(2)
    level, trend = sl.Normal(0, 1), sl.Normal(0, 1)
    B = sl.MultiNormal([level, trend], [1, 1], r, over=SCHOOL)
    bound = with_lines(frame, r=r, level=level, trend=trend, B=B, y=sl.Normal(B["trend"], 1, observed=True))
    assert bound.planned.axes["B"] == bound.planned.axes["r"] == ("level", "trend")
    assert bound.planned.lines["y"].args["mu"].position == 1


@pytest.mark.parametrize("means", [lambda a: [0, 0], lambda a: [a, a], lambda a: [a + 1, a]])
def test_other_components_are_counted(frame, means):
    r = sl.LKJCholesky(2)
    B = sl.MultiNormal(means(A), [1, 1], r, over=SCHOOL)
    bound = with_lines(frame, r=r, B=B, y=sl.Normal(B[0], 1, observed=True))
    assert bound.planned.axes["B"] == (0, 1)


def test_components_of_covariates_are_their_columns(frame):
    X = sl.covariates("x", sl.data("region", categorical=True))
    b = sl.Normal(0, 1, over=X)
    bound = with_lines(frame, X=X, b=b, y=sl.Normal(b["region[south]"] + b["x"], 1, observed=True))
    assert bound.planned.axes["X"] == ("x", "region[south]", "region[west]")


def test_an_index_named_like_a_list_of_another_line_keeps_its_labels(frame):
    """A list of numbers needs an axis of its own, which no declaration can be called."""
    theta = sl.Index(2)
    u = sl.Normal(0, 1, over=theta)
    bound = with_lines(
        frame,
        c_theta=theta,
        u=u,
        c=sl.Categorical([0.2, 0.3, 0.5], observed="choice"),
        y=sl.Normal(u[1], 1, observed=True),
    )
    assert bound.planned.axes["c_theta"] == (0, 1)


# --- terms --------------------------------------------------------------------------------------------


def test_numbers_are_folded_and_zero_stays_in_the_text(frame):
    bound = with_lines(
        frame, B=sl.Normal(0, sl.Constant(2) * 3 - 1, over=SCHOOL), y=sl.Normal(S, 1, observed=True)
    )
    args = bound.planned.lines["B"].args
    assert args["mu"] == Literal(0)
    assert args["sigma"] == Literal(5)


def test_a_column_is_known_at_the_place_of_its_line(frame):
    bound = with_lines(frame, B=sl.Normal(sl.data("size"), 1, over=SCHOOL), y=sl.Normal(0, 1, observed=True))
    assert bound.planned.lines["B"].args["mu"] == Known("size", ("school",))
    np.testing.assert_array_equal(bound.stan_data["school_size"], [10, 20, 15, 12])


def test_lines_are_in_the_order_of_dependence(frame):
    class M(sl.Model):
        a = sl.Normal(0, 1)
        b = sl.Normal(a, 1)
        y = sl.Normal(b, 1, observed=True)

    class Other(M):
        z = sl.Normal(0, 1)
        b = sl.Normal(z, 1)

    assert list(Other.bind(frame).planned.lines) == ["a", "z", "b", "y"]
