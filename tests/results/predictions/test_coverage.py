"""Predictive intervals hold what they say they hold, in repeated data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.results.kit import fit_of

GROUPS, EACH, LEVEL = 6, 3, 0.9
PRIOR_SD, GROUP_SD, NOISE = 1.0, 0.7, 0.5


class Means(sl.Model):
    g = sl.Level()
    m = sl.Normal(0, PRIOR_SD)
    G = sl.Normal(m, GROUP_SD, over=g)
    y = sl.Normal(G, NOISE, observed=True)


def posterior(y: np.ndarray, rng: np.random.Generator, draws: int) -> np.ndarray:
    """Exact draws of (m, G_1, ..., G_J), by the normal equations."""
    prior = np.full((GROUPS + 1, GROUPS + 1), PRIOR_SD**2)
    prior[1:, 1:] += GROUP_SD**2 * np.eye(GROUPS)
    rows = np.repeat(np.eye(GROUPS + 1)[1:], EACH, axis=0)
    precision = np.linalg.inv(prior) + rows.T @ rows / NOISE**2
    mean = np.linalg.solve(precision, rows.T @ y / NOISE**2)
    root = np.linalg.cholesky(np.linalg.inv(precision))
    return mean + rng.normal(size=(draws, GROUPS + 1)) @ root.T


def test_intervals_of_exact_posteriors_cover_at_their_rate():
    """400 data sets from the prior; 90 % within 4.5 standard errors: a false alarm in 25,000 runs.

    For the mean of a known, a new and an unknown unit, and for outcomes of each.
    """
    rng, times, draws = np.random.default_rng(11), 400, 500
    labels = np.repeat([f"g{i}" for i in range(GROUPS)], EACH)
    new = {"g": ["g2", "new", None]}
    held = np.zeros((times, 2, 3), dtype=bool)
    for time in range(times):
        m = rng.normal(0, PRIOR_SD)
        G = rng.normal(m, GROUP_SD, GROUPS + 2)
        y = rng.normal(np.repeat(G[:GROUPS], EACH), NOISE)
        found = posterior(y, rng, draws)

        def drawn(name: str, shape: tuple[int, ...], found: np.ndarray = found) -> np.ndarray:
            return (found[:, 0] if name == "m" else found[:, 1:]).reshape(shape)

        fit = fit_of(Means, pd.DataFrame({"g": labels, "y": y}), drawn, chains=1, draws=draws)
        truth = G[[2, GROUPS, GROUPS + 1]]
        asked = {"level": LEVEL, "seed": time, "progress": False}
        for place, (table, true) in enumerate(
            [
                (fit.predict(new, **asked), truth),
                (fit.posterior_predictive(new, output="frame", **asked), rng.normal(truth, NOISE)),
            ]
        ):
            held[time, place] = (table["lower"] < true) & (true < table["upper"])
    assert np.abs(held.mean(axis=0) - LEVEL).max() < 4.5 * np.sqrt(LEVEL * (1 - LEVEL) / times)


@pytest.mark.slow
def test_intervals_of_maximum_likelihood_cover_nearly_at_their_rate():
    """60 data sets of 40 groups, all numbers estimated, 20 outcomes each of known and of new groups.

    The normal approximation and the bias of a maximum-likelihood variance (1/40) take up to 0.02 of the
    coverage; 4 standard errors over data sets besides: a false alarm in some 10,000 runs.
    """

    class Estimated(sl.Model):
        g = sl.Level()
        m, sd, noise = sl.Normal(0, 2), sl.HalfNormal(1), sl.HalfNormal(1)
        G = sl.Normal(m, sd, over=g)
        y = sl.Normal(G, noise, observed=True)

    rng, times, groups = np.random.default_rng(12), 60, 40
    labels = [f"g{i}" for i in range(groups)]
    new = {"g": [*labels[:20], *(f"new {i}" for i in range(20))]}
    held = np.zeros((times, 2))
    for time in range(times):
        G = rng.normal(1.0, GROUP_SD, groups + 20)
        data = pd.DataFrame({"g": np.repeat(labels, 5), "y": rng.normal(np.repeat(G[:groups], 5), NOISE)})
        fit = Estimated.fit(data, "mle", progress=False)
        table = fit.posterior_predictive(new, output="frame", level=LEVEL, seed=time, progress=False)
        true = rng.normal(G[[*range(20), *range(groups, groups + 20)]], NOISE)
        held[time] = (
            ((table["lower"] < true) & (true < table["upper"])).to_numpy().reshape(2, 20).mean(axis=1)
        )
    error = held.std(axis=0, ddof=1) / np.sqrt(times)
    assert (np.abs(held.mean(axis=0) - LEVEL) < 0.02 + 4 * error).all()
