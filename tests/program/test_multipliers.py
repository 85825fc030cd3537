"""Parameters with default priors are sampled in the unit of those priors; others as they are."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.field.kit import Correlated, Intercepts, Line, base
from tests.parity.harness import check


def declared(model, data, name):
    """The declaration of a parameter."""
    block = model.bind(data).stan_code.split("\nparameters {\n")[1].split("}\n")[0]
    return next(line.strip() for line in block.splitlines() if line.endswith(f" {name};"))


class Centred(Intercepts):
    A = sl.Normal(Intercepts.a, Intercepts.sd, over=Intercepts.g, centered=True)
    y = sl.Normal(A + Intercepts.b * sl.data("x"), Intercepts.noise, observed=True)


class CentredPairs(Correlated):
    A = sl.MultiNormal(
        [Correlated.a, Correlated.b],
        [Correlated.sd, Correlated.other_sd],
        Correlated.corr,
        over=Correlated.g,
        centered=True,
    )
    y = sl.Normal(A[0] + A[1] * sl.data("x"), Correlated.noise, observed=True)


class OnePair(sl.Model):
    a = sl.Normal()
    b = sl.Normal()
    sd = sl.HalfNormal()
    other_sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    corr = sl.LKJCholesky(2, dim=2)
    A = sl.MultiNormal([a, b], [sd, other_sd], corr)
    y = sl.Normal(A[0] + A[1] * sl.data("x"), noise, observed=True)


class SdsOfAnIndex(sl.Model):
    g = sl.Level()
    effect = sl.Index(["intercept", "slope"])
    a = sl.Normal()
    b = sl.Normal()
    noise = sl.HalfNormal()
    sds = sl.HalfNormal(over=effect)
    corr = sl.LKJCholesky(2, dim=2)
    A = sl.MultiNormal([a, b], sds, corr, over=g, centered=True)
    y = sl.Normal(A[0] + A[1] * sl.data("x"), noise, observed=True)


class Rate(Centred):
    sd = sl.Exponential()
    A = sl.Normal(Centred.a, sd, over=Centred.g, centered=True)
    y = sl.Normal(A + Centred.b * sl.data("x"), Centred.noise, observed=True)


class Written(Centred):
    b = sl.Normal(0, 1)
    sd = sl.HalfNormal(1)
    A = sl.Normal(Centred.a, sd, over=Centred.g, centered=True)
    y = sl.Normal(A + b * sl.data("x"), Centred.noise, observed=True)


@pytest.mark.parametrize(
    ("model", "name", "text"),
    [
        (Line, "b", "real<multiplier=b_sigma> b;"),
        (Centred, "A", "vector<multiplier=sd_sigma>[N_g] A;"),
        (Rate, "A", "vector<multiplier=inv(sd_beta)>[N_g] A;"),
        (
            CentredPairs,
            "A",
            "matrix<multiplier=rep_vector(1, N_g) * [sd_sigma, other_sd_sigma]>[N_g, K_A] A;",
        ),
        (OnePair, "A", "vector<multiplier=[sd_sigma, other_sd_sigma]'>[K_A] A;"),
        (SdsOfAnIndex, "A", "matrix<multiplier=rep_vector(1, N_g) * sds_sigma'>[N_g, K_effect] A;"),
        (Written, "A", "vector[N_g] A;"),
        (Written, "b", "real b;"),
        (Written, "noise", "real<lower=0> noise;"),
    ],
)
def test_the_unit_is_that_of_the_default_prior(model, name, text):
    assert declared(model, base(), name) == text


@pytest.mark.parametrize("model", [Line, Centred, Rate, CentredPairs, SdsOfAnIndex])
def test_the_density_is_the_declared_one(model):
    numbers = {"a": 2.0, "b": 0.3, "sd": 1.5, "other_sd": 0.7, "sds": [1.5, 0.7], "noise": 0.9}
    values = {name: np.asarray(value) for name, value in numbers.items() if name in model.graph().nodes}
    if "A" in model.graph().nodes:
        shape = (6,) if issubclass(model, Centred) else (6, 2)
        values["A"] = np.linspace(-1, 1, int(np.prod(shape))).reshape(shape)
    if "corr" in model.graph().nodes:
        values["corr"] = np.array([[1.0, 0.4], [0.4, 1.0]])
    check(model, pd.DataFrame(base()), values, forms=(None,))


@pytest.mark.parametrize(("unit_of_x", "unit_of_y"), [(1e4, 1), (1e-4, 1e6), (1, 1e-9)])
def test_units_of_the_data_cost_nothing(unit_of_x, unit_of_y):
    """Incomes, concentrations, money: at a hundredth of the effective sample size, or stuck, without."""
    d = base(300, 20)
    d = d.assign(x=(d["x"] + 5) * unit_of_x, y=d["y"] * unit_of_y)
    fit = Intercepts.fit(d, seed=1, chains=2, engine="stanli", progress=False)
    reml = Intercepts.fit(d, "reml").summary().loc["b"]
    found = fit.summary()
    assert found["ess_bulk"].min() > 1000
    assert found.loc["b", "estimate"] == pytest.approx(reml["estimate"], abs=0.1 * reml["se"])
    assert found.loc["b", "sd"] == pytest.approx(reml["se"], rel=0.1)
