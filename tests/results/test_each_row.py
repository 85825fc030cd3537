"""Distributions that lean, circle, wait or have heavy tails, one by one: new units, leaving out, saving."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl

ROWS, GROUPS = 40, 5
RNG = np.random.default_rng(11)
DATA = pd.DataFrame(
    {
        "g": [f"g{k % GROUPS}" for k in range(ROWS)],
        "real": RNG.normal(size=ROWS),
        "positive": RNG.gamma(2, 1, ROWS) + 0.2,
        "angle": RNG.vonmises(0.5, 2, ROWS),
        "above": 1 + RNG.pareto(3, ROWS),
        "choice": RNG.integers(0, 2, ROWS),
        "count": RNG.poisson(2, ROWS),
        "amount": [RNG.gamma(2, 1, k).sum() for k in RNG.poisson(1.5, ROWS)],
    }
)
LINES: dict[str, Any] = {
    "SkewNormal": lambda u: sl.SkewNormal(u, observed="real"),
    "ExGaussian": lambda u: sl.ExGaussian(u, observed="real"),
    "AsymmetricLaplace": lambda u: sl.AsymmetricLaplace(u, quantile=0.7, observed="real"),
    "Gumbel": lambda u: sl.Gumbel(u, observed="real"),
    "VonMises": lambda u: sl.VonMises(tan_half=u, observed="angle"),
    "Pareto": lambda u: sl.Pareto(0.9, sl.exp(u), observed="above"),
    "GeneralizedPareto": lambda u: sl.GeneralizedPareto(0.9, sl.exp(u), observed="above"),
    "GeneralizedExtremeValue": lambda u: sl.GeneralizedExtremeValue(u, observed="real"),
    "Frechet": lambda u: sl.Frechet(log=u, observed="positive"),
    "InverseGaussian": lambda u: sl.InverseGaussian(log=u, observed="positive"),
    "LogLogistic": lambda u: sl.LogLogistic(log=u, observed="positive"),
    "Gompertz": lambda u: sl.Gompertz(log=u, observed="positive"),
    "ShiftedLogNormal": lambda u: sl.ShiftedLogNormal(u, observed="positive"),
    "Wiener": lambda u: sl.Wiener(u, observed=["positive", "choice"]),
    "Tweedie": lambda u: sl.Tweedie(log=u, observed="amount"),
    "ConwayMaxwellPoisson": lambda u: sl.ConwayMaxwellPoisson(log=u, observed="count"),
    "GeneralizedPoisson": lambda u: sl.GeneralizedPoisson(log=u, observed="count"),
}
NEW = pd.DataFrame({"g": ["g1", "never seen", None]})


@pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")  # few draws
@pytest.mark.filterwarnings("ignore:Estimated shape parameter")
@pytest.mark.parametrize("name", LINES)
def test_a_row_with_a_level_predicts_is_left_out_and_is_kept(name, tmp_path):
    g, mean, sd = sl.Level(), sl.Normal(0, 0.5), sl.HalfNormal(0.3)
    u = sl.Normal(mean, sd, over=g)
    model = sl.Model.define("M", {"g": g, "mean": mean, "sd": sd, "u": u, "y": LINES[name](u)})
    fit = model.fit(DATA, draws=25, warmup=60, chains=2, seed=1, progress=False)
    table = fit.predict(NEW)
    assert table["g_is"].tolist() == ["known", "new", "unknown"]
    draws = fit.posterior_predictive(NEW)
    assert np.isfinite(np.asarray(draws, dtype=float)).all()
    assert np.isfinite(fit.loo().elpd)
    fit.save(tmp_path / "fit.zip")
    pd.testing.assert_frame_equal(sl.load(tmp_path / "fit.zip").predict(NEW), table)
