"""Correlated residuals in formulas: what is the same as a term of a group, and what is refused."""

import pytest

import stanlevels as sl
from tests.formula.test_formula import DF, lines


@pytest.mark.parametrize(
    ("said", "same", "family"),
    [
        ("y ~ x + cosy(gr = g)", "y ~ x + (1 | g)", "gaussian"),
        ("log(positive) ~ x + cosy(level, `my group`)", "log(positive) ~ x + (1 | `my group`)", "gaussian"),
        ("y ~ x + (1 | h) + cosy(time = level, gr = g)", "y ~ x + (1 | h) + (1 | g)", "gaussian"),
        ("count ~ x + ar(level, gr = g, cov = TRUE)", "count ~ x + ar1(level + 0 | g)", "poisson"),
        ("count ~ ar(level, g, p = 1, cov = T) + x", "count ~ x + ar1(level + 0 | g)", "poisson"),
    ],
)
def test_what_rows_of_a_unit_have_in_common_is_a_term_of_it(said, same, family):
    assert lines(said, family) == lines(same, family)


def test_a_process_of_all_rows_is_over_their_times():
    assert "by_level = sl.AR1(over=level)" in lines("count ~ ar(level, cov = TRUE)", "negbinomial")
    assert sl.formula("count ~ ar(level, cov = TRUE)", DF, family="poisson").bind(DF).stan_code


@pytest.mark.parametrize(
    ("text", "family", "says"),
    [
        ("y ~ x + cosy(gr = g) + (1 | g)", "gaussian", "which is the same"),
        ("y ~ cosy(gr = g) + cosy(gr = g, time = h)", "gaussian", "which is the same"),
        ("y ~ cosy()", "gaussian", r"cosy\(gr = g\), g the column"),
        ("y ~ cosy(g, h, x)", "gaussian", r"cosy\(time, gr = g\)"),
        ("y ~ x * cosy(gr = g)", "gaussian", "correlated residuals"),
        ("y | weights(n) ~ cosy(gr = g)", "gaussian", "one sigma for all rows"),
        ("bf(y ~ cosy(gr = g), sigma ~ x)", "gaussian", "one sigma for all rows"),
        ("bf(y ~ cosy(gr = g), sigma = 1)", "gaussian", "one sigma for all rows"),
        ("bf(y ~ x, sigma ~ cosy(gr = g))", "gaussian", "correlated residuals"),
        ("mvbind(y, y2) ~ cosy(gr = g)", "gaussian", "one sigma for all rows"),
        ("y ~ cosy(gr = g)", "gaussian(link = 'log')", "one sigma for all rows"),
        ("y ~ cosy(gr = g)", "student", "a normal outcome"),
        ("count ~ cosy(gr = g)", "poisson", "a normal outcome"),
        ("y ~ ar(level, gr = g, cov = TRUE)", "gaussian", "given the row before"),
        ("rating ~ ar(level, gr = g, cov = TRUE)", "cumulative", "of whole numbers"),
        ("count ~ ar(level, gr = g)", "poisson", "cov = TRUE"),
        ("count ~ ar(level, gr = g, p = 2, cov = TRUE)", "poisson", "p = 1"),
        ("y ~ unstr(level, gr = g)", "gaussian", "df.pivot"),
        ("y ~ ma(level, gr = g)", "gaussian", "moving averages"),
        (
            "brm(y ~ cosy(gr = g), prior = prior(beta(2, 2), class = cosy))",
            "gaussian",
            "no.*line of its own here",
        ),
    ],
)
def test_what_is_not_the_same_is_refused_with_the_way_out(text, family, says):
    with pytest.raises(sl.DeclarationError, match=says):
        sl.formula(text, DF, family=family)
