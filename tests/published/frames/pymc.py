"""Data of the shapes of PyMC's examples."""

import numpy as np
import pandas as pd

from tests.literature.frames import frame


def rugby() -> pd.DataFrame:
    """Points of the matches of six teams, each against each at home, in four years."""
    rng = np.random.default_rng(31)
    teams = np.array(["England", "France", "Ireland", "Italy", "Scotland", "Wales"])
    home, away, _ = (i.ravel() for i in np.indices((6, 6, 4)))
    home, away = home[home != away], away[home != away]
    attack, defence = rng.normal(0, 0.2, 6), rng.normal(0, 0.2, 6)
    return pd.DataFrame(
        {
            "home_team": teams[home],
            "away_team": teams[away],
            "home_score": rng.poisson(np.exp(3.0 + 0.2 + attack[home] + defence[away])),
            "away_score": rng.poisson(np.exp(3.0 + attack[away] + defence[home])),
        }
    )


def drinking() -> pd.DataFrame:
    """Alcohol use of 82 adolescents at 14, 15 and 16, whether a parent drinks, and their peers' use."""
    rng = np.random.default_rng(32)
    person, age_14 = np.divmod(np.arange(82 * 3), 3)
    coa, peer = rng.integers(2, size=82)[person], rng.gamma(2, 0.5, 82)[person]
    mean = 0.3 + 0.6 * coa + 0.5 * peer + (0.4 - 0.2 * peer) * age_14 + rng.normal(0, 0.5, 82)[person]
    return pd.DataFrame(
        {"id": person, "age_14": age_14, "coa": coa, "peer": peer, "alcuse": rng.normal(mean, 0.5)}
    )


def lattice() -> pd.DataFrame:
    """Cases in 25 areas of a lattice, with an intrinsic autoregression over its edges."""
    rng = np.random.default_rng(33)
    path = np.eye(5, k=1) + np.eye(5, k=-1)
    neighbours = np.kron(path, np.eye(5)) + np.kron(np.eye(5), path)
    values, vectors = np.linalg.eigh(np.diag(neighbours.sum(0)) - neighbours)
    waves = np.round(vectors[:, 1:] / np.sqrt(values[1:]), 6)
    expected, x = rng.uniform(5, 30, 25), rng.normal(size=25)
    cases = rng.poisson(expected * np.exp(0.3 * x + 0.5 * waves @ rng.normal(size=24)))
    return pd.DataFrame({"area": np.arange(25), "cases": cases, "expected": expected, "x": x})


def edges() -> dict[str, list[tuple[int, int]]]:
    """Areas of the lattice that share an edge."""
    across = [(k, k + 1) for k in range(24) if k % 5 < 4]
    return {"edges": across + [(k, k + 5) for k in range(20)]}


def heating() -> pd.DataFrame:
    """Heating systems of 900 houses, with the costs of installing and running each (package Ecdat)."""
    systems = ["gc", "gr", "ec", "er", "hp"]
    d = frame("Ecdat", "Heating")
    costs = d.filter(regex="^(ic|oc)[.]") / 1000
    costs.columns = costs.columns.str.replace(".", "_")
    return costs.assign(system=pd.Categorical(d["depvar"], systems))


def mastectomy() -> pd.DataFrame:
    """Survival after mastectomy (package HSAUR), a row for each year that a patient began."""
    d = frame("HSAUR", "mastectomy").reset_index(names="patient")
    d["metastized"] = (d["metastized"] == "yes").astype(int)
    years = d.loc[d.index.repeat(1 + (d["time"] - 1) // 12)].reset_index(drop=True)
    start = 12 * years.groupby("patient").cumcount()
    died = years["event"].astype(bool) & (years["time"] <= start + 12)
    exposure = np.minimum(12, years["time"] - start)
    return years.assign(year=start // 12, exposure=exposure, died=died.astype(int))


def returns() -> pd.DataFrame:
    """Returns of 60 days whose log volatility walks."""
    rng = np.random.default_rng(34)
    log_volatility = -4 + np.cumsum(rng.normal(0, 0.2, 60))
    change = np.exp(log_volatility) * rng.standard_t(10, 60)
    return pd.DataFrame({"day": np.arange(60), "change": change})


def holzinger() -> pd.DataFrame:
    """Six of Holzinger and Swineford's tests of abilities (package sem), a row for each answer."""
    factor = {
        "visual": "space", "cubes": "space", "flags": "space",
        "paragrap": "verbal", "sentence": "verbal", "wordm": "verbal",
    }  # fmt: skip
    d = frame("sem", "HS.data")[list(factor)]
    scores = ((d - d.mean()) / d.std()).reset_index(names="person")
    long = scores.melt(id_vars="person", var_name="test", value_name="score")
    return long.assign(factor=long["test"].map(factor))
