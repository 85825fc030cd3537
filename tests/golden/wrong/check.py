"""Lines whose values cannot be: the pass `check`."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases, bind, observed

wrong = Cases()


@wrong
def no_line_with_data():
    bind({"a": sl.Normal(0, 1)})


@wrong
def a_count_without_data():
    bind({"k": sl.Poisson(3), "y": observed()})


@wrong
def a_correlation_that_is_observed():
    bind({"y": sl.LKJCholesky(2, dim=2, observed=True)})


@wrong
def a_scalar_observed_in_two_columns():
    bind({"y": sl.Normal(0, 1, observed=["x", "y"])})


@wrong
def a_vector_observed_in_one_column():
    r = sl.LKJCholesky(2)
    bind({"r": r, "y": sl.MultiNormal([0, 0], [1, 1], r, observed="x")})


@wrong
def a_vector_observed_in_too_few_columns():
    k, r = sl.Index(3), sl.LKJCholesky(2)
    bind({"k": k, "r": r, "v": sl.MultiNormal([0, 0, 0], [1, 1, 1], r, over=k, observed=["x", "y"])})


@wrong
def an_outcome_over_an_index():
    k = sl.Index(3)
    bind({"k": k, "y": sl.Normal(0, 1, over=k, observed=True)})


@wrong
def a_correlation_per_unit():
    g = sl.Level()
    bind({"g": g, "r": sl.LKJCholesky(2, dim=2, over=g), "y": observed()})


@wrong
def order_without_an_index():
    bind({"a": sl.Normal(0, 1, ordered=True), "y": observed()})


@wrong
def order_below_an_upper_bound():
    k = sl.Index(3)
    bind({"k": k, "a": sl.Beta(1, 1, over=k, ordered=True), "y": observed()})


@wrong
def standard_deviations_per_unit_in_a_vector():
    g, r = sl.Level(), sl.LKJCholesky(2)
    s = sl.HalfNormal(1, over=g)
    bind({"g": g, "r": r, "s": s, "B": sl.MultiNormal([0, 0], [s, s], r, over=g), "y": observed()})


@wrong
def a_standard_deviation_that_can_be_negative():
    s = sl.Normal(0, 1)
    bind({"s": s, "y": observed(0, s)})


@wrong
def a_standard_deviation_of_minus_one():
    bind({"y": observed(0, -1)})


@wrong
def a_probability_that_can_be_anything():
    p = sl.Normal(0, 1)
    bind({"p": p, "b": sl.Bernoulli(p, observed=True)}, b=[0, 1, 0])


@wrong
def a_bound_below_the_other():
    bind({"a": sl.Uniform(1, 0), "y": observed()})


@wrong
def trials_with_a_fraction():
    bind({"k": sl.Binomial(2.5, 0.5, observed=True)}, k=[0, 1, 2])


@wrong
def trials_that_are_computed():
    bind({"k": sl.Binomial(sl.data("x") + 1, 0.5, observed=True)}, k=[0, 1, 2])


@wrong
def shares_that_do_not_sum_to_one():
    bind({"k": sl.Categorical([0.5, 0.6], observed=True)}, k=[1, 2, 1])


@wrong
def probabilities_that_need_not_sum_to_one():
    k = sl.Index(2)
    p = sl.Beta(1, 1, over=k)
    bind({"i": k, "p": p, "k": sl.Categorical(p, observed=True)}, k=[1, 2, 1])


@wrong
def one_probability_for_a_categorical():
    p = sl.Beta(1, 1)
    bind({"p": p, "k": sl.Categorical(p, observed=True)}, k=[1, 2, 1])


@wrong
def cutpoints_without_order():
    k = sl.Index(2)
    c = sl.Normal(0, 1, over=k)
    bind({"i": k, "c": c, "k": sl.OrderedLogistic(0, c, observed=True)}, k=[1, 2, 3])


@wrong
def cutpoints_that_fall():
    bind({"k": sl.OrderedLogistic(0, [1, 0], observed=True)}, k=[1, 2, 3])


@wrong
def a_correlation_that_is_none():
    s = sl.HalfNormal(1)
    bind({"s": s, "B": sl.MultiNormal([0, 0], [1, 1], s), "y": observed()})


@wrong
def entries_that_do_not_match_the_components():
    k, r = sl.Index(3), sl.LKJCholesky(2)
    bind({"k": k, "r": r, "B": sl.MultiNormal([0, 0], [1, 1, 1], r, over=k), "y": observed()})
