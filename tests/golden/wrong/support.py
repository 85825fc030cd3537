"""Data outside the support of their distribution."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases, bind, observed

wrong = Cases()


@wrong
def a_count_of_minus_one():
    bind({"k": sl.Poisson(3, observed=True)}, k=[0, -1, 2])


@wrong
def a_count_with_a_fraction():
    bind({"k": sl.Poisson(3, observed=True)}, k=[0, 1.5, 2])


@wrong
def a_success_of_two():
    bind({"k": sl.Bernoulli(0.5, observed=True)}, k=[0, 1, 2])


@wrong
def a_share_of_one():
    bind({"p": sl.Beta(2, 2, observed=True)}, p=[0.5, 1.0, 0.2])


@wrong
def a_waiting_time_of_zero():
    bind({"t": sl.LogNormal(0, 1, observed=True)}, t=[0.5, 0.0, 0.2])


@wrong
def shares_of_a_row_that_sum_to_more():
    bind({"d": sl.Dirichlet([1, 1], observed=["p", "q"])}, p=[0.5, 0.5, 0.5], q=[0.5, 0.6, 0.5])


@wrong
def more_successes_than_trials():
    bind({"k": sl.Binomial(sl.data("n"), 0.5, observed=True)}, k=[0, 3, 2], n=[2, 2, 2])


@wrong
def times_before_what_is_computed_as_entry():
    years = sl.Weibull(1, log=0, lower=sl.data("months") / 12, observed=True)
    bind({"years": years}, years=[2.0, 3.0, 4.0], months=[12, 48, 60])


@wrong
def an_outcome_outside_its_bounds():
    bind({"u": sl.Uniform(0, 1, observed=True)}, u=[0.5, 1.5, -1.0])


@wrong
def a_standard_error_of_zero():
    bind({"y": observed(0, sl.data("se"))}, se=[1.0, 0.0, 2.0])


@wrong
def more_categories_than_arguments():
    bind({"k": sl.Categorical([0.5, 0.5], observed=True)}, k=[1, 2, 3])
