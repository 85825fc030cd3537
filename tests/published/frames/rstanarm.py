"""Data of the shape of those in rstanarm's vignettes."""

import numpy as np
import pandas as pd

from tests.published.frames.r import r_data

__all__ = ["ab", "baseball", "clotting", "esoph", "gasoline", "preferences", "roaches"]


def baseball() -> pd.DataFrame:
    """Hits of 18 players in their first 45 at-bats of 1970 (Efron and Morris 1975)."""
    data = r_data("pscl", "EfronMorris")
    return pd.DataFrame({"Player": data["name"], "AB": 45, "Hits": data["r"]})


def clotting() -> pd.DataFrame:
    """Clotting times of two lots of plasma (McCullagh and Nelder 1989, p. 302)."""
    times = [118, 58, 42, 35, 27, 25, 21, 19, 18, 69, 35, 26, 21, 18, 16, 13, 12, 12]
    plasma = np.log(np.tile([5, 10, 15, 20, 30, 40, 60, 80, 100], 2))
    lots = np.repeat(["1", "2"], 9)
    return pd.DataFrame({"clot_time": times, "log_plasma": plasma, "lot_id": lots})


def esoph() -> pd.DataFrame:
    """Groups of a case-control study; ages, alcohol and tobacco are ordered factors in R."""
    data = r_data("datasets", "esoph")
    return data.assign(
        tobgp=pd.Categorical(data["tobgp"], ["0-9g/day", "10-19", "20-29", "30+"], ordered=True)
    )


def gasoline() -> pd.DataFrame:
    """Yields of gasoline from ten batches of crude oil (Prater 1956)."""
    return r_data("betareg", "GasolineYield", "batch")


def roaches() -> pd.DataFrame:
    """Roaches trapped in flats, before and after treatment."""
    rng = np.random.default_rng(31)
    n = 120
    before = rng.negative_binomial(0.4, 0.4 / 42, size=n) / 100
    treatment, senior = rng.integers(2, size=n), rng.binomial(1, 0.3, size=n)
    days = rng.choice([1.0, 1.0, 1.0, 0.8, 1.2, 2.0], size=n)
    mean = days * np.exp(2.8 + 1.3 * np.minimum(before, 2) - 0.8 * treatment - 0.3 * senior)
    y = rng.negative_binomial(0.5, 0.5 / (0.5 + mean))
    return pd.DataFrame(
        {"y": y, "roach1": before, "treatment": treatment, "senior": senior, "exposure2": days}
    )


def preferences() -> pd.DataFrame:
    """Who prefers cats: answers by sex, age, ethnicity, income and state."""
    rng = np.random.default_rng(32)
    n = 600
    cells = {name: rng.integers(k, size=n) for name, k in [("age", 7), ("eth", 3), ("income", 3)]}
    male, state = rng.integers(2, size=n), rng.integers(20, size=n)
    logit = -0.3 + 0.5 * male + rng.normal(0, 0.5, 20)[state]
    logit += sum(rng.normal(0, 0.4, 7)[codes] for codes in cells.values())
    answers = rng.binomial(1, 1 / (1 + np.exp(-logit)))
    return pd.DataFrame({"cat_pref": answers, "male": male, "state": state + 1, **cells})


def ab() -> pd.DataFrame:
    """Clicks on two pages by people with and without a history, over days."""
    rng = np.random.default_rng(33)
    n = 200
    group, hc = rng.choice(["A", "B"], size=n), rng.binomial(1, 0.4, size=n)
    p = 1 / (1 + np.exp(1.2 - 0.4 * (group == "B") - 0.6 * hc))
    return pd.DataFrame({"group": group, "hc": hc, "y": rng.binomial(1, p)})
