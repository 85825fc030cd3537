"""Answers of persons to items."""

import numpy as np
import pandas as pd
import scipy.special as sp


def right_or_wrong() -> pd.DataFrame:
    """60 persons answer 8 items of different difficulty and discrimination."""
    rng = np.random.default_rng(11)
    person, item = np.divmod(np.arange(60 * 8), 8)
    ability, discrimination, difficulty = rng.normal(size=60), rng.lognormal(0, 0.3, 8), rng.normal(size=8)
    right = rng.binomial(1, sp.expit(discrimination[item] * (ability[person] - difficulty[item])))
    return pd.DataFrame({"person": person, "item": item, "right": right})


def graded() -> pd.DataFrame:
    """80 persons answer 5 items on a scale of 1 to 4."""
    rng = np.random.default_rng(12)
    person, item = np.divmod(np.arange(80 * 5), 5)
    ability, discrimination = rng.normal(size=80), rng.lognormal(0, 0.3, 5)
    latent = discrimination[item] * ability[person] + rng.logistic(size=400)
    return pd.DataFrame({"person": person, "item": item, "grade": 1 + np.digitize(latent, [-1.5, 0, 1.5])})


def fouls() -> pd.DataFrame:
    """600 plays: was a foul called, by the player who had the disadvantage and the one who committed it?"""
    rng = np.random.default_rng(13)
    disadvantaged, committing = rng.integers(20, size=600), rng.integers(15, size=600)
    log_odds = rng.normal(-0.2, 0.5, 20)[disadvantaged] - rng.normal(0, 0.4, 15)[committing]
    called = rng.binomial(1, sp.expit(log_odds))
    return pd.DataFrame({"disadvantaged": disadvantaged, "committing": committing, "foul_called": called})


def memory() -> pd.DataFrame:
    """20 subjects say of 40 words each whether they saw them before."""
    rng = np.random.default_rng(14)
    subject, word = np.divmod(np.arange(20 * 40), 40)
    is_old = word % 2
    bias, sensitivity = rng.normal(-0.5, 0.4, 20), rng.normal(1.4, 0.4, 20)
    said_old = rng.binomial(1, sp.ndtr(bias[subject] + sensitivity[subject] * is_old))
    return pd.DataFrame({"subj": subject, "isold": is_old, "sayold": said_old})


def detection() -> pd.DataFrame:
    """How many of 40 stimuli of each of 9 contrasts were seen; 3 % of the answers are guesses."""
    rng = np.random.default_rng(15)
    contrast = np.linspace(-2, 2, 9)
    seen = rng.binomial(40, 0.015 + 0.97 * sp.ndtr(1.8 * (contrast - 0.3)))
    return pd.DataFrame({"contrast": contrast, "shown": 40, "seen": seen})
