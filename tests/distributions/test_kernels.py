"""Log densities as expressions are those of the table, up to what is the same for all arguments."""

import numpy as np
import pytest

from stanlevels.binding.covariates import columns_of
from stanlevels.distributions.kernels import Whole, kernel, shares_of, shares_of_categories, values_of
from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import Column, Expr, Number

ARGUMENTS = {
    ("Bernoulli", ""): {"theta": (0.2, 0.7)},
    ("Bernoulli", "logit"): {"logit": (-0.4, 1.1)},
    ("Binomial", "logit"): {"trials": (4, 4), "logit": (-0.4, 1.1)},
    ("Binomial", ""): {"trials": (4, 4), "theta": (0.2, 0.6)},
    ("Poisson", ""): {"rate": (0.8, 3.0)},
    ("Poisson", "log"): {"log": (-0.3, 1.2)},
    ("NegBinomial", ""): {"mu": (0.8, 3.0), "shape": (2.0, 2.0)},
    ("NegBinomial", "log"): {"log": (-0.3, 1.2), "shape": (2.0, 2.0)},
    ("Normal", ""): {"mu": (0.3, -1.0), "sigma": (0.7, 2.0)},
    ("LogNormal", ""): {"mu": (0.3, -1.0), "sigma": (0.7, 2.0)},
    ("StudentT", ""): {"nu": (4.0, 4.0), "mu": (0.3, -1.0), "sigma": (0.7, 2.0)},
    ("Exponential", ""): {"beta": (0.3, 2.0)},
    ("Exponential", "log"): {"log": (0.3, -1.0)},
}


def at(expr: Expr, given: dict[str, float]) -> float:
    return float(columns_of(expr, lambda name: np.asarray(float(given[name]))))


@pytest.mark.parametrize(("name", "key"), list(ARGUMENTS))
def test_a_kernel_differs_between_arguments_as_the_log_density_does(name: str, key: str) -> None:
    family = FAMILIES[name]
    form = family.parameterization(key)
    expr = kernel(family, form, {arg: Column(arg) for arg in ARGUMENTS[name, key]}, Column("x"))
    for x in (1.0, 0.0) if family.discrete else (0.6, 2.5):
        first, second = ({arg: values[k] for arg, values in ARGUMENTS[name, key].items()} for k in range(2))
        expected = form.log_density(x, first) - form.log_density(x, second)
        found = at(expr, {**first, "x": x}) - at(expr, {**second, "x": x})
        assert found == pytest.approx(float(expected), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Binomial", {"trials": 5, "theta": 0.3}),
        ("Poisson|upper", {"rate": 2.5, "upper": 6}),
        ("Poisson|lower,upper", {"rate": 2.5, "lower": 1, "upper": 6}),
        ("Bernoulli", {"theta": 0.3}),
    ],
)
def test_log_odds_of_all_values_are_those_of_the_density(name: str, given: dict[str, float]) -> None:
    family = FAMILIES[name]
    form = family.parameterizations[0]
    args = {arg: Number(value) for arg, value in given.items()}
    values = values_of(family, args)
    assert values is not None
    odds = np.array([at(each, {}) for each in shares_of(family, form, args, values)])
    log = np.array([float(form.log_density(x, given)) for x in range(values.low, values.high + 1)])
    assert np.exp(log).sum() == pytest.approx(1)
    assert odds - odds[0] == pytest.approx(log - log[0], abs=1e-12)


@pytest.mark.parametrize("name", ["OrderedLogistic", "OrderedProbit", "AdjacentCategories"])
def test_log_odds_of_ordered_categories_are_those_of_the_density(name: str) -> None:
    form, cut = FAMILIES[name].parameterizations[0], [-0.7, 0.4, 1.6]
    odds = shares_of_categories(form, {"eta": [Number(0.3)], "cutpoints": list(map(Number, cut))}, 4)
    found = np.array([at(each, {}) for each in odds])
    log = np.array(
        [float(form.log_density(k, {"eta": 0.3, "cutpoints": np.array(cut)})) for k in (1, 2, 3, 4)]
    )
    assert found - found[0] == pytest.approx(log - log[0], abs=1e-12)


def test_numbers_without_an_end_have_no_list_of_values() -> None:
    assert values_of(FAMILIES["Poisson"], {"rate": Number(2)}) is None
    assert values_of(FAMILIES["Binomial"], {"trials": Column("n"), "theta": Number(0.5)}) is None
    assert (
        values_of(FAMILIES["NegBinomial|upper"], {"mu": Number(2), "shape": None, "upper": Number(9)}) is None
    )
    assert values_of(FAMILIES["Poisson|upper"], {"rate": None, "upper": Number(100)}) is None
    assert values_of(FAMILIES["Poisson|upper"], {"rate": None, "upper": Number(3)}) == Whole(0, 3)
