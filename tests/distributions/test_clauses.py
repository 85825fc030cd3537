"""Distributions between bounds and of censored outcomes, against SciPy's distribution functions and Stan."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from scipy import integrate, stats

from stanlevels.distributions.composed import STATUSES, not_censored, not_truncated
from stanlevels.distributions.composed.between import moments_between
from stanlevels.distributions.table import FAMILIES
from tests.distributions.references import REFERENCES, form_of
from tests.distributions.test_stan import program
from tests.parity.harness import build

# Draws pass with probability 1 - 1e-5 each, in about 100 tests: 0.1 % for all of them; the seeds are fixed.
FALSE_ALARM, DRAWS = 1e-5, 2000
CLAUSES = ("lower", "upper", "lower,upper,status,until")
MORE = ("lower,upper", "status,until", "status", "lower,status", "upper,status")
THOROUGH = ("Normal", "Weibull", "Poisson")  # in every combination of clauses
SUMMED = ("Tweedie", "ConwayMaxwellPoisson", "GeneralizedPoisson")  # whose cumulatives are sums: in one form


def words(case):
    name, key, clause, _ = case
    return f"{name}-{key}-{clause}"


def cases():
    """Families with clauses, at arguments that their references are tried at."""
    for (name, key), reference in REFERENCES.items():
        if not_censored(FAMILIES[name]) or (name in SUMMED and not key):
            continue
        *_, point = list(reference.points())[: 1 + len(list(reference.points())) // 2]
        wanted = (*CLAUSES, *(MORE if name in THOROUGH else ())) if not key else CLAUSES[-1:]
        wanted = ("status,until",) if not_truncated(FAMILIES[name]) else wanted
        yield from ((name, key, clause, point) for clause in wanted)


CASES = list(cases())
BOUNDED = [case for case in CASES if "status" not in case[2]]


def ends_of(name, clause, frozen):
    """Bounds in the tails, with mass between them: whole numbers where the variable is one."""
    low, high = frozen.ppf(0.15), frozen.ppf(0.9)
    if FAMILIES[name].discrete and high == low:
        high = low + 1
    return {n: float(v) for n, v in (("lower", low), ("upper", high)) if n in clause}


def expected(name, clause, frozen, x, arguments):
    """The log density by differences of SciPy's distribution function."""
    step = 1.0 if FAMILIES[name].discrete else 0.0
    density = frozen.pmf if FAMILIES[name].discrete else frozen.pdf
    low, high = arguments.get("lower", -np.inf) - step, arguments.get("upper", np.inf)
    mass = frozen.cdf(high) - frozen.cdf(low)

    def part(a, b):
        return frozen.cdf(min(b, high)) - frozen.cdf(max(a, low))

    status = arguments.get("status", 0)
    ends = {1: (x, np.inf), 2: (-np.inf, x), 3: (x, arguments.get("until"))}
    with np.errstate(divide="ignore"):
        return np.log((density(x) if status == 0 else part(*ends[status])) / mass)


def rows_of(name, key, clause, point):
    """Values with arguments: what is known of each in every way."""
    frozen = REFERENCES[name, key].make(**point)
    known = {**point, **ends_of(name, clause, frozen)}
    x = float(np.clip(frozen.ppf(0.4), known.get("lower", -np.inf), known.get("upper", np.inf)))
    until = x + 1 if FAMILIES[name].discrete else float(frozen.ppf(0.7))
    statuses = (0, 1, 2, 3) if "until" in clause else (0, 1, 2) if "status" in clause else (None,)
    for status in statuses:
        more = {} if status is None else {"status": status}
        yield x, known | more | ({"until": until} if "until" in clause else {})


@pytest.mark.parametrize(("name", "key", "clause", "point"), CASES, ids=map(words, CASES))
def test_the_log_density_is_that_of_scipy_and_of_stan(name, key, clause, point):
    family = FAMILIES[f"{name}|{clause}"]
    form = family.parameterization(key)
    frozen = REFERENCES[name, key].make(**point)
    rows = list(rows_of(name, key, clause, point))
    wanted = [expected(name, clause, frozen, x, arguments) for x, arguments in rows]
    rows = [row for row, value in zip(rows, wanted, strict=True) if np.isfinite(value)]
    wanted = [value for value in wanted if np.isfinite(value)]
    ours = [float(form.log_density(x, arguments)) for x, arguments in rows]
    np.testing.assert_allclose(ours, wanted, rtol=1e-8, atol=1e-8)
    data = {"N": len(rows), "y": np.array([x for x, _ in rows], dtype=int if family.discrete else float)}
    code = program(family, form)
    for p in form.parameters:
        data[f"a_{p.name}"] = np.array([a[p.name] for _, a in rows], dtype=int if p.is_whole else float)
    found = build(code, data).log_prob_grad(np.zeros(len(rows)))[1]
    np.testing.assert_allclose(ours, found, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(("name", "key", "clause", "point"), BOUNDED, ids=map(words, BOUNDED))
def test_draws_and_moments_are_those_of_the_distribution_between_the_bounds(name, key, clause, point):
    form = form_of((f"{name}|{clause}", key))
    frozen = REFERENCES[name, key].make(**point)
    known = {**point, **ends_of(name, clause, frozen)}
    rng = np.random.default_rng(zlib.crc32(repr((name, key, clause, point)).encode()))
    x = form.draw(rng, (DRAWS,), known)
    assert x.min() >= known.get("lower", -np.inf)
    assert x.max() <= known.get("upper", np.inf)
    step = 1.0 if FAMILIES[name].discrete else 0.0
    low, high = known.get("lower", -np.inf) - step, known.get("upper", np.inf)
    start, mass = frozen.cdf(low), frozen.cdf(high) - frozen.cdf(low)

    def below(value):
        return np.clip((frozen.cdf(value) - start) / mass, 0, 1)

    if FAMILIES[name].discrete:
        values, counts = np.unique(x, return_counts=True)
        shares = below(values) - below(values - 1)
        often = shares * DRAWS >= 8
        rest = max(DRAWS - counts[often].sum(), 0), max(1 - shares[often].sum(), 1e-12)
        observed, share = np.append(counts[often], rest[0]), np.append(shares[often], rest[1])
        if often.sum() > 1 or rest[0]:
            assert stats.chisquare(observed, DRAWS * share / share.sum()).pvalue > FALSE_ALARM
    else:
        assert stats.kstest(x, below).pvalue > FALSE_ALARM
    np.testing.assert_allclose(form.cumulative(x[:20], known), below(x[:20]), rtol=1e-7, atol=1e-12)
    mean, variance = float(form.mean(known)), float(form.variance(known))
    if not np.isfinite(frozen.var()):
        return
    if FAMILIES[name].discrete:
        k = np.arange(max(low + 1, 0), min(high, 2000) + 1)
        first, second = (np.sum(k**power * frozen.pmf(k)) / mass for power in (1, 2))
    else:
        first, second = (
            integrate.quad(
                lambda q, p=power: frozen.ppf(start + q * mass) ** p, 0, 1, limit=400, epsabs=1e-10
            )[0]
            for power in (1, 2)
        )
    np.testing.assert_allclose((mean, variance), (first, second - first**2), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("family", ["Normal", "Logistic", "LogNormal", "LogLogistic", "Gumbel"])
@pytest.mark.parametrize("far", [-40.0, 40.0])
def test_digits_are_kept_far_out_in_either_tail(family, far):
    """Where the distribution function itself is 0 or 1 to the last digit."""
    arguments = {"alpha": 1.0, "beta": 1.0} if family == "LogLogistic" else {"mu": 0.0, "sigma": 1.0}
    x = np.exp(far) if FAMILIES[family].support.lower == 0 else far
    of = form_of((f"{family}|lower,upper", ""))
    wide = x * 1.01 if x < 0 else x * 0.99, x * 0.99 if x < 0 else x * 1.01
    found = of.log_density(x, {**arguments, "lower": wide[0], "upper": wide[1]})
    assert np.isfinite(found)
    grid = np.linspace(*wide, 4001)
    log = form_of((family, "")).log_density(grid, arguments)
    own = float(form_of((family, "")).log_density(x, arguments)) - log.max()
    mass = integrate.simpson(np.exp(log - log.max()), x=grid)
    np.testing.assert_allclose(found, own - np.log(mass), rtol=1e-4)
    censored = form_of((f"{family}|status", ""))
    tail = censored.log_density(x, {**arguments, "status": STATUSES["left" if far < 0 else "right"]})
    assert -np.inf < tail < -10


@pytest.mark.parametrize(
    ("name", "key", "given"),
    [
        ("LogNormal", "", {"mu": 0.4, "sigma": 0.8}),
        ("Exponential", "", {"beta": 0.7}),
        ("Exponential", "log", {"log": 0.3}),
    ],
)
def test_moments_between_by_formula_are_those_by_quadrature(name, key, given):
    """Of one bound or two, near each other, and far out."""
    numbers = FAMILIES[name].parameterization(key).numbers
    assert numbers.moments_between is not None
    low = np.array([-np.inf, 0.0, 1.0, 1.0, 2.0, 30.0, 1e-3])
    high = np.array([np.inf, 1.0, np.inf, 4.0, 2.001, np.inf, 0.02])
    wide = {n: np.full(len(low), v) for n, v in given.items()}
    with np.errstate(all="ignore"):
        found = numbers.moments_between(low, high, **wide)
    expected = moments_between(numbers, wide, low, high)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-9)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-4)  # a width of 0.001 leaves five digits
