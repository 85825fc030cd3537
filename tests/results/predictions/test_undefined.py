"""Rows whose mean cannot be computed are refused by number."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import DataError, FitError
from tests.results.kit import fit_of


class Doses(sl.Model):
    ward = sl.Level()
    base = sl.Normal(0, 2)
    slope = sl.Normal(0, 2)
    spread = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    W = sl.Normal(0, spread, over=ward)
    y = sl.Normal(base + W + slope * sl.log(sl.data("dose")), noise, observed=True)


@pytest.fixture(scope="module")
def fit():
    rng = np.random.default_rng(3)
    data = {"ward": rng.choice(list("abcde"), 80), "dose": rng.uniform(1, 5, 80)}
    data["y"] = 1 + np.log(data["dose"]) + rng.normal(0, 0.3, 80)
    return Doses.fit(data, method="mle", progress=False)


def test_a_logarithm_of_what_is_not_positive_is_refused_by_row(fit):
    with pytest.raises(DataError, match=r"'mu' of y ~ .* not a number in 2 rows: 1, 3"):
        fit.predict({"ward": list("abca"), "dose": [1.0, -1.0, 2.0, -1.0]})


def test_rows_that_are_defined_are_predicted_all_the_same(fit):
    assert np.isfinite(fit.predict({"ward": ["a"], "dose": [2.0]})["estimate"]).all()


def test_a_mean_that_does_not_exist_is_no_error():
    class Wild(sl.Model):
        centre = sl.Normal(0, 2)
        y = sl.Cauchy(centre, 1, observed=True)

    fit = fit_of(Wild, {"y": [0.1, 0.4, -0.3, 2.0]}, lambda name, shape: np.zeros(shape), draws=4)
    assert np.isnan(fit.predict({"z": [1.0]})["estimate"]).all()


def test_a_fit_with_estimates_takes_one_draw_or_more(fit):
    with pytest.raises(FitError, match="draws is 0"):
        fit.predict({"ward": ["a"], "dose": [2.0]}, draws=0)
