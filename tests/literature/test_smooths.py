"""Smoothing splines of R's documentation, and motorcycle helmets."""

import numpy as np
import pytest
from scipy.optimize import brentq

import stanlevels as sl
from tests.literature.frames import frame


class Stopping(sl.Model):
    """dist ~ a smoothing spline of speed, on all its values."""

    S = sl.spline("speed", 19)
    a, slope, wiggle, noise = sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    w = sl.Normal(0, wiggle, over=S)
    dist = sl.Normal(a + slope * sl.data("speed") + w @ S, noise, observed=True)


class Helmets(sl.Model):
    """accel ~ s(times)."""

    S = sl.spline("times", 20)
    a, slope, wiggle, noise = sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    w = sl.Normal(0, wiggle, over=S)
    accel = sl.Normal(a + slope * sl.center("times") + w @ S, noise, observed=True)


def test_the_smoothing_spline_of_r_s_cars():
    # ?smooth.spline, smooth.spline(cars$speed, cars$dist): Df 2.635278, GCV 244.1044, penalised criterion
    # (residual sum of squares of the means at each speed) 4187.776
    cars = frame("datasets", "cars")
    size = np.square(Stopping.bind(cars).data.matrix(("<rows>",), "S")).sum(axis=0)

    def freedom(wiggle: float) -> float:
        return 2 + float(np.sum(size / (size + wiggle**-2)))

    wiggle = float(brentq(lambda s: freedom(s) - 2.635278, 1e-4, 1e2))
    fit = Stopping.fit(cars, "reml", roles={"wiggle": wiggle, "noise": 1.0, "w": "random"}, progress=False)
    found = cars.assign(fitted=fit.predict()["estimate"].to_numpy())
    residual = float(np.square(found["dist"] - found["fitted"]).sum())
    assert residual / 50 / (1 - 2.635278 / 50) ** 2 == pytest.approx(244.1044, rel=1e-5)
    by = found.groupby("speed").agg(n=("dist", "size"), mean=("dist", "mean"), fitted=("fitted", "first"))
    assert float((by["n"] * np.square(by["mean"] - by["fitted"])).sum()) == pytest.approx(4187.776, rel=1e-5)


def test_helmets_decelerate_once_and_swing_back():
    # Silverman (1985): flat until 14 ms, down to about -115 g at 20 ms, up again, over 0 at about 33 ms
    fit = Helmets.fit(frame("MASS", "mcycle"), "reml", progress=False)
    curve = fit.predict({"times": np.arange(3.0, 55.0)})["estimate"].to_numpy()
    assert 20 <= 3 + curve.argmin() <= 22
    assert -125 < curve.min() < -105
    assert 31 <= 3 + curve.argmax() <= 35
    assert 15 < curve.max() < 50
    assert np.abs(curve[:8]).max() < 15
