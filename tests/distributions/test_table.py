"""What rows say of themselves, and that the table is asked: no room knows a distribution by its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import stanlevels
from stanlevels.distributions.family import COVARIATES, INTERCEPT, SLOPES
from stanlevels.distributions.links import LINKS
from stanlevels.distributions.numbers import value_of
from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import Call, Ref

EVERY = [(f, p) for f in FAMILIES.values() for p in f.parameterizations]
PACKAGE = Path(stanlevels.__file__).parent
NAMES = set(FAMILIES) | {p.stan for _, p in EVERY} | {p.glm for _, p in EVERY if p.glm}

form_by_form = pytest.mark.parametrize(
    ("family", "form"), EVERY, ids=lambda x: getattr(x, "name", None) or x.key
)


def questions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts of a file that are exactly the name of a distribution, here or in Stan."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in NAMES:
            yield node.lineno, node.value


@pytest.mark.parametrize(
    "path",
    sorted(p for p in PACKAGE.rglob("*.py") if "distributions" not in p.relative_to(PACKAGE).parts[:1]),
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_no_room_asks_for_a_distribution_by_name(path):
    assert list(questions(ast.parse(path.read_text()))) == []


@form_by_form
def test_facts_name_arguments_that_there_are(family, form):
    names = {p.name for p in form.parameters}
    said = {form.location, form.scale, form.trials, form.correlation} - {""}
    said |= {form.categories[0]} if form.categories else set()
    said |= {form.likelihood.dispersion} - {""} if form.likelihood else set()
    said |= set(form.glm_arguments) - {COVARIATES, INTERCEPT, SLOPES}
    assert said <= names
    standard = {p.name for p in family.parameterizations[0].parameters}
    assert {*(family.location_scale or ()), *(family.bounds or ()), family.at_most, family.sums_to} - {
        ""
    } <= standard
    assert form.link in LINKS
    assert bool(form.glm) == bool(form.glm_arguments)


@form_by_form
def test_the_priors_of_open_arguments_are_rows_and_have_as_many_numbers_as_arguments(family, form):
    for parameter in form.parameters:
        if parameter.prior:
            row = FAMILIES[parameter.prior.family]
            assert len(parameter.prior.numbers) == len(row.parameterizations[0].parameters)
            element = "vector" if parameter.support.shape == "vector" else row.support.shape
            assert parameter.support.shape == element
            if parameter.support.shape != "cholesky":
                assert parameter.support.contains_all_of(row.support) or row.support.lower == 0 or row.bounds


@form_by_form
def test_a_link_by_hand_says_the_same_as_the_parameterisation_it_stands_for(family, form):
    for link in LINKS.values():
        other = family.by_hand(form, link.inverse)
        if other is not None:
            shared = {p.name: 3.0 for p in form.parameters if p.name != form.location}
            by_hand = value_of(Call(link.inverse, (Ref("eta"),)), {"eta": 0.4})
            x = np.array([1.0]) if family.discrete else np.array([0.3])
            np.testing.assert_allclose(
                form.log_density(x, {**shared, form.location: by_hand}),
                other.log_density(x, {**shared, other.location: 0.4}),
                rtol=1e-12,
            )


def test_the_links_by_hand_are_those_that_stan_has_functions_for():
    found = {
        (family.name, form.key, link.inverse): other.key
        for family, form in EVERY
        for link in LINKS.values()
        if (other := family.by_hand(form, link.inverse))
    }
    assert found == {
        ("Beta", "mean", "inv_logit"): "logit",
        ("Bernoulli", "", "inv_logit"): "logit",
        ("Binomial", "", "inv_logit"): "logit",
        ("BetaBinomial", "mean", "inv_logit"): "logit",
        ("Poisson", "", "exp"): "log",
        ("NegBinomial", "", "exp"): "log",
        ("InverseGaussian", "", "exp"): "log",
        ("Tweedie", "", "exp"): "log",
        ("ConwayMaxwellPoisson", "", "exp"): "log",
        ("GeneralizedPoisson", "", "exp"): "log",
    }


def test_categories_are_counted_from_an_argument():
    assert {(f.name, p.key): p.categories for f, p in EVERY if p.categories} == {
        ("Categorical", ""): ("theta", 0),
        ("Categorical", "logit"): ("logit", 0),
        **dict.fromkeys(
            (
                *(("OrderedLogistic", key) for key in ("", "scale")),
                *(("OrderedProbit", key) for key in ("", "scale")),
                *(("StoppingRatio", key) for key in ("", "probit", "cloglog")),
                ("AdjacentCategories", ""),
            ),
            ("cutpoints", 1),
        ),
    }
    ordinal = ["OrderedLogistic", "OrderedProbit", "StoppingRatio", "AdjacentCategories"]
    assert [f.name for f in FAMILIES.values() if f.is_ordinal] == ordinal


def test_shapes_of_variables():
    found = {
        "normal": [f.name for f in FAMILIES.values() if f.is_normal],
        "gaussian": [f.name for f in FAMILIES.values() if f.gaussian],
        "vector": [f.name for f in FAMILIES.values() if f.is_vector],
        "simplex": [f.name for f in FAMILIES.values() if f.is_simplex],
        "tally": [f.name for f in FAMILIES.values() if f.is_tally],
        "correlation": [f.name for f in FAMILIES.values() if f.is_correlation],
        "log": [f.name for f in FAMILIES.values() if f.location_link == "log"],
    }
    assert found == {
        "normal": ["Normal"],
        "gaussian": ["Normal", "LogNormal", "MultiNormal"],
        "vector": ["MultiNormal", "MultiStudentT"],
        "simplex": ["Dirichlet"],
        "tally": ["Multinomial", "DirichletMultinomial"],
        "correlation": ["LKJCholesky"],
        "log": ["LogNormal", "ShiftedLogNormal"],
    }


def test_a_latent_variance_stands_behind_outcomes_with_thresholds_alone():
    logistic = {f.name for f, p in EVERY if np.isfinite(p.latent_variance)}
    assert logistic == {
        *("Bernoulli", "Binomial", "BetaBinomial", "Categorical", "OrderedLogistic", "OrderedProbit"),
        *("StoppingRatio", "AdjacentCategories", "Multinomial", "DirichletMultinomial"),
    }


def test_thresholds_are_behind_trials_and_categories_in_an_order():
    found = {name for name, family in FAMILIES.items() if family.is_threshold}
    assert found == {"Bernoulli", "Binomial", "BetaBinomial", "OrderedLogistic", "OrderedProbit"}
