"""Models of every common kind with all priors left open, and data on scales that people have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from tests.spelling.kit import Written

N = 96


def rows(seed: int) -> pd.DataFrame:
    """Rows in rooms in schools, crossed with items, and covariates of every location and scale."""
    r = np.random.default_rng(seed)
    school, room = np.arange(N) % 8, np.arange(N) % 24
    return pd.DataFrame(
        {
            "school": [f"s{k}" for k in school],
            "room": [f"r{k}" for k in room],
            "item": [f"i{k}" for k in r.integers(6, size=N)],
            "size": np.round(r.uniform(200, 900, 8))[school],
            "seats": r.integers(15, 34, 24)[room],
            "x1": np.round(r.normal(300, 80, N), 1),
            "x2": np.round(r.normal(0.02, 0.004, N), 5),
            "z": np.round(r.normal(size=N), 3),
            "year": 2000 + r.integers(20, size=N),
            "pop": np.round(r.uniform(200, 9000, N)),
            "trials": r.integers(5, 30, N),
        }
    )


def scores(data: pd.DataFrame, seed: int) -> np.ndarray:
    """An outcome of mean about 500 and sd about 100 that follows everything a little."""
    r = np.random.default_rng(seed)
    school, room = r.normal(0, 25, 8), r.normal(0, 15, 24)
    fixed = 390 + 0.9 * data.x1 - 8000 * data.x2 + 0.03 * data["size"]
    return np.round(fixed + school[np.arange(N) % 8] + room[np.arange(N) % 24] + r.normal(0, 40, N), 1)


# Values about which the scores were made, and how far a point may lie from them.
FIXED, B1, B2 = (390.0, 30.0), (0.9, 0.1), (-8000.0, 900.0)
BASE = (230.0, 30.0)  # an intercept beside x1 alone
SD, NOISE, EFFECT = (30.0, 9.0), (50.0, 15.0), (0.0, 20.0)


def _written(data: pd.DataFrame, lines: dict[str, Any], **near: tuple[Any, Any]) -> Written:
    return Written(sl.Model.define("Hand", lines).graph(), data, near=near)


def regression() -> Written:
    data = rows(1)
    lines: dict[str, Any] = {"a": sl.Normal(), "b1": sl.Normal(), "b2": sl.Normal(), "noise": sl.HalfNormal()}
    a, b1, b2, noise = lines.values()
    lines["y"] = sl.Normal(a + b1 * sl.data("x1") + b2 * sl.data("x2"), noise, observed=True)
    return _written(data.assign(y=scores(data, 1)), lines, a=FIXED, b1=B1, b2=B2, noise=NOISE)


def coefficients() -> Written:
    data = rows(2)
    X = sl.covariates("x1", "x2", "z")
    a, b, noise = sl.Normal(), sl.Normal(over=X), sl.HalfNormal()
    y = sl.Normal(a + b @ X, noise, observed=True)
    about = (np.array([B1[0], B2[0], 0.0]), np.array([B1[1], B2[1], 5.0]))
    lines = {"X": X, "a": a, "b": b, "noise": noise, "y": y}
    return _written(data.assign(y=scores(data, 2)), lines, a=FIXED, b=about, noise=NOISE)


def random_intercepts() -> Written:
    data = rows(3)
    school = sl.Level()
    a, b, sd, noise = sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    A = sl.Normal(a, sd, over=school)
    y = sl.Normal(A + b * sl.data("x1"), noise, observed=True)
    lines = {"school": school, "a": a, "b": b, "sd": sd, "noise": noise, "A": A, "y": y}
    return _written(data.assign(y=scores(data, 3)), lines, a=BASE, A=BASE, b=B1, sd=SD, noise=NOISE)


def deviations() -> Written:
    data = rows(4)
    room = sl.Level()
    a, b1, b2, sd, noise = sl.Normal(), sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    u = sl.Normal(0, sd, over=room)
    y = sl.Normal(a + b1 * sl.data("x1") + b2 * sl.data("x2") + u, noise, observed=True)
    lines = {"room": room, "a": a, "b1": b1, "b2": b2, "sd": sd, "noise": noise, "u": u, "y": y}
    near = {"a": FIXED, "b1": B1, "b2": B2, "u": EFFECT, "sd": SD, "noise": NOISE}
    return _written(data.assign(y=scores(data, 4)), lines, **near)


def named_mean() -> Written:
    data = rows(5)
    school = sl.Level()
    a, b1, b2, sd, noise = sl.Normal(), sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    u = sl.Normal(0, sd, over=school)
    fixed = a + b1 * sl.data("x1") + b2 * sl.data("x2")
    mu = fixed + u
    y = sl.Normal(mu, noise, observed=True)
    lines = {"school": school, "a": a, "b1": b1, "b2": b2, "sd": sd, "noise": noise, "u": u}
    lines |= {"fixed": fixed, "mu": mu, "y": y}
    near = {"a": FIXED, "b1": B1, "b2": B2, "u": EFFECT, "sd": SD, "noise": NOISE}
    return _written(data.assign(y=scores(data, 5)), lines, **near)


def correlated_slopes() -> Written:
    data = rows(6)
    school = sl.Level()
    intercept, slope = sl.Normal(), sl.Normal()
    sd_intercept, sd_slope, noise = sl.HalfNormal(), sl.HalfNormal(), sl.HalfNormal()
    corr = sl.LKJCholesky(dim=2)
    B = sl.MultiNormal([intercept, slope], [sd_intercept, sd_slope], corr, over=school)
    y = sl.Normal(B[0] + B[1] * sl.data("x1"), noise, observed=True)
    lines = {"school": school, "intercept": intercept, "slope": slope, "sd_intercept": sd_intercept}
    lines |= {"sd_slope": sd_slope, "noise": noise, "corr": corr, "B": B, "y": y}
    near = {"intercept": BASE, "slope": B1, "sd_intercept": SD, "sd_slope": (0.1, 0.03), "noise": NOISE}
    about = (np.array([BASE[0], B1[0]]), np.array([BASE[1], B1[1]]))
    return _written(data.assign(y=scores(data, 6)), lines, **near, B=about)


def _slopes_of_two_parts(seed: int, *, together: bool) -> Written:
    data = rows(seed)
    school = sl.Level()
    intercept, slope = sl.Normal(), sl.Normal()
    sd_intercept, sd_slope, noise = sl.HalfNormal(), sl.HalfNormal(), sl.HalfNormal()
    A = sl.Normal(intercept, sd_intercept, over=school)
    dev = sl.Normal(0, sd_slope, over=school)
    x = sl.data("x1")
    y = sl.Normal(A + ((slope + dev) * x if together else slope * x + dev * x), noise, observed=True)
    lines = {"school": school, "intercept": intercept, "slope": slope, "sd_intercept": sd_intercept}
    lines |= {"sd_slope": sd_slope, "noise": noise, "A": A, "dev": dev, "y": y}
    near = {"intercept": BASE, "A": BASE, "slope": B1, "dev": (0.0, 0.1)}
    near |= {"sd_intercept": SD, "sd_slope": (0.1, 0.03), "noise": NOISE}
    return _written(data.assign(y=scores(data, seed)), lines, **near)


def slopes_around_a_common_one() -> Written:
    return _slopes_of_two_parts(7, together=False)


def one_slope_of_two_parts() -> Written:
    return _slopes_of_two_parts(8, together=True)


def nested_levels() -> Written:
    data = rows(9)
    school = sl.Level()
    room = sl.Level(within=school)
    a, b, g, h = sl.Normal(), sl.Normal(), sl.Normal(), sl.Normal()
    school_sd, room_sd, noise = sl.HalfNormal(), sl.HalfNormal(), sl.HalfNormal()
    S = sl.Normal(a + g * sl.data("size"), school_sd, over=school)
    R = sl.Normal(S + h * sl.data("seats"), room_sd, over=room)
    y = sl.Normal(R + b * sl.data("x1"), noise, observed=True)
    lines = {"school": school, "room": room, "a": a, "b": b, "g": g, "h": h, "school_sd": school_sd}
    lines |= {"room_sd": room_sd, "noise": noise, "S": S, "R": R, "y": y}
    near = {"a": BASE, "S": BASE, "R": BASE, "b": B1, "g": (0.03, 0.01), "h": (0.0, 1.0)}
    near |= {"school_sd": SD, "room_sd": SD, "noise": NOISE}
    return _written(data.assign(y=scores(data, 9)), lines, **near)


def crossed_levels() -> Written:
    data = rows(10)
    room, item = sl.Level(), sl.Level()
    a, b = sl.Normal(), sl.Normal()
    room_sd, item_sd, noise = sl.HalfNormal(), sl.HalfNormal(), sl.HalfNormal()
    R = sl.Normal(0, room_sd, over=room)
    D = sl.Normal(0, item_sd, over=item)
    y = sl.Normal(a + R + D + b * sl.data("x2"), noise, observed=True)
    lines = {"room": room, "item": item, "a": a, "b": b, "room_sd": room_sd, "item_sd": item_sd}
    lines |= {"noise": noise, "R": R, "D": D, "y": y}
    near = {"a": (660.0, 30.0), "b": B2, "R": EFFECT, "D": EFFECT}
    near |= {"room_sd": SD, "item_sd": SD, "noise": (90.0, 20.0)}
    return _written(data.assign(y=scores(data, 10)), lines, **near)


def counts_with_an_offset() -> Written:
    data = rows(11)
    r = np.random.default_rng(11)
    school = sl.Level()
    a, b, sd = sl.Normal(), sl.Normal(), sl.HalfNormal()
    A = sl.Normal(0, sd, over=school)
    k = sl.Poisson(log=a + A + b * sl.data("year") + sl.log(sl.data("pop")), observed=True)
    rate = data["pop"] * np.exp(0.03 * data.year - 66.3 + r.normal(0, 0.3, 8)[np.arange(N) % 8])
    lines = {"school": school, "a": a, "b": b, "sd": sd, "A": A, "k": k}
    near = {"a": (-66.3, 0.2), "b": (0.03, 1e-4), "A": (0.0, 0.4), "sd": (0.3, 0.1)}
    return _written(data.assign(k=r.poisson(rate)), lines, **near)


def yes_or_no() -> Written:
    data = rows(12)
    r = np.random.default_rng(12)
    room = sl.Level()
    a, b1, b2, sd = sl.Normal(), sl.Normal(), sl.Normal(), sl.HalfNormal()
    u = sl.Normal(0, sd, over=room)
    k = sl.Bernoulli(logit=a + b1 * sl.data("x1") + b2 * sl.data("x2") + u, observed=True)
    eta = 0.02 * data.x1 - 6 + r.normal(0, 0.7, 24)[np.arange(N) % 24]
    yes = (r.uniform(size=N) < 1 / (1 + np.exp(-eta))).astype(int)
    lines = {"room": room, "a": a, "b1": b1, "b2": b2, "sd": sd, "u": u, "k": k}
    near = {"a": (-6.0, 0.5), "b1": (0.02, 0.003), "b2": (0.0, 20.0), "u": (0.0, 0.7), "sd": (0.7, 0.2)}
    return _written(data.assign(k=yes), lines, **near)


def successes() -> Written:
    data = rows(13)
    r = np.random.default_rng(13)
    X = sl.covariates("x1", "z")
    a, b = sl.Normal(), sl.Normal(over=X)
    k = sl.Binomial(sl.data("trials"), logit=a + b @ X, observed=True)
    share = 1 / (1 + np.exp(4 - 0.01 * data.x1))
    about = (np.array([0.01, 0.0]), np.array([0.001, 0.3]))
    lines = {"X": X, "a": a, "b": b, "k": k}
    return _written(data.assign(k=r.binomial(data.trials, share)), lines, a=(-4.0, 0.3), b=about)


def overdispersed_counts() -> Written:
    data = rows(14)
    r = np.random.default_rng(14)
    a, b1, b2, shape = sl.Normal(), sl.Normal(), sl.Normal(), sl.Gamma(2, 0.1)
    eta = a + b1 * sl.data("x1") + b2 * sl.data("z")
    k = sl.NegBinomial(log=eta, shape=shape, observed=True)
    mean = np.exp(0.005 * data.x1 - 0.5) * r.gamma(3, 1 / 3, N)
    lines = {"a": a, "b1": b1, "b2": b2, "shape": shape, "k": k}
    near = {"a": (-0.5, 0.3), "b1": (0.005, 0.001), "b2": (0.0, 0.2), "shape": (3.0, 1.0)}
    return _written(data.assign(k=r.poisson(mean)), lines, **near)


def modelled_noise() -> Written:
    data = rows(15)
    r = np.random.default_rng(15)
    a, b, g0, g1 = sl.Normal(), sl.Normal(), sl.Normal(), sl.Normal()
    y = sl.Normal(a + b * sl.data("x1"), sl.exp(g0 + g1 * sl.data("x2")), observed=True)
    noise = np.exp(2 + 50 * data.x2) * r.normal(size=N)
    values = np.round(350 + 0.5 * data.x1 + noise, 1)
    lines = {"a": a, "b": b, "g0": g0, "g1": g1, "y": y}
    near = {"a": (350.0, 20.0), "b": (0.5, 0.05), "g0": (2.0, 0.3), "g1": (50.0, 9.0)}
    return _written(data.assign(y=values), lines, **near)


def several_outcomes() -> Written:
    data = rows(16)
    r = np.random.default_rng(16)
    school = sl.Level()
    a1, b1, a2, b2 = (sl.Normal() for _ in range(4))
    sd, s1, s2 = (sl.HalfNormal() for _ in range(3))
    u = sl.Normal(0, sd, over=school)
    y1 = sl.Normal(a1 + b1 * sl.data("x1") + u, s1, observed=True)
    y2 = sl.Normal(a2 + b2 * sl.data("z"), s2, observed=True)
    lines = {"school": school, "a1": a1, "b1": b1, "a2": a2, "b2": b2, "sd": sd, "s1": s1, "s2": s2}
    lines |= {"u": u, "y1": y1, "y2": y2}
    near = {"a1": BASE, "b1": B1, "u": EFFECT, "sd": SD, "s1": NOISE}
    near |= {"a2": (3.0, 0.1), "b2": (0.1, 0.02), "s2": (0.1, 0.02)}
    second = np.round(3 + 0.1 * data.z + r.normal(0, 0.1, N), 3)
    return _written(data.assign(y1=scores(data, 16), y2=second), lines, **near)


def outcomes_together() -> Written:
    data = rows(17)
    r = np.random.default_rng(17)
    a1, b1, a2, b2 = (sl.Normal() for _ in range(4))
    s1, s2 = sl.HalfNormal(), sl.HalfNormal()
    corr = sl.LKJCholesky(dim=2)
    means = [a1 + b1 * sl.data("x1"), a2 + b2 * sl.data("x1")]
    pair = sl.MultiNormal(means, [s1, s2], corr, observed=["y1", "y2"])
    lines = {"a1": a1, "b1": b1, "a2": a2, "b2": b2, "s1": s1, "s2": s2, "corr": corr, "pair": pair}
    near = {"a1": BASE, "b1": B1, "s1": NOISE}
    near |= {"a2": (2.4, 0.1), "b2": (0.002, 2e-4), "s2": (0.4, 0.1)}
    second = np.round(2.4 + 0.002 * data.x1 + r.normal(0, 0.4, N), 3)
    return _written(data.assign(y1=scores(data, 17), y2=second), lines, **near)


def ordered_answers() -> Written:
    data = rows(18)
    r = np.random.default_rng(18)
    threshold = sl.Index(["low|mid", "mid|high"])
    b1, b2 = sl.Normal(), sl.Normal()
    cut = sl.Normal(over=threshold, ordered=True)
    answer = sl.OrderedLogistic(b1 * sl.data("x1") + b2 * sl.data("z"), cut, observed=True)
    latent = 0.02 * data.x1 + 0.5 * data.z + r.logistic(size=N)
    lines = {"threshold": threshold, "b1": b1, "b2": b2, "cut": cut, "answer": answer}
    about = (np.array([5.0, 7.0]), np.array([0.5, 0.5]))
    near = {"b1": (0.02, 0.002), "b2": (0.5, 0.2), "cut": about}
    return _written(data.assign(answer=1 + np.digitize(latent, [5, 7])), lines, **near)


MODELS: tuple[Callable[[], Written], ...] = (
    regression,
    coefficients,
    random_intercepts,
    deviations,
    named_mean,
    correlated_slopes,
    slopes_around_a_common_one,
    one_slope_of_two_parts,
    nested_levels,
    crossed_levels,
    counts_with_an_offset,
    yes_or_no,
    successes,
    overdispersed_counts,
    modelled_noise,
    several_outcomes,
    outcomes_together,
    ordered_answers,
)
