"""Models whose data are drawn."""

import numpy as np
import pandas as pd

import stanlevels as sl

APPS = pd.DataFrame({"publisher": ["a", "a", "b", "b"] * 5, "app": ["x", "y", "x", "z"] * 5})
APPS["x"] = np.linspace(-1, 1, 20)


class Crashes(sl.Model):
    """Apps in publishers."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    mu = sl.Normal(0.9, 0.5)
    publisher_sd, app_sd, noise = sl.HalfNormal(0.5), sl.HalfNormal(0.5), sl.HalfNormal(0.5)
    b = sl.Normal(0, 1)
    twice = 2 * mu
    P = sl.Normal(mu, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    y = sl.Normal(A + b * sl.data("x"), noise, observed=True)


class Kinds(sl.Model):
    """An outcome of every kind."""

    g = sl.Level()
    kind = sl.Index(["red", "green", "blue"])
    a = sl.Normal(0, 1)
    G = sl.Normal(a, 0.5, over=g)
    c = sl.Normal(0, 1, over=kind)
    cut = sl.Normal(0, 2, over=sl.Index(2), ordered=True)
    share = sl.Beta(2, 2)
    flag = sl.Bernoulli(logit=G, observed=True)
    hits = sl.Binomial(trials=sl.data("n"), logit=G, observed=True)
    many = sl.Poisson(log=G, observed=True)
    spread_out = sl.NegBinomial(log=G, shape=2, observed=True)
    part = sl.Beta(mean=share, concentration=5, observed=True)
    wait = sl.Gamma(log=G, shape=3, observed=True)
    size = sl.LogNormal(G, 0.3, observed=True)
    colour = sl.Categorical(logit=c, observed=True)
    grade = sl.OrderedLogistic(G, cut, observed=True)


ROWS = pd.DataFrame({"g": list("aabbcc") * 3, "n": [0, 3, 5] * 6})


class Open(sl.Model):
    """Priors that take their scale from the outcome."""

    g = sl.Level()
    a, b, sd, noise = sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    G = sl.Normal(a, sd, over=g)
    y = sl.Normal(G + b * sl.data("x"), noise, observed=True)


OPEN = {"g": list("aabbcc"), "x": [1.0, 2, 3, 4, 5, 6]}
