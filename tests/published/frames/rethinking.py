"""Data of the shapes of Statistical Rethinking's."""

import numpy as np
import pandas as pd
import scipy.special as sp

from tests.literature.frames import frame


def reedfrogs() -> pd.DataFrame:
    """Survivors of 48 tanks of tadpoles."""
    rng = np.random.default_rng(21)
    density = np.repeat([10, 25, 35], 16)
    surv = rng.binomial(density, sp.expit(rng.normal(1.3, 1.5, 48)))
    return pd.DataFrame({"tank": np.arange(1, 49), "density": density, "surv": surv})


def chimpanzees() -> pd.DataFrame:
    """7 actors in 6 blocks pull a lever under 4 treatments, 3 times each."""
    rng = np.random.default_rng(22)
    actor, block, treatment, _ = (i.ravel() for i in np.indices((7, 6, 4, 3)))
    effect = np.array([0, 0.5, -0.4, 0.3])[treatment]
    log_odds = rng.normal(0.5, 1.5, 7)[actor] + rng.normal(0, 0.3, 6)[block] + effect
    pulled = rng.binomial(1, sp.expit(log_odds))
    names = np.array(["R/N", "L/N", "R/P", "L/P"])
    return pd.DataFrame(
        {"actor": actor + 1, "block": block + 1, "treatment": names[treatment], "pulled_left": pulled}
    )


def contraception() -> pd.DataFrame:
    """Use of contraceptives by women in Bangladesh (package mlmRev)."""
    d = frame("mlmRev", "Contraception")
    return d.assign(use=(d["use"] == "Y").astype(int))


def cafes() -> pd.DataFrame:
    """Waiting times in 20 cafes, 5 mornings and 5 afternoons."""
    rng = np.random.default_rng(23)
    cafe, visit = np.divmod(np.arange(200), 10)
    effects = rng.multivariate_normal([3.5, -1], [[1, -0.35], [-0.35, 0.25]], 20)[cafe]
    afternoon = visit % 2
    wait = rng.normal(effects[:, 0] + effects[:, 1] * afternoon, 0.5)
    return pd.DataFrame({"cafe": cafe + 1, "afternoon": afternoon, "wait": wait})


def gifts() -> pd.DataFrame:
    """Gifts of 25 households to each other, a row for each pair."""
    rng = np.random.default_rng(24)
    a, b = np.triu_indices(25, 1)
    giving, receiving = rng.normal(0, 0.8, 25), rng.normal(0, 0.4, 25)
    pair = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], len(a))
    return pd.DataFrame(
        {
            "hidA": a + 1,
            "hidB": b + 1,
            "giftsAB": rng.poisson(np.exp(0.5 + giving[a] + receiving[b] + pair[:, 0])),
            "giftsBA": rng.poisson(np.exp(0.5 + giving[b] + receiving[a] + pair[:, 1])),
        }
    )


def primates() -> pd.DataFrame:
    """Brains of 16 species of a balanced tree."""
    rng = np.random.default_rng(25)
    factor = np.linalg.cholesky(phylogeny()["V"])
    body, group_size = rng.normal(size=16), rng.normal(size=16)
    brain = 0.8 * body + 0.1 * group_size + 0.5 * factor @ rng.normal(size=16)
    return pd.DataFrame({"species": np.arange(16), "B": brain, "M": body, "G": group_size})


def phylogeny() -> dict[str, pd.DataFrame]:
    """Shared branch lengths of the 16 species of a balanced tree."""
    species = np.arange(16)
    return {"V": pd.DataFrame(sum((species[:, None] >> s == species >> s) / 5 for s in range(5)))}


def education() -> pd.DataFrame:
    """Wages, education and the quarter of birth of 300 people."""
    rng = np.random.default_rng(26)
    unseen, quarter = rng.normal(size=300), rng.integers(1, 5, size=300)
    education = rng.normal(quarter + unseen)
    return pd.DataFrame({"Q": quarter, "E": education, "W": rng.normal(0.3 * education + unseen)})


def waffles() -> pd.DataFrame:
    """Divorce and marriage rates of 50 states with their standard errors, and the age at marriage."""
    rng = np.random.default_rng(27)
    age = rng.normal(size=50)
    marriage = rng.normal(-0.7 * age, 0.7)
    divorce = rng.normal(-0.6 * age, 0.8)
    errors = rng.gamma(5, 0.07, size=(2, 50))
    return pd.DataFrame(
        {
            "A": age,
            "M_obs": rng.normal(marriage, errors[0]),
            "M_sd": errors[0],
            "D_obs": rng.normal(divorce, errors[1]),
            "D_sd": errors[1],
        }
    )


def milk() -> pd.DataFrame:
    """Energy of the milk of 29 primates, their mass, and the share of neocortex, which 12 of them lack."""
    rng = np.random.default_rng(28)
    both = rng.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], 29)
    energy = rng.normal(0.6 * both[:, 0] - 0.5 * both[:, 1], 0.6)
    share = np.where(np.arange(29) < 17, both[:, 0], np.nan)
    return pd.DataFrame({"B": share, "M": both[:, 1], "K": energy})


def cats() -> pd.DataFrame:
    """Notes that a bird sings at 100 houses, half of which have a cat; at a fifth nobody looked."""
    rng = np.random.default_rng(9)
    cat = rng.binomial(1, 0.5, 100)
    seen = rng.random(100) >= 0.2
    return pd.DataFrame({"cat": np.where(seen, cat, np.nan), "notes": rng.poisson(5 - 3 * cat)})


def trolley() -> pd.DataFrame:
    """How permissible 400 actions are, on a scale of 1 to 7, by people of 8 levels of education."""
    rng = np.random.default_rng(29)
    education = rng.integers(8, size=400)
    d = pd.DataFrame(rng.integers(2, size=(400, 3)), columns=["action", "intention", "contact"])
    effects = -0.7 * d["action"] - 0.7 * d["intention"] - 0.9 * d["contact"]
    climbed = np.array([0, 0.2, 0.3, 0.4, 0.7, 0.75, 0.9, 1])
    latent = effects - 0.4 * climbed[education] + rng.logistic(size=400)
    response = 1 + np.digitize(latent, [-2.6, -1.9, -1.4, -0.6, 0.1, 0.9])
    return d.assign(response=response, edu=education + 1)


def shared_confound() -> pd.DataFrame:
    """A binary outcome and a covariate that share an unseen effect of 30 groups, with their trait."""
    rng = np.random.default_rng(30)
    group = rng.integers(30, size=300)
    unseen, trait = rng.normal(0, 1.5, 30), rng.normal(size=30)
    x = rng.normal(unseen[group])
    y = rng.binomial(1, sp.expit(-0.5 + x + unseen[group] - 0.5 * trait[group]))
    return pd.DataFrame({"g": group, "z": trait[group], "x": x, "y": y})
