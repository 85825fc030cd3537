"""Models whose rows or units hang together: choices, line-ups, outcomes of one row, waves and maps.

Data are drawn by hand in NumPy, and so is the log likelihood where the oracle does not know the line.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

import stanlevels as sl
from tests.calibration.composed import Base, Simulated, arrays, base

__all__ = [
    "BORDERS",
    "LINEUPS",
    "Areas",
    "Choices",
    "Lineups",
    "Outcomes",
    "Waves",
    "areas",
    "areas_rows",
    "areas_score",
    "choices",
    "choices_rows",
    "choices_score",
    "lineups",
    "lineups_rows",
    "lineups_score",
    "outcomes",
    "outcomes_score",
    "waves",
    "waves_rows",
    "waves_score",
]


def _effects(values: dict[str, Any], data: pd.DataFrame) -> np.ndarray:
    """The effect of every row's unit."""
    return np.asarray(values["U"]).ravel()[np.unique(data["unit"], return_inverse=True)[1]]


# --- choices among rows --------------------------------------------------------------------------


class Choices(sl.Model):
    unit = sl.Level()
    trip = sl.Level(within=unit)
    mean, slope, spread = sl.Normal(0, 0.5), sl.Normal(0, 0.5), sl.Gamma(4, 8)
    U = sl.Normal(mean, spread, over=unit)
    eta = U * sl.data("x") + slope * sl.data("z")
    taken = sl.ConditionalLogit(eta, within=trip, observed=True)


def choices_rows() -> pd.DataFrame:
    """8 persons of 4 to 10 trips, each of 2 to 5 rows: enough to see effects of trips, not of persons."""
    trips = [(unit, trip) for unit in range(8) for trip in range(4 + 2 * (unit % 4))]
    rows = [(unit, trip) for k, (unit, trip) in enumerate(trips) for _ in range(2 + k % 4)]
    table = pd.DataFrame(rows, columns=["unit", "trip"])
    place = np.arange(len(table))
    return table.astype(str).assign(x=place * 5 % 7 / 1.5 - 2, z=place * 3 % 11 / 2.5 - 2)


def choices(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    """One row of a trip is taken, and two of a trip of five: any pair by its share of all pairs."""
    truth, effect, _ = base(rng, design)
    eta = effect * design["x"].to_numpy() + truth["slope"] * design["z"].to_numpy()
    taken = np.zeros(len(design))
    for at in _trips(design):
        ways = list(combinations(at, _chosen(at)))
        share = special.softmax([eta[list(way)].sum() for way in ways])
        taken[list(ways[rng.choice(len(ways), p=share)])] = 1
    return arrays(truth, {"taken": taken})


def choices_score(values: dict[str, np.ndarray], data: pd.DataFrame) -> float:
    """The log likelihood, over all ways to take as many."""
    eta = _effects(values, data) * data["x"].to_numpy() + values["slope"] * data["z"].to_numpy()
    taken = data["taken"].to_numpy() == 1
    every = [
        special.logsumexp([eta[list(way)].sum() for way in combinations(at, _chosen(at))])
        for at in _trips(data)
    ]
    return float(eta[taken].sum() - np.sum(every))


def _trips(rows: pd.DataFrame) -> list[np.ndarray]:
    return list(rows.groupby(["unit", "trip"]).indices.values())


def _chosen(at: np.ndarray) -> int:
    return 2 if len(at) == 5 else 1


# --- memberships by a table ----------------------------------------------------------------------


class Lineups(sl.Model):
    match, unit = sl.Level(), sl.Level()
    lineup = sl.Memberships(unit, by=match, weights="share")
    mean, slope, spread, noise = sl.Normal(0, 0.5), sl.Normal(0, 0.5), sl.Gamma(4, 8), sl.Gamma(4, 8)
    U = sl.Normal(mean, spread, over=unit)
    y = sl.Normal(slope * sl.data("x") + U @ lineup, noise, observed=True)


def _members() -> pd.DataFrame:
    """20 matches of 1 to 4 of 8 players, who count for more or less, some against."""
    pairs = [(match, (match * 3 + k) % 8) for match in range(20) for k in range(1 + match % 4)]
    table = pd.DataFrame(pairs, columns=["match", "unit"])
    return table.assign(share=np.array([1.0, 0.5, -1.0, 0.75, 1.5])[np.arange(len(table)) % 5])


LINEUPS = {"lineup": _members()}


def lineups_rows() -> pd.DataFrame:
    """One or two rows of each match."""
    match = np.repeat(np.arange(20), np.arange(20) % 2 + 1)
    return pd.DataFrame({"match": match, "x": np.arange(len(match)) % 4 / 2 - 0.75})


def _sums(effects: np.ndarray) -> np.ndarray:
    """Of the members of each match."""
    weights = LINEUPS["lineup"].pivot(index="match", columns="unit", values="share").fillna(0).to_numpy()
    return np.asarray(weights @ effects.ravel())


def lineups(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    truth = base(rng, pd.DataFrame({"unit": range(8), "x": 0.0}))[0] | {"noise": rng.gamma(4, 1 / 8)}
    truth["U_lineup"] = _sums(truth["U"])
    means = truth["U_lineup"][design["match"]] + truth["slope"] * design["x"].to_numpy()
    return arrays(truth, {"y": rng.normal(means, truth["noise"])})


def lineups_score(values: dict[str, np.ndarray], data: pd.DataFrame) -> float:
    means = _sums(values["U"])[data["match"]] + values["slope"] * data["x"]
    return float(stats.norm.logpdf(data["y"], means, values["noise"]).sum())


# --- several outcomes of a row, some of them missing -----------------------------------------------


class Outcomes(Base):
    other = sl.Normal(0, 1)
    noise, other_noise = sl.Gamma(4, 8), sl.Gamma(4, 8)
    corr = sl.LKJCholesky(2, dim=2)
    both = sl.MultiNormal(
        [Base.eta, other + 0.5 * Base.U], [noise, other_noise], corr, observed=["y", "v"], missing="model"
    )


def outcomes(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    """`y` is missing in every seventh row; `v` where `y` is known and large, which is seen."""
    truth, effect, eta = base(rng, design)
    truth |= {"other": rng.normal(), "noise": rng.gamma(4, 1 / 8), "other_noise": rng.gamma(4, 1 / 8)}
    rho = 2 * rng.beta(2, 2) - 1
    truth["corr"] = np.array([[1, 0], [rho, np.sqrt(1 - rho**2)]])
    z = rng.normal(size=(len(eta), 2)) @ truth["corr"].T
    y = eta + truth["noise"] * z[:, 0]
    v = truth["other"] + 0.5 * effect + truth["other_noise"] * z[:, 1]
    y[::7] = np.nan
    v[np.argsort(np.where(np.isnan(y), -np.inf, y))[-12:]] = np.nan
    return arrays(truth, {"y": y, "v": v})


def outcomes_score(values: dict[str, np.ndarray], data: pd.DataFrame) -> float:
    """The log likelihood of what is known."""
    effect = _effects(values, data)
    means = [effect + values["slope"] * data["x"], values["other"] + 0.5 * effect]
    sd = [values["noise"], values["other_noise"]]
    y, v = ((data[name] - means[k]) / sd[k] for k, name in enumerate("yv"))
    rho = np.asarray(values["corr"])[1, 0]  # so in a correlation, and in its Cholesky factor
    rest = np.sqrt(1 - rho**2)
    alone = stats.norm.logpdf(v) - np.log(sd[1])
    given = stats.norm.logpdf((v - rho * y) / rest) - np.log(rest * sd[1])
    terms = [stats.norm.logpdf(y) - np.log(sd[0]), np.where(y.isna(), alone, given)]
    return float(np.nansum(terms))


# --- a Gaussian process as a sum of waves ----------------------------------------------------------

COUNT, REACH = 8, 1.5  # the times of the rows go from -1 to 1, and waves end half as far again


class Waves(Base):
    noise, swing, length = sl.Gamma(4, 8), sl.Gamma(4, 4), sl.Gamma(20, 30)
    f = sl.GP("time", length=length, sigma=swing, basis=COUNT)
    y = sl.Normal(Base.eta + f, noise, observed=True)


def _sines(times: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Eigenfunctions of the Laplacian on (-REACH, REACH), and the roots of their eigenvalues."""
    turns = np.arange(1, COUNT + 1) * np.pi / (2 * REACH)
    return turns, np.sin(np.outer(times + REACH, turns)) / np.sqrt(REACH)


def waves_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows, at times."""
    return rows.assign(time=np.linspace(-1, 1, len(rows))[np.arange(len(rows)) * 5 % len(rows)])


def waves(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    """Coefficients of waves have the spectral density of the kernel as variances."""
    truth, _, eta = base(rng, design)
    truth |= {"noise": rng.gamma(4, 1 / 8), "swing": rng.gamma(4, 1 / 4), "length": rng.gamma(20, 1 / 30)}
    turns, columns = _sines(design["time"])
    density = np.sqrt(2 * np.pi) * truth["length"] * np.exp(-((truth["length"] * turns) ** 2) / 2)
    truth["f"] = truth["swing"] * np.sqrt(density) * rng.normal(size=COUNT)
    return arrays(truth, {"y": rng.normal(eta + columns @ truth["f"], truth["noise"])})


def waves_score(values: dict[str, np.ndarray], data: pd.DataFrame) -> float:
    field = _sines(data["time"])[1] @ np.asarray(values["f"]).ravel()
    means = _effects(values, data) + values["slope"] * data["x"] + field
    return float(stats.norm.logpdf(data["y"], means, values["noise"]).sum())


# --- a map that is sampled by its borders ----------------------------------------------------------

DOWN, ACROSS = 17, 12  # smaller maps are sampled by the covariance of all areas


class Areas(Base):
    area, space_sd = sl.Level(), sl.Gamma(4, 8)
    space = sl.ICAR(space_sd, over=area, borders="borders")
    count = sl.Poisson(log=Base.eta + space, observed=True)


_AREAS = np.arange(DOWN * ACROSS).reshape(DOWN, ACROSS)
_PAIRS = [(k, k + 1) for k in _AREAS[:, :-1].flat] + [(k, k + ACROSS) for k in _AREAS[:-1].flat]
BORDERS = {"borders": pd.DataFrame(_PAIRS, columns=["one", "other"])}


def areas_rows() -> pd.DataFrame:
    """A row of each area, and units here and there."""
    area = _AREAS.ravel()
    return pd.DataFrame({"area": area, "unit": (area * 7 % 10).astype(str), "x": area * 3 % 8 / 4 - 0.875})


@cache
def _root() -> np.ndarray:
    """Of the inverse of the Laplacian, by eigenvalues, with a geometric mean of variances of 1."""
    laplacian = np.zeros((_AREAS.size, _AREAS.size))
    for one, other in _PAIRS:
        laplacian[[one, other], [other, one]] = -1
    np.fill_diagonal(laplacian, -laplacian.sum(axis=0))
    roots, vectors = np.linalg.eigh(laplacian)
    found = vectors[:, 1:] / np.sqrt(roots[1:])
    return np.asarray(found / np.exp(np.log((found**2).sum(axis=1)).mean() / 2))


def areas(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    truth, _, eta = base(rng, design)
    truth["space_sd"] = rng.gamma(4, 1 / 8)
    truth["space"] = truth["space_sd"] * _root() @ rng.normal(size=_AREAS.size - 1)
    return arrays(truth, {"count": rng.poisson(np.exp(eta + truth["space"]))})


def areas_score(values: dict[str, np.ndarray], data: pd.DataFrame) -> float:
    eta = _effects(values, data) + values["slope"] * data["x"] + np.asarray(values["space"]).ravel()
    return float(stats.poisson.logpmf(data["count"], np.exp(eta)).sum())
