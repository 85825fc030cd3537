"""Programs with missing outcomes have the declaration's log density, at whatever the missing values are.

The other side is written out here with SciPy, on data in which the missing values are filled in.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from tests.parity.harness import build, slope

RNG = np.random.default_rng(11)
N = 12
SITES = np.array(["a", "b", "c"])[np.arange(N) % 3]
AGE = RNG.normal(size=N)
GONE = np.array([1, 4, 5, 9])


class Health(sl.Model):
    site = sl.Level()
    a, b, s = sl.Normal(0, 5), sl.Normal(0, 5), sl.Exponential(1)
    c, d, t = sl.Normal(0, 5), sl.Normal(0, 5), sl.Exponential(1)
    sd = sl.Exponential(1)
    u = sl.Normal(0, sd, over=site)
    chl = sl.Normal(a + u + b * sl.data("age"), s, observed=True, missing="model")
    bmi = sl.Normal(c + u + d * chl * sl.data("age"), t, observed=True, missing="model")


def frame() -> pd.DataFrame:
    data = pd.DataFrame({"site": SITES, "age": AGE, "chl": RNG.normal(size=N), "bmi": RNG.normal(size=N)})
    data.loc[GONE, "chl"] = np.nan
    data.loc[[4, 7], "bmi"] = np.nan
    return data


DATA = frame()


def values(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    found: dict[str, Any] = {name: float(rng.normal()) for name in "abcd"}
    found |= {name: float(rng.gamma(3, 0.4)) for name in ("s", "t", "sd")}
    return found | {"u": rng.normal(size=3), "chl_missing": rng.normal(size=len(GONE))}


def declared(v: dict[str, Any]) -> float:
    """The log density of the declaration: every value of chl, and the values of bmi that are there."""
    chl = DATA["chl"].to_numpy(copy=True)
    chl[GONE] = v["chl_missing"]
    u = v["u"][np.arange(N) % 3]
    total = stats.norm.logpdf([v[n] for n in "abcd"], 0, 5).sum()
    total += stats.expon.logpdf([v["s"], v["t"], v["sd"]]).sum() + stats.norm.logpdf(v["u"], 0, v["sd"]).sum()
    total += stats.norm.logpdf(chl, v["a"] + u + v["b"] * AGE, v["s"]).sum()
    bmi = DATA["bmi"].to_numpy()
    there = ~np.isnan(bmi)
    mean = v["c"] + u + v["d"] * chl * AGE
    return float(total + stats.norm.logpdf(bmi, mean, v["t"])[there].sum())


def parameters(v: dict[str, Any], *, centered: bool) -> tuple[dict[str, Any], float]:
    """The program's parameters, and the log of the change of scale."""
    if centered:
        return v, 0.0
    u = v["u"][np.arange(N) % 3]
    mean = (v["a"] + u + v["b"] * AGE)[GONE]
    raw = {
        "u_raw": v["u"] / v["sd"],
        "chl_missing_raw": (v["chl_missing"] - mean) / v["s"],
    }
    rest = {name: value for name, value in v.items() if name not in ("u", "chl_missing")}
    return rest | raw, 3 * np.log(v["sd"]) + len(GONE) * np.log(v["s"])


@pytest.mark.parametrize("centered", [True, False])
def test_the_program_has_the_log_density_of_what_is_known_and_unknown(centered: bool) -> None:
    plan = sl.Plan(
        center={"u": centered, "chl_missing": centered}, lift=False, soften=False, marginalize=False
    )
    bound = Health.bind(DATA, plan=plan)
    model = build(bound.stan_code, bound.stan_data)
    for seed in range(4):
        v = values(seed)
        given, jacobian = parameters(v, centered=centered)
        q = model.unconstrain(given)
        at, gradient = model.log_prob_grad(q)
        own = sum(np.log(v[name]) for name in ("s", "t", "sd"))  # of positive parameters, sampled as logs
        assert at - own - jacobian == pytest.approx(declared(v), rel=1e-10)
        along = np.random.default_rng(seed).normal(size=len(q))
        assert along @ np.asarray(gradient) == pytest.approx(_difference(model, q, along), rel=1e-6)


def _difference(model: Any, q: np.ndarray, along: np.ndarray) -> float:
    return float(slope(lambda h: model.log_prob_grad(q + h * along)[0], 1e-4))


class Cats(sl.Model):
    a, b, k = sl.Normal(0, 1), sl.Normal(0, 1), sl.Normal(0, 1)
    sings = sl.Normal(0, 1)
    cat = sl.Bernoulli(logit=k, observed=True, missing="model")
    dog = sl.Bernoulli(logit=k + sl.data("x"), observed=True, missing="model")
    eta = a + b * cat
    notes = sl.Poisson(log=eta + sings * dog * sl.data("x"), observed=True)


def test_outcomes_that_are_0_or_1_are_summed_out() -> None:
    cat, dog = np.array([1, np.nan, 0, np.nan]), np.array([np.nan, 1, 0, np.nan])
    x, notes = np.array([0.3, -0.2, 0.5, 1.1]), np.array([2, 0, 3, 1])
    bound = Cats.bind({"cat": cat, "dog": dog, "x": x, "notes": notes})
    assert bound.data.graph.observed["notes"].distribution.startswith("Mixture")
    model = build(bound.stan_code, bound.stan_data)
    rng = np.random.default_rng(4)
    for _ in range(4):
        v = dict(zip(("a", "b", "k", "sings"), rng.normal(size=4), strict=True))
        total = stats.norm.logpdf(list(v.values())).sum()
        for row in range(4):
            chances = [1 / (1 + np.exp(-v["k"])), 1 / (1 + np.exp(-v["k"] - x[row]))]
            terms = []
            for one in [0, 1] if np.isnan(cat[row]) else [int(cat[row])]:
                for two in [0, 1] if np.isnan(dog[row]) else [int(dog[row])]:
                    mean = np.exp(v["a"] + v["b"] * one + v["sings"] * two * x[row])
                    terms.append(
                        stats.bernoulli.pmf(one, chances[0])
                        * stats.bernoulli.pmf(two, chances[1])
                        * stats.poisson.pmf(notes[row], mean)
                    )
            total += np.log(sum(terms))
        q = model.unconstrain(v)
        at, gradient = model.log_prob_grad(q)
        assert at == pytest.approx(total, rel=1e-10)
        assert gradient == pytest.approx([_difference(model, q, e) for e in np.eye(4)], rel=1e-6)


class Chain(sl.Model):
    """A covariate with missing values beside levels, and in another one that has some, too."""

    site, house = sl.Level(), sl.Level()
    a, b, s = sl.Normal(0, 5), sl.Normal(0, 5), sl.Exponential(1)
    u, w = sl.Normal(0, 1.5, over=site), sl.Normal(0, 0.7, over=house)
    dose = sl.Normal(a, 1, observed=True, missing="model")
    pain = sl.Normal(b * dose, s, observed=True, missing="model")
    pills = sl.Poisson(log=0.3 * dose - 0.2 * pain + u, observed=True)
    sleep = sl.Normal(dose + w, 1, observed=True)


def chain() -> pd.DataFrame:
    """60 rows, most with equals; fewer sites than values of `dose` are missing."""
    rng = np.random.default_rng(5)
    n = 60
    data = pd.DataFrame(
        {
            "site": np.array(["a", "b", "c"])[np.arange(n) % 3],
            "house": np.array(["p", "q"])[np.arange(n) // 2 % 2],
            "dose": rng.integers(0, 2, n).astype(float),
            "pain": rng.integers(0, 2, n).astype(float),
            "pills": rng.poisson(1, n),
            "sleep": rng.normal(size=n),
        }
    )
    data.loc[[3, 10, 11, 31, 52], "dose"] = np.nan
    data.loc[[4, 10, 40, 41], "pain"] = np.nan
    return data


@pytest.mark.parametrize("compress", [True, False])
def test_equal_rows_are_in_one_cell_where_they_agree_in_missing_values_and_in_units(compress: bool) -> None:
    data = chain()
    natural = dict.fromkeys(("u", "w", "dose_missing", "pain_missing"), True)
    plan = sl.Plan(compress=compress, center=natural, lift=False, soften=False, marginalize=False, moved=[])
    bound = Chain.bind(data, plan=plan)
    assert compress == ("pills: 60 rows that agree in" in "\n".join(map(str, bound.plan.records)))
    model = build(bound.stan_code, bound.stan_data)
    rng = np.random.default_rng(6)
    for _ in range(3):
        v: dict[str, Any] = {"a": rng.normal(), "b": rng.normal(), "s": rng.gamma(3, 0.4)}
        v |= {"u": rng.normal(size=3), "w": rng.normal(size=2)}
        v |= {"dose_missing": rng.normal(size=5), "pain_missing": rng.normal(size=4)}
        dose, pain = data["dose"].to_numpy(copy=True), data["pain"].to_numpy(copy=True)
        dose[np.isnan(dose)], pain[np.isnan(pain)] = v["dose_missing"], v["pain_missing"]
        u, w = v["u"][np.arange(60) % 3], v["w"][np.arange(60) // 2 % 2]
        total = stats.norm.logpdf([v["a"], v["b"]], 0, 5).sum() + stats.expon.logpdf(v["s"])
        total += stats.norm.logpdf(v["u"], 0, 1.5).sum() + stats.norm.logpdf(v["w"], 0, 0.7).sum()
        total += stats.norm.logpdf(dose, v["a"], 1).sum()
        total += stats.norm.logpdf(pain, v["b"] * dose, v["s"]).sum()
        total += stats.poisson.logpmf(data["pills"], np.exp(0.3 * dose - 0.2 * pain + u)).sum()
        total += stats.norm.logpdf(data["sleep"], dose + w, 1).sum()
        at = model.log_prob_grad(model.unconstrain(v))[0]
        assert at - np.log(v["s"]) == pytest.approx(total, rel=1e-10)


class Beside(sl.Model):
    site = sl.Level()
    a, b, s = sl.Normal(0, 5), sl.Normal(0, 5), sl.Exponential(1)
    u = sl.Normal(0, 1.5, over=site)
    dose = sl.Normal(a, 1, observed=True, missing="model")
    sleep = sl.Normal(dose + b + u, s, observed=True)


def test_missing_values_are_not_integrated_out_as_a_level_within_another() -> None:
    data = chain()
    gone = np.flatnonzero(data["dose"].isna())
    bound = Beside.bind(data)
    assert not {"u", "dose_missing"} <= set(bound.plan.marginalize)
    other = Beside.bind(
        data, plan=sl.Plan(marginalize=["u"], center=True, lift=False, soften=False, moved=[])
    )
    model = build(other.stan_code, other.stan_data)
    v = {"a": 0.3, "b": -0.4, "s": 0.8, "dose_missing": np.linspace(-1, 1, 5)}
    dose = data["dose"].to_numpy(copy=True)
    dose[gone] = v["dose_missing"]
    same = np.equal.outer(np.arange(60) % 3, np.arange(60) % 3)
    total = stats.norm.logpdf([v["a"], v["b"]], 0, 5).sum() + stats.expon.logpdf(v["s"])
    total += stats.norm.logpdf(dose, v["a"], 1).sum()
    spread = 0.8**2 * np.eye(60) + 1.5**2 * same
    total += stats.multivariate_normal.logpdf(data["sleep"], dose + v["b"], spread)
    at = model.log_prob_grad(model.unconstrain(v))[0]
    assert at - np.log(v["s"]) == pytest.approx(total, rel=1e-10)


class Several(sl.Model):
    """Categories, trials and a 0 or 1 with missing values, one in another, and two lines that use them."""

    X, Z = sl.covariates("kind"), sl.covariates("kind") * sl.data("x")
    p, q, k = sl.Normal(0, 1), sl.Normal(0, 1), sl.Normal(0, 1)
    e, r = sl.Normal(0, 1), sl.Normal(0, 1)
    b, slope = sl.Normal(0, 1, over=X), sl.Normal(0, 1, over=Z)
    s = sl.Exponential(1)
    kind = sl.Categorical(logit={"a": 0, "b": p + 0.3 * sl.data("x"), "c": q}, observed=True, missing="model")
    cat = sl.Bernoulli(logit=k, observed=True, missing="model")
    meals = sl.Binomial(3, logit=0.2 + e * cat, observed=True, missing="model")
    eta = b @ X + e * cat
    notes = sl.Poisson(log=0.3 * eta + r * cat * meals, observed=True, missing="model")
    weight = sl.Normal(eta + slope @ Z + 0.3 * meals, s * sl.exp(0.5 * cat), observed=True)


def several() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n = 20
    data = pd.DataFrame(
        {
            "kind": pd.array(np.array(["a", "b", "c"])[rng.integers(0, 3, n)], dtype=object),
            "x": rng.normal(size=n),
            "cat": rng.integers(0, 2, n).astype(float),
            "meals": rng.binomial(3, 0.4, n).astype(float),
            "notes": rng.poisson(2, n).astype(float),
            "weight": rng.normal(size=n),
        }
    )
    for name, gone in {"kind": [2, 5, 7], "cat": [5, 8, 9], "meals": [1, 5, 9], "notes": [5, 11]}.items():
        data.loc[gone, name] = None
    return data


def test_outcomes_that_several_lines_use_are_summed_out_of_all_together() -> None:
    """Each row's density is the sum over all that it may lack of the product of its five lines."""
    data = several()
    bound = Several.bind(data, plan=sl.Plan(lift=False, soften=False))
    model = build(bound.stan_code, bound.stan_data)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        v: dict[str, Any] = {name: float(rng.normal()) for name in "pqker"} | {"s": float(rng.gamma(3, 0.4))}
        v |= {"b": rng.normal(size=2), "slope": rng.normal(size=2)}
        total = stats.expon.logpdf(v["s"]) + stats.norm.logpdf([v[name] for name in "pqker"]).sum()
        total += stats.norm.logpdf([*v["b"], *v["slope"]]).sum() + _of_rows(data, v)
        q = model.unconstrain(v)
        at, gradient = model.log_prob_grad(q)
        assert at - np.log(v["s"]) == pytest.approx(total, rel=1e-10)
        along = rng.normal(size=len(q))
        assert along @ np.asarray(gradient) == pytest.approx(_difference(model, q, along), rel=1e-6)


def _of_rows(data: pd.DataFrame, v: dict[str, Any]) -> float:
    total = 0.0
    for _, row in data.iterrows():
        shares = np.exp([0, v["p"] + 0.3 * row["x"], v["q"]])
        terms = []
        for kind in [0, 1, 2] if pd.isna(row["kind"]) else ["abc".index(row["kind"])]:
            for cat in [0, 1] if pd.isna(row["cat"]) else [row["cat"]]:
                for meals in range(4) if pd.isna(row["meals"]) else [row["meals"]]:
                    eta = (0, *v["b"])[kind] + v["e"] * cat
                    mean = eta + (0, *v["slope"])[kind] * row["x"] + 0.3 * meals
                    term = shares[kind] / shares.sum() * stats.bernoulli.pmf(cat, 1 / (1 + np.exp(-v["k"])))
                    term *= stats.binom.pmf(meals, 3, 1 / (1 + np.exp(-0.2 - v["e"] * cat)))
                    term *= stats.norm.pdf(row["weight"], mean, v["s"] * np.exp(0.5 * cat))
                    if not pd.isna(row["notes"]):
                        term *= stats.poisson.pmf(row["notes"], np.exp(0.3 * eta + v["r"] * cat * meals))
                    terms.append(term)
        total += np.log(sum(terms))
    return float(total)


class Ordered(sl.Model):
    """Ordered categories in a mean and a scale, coded by steps."""

    X = sl.data("level", categorical=True, coding="steps")
    cut = sl.Normal(0, 2, over=sl.Index(3), ordered=True)
    b, w = sl.Normal(0, 1, over=X), sl.Normal(0, 1, over=X)
    level = sl.OrderedLogistic(0.4 * sl.data("x"), cut, observed=True, missing="model")
    y = sl.StudentT(5, b @ X, sl.exp(w @ X), observed=True)


def test_ordered_categories_are_summed_out_of_a_mean_and_a_scale() -> None:
    rng = np.random.default_rng(7)
    n = 18
    data = pd.DataFrame(
        {"level": (np.arange(n) % 4).astype(float), "x": rng.normal(size=n), "y": rng.normal(size=n)}
    )
    data.loc[[0, 6, 7, 17], "level"] = np.nan
    bound = Ordered.bind(data, plan=sl.Plan(lift=False, soften=False))
    model = build(bound.stan_code, bound.stan_data)
    v = {"cut": np.array([-0.8, 0.1, 1.2]), "b": rng.normal(size=3), "w": rng.normal(size=3) / 2}
    at = model.log_prob_grad(model.unconstrain(v))[0]
    total = stats.norm.logpdf(v["cut"], 0, 2).sum() + stats.norm.logpdf([*v["b"], *v["w"]]).sum()
    for _, row in data.iterrows():
        edges = np.array([0, *1 / (1 + np.exp(-(v["cut"] - 0.4 * row["x"]))), 1])
        terms = [
            (edges[k + 1] - edges[k]) * stats.t.pdf(row["y"], 5, v["b"][:k].sum(), np.exp(v["w"][:k].sum()))
            for k in (range(4) if np.isnan(row["level"]) else [int(row["level"])])
        ]
        total += np.log(sum(terms))
    assert at - np.log(np.diff(v["cut"])).sum() == pytest.approx(total, rel=1e-10)
