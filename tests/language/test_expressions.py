"""Expressions: ordinary arithmetic, and nothing that pretends to know values."""

# mypy: disable-error-code="union-attr"
# every node asked for has an expression

import math
import operator
import random
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError
from stanlevels.graph import At, Call, Column, Component, Dot, Number, Op, Ref, references
from stanlevels.graph.text import expression_text


def expr(make):
    """The expression that `make(a, b)` becomes, with `a` and `b` named lines."""
    a, b = sl.Normal(0, 1), sl.Normal(0, 1)
    return sl.Model.define("M", {"a": a, "b": b, "e": make(a, b)}).graph()["e"].expr


OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


@pytest.mark.parametrize("symbol", OPERATORS)
def test_an_operator_takes_quantities_and_numbers_on_both_sides(symbol):
    act = OPERATORS[symbol]
    assert expr(act) == Op(symbol, (Ref("a"), Ref("b")))
    assert expr(lambda a, b: act(a, 2)) == Op(symbol, (Ref("a"), Number(2)))
    assert expr(lambda a, b: act(2.5, a)) == Op(symbol, (Number(2.5), Ref("a")))


def test_a_sign_is_an_operation_and_a_plus_is_nothing():
    assert expr(lambda a, b: -a) == Op("neg", (Ref("a"),))
    assert expr(lambda a, b: +a + b) == Op("+", (Ref("a"), Ref("b")))


def test_the_sum_of_a_list_works_as_people_write_it():
    assert expr(lambda a, b: sum([a, b])) == Op("+", (Op("+", (Number(0), Ref("a"))), Ref("b")))


@pytest.mark.parametrize("number", [np.float64(2), np.int64(2), np.float32(2), np.array(2.0)], ids=type)
def test_numbers_of_numpy_are_numbers_on_both_sides(number):
    assert expr(lambda a, b: a * number) == Op("*", (Ref("a"), Number(2)))
    assert expr(lambda a, b: number * a) == Op("*", (Number(2), Ref("a")))


@pytest.mark.parametrize(
    "name",
    [
        "exp",
        "expm1",
        "log",
        "log1p",
        "sqrt",
        "square",
        "abs",
        "logit",
        "inv_logit",
        "Phi",
        "inv_cloglog",
        "tanh",
        "sin",
        "cos",
        "atan",
    ],
)
def test_a_function_is_applied_to_quantities_and_columns(name):
    function = getattr(sl, name)
    assert expr(lambda a, b: function(a)) == Call(name, (Ref("a"),))
    assert expr(lambda a, b: function(sl.data("x"))) == Call(name, (Column("x"),))
    assert function.__name__ == name
    assert "Parameters" in function.__doc__


def test_a_named_expression_is_a_name_where_it_is_used():
    a = sl.Normal(0, 1)
    eta = a * 2
    graph = sl.Model.define("M", {"a": a, "eta": eta, "mu": eta + 1}).graph()
    assert graph["mu"].expr == Op("+", (Ref("eta"), Number(1)))


def test_an_unnamed_constant_is_its_number():
    assert expr(lambda a, b: a * sl.Constant(3)) == Op("*", (Ref("a"), Number(3)))


def test_indexing_by_a_level_a_position_or_a_label():
    g = sl.Level()
    k = sl.Index(["x", "z"])
    u, B = sl.Normal(0, 1, over=g), sl.Normal(0, 1, over=k)
    lines = {"g": g, "k": k, "u": u, "B": B, "at": u[g], "pair": u[(g,)], "pos": B[0], "label": B["x"]}
    graph = sl.Model.define("M", lines).graph()
    assert graph["at"].expr == graph["pair"].expr == At("u", ("g",))
    assert graph["pos"].expr == Component(Ref("B"), 0)
    assert graph["label"].expr == Component(Ref("B"), "x")


def test_a_component_of_what_a_road_reaches():
    team = sl.Level()
    home = sl.Level("home", of=team)
    k = sl.Index(["attack", "defence"])
    s = sl.Normal(0, 1, over=(team, k))
    graph = sl.Model.define("M", {"team": team, "home": home, "k": k, "s": s, "e": s[home]["attack"]}).graph()
    assert graph["e"].expr == Component(At("s", ("home",)), "attack")


def test_a_road_to_a_component_is_the_component_of_what_the_road_reaches():
    team = sl.Level()
    home = sl.Level("home", of=team)
    B = sl.MultiNormal([0, 0], [1, 1], over=team)
    attack = B[0]
    lines = {"team": team, "home": home, "B": B, "attack": attack, "e": B[1][home], "named": attack[home]}
    graph = sl.Model.define("M", lines).graph()
    assert graph["e"].expr == Component(At("B", ("home",)), 1)
    assert graph["named"].expr == At("attack", ("home",))


def test_coefficients_times_covariates():
    X = sl.covariates("x", "z")
    b = sl.Normal(0, 1, over=X)
    assert sl.Model.define("M", {"X": X, "b": b, "e": 1 + b @ X}).graph()["e"].expr == Op(
        "+", (Number(1), Dot(Ref("b"), "X"))
    )


@pytest.mark.parametrize("ask", [bool, lambda a: not a, lambda a: a and 1, lambda a: 1 if a else 2])
def test_an_expression_has_no_truth_value(ask):
    with pytest.raises(DeclarationError, match="no truth value"):
        ask(sl.Normal(0, 1) + 1)


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
def test_an_expression_cannot_be_compared_from_either_side(compare):
    with pytest.raises(DeclarationError, match="cannot be compared"):
        compare(sl.Normal(0, 1), 3)
    with pytest.raises(DeclarationError, match="cannot be compared"):
        compare(3, sl.data("x"))


def test_equality_is_identity_and_gives_plain_truth():
    a, b = sl.Normal(0, 1), sl.Normal(0, 1)
    assert (a == a) is True
    assert (a == b) is False
    assert (a != b) is True
    assert len({a, b, a}) == 2


@pytest.mark.parametrize("iterate", [list, sum, max, lambda a: [*a], lambda a: 1 in a])
@pytest.mark.parametrize("thing", [sl.Normal(0, 1), sl.data("x"), sl.Level(), sl.covariates("x")], ids=type)
def test_nothing_iterates(iterate, thing):
    with pytest.raises(TypeError):
        iterate(thing)


@pytest.mark.parametrize("function", [np.exp, np.log, np.sqrt, np.abs])
def test_a_function_of_numpy_is_refused(function):
    with pytest.raises((TypeError, DeclarationError)):
        function(sl.Normal(0, 1))


@pytest.mark.parametrize("make", [np.asarray, np.array, np.mean, lambda a: np.stack([a, a])])
def test_an_array_of_an_expression_is_refused_with_the_way_out(make):
    with pytest.raises(DeclarationError, match=r"sl\.exp"):
        make(sl.Normal(0, 1))


def test_an_array_of_numbers_is_no_operand():
    for act in (operator.add, lambda a, b: b + a):
        with pytest.raises(DeclarationError, match="a finite number"):
            act(sl.Normal(0, 1), np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    "value", [None, "x", True, [1, 2], {}, float("nan"), float("inf"), 10**400, 1j], ids=repr
)
def test_what_is_no_finite_number_is_no_operand(value):
    with pytest.raises(DeclarationError):
        sl.Normal(0, 1) + value
    with pytest.raises(DeclarationError):
        sl.Constant(value)


def test_a_number_in_a_class_body_is_no_quantity():
    class M(sl.Model):
        half = 0.5
        known = sl.Constant(0.5)
        y = sl.Normal(half, known, observed=True)

    assert set(M.graph().quantities) == {"known", "y"}
    assert dict(M.graph().variables["y"].args) == {"mu": Number(0.5), "sigma": Ref("known")}


def test_a_sum_of_a_thousand_columns_is_bound():
    lines = {f"b{i}": sl.Normal(0, 1) for i in range(1000)}
    mean = sum(b * sl.data("x") for b in lines.values())
    M = sl.Model.define("M", {**lines, "y": sl.Normal(mean, 1, observed=True)})
    assert len(M.bind({"x": [1.0, 2.0], "y": [1.0, 2.0]}).program.parameters) == 1000


def test_a_long_sum_reads_as_it_was_written():
    lines = {f"b{i}": sl.Normal(0, 1) for i in range(300)}
    M = sl.Model.define("M", {**lines, "m": sum(list(lines.values())[1:], lines["b0"])})
    assert expression_text(M.graph()["m"].expr) == " + ".join(lines)


def test_a_long_sum_keeps_its_signs_and_is_not_deep():
    rng = random.Random(3)
    lines = {f"b{i}": sl.Normal(0, 1) for i in range(500)}
    signs = [1, *(rng.choice((1, -1)) for _ in range(499))]
    first, *rest = lines.values()
    total: Any = first
    for sign, term in zip(signs[1:], rest, strict=True):
        total = total + term if sign > 0 else total - term
    M = sl.Model.define("M", {**lines, "m": 2 * total})
    found = {}
    deepest = 0
    pending = [(1, 0, M.graph()["m"].expr.args[1])]
    while pending:
        sign, depth, expr = pending.pop()
        deepest = max(deepest, depth)
        if isinstance(expr, Ref):
            found[expr.name] = sign
        else:
            left, right = expr.args
            pending += [(sign, depth + 1, left), (-sign if expr.symbol == "-" else sign, depth + 1, right)]
    assert found == dict(zip(lines, signs, strict=True))
    assert deepest < 12


def test_a_part_of_a_long_sum_that_has_a_name_keeps_it():
    lines = {f"b{i}": sl.Normal(0, 1) for i in range(150)}
    part = sum(lines.values())
    M = sl.Model.define("M", {**lines, "part": part, "m": sum([part] * 150)})
    assert references(M.graph()["m"].expr) == ("part",)


def test_what_nests_too_deeply_is_refused():
    with pytest.raises(DeclarationError, match="more than 200 operations"):
        math.prod(sl.data(f"x{i}") for i in range(300))
