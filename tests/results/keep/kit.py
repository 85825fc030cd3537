"""Fits to save, and whether two fits say the same, to the last bit."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from stanlevels.graph import ROWS
from stanlevels.results.fit import Fit


class Apps(sl.Model):
    """Apps of publishers: effects that are integrated out, and a price of every app."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    mu = sl.Normal(0, 5)
    b = sl.Normal(0, 1)
    publisher_sd = sl.HalfNormal(1)
    app_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    P = sl.Normal(mu, publisher_sd, over=publisher)
    A = sl.Normal(P + b * sl.data("price"), app_sd, over=app)
    twice = 2 * A
    y = sl.Normal(A, noise, observed=True)


def apps(n: int = 200, seed: int = 0) -> pd.DataFrame:
    """Rows of 20 apps of 5 publishers."""
    rng = np.random.default_rng(seed)
    app = rng.integers(0, 20, n)
    return pd.DataFrame(
        {
            "publisher": [f"p{a % 5}" for a in app],
            "app": [f"a {a}" for a in app],
            "price": (app % 3) * 1.5,
            "y": rng.normal(size=n) + 0.3 * (app % 5),
        }
    )


def fitted(model: Any, data: Any, method: str = "nuts", **settings: Any) -> Any:
    """A fit, small and without a word."""
    few = {"draws": 60, "warmup": 60, "chains": 2, "seed": 3}
    if method == "nuts":
        settings = few | settings
    elif method == "laplace":
        settings = {"draws": 100, "seed": 3} | settings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        return model.fit(data, method, progress=False, **settings)


def same_tables(back: Any, fit: Any) -> None:
    """Assert that what is above the rows is equal to the last bit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        exactly(back.summary(), fit.summary())
        for name, line in fit.planned.lines.items():
            if line.domain and ROWS not in line.domain and not line.is_observed:
                exactly(_answer(back.effects, name), _answer(fit.effects, name))
        exactly(_answer(back.pooling), _answer(fit.pooling))
    assert (repr(back), back.notes, str(back.plan)) == (repr(fit), fit.notes, str(fit.plan))
    assert type(back) is type(fit)
    if isinstance(fit, Fit):
        assert str(back.diagnose()) == str(fit.diagnose())
        assert back.stan_code == fit.stan_code
        for name in fit.by_quantity.recorded:
            np.testing.assert_array_equal(back.by_quantity.value(name), fit.by_quantity.value(name))


def _answer(ask: Any, *args: Any) -> Any:
    """What is answered, or the complaint."""
    try:
        return ask(*args)
    except sl.FitError as error:
        return str(error)


def exactly(back: Any, found: Any) -> None:
    """Assert that two tables are the same."""
    if isinstance(found, pd.DataFrame):
        pd.testing.assert_frame_equal(back, found, check_exact=True)
    else:
        assert back == found
