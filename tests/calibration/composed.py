"""Models of distributions made of others, of limits, steps and response times, with data by hand in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

import stanlevels as sl

__all__ = [
    "Base",
    "Kinds",
    "Limits",
    "Simulated",
    "Steps",
    "Times",
    "Zeros",
    "arrays",
    "base",
    "kinds",
    "limits",
    "limits_score",
    "steps",
    "times",
    "zeros",
]

Simulated = tuple[dict[str, np.ndarray], dict[str, Any]]
LATEST, EARLIEST = 2.0, 0.4


class Base(sl.Model):
    unit = sl.Level()
    mean, slope, spread = sl.Normal(0, 0.5), sl.Normal(0, 0.5), sl.Gamma(4, 8)
    U = sl.Normal(mean, spread, over=unit)
    eta = U + slope * sl.data("x")


class Zeros(Base):
    zero, odds, noise = sl.Beta(2, 4), sl.Normal(0, 1), sl.Gamma(4, 8)
    count = sl.ZeroInflated(sl.Poisson(log=Base.eta), zero, observed=True)
    amount = sl.Hurdle(sl.LogNormal(Base.U, noise), logit=odds + Base.U, observed=True)


class Kinds(Base):
    gap, odds = sl.Gamma(8, 2), sl.Normal(0, 1)
    y = sl.Mixture(
        [sl.Normal(Base.eta, 0.5), sl.Normal(Base.U + gap, 1)], logit=[0, odds + sl.data("x")], observed=True
    )


class Limits(Base):
    noise = sl.Gamma(4, 8)
    time = sl.LogNormal(Base.eta, noise, observed=True, censored="status")
    kept = sl.Poisson(log=Base.U, observed=True, lower=1)


class Steps(Base):
    first, second = sl.Normal(-1, 0.5), sl.Normal(0, 0.5)
    answer = sl.StoppingRatio(Base.eta, [first, second], observed=True)


class Times(Base):
    apart = sl.Gamma(20, 10)
    rt = sl.Wiener(Base.eta, apart, delay=0.1, bias=0.5, observed=True)


def base(rng: np.random.Generator, design: pd.DataFrame) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
    """Truth, the effects of rows, and predictors."""
    units, at = np.unique(design["unit"], return_inverse=True)
    truth: dict[str, Any] = {
        "mean": rng.normal(0, 0.5),
        "slope": rng.normal(0, 0.5),
        "spread": rng.gamma(4, 1 / 8),
    }
    truth["U"] = rng.normal(truth["mean"], truth["spread"], len(units))
    effect = truth["U"][at]
    return truth, effect, effect + truth["slope"] * design["x"].to_numpy()


def arrays(truth: dict[str, Any], columns: dict[str, Any]) -> Simulated:
    return {name: np.asarray(value) for name, value in truth.items()}, columns


def zeros(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    truth, effect, eta = base(rng, design)
    truth |= {"zero": rng.beta(2, 4), "odds": rng.normal(), "noise": rng.gamma(4, 1 / 8)}
    count = np.where(rng.random(len(eta)) < truth["zero"], 0, rng.poisson(np.exp(eta)))
    none = rng.random(len(eta)) < special.expit(truth["odds"] + effect)
    amount = np.where(none, 0.0, rng.lognormal(effect, truth["noise"]))
    return arrays(truth, {"count": count, "amount": amount})


def kinds(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    truth, effect, eta = base(rng, design)
    truth |= {"gap": rng.gamma(8, 1 / 2), "odds": rng.normal()}
    second = rng.random(len(eta)) < special.expit(truth["odds"] + design["x"].to_numpy())
    y = np.where(second, rng.normal(effect + truth["gap"], 1), rng.normal(eta, 0.5))
    return arrays(truth, {"y": y})


def limits(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    truth, effect, eta = base(rng, design)
    truth |= {"noise": rng.gamma(4, 1 / 8)}
    time = rng.lognormal(eta, truth["noise"])
    status = np.select([time > LATEST, time < EARLIEST], ["right", "left"], "none")
    kept = rng.poisson(np.exp(effect))
    while (kept < 1).any():
        kept = np.where(kept < 1, rng.poisson(np.exp(effect)), kept)
    return arrays(truth, {"time": np.clip(time, EARLIEST, LATEST), "status": status, "kept": kept})


def limits_score(values: dict[str, np.ndarray], data: pd.DataFrame) -> float:
    """The log likelihood, by SciPy."""
    _, at = np.unique(data["unit"], return_inverse=True)
    effect = np.asarray(values["U"]).ravel()[at]
    z = (np.log(data["time"]) - effect - values["slope"] * data["x"]) / values["noise"]
    density = stats.norm.logpdf(z) - np.log(values["noise"]) - np.log(data["time"])
    known = [data["status"] == "right", data["status"] == "left"]
    time = np.select(known, [stats.norm.logsf(z), stats.norm.logcdf(z)], density)
    rate = np.exp(effect)
    kept = stats.poisson.logpmf(data["kept"], rate) - np.log(-np.expm1(-rate))
    return float(np.sum(time) + np.sum(kept))


def steps(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    truth, _, eta = base(rng, design)
    truth |= {"first": rng.normal(-1, 0.5), "second": rng.normal(0, 0.5)}
    stays = [rng.random(len(eta)) < special.expit(truth[name] - eta) for name in ("first", "second")]
    codes = np.select(stays, [0, 1], 2)
    return arrays(truth, {"answer": pd.Categorical.from_codes(codes, [1, 2, 3], ordered=True)})


def times(rng: np.random.Generator, design: pd.DataFrame) -> Simulated:
    truth, _, eta = base(rng, design)
    truth |= {"apart": rng.gamma(20, 1 / 10)}
    return arrays(truth, {"rt": _passages(rng, truth["apart"], eta)})


def _passages(rng: np.random.Generator, apart: float, drift: np.ndarray) -> np.ndarray:
    """When a diffusion between 0 and `apart` leaves, signed by where; begun halfway, after 0.1.

    Exactly: what it drifts decides the end, and given the end times are those without drift, tilted by
    exp(-drift^2 t / 2), which a draw is taken with.
    """
    found = np.zeros(len(drift))
    for place in range(len(drift)):
        while True:
            time = _exit(rng) * (apart / 2) ** 2
            if rng.random() < np.exp(-0.5 * drift[place] ** 2 * time):
                break
        up = rng.random() < special.expit(apart * drift[place])
        found[place] = (0.1 + time) * (1 if up else -1)
    return found


def _exit(rng: np.random.Generator) -> float:
    """When Brownian motion leaves (-1, 1): the root of its distribution function, as a series."""
    share = rng.random()

    def beyond(t: float) -> float:
        if t < 0.3:  # few reflections, of which each is a tail of the normal distribution
            k = np.arange(12)
            return 1 - 4 * float(np.sum((-1.0) ** k * stats.norm.sf((2 * k + 1) / np.sqrt(t))))
        k = np.arange(40)
        odd = 2 * k + 1
        return float(np.sum(4 / np.pi * (-1.0) ** k / odd * np.exp(-(odd**2) * np.pi**2 * t / 8)))

    return float(optimize.brentq(lambda t: beyond(t) - share, 1e-3, 60))
