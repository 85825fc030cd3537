"""Simulation-based calibration of lines whose units are correlated, with truths from dense covariances.

As in `test_sbc`: ranks of true values are uniform, to a false alarm rate of `ranks.FALSE_ALARMS`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.calibration.ranks import by_stan, not_uniform

LABELS = [f"s{k}" for k in range(6)]
A = pd.DataFrame(0.3 + 0.7 * np.eye(6), index=LABELS, columns=LABELS)
WEEKS = np.array([1.0, 2, 3, 5, 6, 9])


class Both(sl.Model):
    person, week, species = sl.Level(), sl.Level(), sl.Level()
    rho, swing, spread, step = sl.Beta(3, 2), sl.Gamma(4, 4), sl.Gamma(4, 4), sl.Gamma(4, 8)
    w = sl.AR1(rho, swing, over=(person, week))
    u = sl.Normal(0, spread, over=species, corr="A")
    walk = sl.RandomWalk(step, over=week)
    y = sl.Normal(w + u + walk, 0.5, observed=True)


ROWS = pd.DataFrame(
    [
        (p, w, LABELS[(3 * i + j) % 6])
        for i, p in enumerate("ab")
        for j, w in enumerate(WEEKS)
        for _ in range(2)
    ],
    columns=["person", "week", "species"],
)


def simulated(rng: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """True values and outcomes, by dense Cholesky factors."""
    rho, (swing, spread), step = rng.beta(3, 2), rng.gamma(4, 1 / 4, 2), rng.gamma(4, 1 / 8)
    process = np.linalg.cholesky(rho ** np.abs(np.subtract.outer(WEEKS, WEEKS)))
    w = swing * np.concatenate([process @ rng.normal(size=6) for _ in range(2)])
    u = spread * np.linalg.cholesky(A) @ rng.normal(size=6)
    walk = step * np.linalg.cholesky(np.minimum.outer(WEEKS, WEEKS)) @ rng.normal(size=6)
    truth = {"rho": rho, "swing": swing, "spread": spread, "step": step, "w": w, "u": u, "walk": walk}
    week = np.searchsorted(WEEKS, ROWS["week"])
    at = 6 * (ROWS["person"] == "b").to_numpy() + week
    species = np.searchsorted(LABELS, ROWS["species"])
    y = w[at] + u[species] + walk[week] + 0.5 * rng.normal(size=len(ROWS))
    return {name: np.asarray(value) for name, value in truth.items()}, y


@pytest.mark.slow
def test_true_values_rank_uniformly_among_draws() -> None:
    found = []
    for seed in range(40):
        truth, y = simulated(np.random.default_rng([20180418, seed]))
        drawn = by_stan(Both.bind(ROWS.assign(y=y), tables={"A": A}), seed, truth)
        found.append(
            {
                f"{name} {k}": int((drawn[name].reshape(len(drawn[name]), -1)[:, k] < value.ravel()[k]).sum())
                for name, value in truth.items()
                for k in {0, value.size - 1}
            }
        )
    wrong = not_uniform(pd.DataFrame(found))
    assert not wrong, f"ranks are not uniform: {wrong}"
