"""Maximum likelihood of models with a 0/1 outcome that is summed out, against the likelihood by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

import stanlevels as sl


class Cats(sl.Model):
    """Fewer notes where there is a cat; nobody looked for one at some houses."""

    a, b, share = sl.Normal(0, 1), sl.Normal(0, 0.5), sl.Beta(2, 2)
    cat = sl.Bernoulli(share, observed=True, missing="model")
    notes = sl.Poisson(log=a + b * cat, observed=True)


@pytest.mark.parametrize("seed", [3, 9])  # with the second, a slope that is 0 is so only up to rounding
def test_the_maximum_is_that_of_the_mixture_by_hand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cat = rng.binomial(1, 0.5, 100)
    looked = rng.random(100) >= 0.2
    notes = rng.poisson(np.exp(1.6 - 0.9 * cat))

    def loss(x: np.ndarray) -> float:
        share, a, b = 1 / (1 + np.exp(-x[0])), x[1], x[2]
        each = [p * stats.poisson.pmf(notes, np.exp(a + b * k)) for k, p in enumerate([1 - share, share])]
        known = np.where(cat == 1, each[1], each[0])
        return float(-np.log(np.where(looked, known, each[0] + each[1])).sum())

    best = optimize.minimize(loss, [0.0, 1.0, -0.5], tol=1e-12).x
    data = pd.DataFrame({"cat": np.where(looked, cat, np.nan), "notes": notes})
    found = Cats.fit(data, "mle", progress=False).summary()["estimate"]
    by_hand = [1 / (1 + np.exp(-best[0])), best[1], best[2]]
    assert [found["share"], found["a"], found["b"]] == pytest.approx(by_hand, abs=1e-5)
