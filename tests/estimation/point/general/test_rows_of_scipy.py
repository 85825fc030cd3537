"""Maximum likelihood of distributions that lean, circle, wait or have heavy tails: SciPy's maxima."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import stanlevels as sl

N = 400


def maximum(log_density: Callable[..., Any], *start: float) -> Any:
    found = optimize.minimize(
        lambda x: -np.sum(log_density(*x)),
        start,
        method="Nelder-Mead",
        options={"maxiter": 5000, "maxfev": 5000, "xatol": 1e-7, "fatol": 1e-9},
    )
    return found.x


CASES: dict[str, tuple[Any, Any, Callable[[Any], Any]]] = {
    "skew to the right": (
        lambda: sl.SkewNormal(observed="y"),
        stats.skewnorm(3, 1, 2),
        lambda y: maximum(lambda m, s, a: stats.skewnorm.logpdf(y, a, m, s), 1, 2, 3),
    ),
    "skew to the left": (
        lambda: sl.SkewNormal(observed="y"),
        stats.skewnorm(-3, 1, 2),
        lambda y: maximum(lambda m, s, a: stats.skewnorm.logpdf(y, a, m, s), 1, 2, -3),
    ),
    "ex-Gaussian": (
        lambda: sl.ExGaussian(observed="y"),
        stats.exponnorm(2, 1, 0.3),
        lambda y: maximum(lambda m, s, t: stats.exponnorm.logpdf(y, t / s, m, s), 1, 0.3, 0.6),
    ),
    "Gumbel": (lambda: sl.Gumbel(observed="y"), stats.gumbel_r(1, 2), stats.gumbel_r.fit),
    "inverse Gaussian": (
        lambda: sl.InverseGaussian(observed="y"),
        stats.invgauss(0.5, scale=2),
        lambda y: maximum(lambda m, s: stats.invgauss.logpdf(y, m / s, scale=s), 1, 2),
    ),
    "Gompertz": (
        lambda: sl.Gompertz(observed="y"),
        stats.gompertz(0.5, scale=2),
        lambda y: maximum(lambda g, r: stats.gompertz.logpdf(y, r / g, scale=1 / g), 0.5, 0.25),
    ),
    "von Mises": (
        lambda: sl.VonMises(observed="y"),
        stats.vonmises(2, loc=0.5),
        lambda y: stats.vonmises.fit(y, fscale=1)[1::-1],
    ),
    "Pareto": (lambda: sl.Pareto(1, observed="y"), stats.pareto(2.5), lambda y: [1 / np.log(y).mean()]),
    "generalised Pareto": (
        lambda: sl.GeneralizedPareto(1, observed="y"),
        stats.genpareto(-0.2, 1, 2),
        lambda y: maximum(lambda s, x: stats.genpareto.logpdf(y, x, 1, s), 2, -0.2),
    ),
    "generalised extreme values": (
        lambda: sl.GeneralizedExtremeValue(observed="y"),
        stats.genextreme(-0.2, 1, 2),
        lambda y: maximum(lambda m, s, x: stats.genextreme.logpdf(y, -x, m, s), 1, 2, 0.2),
    ),
    "Fréchet": (
        lambda: sl.Frechet(observed="y"),
        stats.invweibull(2.5, scale=1.5),
        lambda y: maximum(lambda a, s: stats.invweibull.logpdf(y, a, scale=s), 2.5, 1.5),
    ),
    "shifted log-normal": (
        lambda: sl.ShiftedLogNormal(observed="y"),
        stats.lognorm(0.6, loc=0.3, scale=0.5),
        lambda y: maximum(lambda m, s, d: stats.lognorm.logpdf(y, s, d, np.exp(m)), -0.7, 0.6, 0.3),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_maximum_is_that_of_scipy(name):
    line, truth, expected = CASES[name]
    y = truth.rvs(N, random_state=np.random.default_rng(9))
    if name == "von Mises":
        y = np.angle(np.exp(1j * y))
    estimate = (
        sl.Model.define("M", {"out": line()}).fit({"y": y}, "mle", progress=False).summary()["estimate"]
    )
    np.testing.assert_allclose(estimate.to_numpy(), expected(y), rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize(
    "name", ["Gompertz", "shifted log-normal", "inverse Gaussian", "ex-Gaussian", "Gumbel", "Fréchet"]
)
def test_default_priors_follow_the_unit_of_the_outcome(name):
    line, truth, _ = CASES[name]
    y = truth.rvs(N, random_state=np.random.default_rng(9))

    def numbers(factor: float) -> dict[str, list[float]]:
        priors = sl.Model.define("M", {"out": line()}).bind({"y": y * factor}).planned.lines
        return {n: [v for t in p.args.values() for v in getattr(t, "values", ())] for n, p in priors.items()}

    small, large = numbers(1.0), numbers(1024.0)
    for quantity, values in small.items():
        for a, b in zip(values, large[quantity], strict=True):
            ratio = 1.0 if a == b else b / a
            moved = (
                abs(b - a - np.log(1024)) < 1e-6
                or min(abs(ratio / r - 1) for r in (1, 1024, 1 / 1024)) < 1e-6
            )
            assert moved, f"{quantity}: {a} became {b}"


def test_choices_and_times_give_the_same_in_seconds_and_milliseconds():
    class Choice(sl.Model):
        answer = sl.Wiener(observed="y")

    rng = np.random.default_rng(2)
    given = {"answer_drift": 1.0, "answer_boundary": 1.5, "answer_delay": 0.2, "answer_bias": 0.5}
    y = Choice.simulate({"y": np.where(rng.random(250) < 0.5, 1.0, -1.0)}, values=given, seed=3)[
        "y"
    ].to_numpy()
    one, other = (
        Choice.fit({"y": y * unit}, "mle", progress=False).summary()["estimate"] for unit in (1.0, 1000.0)
    )
    units = np.array([1000**-0.5, 1000**0.5, 1000, 1])
    np.testing.assert_allclose(other.to_numpy(), one.to_numpy() * units, rtol=2e-3)
    assert one["answer_drift"] == pytest.approx(1.0, abs=0.4)  # four standard errors


def test_light_tails_have_endless_degrees_of_freedom_and_a_mean():
    """The maximum is that of the normal distribution, of which rounding makes no other."""

    class Light(sl.Model):
        b, nu, s = sl.Normal(), sl.Gamma(2, 0.1), sl.HalfNormal()
        y = sl.StudentT(nu, b, s, observed=True)

    rng = np.random.default_rng(5)
    x = rng.normal(size=60)
    y = x + np.random.default_rng(1).normal(size=60)
    fit = Light.fit({"y": y}, "mle", progress=False)
    table = fit.summary()
    assert table.loc["nu", "estimate"] == np.inf
    assert table.loc["b", "sd"] == pytest.approx(y.std() / np.sqrt(60), rel=1e-3)
    assert fit.predict({"y": y[:1]})["estimate"][0] == pytest.approx(y.mean(), abs=1e-4)


def test_student_t_is_normal_far_out():
    from stanlevels.distributions.table import FAMILIES

    numbers = FAMILIES["StudentT"].parameterizations[0].numbers
    z = np.array([-3.0, 0.2, 1.0])
    for nu in (9e4, 1.1e5, 1e12, 1e300):
        found = numbers.log_density(z, nu=np.array(nu), mu=0.0, sigma=1.0)
        exact = stats.norm.logpdf(z) + (z**4 - 2 * z**2 - 1) / (4 * nu)
        assert found == pytest.approx(exact, abs=200 / nu / nu + 1e-9)


def test_a_dispersion_at_its_end_leaves_the_standard_errors_of_poisson_counts():
    rng = np.random.default_rng(1)
    u, g = rng.normal(0, 0.5, 10), np.repeat(np.arange(10), 6)
    rows = {"g": g, "y": rng.poisson(np.exp(1 + u[g]))}

    class Counts(sl.Model):
        g = sl.Level()
        a, sd = sl.Normal(), sl.HalfNormal()
        u = sl.Normal(a, sd, over=g)
        y = sl.GeneralizedPoisson(log=u, observed=True)

    class Plain(Counts):
        y = sl.Poisson(log=Counts.u, observed=True)

    found, expected = (model.fit(rows, "mle").summary() for model in (Counts, Plain))
    assert found["estimate"]["y_dispersion"] == pytest.approx(1)
    assert np.isnan(found["se"]["y_dispersion"])
    np.testing.assert_allclose(found["se"][["a", "sd"]], expected["se"][["a", "sd"]], rtol=1e-3)
