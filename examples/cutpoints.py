"""Answers on a scale of five: an ordered outcome with cutpoints, and respondents who differ.

The order of the categories comes from the column's ordered dtype.
"""

import itertools

import numpy as np
import pandas as pd

import stanlevels as sl

ANSWERS = ["never", "rarely", "sometimes", "often", "always"]


class Survey(sl.Model):
    """Several answers of each respondent, on an ordered scale."""

    respondent = sl.Level()
    threshold = sl.Index([f"{low}|{high}" for low, high in itertools.pairwise(ANSWERS)])

    cut = sl.Normal(0, 3, over=threshold, ordered=True)
    age_effect = sl.Normal(0, 1)
    respondent_sd = sl.HalfNormal(2)

    tendency = sl.Normal(age_effect * sl.data("age"), respondent_sd, over=respondent)
    answer = sl.OrderedLogistic(tendency, cut, observed=True)


def simulate(seed: int = 1) -> tuple[pd.DataFrame, dict]:
    """Six answers of each of 80 respondents, with the true values that made them."""
    rng = np.random.default_rng(seed)
    cut = np.array([-2.0, -0.5, 0.8, 2.2])
    age = rng.normal(size=80)
    tendency = rng.normal(0.7 * age, 1.0)
    latent = np.repeat(tendency, 6) + rng.logistic(size=480)
    answer = pd.Categorical.from_codes(np.searchsorted(cut, latent), ANSWERS, ordered=True)
    names = np.repeat([f"respondent {i:02d}" for i in range(80)], 6)
    data = pd.DataFrame({"respondent": names, "age": np.repeat(age, 6), "answer": answer})
    truth = {"age_effect": 0.7, "respondent_sd": 1.0}
    thresholds = Survey.graph()["threshold"].labels
    return data, truth | {f"cut[{label}]": value for label, value in zip(thresholds, cut, strict=True)}


def main(seed: int = 1, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    fit = Survey.fit(data, seed=seed, **settings)
    summary = fit.summary()
    summary.insert(0, "truth", pd.Series(truth))
    print(summary.round(2).to_string())
    return fit


if __name__ == "__main__":
    main()
