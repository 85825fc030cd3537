"""Sizes and arguments left open: the pass `open_arguments`."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases, bind, observed

wrong = Cases()


@wrong
def no_number_of_components():
    bind({"p": sl.Dirichlet(1), "y": observed()})


@wrong
def numbers_of_components_that_differ():
    r = sl.LKJCholesky(2)
    bind({"r": r, "B": sl.MultiNormal([0, 0], [1, 1, 1], r), "y": observed()})


@wrong
def a_correlation_of_no_size():
    bind({"r": sl.LKJCholesky(2), "y": observed()})


@wrong
def a_correlation_of_two_sizes():
    r = sl.LKJCholesky(2, dim=3)
    bind({"r": r, "B": sl.MultiNormal([0, 0], [1, 1], r), "y": observed()})


@wrong
def a_name_that_an_open_argument_would_take():
    s = sl.HalfNormal(1)
    bind({"y_sigma": s, "y": sl.Normal(0, observed=True)})


@wrong
def open_cutpoints():
    bind({"k": sl.OrderedLogistic(0, observed=True)}, k=[1, 2, 3])


@wrong
def open_bounds():
    bind({"a": sl.Uniform(), "y": observed()})
