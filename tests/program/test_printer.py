"""The printer: parentheses, elementwise operators, whole numbers, types, statements."""

import math

import pytest
import stanli
from hypothesis import given, settings
from hypothesis import strategies as st

from stanlevels.program import stan
from stanlevels.program.code import Code, binary, call, divided, negative, number
from stanlevels.program.printer import expression_text, lines, type_text
from stanlevels.program.terms import applied

A, B = Code(stan.Variable("a")), Code(stan.Variable("b"))
V, W = Code(stan.Variable("v"), True), Code(stan.Variable("w"), True)


def text(code):
    return expression_text(code.expression)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        (binary("+", A, binary("*", B, A)), "a + b * a"),
        (binary("*", binary("+", A, B), A), "(a + b) * a"),
        (binary("-", A, binary("-", B, A)), "a - (b - a)"),
        (binary("/", A, binary("*", B, A)), "a / (b * a)"),
        (binary("*", A, binary("/", B, A)), "a * (b / a)"),
        (negative(binary("+", A, B)), "-(a + b)"),
        (negative(binary("^", A, B)), "-a ^ b"),
        (binary("^", negative(A), B), "(-a) ^ b"),
        (binary("^", A, negative(B)), "a ^ (-b)"),
        (binary("^", binary("^", A, B), A), "(a ^ b) ^ a"),
        (binary("*", V, W), "v .* w"),
        (binary("*", A, V), "a * v"),
        (binary("/", V, A), "v / a"),
        (binary("/", A, V), "a ./ v"),
        (binary("^", V, A), "v .^ a"),
        (binary("^", A, V), "a .^ v"),
        (binary("+", A, V), "a + v"),
        (divided(number(1), number(2)), "1.0 / 2.0"),
        (divided(number(-1), A), "-1.0 / a"),
        (divided(negative(number(2)), negative(number(3))), "-2.0 / -3.0"),
        (divided(binary("+", number(2), number(3)), number(2)), "(2.0 + 3.0) / 2.0"),
        (divided(call("abs", number(-2)), number(3)), "abs(-2.0) / 3.0"),
        (divided(binary("+", A, number(2)), binary("*", B, number(3))), "(a + 2) / (b * 3)"),
        (call("exp", binary("+", A, B)), "exp(a + b)"),
    ],
)
def test_operators_are_written_with_the_parentheses_that_they_need(code, written):
    assert text(code) == written


@pytest.mark.parametrize(
    ("code", "written"),
    [
        (binary("*", A, binary("*", V, W)), "a * (v .* w)"),
        (binary("*", binary("*", A, V), W), "(a * v) .* w"),
        (binary("*", binary("/", V, A), W), "(v / a) .* w"),
        (binary("/", binary("*", A, V), W), "(a * v) ./ w"),
        (binary("*", binary("*", V, W), A), "(v .* w) * a"),
    ],
)
def test_a_product_inside_an_elementwise_one_has_parentheses(code, written):
    """For Stan, ``v / a .* w`` is v / (a .* w), an error of types."""
    assert text(code) == written
    program = f"data {{ real a; vector[2] v; vector[2] w; }} transformed data {{ vector[2] x = {written}; }}"
    assert stanli.stan_to_mir(program)


def test_an_index_encloses_what_is_not_a_name():
    n, k = stan.Variable("n"), stan.Variable("k")
    assert expression_text(stan.Index(A.expression, (n,))) == "a[n]"
    assert expression_text(stan.Index(binary("+", V, W).expression, (n, k))) == "(v + w)[n, k]"
    assert expression_text(stan.Index(V.expression, (None, k))) == "v[, k]"


def test_a_transpose_encloses_what_binds_less_tightly():
    column = stan.Transposed(stan.Row((A.expression, stan.Literal(0))))
    assert expression_text(column) == "[a, 0]'"
    assert expression_text(stan.Transposed(binary("+", V, W).expression)) == "(v + w)'"


@pytest.mark.parametrize(
    ("value", "written"),
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
def test_a_number_is_written_exactly_and_never_as_an_integer_too_large_for_stan(value, written):
    assert text(number(value)) == written
    assert float(written) == value


leaves = st.sampled_from([A, B, number(2), number(3), number(-2), number(0.5)])
trees = st.recursive(
    leaves.map(lambda c: ("leaf", c)),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner), st.tuples(st.just("neg"), inner)
    ),
    max_leaves=6,
)


def written_tree(tree):
    return tree[1] if tree[0] == "leaf" else applied(tree[0], *(written_tree(t) for t in tree[1:]))


def value(tree, a, b):
    if tree[0] == "leaf":
        leaf = tree[1].expression
        return leaf.value if isinstance(leaf, stan.Literal) else {"a": a, "b": b}[leaf.name]
    parts = [value(t, a, b) for t in tree[1:]]
    if tree[0] == "neg":
        return -parts[0]
    return eval(f"x {tree[0]} y", {"x": parts[0], "y": parts[1]})


@given(trees)
@settings(max_examples=120, deadline=None)
def test_stan_computes_what_python_computes(tree):
    """Also whole numbers, which Stan would divide without rest, and powers beside signs."""
    try:
        expected = value(tree, 1.3, 0.7)
    except (ArithmeticError, ValueError):
        return
    if isinstance(expected, complex) or not math.isfinite(expected) or abs(expected) > 1e100:
        return
    target = f"target += 0 * q + {text(written_tree(tree))};"
    code = f"data {{ real a; real b; }} parameters {{ real q; }} model {{ {target} }}"
    found = stanli.Model(stan_code=code, data={"a": 1.3, "b": 0.7}).log_prob_grad([0.0])[0]
    assert found == pytest.approx(expected, rel=1e-12)


vectors = st.recursive(
    st.sampled_from([A, B, V, W]).map(lambda c: ("leaf", c)),
    lambda inner: st.tuples(st.sampled_from(["+", "-", "*", "/"]), inner, inner),
    max_leaves=6,
)


@given(vectors)
@settings(max_examples=120, deadline=None)
def test_stan_computes_elementwise_what_python_computes_for_every_element(tree):
    values = {"a": 1.3, "b": 0.7, "v": [0.4, 2.0], "w": [1.7, 0.9]}

    def element(tree, i):
        if tree[0] == "leaf":
            found = values[tree[1].expression.name]
            return found[i] if isinstance(found, list) else found
        left, right = (element(t, i) for t in tree[1:])
        return eval(f"x {tree[0]} y", {"x": left, "y": right})

    try:
        expected = sum(element(tree, i) for i in range(2))
    except ArithmeticError:
        return
    declared = "data { real a; real b; vector[2] v; vector[2] w; } parameters { real q; }"
    target = f"target += 0 * q + sum(rep_vector(0, 2) + ({text(written_tree(tree))}));"
    found = stanli.Model(stan_code=f"{declared} model {{ {target} }}", data=values).log_prob_grad([0.0])[0]
    assert found == pytest.approx(expected, rel=1e-9)


def test_only_what_has_a_vector_inside_varies():
    assert not call("f", A, B).vector
    assert call("f", A, V).vector
    assert text(call("f", A, V)) == "f(a, v)"


def test_a_type_has_its_array_its_bounds_and_its_sizes():
    N, K = stan.Variable("N"), stan.Variable("K")
    bounded = stan.Type("vector", (K,), stan.Literal(0), stan.Variable("top"), (N,))
    assert type_text(bounded) == "array[N] vector<lower=0, upper=top>[K]"
    assert type_text(stan.Type("real")) == "real"


def test_statements_inside_others_are_indented():
    N, x = stan.Variable("N"), stan.Variable("x")
    loop = stan.For("n", N, (stan.Increment(stan.Index(x, (stan.Variable("n"),))),))
    local = stan.Declaration(stan.Type("vector", (N,)), "x", stan.Call("rep_vector", (stan.Literal(0), N)))
    assert list(lines([stan.Block((local, stan.Assignment(x, x), loop))])) == [
        "{",
        "  vector[N] x = rep_vector(0, N);",
        "  x = x;",
        "  for (n in 1:N) {",
        "    target += x[n];",
        "  }",
        "}",
    ]


@pytest.mark.parametrize(
    ("type_", "shape"),
    [
        (stan.Type("real"), ()),
        (stan.Type("matrix", (stan.Variable("N"), stan.Literal(2))), (3, 2)),
        (stan.Type("cholesky_factor_corr", (stan.Variable("K"),)), (4, 4)),
        (stan.Type("simplex", (stan.Variable("K"),), array=(stan.Variable("N"),)), (3, 4)),
    ],
)
def test_the_dimensions_of_a_type_follow_from_the_numbers_of_its_sizes(type_, shape):
    assert stan.shape(type_, {"N": 3, "K": 4}) == shape
