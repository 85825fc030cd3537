"""Effects in one line."""

# mypy: disable-error-code="assignment,arg-type"
# wrong on purpose

from typing import Any

import stanlevels as sl
from tests.golden.wrong.cases import Cases, observed

wrong = Cases()


class Slopes(sl.Model):
    g = sl.Level()
    B = sl.effects(1, "x", over=g)
    y = observed(B)


def block(*terms: Any, **given: Any) -> Any:
    g = sl.Level()
    B = sl.effects(*terms, over=g, **given)
    return sl.Model.define("M", {"g": g, "B": B, "y": observed(B)})


@wrong
def effects_inside_a_line():
    class M(sl.Model):
        g = sl.Level()
        y = observed(sl.effects(1, "x", over=g))


@wrong
def effects_inside_effects():
    block(1, "x", mean=sl.effects(1, "x", over=sl.Level("h")))


@wrong
def no_term():
    block()


@wrong
def a_level_as_a_term():
    sl.effects(1, "x", sl.Level("g"))


@wrong
def no_intercept():
    block(0, "x")


@wrong
def an_intercept_after_others():
    block("x", 1)


@wrong
def a_level_by_its_name():
    sl.effects(1, over="school")


@wrong
def over_an_index():
    sl.effects(1, over=sl.Index(2))


@wrong
def a_distribution_itself():
    block(1, "x", sd=sl.HalfNormal)


@wrong
def a_template_over_a_level():
    block(1, "x", sd=sl.HalfNormal(1, over=sl.Level("g")))


@wrong
def a_template_with_data():
    block(1, "x", mean=sl.Normal(0, 1, observed="y"))


@wrong
def a_template_of_several_numbers():
    block(1, "x", sd=sl.LKJCholesky(2))


@wrong
def a_column_as_a_mean():
    block(1, "x", mean="u")


@wrong
def too_few_means():
    block(1, "x", mean=[0])


@wrong
def correlations_as_a_number():
    block(1, "x", corr=0.5)


@wrong
def correlations_of_one_component():
    block(1, corr=sl.LKJCholesky(2))


@wrong
def correlations_of_uncorrelated_effects():
    block(1, "x", corr=sl.LKJCholesky(2), correlated=False)


@wrong
def correlations_of_coefficients():
    sl.effects(1, "x", corr=sl.LKJCholesky(2))


@wrong
def means_of_other_terms():
    class M(Slopes):
        h = sl.Level()
        C = sl.effects("x", "z", over=h, mean=Slopes.B)
        y = observed(C)


@wrong
def a_generated_name_that_is_taken():
    class M(sl.Model):
        g = sl.Level()
        B = sl.effects(1, "x", over=g)
        B_sd = sl.HalfNormal(1)


@wrong
def a_generated_name_of_covariates_that_is_taken():
    class M(sl.Model):
        B_covariates = sl.covariates("x")
        B = sl.effects(1, "x", over=sl.Level("g"))


@wrong
def a_component_that_there_is_not():
    class M(Slopes):
        y = observed(Slopes.B["z"])

    M.bind({"g": ["a", "b"], "x": [0.0, 1.0], "y": [1.0, 2.0]})


@wrong
def an_overriding_line_without_the_components():
    class M(Slopes):
        B_sd = sl.HalfNormal(1, over=Slopes.g)

    M.bind({"g": ["a", "b"], "x": [0.0, 1.0], "y": [1.0, 2.0]})
