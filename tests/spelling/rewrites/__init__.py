"""Other spellings of a declared model, one small pure function each.

A rewrite takes a graph and gives the same model in other words, or None where there is nothing to
rewrite. Its first line shows what becomes what. Most leave every quantity as it was; where a quantity
is another one afterwards (an intercept that is met at another point), the spelling says how its values
follow.
"""

from __future__ import annotations

from tests.spelling.rewrites.brackets import (
    brackets_to_the_right,
    coefficients_as_sums,
    factors_reversed,
    halves_multiplied_out,
    halves_multiplied_out_and_gathered,
    sums_multiplied_out,
    sums_over_a_covariate,
    terms_in_halves,
    terms_reversed,
)
from tests.spelling.rewrites.coefficients import (
    as_coefficients,
    coefficients_one_by_one,
    covariates_there_and_back,
    intercepts_among_coefficients,
)
from tests.spelling.rewrites.covariates import (
    columns_of_another_scale,
    covariates_centred,
    covariates_scaled,
    covariates_standardised,
)
from tests.spelling.rewrites.lines import derived_lines_above, derived_lines_below, lines_in_another_order
from tests.spelling.rewrites.names import (
    covariates_named,
    every_term_named,
    names_written_out,
    predictors_named,
    predictors_named_in_two_steps,
)
from tests.spelling.rewrites.numbers import (
    a_number_taken_off_again,
    half_of_the_double,
    minus_of_minus,
    one_times_every_term,
    over_one,
    plus_zero,
    times_one,
)
from tests.spelling.rewrites.opened import opened, told
from tests.spelling.rewrites.spelling import Rewrite, Spelling, Values, in_turn, intercepts

__all__ = [
    "REWRITES",
    "Rewrite",
    "Spelling",
    "Values",
    "in_turn",
    "intercepts",
    "intercepts_among_coefficients",
    "opened",
    "told",
]

REWRITES: tuple[Rewrite, ...] = (
    times_one,
    one_times_every_term,
    over_one,
    plus_zero,
    minus_of_minus,
    half_of_the_double,
    a_number_taken_off_again,
    terms_reversed,
    factors_reversed,
    brackets_to_the_right,
    coefficients_as_sums,
    terms_in_halves,
    halves_multiplied_out,
    halves_multiplied_out_and_gathered,
    sums_over_a_covariate,
    sums_multiplied_out,
    predictors_named,
    predictors_named_in_two_steps,
    every_term_named,
    covariates_named,
    names_written_out,
    as_coefficients,
    coefficients_one_by_one,
    covariates_there_and_back,
    lines_in_another_order,
    derived_lines_above,
    derived_lines_below,
    covariates_centred,
    covariates_scaled,
    covariates_standardised,
    columns_of_another_scale,
)
