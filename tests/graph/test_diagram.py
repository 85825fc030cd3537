"""What of a model is drawn where, and as what."""

import importlib
import pickle
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.commands.scripts import load_script
from stanlevels.graph import ROWS
from stanlevels.graph.diagram import diagram
from stanlevels.graph.places import places
from tests.drawing.test_layout import check

EXAMPLES = sorted(
    path for path in (Path(__file__).parents[2] / "examples").glob("*.py") if "make_" not in path.name
)


def models_of(path):
    things = vars(load_script(path)).values()
    return [t for t in things if isinstance(t, type) and issubclass(t, sl.Model) and t is not sl.Model]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_drawn_with_everything_in_its_place(path):
    for model in models_of(path):
        graph = model.graph()
        found = check(diagram(graph))
        assert set(found.boxes) == set(graph.quantities)
        check(diagram(graph, data=True))


class Crossed(sl.Model):
    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    empty = sl.Level()
    half = sl.Constant(0.5)
    P = sl.Normal(0, half, over=publisher)
    A = sl.Normal(P + sl.data("price"), 1, over=app)
    D = sl.Normal(0, 1, over=device)
    eta = A + D + sl.data("age")
    y = sl.Normal(eta, 1, observed=True)


def plates_of(model):
    return {p.key: (p.label, p.within, p.across) for p in diagram(model.graph()).plates}


def test_a_plate_lies_in_the_level_that_its_own_is_within_and_the_rows_where_levels_cross():
    assert plates_of(Crossed) == {
        "publisher": ("publisher", None, None),
        "app": ("app", "publisher", None),
        "device": ("device", None, None),
        ROWS: ("rows", None, ("app", "device")),
    }


def test_shapes_say_what_a_quantity_is():
    nodes = {n.key: (n.form, n.filled, n.doubled) for n in diagram(Crossed.graph()).nodes}
    assert nodes == {
        "half": ("small", True, False),
        "P": ("round", False, False),
        "A": ("round", False, False),
        "D": ("round", False, False),
        "eta": ("round", False, True),
        "y": ("round", True, False),
    }


def test_columns_are_drawn_on_request_where_the_line_that_uses_them_is():
    plain, full = diagram(Crossed.graph()), diagram(Crossed.graph(), data=True)
    more = {(n.label, n.plate, n.form) for n in full.nodes} - {
        (n.label, n.plate, n.form) for n in plain.nodes
    }
    assert more == {("price", "app", "small"), ("age", ROWS, "small")}
    assert len(full.arrows) == len(plain.arrows) + 2


def test_expressions_stand_where_what_they_are_computed_from_does():
    class Model(sl.Model):
        school = sl.Level()
        room = sl.Level(within=school)
        a = sl.Normal(0, 1)
        twice = 2 * a
        s = sl.Normal(0, 1, over=school)
        r = sl.Normal(0, 1, over=room)
        both = s + r
        slope = a * sl.data("x")
        y = sl.Normal(both + slope + twice, 1, observed=True)

    found = places(Model.graph())
    assert [found[name] for name in ("twice", "both", "slope", "y")] == [(), ("room",), (ROWS,), (ROWS,)]


def test_a_level_that_looks_up_another_lies_in_it_too():
    """Students sit in a room and have a background: the graph is not a tree."""

    class Students(sl.Model):
        room = sl.Level()
        student = sl.Level(within=room)
        background = sl.Level()
        r = sl.Normal(0, 1, over=room)
        b = sl.Normal(0, 1, over=background)
        s = sl.Normal(r + b, 1, over=student)
        y = sl.Normal(s, 1, observed=True)

    plates = plates_of(Students)
    assert plates["student"][1:] == (None, ("room", "background"))
    assert plates[ROWS][1:] == ("student", None)


def test_rows_that_reach_a_level_by_two_roads_stand_beside_it():
    class Football(sl.Model):
        team = sl.Level()
        home = sl.Level("home_team", of=team)
        away = sl.Level("away_team", of=team)
        strength = sl.Normal(0, 1, over=team)
        goals = sl.Normal(strength[home] - strength[away], 1, observed=True)

    assert plates_of(Football)[ROWS][1:] == (None, None)


def test_three_crossed_levels_stand_beside_the_rows():
    class Three(sl.Model):
        a, b, c = (sl.Level(name) for name in "abc")
        x = sl.Normal(0, 1, over=a)
        y = sl.Normal(0, 1, over=b)
        z = sl.Normal(0, 1, over=c)
        out = sl.Normal(x + y + z, 1, observed=True)

    assert all(within is None and across is None for _, within, across in plates_of(Three).values())
    check(diagram(Three.graph()))


def test_a_quantity_over_two_levels_stands_where_they_cross_and_the_rows_within():
    class Both(sl.Model):
        a, b = sl.Level(), sl.Level()
        x = sl.Normal(0, 1, over=a)
        y = sl.Normal(0, 1, over=b)
        xy = sl.Normal(x + y, 1, over=(a, b))
        out = sl.Normal(xy, 1, observed=True)

    plates = plates_of(Both)
    assert plates["a × b"] == ("a × b", None, ("a", "b"))
    assert plates[ROWS][1] == "a × b"
    check(diagram(Both.graph()))


def test_an_outcome_of_units_lies_in_their_plate():
    class OfSchools(sl.Model):
        school = sl.Level()
        a = sl.Normal(0, 1, over=school)
        quality = sl.Normal(a, 1, observed=True, over=school)

    assert list(plates_of(OfSchools)) == ["school"]


@pytest.mark.parametrize("name", ["<b>&", 'a"b', "$x$", "a\nb", " a ", "rows", "界", "x" * 60])
def test_any_name_can_be_drawn(name):
    a, level = sl.Normal(0, 1), sl.Level("column")
    lines = {"u": a, name: level, "v": sl.Normal(a, 1, over=level), "y": sl.Normal(a, 1, observed=True)}
    graph = sl.Model.define("M", lines).graph()
    check(diagram(graph))
    ET.fromstring(graph.svg())


# --- with data -----------------------------------------------------------------------------------

ROWS_OF_DATA = pd.DataFrame(
    {
        "publisher": list("aaaabbbb"),
        "app": list("ppqqrrss"),
        "device": list("xyxyxyxy"),
        "empty": list("eeeeffff"),
        "price": [1, 1, 2, 2, 3, 3, 4, 4],
        "age": [1.0, 2, 5, 3, 4, 2, 6, 1],
        "y": [0.1, 0.4, 0.2, 0.9, 0.5, 0.3, 0.8, 0.7],
    }
)


def test_plates_say_how_many_units_there_are():
    graph = Crossed.bind(ROWS_OF_DATA).graph
    labels = {plate.label for plate in diagram(graph).plates}
    assert labels == {"publisher, J = 2", "app, K = 4", "device, L = 2", "rows, N = 8"}
    assert 'plate_0["publisher, J = 2"]' in str(graph)
    assert pickle.loads(pickle.dumps(graph)).svg() == graph.svg()


class Groups(sl.Model):
    group = sl.Level()
    mean = sl.Normal(0, 5)
    spread = sl.HalfNormal(2)
    u = sl.Normal(mean, spread, over=group)
    noise = sl.HalfNormal(2)
    y = sl.Normal(u, noise, observed=True)


OF_GROUPS = pd.DataFrame({"group": list("aabbcc"), "y": [1.0, 2, 3, 5, 4, 7]})


def forms(graph):
    return {node.key: node.form for node in diagram(graph).nodes}


def test_after_maximum_likelihood_parameters_are_boxes():
    fit = Groups.fit(OF_GROUPS, method="mle", progress=False)
    boxes = dict.fromkeys(["mean", "spread", "noise"], "square")
    assert forms(fit.graph) == boxes | {"u": "round", "y": "round"}
    assert forms(pickle.loads(pickle.dumps(fit)).graph) == forms(fit.graph)


def test_what_belongs_to_the_distribution_of_a_parameter_is_left_out():
    fit = Groups.fit(OF_GROUPS, method="ols", roles={"u": "parameter"}, progress=False)
    assert forms(fit.graph) == {"u": "square", "noise": "square", "y": "round"}


def test_what_a_role_makes_known_is_not_drawn_where_nothing_uses_it():
    graph = Groups.bind(OF_GROUPS, roles={"spread": 0}).graph
    assert "spread" not in forms(graph)


# --- files ---------------------------------------------------------------------------------------


def test_the_ending_says_what_is_written(tmp_path):
    graph = Groups.graph()
    starts = {".svg": b"<svg", ".png": b"\x89PNG", ".PDF": b"%PDF", ".mmd": b"flowchart TD"}
    for ending, start in starts.items():
        path = graph.save(tmp_path / f"a model{ending}")
        assert path.read_bytes().startswith(start)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(sl.StanlevelsError, match=r"\.svg, \.png, \.pdf or \.mmd"):
        Groups.graph().save(tmp_path / "model.jpg")


def test_the_picture_is_the_same_each_time():
    importlib.import_module("stanlevels.drawing.layout").layout.cache_clear()
    first = Groups.graph().svg()
    importlib.import_module("stanlevels.drawing.layout").layout.cache_clear()
    assert Groups.graph().svg() == first
