"""Formulas are read by R's rules, and places that cannot be read are shown."""

import random

import pytest

import stanlevels as sl
from stanlevels.formulas.expand import expand, term_text
from stanlevels.formulas.parse import parse
from stanlevels.formulas.syntax import Call, Name, Number, Operation, Text, formula_text


@pytest.mark.parametrize(
    ("text", "terms"),
    [  # attr(terms(y ~ ...), "term.labels") by the rules of R
        ("a * b * c", "a b c a:b a:c b:c a:b:c"),
        ("(a + b + c)^2", "a b c a:b a:c b:c"),
        ("(a + b + c)^2 - a:b", "a b c a:c b:c"),
        ("a / b", "a a:b"),
        ("(a + b) / c", "a b a:b:c"),
        ("a %in% b", "a:b"),
        ("a:b + a + b:a", "a a:b"),
        ("a * b - a", "b a:b"),
        ("a + I(a^2) + log(b)", "a I(a^2) log(b)"),
        ("0 + a", "a"),
        ("a + a", "a"),
        ("(a + b):(c + d)", "a:c a:d b:c b:d"),
        ("a + b - b", "a"),
        ("a / (b + c)", "a a:b a:c"),
    ],
)
def test_terms_are_those_of_r(text, terms):
    design = expand(parse(text), text)
    assert [term_text(term) for term in design.terms] == terms.split()


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("a", True),
        ("0 + a", False),
        ("a - 1", False),
        ("-1 + a", False),
        ("a + 0 + 1", True),
        ("1", True),
        ("0", False),
    ],
)
def test_the_intercept_is_there_unless_it_is_taken_away(text, there):
    assert expand(parse(text), text).intercept is there


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("(1 | g)", [("g", False, True, "")]),
        ("(x || g)", [("g", False, False, "")]),
        ("(1 | g / h)", [("g", False, True, ""), ("g:h", True, True, "")]),
        ("(1 | a / b / c)", [("a", False, True, ""), ("a:b", True, True, ""), ("a:b:c", True, True, "")]),
        ("(1 | g:h)", [("g:h", False, True, "")]),
        ("(1 | ID | g)", [("g", False, True, "ID")]),
        ("(1 | g + h)", [("g", False, True, ""), ("h", False, True, "")]),
    ],
)
def test_bars_are_groups(text, groups):
    bars = expand(parse(text), text).bars
    assert [(term_text(b.group), b.nested, b.correlated, b.key) for b in bars] == groups


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-x^2", "-(x^2)"),
        ("a^b^c", "a^(b^c)"),
        ("a - b - c", "(a - b) - c"),
        ("a + b:c * d", "a + ((b:c) * d)"),
        ("y | trials(n) ~ x", "(y | trials(n)) ~ x"),
        ("a * b %in% c", "a * (b %in% c)"),
        ("splines::bs(x)", "bs(x)"),
        ("x**2", "x^2"),
    ],
)
def test_signs_bind_as_in_r(text, same):
    assert bare_all(parse(text)) == bare_all(parse(same))


def bare_all(syntax):
    """Without any parentheses, which the tree does not need."""
    match syntax:
        case Operation(symbol="(", operands=(only,)):
            return bare_all(only)
        case Operation(symbol=symbol, operands=operands):
            return Operation(symbol, tuple(map(bare_all, operands)))
    return syntax


@pytest.mark.parametrize(
    ("text", "found", "caret"),
    [
        ("y ~ x + (1 | g", "( that is never closed", 8),
        ("y ~ x + ) z", ") without its (", 8),
        ("y ~ x z", "'z' where it cannot be read", 6),
        ("y ~", "ends too early", 3),
        ("y ~ x + * z", "* where a term is due", 8),
        ("y ~ x @ z", "'@'", 6),
        ("y ~ `x", "never closed", 4),
        ("y ~ x | g", "| without parentheses", 6),
        ("y ~ 2 * x", "the number 2", 4),
        ("y ~ x * (1 | g)", "multiplies effects of a group", 8),
        ("y ~ (x | g) - (x | g)", "takes away what is no term", 14),
        ("y ~ (a + b)^x", "no whole number", 12),
        ("y ~ fourier(x)", "fourier(...), which has no counterpart", 4),
        ("y ~ I(x > 2)", "> among numbers", 8),
        ("y ~ (1 | log(g))", "log(...), which has no counterpart", 9),
        ("y ~ (0 | g)", "have no terms", 7),
        ("y ~ x == 2", "== between terms", 6),
        ("", "empty", 0),
        ("x + z", "x is no formula", 0),
    ],
)
def test_a_place_that_cannot_be_read_is_shown(text, found, caret):
    with pytest.raises(sl.DeclarationError) as caught:
        sl.formula(text)
    message, line, mark = caught.value.found.split("\n")
    assert found in message
    assert line == f"  {text}"
    assert mark == f"  {' ' * caret}^"


def test_a_place_far_into_a_long_formula_is_shown_with_what_is_about_it():
    text = " + ".join(["y ~ first", *(f"x{k}" for k in range(60)), "(1 | g"])
    with pytest.raises(sl.DeclarationError) as caught:
        sl.formula(text)
    _, line, mark = caught.value.found.split("\n")
    assert line[len(mark) - 1] == "("
    assert len(line) < 105


# --- random formulas -------------------------------------------------------------------------------------

BINARY = ("+", "-", "*", "/", ":", "^", "|", "||", "%in%")


def some_syntax(rng, depth):
    kind = rng.random()
    if depth == 0 or kind < 0.25:
        return rng.choice(
            [Name("x"), Name("a.b"), Name("my column"), Number("1"), Number("2.5"), Text("a b"), Name("ä")]
        )
    if kind < 0.4:
        names = rng.choice([("", ""), ("", "by")])
        return Call(rng.choice(["log", "s", "gr"]), tuple((n, some_syntax(rng, depth - 1)) for n in names))
    if kind < 0.55:
        return Operation("(", (some_syntax(rng, depth - 1),))
    if kind < 0.65:
        return Operation("-", (Operation("(", (some_syntax(rng, depth - 1),)),))
    sides = [Operation("(", (some_syntax(rng, depth - 1),)) for _ in range(2)]
    return Operation(rng.choice(BINARY), tuple(sides))


@pytest.mark.parametrize("seed", range(200))
def test_what_is_written_is_read_again(seed):
    syntax = some_syntax(random.Random(seed), 4)
    assert parse(formula_text(syntax)) == syntax
