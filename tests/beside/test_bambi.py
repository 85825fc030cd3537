"""Bambi and this package in one environment: the same models of one data set, the same posteriors.

Bambi's group-specific terms are independent of each other; intercepts and slopes that are correlated are
therefore written in PyMC, which comes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import arviz as az
import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.arviz_of_any_age import dataset

DATA = pd.read_csv(Path(__file__).parents[2] / "examples/data/sleepstudy.csv")
SETTINGS: dict[str, Any] = {"draws": 2000, "seed": 11, "progress": False, "engine": "stanli"}
ALIKE = 5.0
"""Standard errors between two means: two-sided 6e-7 each; 82 are compared, 5e-5 in all."""


class Independent(sl.Model):
    subject = sl.Level()
    intercept = sl.Normal(250, 100)
    slope = sl.Normal(0, 50)
    intercept_sd = sl.HalfNormal(50)
    slope_sd = sl.HalfNormal(50)
    noise = sl.HalfNormal(50)
    A = sl.Normal(0, intercept_sd, over=subject)
    D = sl.Normal(0, slope_sd, over=subject)
    reaction = sl.Normal(intercept + A + (slope + D) * sl.data("days"), noise, observed=True)


class Correlated(sl.Model):
    subject = sl.Level()
    intercept = sl.Normal(250, 100)
    slope = sl.Normal(0, 50)
    sds = sl.HalfNormal(50, over=sl.Index(["intercept", "slope"]))
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(50)
    B = sl.MultiNormal([intercept, slope], sds, corr, over=subject)
    reaction = sl.Normal(B[0] + B[1] * sl.data("days"), noise, observed=True)


def moments(draws: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means and standard deviations, with the standard errors of the means, of draws (chain, draw, ...)."""
    values = np.asarray(draws)
    size = np.asarray(az.ess(az.convert_to_dataset({"x": values}), method="mean")["x"])
    mean, sd = values.mean(axis=(0, 1)), values.std(axis=(0, 1))
    return mean, sd, sd / np.sqrt(size)


def assert_alike(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    """Means to 5 standard errors; standard deviations to a tenth: 4 errors of 800 effective draws."""
    for name in ours:
        (mean, sd, error), (other, other_sd, other_error) = moments(ours[name]), moments(theirs[name])
        assert mean.shape == other.shape, name
        assert (np.abs(mean - other) < ALIKE * np.hypot(error, other_error)).all(), name
        np.testing.assert_allclose(sd, other_sd, rtol=0.1, err_msg=name)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # those of PyMC and PyTensor are not ours to answer for
def test_bambi_finds_the_same_posterior_of_independent_slopes():
    bmb = pytest.importorskip("bambi", reason="Bambi is not installed: pip install bambi")
    group = {"mu": 0, "sigma": bmb.Prior("HalfNormal", sigma=50)}
    priors = {
        "Intercept": bmb.Prior("Normal", mu=250, sigma=100),
        "days": bmb.Prior("Normal", mu=0, sigma=50),
        "1|subject": bmb.Prior("Normal", **group),
        "days|subject": bmb.Prior("Normal", **group),
        "sigma": bmb.Prior("HalfNormal", sigma=50),
    }
    formula = "reaction ~ days + (days | subject)"
    model = bmb.Model(formula, DATA, priors=priors, center_predictors=False)
    theirs = dataset(model.fit(draws=2000, tune=1000, chains=4, cores=2, random_seed=5, progressbar=False))
    found = Independent.fit(DATA, **SETTINGS).idata
    ours = dataset(found)
    assert type(found) is type(az.load_arviz_data("centered_eight"))
    names = {
        "intercept": "Intercept", "slope": "days", "noise": "sigma", "intercept_sd": "1|subject_sigma",
        "slope_sd": "days|subject_sigma", "A": "1|subject", "D": "days|subject",
    }  # fmt: skip
    assert ours["subject"].values.tolist() == [int(s) for s in theirs["subject__factor_dim"].values]
    assert_alike({name: ours[name] for name in names}, {name: theirs[other] for name, other in names.items()})


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_pymc_finds_the_same_posterior_of_correlated_slopes():
    pm = pytest.importorskip("pymc", reason="PyMC is not installed: pip install bambi")
    units, at = np.unique(DATA["subject"], return_inverse=True)
    with pm.Model(coords={"subject": units, "effect": ["intercept", "slope"]}):
        means = pm.math.stack([pm.Normal("intercept", 250, 100), pm.Normal("slope", 0, 50)])
        sds = pm.HalfNormal("sds", 50, dims="effect")
        corr = pm.Deterministic("between", 2 * pm.Beta("half", 2, 2) - 1)  # LKJ(2) of two
        raw = pm.Normal("raw", 0, 1, dims=("subject", "effect"))
        first = raw[:, 0]
        second = corr * raw[:, 0] + pm.math.sqrt(1 - corr**2) * raw[:, 1]
        effects = means + sds * pm.math.stack([first, second], axis=1)
        B = pm.Deterministic("B", effects, dims=("subject", "effect"))
        noise = pm.HalfNormal("noise", 50)
        mu = B[at, 0] + B[at, 1] * DATA["days"].to_numpy()
        pm.Normal("reaction", mu, noise, observed=DATA["reaction"].to_numpy())
        found = pm.sample(draws=2000, tune=1000, chains=4, cores=2, random_seed=5, progressbar=False)
    theirs, ours = dataset(found), dataset(Correlated.fit(DATA, **SETTINGS).idata)
    assert_alike(
        {name: ours[name] for name in ("intercept", "slope", "sds", "noise", "B")}
        | {"corr": ours["corr"].values[..., 0, 1]},
        {name: theirs[name] for name in ("intercept", "slope", "sds", "noise", "B")}
        | {"corr": theirs["between"]},
    )
