"""Calls of brms of published models, translated, against the classes that were written by hand."""

import importlib
import pkgutil
import re

import numpy as np
import pytest

import stanlevels as sl
import tests.published.models as models
from stanlevels.formulas.parse import parse
from stanlevels.formulas.syntax import Call, formula_text

RECORDS = {
    record.name: record
    for info in pkgutil.iter_modules(models.__path__)
    for record in getattr(importlib.import_module(f"{models.__name__}.{info.name}"), "MODELS", ())
    if record.brms is not None
}

SAME = """
    radon election88 pilots earnings acquaintances bambi_escs bambi_strack bambi_shooter
    bambi_robust bambi_falls bambi_absences bambi_iris inhaler symptoms tits beta_binomial2 epilepsy
    multiple_membership nhanes brms_choices brms_odd_groups brms_donations monks HSB nba_fouls
    signal_detection sleepstudy cbpp cake grouseticks VerbAgg Penicillin Pastes InstEval Arabidopsis
    Machines Orthodont statsmodels_dietox statsmodels_variance_components mixedmodels_kb07
    metafor_three_levels bugs_rats bugs_seeds autoregression pymc_drinking pymc_mastectomy
    rethinking_reedfrogs rethinking_chimpanzee_slopes rethinking_cafes rethinking_bangladesh
    rethinking_instruments rethinking_milk pooling roaches gasoline tobacco ab weightgain exgaussian
    quantile shifted_lognormal growth loss loss_by_year guessing psychometric_lapses rethinking_islands golf
""".split()

OTHERWISE = {  # the hand-written class says the same with other numbers, or something else
    "correlations": "by hand, effects of single rows are sampled",
    "brms_two_kinds": "by hand, means of the kinds are effects of a level, with a prior of their own",
    "pymc_one_factor": "by hand, loadings and noise have one prior, without a mean of their own",
    "pymc_two_factors": "by hand, loadings and noise have one prior, without a mean of their own",
    "dirichlet_multinomial": "by hand, one category at a time",
    "rethinking_chimpanzees": "by hand, treatments are units of a level",
    "rethinking_latent_mundlak": "by hand, both outcomes use one effect; in brms two that are correlated",
    "preferences": "by hand, age is a number among the covariates",
    "irt_graded_response": "by hand, items discriminate about a mean of their logarithm that is fixed",
}
NEED_PRIORS = {  # unknowns inside a function, whose priors are a person's to give
    *"irt_two_parameters irt_correlated_items orange theoph clotting".split(),
}
REFUSED = {  # what the formula has that is not there: no line, or no column in the record's data
    "bambi_blossoms": "bs(",
    "brms_horseshoe": "'horseshoe'",
    "bambi_mundlak": "ave(",
    "weibull_survival": "1 - event",
    "pymc_heating": "priors is no prior",
}


def call_of(record):
    """The call of brms, with a formula and priors that were assigned before, and without matrices."""
    text = record.brms
    call = parse(text[text.index("brm(") :].strip())
    kept = tuple((name, value) for name, value in call.arguments if name != "data2")
    found = formula_text(Call("brm", kept))
    for name, place in (("formula", "brm("), ("prior", "prior = ")):
        assigned = re.search(rf"{name} <- (.*?)(?=\n\w+ <- |\nbrm\()", text, re.DOTALL)
        found = found.replace(f"{place}{name}", f"{place}{assigned[1]}") if assigned else found
    return found


def translated(record):
    data, tables = record.data(), record.tables() if record.tables else {}
    for table in tables.values():
        data = data.merge(table)
    return sl.formula(call_of(record), data), data


def size(bound):
    """How many numbers are sampled."""
    return sum(int(np.prod(each.shape(bound.stan_data))) for each in bound.program.parameters)


def test_the_lists_name_records_once():
    listed = [*SAME, *OTHERWISE, *NEED_PRIORS, *REFUSED]
    assert set(listed) <= set(RECORDS)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("name", [*SAME, *OTHERWISE])
def test_a_published_formula_has_a_program_of_the_size_of_the_class_by_hand(name):
    model, data = translated(RECORDS[name])
    same = size(model.bind(data)) == size(RECORDS[name].bind())
    assert same == (name in SAME)


@pytest.mark.parametrize("name", sorted(NEED_PRIORS))
def test_a_published_formula_with_unknowns_in_a_function_asks_for_their_priors(name):
    model, data = translated(RECORDS[name])
    with pytest.raises(sl.DeclarationError, match="nothing tells how large"):
        model.bind(data)


@pytest.mark.parametrize(("name", "what"), REFUSED.items())
def test_what_a_published_formula_has_and_is_not_there_is_named(name, what):
    with pytest.raises(sl.StanlevelsError) as caught:
        translated(RECORDS[name])
    assert what in caught.value.found


@pytest.mark.parametrize("name", ["cake", "Machines", "HSB", "radon", "roaches", "bugs_seeds"])
def test_a_published_formula_has_the_likelihood_of_the_class_by_hand(name):
    model, data = translated(RECORDS[name])
    by_hand = RECORDS[name].bind().fit(method="mle").log_likelihood
    assert model.fit(data, method="mle").log_likelihood == pytest.approx(by_hand, abs=2e-3)
