"""Outcomes and known arguments against supports: values and rows are named."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError

# For each support of an outcome: values at its edge that are allowed, and values that are not.
ALLOWED: dict[str, list[float]] = {
    "Normal": [-1e139, 0.0],
    "LogNormal": [1e-300, 1.0],
    "Gamma": [1e-300, 1.0],
    "InverseGamma": [1e-300, 1.0],
    "Exponential": [0.0],
    "Weibull": [0.0, 3.0],
    "HalfNormal": [0.0],
    "Beta": [1e-300, 1 - 1e-16],
    "Bernoulli": [0, 1],
    "Poisson": [0, 3],
    "NegBinomial": [0, 3],
    "Binomial": [0, 9],
    "BetaBinomial": [0, 9],
    "Uniform": [0.0, 1.0],
}
REFUSED: dict[str, list[float]] = {
    "LogNormal": [0.0, -1.0],
    "Gamma": [0.0, -1.0],
    "InverseGamma": [0.0],
    "Exponential": [-1e-9],
    "Weibull": [-1.0],
    "HalfNormal": [-1e-9],
    "HalfCauchy": [-1.0],
    "HalfStudentT": [-1.0],
    "Beta": [0.0, 1.0, 1.5],
    "Bernoulli": [2, -1],
    "Poisson": [-1],
    "NegBinomial": [-1],
    "Binomial": [-1, 10],
    "BetaBinomial": [-1, 10],
    "Uniform": [-0.1, 1.1],
}
ARGUMENTS = {"Uniform": (0, 1), "Binomial": (9, 0.5), "BetaBinomial": (9, 1, 1), "Bernoulli": (0.5,)}


def bind(family, values):
    names = FAMILIES[family].parameterizations[0].parameters
    line = getattr(sl, family)(*ARGUMENTS.get(family, (1,) * len(names)), observed=True)
    return sl.Model.define("M", {"y": line}).bind({"y": values})


@pytest.mark.parametrize("family", ALLOWED)
def test_the_edge_of_a_support_is_in_it_or_not_as_the_distribution_says(family):
    assert bind(family, ALLOWED[family]).stan_data["y"].tolist() == ALLOWED[family]


@pytest.mark.parametrize(("family", "value"), [(f, v) for f, values in REFUSED.items() for v in values])
def test_a_value_outside_is_refused_with_its_row(family, value):
    inside = ALLOWED.get(family, [1.0])[-1]
    with pytest.raises(
        DataError, match=rf"1 of 3 values of 'y' .*{family}.*in row 1 \(counted from 0\)"
    ) as caught:
        bind(family, [inside, value, inside])
    assert repr(value) in caught.value.found


def test_five_values_are_shown_and_the_rest_counted():
    with pytest.raises(DataError, match="7 of 7 values") as caught:
        bind("Poisson", np.arange(-7, 0))
    assert caught.value.found.count("and 2 more") == 2


def test_an_outcome_of_a_level_is_checked_by_unit():
    g = sl.Level()
    line = sl.Poisson(1, over=g, observed=True)
    with pytest.raises(DataError, match="1 of 2 values of 'y'"):
        sl.Model.define("M", {"g": g, "y": line}).bind({"g": ["a", "a", "b"], "y": [1, 1, -1]})


def test_shares_may_miss_their_sum_by_rounding():
    line = sl.Dirichlet([1, 1, 1], observed=["a", "b", "c"])
    third = [1 / 3, 0.1]
    data = {"a": third, "b": third, "c": [1 - 2 / 3, 1 - 0.2]}
    assert sl.Model.define("M", {"d": line}).bind(data).stan_data["d"].shape == (2, 3)


@pytest.mark.parametrize("share", [-0.1, 0.0])
def test_a_share_is_positive_or_at_least_not_negative(share):
    """A Dirichlet has density at 0 where its concentration is at least 1; a negative share is refused."""
    line = sl.Dirichlet([1, 1], observed=["a", "b"])
    model = sl.Model.define("M", {"d": line})
    if share < 0:
        with pytest.raises(DataError):
            model.bind({"a": [share], "b": [1 - share]})
    else:
        assert model.bind({"a": [share], "b": [1 - share]})


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        (lambda: sl.Normal(0, sl.data("c"), observed=True), 0.0),
        (lambda: sl.Normal(0, sl.data("c"), observed=True), -1.0),
        (lambda: sl.StudentT(sl.data("c"), 0, 1, observed=True), 0.0),
        (lambda: sl.Binomial(sl.data("c"), 0.5, observed="n"), 1.5),
        (lambda: sl.Binomial(sl.data("c"), 0.5, observed="n"), -2.0),
        (lambda: sl.Bernoulli(sl.data("c"), observed="n"), 1.5),
    ],
)
def test_a_column_that_is_an_argument_is_checked_like_the_argument(line, bad):
    data = {"y": [1.0, 2.0, 3.0], "n": [0, 1, 0], "c": [1.0, bad, 1.0]}
    with pytest.raises(DataError, match=r"1 of 3 values of 'c' cannot be \w+ of y .* in row 1 "):
        sl.Model.define("M", {"y": line()}).bind(data)


def test_successes_above_their_trials_are_named_by_row():
    line = sl.Binomial(sl.data("n"), 0.5, observed=True)
    with pytest.raises(DataError, match=r"2 of 3 values of 'y' are above the trials .* 3, 5 in rows 0, 2"):
        sl.Model.define("M", {"y": line}).bind({"y": [3, 2, 5], "n": [2, 2, 2]})
