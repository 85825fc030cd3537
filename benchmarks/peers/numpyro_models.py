"""The workloads as one writes them in NumPyro: rows as they are, effects not centred, the same priors."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd

__all__ = ["MODELS", "arguments"]


def half(name, scale):
    return numpyro.sample(name, dist.HalfNormal(scale))


def normal(name, mean, sd):
    return numpyro.sample(name, dist.Normal(mean, sd))


def effects(name, mean, sd, n):
    raw = numpyro.sample(f"{name}_raw", dist.Normal(0, 1).expand([n]).to_event(1))
    return numpyro.deterministic(name, mean + sd * raw)


def lines(means, scale, n):
    """Correlated intercepts and slopes, (n, 2)."""
    sds = numpyro.sample("sds", dist.HalfNormal(scale).expand([2]).to_event(1))
    corr = numpyro.sample("corr", dist.LKJCholesky(2, concentration=2.0))
    raw = numpyro.sample("B_raw", dist.Normal(0, 1).expand([n, 2]).to_event(2))
    return numpyro.deterministic("B", jnp.stack(means) + raw @ (sds[:, None] * corr).T)


def egsingle(d):
    mu, slope = normal("mu", 0, 2), normal("slope", 0, 1)
    S = effects("S", mu, half("school_sd", 1), d["n_school"])
    C = effects("C", S[d["school_of_child"]], half("child_sd", 1), d["n_child"])
    normal_rows(C[d["child"]] + slope * d["year"], 1, d["math"])


def normal_rows(mean, scale, y):
    numpyro.sample("y", dist.Normal(mean, half("noise", scale)), obs=y)


def chem97(d):
    mu, slope = normal("mu", 5, 5), normal("slope", 0, 5)
    A = effects("A", mu, half("area_sd", 2), d["n_area"])
    S = effects("S", A[d["area_of_school"]], half("school_sd", 2), d["n_school"])
    normal_rows(S[d["school"]] + slope * d["gcse"], 5, d["score"])


def radon(d):
    mu, b, g = normal("mu", 0, 2), normal("basement_effect", 0, 1), normal("uranium_effect", 0, 1)
    A = effects("A", mu + g * d["uranium_of_county"], half("county_sd", 1), d["n_county"])
    normal_rows(A[d["county"]] + b * d["basement"], 1, d["radon"])


def hsb82(d):
    mu, slope = normal("mu", 12, 10), normal("slope", 0, 5)
    b = [normal(f"b_{k}", 0, 5) for k in ("meanses", "sector", "cses_meanses", "cses_sector")]
    B = lines([mu, slope], 5, d["n_school"])[d["school"]]
    fixed = (b[0] + b[2] * d["cses"]) * d["meanses"] + (b[1] + b[3] * d["cses"]) * d["sector"]
    normal_rows(B[:, 0] + B[:, 1] * d["cses"] + fixed, 10, d["achievement"])


def sleepstudy(d):
    mu, slope = normal("mu", 250, 100), normal("slope", 0, 50)
    B = lines([mu, slope], 50, d["n_subject"])[d["subject"]]
    normal_rows(B[:, 0] + B[:, 1] * d["days"], 50, d["reaction"])


def penicillin(d):
    mu = normal("mu", 23, 5)
    P = effects("P", 0, half("plate_sd", 2), d["n_plate"])
    S = effects("S", 0, half("sample_sd", 2), d["n_sample"])
    normal_rows(mu + P[d["plate"]] + S[d["sample"]], 2, d["diameter"])


def movielens(d):
    mu = normal("mu", 3, 2)
    F = effects("F", 0, half("film_sd", 1), d["n_film"])
    U = effects("U", 0, half("user_sd", 1), d["n_user"])
    normal_rows(mu + F[d["film"]] + U[d["user"]], 1, d["rating"])


def insteval(d):
    mu, b = normal("mu", 3, 2), normal("b_service", 0, 1)
    S = effects("S", 0, half("student_sd", 1), d["n_student"])
    L = effects("L", 0, half("lecturer_sd", 1), d["n_lecturer"])
    normal_rows(mu + b * d["service"] + S[d["student"]] + L[d["lecturer"]], 2, d["y"])


def flights(d):
    eta = normal("mu", -1, 1.5)
    for name in ("carrier", "origin", "dest", "month", "hour"):
        eta = eta + effects(name, 0, half(f"{name}_sd", 1), d[f"n_{name}"])[d[name]]
    numpyro.sample("y", dist.Bernoulli(logits=eta), obs=d["late"])


def verbagg(d):
    eta = normal("mu", 0, 2) + normal("b_anger", 0, 1) * d["anger"]
    for name in ("male", "scold", "shout", "self_to_blame"):
        eta = eta + normal(f"b_{name}", 0, 2) * d[name]
    eta = eta + effects("P", 0, half("person_sd", 2), d["n_person"])[d["person"]]
    eta = eta + effects("I", 0, half("item_sd", 2), d["n_item"])[d["item"]]
    numpyro.sample("y", dist.Bernoulli(logits=eta), obs=d["yes"])


def contraception(d):
    eta = normal("mu", 0, 2)
    for name, scale in (("age", 1), ("age2", 1), ("urban", 1), ("one", 2), ("two", 2), ("more", 2)):
        eta = eta + normal(f"b_{name}", 0, scale) * d[name]
    eta = eta + effects("D", 0, half("district_sd", 1), d["n_district"])[d["district"]]
    numpyro.sample("y", dist.Bernoulli(logits=eta), obs=d["use"])


def crashes(d):
    P = effects("P", normal("overall", 0.9, 0.5), half("publisher_sd", 0.5), d["n_publisher"])
    A = effects("A", P[d["publisher_of_app"]], half("app_sd", 0.5), d["n_app"])
    D = effects("D", 0, half("device_sd", 0.5), d["n_device"])
    normal_rows(A[d["app"]] + D[d["device"]], 0.5, d["reliability"])


MODELS = {
    "egsingle": egsingle,
    "chem97": chem97,
    "radon": radon,
    "hsb82": hsb82,
    "sleepstudy": sleepstudy,
    "penicillin": penicillin,
    "movielens": movielens,
    "insteval": insteval,
    "flights": flights,
    "verbagg": verbagg,
    "contraception": contraception,
    "crashes": crashes,
    "crashes1m": crashes,
}

_PARENTS = {"child": "school", "school": "area", "app": "publisher"}
_OF_UNITS = {"county": "uranium"}


def arguments(frame: pd.DataFrame) -> dict:
    """Codes of labels with their numbers of units, parents of units, and columns of numbers."""
    found: dict = {}
    for name, column in frame.items():
        if pd.api.types.is_numeric_dtype(column):
            found[name] = np.asarray(column, dtype=np.float32)
        else:
            codes, units = pd.factorize(column)
            found |= {name: codes.astype(np.int32), f"n_{name}": len(units)}
    for unit, parent in _PARENTS.items():
        if unit in frame and parent in frame:
            of_unit = np.zeros(found[f"n_{unit}"], dtype=np.int32)
            of_unit[found[unit]] = found[parent]
            found[f"{parent}_of_{unit}"] = of_unit
    for unit, covariate in _OF_UNITS.items():
        if unit in frame and covariate in frame:
            of_unit = np.zeros(found[f"n_{unit}"], dtype=np.float32)
            of_unit[found[unit]] = found[covariate]
            found[f"{covariate}_of_{unit}"] = of_unit
    return found
