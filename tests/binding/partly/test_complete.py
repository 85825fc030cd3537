"""Outcomes with missing="model": what is left out, what is sampled, what is summed out."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl


class Health(sl.Model):
    intercept = sl.Normal(0, 5)
    by_age = sl.Normal(0, 5)
    spread = sl.HalfNormal(2)
    base = sl.Normal(0, 5)
    by_chl = sl.Normal(0, 5)
    noise = sl.HalfNormal(2)
    chl = sl.Normal(intercept + by_age * sl.data("age"), spread, observed=True, missing="model")
    bmi = sl.Normal(base + by_chl * chl, noise, observed=True, missing="model")


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": [0.0, 1.0, 2.0, 3.0, 4.0],
            "chl": [1.0, np.nan, 2.0, np.nan, 6.0],
            "bmi": [1.5, 2.5, np.nan, 3.5, 4.5],
        },
        index=["r", "s", "t", "u", "v"],
    )


def test_values_that_others_use_are_sampled_for_the_rows_that_lack_them() -> None:
    bound = Health.bind(frame())
    assert bound.data.levels["chl_row"].labels == ("s", "u")
    assert bound.planned.lines["chl_missing"].domain == ("chl_row",)
    assert bound.data.rows_of(("chl_row",)).tolist() == [1, 1]
    assert bound.data.column(("chl_row",), "age").tolist() == [1.0, 3.0]


def test_values_that_no_other_line_uses_are_left_out_of_the_density() -> None:
    bound = Health.bind(frame())
    assert bound.data.weights("bmi").tolist() == [1, 1, 0, 1, 1]
    assert not [name for name in bound.planned.lines if name.startswith("bmi_")]
    assert np.isnan(bound.data.seen("bmi")).tolist() == [False, False, True, False, False]


def test_the_plan_says_what_became_of_missing_values() -> None:
    said = {r.subject: r.decision for r in Health.bind(frame()).planned.records if r.step == "missing"}
    assert said == {
        "chl": "2 of 5 values missing: sampled as chl_missing",
        "bmi": "1 of 5 values missing: left out of the density",
    }


def test_no_row_determines_a_row_that_lacks_an_outcome() -> None:
    data = Health.bind(frame()).data
    assert not data.determines(("<rows>",), ("chl_row",))
    assert data.determines(("chl_row",), ("<rows>",))


def test_without_missing_values_the_program_is_that_of_the_plain_model() -> None:
    class Plain(sl.Model):
        intercept = sl.Normal(0, 5)
        by_age = sl.Normal(0, 5)
        spread = sl.HalfNormal(2)
        base = sl.Normal(0, 5)
        by_chl = sl.Normal(0, 5)
        noise = sl.HalfNormal(2)
        chl = sl.Normal(intercept + by_age * sl.data("age"), spread, observed=True)
        bmi = sl.Normal(base + by_chl * chl, noise, observed=True)

    whole = frame().fillna(1.0)
    lines = [Model.bind(whole).stan_code.splitlines()[1:] for Model in (Health, Plain)]
    without = [line for line in lines[0] if "missing values" not in line]
    assert without == [line for line in lines[1] if "~" not in line or line in without]


def test_a_column_without_any_value_is_refused() -> None:
    with pytest.raises(sl.DataError, match="'chl', observed by chl, has no value in any of 5 rows"):
        Health.bind(frame().assign(chl=np.nan))


def test_infinite_values_are_no_missing_ones() -> None:
    with pytest.raises(sl.DataError, match=r"'chl' in 1 \(1 infinite\)"):
        Health.bind(frame().assign(chl=[1.0, np.nan, 2.0, np.inf, 6.0]))


def test_a_column_that_is_read_as_data_too_is_refused() -> None:
    class Twice(sl.Model):
        slope = sl.Normal(0, 1)
        x = sl.Normal(0, 1, observed=True, missing="model")
        y = sl.Normal(slope * sl.data("x"), 1, observed=True)

    with pytest.raises(sl.DataError, match="is covariate too") as caught:
        Twice.bind({"x": [1.0, None], "y": [0.0, 1.0]})
    assert "write x in place of sl.data('x')" in str(caught.value)


def test_the_error_of_missing_values_names_the_way_out() -> None:
    class Plain(sl.Model):
        y = sl.Normal(0, 1, observed=True)

    with pytest.raises(sl.DataError, match='missing="model" in the line of y'):
        Plain.bind({"y": [1.0, None]})


def test_rows_that_lack_something_else_are_dropped_as_before() -> None:
    data = frame()
    data.loc["v", "age"] = np.nan
    bound = Health.bind(data, missing="drop")
    assert bound.data.n_rows == 4
    assert bound.data.levels["chl_row"].labels == ("s", "u")


def test_names_that_are_taken_are_left_to_those_who_have_them() -> None:
    class Taken(sl.Model):
        chl_missing = sl.Normal(0, 1)
        chl_row = sl.Level()
        chl = sl.Normal(chl_missing, 1, observed=True, missing="model")
        y = sl.Normal(chl, 1, observed=True)

    bound = Taken.bind({"chl_row": ["a", "b", "b"], "chl": [1.0, None, 2.0], "y": [0.0, 1.0, 2.0]})
    assert {"chl_missing_", "chl_complete"} <= set(bound.planned.lines)
    assert "chl_row_" in bound.data.levels


def test_an_outcome_of_a_level_is_missing_for_units() -> None:
    class Nests(sl.Model):
        nest = sl.Level()
        mean, slope = sl.Normal(0, 5), sl.Normal(0, 5)
        size = sl.Normal(mean, 1, over=nest, observed=True, missing="model")
        chicks = sl.Normal(slope * size, 1, observed=True)

    rows = {"nest": ["a", "a", "b", "c", "c"], "chicks": [1.0, 2.0, 3.0, 4.0, 5.0]}
    bound = Nests.bind(rows, tables={"nest": {"nest": ["a", "b", "c"], "size": [1.0, None, 3.0]}})
    assert bound.data.levels["size_nest"].labels == ("b",)
    spread = {"nest": rows["nest"], "chicks": rows["chicks"], "size": [1.0, 1.0, None, 3.0, 3.0]}
    assert Nests.bind(spread).stan_code == bound.stan_code
    with pytest.raises(sl.DataError, match="missing in some rows of a unit and not in others"):
        Nests.bind({**spread, "size": [1.0, None, None, 3.0, 3.0]})


def test_counts_that_others_use_are_neither_sampled_nor_summed_out() -> None:
    class Counts(sl.Model):
        n = sl.Poisson(2, observed=True, missing="model")
        y = sl.Normal(n, 1, observed=True)

    with pytest.raises(sl.DeclarationError, match="whole numbers are not sampled") as caught:
        Counts.bind({"n": [1, None], "y": [0.0, 1.0]})
    assert 'missing="drop"' in str(caught.value)


@pytest.mark.parametrize("family", ["weights", "censored"])
def test_what_has_no_missing_value_of_its_own_is_refused_where_others_use_it(family: str) -> None:
    class Weighted(sl.Model):
        x = sl.Normal(0, 1, observed=True, weights="w", missing="model")
        y = sl.Normal(x, 1, observed=True)

    class Censored(sl.Model):
        x = sl.Normal(0, 1, observed=True, censored="w", missing="model")
        y = sl.Normal(x, 1, observed=True)

    model = {"weights": Weighted, "censored": Censored}[family]
    values = {"weights": [1, 2], "censored": ["none", "right"]}[family]
    with pytest.raises(sl.DeclarationError, match="'x' has missing values, and 'y' uses it"):
        model.bind({"x": [1.0, None], "y": [0.0, 1.0], "w": values})
