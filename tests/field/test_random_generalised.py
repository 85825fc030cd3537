"""Small random data, many of them degenerate: an estimate or words, never somebody else's exception."""

import warnings

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DataError, FitError
from tests.field.test_beta_binomial import Spread
from tests.field.test_extreme_counts import Rates, Slopes
from tests.field.test_negative_binomial import Counts
from tests.field.test_separation import Amounts, Kinds, Treated, Trials

MODELS = [Treated, Trials, Kinds, Amounts, Counts, Spread, Rates, Slopes]


def random_rows(rng: np.random.Generator) -> pd.DataFrame:
    """From 2 to 20 rows of few units, with few values, or one, or huge ones."""
    n = int(rng.integers(2, 21))
    g = rng.integers(0, rng.integers(1, n + 1), n)
    x = [rng.normal(size=n), rng.integers(0, 2, n).astype(float), 1e6 * rng.normal(size=n)][rng.integers(3)]
    trials = rng.integers(0, 4, n)
    counts = [rng.poisson(rng.gamma(0.5, 4, n)), rng.integers(0, 2, n), np.full(n, rng.integers(0, 3))]
    return pd.DataFrame(
        {
            "g": g,
            "x": x,
            "z": x,
            "o": rng.choice([0.0, 10.0]) * rng.normal(size=n),
            "w": rng.integers(0, 3, n) if rng.random() < 0.3 else 1,
            "n": trials,
            "kind": rng.choice(list("pqr"), n),
            "count": counts[rng.integers(3)],
        }
    )


def outcome(model: type[sl.Model], data: pd.DataFrame) -> pd.DataFrame:
    if model in (Treated, Slopes):
        return data.assign(k=np.minimum(data["count"], 1))
    if model in (Trials, Spread):
        return data.assign(k=np.minimum(data["count"], data["n"]))
    return data.assign(k=data["count"] + 0.5 if model is Amounts else data["count"])


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_random_rows_end_in_an_estimate_or_in_words(model):
    for seed in range(3):
        rng = np.random.default_rng([seed, MODELS.index(model)])
        data = outcome(model, random_rows(rng))
        settings = {"priors": True} if rng.random() < 0.3 else {}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                fit = model.fit(data, "mle", progress=False, **settings)
                table = fit.summary()
                fit.effects("A")
            except (DataError, FitError):  # not InternalError, which is a bug
                continue
        assert np.isfinite(fit.log_likelihood), seed
        told = not fit.notes[0].startswith("converged")
        assert told or not (table["se"] > 1e6 * np.maximum(table["estimate"].abs(), 1)).any(), seed
