"""Arguments of distributions."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases

wrong = Cases()


@wrong
def an_unknown_argument():
    sl.Normal(0, variance=2)


@wrong
def too_many_positional_arguments():
    sl.Normal(0, 1, 2)


@wrong
def an_argument_twice():
    sl.Normal(0, mu=1)


@wrong
def two_parameterizations_at_once():
    sl.Beta(mean=0.5, logit=0, concentration=2)


@wrong
def an_argument_of_another_parameterization():
    sl.Poisson(3, log=1)


@wrong
def a_list_for_a_number():
    sl.Normal([0, 1], 1)


@wrong
def a_number_for_a_correlation():
    sl.MultiNormal([0, 0], [1, 1], 0.5)


@wrong
def dim_of_a_scalar():
    sl.Normal(0, 1, dim=2)


@wrong
def one_dimension():
    sl.LKJCholesky(2, dim=1)


@wrong
def observed_by_a_number():
    sl.Normal(0, 1, observed=3)


@wrong
def weights_without_data():
    sl.Normal(0, 1, weights="w")


@wrong
def weights_that_are_numbers():
    sl.Normal(0, 1, observed=True, weights=[1, 2])


@wrong
def centered_with_data():
    sl.Normal(0, 1, observed=True, centered=True)


@wrong
def centered_without_location_and_scale():
    sl.Gamma(2, 1, centered=True)


@wrong
def ordered_with_data():
    sl.Normal(0, 1, observed=True, ordered=True)


@wrong
def ordered_vectors():
    sl.Dirichlet([1, 1], ordered=True)
