"""Conjugate pairs: programs have the declared density, integrated by quadrature; draws back are exact."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit, gammaln, logsumexp

import stanlevels as sl
from stanlevels.graph import ROWS
from stanlevels.linear.pairs import pairs_of
from stanlevels.resources import folder
from stanlevels.values import conjugate, restore
from stanlevels.values.gammas import log_gammas
from stanlevels.values.restore import restored
from stanlevels.values.store import Values
from tests.marginal.test_densities import integrated, values_of
from tests.oracle.density import log_densities
from tests.oracle.evaluate import Evaluator
from tests.oracle.world import build_world
from tests.parity.harness import build, subject, without_model
from tests.parity.point import Point

RNG = np.random.default_rng(11)
N = 24
DATA = pd.DataFrame({"unit": RNG.integers(0, 4, N), "x": RNG.normal(size=N).round(1)})
DATA["area"] = DATA["unit"] % 2
DATA["other"] = RNG.integers(0, 3, N)
DATA["size"] = 0.5 + DATA["unit"] / 4
DATA["time"] = RNG.choice([0.5, 1.0, 4.0], N)
DATA["y"] = RNG.poisson(2.0 * DATA["time"])
DATA["v"] = RNG.poisson(3.0, N)
DATA["wait"] = RNG.exponential(0.5, N).round(3)
DATA["n"] = RNG.integers(1, 9, N)
DATA["s"] = RNG.binomial(DATA["n"], 0.4)
DATA["b"] = RNG.integers(0, 2, N)
DATA["times"] = RNG.integers(0, 4, N)


class Counts(sl.Model):
    unit = sl.Level()
    a, b = sl.Gamma(2, 1), sl.Gamma(2, 1)
    rate = sl.Gamma(a, b, over=unit)
    y = sl.Poisson(rate * sl.data("time"), observed=True, weights="times")


class ByLog(sl.Model):
    """Written on the log scale, with named parts, and with what is sampled in every row."""

    unit, other = sl.Level(), sl.Level()
    mu, c, k = sl.Normal(0, 1), sl.Normal(0, 1), sl.HalfNormal(1)
    rate = sl.Gamma(log=mu, shape=k, over=unit)
    other_effect = sl.Normal(0, 1, over=other)
    log_rate = sl.log(rate)
    eta = log_rate + sl.log(sl.data("time")) - c * sl.data("x") + other_effect
    y = sl.Poisson(log=eta, observed=True, weights="times")


class Varying(sl.Model):
    """Prior arguments that differ between units, and an exposure that is sampled in every row."""

    area, unit = sl.Level(), sl.Level()
    m, c, k = sl.Normal(0, 1), sl.Normal(0, 1), sl.HalfNormal(1)
    A = sl.Normal(m, 1, over=area)
    rate = sl.Gamma(log=A + c * sl.data("size"), shape=k, over=unit)
    f = sl.LogNormal(0, 1, over=area)
    y = sl.Poisson(rate * f * sl.exp(m * sl.data("x")) / 2, observed=True)


class Factor(sl.Model):
    """Two outcomes of one rate, with factors that are the same in every row."""

    unit = sl.Level()
    b, f = sl.Gamma(2, 1), sl.LogNormal(0, 1)
    rate = sl.Exponential(b, over=unit)
    y = sl.Poisson(rate * sl.data("time"), observed=True)
    v = sl.Poisson(3 * f * rate, observed=True)


class Waits(sl.Model):
    unit = sl.Level()
    a, b, c = sl.Gamma(2, 1), sl.Gamma(2, 1), sl.Normal(0, 1)
    rate = sl.Gamma(a, b, over=unit)
    wait = sl.Exponential(rate * sl.data("time"), observed=True, weights="times")
    y = sl.Poisson(rate * sl.exp(c * sl.data("x")), observed=True)


class WaitsByLog(sl.Model):
    unit = sl.Level()
    a, b = sl.Gamma(2, 1), sl.Gamma(2, 1)
    rate = sl.Gamma(a, b, over=unit)
    wait = sl.Exponential(log=sl.log(3 / rate) + sl.log(sl.data("time")), observed=True)


class Overdispersed(sl.Model):
    """A rate for every row: the negative binomial distribution."""

    c, k = sl.Normal(0, 1), sl.HalfNormal(1)
    mean = sl.exp(c * sl.data("x"))
    noise = sl.Gamma(k, k, over=sl.rows)
    y = sl.Poisson(mean * noise, observed=True)


class Successes(sl.Model):
    unit = sl.Level()
    m, k = sl.Beta(1, 1), sl.Gamma(2, 1)
    p = sl.Beta(mean=m, concentration=4 + k, over=unit)
    s = sl.Binomial(sl.data("n"), p, observed=True)
    b = sl.Bernoulli(p, observed=True, weights="times")


class ByArea(sl.Model):
    area, unit = sl.Level(), sl.Level()
    m, c, k = sl.Beta(2, 2, over=area), sl.Normal(0, 1), sl.HalfNormal(1)
    p = sl.Beta(logit=sl.logit(m) + c * sl.data("size"), concentration=8 * k, over=unit)
    b = sl.Bernoulli(p, observed=True)


class ByRow(sl.Model):
    """A rate for every row whose mean is a predictor, with coefficients of a set."""

    X = sl.covariates("x", "size")
    c, k = sl.Normal(0, 1, over=X), sl.HalfNormal(1)
    mean = sl.exp(c @ X)
    rate = sl.Gamma(k, k / mean, over=sl.rows)
    y = sl.Poisson(rate * sl.data("time"), observed=True)


class Slopes(sl.Model):
    """Coefficients of a set, and effects with components, in the exposure."""

    unit, other = sl.Level(), sl.Level()
    X = sl.covariates("x", "size")
    b, k = sl.Normal(0, 1, over=X), sl.HalfNormal(1)
    sds, corr = sl.HalfNormal(1), sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([0, 0], [sds, 1], corr, over=other, centered=True)
    rate = sl.Gamma(k, 2, over=unit)
    y = sl.Poisson(log=sl.log(rate) + b @ X + B[0] + B[1] * sl.data("x"), observed=True)


class TwoRates(sl.Model):
    """Both rates are conjugate given the other: that with more units leaves."""

    unit, other = sl.Level(), sl.Level()
    a = sl.Gamma(2, 1)
    rate = sl.Gamma(a, 2, over=unit)
    g = sl.Gamma(2, 2, over=other)
    y = sl.Poisson(rate * g, observed=True)


CASES = {
    Counts: "rate",
    ByLog: "rate",
    Varying: "rate",
    Factor: "rate",
    Waits: "rate",
    WaitsByLog: "rate",
    Overdispersed: "noise",
    Successes: "p",
    ByArea: "p",
    ByRow: "rate",
    Slopes: "rate",
    TwoRates: "rate",
}


def inside(bound: Any, seed: int) -> dict[str, np.ndarray]:
    """Values of what a program samples, inside their supports."""
    found = values_of(bound, seed)
    for name in found:
        family = bound.planned.lines[name].variable.family
        found[name] = expit(found[name]) if family == "Beta" else found[name]
        found[name] = np.exp(0.5 * found[name]) if family in ("Gamma", "LogNormal") else found[name]
    return found


def program(bound: Any, data: pd.DataFrame, values: Any, tables: Any = None) -> tuple[float, np.ndarray]:
    """The program's log density without its Jacobian, and its gradient with it."""
    judged = subject(bound)
    here = Point(judged, build_world(judged.graph, data, judged.units, tables), values)
    model = build(judged.stan_code, judged.stan_data)
    q = model.unconstrain(here.parameters)
    at, gradient = model.log_prob_grad(q)
    step = 1e-5
    for i in range(len(q)):
        e = np.eye(len(q))[i] * step
        up = [model.log_prob_grad(q + k * e)[0] for k in (-2, -1, 1, 2)]
        slope = (up[0] - 8 * up[1] + 8 * up[2] - up[3]) / (12 * step)
        assert abs(slope - gradient[i]) <= 1e-6 * max(1, abs(at), abs(slope))
    return at - build(without_model(judged.stan_code), judged.stan_data).log_prob_grad(q)[0], gradient


def by_quadrature(bound: Any, data: pd.DataFrame, values: Any, name: str, tables: Any = None) -> float:
    """The declared log density, integrated over a quantity: a product of integrals, one for each unit."""
    judged, line = subject(bound), bound.planned.lines[name]
    world = build_world(judged.graph, data, judged.units, tables)
    size = bound.data.size(line.domain)
    codes = np.arange(size) if line.domain == (ROWS,) else np.asarray(bound.data.codes((ROWS,), line.domain))
    about = list(bound.planned.conjugates)
    share = line.variable.family == "Beta"

    def terms(u: float) -> tuple[float, np.ndarray]:
        x = np.full(size, expit(u) if share else np.exp(u))
        found = log_densities(Evaluator(world, {**values, name: x}))
        own = found.pop(name).reshape(-1) + (np.log(expit(u) * expit(-u)) if share else u)
        for outcome in about:
            own = own + np.bincount(codes, found.pop(outcome).reshape(-1), size)
        return float(sum(np.sum(each) for each in found.values())), own

    t = np.arange(-3.15, 3.15, 0.03) if share else np.arange(-4.2, 1.6, 0.03)
    # u = 3 sinh(t): fine in the middle, and as far as probabilities are still below 1
    others, heights = zip(*(terms(3 * np.sinh(each)) for each in t), strict=True)
    steps = np.log(3 * np.cosh(t) * 0.03)
    return others[0] + float(np.sum(logsumexp(np.array(heights) + steps[:, None], axis=0)))


@pytest.mark.parametrize("model", CASES, ids=lambda model: model.__name__)
def test_the_density_is_the_declared_one_integrated(model: Any) -> None:
    bound = model.bind(DATA, plan=sl.Plan(soften=False))
    name = CASES[model]
    assert integrated(bound) == {name}
    values = inside(bound, 3)
    found, _ = program(bound, DATA, values)
    wanted = by_quadrature(bound, DATA, values, name)
    assert abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted)), bound.stan_code


# --- odd data -------------------------------------------------------------------------------------

WIDE = DATA.assign(time=np.logspace(-3, 3, N).round(4), y=RNG.poisson(2.0, N))


@pytest.mark.parametrize(
    "data",
    [DATA.iloc[:1], DATA.assign(y=0, v=0, times=1), WIDE, DATA.assign(times=0)],
    ids=["one row", "nothing counted", "exposures over six orders", "rows of no weight"],
)
@pytest.mark.parametrize("model", [Counts, ByLog, Factor], ids=lambda model: model.__name__)
def test_odd_data_lose_no_digits(model: Any, data: pd.DataFrame) -> None:
    bound = model.bind(data)
    assert integrated(bound) == {"rate"}
    values = inside(bound, 3)
    found, _ = program(bound, data, values)
    wanted = by_quadrature(bound, data, values, "rate")
    assert abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))


def test_a_unit_without_rows_adds_nothing_and_has_its_prior() -> None:
    units = pd.DataFrame({"unit": [*sorted(DATA["unit"].unique()), 9]})
    for model in (Counts, Successes):
        alone, beside = model.bind(DATA), model.bind(DATA, tables={"unit": units})
        assert integrated(beside) == {CASES[model]}
        values = inside(alone, 3)
        assert program(alone, DATA, values)[0] == program(beside, DATA, values, {"unit": units})[0]


def test_waits_of_no_length_count() -> None:
    data = DATA.assign(wait=np.where(DATA["unit"] == 2, 0.0, DATA["wait"]))
    bound = WaitsByLog.bind(data)
    values = inside(bound, 3)
    assert integrated(bound) == {"rate"}
    wanted = by_quadrature(bound, data, values, "rate")
    assert abs(program(bound, data, values)[0] - wanted) <= 1e-9 * abs(wanted)


def test_a_unit_of_a_million_rows_beside_one_of_few() -> None:
    n = 1_000_000
    y = np.random.default_rng(3).poisson(2.0, n)
    data = pd.DataFrame({"unit": np.r_[0, 0, np.ones(n, int)], "time": 1.0, "y": np.r_[3, 0, y], "times": 1})
    bound = Counts.bind(data)
    values = {"a": np.array(1.5), "b": np.array(0.7)}
    found, _ = program(bound, data.iloc[[0, 2]], values)
    S, E = np.array([3.0, y.sum()]), np.array([2.0, n])
    rows = float(np.sum(-gammaln(data["y"] + 1.0)))
    units = 1.5 * np.log(0.7) - gammaln(1.5) + gammaln(1.5 + S) - (1.5 + S) * np.log(0.7 + E)
    wanted = rows + units.sum() + stats.gamma.logpdf([1.5, 0.7], 2).sum()
    assert abs(found - wanted) <= 1e-9 * abs(wanted)
    assert any("1,000,002 rows of y" in record.reason for record in bound.plan.records)


@pytest.mark.parametrize("vector", [False, True])
def test_the_functions_of_programs_are_exact_for_any_size(vector: bool) -> None:
    n, times = np.array([0.0, 1.0, 3.0, 250.0, 2e5]), np.array([2.0, 1.0, 1.5, 1.0, 1.0])
    exposure, total = np.array([0.0, 1e-6, 0.3, 7.0, 1e6]), n
    for a, b in [(1e-9, 1e3), (0.3, 1e-6), (12.0, 2.0), (1e7, 1e7)]:
        whole = "rep_vector({}, 5)" if vector else "{}"
        given = ", ".join(whole.format(x) for x in ("a", "b"))
        one = "log_rising_factorials(n, times, " + whole.format("a") + ")"
        texts = [one, f"gamma_exposures(exposure, total, times, {given})"]
        functions = "".join(
            (folder("stan_templates") / "functions" / f"{name}.stan").read_text()
            for name in ("log_rising_factorials", "gamma_exposures")
        )
        found = []
        for text in texts:
            code = f"functions {{\n{functions}}}\ndata {{ vector[5] n; vector[5] times; vector[5] exposure;"
            code += " vector[5] total; real a; real b; }\nparameters { real x; }\n"
            code += f"model {{ target += x * 0 + {text}; }}"
            data = {"n": n, "times": times, "exposure": exposure, "total": total, "a": a, "b": b}
            found.append(build(code, data).log_prob_grad(np.zeros(1))[0])
        rising = [float(np.sum(np.log(np.longdouble(a) + np.arange(k, dtype=np.longdouble)))) for k in n]
        wanted = [times @ rising, -a * times @ np.log1p(exposure / b) - total @ np.log(b + exposure)]
        assert np.allclose(found, wanted, rtol=1e-13, atol=1e-12)


# --- drawn back -----------------------------------------------------------------------------------


def drawn(bound: Any, values: Any, draws: int = 4000, seed: int = 5) -> Any:
    """Values of what is sampled, the same for every draw, and the rest drawn back."""
    arrays = {}
    for name, x in values.items():
        line = bound.planned.lines[name]
        flat = np.reshape(x, (1, 1, bound.data.size(line.domain), -1))
        arrays[name] = np.repeat(flat, draws, axis=1)
    return restored(Values(bound.planned, arrays), bound.data, pairs_of(bound.planned, bound.data), seed)


def given_rows(model: Any, values: Any) -> list[Any]:
    """The exact distribution of every unit given its rows, by hand."""
    by = {name: DATA[name].to_numpy() for name in DATA}
    unit = by["unit"]

    def sums(x: Any) -> np.ndarray:
        return np.bincount(unit, np.broadcast_to(x, N), 4)

    v = {name: np.asarray(x).reshape(-1) for name, x in values.items()}
    if model is Counts:
        a, b = v["a"] + sums(by["times"] * by["y"]), v["b"] + sums(by["times"] * by["time"])
    elif model is Varying:
        areas = np.arange(4) % 2
        mean = np.exp(v["A"][areas] + v["c"] * (0.5 + np.arange(4) / 4))
        a = v["k"] + sums(by["y"])
        b = v["k"] / mean + sums(v["f"][by["area"]] * np.exp(v["m"] * by["x"]) / 2)
    elif model is Factor:
        a = 1 + sums(by["y"] + by["v"])
        b = v["b"] + sums(by["time"] + 3 * v["f"])
    elif model is Waits:
        a = v["a"] + sums(by["times"] + by["y"])
        b = v["b"] + sums(by["times"] * by["time"] * by["wait"] + np.exp(v["c"] * by["x"]))
    else:
        a = v["m"] * (4 + v["k"]) + sums(by["s"] + by["times"] * by["b"])
        b = (1 - v["m"]) * (4 + v["k"]) + sums(by["n"] - by["s"] + by["times"] * (1 - by["b"]))
        return [stats.beta(*each) for each in zip(a, b, strict=True)]
    return [stats.gamma(shape, scale=1 / rate) for shape, rate in zip(a, b, strict=True)]


@pytest.mark.parametrize("model", [Counts, Varying, Factor, Waits, Successes], ids=lambda m: m.__name__)
def test_draws_back_have_the_exact_distribution_given_the_rows(model: Any) -> None:
    """Kolmogorov and Smirnov, 20 units in all: false alarms once in 50,000 seeds."""
    bound = model.bind(DATA)
    values = inside(bound, 3)
    found = drawn(bound, values).arrays[CASES[model]][0, :, :, 0]
    for unit, exact in enumerate(given_rows(model, values)):
        assert stats.kstest(found[:, unit], exact.cdf).pvalue > 1e-6


def test_logs_of_gamma_variables_are_exact_for_shapes_of_any_size() -> None:
    """Kolmogorov and Smirnov, 7 shapes."""
    for shape in (0.002, 0.3, 1.0, 1.7, 25.0, 3e4, 1e9):
        x = log_gammas(np.full((40, 2, 100), shape), (1, 2), np.arange(40), range(100)).ravel()
        if shape == 0.002:  # most are smaller than any number: log x is nearly log u over the shape
            x, exact = x * shape, stats.expon().sf
            assert stats.kstest(-x[x < -2], stats.expon(2).cdf).pvalue > 1e-6
            assert abs(np.mean(x < -2) - exact(2)) < 0.03
        else:
            assert stats.kstest(np.exp(x), stats.gamma(shape).cdf).pvalue > 1e-6


@pytest.mark.parametrize("model", [Counts, Varying, Successes], ids=lambda m: m.__name__)
def test_what_is_drawn_again_is_the_same_in_any_pieces(model: Any, monkeypatch: Any) -> None:
    many = pd.concat([DATA.assign(unit=DATA["unit"] + 4 * k) for k in range(40)], ignore_index=True)
    bound, name = model.bind(many), CASES[model]
    values = inside(bound, 3)
    whole = drawn(bound, values, 150).arrays[name]
    assert len(np.unique(whole)) == 160 * 150
    monkeypatch.setattr(restore, "_STORED", 0)
    again = drawn(bound, values, 150)
    assert name not in again.arrays
    asked = again.on_demand[name]
    assert np.array_equal(asked.at(slice(None)), whole)
    assert np.array_equal(asked.at(np.array([130, 3, 1, 70, 3])), whole[:, :, [130, 3, 1, 70, 3]])
    monkeypatch.setattr(conjugate, "_PIECE", 1)
    assert np.array_equal(asked.at(np.array([159, 3, 64])), whole[:, :, [159, 3, 64]])
    assert np.array_equal(asked.window(slice(70, 140)).at(np.array([2])), whole[:, 70:140, [2]])


# --- when it is done ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (lambda rate, c: sl.Poisson(rate + c, observed=True), "another way"),
        (lambda rate, c: sl.Poisson(rate * rate, observed=True), "2 times"),
        (lambda rate, c: sl.Poisson(c / rate, observed=True), "another way"),
        (lambda rate, c: sl.Poisson(sl.exp(rate), observed=True), "another way"),
        (lambda rate, c: sl.Poisson(log=2 * sl.log(rate), observed=True), "another way"),
        (lambda rate, c: sl.NegBinomial(rate, c, observed=True), "not conjugate"),
    ],
)
def test_what_is_not_conjugate_stays_sampled(line: Any, why: str) -> None:
    unit, a, c = sl.Level(), sl.Gamma(2, 1), sl.Gamma(2, 1)
    rate = sl.Gamma(a, a, over=unit)
    M = sl.Model.define("M", {"unit": unit, "a": a, "c": c, "rate": rate, "y": line(rate, c)})
    assert integrated(M.bind(DATA)) == set()
    with pytest.raises(sl.FitError, match=why):
        M.bind(DATA, plan=sl.Plan(marginalize=["rate"]))


def test_what_else_rests_on_a_rate_keeps_it_sampled() -> None:
    class Above(sl.Model):
        area, unit = sl.Level(), sl.Level()
        a = sl.Gamma(2, 1)
        top = sl.Gamma(a, 1, over=area)
        rate = sl.Gamma(2, top, over=unit)
        y = sl.Poisson(rate, observed=True)
        v = sl.Poisson(top, observed=True)

    assert integrated(Above.bind(DATA)) == {"rate"}
    with pytest.raises(sl.FitError, match="'rate' rests on it, and is no outcome"):
        Above.bind(DATA, plan=sl.Plan(marginalize=["top"]))


def test_a_plan_can_say_no_and_the_same_again() -> None:
    assert integrated(Counts.bind(DATA, plan=sl.Plan(marginalize=False))) == set()
    assert integrated(Counts.bind(DATA, plan=sl.Plan.literal())) == set()
    bound = ByLog.bind(DATA)
    assert bound.plan.marginalize == ("rate",)
    assert ByLog.bind(DATA, plan=bound.plan).stan_code == bound.stan_code


def test_normal_effects_and_rates_leave_together() -> None:
    class Both(sl.Model):
        unit, other = sl.Level(), sl.Level()
        a, t, s = sl.Gamma(2, 1), sl.HalfNormal(1), sl.HalfNormal(1)
        rate = sl.Gamma(a, a, over=unit)
        E = sl.Normal(0, t, over=other)
        y = sl.Poisson(rate, observed=True)
        x = sl.Normal(E, s, observed=True)

    bound = Both.bind(DATA)
    assert integrated(bound) == {"rate", "E"}
    assert bound.plan.marginalize == ("rate", "E")
    assert Both.bind(DATA, plan=bound.plan).stan_code == bound.stan_code


@pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")
def test_a_fit_has_what_is_drawn_back_like_all_else() -> None:
    fit = ByLog.fit(DATA, draws=100, chains=1, seed=1, progress=False)
    assert {"rate", "log_rate"} <= set(fit.idata.posterior.data_vars)
    rate = fit.idata.posterior["rate"]
    assert rate.dims == ("chain", "draw", "unit")
    assert np.allclose(np.log(rate), fit.idata.posterior["log_rate"])
    assert list(fit.effects("rate")["unit"]) == [0, 1, 2, 3]
    assert len(fit.summary("rate")) == 4
    wanted = stats.poisson.logpmf(
        DATA["y"],
        rate.values[..., DATA["unit"]]
        * DATA["time"].to_numpy()
        * np.exp(
            fit.idata.posterior["other_effect"].values[..., DATA["other"]]
            - fit.idata.posterior["c"].values[..., None] * DATA["x"].to_numpy()
        ),
    )
    some = DATA["times"].to_numpy() > 0
    found = fit.add_log_likelihood().log_likelihood["y"].values
    assert np.allclose(found, (wanted * DATA["times"].to_numpy())[..., some])
    assert np.array_equal(pickle.loads(pickle.dumps(fit)).idata.posterior["rate"], rate)
    small = ByLog.fit(DATA, draws=100, chains=1, seed=1, progress=False, record=["log_rate"])
    assert set(small.idata.posterior.data_vars) == {"log_rate"}
    again = ByLog.fit(DATA, start=fit, draws=50, chains=1, seed=2, progress=False)
    assert again.idata.posterior["rate"].shape == (1, 50, 4)
