"""Data of the shape of those in brms's vignettes."""

import numpy as np
import pandas as pd

from tests.published.frames.r import r_data

__all__ = [
    "abilities",
    "curve",
    "epilepsy",
    "inhaler",
    "loss",
    "members",
    "nhanes",
    "phylogeny",
    "relations",
    "satisfaction",
    "symptoms",
    "tits",
    "zr",
]


def inhaler() -> pd.DataFrame:
    """Two treatments in two periods, judged from 1 (easy) to 4 (Ezzet and Whitehead 1991)."""
    rng = np.random.default_rng(21)
    n = 60
    treat = np.tile([0.5, -0.5], n) * np.repeat(np.where(np.arange(n) % 2, 1, -1), 2)
    period = np.tile([0.5, -0.5], n)
    latent = -0.8 * treat + 0.2 * period + np.repeat(rng.normal(size=n), 2) + rng.logistic(size=2 * n)
    return pd.DataFrame(
        {
            "subject": np.repeat(np.arange(n) + 1, 2),
            "rating": np.searchsorted([0.5, 2.5, 4], latent) + 1,
            "treat": treat,
            "period": period,
            "carry": np.where(period < 0, -np.sign(treat), 0.0),
        }
    )


def stem_cells() -> pd.DataFrame:
    """Opinions of 400 people from 1 to 5, by two beliefs of which one divides opinions more."""
    rng = np.random.default_rng(61)
    belief = np.repeat(["fundamentalist", "liberal"], 200)
    liberal = belief == "liberal"
    latent = rng.normal(0.4 * liberal, np.where(liberal, 0.7, 1.0))
    return pd.DataFrame({"rating": np.digitize(latent, [-1, -0.3, 0.4, 1.2]) + 1, "belief": belief})


def symptoms() -> pd.DataFrame:
    """A symptom after treatment or placebo, with spreads that differ."""
    rng = np.random.default_rng(22)
    group = np.repeat(["placebo", "treat"], 30)
    treated = group == "treat"
    return pd.DataFrame({"group": group, "symptom_post": rng.normal(treated, np.where(treated, 2, 1))})


def curve() -> pd.DataFrame:
    """A curve of growth."""
    rng = np.random.default_rng(23)
    x = rng.normal(size=100)
    return pd.DataFrame({"x": x, "y": rng.normal(2 * np.exp(0.75 * x), 1)})


def loss() -> pd.DataFrame:
    """Cumulative insurance loss by accident year and month of development."""
    rng = np.random.default_rng(24)
    dev = np.arange(6, 126, 12)
    rows = [
        {"AY": 1991 + i, "dev": d, "cum": ult * (1 - np.exp(-((d / 46) ** 1.3))) + rng.normal(0, 140)}
        for i, ult in enumerate(rng.normal(5300, 600, size=10))
        for d in dev[: 10 - i]
    ]
    return pd.DataFrame(rows)


def abilities() -> pd.DataFrame:
    """Answers that are right by guessing one time in three."""
    rng = np.random.default_rng(25)
    ability = rng.normal(size=200)
    p = 1 / 3 + 2 / 3 / (1 + np.exp(0.5 - 1.3 * ability))
    return pd.DataFrame({"ability": ability, "answer": rng.binomial(1, p)})


def tits() -> pd.DataFrame:
    """Blue tit nestlings: tarsus length and back colour, standardised."""
    rng = np.random.default_rng(26)
    n, dams, nests = 160, 20, 24
    dam, nest = rng.integers(dams, size=n), rng.integers(nests, size=n)
    by_dam, by_nest = rng.normal(0, 0.5, (dams, 2)), rng.normal(0, 0.4, (nests, 2))
    both = by_dam[dam] + by_nest[nest] + rng.normal(0, 0.7, (n, 2))
    return pd.DataFrame(
        {
            "tarsus": both[:, 0],
            "back": both[:, 1],
            "sex": rng.choice(["Fem", "Male", "UNK"], size=n, p=[0.45, 0.5, 0.05]),
            "hatchdate": rng.normal(size=nests)[nest],
            "dam": [f"dam {i:02d}" for i in dam],
            "fosternest": [f"nest {i:02d}" for i in nest],
        }
    )


def zr() -> pd.DataFrame:
    """Correlations of 40 studies by Fisher's transformation, and how many animals each measured."""
    rng = np.random.default_rng(27)
    N = rng.integers(5, 90, size=40)
    true = rng.normal(0.15, 0.1, size=40)
    return pd.DataFrame({"obs": np.arange(40) + 1, "Zr": rng.normal(true, 1 / np.sqrt(N - 3)), "N": N})


def epilepsy() -> pd.DataFrame:
    """Seizures of 59 patients in four visits (Thall and Vail 1990)."""
    data = r_data("MASS", "epil")
    return data.assign(
        count=data["y"],
        zAge=(data["age"] - data["age"].mean()) / data["age"].std(),
        zBase=(data["base"] - data["base"].mean()) / data["base"].std(),
        Trt=(data["trt"] == "progabide").astype(int),
        patient=data["subject"],
        obs=range(len(data)),
    )


def members() -> pd.DataFrame:
    """Pupils who went to two schools, with the share of their time in each."""
    rng = np.random.default_rng(28)
    n, effects = 100, rng.normal(0, 6, size=10)
    s1 = rng.integers(10, size=n)
    s2 = (s1 + rng.integers(1, 10, size=n)) % 10
    w1 = rng.uniform(0.2, 0.8, size=n)
    y = 20 + w1 * effects[s1] + (1 - w1) * effects[s2] + rng.normal(0, 3, size=n)
    return pd.DataFrame({"y": y, "s1": s1 + 1, "s2": s2 + 1, "w1": w1, "w2": 1 - w1})


def satisfaction() -> pd.DataFrame:
    """Satisfaction with life by income in four groups, in ten cities."""
    rng = np.random.default_rng(29)
    n = 100
    income, city = rng.integers(4, size=n), np.repeat(np.arange(10), 10)
    of_city = rng.normal(0, 3, size=10)[city]
    ls = np.array([30, 60, 70, 75])[income] + of_city + rng.normal(0, 7, size=n)
    groups = pd.Categorical.from_codes(income, ["<20", "20-40", "40-100", ">100"], ordered=True)
    age = rng.integers(20, 80, size=n)
    return pd.DataFrame({"ls": ls, "age": age, "city": city + 1, "income": groups})


def phylogeny() -> pd.DataFrame:
    """Phenotypes of 20 species in 4 clades, five animals each."""
    rng = np.random.default_rng(30)
    root = np.linalg.cholesky(relations()["A"])
    species = np.repeat(np.arange(20), 5)
    cofactor = rng.normal(10, 2, size=100)
    phen = 20 + 3 * cofactor + (root @ rng.normal(0, 5, size=20) + rng.normal(0, 3, size=20))[species]
    names = [f"sp {i:02d}" for i in species]
    return pd.DataFrame({"phen": phen + rng.normal(0, 6, 100), "cofactor": cofactor, "species": names})


def relations() -> dict[str, pd.DataFrame]:
    """How closely 20 species in 4 clades are related."""
    clade, names = np.arange(20) // 5, [f"sp {i:02d}" for i in range(20)]
    A = 0.4 * np.eye(20) + 0.6 * (clade[:, None] == clade)
    return {"A": pd.DataFrame(A, index=names, columns=names)}


def nhanes() -> pd.DataFrame:
    """Age, body mass index and cholesterol of 25 persons (Schafer 1997, table 6.14; R package mice)."""
    age = [1, 2, 1, 3, 1, 3, 1, 1, 2, 2, 1, 2, 3, 2, 1, 1, 3, 2, 1, 3, 1, 1, 1, 3, 2]
    n = np.nan
    bmi = [n, 22.7, n, n, 20.4, n, 22.5, 30.1, 22.0, n, n, n, 21.7, 28.7, 29.6, n, 27.2, 26.3, 35.3, 25.5, n]
    chl = [n, 187, 187, n, 113, 184, 118, 187, 238, n, n, n, 206, 204, n, n, 284, 199, 218, n, n, 229, 131, n]
    return pd.DataFrame({"age": age, "bmi": [*bmi, 33.2, 27.5, 24.9, 27.4], "chl": [*chl, 186]})
