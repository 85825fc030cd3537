"""Generalised linear mixed models of the literature, on the data sets of lme4 and mlmRev."""

import pandas as pd

import stanlevels as sl
from tests.literature.frames import frame


class Cbpp(sl.Model):
    """cbind(incidence, size - incidence) ~ period + (1 | herd)."""

    herd = sl.Level()
    X = sl.covariates(sl.data("period", categorical=True))
    b = sl.Normal(0, 5, over=X)
    mean = sl.Normal(0, 5)
    herd_sd = sl.HalfNormal(2)
    H = sl.Normal(mean, herd_sd, over=herd)
    incidence = sl.Binomial(logit=H + b @ X, trials=sl.data("size"), observed=True)


class Contraception(sl.Model):
    """use ~ age + age^2 + urban + livch + (1 | urban:district)."""

    cell = sl.Level()
    X = sl.covariates("age", "age2", "urban1", sl.data("livch", categorical=True))
    b = sl.Normal(0, 5, over=X)
    mean = sl.Normal(0, 5)
    cell_sd = sl.HalfNormal(2)
    C = sl.Normal(mean, cell_sd, over=cell)
    use1 = sl.Bernoulli(logit=C + b @ X, observed=True)


class VerbAgg(sl.Model):
    """r2 ~ Anger + Gender + btype + situ + (1 | id) + (1 | item)."""

    person = sl.Level("id")
    item = sl.Level()
    X = sl.covariates("Anger", sl.data("Gender", categorical=True), sl.data("btype", categorical=True), "own")
    b = sl.Normal(0, 5, over=X)
    mean = sl.Normal(0, 5)
    person_sd = sl.HalfNormal(2)
    item_sd = sl.HalfNormal(2)
    P = sl.Normal(0, person_sd, over=person)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    yes = sl.Bernoulli(logit=mean + P + I + b @ X, observed=True)


class Grouseticks(sl.Model):
    """TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION)."""

    chick = sl.Level("INDEX")
    brood = sl.Level("BROOD")
    location = sl.Level("LOCATION")
    X = sl.covariates(sl.data("YEAR", categorical=True), "cHEIGHT")
    b = sl.Normal(0, 5, over=X)
    mean = sl.Normal(0, 5)
    chick_sd = sl.HalfNormal(2)
    brood_sd = sl.HalfNormal(2)
    location_sd = sl.HalfNormal(2)
    L = sl.Normal(mean, location_sd, over=location)
    B = sl.Normal(0, brood_sd, over=brood)
    C = sl.Normal(0, chick_sd, over=chick)
    TICKS = sl.Poisson(log=L + B + C + b @ X, observed=True)


class Goldstein(sl.Model):
    """y ~ 1 + (1 | group), Poisson: large counts, few groups."""

    group = sl.Level()
    mean = sl.Normal(0, 5)
    group_sd = sl.HalfNormal(2)
    G = sl.Normal(mean, group_sd, over=group)
    y = sl.Poisson(log=G, observed=True)


def cbpp() -> pd.DataFrame:
    return frame("lme4", "cbpp")


def contraception() -> pd.DataFrame:
    data = frame("mlmRev", "Contraception")
    return data.assign(
        use1=(data["use"] == "Y").astype(int),
        urban1=(data["urban"] == "Y").astype(int),
        age2=data["age"] ** 2,
        cell=data["urban"] + data["district"].astype(str),
    )


def verbagg() -> pd.DataFrame:
    data = frame("lme4", "VerbAgg")
    return data.assign(yes=(data["r2"] == "Y").astype(int), own=(data["situ"] == "self").astype(int))


def grouseticks() -> pd.DataFrame:
    data = frame("lme4", "grouseticks")
    return data.assign(cHEIGHT=data["HEIGHT"] - data["HEIGHT"].mean())
