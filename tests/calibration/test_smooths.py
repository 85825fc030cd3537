"""Simulation-based calibration of a curve: the standard deviations, and the curve at four places.

The ranks of what data were simulated with, among draws of the posterior, are uniform (Talts and others 2018).
False alarms: 7 quantities by the bound of `ranks.not_uniform`, 3e-5 together.
"""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.calibration.ranks import DRAWS, not_uniform

pytestmark = pytest.mark.slow

TIMES = 50
X = np.linspace(0, 1, 40) ** 1.5
PLACES = [0, 13, 26, 39]


class Curve(sl.Model):
    """A curve over 40 places."""

    S = sl.spline("x", 6)
    a, slope = sl.Normal(0, 1), sl.Normal(0, 1)
    wiggle, noise = sl.HalfNormal(1), sl.HalfNormal(0.5)
    w = sl.Normal(0, wiggle, over=S)
    mean = a + slope * sl.data("x") + w @ S
    y = sl.Normal(mean, noise, observed=True)


@pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
def test_true_curves_have_uniform_ranks():
    found = []
    for seed in range(TIMES):
        fake = Curve.simulate({"x": X}, seed=seed)
        fit = Curve.fit(fake, seed=seed, chains=1, warmup=300, draws=8 * DRAWS, progress=False)
        design = fit.bound.matrix(("<rows>",), "S")[PLACES]
        truth = {name: np.asarray(fake.truth[name]) for name in ("wiggle", "noise", "a", "slope", "w")}
        drawn = {name: fit.draws(name).to_numpy()[0, ::8] for name in truth}
        line = drawn["a"][:, None] + drawn["slope"][:, None] * X[PLACES] + drawn["w"] @ design.T
        at = truth["a"] + truth["slope"] * X[PLACES] + design @ truth["w"]
        ranks = {name: int((drawn[name] < truth[name]).sum()) for name in ("wiggle", "noise", "slope")}
        found.append({**ranks, **{str(k): int(n) for k, n in enumerate((line < at).sum(axis=0))}})
    assert not not_uniform(pd.DataFrame(found))
