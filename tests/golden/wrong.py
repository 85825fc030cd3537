"""One small case per way of being wrong, by the room that notices it."""

# mypy: disable-error-code="assignment, arg-type, call-overload, attr-defined"
# what is wrong here is wrong on purpose

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import stanlevels as sl
from stanlevels.language.expressions import Variable

Case = Callable[[], object]
CASES: dict[str, list[Case]] = {}


def wrong(family: str) -> Callable[[Case], Case]:
    """File a case under a family of messages."""

    def file(case: Case) -> Case:
        CASES.setdefault(family, []).append(case)
        return case

    return file


def bind(lines: Mapping[str, Any], **columns: Any) -> object:
    """Define a model from lines and bind a few rows to it."""
    data = {"y": [1.0, 2.0, 4.0], "x": [0.5, 1.5, 2.5], "g": ["a", "b", "b"], **columns}
    return sl.Model.define("M", lines).bind(data)


def observed(mean: Any = 0, sd: Any = 1) -> Variable:
    return sl.Normal(mean, sd, observed=True)


# --- names and lines ---------------------------------------------------------------------------


@wrong("names")
def a_name_declared_twice():
    class M(sl.Model):
        a = sl.Normal(0, 1)
        a = sl.Normal(0, 2)  # noqa: PIE794


@wrong("names")
def one_declaration_with_two_names():
    class M(sl.Model):
        a = sl.Normal(0, 1)
        b = a


@wrong("names")
def one_declaration_inherited_under_two_names():
    class First(sl.Model):
        a = sl.Normal(0, 1)

    class Second(sl.Model):
        b = First.a

    class Both(First, Second):
        pass


@wrong("names")
def a_verb_of_model():
    class M(sl.Model):
        fit = sl.Normal(0, 1)


@wrong("names")
def an_empty_name():
    sl.Model.define("M", {"": sl.Normal(0, 1)})


@wrong("names")
def two_leading_underscores():
    sl.Model.define("M", {"__a": sl.Normal(0, 1)})


@wrong("names")
def angle_brackets():
    sl.Model.define("M", {"<rows>": sl.Level()})


@wrong("names")
def a_line_that_is_no_declaration():
    sl.Model.define("M", {"a": 3})


@wrong("names")
def a_number_over_an_inherited_line():
    class M(sl.Model):
        a = sl.Normal(0, 1)

    class Other(M):
        a = 3


@wrong("names")
def a_line_assigned_later():
    class M(sl.Model):
        a = sl.Normal(0, 1)

    M.b = sl.Normal(0, 1)


# --- references --------------------------------------------------------------------------------


@wrong("references")
def a_distribution_without_a_name():
    class M(sl.Model):
        y = sl.Normal(sl.Normal(0, 1), 1, observed=True)


@wrong("references")
def a_level_without_a_name():
    class M(sl.Model):
        a = sl.Normal(0, 1, over=sl.Level("g"))


@wrong("references")
def covariates_without_a_name():
    class M(sl.Model):
        b = sl.Normal(0, 1, over=sl.covariates("x"))


@wrong("references")
def a_quantity_of_another_model():
    class Other(sl.Model):
        a = sl.Normal(0, 1)

    class M(sl.Model):
        y = sl.Normal(Other.a, 1, observed=True)


@wrong("references")
def a_circle_by_overriding():
    class M(sl.Model):
        a = sl.Normal(0, 1)
        b = sl.Normal(a, 1)

    class Circle(M):
        a = sl.Normal(M.b, 1)


@wrong("references")
def levels_in_a_circle_by_overriding():
    class M(sl.Model):
        school = sl.Level()
        room = sl.Level(within=school)

    class Circle(M):
        school = sl.Level(within=M.room)


@wrong("references")
def a_level_overridden_by_a_quantity():
    class M(sl.Model):
        g = sl.Level()
        a = sl.Normal(0, 1, over=g)

    class Other(M):
        g = sl.Normal(0, 1)


@wrong("references")
def a_quantity_overridden_by_a_level():
    class M(sl.Model):
        a = sl.Normal(0, 1)
        y = sl.Normal(a, 1, observed=True)

    class Other(M):
        a = sl.Level("g")


@wrong("references")
def covariates_overridden_by_an_index():
    class M(sl.Model):
        X = sl.covariates("x")
        b = sl.Normal(0, 1, over=X)
        y = sl.Normal(b @ X, 1, observed=True)

    class Other(M):
        X = sl.Index(["x"])


@wrong("references")
def a_road_to_a_road():
    class M(sl.Model):
        team = sl.Level()
        home = sl.Level(of=team)
        host = sl.Level(of=home)


# --- expressions -------------------------------------------------------------------------------


@wrong("expressions")
def a_truth_value():
    if sl.Normal(0, 1):
        pass


@wrong("expressions")
def a_comparison():
    return sl.data("x") > 0


@wrong("expressions")
def a_function_of_numpy():
    return np.asarray(sl.Normal(0, 1))


@wrong("expressions")
def a_level_in_an_expression():
    return sl.Normal(0, 1) + sl.Level()


@wrong("expressions")
def covariates_in_an_expression():
    return sl.Normal(0, 1) * sl.covariates("x")


@wrong("expressions")
def text_in_an_expression():
    return sl.Normal(0, 1) + "x"


@wrong("expressions")
def text_in_a_function():
    return sl.exp("x")


@wrong("expressions")
def a_number_that_is_not_finite():
    return sl.Normal(0, float("inf"))


@wrong("expressions")
def not_a_number():
    return sl.Constant(float("nan"))


@wrong("expressions")
def a_truth_value_as_a_number():
    return sl.Normal(0, True)


@wrong("expressions")
def coefficients_times_no_covariates():
    return sl.Normal(0, 1) @ sl.data("x")


@wrong("expressions")
def covariates_on_the_left():
    return sl.covariates("x") @ sl.Normal(0, 1)


@wrong("expressions")
def an_index_that_is_a_number_with_a_fraction():
    return sl.Normal(0, 1)[0.5]


@wrong("expressions")
def arithmetic_without_a_real_result():
    return bind({"y": observed(sl.Constant(-8) ** 0.5)})


@wrong("expressions")
def a_product_that_is_too_long():
    return math.prod(sl.data(f"x{i}") for i in range(300))


# --- levels, indexes and covariates ---------------------------------------------------------------


@wrong("axes")
def within_a_text():
    sl.Level(within="school")


@wrong("axes")
def a_level_as_the_column():
    sl.Level(sl.Level())


@wrong("axes")
def of_and_within():
    sl.Level("home", of=sl.Level(), within=sl.Level())


@wrong("axes")
def unique_without_within():
    sl.Level(unique=True)


@wrong("axes")
def index_labels_of_two_types():
    sl.Index(["a", 1])


@wrong("axes")
def index_labels_with_fractions():
    sl.Index([0.5, 1.5])


@wrong("axes")
def no_covariates():
    sl.covariates()


@wrong("axes")
def a_covariate_twice():
    sl.covariates("x", "x")


@wrong("axes")
def a_covariate_that_is_no_text():
    sl.covariates(sl.data("x"))


@wrong("axes")
def a_column_that_is_no_text():
    sl.data(3)


@wrong("axes")
def a_coding_without_categories():
    sl.data("x", coding="sum")


@wrong("axes")
def an_unknown_coding():
    sl.data("x", categorical=True, coding="helmert")


@wrong("axes")
def over_a_text():
    sl.Normal(0, 1, over="school")


@wrong("axes")
def over_one_axis_twice():
    g = sl.Level()
    sl.Normal(0, 1, over=(g, g))


# --- arguments of distributions --------------------------------------------------------------------


@wrong("arguments")
def an_unknown_argument():
    sl.Normal(0, variance=2)


@wrong("arguments")
def too_many_positional_arguments():
    sl.Normal(0, 1, 2)


@wrong("arguments")
def an_argument_twice():
    sl.Normal(0, mu=1)


@wrong("arguments")
def two_parameterizations_at_once():
    sl.Beta(mean=0.5, logit=0, concentration=2)


@wrong("arguments")
def an_argument_of_another_parameterization():
    sl.Poisson(3, log=1)


@wrong("arguments")
def a_list_for_a_number():
    sl.Normal([0, 1], 1)


@wrong("arguments")
def a_number_for_a_correlation():
    sl.MultiNormal([0, 0], [1, 1], 0.5)


@wrong("arguments")
def dim_of_a_scalar():
    sl.Normal(0, 1, dim=2)


@wrong("arguments")
def one_dimension():
    sl.LKJCholesky(2, dim=1)


@wrong("arguments")
def observed_by_a_number():
    sl.Normal(0, 1, observed=3)


@wrong("arguments")
def weights_without_data():
    sl.Normal(0, 1, weights="w")


@wrong("arguments")
def weights_that_are_numbers():
    sl.Normal(0, 1, observed=True, weights=[1, 2])


@wrong("arguments")
def centered_with_data():
    sl.Normal(0, 1, observed=True, centered=True)


@wrong("arguments")
def centered_without_location_and_scale():
    sl.Gamma(2, 1, centered=True)


@wrong("arguments")
def ordered_with_data():
    sl.Normal(0, 1, observed=True, ordered=True)


@wrong("arguments")
def ordered_vectors():
    sl.Dirichlet([1, 1], ordered=True)


# --- places: check ---------------------------------------------------------------------------------


@wrong("check")
def no_line_with_data():
    bind({"a": sl.Normal(0, 1)})


@wrong("check")
def a_count_without_data():
    bind({"k": sl.Poisson(3), "y": observed()})


@wrong("check")
def a_correlation_that_is_observed():
    bind({"y": sl.LKJCholesky(2, dim=2, observed=True)})


@wrong("check")
def a_scalar_observed_in_two_columns():
    bind({"y": sl.Normal(0, 1, observed=["x", "y"])})


@wrong("check")
def a_vector_observed_in_one_column():
    r = sl.LKJCholesky(2)
    bind({"r": r, "y": sl.MultiNormal([0, 0], [1, 1], r, observed="x")})


@wrong("check")
def a_vector_observed_in_too_few_columns():
    k, r = sl.Index(3), sl.LKJCholesky(2)
    bind({"k": k, "r": r, "v": sl.MultiNormal([0, 0, 0], [1, 1, 1], r, over=k, observed=["x", "y"])})


@wrong("check")
def an_outcome_over_an_index():
    k = sl.Index(3)
    bind({"k": k, "y": sl.Normal(0, 1, over=k, observed=True)})


@wrong("check")
def a_correlation_per_unit():
    g = sl.Level()
    bind({"g": g, "r": sl.LKJCholesky(2, dim=2, over=g), "y": observed()})


@wrong("check")
def order_without_an_index():
    bind({"a": sl.Normal(0, 1, ordered=True), "y": observed()})


@wrong("check")
def order_below_an_upper_bound():
    k = sl.Index(3)
    bind({"k": k, "a": sl.Beta(1, 1, over=k, ordered=True), "y": observed()})


@wrong("check")
def standard_deviations_per_unit_in_a_vector():
    g, r = sl.Level(), sl.LKJCholesky(2)
    s = sl.HalfNormal(1, over=g)
    bind({"g": g, "r": r, "s": s, "B": sl.MultiNormal([0, 0], [s, s], r, over=g), "y": observed()})


@wrong("check")
def a_standard_deviation_that_can_be_negative():
    s = sl.Normal(0, 1)
    bind({"s": s, "y": observed(0, s)})


@wrong("check")
def a_standard_deviation_of_minus_one():
    bind({"y": observed(0, -1)})


@wrong("check")
def a_probability_that_can_be_anything():
    p = sl.Normal(0, 1)
    bind({"p": p, "b": sl.Bernoulli(p, observed=True)}, b=[0, 1, 0])


@wrong("check")
def a_bound_below_the_other():
    bind({"a": sl.Uniform(1, 0), "y": observed()})


@wrong("check")
def trials_with_a_fraction():
    bind({"k": sl.Binomial(2.5, 0.5, observed=True)}, k=[0, 1, 2])


@wrong("check")
def trials_that_are_computed():
    bind({"k": sl.Binomial(sl.data("x") + 1, 0.5, observed=True)}, k=[0, 1, 2])


@wrong("check")
def shares_that_do_not_sum_to_one():
    bind({"k": sl.Categorical([0.5, 0.6], observed=True)}, k=[1, 2, 1])


@wrong("check")
def probabilities_that_need_not_sum_to_one():
    k = sl.Index(2)
    p = sl.Beta(1, 1, over=k)
    bind({"i": k, "p": p, "k": sl.Categorical(p, observed=True)}, k=[1, 2, 1])


@wrong("check")
def one_probability_for_a_categorical():
    p = sl.Beta(1, 1)
    bind({"p": p, "k": sl.Categorical(p, observed=True)}, k=[1, 2, 1])


@wrong("check")
def cutpoints_without_order():
    k = sl.Index(2)
    c = sl.Normal(0, 1, over=k)
    bind({"i": k, "c": c, "k": sl.OrderedLogistic(0, c, observed=True)}, k=[1, 2, 3])


@wrong("check")
def cutpoints_that_fall():
    bind({"k": sl.OrderedLogistic(0, [1, 0], observed=True)}, k=[1, 2, 3])


@wrong("check")
def a_correlation_that_is_none():
    s = sl.HalfNormal(1)
    bind({"s": s, "B": sl.MultiNormal([0, 0], [1, 1], s), "y": observed()})


@wrong("check")
def entries_that_do_not_match_the_components():
    k, r = sl.Index(3), sl.LKJCholesky(2)
    bind({"k": k, "r": r, "B": sl.MultiNormal([0, 0], [1, 1, 1], r, over=k), "y": observed()})


# --- places: place and open_arguments ---------------------------------------------------------------


@wrong("place")
def a_level_that_does_not_determine_another():
    g, h = sl.Level(), sl.Level()
    a = sl.Normal(0, 1, over=h)
    b = sl.Normal(a, 1, over=g)
    bind({"g": g, "h": h, "a": a, "b": b, "y": observed(b)}, h=["u", "v", "w"])


@wrong("place")
def a_scalar_that_uses_units():
    g = sl.Level()
    a = sl.Normal(0, 1, over=g)
    b = sl.Normal(a, 1)
    bind({"g": g, "a": a, "b": b, "y": observed(b)})


@wrong("place")
def a_scalar_that_uses_a_column():
    b = sl.Normal(sl.data("x"), 1)
    bind({"b": b, "y": observed(b)})


@wrong("place")
def over_a_road():
    team = sl.Level("g")
    home = sl.Level("h", of=team)
    a = sl.Normal(0, 1, over=home)
    bind({"team": team, "home": home, "a": a, "y": observed(a)}, h=["a", "b", "a"])


@wrong("place")
def over_rows_and_a_level():
    g = sl.Level()
    bind({"g": g, "a": sl.Normal(0, 1, over=(sl.rows, g)), "y": observed()})


@wrong("place")
def a_road_to_other_units():
    g, h = sl.Level(), sl.Level()
    a = sl.Normal(0, 1, over=g)
    bind({"g": g, "h": h, "a": a, "y": observed(a[h])}, h=["u", "v", "w"])


@wrong("place")
def a_road_for_a_scalar():
    g = sl.Level()
    a = sl.Normal(0, 1)
    bind({"g": g, "a": a, "y": observed(a[g])})


@wrong("place")
def a_component_that_is_not_there():
    k = sl.Index(["low", "high"])
    a = sl.Normal(0, 1, over=k)
    bind({"k": k, "a": a, "y": observed(a["mid"])})


@wrong("place")
def a_component_of_a_scalar():
    a = sl.Normal(0, 1)
    bind({"a": a, "y": observed(a[0])})


@wrong("place")
def components_where_a_number_is_needed():
    k = sl.Index(2)
    a = sl.Normal(0, 1, over=k)
    bind({"k": k, "a": a, "y": observed(a)})


@wrong("place")
def components_of_two_kinds():
    k, j = sl.Index(2), sl.Index(3)
    a, b = sl.Normal(0, 1, over=k), sl.Normal(0, 1, over=j)
    bind({"k": k, "j": j, "a": a, "b": b, "c": a + b, "y": observed()})


@wrong("place")
def coefficients_over_other_covariates():
    X, Z = sl.covariates("x"), sl.covariates("y")
    b = sl.Normal(0, 1, over=X)
    bind({"X": X, "Z": Z, "b": b, "y": observed(b @ Z)})


@wrong("place")
def arithmetic_with_a_correlation():
    r = sl.LKJCholesky(2, dim=2)
    bind({"r": r, "y": observed(r * 2)})


@wrong("place")
def a_component_of_a_correlation():
    r = sl.LKJCholesky(2, dim=2)
    bind({"r": r, "y": observed(r[0])})


@wrong("place")
def components_in_a_list():
    k, r = sl.Index(2), sl.LKJCholesky(2)
    a = sl.Normal(0, 1, over=k)
    bind({"k": k, "r": r, "a": a, "B": sl.MultiNormal([a, a], [1, 1], r), "y": observed()})


@wrong("place")
def a_vector_over_two_indexes():
    k, j = sl.Index(2), sl.Index(3)
    bind({"k": k, "j": j, "p": sl.Dirichlet(1, over=(k, j)), "y": observed()})


@wrong("open_arguments")
def no_number_of_components():
    bind({"p": sl.Dirichlet(1), "y": observed()})


@wrong("open_arguments")
def numbers_of_components_that_differ():
    r = sl.LKJCholesky(2)
    bind({"r": r, "B": sl.MultiNormal([0, 0], [1, 1, 1], r), "y": observed()})


@wrong("open_arguments")
def a_correlation_of_no_size():
    bind({"r": sl.LKJCholesky(2), "y": observed()})


@wrong("open_arguments")
def a_correlation_of_two_sizes():
    r = sl.LKJCholesky(2, dim=3)
    bind({"r": r, "B": sl.MultiNormal([0, 0], [1, 1], r), "y": observed()})


@wrong("open_arguments")
def a_name_that_an_open_argument_would_take():
    s = sl.HalfNormal(1)
    bind({"y_sigma": s, "y": sl.Normal(0, observed=True)})


@wrong("open_arguments")
def open_cutpoints():
    bind({"k": sl.OrderedLogistic(0, observed=True)}, k=[1, 2, 3])


@wrong("open_arguments")
def open_bounds():
    bind({"a": sl.Uniform(), "y": observed()})


# --- data against supports -----------------------------------------------------------------------------


@wrong("support")
def a_count_of_minus_one():
    bind({"k": sl.Poisson(3, observed=True)}, k=[0, -1, 2])


@wrong("support")
def a_count_with_a_fraction():
    bind({"k": sl.Poisson(3, observed=True)}, k=[0, 1.5, 2])


@wrong("support")
def a_success_of_two():
    bind({"k": sl.Bernoulli(0.5, observed=True)}, k=[0, 1, 2])


@wrong("support")
def a_share_of_one():
    bind({"p": sl.Beta(2, 2, observed=True)}, p=[0.5, 1.0, 0.2])


@wrong("support")
def a_waiting_time_of_zero():
    bind({"t": sl.LogNormal(0, 1, observed=True)}, t=[0.5, 0.0, 0.2])


@wrong("support")
def shares_of_a_row_that_sum_to_more():
    bind({"d": sl.Dirichlet([1, 1], observed=["p", "q"])}, p=[0.5, 0.5, 0.5], q=[0.5, 0.6, 0.5])


@wrong("support")
def more_successes_than_trials():
    bind({"k": sl.Binomial(sl.data("n"), 0.5, observed=True)}, k=[0, 3, 2], n=[2, 2, 2])


@wrong("support")
def an_outcome_outside_its_bounds():
    bind({"u": sl.Uniform(0, 1, observed=True)}, u=[0.5, 1.5, -1.0])


@wrong("support")
def a_standard_error_of_zero():
    bind({"y": observed(0, sl.data("se"))}, se=[1.0, 0.0, 2.0])


@wrong("support")
def more_categories_than_arguments():
    bind({"k": sl.Categorical([0.5, 0.5], observed=True)}, k=[1, 2, 3])


# --- fitting --------------------------------------------------------------------------------------------


@wrong("fit")
def an_unknown_method():
    bind({"y": observed()}).fit("magic")


@wrong("fit")
def an_unknown_engine():
    mu = sl.Normal(0, 1)
    bind({"mu": mu, "y": observed(mu)}).fit(engine="pystan", progress=False)


@wrong("fit")
def nothing_to_find():
    bind({"y": observed()}).fit(progress=False)


@wrong("fit")
def a_plan_that_is_none():
    sl.Model.define("M", {"y": observed()}).bind({"y": [1.0]}, plan={"u": True})
