"""Very large and very small numbers: the same fit in other units, or a refusal in words.

Sources of the cases: MixedModels.jl#313, #611, lme4#489, statsmodels#7051, lme4#533. Data are made up.
"""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DataError, FitError
from tests.field.kit import Intercepts, Line, base
from tests.field.test_degenerate import LIKELIHOODS

# --- units -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", LIKELIHOODS)
@pytest.mark.parametrize("unit", [1e-135, 1e-100, 1e100, 1e135])
def test_degrees_of_freedom_and_intervals_do_not_depend_on_the_unit_of_the_outcome(unit, method):
    """Squares of variances leave the range of numbers long before the outcome does."""
    data, columns = base(), ["estimate", "se", "lower", "upper"]
    plain, moved = (Intercepts.fit(data.assign(y=u * data.y), method).summary() for u in (1.0, unit))
    np.testing.assert_allclose(moved["df"], plain["df"], rtol=1e-4)
    np.testing.assert_allclose(moved[columns] / unit, plain[columns], rtol=1e-4)


@pytest.mark.parametrize("method", ["ols", "mle", "nuts"])
@pytest.mark.parametrize(("unit", "what"), [(1e200, "large"), (1e-200, "small")])
@pytest.mark.parametrize("column", ["x", "y"])
def test_numbers_that_have_no_square_are_refused_by_column(column, unit, what, method):
    data = base().astype({column: float})
    with pytest.raises(DataError, match=f"column '{column}' holds numbers too {what}") as error:
        Line.fit(data.assign(**{column: unit * data[column]}), method)
    assert "divide the column by a unit, such as 1e" in error.value.way_out


def test_small_numbers_among_others_are_data():
    data = base().assign(x=lambda d: np.where(d.x > 0, d.x, 1e-300))
    assert Line.fit(data, "mle").notes[0].startswith("converged")


# --- a known residual that is far from what the data have ------------------------------------------------


@pytest.mark.parametrize("method", LIKELIHOODS)
def test_units_that_differ_less_than_a_known_residual_have_a_standard_deviation_of_0(method):
    """Once the search ended where it began: its steps were as small as the outcome."""
    fit = Intercepts.fit(base(), method, roles={"noise": 1e8})
    assert fit.summary().loc["sd", "estimate"] == 0
    assert any("'A' is 0" in note for note in fit.notes)


def test_a_likelihood_without_digits_is_not_called_converged():
    fit = Intercepts.fit(base(), "mle", roles={"noise": 1e-8})
    assert fit.notes[0].startswith("did not converge: rounding")
    assert np.isnan(fit.summary().loc["sd", "se"])


# --- as many rows as units and coefficients -------------------------------------------------------------


def nearly_alone() -> pd.DataFrame:
    """20 units, one of them with two rows, which the slope tells apart."""
    return pd.DataFrame(
        {"g": [0, *range(20)], "x": np.sin(np.arange(21.0)), "y": np.cos(np.arange(21) ** 2.0)}
    )


@pytest.mark.parametrize("method", ["mle", "em"])
def test_units_and_coefficients_that_reproduce_all_rows_leave_no_noise(method):
    with pytest.raises(FitError, match="'A' and 1 coefficient that vary within them reproduce all 21 rows"):
        Intercepts.fit(nearly_alone(), method)


def test_restricted_likelihood_looks_across_the_coefficients_and_has_a_maximum():
    """lmerTest 3.1-3: lmer(y ~ x + (1 | g), control = lmerControl(check.nobs.vs.nlev = "ignore"))."""
    table = Intercepts.fit(nearly_alone(), "reml").summary()
    columns = ["estimate", "se", "df"]
    np.testing.assert_allclose(table.loc["a", columns], [0.12395905, 0.16456143, 18.01827], rtol=1e-4)
    np.testing.assert_allclose(table.loc["b", columns], [-0.17634595, 0.20586826, 8.030645], rtol=1e-4)
    np.testing.assert_allclose(table.loc[["sd", "noise"], "estimate"], [0.69236512, 0.25128434], rtol=1e-4)


# --- billions of trials -----------------------------------------------------------------------------------


class Shares(sl.Model):
    g = sl.Level()
    a = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    A = sl.Normal(a, sd, over=g)
    k = sl.Binomial(sl.data("n"), logit=A, observed=True)


def test_a_slope_that_rounding_leaves_of_billions_of_trials_is_converged():
    """The proportions are their own estimates: mean and sd of the logits, within 1e-4."""
    p = np.array([0.2, 0.35, 0.4, 0.55, 0.7])
    data = pd.DataFrame({"g": range(5), "n": 2_000_000_000, "k": (p * 2_000_000_000).round().astype(int)})
    fit = Shares.fit(data, "mle")
    logits = np.log(p / (1 - p))
    assert fit.notes[0].startswith("converged")
    table = fit.summary()
    assert table.loc["a", "estimate"] == pytest.approx(logits.mean(), abs=1e-4)
    assert table.loc["sd", "estimate"] == pytest.approx(logits.std(), rel=1e-4)
    assert table.loc["a", "se"] == pytest.approx(logits.std() / np.sqrt(5), rel=1e-3)


def test_more_successes_than_trials_are_refused_before_anything_is_computed():
    with pytest.raises(DataError, match="above the trials"):
        Shares.fit(pd.DataFrame({"g": range(5), "n": 3, "k": 4}), "mle")
