"""What a program holds of each quantity follows from where its value comes from."""

from dataclasses import replace

import numpy as np

import stanlevels as sl
from stanlevels.plan.quantities import Integrated, Natural, Standardised
from stanlevels.program.lower import lower
from stanlevels.program.program import Declared
from tests.program.kit import densities, prepared


class Schools(sl.Model):
    school = sl.Level()
    mean = sl.Normal(0, 1)
    sd = sl.HalfNormal(1)
    effect = sl.Normal(mean, sd, over=school, centered=False)
    other = sl.Normal(mean, sd, over=school, centered=True)
    double = 2 * effect
    shift = mean + sd
    y = sl.Normal(effect + other, 1, observed=True)


DATA = {"school": ["a", "b", "b"], "y": [0.5, 1.0, 2.0]}


def test_a_program_knows_its_parameters_by_quantity_form_name_and_shape():
    bound = Schools.bind(DATA, plan=sl.Plan(soften=False))
    found = {p.quantity: (p.form, p.name, p.shape(bound.stan_data)) for p in bound.program.parameters}
    assert found == {
        "mean": (Natural(), "mean", ()),
        "sd": (Natural(), "sd", ()),
        "effect": (Standardised("mu", "sigma"), "effect_raw", (2,)),
        "other": (Natural(), "other", (2,)),
    }


def test_shapes_are_those_of_the_engine():
    """A draw holds what the program declares, of the dimensions that it says; also of correlations."""

    class Pairs(Schools):
        k = sl.Index(2)
        corr = sl.LKJCholesky(2, dim=2)
        pair = sl.MultiNormal([0, 1], [1, 2], corr, over=Schools.school, centered=False)
        both = sl.MultiNormal([0, 1], [1, 2], corr, over=Schools.school, centered=True)
        cut = sl.Normal(0, 1, over=k, ordered=True)
        y = sl.Normal(Schools.effect + pair[0] + both[1] + cut[0], 1, observed=True)

    bound = Pairs.bind(DATA)
    assert dict(prepared(bound).shapes) == dict(bound.posterior.shapes.drawn)
    assert bound.posterior.shapes.parameters["pair_raw"] == (2, 2)
    assert bound.posterior.shapes.computed["corr"] == (2, 2)


def test_an_integrated_quantity_is_no_parameter_and_no_output():
    """Nor is what is computed from it; the statements are those of the factors that are left."""
    planned = Schools.bind(DATA, plan=sl.Plan(soften=False)).planned
    integrated = replace(
        planned.with_values({"effect": Integrated("g")}),
        factors=tuple(f for f in planned.factors if f.source not in ("effect", "y")),
    )
    program = lower(integrated)
    assert [p.quantity for p in program.parameters] == ["mean", "sd", "other"]
    assert set(program.outputs) == {"mean", "sd", "other", "shift"}
    assert [d.name for d in program.transformed_parameters if isinstance(d, Declared)] == ["shift"]
    assert [item.source for item in program.model] == ["mean", "sd", "other"]


def test_what_is_computed_for_rows_is_written_where_something_names_it(frame):
    class Rowwise(sl.Model):
        a, s = sl.Normal(0, 1), sl.HalfNormal(1)
        used = a * sl.data("x")
        unused = a * sl.data("z")
        y = sl.Normal(sl.exp(used), s, observed=True)

    code = Rowwise.bind(frame).stan_code
    assert "vector[N] used = " in code
    assert "unused" not in code


def test_a_matrix_over_rows_is_filled_whatever_it_is_called(frame):
    class Rowwise(sl.Model):
        k = sl.Index(2)
        a, s = sl.Normal(0, 1, over=k), sl.HalfNormal(1)
        lp__ = a * sl.data("x")
        y = sl.Normal(sl.exp(lp__[0]) + lp__[1], s, observed=True)

    bound = Rowwise.bind(frame)
    assert "lp[, k] = a[k] * x;" in bound.stan_code
    assert all(np.isfinite(densities(bound)))
