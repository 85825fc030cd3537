"""Intervals of parameters of generalised models."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl


class Spread(sl.Model):
    """logit(p) ~ 1 + (1 | g)."""

    g = sl.Level()
    a = sl.Normal()
    sd = sl.HalfNormal()
    A = sl.Normal(a, sd, over=g)
    y = sl.Bernoulli(logit=A, observed=True)


class LogSpread(sl.Model):
    """The same by the logarithm of the standard deviation."""

    g = sl.Level()
    a = sl.Normal()
    log_sd = sl.Normal()
    A = sl.Normal(a, sl.exp(log_sd), over=g)
    y = sl.Bernoulli(logit=A, observed=True)


def test_the_interval_of_a_log_standard_deviation_is_that_of_its_logarithm():
    r = np.random.default_rng(1)
    g = np.repeat(np.arange(60), 10)
    y = r.binomial(1, 1 / (1 + np.exp(-r.normal(0, 0.6, 60)[g])))
    data = pd.DataFrame({"y": y, "g": g})
    plain = Spread.fit(data, "mle").summary("sd").loc["sd"]
    logs = LogSpread.fit(data, "mle").summary("log_sd").loc["log_sd"]
    for number in ("estimate", "lower", "upper"):
        assert logs[number] == pytest.approx(np.log(plain[number]), abs=1e-4), number
