"""Indexes inside over=: each is a line of its own, called after the line it stands in."""

import pickle
import warnings

import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError
from stanlevels.graph import IndexNode

DATA = {"answer": [0, 1, 2, 1], "y": [1.0, 2.0, 3.0, 2.0], "g": ["a", "a", "b", "b"]}


class Opinion(sl.Model):
    cut = sl.Normal(0, 3, over=sl.Index(["0|1", "1|2"]), ordered=True)
    answer = sl.OrderedLogistic(0, cut, observed=True)


def graph(**lines):
    return sl.Model.define("M", lines).graph()


def axes(model):
    return {n: node.labels for n, node in model.graph().nodes.items() if isinstance(node, IndexNode)}


def test_an_index_takes_its_name_from_the_line_and_stands_above_it():
    assert list(Opinion.graph().nodes) == ["cut_index", "cut", "answer"]
    assert axes(Opinion) == {"cut_index": ("0|1", "1|2")}
    assert Opinion.graph().variables["cut"].over == ("cut_index",)
    assert isinstance(Opinion.cut_index, sl.Index)


def test_an_inline_index_says_the_same_as_one_with_a_line():
    class Long(sl.Model):
        cut_index = sl.Index(["0|1", "1|2"])
        cut = sl.Normal(0, 3, over=cut_index, ordered=True)
        answer = sl.OrderedLogistic(0, cut, observed=True)

    assert Long.graph().nodes == Opinion.graph().nodes
    assert Long.bind(DATA).stan_code.replace("Long", "Opinion") == Opinion.bind(DATA).stan_code


def test_dims_of_the_results_are_called_so():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)  # few draws suffice here
        fit = Opinion.fit(DATA, engine="stanli", chains=1, warmup=50, draws=20, seed=1, progress=False)
    assert fit.idata.posterior["cut"].dims == ("chain", "draw", "cut_index")
    assert fit.idata.posterior["cut_index"].values.tolist() == ["0|1", "1|2"]


def test_two_lines_with_equal_indexes_stay_apart():
    found = graph(a=sl.Normal(0, 1, over=sl.Index(2)), b=sl.Normal(0, 1, over=sl.Index(2)))
    assert list(found.nodes) == ["a_index", "a", "b_index", "b"]


def test_one_index_in_two_lines_is_one_axis_called_after_the_first():
    k = sl.Index(["u", "v"])
    found = graph(a=sl.Normal(0, 1, over=k), b=sl.Normal(0, 1, over=k))
    assert found.variables["a"].over == found.variables["b"].over == ("a_index",)


def test_several_in_one_line_are_numbered_and_stand_beside_levels():
    g = sl.Level()
    found = graph(g=g, a=sl.Normal(0, 1, over=(g, sl.Index(2), sl.Index(3))))
    assert found.variables["a"].over == ("g", "a_index", "a_index_2")


@pytest.mark.parametrize("first", [True, False])
def test_a_name_that_is_taken_is_left_to_its_line(first):
    taken, line = {"a_index": sl.Normal(0, 5)}, {"a": sl.Normal(0, 1, over=sl.Index(2))}
    found = graph(**(taken | line if first else line | taken))
    assert found.variables["a"].over == ("a_index_2",)
    assert "a_index" in found.variables


def test_an_overriding_line_brings_an_index_of_its_own():
    class Finer(Opinion):
        cut = sl.Normal(0, 3, over=sl.Index(["0|1", "1|2", "2|3"]), ordered=True)

    assert axes(Finer) == {"cut_index": ("0|1", "1|2", "2|3")}
    assert axes(Opinion) == {"cut_index": ("0|1", "1|2")}
    assert Finer.bind({"answer": [0, 1, 2, 3]}).program


def test_an_overriding_line_without_one_leaves_none_behind():
    class Named(Opinion):
        threshold = sl.Index(["low", "high"])
        cut = sl.Normal(0, 1, over=threshold, ordered=True)

    class Again(Named):
        extra = sl.Normal(0, 1)

    assert list(axes(Named)) == list(axes(Again)) == ["threshold"]


def test_an_inherited_index_is_used_and_overridden_by_its_name():
    class Shift(Opinion):
        shift = sl.Normal(0, 1, over=Opinion.cut_index)

    class Labels(Shift):
        cut_index = sl.Index(["no|maybe", "maybe|yes"])

    assert Shift.graph().variables["shift"].over == ("cut_index",)
    assert axes(Labels) == {"cut_index": ("no|maybe", "maybe|yes")}


def test_a_line_of_another_kind_cannot_take_the_name_of_an_inherited_index():
    with pytest.raises(DeclarationError, match="another kind of line") as caught:

        class Wrong(Opinion):
            cut_index = sl.Normal(0, 1)

    assert "rename" in caught.value.way_out


def test_a_pickled_model_keeps_its_indexes():
    made = sl.Model.define("Made", {"a": sl.Normal(0, 1, over=sl.Index(2))})
    assert pickle.loads(pickle.dumps(made)).graph().nodes == made.graph().nodes
