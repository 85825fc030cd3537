"""`sl.effects`: what one line stands for, in classes and in those that inherit from them."""

# mypy: disable-error-code="assignment"
# lines may be overridden by lines of another kind

from __future__ import annotations

import pickle
from typing import Any

import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError
from tests.language.test_source import lines, read


class Sleep(sl.Model):
    subject = sl.Level()
    B = sl.effects(1, "days", over=subject)
    reaction = sl.Normal(B, observed=True)


LONG = [
    "subject = sl.Level()",
    'B_covariates = sl.covariates(1, "days")',
    "B_mean = sl.Normal(over=B_covariates)",
    "B_sd = sl.HalfNormal(over=B_covariates)",
    "B_corr = sl.LKJCholesky(2)",
    "B = sl.MultiNormal(B_mean, B_sd, B_corr, over=(subject, B_covariates))",
    "reaction = sl.Normal(B @ B_covariates, observed=True)",
]


def long(*terms: Any, line: Any = None, **given: Any) -> list[str]:
    """The lines that effects over a level stand for, without the level and the outcome."""
    subject = sl.Level()
    B = sl.effects(*terms, over=subject, **given)
    model = sl.Model.define("M", {"g": subject, "B": B, "y": sl.Normal(B if line is None else line(B))})
    assert read(str(model)) == model.graph()
    return lines(model)[1:-1]


def test_correlated_effects_stand_for_their_covariates_means_sds_correlations_and_components():
    assert lines(Sleep) == LONG


def test_the_long_class_has_the_same_graph():
    class Long(sl.Model):
        subject = sl.Level()
        B_covariates = sl.covariates(1, "days")
        B_mean = sl.Normal(over=B_covariates)
        B_sd = sl.HalfNormal(over=B_covariates)
        B_corr = sl.LKJCholesky(2)
        B = sl.MultiNormal(B_mean, B_sd, B_corr, over=(subject, B_covariates))
        reaction = sl.Normal(B @ B_covariates, observed=True)

    assert dict(Long.graph().nodes) == dict(Sleep.graph().nodes)


def test_effects_without_correlations_are_normal():
    assert long(1, "days", correlated=False)[-1] == "B = sl.Normal(B_mean, B_sd, over=(g, B_covariates))"


def test_an_intercept_alone_is_one_number_per_unit():
    assert long(1) == [
        "B_mean = sl.Normal()",
        "B_sd = sl.HalfNormal()",
        "B = sl.Normal(B_mean, B_sd, over=g)",
    ]


def test_one_column_has_no_correlations():
    assert long(sl.data("x")) == [
        'B_covariates = sl.covariates(sl.data("x"))',
        "B_mean = sl.Normal(over=B_covariates)",
        "B_sd = sl.HalfNormal(over=B_covariates)",
        "B = sl.Normal(B_mean, B_sd, over=(g, B_covariates))",
    ]


def test_powers_are_correlated():
    assert long(sl.polynomial("x", 2))[-1].startswith("B = sl.MultiNormal(")
    assert long(sl.standardize("x"))[-1].startswith("B = sl.Normal(")


def test_categories_are_correlated_however_many_there_are():
    machine = sl.data("machine", categorical=True, coding="indicator")
    assert long(machine)[:1] == ['B_covariates = sl.data("machine", categorical=True, coding="indicator")']
    assert long(machine)[-2] == "B_corr = sl.LKJCholesky(2)"


def test_coefficients_that_do_not_vary_have_the_default_prior():
    B = sl.effects(1, "x")
    model = sl.Model.define("M", {"B": B, "y": sl.Normal(B, observed=True)})
    assert lines(model) == [
        'B_covariates = sl.covariates(1, "x")',
        "B = sl.Normal(over=B_covariates)",
        "y = sl.Normal(B @ B_covariates, observed=True)",
    ]


def test_an_intercept_that_does_not_vary_is_a_number():
    B = sl.effects(1)
    model = sl.Model.define("M", {"B": B, "y": sl.Normal(B, observed=True)})
    assert lines(model) == ["B = sl.Normal()", "y = sl.Normal(B, observed=True)"]


def test_coefficients_share_the_prior_that_is_given():
    B = sl.effects("x", "z", mean=0, sd=sl.HalfNormal(1))
    model = sl.Model.define("M", {"B": B, "y": sl.Normal(B, observed=True)})
    assert lines(model)[1:3] == ["B_sd = sl.HalfNormal(1)", "B = sl.Normal(0, B_sd, over=B_covariates)"]


def test_a_distribution_without_a_name_is_the_prior_of_each_component():
    found = long(1, "x", mean=sl.Normal(0, 10), sd=sl.HalfNormal(50), corr=sl.LKJCholesky(4))
    assert found[1:4] == [
        "B_mean = sl.Normal(0, 10, over=B_covariates)",
        "B_sd = sl.HalfNormal(50, over=B_covariates)",
        "B_corr = sl.LKJCholesky(4)",
    ]


def test_one_distribution_can_be_the_prior_of_several_blocks():
    prior, g = sl.HalfNormal(3), sl.Level()
    A, B = sl.effects(1, over=g, sd=prior), sl.effects("x", over=g, sd=prior)
    model = sl.Model.define("M", {"g": g, "A": A, "B": B, "y": sl.Normal(A + B, observed=True)})
    assert "A_sd = sl.HalfNormal(3)" in lines(model)
    assert "B_sd = sl.HalfNormal(3, over=B_covariates)" in lines(model)


def test_numbers_lists_and_quantities_stand_in_the_line():
    assert long(1, "x", mean=0, sd=[3, 1])[-1] == (
        "B = sl.MultiNormal(0, [3, 1], B_corr, over=(g, B_covariates))"
    )


def test_a_quantity_with_a_name_is_no_template():
    spread, corr, g = sl.HalfNormal(1), sl.LKJCholesky(2), sl.Level()
    B = sl.effects(1, "x", over=g, mean=0, sd=spread, corr=corr)
    for order in ({"g": g, "s": spread, "c": corr, "B": B}, {"B": B, "g": g, "s": spread, "c": corr}):
        model = sl.Model.define("M", {**order, "y": sl.Normal(B, observed=True)})
        assert "B = sl.MultiNormal(0, s, c, over=(g, B_covariates))" in lines(model)
        assert "B_sd" not in model.graph()


def test_a_set_with_a_name_is_used_as_it_is():
    X, g = sl.covariates(1, "x"), sl.Level()
    A, B = sl.effects(X), sl.effects(X, over=g, mean=0)
    model = sl.Model.define("M", {"X": X, "g": g, "A": A, "B": B, "y": sl.Normal(A + B, observed=True)})
    assert lines(model)[2:] == [
        "A = sl.Normal(over=X)",
        "B_sd = sl.HalfNormal(over=X)",
        "B_corr = sl.LKJCholesky(2)",
        "B = sl.MultiNormal(0, B_sd, B_corr, over=(g, X))",
        "y = sl.Normal(A @ X + B @ X, observed=True)",
    ]


def test_components_are_reached_by_label_and_by_position():
    class Named(Sleep):
        slope = Sleep.B["days"]
        reaction = sl.Normal(Sleep.B - slope, observed=True)

    assert lines(Named)[-2:] == [
        'slope = B["days"]',
        "reaction = sl.Normal(B @ B_covariates - slope, observed=True)",
    ]


def test_effects_by_several_roads_contribute_by_each():
    class Football(sl.Model):
        team = sl.Level()
        home = sl.Level(of=team)
        away = sl.Level(of=team)
        B = sl.effects(1, "rain", over=team, mean=0)
        S = sl.effects(1, over=team, mean=0)
        margin = sl.Normal(B[home] - B[away] + S[home] - S[away], observed=True)
        drawn = sl.Bernoulli(logit=B[home]["rain"], observed=True)

    assert lines(Football)[-5:] == [
        "margin = sl.Normal(",
        "B[home] @ B_covariates - B[away] @ B_covariates + S[home] - S[away],",
        "observed=True,",
        ")",
        'drawn = sl.Bernoulli(logit=B[home]["rain"], observed=True)',
    ]
    assert read(str(Football)) == Football.graph()


def test_effects_stand_for_their_contribution_wherever_they_stand():
    class Everywhere(sl.Model):
        g = sl.Level()
        B = sl.effects(1, "x", over=g)
        S = sl.effects(1, "z", over=g, mean=0)
        y = sl.Normal(2 * B, sl.exp(S), observed=True)
        passed = sl.Bernoulli(logit=B - 1, observed=True)
        several = sl.MultiNormal([B, S], [1, 1], observed=["u", "v"])

    text = lines(Everywhere)
    assert "y = sl.Normal(2 * (B @ B_covariates), sl.exp(S @ S_covariates), observed=True)" in text
    assert "passed = sl.Bernoulli(logit=B @ B_covariates - 1, observed=True)" in text
    assert any("[B @ B_covariates, S @ S_covariates]" in line for line in text)


def test_effects_about_those_of_a_coarser_level_share_their_covariates():
    class Nested(sl.Model):
        school = sl.Level()
        room = sl.Level(within=school)
        B = sl.effects(1, "x", over=school)
        C = sl.effects(1, "x", over=room, mean=B)
        y = sl.Normal(C, observed=True)

    assert lines(Nested)[-4:] == [
        "C_sd = sl.HalfNormal(over=B_covariates)",
        "C_corr = sl.LKJCholesky(2)",
        "C = sl.MultiNormal(B, C_sd, C_corr, over=(room, B_covariates))",
        "y = sl.Normal(C @ B_covariates, observed=True)",
    ]


def test_a_mean_may_be_an_expression_of_the_level():
    class Groups(sl.Model):
        g = sl.Level()
        a = sl.Normal()
        b = sl.Normal()
        U = sl.effects(1, over=g, mean=a + b * sl.data("size"))
        y = sl.Normal(U, observed=True)

    assert 'U = sl.Normal(a + b * sl.data("size"), U_sd, over=g)' in lines(Groups)


def test_effects_over_several_levels_and_over_rows():
    class Cells(sl.Model):
        g = sl.Level()
        year = sl.Level()
        B = sl.effects(1, "x", over=(g, year))
        E = sl.effects(1, over=sl.rows, mean=0)
        n = sl.Poisson(log=B + E, observed=True)

    assert "B = sl.MultiNormal(B_mean, B_sd, B_corr, over=(g, year, B_covariates))" in lines(Cells)
    assert "E = sl.Normal(0, E_sd, over=sl.rows)" in lines(Cells)


# --- inheritance -----------------------------------------------------------------------------------


def test_a_generated_line_is_overridden_by_its_name():
    class Tight(Sleep):
        B_sd = sl.HalfNormal(10, over=Sleep.B.covariates)

    assert lines(Tight) == [*LONG[:3], "B_sd = sl.HalfNormal(10, over=B_covariates)", *LONG[4:]]


def test_the_lines_beside_are_attributes_of_the_class_and_of_the_effects():
    for suffix in ("covariates", "mean", "sd", "corr"):
        assert getattr(Sleep, f"B_{suffix}") is getattr(Sleep.B, suffix)


def test_more_covariates_take_the_place_of_the_set():
    class More(Sleep):
        B_covariates = sl.covariates(1, "days", "age")

    assert lines(More)[1] == 'B_covariates = sl.covariates(1, "days", "age")'
    assert lines(More)[2:] == LONG[2:]


def test_other_effects_take_the_place_of_effects_and_leave_no_line_behind():
    class Apart(Sleep):
        B = sl.effects(1, "days", over=Sleep.subject, correlated=False)

    class Alone(Apart):
        B = sl.effects(1, over=Apart.subject)

    assert lines(Apart)[-2:] == [
        "B = sl.Normal(B_mean, B_sd, over=(subject, B_covariates))",
        "reaction = sl.Normal(B @ B_covariates, observed=True)",
    ]
    assert "B_corr" not in Apart.graph()
    assert lines(Alone)[-2:] == [
        "B = sl.Normal(B_mean, B_sd, over=subject)",
        "reaction = sl.Normal(B, observed=True)",
    ]
    assert "B_covariates" not in Alone.graph()


def test_a_plain_quantity_takes_the_place_of_effects_and_effects_that_of_a_plain_quantity():
    class Plain(Sleep):
        B = sl.Normal(0, 1, over=Sleep.subject)

    class Back(Plain):
        B = sl.effects(1, "days", over=Plain.subject)

    assert lines(Plain) == [
        "subject = sl.Level()",
        "B = sl.Normal(0, 1, over=subject)",
        "reaction = sl.Normal(B, observed=True)",
    ]
    assert sorted(lines(Back)) == sorted(LONG)


def test_components_written_in_full_contribute_as_the_effects_did():
    class Full(Sleep):
        B = sl.Normal(Sleep.B.mean, Sleep.B.sd, over=(Sleep.subject, Sleep.B.covariates))

    assert lines(Full) == [
        *LONG[:4],
        "B = sl.Normal(B_mean, B_sd, over=(subject, B_covariates))",
        LONG[-1],
    ]


def test_a_class_can_inherit_effects_and_use_them_in_other_lines():
    class Two(Sleep):
        errors = sl.Poisson(log=Sleep.B, observed=True)

    assert lines(Two) == [*LONG, "errors = sl.Poisson(log=B @ B_covariates, observed=True)"]


@pytest.mark.parametrize("overridden", ["B_sd", "B", "nothing"])
def test_models_with_effects_pickle(overridden):
    def made() -> Any:
        class Local(Sleep):
            if overridden == "B_sd":
                B_sd = sl.HalfNormal(10, over=Sleep.B.covariates)
            elif overridden == "B":
                B = sl.effects(1, over=Sleep.subject)

        return Local

    model = made()
    again = pickle.loads(pickle.dumps(model))
    assert again.graph() == model.graph()
    assert again.graph()["B"].short == model.graph()["B"].short


def test_a_model_that_overrides_a_line_pickles():
    class Base(sl.Model):
        a = sl.Normal(0, 1)
        y = sl.Normal(a, 1, observed=True)

    class Changed(Base):
        a = sl.Normal(0, 2)

    assert pickle.loads(pickle.dumps(Changed)).graph() == Changed.graph()


def test_names_may_be_any_text():
    g = sl.Level()
    B = sl.effects(1, "x", over=g)
    model = sl.Model.define("M", {"a group": g, "all effects": B, "y": sl.Normal(B, observed=True)})
    assert "all effects_mean" in model.graph()
    assert read(str(model)) == model.graph()


# --- what cannot be meant --------------------------------------------------------------------------


def message(make: Any) -> str:
    with pytest.raises(DeclarationError) as caught:
        make()
    return str(caught.value)


def test_effects_inside_a_line_are_an_error_that_prints_the_line_to_add():
    def inside() -> None:
        class M(sl.Model):
            g = sl.Level()
            y = sl.Normal(sl.effects(1, "x", over=g), observed=True)

    assert 'B = sl.effects(1, "x", over=g)  above' in message(inside)


@pytest.mark.parametrize("first", [True, False])
def test_a_generated_name_that_is_taken_is_an_error(first):
    g = sl.Level()
    B, B_sd = sl.effects(1, "x", over=g), sl.HalfNormal(1)
    found = {"B_sd": B_sd, "B": B} if first else {"B": B, "B_sd": B_sd}
    text = message(lambda: sl.Model.define("M", {"g": g, **found}))
    assert "'B_sd'" in text
    assert "sd=B_sd" in text


def test_a_generated_name_that_is_inherited_is_an_error():
    class Base(sl.Model):
        g = sl.Level()
        B_sd = sl.HalfNormal(1)
        y = sl.Normal(B_sd, observed=True)

    def inherits() -> None:
        class M(Base):
            B = sl.effects(1, over=Base.g)

    assert "sd=B_sd" in message(inherits)


WRONG = {
    "no term": lambda g: sl.effects(over=g),
    "over an index": lambda g: sl.effects(1, over=sl.Index(2)),
    "over text": lambda g: sl.effects(1, over="g"),
    "correlated": lambda g: sl.effects(1, "x", over=g, correlated=0.5),
    "corr a number": lambda g: sl.effects(1, "x", over=g, corr=0.3),
    "corr without": lambda g: sl.effects(1, "x", over=g, corr=sl.LKJCholesky(2), correlated=False),
    "corr of an intercept": lambda g: sl.effects(1, over=g, corr=sl.LKJCholesky(2)),
    "corr of one column": lambda g: sl.effects(sl.data("x"), over=g, corr=sl.LKJCholesky(2)),
    "a level as a term": lambda g: sl.effects(1, g),
    "no intercept": lambda g: sl.effects(0, "x", over=g),
    "a distribution itself": lambda g: sl.effects(1, "x", over=g, sd=sl.HalfNormal),
    "corr of coefficients": lambda g: sl.effects(1, "x", corr=sl.LKJCholesky(2)),
    "a short list": lambda g: sl.effects(1, "x", over=g, mean=[0]),
    "a long list": lambda g: sl.effects(1, sl.data("x"), over=g, sd=[1, 2, 3]),
    "a template over": lambda g: sl.effects(1, "x", over=g, sd=sl.HalfNormal(1, over=g)),
    "a template with data": lambda g: sl.effects(1, "x", over=g, mean=sl.Normal(0, 1, observed="x")),
    "a vector template": lambda g: sl.effects(1, "x", over=g, sd=sl.LKJCholesky(2)),
    "effects without a name": lambda g: sl.effects(1, "x", over=g, mean=sl.effects(1, "x", over=g)),
    "text": lambda g: sl.effects(1, "x", over=g, mean="x"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments_are_errors_of_ours(case):
    def declared() -> None:
        g = sl.Level()
        B = WRONG[case](g)
        sl.Model.define("M", {"g": g, "B": B, "y": sl.Normal(B, observed=True)})

    assert "sl.effects" in message(declared)


def test_effects_about_effects_of_other_terms_are_an_error():
    school, room = sl.Level(), sl.Level()
    B = sl.effects(1, "x", over=school)

    def declared() -> None:
        C = sl.effects("x", "z", over=room, mean=B)
        sl.Model.define("M", {"s": school, "r": room, "B": B, "C": C, "y": sl.Normal(C, observed=True)})

    assert 'sl.effects(1, "x", ..., mean=B)' in message(declared)
