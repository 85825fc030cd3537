"""`print(Model)`: the long class as Python that runs."""

# mypy: disable-error-code="assignment"
# lines may be overridden by lines of another kind

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.commands.scripts import load_script
from stanlevels.graph import Graph
from tests.golden.programs import MODELS
from tests.oracle.draft import SeededChoices
from tests.oracle.random_models import random_case

SCRIPTS = [
    p for p in sorted((Path(__file__).parents[2] / "examples").glob("*.py")) if not p.stem.startswith("make_")
]


def read(text: str) -> Graph:
    """The graph of the model that a text declares."""
    namespace: dict[str, Any] = {}
    exec(text, {"sl": sl}, namespace)
    graph: Graph = list(namespace.values())[-1].graph()
    return graph


def lines(model: Any) -> list[str]:
    """The text without the first line and without spaces before lines."""
    return [line.strip() for line in str(model).splitlines()[1:]]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_the_text_of_an_example_makes_an_equal_graph(path):
    module = load_script(path)
    models = [m for m in vars(module).values() if isinstance(m, type) and issubclass(m, sl.Model)]
    assert models
    for model in models:
        assert read(str(model)) == model.graph()


@pytest.mark.parametrize("name", MODELS)
def test_the_text_of_a_model_of_the_golden_programs_makes_an_equal_graph(name):
    assert read(str(MODELS[name])) == MODELS[name].graph()


@pytest.mark.parametrize("seed", range(100))
def test_the_text_of_a_random_model_makes_an_equal_graph(seed):
    model = random_case(SeededChoices(np.random.default_rng(seed)), seed).model
    assert read(str(model)) == model.graph()


class Every(sl.Model):
    """Every kind of line."""

    team = sl.Level()
    player = sl.Level("name", within=team, unique=True)
    home = sl.Level("home_team", of=team)
    k = sl.Index(["low", "high"])
    j = sl.Index(3)
    X = sl.covariates(1, "age", sl.log(sl.data("size")), sl.data("a") * sl.data("b"))
    region = sl.data("region", categorical=True, coding="sum")
    month = sl.data("month", categorical=True, reference="may")
    both = sl.covariates(region * sl.data("month", categorical=True), region * sl.data("age"))
    half = sl.Constant(0.5)
    b = sl.Normal(0, 1, over=X)
    r = sl.Normal(over=region)
    i = sl.StudentT(mu=0, sigma=2, over=both)
    cut = sl.Normal(0, 3, over=j, ordered=True)
    corr = sl.LKJCholesky(dim=2)
    S = sl.MultiNormal([0, half], [1, 2], corr, over=team, centered=True)
    A = sl.Normal(S[0], sigma=2, over=(team, k), centered="between")
    extra = sl.Normal(sigma=1, over=sl.rows)
    eta = b @ X + r @ region - (S[home][1] - extra) / 2 ** -sl.data("x")
    count = sl.Poisson(log=eta + i @ both, observed="n", weights="times")
    won = sl.Binomial(sl.data("played"), logit=A["low"], observed=True)
    grade = sl.OrderedLogistic(eta, cut, observed="grade")


def test_every_kind_of_line_is_written_as_a_person_would():
    assert lines(Every) == [
        '"""Every kind of line."""',
        "",
        "team = sl.Level()",
        'player = sl.Level("name", within=team, unique=True)',
        'home = sl.Level("home_team", of=team)',
        'k = sl.Index(["low", "high"])',
        "j = sl.Index(3)",
        'X = sl.covariates(1, "age", sl.log(sl.data("size")), sl.data("a") * sl.data("b"))',
        'region = sl.data("region", categorical=True, coding="sum")',
        'month = sl.data("month", categorical=True, reference="may")',
        "both = sl.covariates(",
        'sl.data("region", categorical=True, coding="sum") * sl.data("month", categorical=True),',
        'sl.data("region", categorical=True, coding="sum") * sl.data("age"),',
        ")",
        "half = sl.Constant(0.5)",
        "b = sl.Normal(0, 1, over=X)",
        "r = sl.Normal(over=region)",
        "i = sl.StudentT(mu=0, sigma=2, over=both)",
        "cut = sl.Normal(0, 3, over=j, ordered=True)",
        "corr = sl.LKJCholesky(dim=2)",
        "S = sl.MultiNormal([0, half], [1, 2], corr, over=team, centered=True)",
        'A = sl.Normal(S[0], 2, over=(team, k), centered="between")',
        "extra = sl.Normal(sigma=1, over=sl.rows)",
        'eta = b @ X + r @ region - (S[home][1] - extra) / 2 ** (-sl.data("x"))',
        'count = sl.Poisson(log=eta + i @ both, observed="n", weights="times")',
        'won = sl.Binomial(sl.data("played"), logit=A["low"], observed=True)',
        "grade = sl.OrderedLogistic(eta, cut, observed=True)",
    ]
    assert read(str(Every)) == Every.graph()


def of(expression: Any) -> Any:
    a, b = sl.Normal(0, 1), sl.Normal(0, 1)
    return sl.Model.define("M", {"a": a, "b": b, "x": expression(a, b)})


@pytest.mark.parametrize("level", ["school", "the school"])
def test_columns_made_of_others_are_written_with_their_level(level):
    school = sl.Level("school")
    X = sl.covariates(
        1, sl.standardize("age"), sl.polynomial("age", 2), sl.mean("age", over=school) * sl.data("x")
    )
    b = sl.Normal(over=X)
    y = sl.Normal(b @ X + sl.mean(sl.log(sl.data("x")), over=school) - sl.center("x"), observed=True)
    model = sl.Model.define("M", {"b": b, "X": X, level: school, "y": y})
    assert read(str(model)) == model.graph()


TREES = {
    "a + (b + a)": lambda a, b: a + (b + a),
    "a + b + a": lambda a, b: a + b + a,
    "a - (b - a)": lambda a, b: a - (b - a),
    "a * (b / a)": lambda a, b: a * (b / a),
    "(a + 1) * b": lambda a, b: (a + 1) * b,
    "-a ** 2": lambda a, b: -(a**2),
    "(-a) ** 2": lambda a, b: (-a) ** 2,
    "(-2) ** a": lambda a, b: (-2) ** a,
    "a ** b ** 2": lambda a, b: a ** (b**2),
    "(a ** b) ** 2": lambda a, b: (a**b) ** 2,
    "a - -1": lambda a, b: a - -1,
    "-(-a)": lambda a, b: (-a).__neg__(),
    "a - (-b)": lambda a, b: a - (-b),
    "1e-20 * a": lambda a, b: 1e-20 * a,
    "sl.Constant(1) + 2": lambda a, b: sl.Constant(1) + 2,
    "-sl.Constant(1)": lambda a, b: -sl.Constant(1),
    "sl.exp(2) * a": lambda a, b: sl.exp(2) * a,
}


@pytest.mark.parametrize("text", TREES)
def test_an_expression_has_the_parentheses_that_make_the_same_tree(text):
    model = of(TREES[text])
    assert lines(model)[-1] == f"x = {text}"
    assert read(str(model)) == model.graph()


@pytest.mark.parametrize("n", [100, 101, 102, 103, 250])
def test_a_long_sum_is_written_flat(n):
    model = of(lambda a, b: sum((b * k for k in range(2, n)), start=a) - a)
    assert "(" not in lines(model)[-1]
    assert read(str(model)) == model.graph()


@pytest.mark.parametrize(
    "name", ["the mean", "class", "sl", "ﬁt_", "a-b", "1st", "µ", 'with "quotes"', "größe", "lines"]
)
def test_names_that_a_class_body_cannot_have_are_written_as_a_call_of_define(name):
    mean = sl.Normal(0, 1)
    model = sl.Model.define("Any model", {name: mean, "y": sl.Normal(mean, 1, observed=True)})
    assert "sl.Model.define(" in str(model)
    assert read(str(model)) == model.graph()
    plain = sl.Model.define("M", {name: mean, "y": sl.Normal(mean, 1, observed=True)})
    assert read(str(plain)) == plain.graph()


DOCS = [
    "One line.",
    'Ends with "quotes"',
    "Several\n\nlines,\n    one of them indented",
    'Three """ quotes, a back\\slash, and \\n',
    "Ends with a backslash\\",
    "größe",
]


@pytest.mark.parametrize("doc", DOCS)
@pytest.mark.parametrize("name", ["y", "the y"])
def test_the_docstring_is_kept(doc, name):
    model = sl.Model.define("M", {name: sl.Normal(0, 1, observed="y")}, doc)
    assert read(str(model)).doc == model.graph().doc == doc


def test_a_docstring_of_several_lines_is_written_as_a_person_would():
    model = sl.Model.define("M", {"y": sl.Normal(0, 1, observed="y")}, "One.\n\nTwo.")
    assert lines(model)[:5] == ['"""One.', "", "Two.", '"""', ""]


def test_a_line_that_overrides_another_stands_after_what_it_uses():
    class Base(sl.Model):
        a = sl.Normal(0, 1)
        y = sl.Normal(a, 1, observed=True)

    class Changed(Base):
        b = sl.Normal(0, 1)
        a = sl.Normal(b, 1)

    assert [line.split(" = ")[0] for line in lines(Changed)] == ["b", "a", "y"]
    assert read(str(Changed)) == Changed.graph()


def test_a_long_line_is_broken_after_each_argument():
    a = sl.Normal(0, 1)
    names = [f"a_column_with_a_long_name_{k}" for k in range(4)]
    model = sl.Model.define("M", {"a": a, "y": sl.MultiNormal([a] * 4, [1.0] * 4, observed=names)})
    assert lines(model)[1] == "y = sl.MultiNormal("
    assert read(str(model)) == model.graph()


def test_a_model_without_lines_is_a_class_that_runs():
    assert str(sl.Model) == repr(sl.Model) == "Model"

    class Nothing(sl.Model):
        pass

    assert str(Nothing) == "Nothing"


def test_the_representation_is_short():
    assert repr(Every).startswith("<model Every: half, b, r")
