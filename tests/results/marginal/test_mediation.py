"""An outcome that another line uses: what stays where rows hold it, and what follows where they do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import FitError
from stanlevels.results.point_fit import PointFit

RNG = np.random.default_rng(4)
X = RNG.normal(size=150)
M = 0.5 + 0.6 * X + RNG.normal(size=150)
DATA = pd.DataFrame({"x": X, "m": M, "y": 1 + 0.4 * M + 0.3 * X + RNG.normal(size=150)})


class Mediated(sl.Model):
    a0, a, s = sl.Normal(), sl.Normal(), sl.HalfNormal()
    b0, b, c, t = sl.Normal(), sl.Normal(), sl.Normal(), sl.HalfNormal()
    m = sl.Normal(a0 + a * sl.data("x"), s, observed=True)
    y = sl.Normal(b0 + b * m + c * sl.data("x"), t, observed=True)
    indirect = a * b
    total = indirect + c


@pytest.fixture(scope="module")
def fit() -> PointFit:
    return Mediated.fit(DATA, "mle", progress=False)


def test_effects_are_those_of_two_regressions(fit):
    def least_squares(y: str, *names: str) -> np.ndarray:
        design = np.column_stack([np.ones(len(DATA)), *(DATA[name] for name in names)])
        return np.linalg.lstsq(design, DATA[y], rcond=None)[0]

    found = fit.summary()["estimate"]
    (_, a), (_, b, c) = least_squares("m", "x"), least_squares("y", "m", "x")
    np.testing.assert_allclose(found[["a", "b", "c"]], [a, b, c], rtol=1e-5)
    np.testing.assert_allclose(found["total"], least_squares("y", "x")[1], rtol=1e-5)


def test_a_change_stops_at_a_mediator_that_rows_hold_and_goes_through_one_that_they_lack(fit):
    found = fit.summary()["estimate"]
    direct = fit.comparisons("x", name="y")
    total = fit.comparisons("x", name="y", data=DATA[["x"]])
    assert direct["estimate"][0] == pytest.approx(found["c"])
    assert total["estimate"][0] == pytest.approx(found["total"])
    assert total["sd"][0] == pytest.approx(fit.summary()["sd"]["total"], rel=0.15)


def test_a_mediator_is_changed_as_a_covariate_is(fit):
    found = fit.comparisons({"m": [0, 2]}, name="y")
    assert found["estimate"][0] == pytest.approx(2 * fit.summary()["estimate"]["b"])
    assert fit.slopes("m", name="y")["estimate"][0] == pytest.approx(fit.summary()["estimate"]["b"])
    table = fit.predict(fit.grid(m=[0, 1]), name="y")
    assert np.diff(table["estimate"])[0] == pytest.approx(fit.summary()["estimate"]["b"])
    assert table["m"].tolist() == [0, 1]
    with pytest.raises(FitError, match="an outcome or its weights"):
        fit.comparisons("m", name="m")


def test_a_mediator_without_a_distance_from_its_mean_must_be_held():
    class Yes(sl.Model):
        a0, a, b0, b, c = (sl.Normal() for _ in range(5))
        t = sl.HalfNormal()
        m = sl.Bernoulli(logit=a0 + a * sl.data("x"), observed=True)
        y = sl.Normal(b0 + b * m + c * sl.data("x"), t, observed=True)

    data = DATA.assign(m=(DATA["m"] > 0.5).astype(int))
    fit = Yes.fit(data, "mle", progress=False)
    assert fit.comparisons("x", name="y")["estimate"][0] == pytest.approx(fit.summary()["estimate"]["c"])
    with pytest.raises(FitError, match="rows that hold 'm'"):
        fit.comparisons("x", name="y", data=data[["x"]])
