"""Least squares against statsmodels, and against maximum likelihood."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import FitError
from tests.literature import linear as m
from tests.literature.frames import frame

smf = pytest.importorskip("statsmodels.formula.api")


class Line(sl.Model):
    intercept = sl.Normal(0, 1000)
    slope = sl.Normal(0, 100)
    noise = sl.HalfNormal(100)
    at_nine = intercept + 9 * slope
    Reaction = sl.Normal(intercept + slope * sl.data("Days"), noise, observed=True)


@pytest.fixture(scope="module")
def sleep():
    return frame("lme4", "sleepstudy")


@pytest.mark.filterwarnings("ignore")
def test_least_squares_is_that_of_statsmodels(sleep):
    """Estimates, standard errors, intervals, R squared and log likelihood, to 1e-8 relative."""
    ours, theirs = Line.fit(sleep, "ols"), smf.ols("Reaction ~ Days", sleep).fit()
    table = ours.summary(["intercept", "slope"])
    np.testing.assert_allclose(table["estimate"], theirs.params, rtol=1e-8)
    np.testing.assert_allclose(table["se"], theirs.bse, rtol=1e-8)
    np.testing.assert_allclose(table[["lower", "upper"]], theirs.conf_int(), rtol=1e-8)
    assert ours.log_likelihood == pytest.approx(theirs.llf, rel=1e-10)
    assert ours.summary().loc["noise", "estimate"] == pytest.approx(np.sqrt(theirs.scale), rel=1e-10)
    assert ours.solution.extras["R squared"] == pytest.approx(theirs.rsquared, rel=1e-10)
    assert ours.solution.extras["adjusted R squared"] == pytest.approx(theirs.rsquared_adj, rel=1e-10)


@pytest.mark.filterwarnings("ignore")
def test_a_computed_quantity_has_the_standard_error_of_the_prediction(sleep):
    theirs = smf.ols("Reaction ~ Days", sleep).fit().get_prediction(pd.DataFrame({"Days": [9]}))
    found = Line.fit(sleep, "ols").summary("at_nine").loc["at_nine"]
    assert found["estimate"] == pytest.approx(theirs.predicted_mean[0], rel=1e-8)
    assert found["sd"] == pytest.approx(theirs.se_mean[0], rel=1e-5)


@pytest.mark.filterwarnings("ignore")
def test_parameters_over_a_level_are_indicators(sleep):
    roles = {"A": "parameter", "B": "parameter"}
    ours = m.SleepIndependent.fit(sleep, "ols", roles=roles)
    theirs = smf.ols("Reaction ~ 0 + C(Subject) + C(Subject):Days", sleep).fit()
    n = 18
    np.testing.assert_allclose(ours.effects("A")["estimate"], theirs.params.iloc[:n], rtol=1e-8)
    np.testing.assert_allclose(ours.effects("B")["estimate"], theirs.params.iloc[n:], rtol=1e-7)
    np.testing.assert_allclose(ours.effects("A")["sd"], theirs.bse.iloc[:n], rtol=1e-8)
    assert ours.solution.extras["R squared"] == pytest.approx(theirs.rsquared, rel=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_indicators_beside_a_constant_sum_to_zero():
    data = frame("lme4", "Penicillin")
    ours = m.Penicillin.fit(data, "ols", roles={"P": "parameter", "S": "parameter"})
    theirs = smf.ols("diameter ~ C(plate, Sum) + C(sample, Sum)", data).fit()
    assert ours.effects("P")["estimate"].sum() == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(ours.effects("P")["estimate"][:-1], theirs.params.iloc[1:24], rtol=1e-8)
    np.testing.assert_allclose(ours.effects("S")["estimate"][:-1], theirs.params.iloc[24:], rtol=1e-8)
    assert ours.summary().loc["mean", "estimate"] == pytest.approx(theirs.params.iloc[0], rel=1e-10)
    assert ours.summary().loc["mean", "se"] == pytest.approx(theirs.bse.iloc[0], rel=1e-8)
    assert any("'P' sum to zero" in note for note in ours.notes)


def test_maximum_likelihood_without_random_effects_divides_by_n(sleep):
    ols, mle = Line.fit(sleep, "ols"), Line.fit(sleep, "mle")
    assert mle.log_likelihood == pytest.approx(ols.log_likelihood, rel=1e-12)
    ratio = mle.summary().loc["noise", "estimate"] / ols.summary().loc["noise", "estimate"]
    assert ratio == pytest.approx(np.sqrt(178 / 180), rel=1e-9)


def test_maximum_likelihood_without_random_effects_is_the_mode_that_stan_finds():
    """Flat priors, and the scale declared on the log axis, so that no Jacobian enters."""

    class Flat(sl.Model):
        intercept = sl.Normal(0, 1e8)
        slope = sl.Normal(0, 1e8)
        log_noise = sl.Normal(0, 1e6)
        noise = sl.exp(log_noise)
        Reaction = sl.Normal(intercept + slope * sl.data("Days"), noise, observed=True)

    from stanlevels.engines import get_engine

    data = frame("lme4", "sleepstudy")
    bound = Flat.bind(data)
    engine = get_engine("stanli")
    if not engine.available():
        pytest.skip(engine.why_not())
    start = {"intercept_at_means": 300.0, "slope": 10.0, "log_noise": 4.0}
    mode = engine.prepare(bound.stan_code, bound.stan_data).optimize(init=start)
    table = bound.fit("mle").summary()["estimate"]
    for name in ("intercept", "slope", "log_noise"):
        assert float(mode.values[name]) == pytest.approx(table[name], rel=1e-4)


def test_random_variables_are_refused_with_the_roles_that_would_do():
    with pytest.raises(FitError, match=r"'A', 'B' are random variables") as caught:
        m.SleepIndependent.fit(frame("lme4", "sleepstudy"), "ols")
    assert "'A': 'parameter', 'B': 'parameter'" in str(caught.value)
