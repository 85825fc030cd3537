"""Fragments of Stan expressions: parentheses, elementwise operators, whole numbers."""

import math
import re

import pytest
import stanli
from hypothesis import given, settings
from hypothesis import strategies as st

from stanlevels.program.code import Code, binary, call, indexed, negative, number
from stanlevels.program.emit import combine

A, B = Code("a"), Code("b")
V, W = Code("v", True), Code("w", True)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (binary("+", A, binary("*", B, A)), "a + b * a"),
        (binary("*", binary("+", A, B), A), "(a + b) * a"),
        (binary("-", A, binary("-", B, A)), "a - (b - a)"),
        (binary("/", A, binary("*", B, A)), "a / (b * a)"),
        (binary("*", A, binary("/", B, A)), "a * (b / a)"),
        (negative(binary("+", A, B)), "-(a + b)"),
        (negative(binary("**", A, B)), "-a ^ b"),
        (binary("**", negative(A), B), "(-a) ^ b"),
        (binary("**", A, negative(B)), "a ^ (-b)"),
        (binary("**", binary("**", A, B), A), "(a ^ b) ^ a"),
        (binary("*", V, W), "v .* w"),
        (binary("*", A, V), "a * v"),
        (binary("/", V, A), "v / a"),
        (binary("/", A, V), "a ./ v"),
        (binary("**", V, A), "v .^ a"),
        (binary("**", A, V), "a .^ v"),
        (binary("+", A, V), "a + v"),
        (combine("/", (number(1), number(2))), "1.0 / 2.0"),
        (combine("/", (number(-1), A)), "-1.0 / a"),
        (call("exp", binary("+", A, B)), "exp(a + b)"),
    ],
)
def test_operators_are_written_with_the_parentheses_that_they_need(code, text):
    assert code.text == text


def test_an_index_encloses_what_is_not_a_name():
    assert indexed(A, "n") == "a[n]"
    assert indexed(binary("+", V, W), "n", "k") == "(v + w)[n, k]"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2, "2"),
        (2.0, "2"),
        (-3, "-3"),
        (0.5, "0.5"),
        (1e-7, "1e-07"),
        (2.0**31, "2147483648.0"),
        (-0.1, "-0.1"),
        (1e300, "1e+300"),
    ],
)
def test_a_number_is_written_exactly_and_never_as_an_integer_too_large_for_stan(value, text):
    assert number(value).text == text
    assert float(number(value).text) == value


leaves = st.sampled_from([Code("a"), Code("b"), number(2), number(3), number(-2), number(0.5)])
trees = st.recursive(
    leaves.map(lambda c: ("leaf", c)),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner), st.tuples(st.just("neg"), inner)
    ),
    max_leaves=6,
)


def written(tree):
    return tree[1] if tree[0] == "leaf" else combine(tree[0], tuple(written(t) for t in tree[1:]))


def value(tree, a, b):
    if tree[0] == "leaf":
        return {"a": a, "b": b}.get(tree[1].text) or float(tree[1].text)
    parts = [value(t, a, b) for t in tree[1:]]
    if tree[0] == "neg":
        return -parts[0]
    return eval(f"x {tree[0]} y", {"x": parts[0], "y": parts[1]})


@given(trees)
@settings(max_examples=120, deadline=None)
def test_stan_computes_what_python_computes(tree):
    """Also whole numbers, which Stan would divide without rest, and powers beside signs."""
    text = written(tree).text
    try:
        expected = value(tree, 1.3, 0.7)
    except (ArithmeticError, ValueError):
        return
    if isinstance(expected, complex) or not math.isfinite(expected) or abs(expected) > 1e100:
        return
    code = f"data {{ real a; real b; }} parameters {{ real q; }} model {{ target += 0 * q + {text}; }}"
    found = stanli.Model(stan_code=code, data={"a": 1.3, "b": 0.7}).log_prob_grad([0.0])[0]
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_loop_counter_is_no_vector():
    assert not call("f", A, "k").vector
    assert call("f", A, V).vector
    assert re.fullmatch(r"f\(a, v\)", call("f", A, V).text)
