"""Expressions."""

import math

import numpy as np

import stanlevels as sl
from tests.golden.wrong.cases import Cases, bind, observed

wrong = Cases()


@wrong
def a_truth_value():
    if sl.Normal(0, 1):
        pass


@wrong
def a_comparison():
    return sl.data("x") > 0


@wrong
def a_function_of_numpy():
    return np.asarray(sl.Normal(0, 1))


@wrong
def a_level_in_an_expression():
    return sl.Normal(0, 1) + sl.Level()


@wrong
def covariates_in_an_expression():
    return sl.Normal(0, 1) * sl.covariates("x")


@wrong
def text_in_an_expression():
    return sl.Normal(0, 1) + "x"


@wrong
def text_in_a_function():
    return sl.exp("x")


@wrong
def a_number_that_is_not_finite():
    return sl.Normal(0, float("inf"))


@wrong
def not_a_number():
    return sl.Constant(float("nan"))


@wrong
def a_truth_value_as_a_number():
    return sl.Normal(0, True)


@wrong
def coefficients_times_no_covariates():
    return sl.Normal(0, 1) @ sl.data("x")


@wrong
def covariates_on_the_left():
    return sl.covariates("x") @ sl.Normal(0, 1)


@wrong
def an_index_that_is_a_number_with_a_fraction():
    return sl.Normal(0, 1)[0.5]


@wrong
def arithmetic_without_a_real_result():
    return bind({"y": observed(sl.Constant(-8) ** 0.5)})


@wrong
def a_product_that_is_too_long():
    return math.prod(sl.data(f"x{i}") for i in range(300))
