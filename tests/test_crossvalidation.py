"""K-fold: what is left out is not seen, and what it is compared with."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.binding.some_rows import some_rows


class Schools(sl.Model):
    school = sl.Level()
    mean = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    S = sl.Normal(mean, sd, over=school)
    y = sl.Normal(S + 0.5 * sl.data("x"), noise, observed=True)


def rows(n: int = 80, schools: int = 8) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    school, x = rng.integers(0, schools, n), rng.normal(size=n)
    y = rng.normal(size=schools)[school] + 0.5 * x + 0.7 * rng.normal(size=n)
    return pd.DataFrame({"school": school, "x": x, "y": y})


QUIET: dict[str, Any] = {"chains": 2, "progress": False, "seed": 3}


@pytest.mark.slow
def test_units_left_out_one_at_a_time_agree_with_importance_sampling() -> None:
    bound = Schools.bind(rows())
    folds = bound.kfold("school", folds=8, **QUIET)
    loo = bound.fit(progress=False, seed=1).loo(by="school")
    assert loo.pareto_k is not None
    good = loo.pareto_k < 0.5
    assert good.sum() >= 4
    # a term has a Monte Carlo error of about 0.04 in either: five errors, false alarms below 1 in 100,000
    np.testing.assert_allclose(folds.elpd_of_parts[good], loo.elpd_of_parts[good], atol=0.2)
    table: Any = sl.compare(folds=folds, loo=loo)
    assert np.isfinite(table.loc["elpd difference"].to_numpy(dtype=float)).all()


def test_rows_are_predicted_without_themselves() -> None:
    found = Schools.kfold(rows(), folds=4, **QUIET)
    loo = Schools.fit(rows(), progress=False, seed=1).loo()
    assert found.elpd == pytest.approx(loo.elpd, abs=3)  # four folds know a quarter less
    assert found.key == loo.key
    assert "effective" not in repr(found)
    table = found.by_row
    assert table is not None
    assert sorted(table["fold"].unique()) == [1, 2, 3, 4]
    assert table["fold"].value_counts().tolist() == [20] * 4
    np.testing.assert_allclose(table["elpd"], found.elpd_of_parts)


def test_all_rows_of_a_unit_are_in_one_fold() -> None:
    table = Schools.kfold(rows(), "school", folds=3, **QUIET).by_row
    assert table is not None
    assert (table.groupby("school")["fold"].nunique() == 1).all()


class Slopes(sl.Model):
    school = sl.Level()
    sd = sl.HalfNormal(1)
    A = sl.Normal(0, sd, over=school)
    B = sl.Normal(0, 1, over=school)
    y = sl.Bernoulli(logit=A + B * sl.data("x"), observed=True)


def test_several_effects_of_another_family_are_averaged_over_draws() -> None:
    data = rows(60, 6)
    data["y"] = (data["y"] > 0).astype(int)
    found = Slopes.kfold(data, "school", folds=2, **QUIET)
    assert any("averaged over draws from its distribution" in note for note in found.notes)
    assert np.isfinite(found.elpd)


def test_what_cannot_be_folded_is_refused() -> None:
    bound = Schools.bind(rows())
    with pytest.raises(sl.FitError, match="folds is 1 where there are 8 parts"):
        bound.kfold("school", folds=1)
    with pytest.raises(sl.FitError, match="folds is 9"):
        bound.kfold("school", folds=9)
    with pytest.raises(sl.FitError, match="gives estimates"):
        bound.kfold("school", method="reml")
    with pytest.raises(sl.FitError, match="is no level"):
        bound.kfold("x")
    with pytest.raises(sl.FitError, match="start= begins at a fit"):
        bound.kfold("school", start=object())
    with pytest.raises(sl.FitError, match="wramup"):
        bound.kfold("school", wramup=3)


class Tables(sl.Model):
    school = sl.Level()
    S = sl.Normal(0, 1, over=school)
    size = sl.Normal(S, 1, over=school, observed=True)
    y = sl.Normal(S, 1, observed=True)


def test_data_in_a_table_stay() -> None:
    table = pd.DataFrame({"school": range(8), "size": np.linspace(0, 1, 8)})
    bound = Tables.bind(rows(), tables={"school": table})
    with pytest.raises(sl.FitError, match="'size' has its data in the table of a level"):
        bound.kfold("school")
    found = bound.kfold("school", name="y", folds=2, **QUIET)
    assert found.called == "school"


def test_some_rows_keep_units_and_what_rows_determine() -> None:
    data = Schools.bind(rows()).data
    few = some_rows(data, np.array([5, 1, 7]))
    assert few.n_rows == 3
    assert few.levels == data.levels
    np.testing.assert_array_equal(few.outcome("y"), data.outcome("y")[[5, 1, 7]])
    np.testing.assert_array_equal(
        few.codes(("<rows>",), ("school",)), data.codes(("<rows>",), ("school",))[[5, 1, 7]]
    )
    assert few.rows_of(("school",)).sum() == 3
