"""Apps in publishers, crossed with devices."""

import numpy as np
import pandas as pd

import stanlevels as sl


class Crashes(sl.Model):
    """y ~ 1 + (1 | publisher / app) + (1 | device), every prior left to its default."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    a = sl.Normal()
    publisher_sd = sl.HalfNormal()
    app_sd = sl.HalfNormal()
    device_sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    P = sl.Normal(a, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    y = sl.Normal(A + D, noise, observed=True)


def rows(n=2500, seed=1, device_sd=0.2):
    """Rows at random apps on random devices, with slopes of x by app."""
    r = np.random.default_rng(seed)
    app, device, x = r.integers(0, 200, n), r.integers(0, 50, n), r.normal(size=n)
    publisher = (app * 7) % 20
    effects = (0.4 * r.normal(size=20))[publisher] + (0.5 * r.normal(size=200))[app]
    effects = effects + (device_sd * r.normal(size=50))[device] + (0.3 * r.normal(size=200))[app] * x
    y = 1 + effects + r.normal(size=n)
    codes = {"publisher": publisher, "app": app, "device": device, "g": app, "h": device}
    return pd.DataFrame({**codes, "x": x, "y": y})
