"""Levels, indexes and covariates."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases

wrong = Cases()


@wrong
def within_a_text():
    sl.Level(within="school")


@wrong
def a_level_as_the_column():
    sl.Level(sl.Level())


@wrong
def of_and_within():
    sl.Level("home", of=sl.Level(), within=sl.Level())


@wrong
def unique_without_within():
    sl.Level(unique=True)


@wrong
def index_labels_of_two_types():
    sl.Index(["a", 1])


@wrong
def index_labels_with_fractions():
    sl.Index([0.5, 1.5])


@wrong
def no_covariates():
    sl.covariates()


@wrong
def a_covariate_twice():
    sl.covariates("x", "x")


@wrong
def a_covariate_that_is_no_text():
    sl.covariates(3)


@wrong
def a_covariate_that_is_a_quantity():
    sl.covariates(sl.Normal(0, 1))


@wrong
def a_column_that_is_no_text():
    sl.data(3)


@wrong
def a_coding_without_categories():
    sl.data("x", coding="sum")


@wrong
def an_unknown_coding():
    sl.data("x", categorical=True, coding="dummy")


@wrong
def over_a_text():
    sl.Normal(0, 1, over="school")


@wrong
def over_one_axis_twice():
    g = sl.Level()
    sl.Normal(0, 1, over=(g, g))
