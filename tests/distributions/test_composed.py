"""What distributions made of distributions have, against SciPy's and Stan."""

from __future__ import annotations

import zlib
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from stanlevels.distributions.composed import WRAPPERS
from stanlevels.distributions.table import FAMILIES
from tests.distributions.composed_references import COMPOSED
from tests.distributions.references import form_of, words
from tests.distributions.test_numbers import chi_squared
from tests.distributions.test_stan import program
from tests.parity.harness import build

# Draws pass with probability 1 - 1e-5 each, and there are about 60 such tests; the seeds are fixed.
FALSE_ALARM, DRAWS = 1e-5, 4000
every_form = pytest.mark.parametrize(("name", "key"), COMPOSED, ids=map("-".join, COMPOSED))


def points(key, arguments):
    """Values with and without mass, 0 among them."""
    support = FAMILIES[key[0]].support
    if support.integer:
        return np.arange(0.0, 1 + min(arguments.get("trials", np.inf), 60))
    if support.upper == 1:
        return np.array([0.0, 1e-3, 0.2, 0.9, *([] if support.open_upper else [1.0])])
    return np.array([*([] if support.lower == 0 else [-3.0]), 0.0, 1e-3, 0.2, 1.0, 4.0])


def test_every_family_that_can_be_wrapped_is_one_of_numbers():
    able = {(w.name, f.name) for w in WRAPPERS.values() for f in FAMILIES.values() if not w.refuses(f)}
    counts = {"Binomial", "BetaBinomial", "Poisson", "NegBinomial"}
    assert {f for w, f in able if w == "ZeroInflated"} >= counts
    assert {f for w, f in able if w == "ZeroOneInflated"} >= {"Beta"}
    assert {f for w, f in able if w == "Hurdle"} >= counts | {
        *("LogNormal", "Gamma", "InverseGamma", "Exponential", "Weibull", "Beta"),
        *("InverseGaussian", "LogLogistic", "Gompertz"),
    }
    assert not {f for w, f in able} & {"Normal", "HalfNormal", "Bernoulli", "Categorical", "Uniform"}


@every_form
def test_the_log_density_and_the_distribution_function_are_those_of_scipy(name, key):
    form = form_of((name, key))
    for arguments in COMPOSED[name, key].points:
        reference, x = COMPOSED[name, key].make(**arguments), points((name, key), arguments)
        found = np.exp(form.log_density(x, arguments))
        np.testing.assert_allclose(found, reference.pmf(x), rtol=1e-8, atol=1e-300)
        np.testing.assert_allclose(form.cumulative(x, arguments), reference.cdf(x), rtol=1e-8, atol=1e-12)
        if form.numbers.support.lower == 0:
            assert np.all(form.cumulative([-1.0], arguments) == 0)
            assert np.all(form.log_density([-1.0], arguments) == -np.inf)


@every_form
def test_mean_and_variance_are_those_of_the_distribution_function(name, key):
    """By integrals of it: E x = int (1 - F), E x^2 = int 2 x (1 - F), of a number moved to begin at 0."""
    form, support = form_of((name, key)), FAMILIES[name].support
    for arguments in COMPOSED[name, key].points:
        reference = COMPOSED[name, key].make(**arguments)
        low = min(0.0, float(support.lower if np.isfinite(support.lower) else -20.0))
        if support.integer:
            x, width = np.arange(0.0, 4000), 1.0
            first, second = width * (1 - reference.cdf(x)), (2 * x + 1) * (1 - reference.cdf(x))
            mean, square = first.sum(), second.sum()
        else:
            high = 1.0 if support.upper == 1 else 4e3
            x = low + (high - low) * np.linspace(0, 1, 400_001) ** 3
            above = 1 - reference.cdf(x)
            mean = np.trapezoid(above, x) + low
            square = np.trapezoid(2 * (x - low) * above, x) + 2 * low * (mean - low) + low**2
        found = form.mean(arguments), form.variance(arguments)
        np.testing.assert_allclose(found, (mean, square - mean**2), rtol=2e-4)


@every_form
def test_draws_have_the_distribution(name, key):
    form, atoms = form_of((name, key)), [0.0, 1.0]
    for arguments in COMPOSED[name, key].points:
        reference = COMPOSED[name, key].make(**arguments)
        rng = np.random.default_rng(zlib.crc32(words(((name, key), arguments)).encode()))
        x = form.draw(rng, (DRAWS,), arguments)
        assert x.shape == (DRAWS,)
        if FAMILIES[name].discrete:
            assert chi_squared(x, reference).pvalue > FALSE_ALARM
            continue
        for atom in atoms:  # a probability, where it has one
            share = float(reference.cdf(atom) - reference.cdf(np.nextafter(atom, -1)))
            assert share < 1e-12 or stats.binomtest(int(np.sum(x == atom)), DRAWS, share).pvalue > FALSE_ALARM
        between = x[~np.isin(x, atoms)]
        assert stats.kstest(between, lambda t, r=reference: _without_atoms(r, t)).pvalue > FALSE_ALARM


def _without_atoms(reference, x):
    """The distribution function of what is neither 0 nor 1."""
    jumps = {a: float(reference.cdf(a) - reference.cdf(np.nextafter(a, -1))) for a in (0.0, 1.0)}
    jumps = {a: jump if jump > 1e-12 else 0.0 for a, jump in jumps.items()}
    steps = sum(jump * (np.asarray(x) >= a) for a, jump in jumps.items())
    return (reference.cdf(x) - steps) / (1 - sum(jumps.values()))


@every_form
def test_the_log_density_is_that_of_stan(name, key):
    family = FAMILIES[name]
    form = family.parameterization(key)
    rows = [(x, p) for p in COMPOSED[name, key].points for x in points((name, key), p)]
    data = {"N": len(rows), "y": np.array([x for x, _ in rows], dtype=int if family.discrete else float)}
    for p in form.parameters:
        kind = int if p.kind == "data" else float
        data[f"a_{p.name}"] = np.array([arguments[p.name] for _, arguments in rows], dtype=kind)
    found = build(program(family, form), data).log_prob_grad(np.zeros(len(rows)))[1]
    ours = [float(form.log_density(x, arguments)) for x, arguments in rows]
    np.testing.assert_allclose(ours, found, rtol=1e-9, atol=1e-10)


def test_log_odds_keep_their_digits_where_the_probability_rounds_to_one():
    form = form_of(("ZeroInflated(Poisson)", "log|logit"))
    np.testing.assert_allclose(
        form.log_density([0.0, 1.0], {"log": 0.0, "zero_logit": 50.0}), [0.0, -51.0], atol=1e-12
    )


def test_a_hurdle_before_counts_that_are_almost_never_above_0_still_draws_them():
    form = form_of(("Hurdle(Poisson)", "|"))
    found = form.draw(np.random.default_rng(1), (50,), {"rate": 1e-12, "zero": 0.0})
    assert set(found) == {1.0}


@pytest.mark.parametrize("name", ["ZeroInflated(Normal)", "Nothing(Poisson)", "ZeroInflated(", "Normals"])
def test_what_cannot_be_made_has_no_row(name):
    assert name not in FAMILIES
    if name == "ZeroInflated(Normal)":
        assert WRAPPERS["ZeroInflated"].refuses(FAMILIES["Normal"])
        return
    with pytest.raises(KeyError):
        FAMILIES[name]


def test_the_probability_of_a_zero_moves_smoothly_between_the_wrappers_limits():
    form = form_of(("ZeroInflated(Poisson)", "|"))
    values = [form.log_density(0.0, {"rate": 2.0, "zero": z}) for z in (0.0, 0.3, 0.6, 1.0)]
    assert all(a < b for a, b in pairwise(values))
    np.testing.assert_allclose([values[0], values[-1]], [-2.0, 0.0], atol=1e-14)
