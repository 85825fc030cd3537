"""Fits of which pages are made, each made once."""

import warnings

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl

ODD = "<script>alert(1)</script>"


class Apps(sl.Model):
    """Reliability of apps & their publishers, <b>by device</b>.

    A second paragraph.
    """

    publisher = sl.Level()
    app = sl.Level(within=publisher)

    overall = sl.Normal(0.9, 0.5)
    publisher_sd = sl.HalfNormal(0.5)
    app_sd = sl.HalfNormal(0.5)
    noise = sl.HalfNormal()

    P = sl.Normal(overall, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    reliability = sl.Normal(A, noise, observed=True)


def rows(apps: int = 30, seed: int = 1) -> pd.DataFrame:
    """Three rows of each app; one has a label that is HTML."""
    rng = np.random.default_rng(seed)
    app = np.repeat([ODD, *(f"app {k}" for k in range(2, apps + 1))], 3)
    publisher = np.array([f"publisher {k % 5}" for k in range(apps)]).repeat(3)
    values = 0.9 + rng.normal(0, 0.1, apps).repeat(3) + rng.normal(0, 0.05, 3 * apps)
    return pd.DataFrame({"app": app, "publisher": publisher, "reliability": values})


@pytest.fixture(scope="session")
def sampled():
    """By NUTS, shortly."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        return Apps.fit(rows(), seed=1, chains=2, warmup=200, draws=100, engine="stanli", progress=False)


@pytest.fixture(scope="session")
def estimated():
    """By maximum likelihood, with more apps than a page holds as HTML."""
    return Apps.fit(rows(6_000), "mle", progress=False)
