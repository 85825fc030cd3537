"""Maximum likelihood of censored and truncated outcomes: published figures, closed forms and SciPy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special, stats

import stanlevels as sl
from tests.literature.frames import frame


def lung():
    data = frame("survival", "cancer")
    return data.assign(known=np.where(data.status == 2, "none", "right"))


class Lung(sl.Model):
    """survreg(Surv(time, status) ~ sex, lung)."""

    shape = sl.Gamma(2, 1)
    a = sl.Normal(0, 10)
    b = sl.Normal(0, 1)
    time = sl.Weibull(shape, log=a + b * sl.data("sex"), observed=True, censored="known")


class Ovarian(sl.Model):
    """survreg(Surv(futime, fustat) ~ ecog.ps + rx, ovarian, dist = "exponential")."""

    a = sl.Normal(0, 10)
    ecog = sl.Normal(0, 5)
    rx = sl.Normal(0, 5)
    eta = a + ecog * sl.data("ecog.ps") + rx * sl.data("rx")
    futime = sl.Exponential(log=eta, observed=True, censored="fustat")


COLUMNS = ("age", "yearsmarried", "religiousness", "occupation", "rating")


class Affairs(sl.Model):
    """tobit(affairs ~ age + yearsmarried + religiousness + occupation + rating)."""

    X = sl.covariates(*COLUMNS)
    a = sl.Normal(0, 10)
    b = sl.Normal(0, 10, over=X)
    s = sl.HalfNormal(10)
    affairs = sl.Normal(a + b @ X, s, observed=True, censored="known")


def test_weibull_regression_has_the_figures_of_survreg():
    """survreg as the readme of R's survParamSim prints it: sex 0.395578, scale 0.755088, -1148.7 (and 0.1276
    in its summary).
    """
    fit = Lung.bind(lung()).fit(method="mle")
    table = fit.summary()
    np.testing.assert_allclose(table.loc["b", ["estimate", "se"]].astype(float), (0.3956, 0.1276), atol=1e-4)
    np.testing.assert_allclose(1 / table.loc["shape", "estimate"], 0.755, atol=5e-4)
    np.testing.assert_allclose(fit.log_likelihood, -1148.7, atol=0.05)


def test_exponential_regression_has_the_figures_of_survreg():
    """The example of ?survreg as summary prints it: 6.962 (1.322), -0.433 (0.587), 0.582 (0.587), -97.2."""
    data = frame("survival", "ovarian")
    fit = Ovarian.bind(data.assign(fustat=1 - data.fustat)).fit(method="mle")
    table = fit.summary().loc[["a", "ecog", "rx"], ["estimate", "se"]]
    expected = [[6.962, 1.322], [-0.433, 0.587], [0.582, 0.587]]
    np.testing.assert_allclose(table.astype(float), expected, atol=6e-4)
    np.testing.assert_allclose(fit.log_likelihood, -97.2, atol=0.05)


def test_tobit_regression_has_the_figures_of_aer():
    """Greene (2003), table 22.3, as tobit of AER and censReg print them with seven digits."""
    data = frame("AER", "Affairs")
    fit = Affairs.bind(data.assign(known=np.where(data.affairs == 0, "left", "none"))).fit(method="mle")
    table = fit.summary()
    found = table.loc[["a", *(f"b[{n}]" for n in COLUMNS)], ["estimate", "se"]].astype(float)
    expected = [
        *([8.17420, 2.74145], [-0.17933, 0.07909], [0.55414, 0.13452]),
        *([-1.68622, 0.40375], [0.32605, 0.25442], [-2.28497, 0.40783]),
    ]
    np.testing.assert_allclose(found, expected, rtol=2e-3)
    np.testing.assert_allclose(np.log(table.loc["s", "estimate"]), 2.10986, atol=1e-4)
    np.testing.assert_allclose(fit.log_likelihood, -705.6, atol=0.05)


WAITING = {
    "Gamma": (lambda eta, s, **k: sl.Gamma(log=eta, shape=s, **k), lambda m, s: stats.gamma(s, scale=m / s)),
    "LogNormal": (lambda eta, s, **k: sl.LogNormal(eta, s, **k), lambda m, s: stats.lognorm(s, scale=m)),
    "LogLogistic": (
        lambda eta, s, **k: sl.LogLogistic(log=eta, beta=s, **k),
        lambda m, s: stats.fisk(s, scale=m),
    ),
    "Gompertz": (
        lambda eta, s, **k: sl.Gompertz(log=eta, shape=s, **k),
        lambda m, s: stats.gompertz(m / s, scale=1 / s),
    ),
    "InverseGaussian": (
        lambda eta, s, **k: sl.InverseGaussian(log=eta, shape=s, **k),
        lambda m, s: stats.invgauss(m / s, scale=s),
    ),
    "Logistic": (lambda eta, s, **k: sl.Logistic(eta, s, **k), lambda m, s: stats.logistic(np.log(m), s)),
    "StudentT": (lambda eta, s, **k: sl.StudentT(4, eta, s, **k), lambda m, s: stats.t(4, np.log(m), s)),
}


@pytest.mark.parametrize("family", WAITING)
def test_intervals_and_either_side_have_the_maximum_that_scipy_finds(family):
    of, frozen = WAITING[family]

    class Model(sl.Model):
        a = sl.Normal(0, 3)
        b = sl.Normal(0, 3)
        s = sl.HalfNormal(2)
        y = of(a + b * sl.data("x"), s, observed=True, censored="known", until="end")

    rng = np.random.default_rng(8)
    x = rng.normal(size=120)
    y = np.asarray(frozen(np.exp(0.4 * x), 0.7).rvs(random_state=rng))
    known = rng.choice(["none", "right", "left", "interval"], size=120)
    end = np.where(known == "interval", y + rng.gamma(2, size=120), np.nan)
    fit = Model.bind(pd.DataFrame({"x": x, "y": y, "known": known, "end": end})).fit(method="mle")

    def loss(p):
        f = frozen(np.exp(p[0] + p[1] * x), np.exp(p[2]))
        between = np.log(np.maximum(f.cdf(np.where(known == "interval", end, np.inf)) - f.cdf(y), 1e-300))
        each = {"none": f.logpdf(y), "right": f.logsf(y), "left": f.logcdf(y), "interval": between}
        return -sum(np.sum(each[word][known == word]) for word in each)

    table = fit.summary()["estimate"]
    ours = np.array([table["a"], table["b"], np.log(table["s"])])
    np.testing.assert_allclose(-loss(ours), fit.log_likelihood, rtol=1e-9)
    best = optimize.minimize(loss, ours, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9})
    np.testing.assert_allclose(best.fun, loss(ours), atol=1e-6)


def test_counts_without_zeros_have_the_closed_form():
    """The mean of a Poisson variable above 0 is rate / (1 - exp(-rate)); at the maximum it is the data's."""

    class Above(sl.Model):
        a = sl.Normal(0, 5)
        y = sl.Poisson(log=a, lower=1, observed=True)

    y = np.array([1, 1, 2, 5, 3, 1, 2, 2, 4, 1])
    fit = Above.bind({"y": y}).fit(method="mle")
    rate = np.exp(float(fit.summary().loc["a", "estimate"]))
    np.testing.assert_allclose(rate / -np.expm1(-rate), y.mean(), rtol=1e-6)
    np.testing.assert_allclose(fit.predict()["estimate"], y.mean(), rtol=1e-6)


def test_overdispersed_counts_without_zeros_have_the_maximum_that_scipy_finds():
    class Above(sl.Model):
        a = sl.Normal(0, 5)
        shape = sl.Gamma(2, 1)
        y = sl.NegBinomial(log=a, shape=shape, lower=1, observed=True)

    y = stats.nbinom(1.2, 0.3).rvs(300, random_state=np.random.default_rng(2))
    y = y[y > 0]
    fit = Above.bind({"y": y}).fit(method="mle")

    def loss(p):
        f = stats.nbinom(np.exp(p[1]), np.exp(p[1]) / (np.exp(p[1]) + np.exp(p[0])))
        return -np.sum(f.logpmf(y) - f.logsf(0))

    found = optimize.minimize(loss, [1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    np.testing.assert_allclose(fit.log_likelihood, -found.fun, atol=1e-6)


def test_normal_frailty_has_the_likelihood_of_a_dense_quadrature():
    """Infections at the insertion of a catheter, two of each patient (McGilchrist and Aisbett 1991)."""

    class Kidney(sl.Model):
        patient = sl.Level("id")
        shape = sl.Gamma(2, 1)
        a = sl.Normal(0, 10)
        sex = sl.Normal(0, 2)
        s = sl.HalfNormal(1)
        u = sl.Normal(0, s, over=patient)
        time = sl.Weibull(shape, log=a + sex * sl.data("sex") + u, observed=True, censored="known")

    data = frame("survival", "kidney")
    data = data.assign(known=np.where(data.status == 1, "none", "right"))
    fit = Kidney.bind(data).fit(method="mle")
    at = fit.summary()["estimate"].astype(float)
    nodes, weights = special.roots_hermite(80)
    u = np.sqrt(2) * at["s"] * nodes
    f = stats.weibull_min(at["shape"], scale=np.exp(at["a"] + at["sex"] * data.sex.to_numpy()[:, None] + u))
    time = data.time.to_numpy()[:, None]
    rows = np.where(data.status.to_numpy()[:, None] == 1, f.logpdf(time), f.logsf(time))
    by_patient = pd.DataFrame(rows).groupby(data.id.to_numpy()).sum().to_numpy()
    exact = special.logsumexp(by_patient + np.log(weights / np.sqrt(np.pi)), axis=1).sum()
    np.testing.assert_allclose(fit.log_likelihood, exact, atol=0.2)
    assert 0.3 < at["s"] < 1.5


def test_outcomes_far_from_what_priors_say_are_refused_in_words():
    class Gompertz(sl.Model):
        a = sl.Normal(0, 10)
        time = sl.Gompertz(1.5, log=a, observed=True)

    with pytest.raises(sl.FitError, match="no value where the search begins"):
        Gompertz.bind(lung()).fit(method="mle")
