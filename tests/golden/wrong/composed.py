"""Distributions made of distributions."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases, bind

wrong = Cases()
Y = {"y": [0, 1, 4], "x": [0, 2, 7]}


@wrong
def a_hurdle_before_a_normal():
    sl.Hurdle(sl.Normal(0, 1), 0.2, observed=True)


@wrong
def zeros_added_to_numbers_that_are_no_counts():
    sl.ZeroInflated(sl.Gamma(1, 1), 0.2, observed=True)


@wrong
def ends_of_what_is_no_share():
    sl.ZeroOneInflated(sl.Normal(0, 1), 0.2, 0.5, observed=True)


@wrong
def a_number_for_a_distribution():
    sl.Hurdle(3, 0.2, observed=True)


@wrong
def a_wrapper_in_a_wrapper():
    sl.Hurdle(sl.ZeroInflated(sl.Poisson(3), 0.2), 0.2, observed=True)


@wrong
def bounds_within_a_wrapper():
    sl.ZeroInflated(sl.Poisson(3, upper=9), 0.2, observed=True)


@wrong
def data_within_a_wrapper():
    sl.Hurdle(sl.Poisson(3, observed=True), 0.2)


@wrong
def zero_and_logit_at_once():
    sl.ZeroInflated(sl.Poisson(3), 0.2, logit=0, observed=True)


@wrong
def one_and_its_log_odds_at_once():
    sl.ZeroOneInflated(sl.Beta(1, 1), 0.2, 0.5, one_logit=0, observed=True)


@wrong
def a_mixture_of_counts_and_other_numbers():
    sl.Mixture([sl.Poisson(3), sl.Normal(0, 1)], [0.5, 0.5], observed=True)


@wrong
def a_mixture_of_one():
    sl.Mixture([sl.Normal(0, 1)], [1.0], observed=True)


@wrong
def a_mixture_of_distributions_one_by_one():
    sl.Mixture(sl.Normal(0, 1), sl.Normal(3, 1), observed=True)


@wrong
def a_mixture_of_three_distributions_one_by_one():
    sl.Mixture(sl.Normal(0, 1), sl.Normal(3, 1), sl.Normal(5, 1), observed=True)


@wrong
def zeros_added_to_nothing():
    sl.ZeroInflated(zero=0.2, observed=True)


@wrong
def zeros_as_brms_calls_them():
    sl.ZeroInflated(sl.Poisson(3), zi=0.2, observed=True)


@wrong
def a_bound_of_what_is_made_of_others():
    sl.Hurdle(sl.Poisson(3), 0.2, upper=9, observed=True)


@wrong
def borders_that_nobody_names():
    sl.ICAR(1, over=sl.Level("area"))


@wrong
def a_walk_with_a_start():
    sl.RandomWalk(1, start=3, over=sl.Level("week"))


@wrong
def a_process_with_a_mean():
    sl.AR1(0, 0.5, 1, over=sl.Level("week"))


@wrong
def a_mixture_of_one_distribution_without_an_index():
    sl.Mixture(sl.Normal(0, 1), [0.5, 0.5], observed=True)


@wrong
def weights_of_another_length():
    sl.Mixture([sl.Normal(0, 1), sl.Normal(3, 1)], [0.2, 0.3, 0.5], observed=True)


@wrong
def weights_and_logit_at_once():
    sl.Mixture([sl.Normal(0, 1), sl.Normal(3, 1)], [0.2, 0.8], logit=[0, 1], observed=True)


@wrong
def a_mixture_of_categories():
    sl.Mixture([sl.Categorical([0.5, 0.5]), sl.Categorical([0.1, 0.9])], [0.5, 0.5], observed=True)


@wrong
def weights_over_another_index():
    k, three = sl.Index(2), sl.Index(3)
    mu, share = sl.Normal(0, 1, over=k, ordered=True), sl.Dirichlet(1, over=three)
    lines = {"k": k, "three": three, "mu": mu, "share": share}
    bind({**lines, "y": sl.Mixture(sl.Normal(mu, 1), share, observed=True)}, **Y)


@wrong
def weights_that_do_not_sum_to_one():
    bind({"y": sl.Mixture([sl.Normal(0, 1), sl.Normal(3, 1)], [0.5, 0.8], observed=True)}, **Y)


@wrong
def a_mixture_without_data():
    mixture = sl.Mixture([sl.Normal(0, 1), sl.Normal(3, 1)], [0.5, 0.5])
    bind({"z": mixture, "y": sl.Normal(mixture, 1, observed=True)}, **Y)


@wrong
def a_probability_that_may_be_anything():
    zero = sl.Normal(0, 1)
    bind({"zero": zero, "y": sl.ZeroInflated(sl.Poisson(3), zero, observed=True)}, **Y)


@wrong
def a_probability_above_one():
    bind({"y": sl.ZeroInflated(sl.Poisson(3), 1.5, observed=True)}, **Y)


@wrong
def counts_that_are_none():
    bind({"y": sl.ZeroInflated(sl.Poisson(3), 0.2, observed=True)}, y=[0.5, 1, 2])


@wrong
def negative_amounts():
    bind({"y": sl.Hurdle(sl.LogNormal(0, 1), 0.2, observed=True)}, y=[-0.5, 0, 2])


@wrong
def shares_above_one():
    bind({"y": sl.ZeroOneInflated(sl.Beta(1, 1), 0.2, 0.5, observed=True)}, y=[0.5, 1, 2])


@wrong
def a_mean_that_may_be_negative():
    mean = sl.Normal(0, 1)
    bind({"mean": mean, "y": sl.ZeroInflated(sl.Poisson(mean), 0.2, observed=True)}, **Y)
