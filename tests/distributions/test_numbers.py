"""What distributions of single numbers have, against SciPy."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from scipy import stats

from stanlevels.distributions.table import FAMILIES
from tests.distributions.references import CATEGORIES, REFERENCES, cases, form_of, frozen, values, words

CASES = cases()
# Draws pass with probability 1 - 1e-4 each, and there are about 110 such tests: 1 % for all of them, and
# the seeds are fixed.
FALSE_ALARM = 1e-4
DRAWS = 4000

every_case = pytest.mark.parametrize(("key", "arguments"), CASES, ids=map(words, CASES))


def test_every_distribution_of_single_numbers_has_a_reference():
    scalars = {(f.name, p.key) for f in FAMILIES.values() if f.is_scalar for p in f.parameterizations}
    assert set(REFERENCES) | set(CATEGORIES) == scalars


@every_case
def test_the_log_density_is_that_of_scipy(key, arguments):
    reference, x = frozen(key, arguments), values(key, arguments)
    log = reference.logpmf if form_of(key).numbers.support.integer else reference.logpdf
    np.testing.assert_allclose(form_of(key).log_density(x, arguments), log(x), rtol=1e-9, atol=1e-10)


@every_case
def test_outside_the_support_there_is_no_density_and_nothing_below_it(key, arguments):
    form = form_of(key)
    support = form.numbers.support
    outside = [x for x in (support.lower - 1, support.upper + 1) if np.isfinite(x)]
    outside += [1.5] if support.integer else []
    assert np.all(form.log_density(np.array(outside), arguments) == -np.inf)
    if np.isfinite(support.lower):
        assert form.cumulative(support.lower - 1, arguments) == 0
    assert form.cumulative(np.inf, arguments) == 1


@every_case
def test_the_distribution_function_is_that_of_scipy(key, arguments):
    x = values(key, arguments)
    x = np.concatenate([x, x + 0.3]) if form_of(key).numbers.support.integer else x
    expected = frozen(key, arguments).cdf(x)
    np.testing.assert_allclose(form_of(key).cumulative(x, arguments), expected, rtol=1e-8, atol=1e-13)


@every_case
def test_mean_and_variance_are_those_of_scipy(key, arguments):
    form, reference = form_of(key), frozen(key, arguments)
    for found, expected in (
        (form.mean(arguments), reference.mean()),
        (form.variance(arguments), reference.var()),
    ):
        if np.isfinite(expected):
            np.testing.assert_allclose(found, expected, rtol=1e-6)
        else:  # SciPy is not of one mind about which moments are infinite and which do not exist
            assert not np.isfinite(found)


@every_case
def test_draws_have_the_distribution(key, arguments):
    form, reference = form_of(key), frozen(key, arguments)
    rng = np.random.default_rng(zlib.crc32(words((key, arguments)).encode()))
    x = form.draw(rng, (DRAWS,), arguments)
    assert x.shape == (DRAWS,)
    assert form.numbers.support.inside(x).all()
    found = chi_squared(x, reference) if form.numbers.support.integer else stats.kstest(x, reference.cdf)
    assert found.pvalue > FALSE_ALARM


def chi_squared(x, reference):
    """Over values that are expected at least 8 times, and the rest together."""
    low, high = int(x.min()), int(x.max())
    k = np.arange(low, high + 1)
    expected = DRAWS * reference.pmf(k)
    often = expected >= 8
    counts = np.array([np.sum(x == value) for value in k[often]])
    counts, expected = np.append(counts, DRAWS - counts.sum()), np.append(expected[often], 0.0)
    expected[-1] = DRAWS - expected.sum()
    if expected[-1] < 8:  # too rare for a class of their own
        counts, expected = (
            np.append(counts[:-2], counts[-2:].sum()),
            np.append(expected[:-2], expected[-2:].sum()),
        )
    return stats.chisquare(counts, expected)


@every_case
def test_arguments_and_values_broadcast(key, arguments):
    form = form_of(key)
    x = values(key, arguments)[:, None]
    stacked = {n: np.stack([np.asarray(v, dtype=float)] * 3) for n, v in arguments.items()}
    expected = np.repeat(form.log_density(x, arguments), 3, axis=1)
    np.testing.assert_allclose(form.log_density(x, stacked), expected, rtol=1e-14)
    drawn = form.draw(np.random.default_rng(1), (5, 3), stacked)
    assert drawn.shape == (5, 3)
    assert np.broadcast_shapes(form.mean(stacked).shape, (3,)) == (3,)
    assert np.broadcast_shapes(form.variance(stacked).shape, (3,)) == (3,)


@pytest.mark.parametrize(("key", "arguments"), [c for c in CASES if form_of(c[0]).numbers.probabilities])
def test_probabilities_of_categories_sum_to_one(key, arguments):
    found = form_of(key).probabilities(arguments)
    k = np.arange(1, found.shape[-1] + 1)
    np.testing.assert_allclose(found, frozen(key, arguments).pmf(k), rtol=1e-9)
    np.testing.assert_allclose(form_of(key).log_density(k, arguments), np.log(found), rtol=1e-12)


def test_a_category_above_the_last_has_no_mass():
    form = FAMILIES["OrderedLogistic"].parameterization("")
    arguments = {"eta": 0.0, "cutpoints": np.array([-1.0, 1.0])}
    np.testing.assert_array_equal(form.log_density(np.array([4.0, 9.0]), arguments), [-np.inf] * 2)


def test_the_logit_form_keeps_its_digits_where_the_probability_rounds_to_one():
    form = FAMILIES["Bernoulli"].parameterization("logit")
    np.testing.assert_allclose(form.log_density([0, 1], {"logit": 800.0}), [-800.0, 0.0])
    np.testing.assert_allclose(form.log_density(0, {"logit": 40.0}), -40.0, rtol=1e-12)


def test_the_middle_is_the_location_where_there_is_no_mean():
    assert FAMILIES["Cauchy"].parameterization("").middle({"mu": 3.0, "sigma": 1.0}) == 3
    assert np.isnan(FAMILIES["HalfCauchy"].parameterization("").middle({"sigma": 1.0}))
    assert FAMILIES["Gamma"].parameterization("log").middle({"log": 0.0, "shape": 2.0}) == 1


def test_draws_of_counts_with_an_enormous_mean_are_numbers():
    rng = np.random.default_rng(2)
    assert FAMILIES["Poisson"].parameterization("log").draw(rng, (3,), {"log": 200.0}).min() > 1e18
