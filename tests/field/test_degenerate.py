"""Degenerate data in linear Gaussian models: an answer in words, or the limit, whatever the method.

Sources of the cases: MixedModels.jl#292, #313, PR#578; lme4#117, #489, #518, #767, #880. Data are made up.
"""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import FitError
from tests.field.kit import Intercepts, Line, base

LIKELIHOODS = ("mle", "reml", "em")


class Weighted(sl.Model):
    g = sl.Level()
    a = sl.Normal()
    b = sl.Normal()
    sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    A = sl.Normal(a, sd, over=g)
    y = sl.Normal(A + b * sl.data("x"), noise, observed=True, weights="w")


# --- outcomes that do not vary ---------------------------------------------------------------------


@pytest.mark.parametrize("method", LIKELIHOODS)
@pytest.mark.parametrize("model", [Intercepts, Line])
def test_an_outcome_that_does_not_vary_is_refused_in_words(model, method):
    with pytest.raises(FitError, match="'y' does not vary: it is 5 in 60 rows, so 'noise' heads to 0"):
        model.fit(base().assign(y=5.0), method)


@pytest.mark.parametrize("method", LIKELIHOODS)
def test_an_exact_line_is_refused_in_words(method):
    with pytest.raises(FitError, match="reproduced exactly by 'b', 'a'"):
        Intercepts.fit(base().assign(y=lambda d: 3 * d.x + 1), method)


def test_least_squares_gives_an_exact_line_and_says_so():
    fit = Line.fit(base().assign(y=lambda d: 3 * d.x + 1), "ols")
    found = fit.summary()["estimate"]
    assert found["b"] == pytest.approx(3, rel=1e-14)
    assert found["a"] == pytest.approx(1, rel=1e-14)
    assert found["noise"] == 0
    assert fit.log_likelihood == np.inf
    assert fit.solution.extras["R squared"] == 1
    assert "reproduced exactly" in fit.notes[0]


@pytest.mark.parametrize("noise", [1e-7, 1e-9])
def test_a_small_residual_is_not_taken_for_rounding(noise):
    """Eight digits and more are left of y, so the residual standard deviation is `noise` times a chi."""
    z = np.random.default_rng(6).normal(size=60)
    fit = Line.fit(base().assign(y=lambda d: 3 * d.x + 1 + noise * z), "mle")
    rest = z - np.polynomial.Polynomial.fit(base().x, z, 1)(base().x)
    wanted = noise * np.sqrt(np.mean(rest**2))
    assert fit.summary().loc["noise", "estimate"] == pytest.approx(wanted, rel=1e-5)


# --- few rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", LIKELIHOODS)
def test_fewer_rows_than_coefficients_are_counted(method):
    with pytest.raises(FitError, match="1 row for 2 coefficients"):
        Intercepts.fit(base().iloc[:1], method)
    with pytest.raises(FitError, match="2 rows for 2 coefficients leave no residual"):
        Intercepts.fit(base().iloc[:2], method)


def test_a_known_noise_needs_no_residual_but_rows_enough():
    assert Line.fit(base().iloc[:2], "mle", roles={"noise": 1.0}).log_likelihood == pytest.approx(
        -np.log(2 * np.pi)
    )
    with pytest.raises(FitError, match="1 row for 2 coefficients"):
        Line.fit(base().iloc[:1], "mle", roles={"noise": 1.0})


# --- weights -------------------------------------------------------------------------------------


def test_a_unit_of_weight_0_is_as_without_its_rows():
    data = base().assign(w=lambda d: (d.g != "g5").astype(int))
    roles = {"A": "parameter"}
    fit, wanted = (Weighted.fit(d, "ols", roles=roles) for d in (data, data[data.w > 0]))
    columns = ["estimate", "sd", "lower", "upper"]
    np.testing.assert_allclose(fit.summary()[columns], wanted.summary()[columns], rtol=1e-12)
    np.testing.assert_allclose(fit.effects("A")[columns][:5], wanted.effects("A")[columns], rtol=1e-12)
    assert fit.effects("A")[columns].iloc[5].isna().all()
    assert any("nothing is known of 'A[g5]'" in note for note in fit.notes)


def test_a_coefficient_that_only_rows_of_weight_0_tell_of_is_refused():
    data = base().assign(w=lambda d: (d.g != "g5").astype(int), x=lambda d: (d.g == "g5") * d.x)
    with pytest.raises(FitError, match="no row of weight above 0 tells anything of 'b'"):
        Weighted.fit(data, "mle")


def test_weights_of_0_alone_leave_nothing():
    with pytest.raises(FitError, match="every one of 60 rows has weight 0"):
        Weighted.fit(base().assign(w=0), "mle")


# --- scales ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["ols", "mle", "reml", "em"])
@pytest.mark.parametrize(("shift", "unit"), [(1e9, 1.0), (0.0, 1e-9), (0.0, 1e9)])
def test_offsets_and_units_of_the_outcome_change_nothing_else(method, shift, unit):
    roles = {"A": "parameter"} if method == "ols" else {}
    plain = Intercepts.fit(base(), method, roles=roles).summary()
    moved = Intercepts.fit(base().assign(y=lambda d: shift + unit * d.y), method, roles=roles).summary()
    for name in set(plain.index) - {"a"}:
        assert moved.loc[name, "estimate"] == pytest.approx(unit * plain.loc[name, "estimate"], rel=1e-5)
        assert moved.loc[name, "sd"] == pytest.approx(unit * plain.loc[name, "sd"], rel=1e-4)


@pytest.mark.parametrize("method", ["ols", "mle", "reml"])
def test_a_covariate_far_from_0_has_its_slope(method):
    """x is about 1e9 with standard deviation 1: seven digits of the slope are left."""
    roles = {"A": "parameter"} if method == "ols" else {}
    plain = Intercepts.fit(base(), method, roles=roles).summary().loc["b"]
    moved = Intercepts.fit(base().assign(x=lambda d: d.x + 1e9), method, roles=roles).summary().loc["b"]
    assert moved["estimate"] == pytest.approx(plain["estimate"], rel=1e-5)
    assert moved["sd"] == pytest.approx(plain["sd"], rel=1e-5)


def test_a_covariate_too_far_from_0_cannot_be_told_from_the_constant():
    with pytest.raises(FitError, match="cannot tell apart 'b' and 'a'"):
        Intercepts.fit(base().assign(x=lambda d: d.x + 1e13), "mle")
