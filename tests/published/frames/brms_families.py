"""Data of the shapes of brms's documentation."""

import numpy as np
import pandas as pd
import scipy.special as sp


def choices() -> pd.DataFrame:
    """One of three choices, by a covariate and 20 groups."""
    rng = np.random.default_rng(51)
    g, x = rng.integers(20, size=400), rng.normal(size=400)
    of_group = rng.multivariate_normal([0, 0], [[0.5, 0.2], [0.2, 0.5]], 20)
    log_odds = np.c_[np.zeros(400), 0.3 + 0.8 * x, -0.2 - 0.5 * x] + np.c_[np.zeros(20), of_group][g]
    chosen = [rng.choice(3, p=p) for p in sp.softmax(log_odds, axis=1)]
    return pd.DataFrame({"k": np.array(["a", "b", "c"])[chosen], "x": x, "g": g})


def votes() -> pd.DataFrame:
    """Counts of three answers in 40 samples."""
    rng = np.random.default_rng(52)
    x = rng.normal(size=40)
    p = sp.softmax(np.c_[np.zeros(40), 0.3 + 0.8 * x, -0.2 - 0.5 * x], axis=1)
    counts = pd.DataFrame([rng.multinomial(50, row) for row in p], columns=["y1", "y2", "y3"])
    return counts.assign(x=x, n=50)


def two_kinds() -> pd.DataFrame:
    """Six values of each of 40 subjects, of two groups that vary differently."""
    rng = np.random.default_rng(53)
    subject = np.repeat(np.arange(40), 6)
    group = np.where(subject % 2, "patient", "control")
    y = rng.normal(rng.normal(0, np.where(np.arange(40) % 2, 2.0, 0.7))[subject] + 0.5 * (group == "patient"))
    return pd.DataFrame({"id": subject, "group": group, "y": y})


def odd_groups() -> pd.DataFrame:
    """30 groups of 8 values with a slope; a few groups lie far away."""
    rng = np.random.default_rng(54)
    g, x = np.repeat(np.arange(30), 8), rng.normal(size=240)
    return pd.DataFrame({"g": g, "x": x, "y": rng.normal(0.6 * x + rng.standard_t(2, 30)[g])})


def few_of_many() -> pd.DataFrame:
    """An outcome with 20 covariates, three of which matter."""
    rng = np.random.default_rng(55)
    x = rng.normal(size=(100, 20))
    d = pd.DataFrame(x, columns=[f"x{k}" for k in range(1, 21)])
    return d.assign(y=rng.normal(x[:, :3] @ [2.0, -1.5, 1.0]))


def donations() -> pd.DataFrame:
    """Amounts at 20 sites, many of them 0."""
    rng = np.random.default_rng(56)
    site, x = rng.integers(20, size=400), rng.normal(size=400)
    none = rng.binomial(1, sp.expit(-0.5 - 0.7 * x + rng.normal(0, 0.5, 20)[site]))
    amount = np.exp(rng.normal(1 + 0.5 * x + rng.normal(0, 0.5, 20)[site], 0.8))
    return pd.DataFrame({"site": site, "x": x, "amount": np.where(none, 0.0, amount)})
