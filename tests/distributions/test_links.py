"""Links there and back, and derivatives by the linear predictor against differences."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from stanlevels.distributions.functions import computed
from stanlevels.distributions.links import LINKS, link_undone_by
from stanlevels.distributions.table import FAMILIES

ETA = np.linspace(-3, 2, 11)
LIKELIHOODS = [(f.name, p.key) for f in FAMILIES.values() for p in f.parameterizations if p.likelihood]
OTHERS = {"trials": np.array([9.0]), "shape": np.array([2.5]), "concentration": np.array([2.5])}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_leads_there_and_back_with_its_slope(name):
    link, h = LINKS[name], 1e-6
    np.testing.assert_allclose(link.predictor(link.mean(ETA)), ETA, rtol=1e-10, atol=1e-12)
    slope = (link.mean(ETA + h) - link.mean(ETA - h)) / (2 * h)
    np.testing.assert_allclose(link.slope(ETA), slope, rtol=1e-7)
    if link.inverse:
        np.testing.assert_allclose(computed(link.inverse, ETA), link.mean(ETA), rtol=1e-13)
        assert link_undone_by(link.inverse) is link


def test_the_latent_variances_are_those_of_the_distributions_behind_the_links():
    behind = {"logit": stats.logistic, "probit": stats.norm, "cloglog": stats.gumbel_l}
    for name, link in LINKS.items():
        if name in behind:
            np.testing.assert_allclose(link.latent_variance, behind[name].var())
        else:
            assert np.isnan(link.latent_variance)


def test_every_generalised_linear_model_has_derivatives():
    assert LIKELIHOODS == [
        ("Gamma", "log"),
        ("Bernoulli", "logit"),
        ("Binomial", "logit"),
        ("BetaBinomial", "logit"),
        ("Poisson", "log"),
        ("NegBinomial", "log"),
    ]


def arguments(form, eta):
    others = {p.name: OTHERS[p.name] for p in form.parameters if p.name != form.location}
    return {**others, form.location: eta}


def derivative(form, value, eta, order):
    given = arguments(form, eta)
    return form.slopes(value, given, order) if order else form.log_density(value, given)


@pytest.mark.parametrize(("family", "key"), LIKELIHOODS)
def test_derivatives_by_the_predictor_are_those_of_differences(family, key):
    form, h = FAMILIES[family].parameterization(key), 1e-5
    y = {"Bernoulli": (0.0, 1.0), "Gamma": (0.2, 4.0)}.get(family, (0.0, 3.0, 9.0))
    for value in y:
        for order in (1, 2, 3):
            up, down = (derivative(form, value, eta, order - 1) for eta in (ETA + h, ETA - h))
            difference = (up - down) / (2 * h)
            found = derivative(form, value, ETA, order)
            np.testing.assert_allclose(found, difference, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("family", "key"), LIKELIHOODS)
def test_a_start_is_near_the_rows_own_maximum(family, key):
    form = FAMILIES[family].parameterization(key)
    y = np.array([1.0]) if family == "Bernoulli" else np.array([2.0, 5.0])
    known = {form.trials: OTHERS[form.trials]} if form.trials else {}
    assert form.likelihood is not None
    start = form.likelihood.start(y, **known)
    at_start = form.log_density(y, arguments(form, start))
    grid = np.linspace(-6, 6, 241)[:, None]
    best = form.log_density(y, arguments(form, grid)).max(axis=0)
    assert np.all(best - at_start < 0.5)
    assert np.all(at_start >= form.log_density(y, arguments(form, np.zeros(1))) - 0.05)


def test_the_dispersion_is_an_argument():
    for family, key in LIKELIHOODS:
        form = FAMILIES[family].parameterization(key)
        others = {p.name for p in form.parameters if p.kind == "shape"}
        assert form.likelihood is not None
        assert others == ({form.likelihood.dispersion} - {""})


@pytest.mark.parametrize(("family", "of"), [("NegBinomial", "Poisson"), ("BetaBinomial", "Binomial")])
def test_a_dispersion_without_end_leads_to_the_limit(family, of):
    """At infinity it is the other distribution, with its derivatives; before, 1 / dispersion away from it."""
    form, other = (next(p for p in FAMILIES[f].parameterizations if p.likelihood) for f in (family, of))
    assert form.likelihood is not None
    y = np.array([0.0, 1.0, 3.0, 9.0])[:, None]
    known = {form.trials: OTHERS[form.trials]} if form.trials else {}

    def numbers(form, dispersion):
        given = {**known, form.location: ETA, **dispersion}
        found = form.log_density(y, given), *(form.slopes(y, given, k) for k in (1, 2, 3))
        return np.stack([np.broadcast_to(each, (len(y), len(ETA))) for each in found])

    limit = numbers(other, {})
    np.testing.assert_allclose(
        numbers(form, {form.likelihood.dispersion: np.inf}), limit, rtol=1e-12, atol=1e-13
    )
    near = [numbers(form, {form.likelihood.dispersion: d}) - limit for d in (1e4, 1e5, 1e6, 1e8, 1e11)]
    for one, next_ in pairwise(near):
        assert np.abs(next_).max() < 0.11 * np.abs(one).max() + 1e-8
