"""Linear models with many units, nested and crossed: memory, time that can be counted, and settings.

The cases: a bare MemoryError for a million rows of apps in publishers crossed with devices, and settings
of samplers that other methods took without a word.
"""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from stanlevels import FitError
from tests.estimation.point.lmm.crossed import Crashes

TRUTH = {"a": 1.0, "publisher_sd": 0.3, "app_sd": 0.5, "device_sd": 0.2, "noise": 1.0}


def crashes(rows, publishers, apps, devices):
    """Rows at random apps on random devices."""
    rng = np.random.default_rng(1)
    app, device = rng.integers(0, apps, rows), rng.integers(0, devices, rows)
    publisher = rng.integers(0, publishers, apps)[app]
    y = 1 + rng.normal(0, 0.3, publishers)[publisher] + rng.normal(0, 0.5, apps)[app]
    y += rng.normal(0, 0.2, devices)[device] + rng.normal(size=rows)
    return pd.DataFrame({"publisher": publisher, "app": app, "device": device, "y": y})


@pytest.mark.parametrize("method", ["mle", "reml"])
def test_apps_in_publishers_crossed_with_devices_need_no_dense_matrix_of_apps(method):
    """A dense matrix of 8,450 effects is 570 MB; estimates lie within 4 standard errors of the truth."""
    bound = Crashes.bind(crashes(40_000, 400, 8_000, 150))
    tracemalloc.start()
    fit = bound.fit(method, progress=False)
    table = fit.summary()
    fit.effects("A")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150e6
    assert fit.solution.optimum.evaluations <= 8
    for name, value in TRUTH.items():
        assert abs(table.loc[name, "estimate"] - value) < 4 * table.loc[name, "se"]


@pytest.mark.parametrize(
    ("method", "setting"),
    [
        ("mle", {"chains": 2}),
        ("mle", {"draws": 100}),
        ("reml", {"target_accept": 0.9}),
        ("em", {"seed": 1}),
        ("ols", {"engine": "stanli"}),
        ("laplace", {"chains": 2}),
        ("nuts", {"nAGQ": 5}),
        ("nuts", {"tolerance": 1e-3}),
    ],
)
def test_a_setting_of_another_method_is_refused(method, setting):
    (name,) = setting
    with pytest.raises(FitError, match=f"method='{method}' takes no {name}"):
        Crashes.fit(crashes(60, 3, 6, 4), method, progress=False, **setting)
