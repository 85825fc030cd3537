"""Declarations as text: what is printed, read as Python, means the same."""

# mypy: disable-error-code="union-attr, attr-defined"
# Python's syntax tree, whose shape the test knows

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stanlevels as sl
from stanlevels.graph import Call, Expr, Number, Op, Ref, Stack
from stanlevels.graph.text import expression_text, node_text

BINARY = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "**": ast.Pow}

leaves = st.sampled_from([Ref("a"), Ref("b"), Number(2), Number(0.5), Number(-3)])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda s, a, b: Op(s, (a, b)), st.sampled_from(sorted(BINARY)), inner, inner),
        st.builds(lambda a: Op("neg", (a,)), inner),
        st.builds(lambda a: Call("exp", (a,)), inner),
    ),
    max_leaves=8,
)


def value(expr: Expr, a: float, b: float) -> complex:
    """The value of an expression, computed from its tree."""
    match expr:
        case Ref(name=name):
            return {"a": a, "b": b}[name]
        case Number(value=number):
            return number
        case Op(symbol="neg", args=(x,)):
            return -value(x, a, b)
        case Op(symbol=symbol, args=(x, y)):
            left, right = value(x, a, b), value(y, a, b)
            return eval(f"l {symbol} r", {"l": left, "r": right})
        case Call(args=(x,)):
            return value(x, a, b) / 3 + 1  # any function will do
    raise AssertionError(expr)


@given(trees, st.floats(0.5, 2), st.floats(0.5, 2))
@settings(max_examples=300, deadline=None)
def test_what_is_printed_has_the_value_of_what_was_written(tree, a, b):
    try:
        wanted = value(tree, a, b)
    except (ArithmeticError, ValueError):
        return
    found = eval(expression_text(tree), {"a": a, "b": b, "exp": lambda x: x / 3 + 1})
    if abs(wanted) < 1e100:
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda a, b: a + b * 2, "a + b * 2"),
        (lambda a, b: (a + b) * 2, "(a + b) * 2"),
        (lambda a, b: a - (b - 1), "a - (b - 1)"),
        (lambda a, b: a / (b / 2), "a / (b / 2)"),
        (lambda a, b: (-a) ** 2, "(-a) ** 2"),
        (lambda a, b: -(a**2), "-a ** 2"),
        (lambda a, b: (a**b) ** 2, "(a ** b) ** 2"),
        (lambda a, b: a ** (b**2), "a ** b ** 2"),
        (lambda a, b: 2 ** (-a), "2 ** (-a)"),
        (lambda a, b: a * -1, "a * -1"),
        (lambda a, b: (-2) ** a, "(-2) ** a"),
        (lambda a, b: sl.exp(a + b) * 1.5, "exp(a + b) * 1.5"),
        (lambda a, b: a * sl.data("price"), 'a * data("price")'),
        (lambda a, b: 1e20 * a + 1e-7, "1e+20 * a + 1e-07"),
    ],
)
def test_an_expression_is_printed_with_the_parentheses_that_it_needs(make, text):
    a, b = sl.Normal(0, 1), sl.Normal(0, 1)
    graph = sl.Model.define("M", {"a": a, "b": b, "e": make(a, b)}).graph()
    assert node_text(graph["e"]) == f"e = {text}"


def test_every_kind_of_line_reads_as_it_was_declared():
    class M(sl.Model):
        school = sl.Level()
        room = sl.Level("class", within=school)
        team = sl.Level()
        home = sl.Level("home_team", of=team)
        k = sl.Index(["low", "high"])
        X = sl.covariates("age", "size")
        c = sl.Constant(0.5)
        b = sl.Normal(0, 2.5, over=X)
        cut = sl.Normal(0, 3, over=k, ordered=True)
        open_ = sl.Normal(sigma=1)
        wide = sl.HalfNormal()
        s = sl.Normal(0, wide, over=(school, k))
        e = s["low"] - b @ X * 2
        r = s[school]["high"] + 1
        y = sl.Normal(e, c, observed=True, weights="n")
        n = sl.Binomial(sl.data("trials"), logit=e, observed="successes")
        latent = sl.Normal(0, 1, over=sl.rows)
        shares = sl.Dirichlet([1, 2], observed=["p", "q"])

    assert [node_text(node) for node in M.graph().nodes.values()] == [
        "school: level",
        "room: level within school, column 'class'",
        "team: level",
        "home: level of team, column 'home_team'",
        "k: index low, high",
        "X: covariates age, size",
        "c = 0.5",
        "b ~ Normal(0, 2.5), over X",
        "cut ~ Normal(0, 3), over k, ordered",
        "open_ ~ Normal(sigma=1)",
        "wide ~ HalfNormal()",
        "s ~ Normal(0, wide), over school, k",
        "e = s['low'] - (b @ X) * 2",
        "r = s[school]['high'] + 1",
        "y ~ Normal(e, c), observed, weights n",
        'n ~ Binomial(data("trials"), logit=e), observed as successes',
        "latent ~ Normal(0, 1), over rows",
        "shares ~ Dirichlet([1, 2]), observed as p, q",
    ]


def test_a_list_is_printed_as_a_list():
    assert expression_text(Stack((Number(1), Ref("a")))) == "[1, a]"


@pytest.mark.parametrize("column", ['say "so"', "a\\b", "two\nlines"])
def test_a_column_is_quoted_so_that_it_can_be_read_back(column):
    a = sl.Normal(0, 1)
    text = node_text(sl.Model.define("M", {"a": a, "e": a * sl.data(column)}).graph()["e"])
    call = ast.parse(text.removeprefix("e = ")).body[0].value.right
    assert call.args[0].value == column
