"""The frozen graph: walking it, and drawing it as Mermaid text."""

# mypy: disable-error-code="misc, index, union-attr"
# changing what is frozen is what is tested

import pickle
import re
from dataclasses import FrozenInstanceError

import pytest

import stanlevels as sl
from stanlevels.graph import (
    At,
    Call,
    Column,
    Component,
    ConstantNode,
    Dot,
    ExpressionNode,
    Graph,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
    children,
    parents,
    references,
    walk,
)

BIG = Op(
    "+",
    (
        Call("exp", (Component(At("B", ("home",)), 0),)),
        Op("*", (Dot(Ref("b"), "X"), Stack((Ref("a"), Column("x"), Number(1), Ref("a"))))),
    ),
)


def test_walking_reaches_every_expression_outermost_first():
    kinds = [type(e).__name__ for e in walk(BIG)]
    assert kinds == "Op Call Component At Op Dot Ref Stack Ref Column Number Ref".split()


def test_references_are_the_quantities_in_order_of_first_use():
    assert references(BIG) == ("B", "b", "a")
    assert references(Number(1)) == ()


def test_a_leaf_has_no_children():
    assert all(children(leaf) == () for leaf in (Number(1), Ref("a"), At("a", ("g",)), Column("x")))


def test_parents_of_a_line_are_those_of_all_its_arguments():
    node = VariableNode("y", "Normal", (("mu", BIG), ("sigma", Ref("s"))))
    assert parents(node) == ("B", "b", "a", "s")
    assert parents(VariableNode("y", "Normal", (("mu", None), ("sigma", None)))) == ()


def graph_of(**edges: str) -> Graph:
    """Expression nodes by name, each with the names that it uses."""
    nodes = {}
    for name, uses in edges.items():
        terms = tuple(Ref(u) for u in uses.split())
        nodes[name] = ExpressionNode(name, Stack(terms))
    return Graph("M", nodes)


def test_topological_order_puts_parents_first():
    assert graph_of(c="b a", b="a", a="").topological() == ("a", "b", "c")


def test_topological_order_keeps_the_declared_order_where_it_can():
    assert graph_of(a="", b="", c="b", d="a").topological() == ("a", "b", "c", "d")


def test_a_long_chain_has_a_topological_order():
    edges = {f"q{i}": f"q{i + 1}" for i in range(5000)} | {"q5000": ""}
    assert graph_of(**edges).topological() == tuple(f"q{i}" for i in range(5000, -1, -1))


class Apps(sl.Model):
    """Apps of publishers on devices."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    home = sl.Level("home_device", of=device)
    k = sl.Index(2)
    c = sl.Constant(1)
    P = sl.Normal(0, 1, over=publisher)
    A = sl.Normal(P, 1, over=(app, k))
    noise = sl.exp(A[0] * c)
    pair = sl.Normal(0, 1, over=(app, device))
    y = sl.Normal(pair, noise, observed=True)


GRAPH = Apps.graph()


def test_nodes_are_sorted_by_what_they_are():
    assert list(GRAPH.levels) == ["publisher", "app", "device"]
    assert list(GRAPH.aliases) == ["home"]
    assert list(GRAPH.latent) == ["P", "A", "pair"]
    assert list(GRAPH.observed) == ["y"]
    assert list(GRAPH.quantities) == ["c", "P", "A", "noise", "pair", "y"]


def test_the_axes_of_a_line_are_units_or_components():
    assert GRAPH.unit_axes(("app", "k")) == ("app",)
    assert GRAPH.component_axes(("app", "k")) == ("k",)


def test_a_graph_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        GRAPH.name = "Other"
    with pytest.raises(TypeError):
        GRAPH.nodes["d"] = ConstantNode("d", 1)
    with pytest.raises(FrozenInstanceError):
        GRAPH["P"].name = "Q"


def test_a_graph_survives_pickling():
    assert pickle.loads(pickle.dumps(GRAPH)) == GRAPH


# --- Mermaid -------------------------------------------------------------------------------------


def plates(text: str) -> dict[str, tuple[str, ...]]:
    """The plates around each node, outermost first, by the node's label."""
    open_, found = [], {}
    for line in text.splitlines():
        if match := re.match(r'\s*subgraph \w+\["(.*)"\]$', line):
            open_.append(match[1])
        elif line.strip() == "end":
            open_.pop()
        elif match := re.match(r'\s*n\d+\W+"(.*)"\W+$', line):
            found[match[1]] = tuple(open_)
    assert open_ == []
    return found


def edges(text: str) -> set[tuple[str, str]]:
    labels = dict(re.findall(r'\s(n\d+)[\[({]+"(.*)"', text))
    return {(labels[a], labels[b]) for a, b in re.findall(r"(n\d+) --> (n\d+)", text)}


def test_the_drawing_has_a_plate_for_every_level_nested_as_declared():
    assert plates(str(GRAPH)) == {
        "c": (),
        "noise": (),
        "P": ("publisher",),
        "A": ("publisher", "app"),
        "pair": ("app x device",),
        "y": ("rows",),
    }


def test_the_drawing_has_an_edge_for_every_dependence():
    assert edges(str(GRAPH)) == {("P", "A"), ("A", "noise"), ("c", "noise"), ("pair", "y"), ("noise", "y")}


def test_every_line_of_the_drawing_is_mermaid():
    form = re.compile(
        r'flowchart TD|\s*subgraph \w+\[".*"\]|\s*end|\s*n\d+(\(\[".*"\]\)|\{\{".*"\}\}|\[".*"\])'
        r"|\s*n\d+ --> n\d+|\s*classDef observed .*|\s*class [n\d,]+ observed"
    )
    assert all(form.fullmatch(line) for line in str(GRAPH).splitlines())


def test_observed_nodes_are_marked():
    assert re.search(r"class n5 observed", str(GRAPH))


@pytest.mark.parametrize("name", ['"]', "a\nb", "<b", "end", "subgraph", "a & b", "x --> y", "%% c"])
def test_no_name_breaks_the_drawing(name):
    a = sl.Normal(0, 1)
    text = str(sl.Model.define("M", {name: a, "y": sl.Normal(a, 1, observed=True)}).graph())
    assert len(text.splitlines()) == 8
    assert len(edges(text)) == 1
    assert "<b" not in text
    assert "\n  n0 --> n1\n" in text


def test_a_model_without_lines_has_an_empty_drawing():
    class Empty(sl.Model):
        pass

    assert str(Empty.graph()) == "flowchart TD"


def test_a_level_without_quantities_has_no_plate_but_holds_those_within_it():
    school = sl.Level()
    room = sl.Level(within=school)
    empty = sl.Level()
    lines = {"school": school, "empty": empty, "room": room, "u": sl.Normal(0, 1, over=room)}
    assert plates(str(sl.Model.define("M", lines).graph())) == {"u": ("school", "room")}


def test_a_notebook_is_given_the_drawing_and_its_text():
    assert GRAPH._repr_mimebundle_() == {"image/svg+xml": GRAPH.svg(), "text/plain": str(GRAPH)}
