"""Priors as brms writes them: the lines that they become, and what they cannot be of."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl

RNG = np.random.default_rng(2)
N = 60
DF = pd.DataFrame({"g": RNG.integers(1, 7, N), "x": RNG.normal(size=N), "z": RNG.normal(size=N)})
DF["y"], DF["f"], DF["rating"] = RNG.normal(size=N), RNG.choice(["a", "b"], N), RNG.integers(1, 5, N)
DF["count"] = RNG.poisson(2, N)


def priors(text, prior=None, family="gaussian"):
    """Priors of the class as they are shown, by quantity; and the class is its print."""
    model = sl.formula(text, DF, family=family, prior=prior)
    scope = {"sl": sl}
    exec(str(model), scope)
    assert scope[model.__name__].graph() == model.graph()
    return {name: prior for name, _, prior, source, _ in model.priors(DF).rows if source == "declared"}


@pytest.mark.parametrize(
    ("text", "prior", "family", "found"),
    [
        (
            "y ~ x + f + (x | g)",
            [
                "prior(normal(0, 5), class = b) + prior(exponential(1), class = sd)",
                "prior(lkj(3), class = cor) + prior(student_t(3, 0, 2.5), class = sigma)",
            ],
            "gaussian",
            {
                "b": "Normal(0, 5)",
                "by_g_sd": "Exponential(1)",
                "by_g_corr": "LKJCholesky(3)",
                "sigma": "HalfStudentT(3, 2.5)",
            },
        ),
        (
            "y ~ x + z + f",
            ["set_prior('normal(1, 2)', coef = 'x', lb = 0)", "prior(normal(0, 9), coef = Intercept)"],
            "gaussian",
            {"b_x": "Normal(1, 2, lower=0)", "intercept": "Normal(0, 9)"},
        ),
        ("y ~ x", "prior(cauchy(0, 1), class = b)", "gaussian", {"b": "Cauchy(0, 1)"}),
        ("y ~ scale(x)", "prior(normal(0, 3), class = Intercept)", "gaussian", {"intercept": "Normal(0, 3)"}),
        (
            "rating ~ scale(x)",
            "prior(normal(0, 4), class = Intercept)",
            "cumulative",
            {"cut": "Normal(0, 4)"},
        ),
        (
            "bf(count ~ x, zi ~ z)",
            "prior(normal(0, 1), class = b, dpar = zi) + prior(gamma(2, 0.1), class = shape)",
            "zero_inflated_negbinomial",
            {"b_zi": "Normal(0, 1)", "shape": "Gamma(2, 0.1)"},
        ),
        (
            "bf(y ~ a * exp(-r * x), a ~ 1 + (1 | g), r ~ 1, nl = TRUE)",
            [
                "prior(normal(5, 2), nlpar = a) + prior(normal(1, 1), nlpar = r, lb = 0)",
                "prior(normal(0, 1), class = sd, nlpar = a)",
            ],
            "gaussian",
            {"intercept_a": "Normal(5, 2)", "by_g_a_sd": "HalfNormal(1)", "r": "Normal(1, 1, lower=0)"},
        ),
        (
            "y ~ x",
            "prior(exponential(1), class = sigma2) + prior(normal(0, 3), class = b, dpar = mu1)",
            "mixture(gaussian, gaussian, order = 'none')",
            {"sigma2": "Exponential(1)", "b_mu1": "Normal(0, 3)"},
        ),
        ("y ~ s(x)", "prior(exponential(1), class = sds)", "gaussian", {"curve_x_sd": "Exponential(1)"}),
    ],
)
def test_a_prior_is_of_the_line_that_brms_has_it_for(text, prior, family, found):
    assert priors(text, prior, family).items() >= found.items()


def test_a_call_that_is_pasted_brings_its_priors():
    text = (
        "brm(y ~ x, data = df, prior = c(prior(normal(0, 5), class = b), prior(constant(2), class = sigma)))"
    )
    assert "sigma = sl.Constant(2)" in str(sl.formula(text, DF))
    assert priors(text)["b"] == "Normal(0, 5)"
    below = str(sl.formula("y ~ x", DF, prior="prior(constant(-1.5), class = b, coef = x)"))
    assert "b_x = sl.Constant(-1.5)" in below


@pytest.mark.parametrize(
    ("text", "prior", "says"),
    [
        ("y ~ x", "prior(normal(0, 1), class = Intercept)", "covariates are at their means"),
        ("y ~ x + f", "prior(normal(0, 1), coef = fb)", "no line of its own"),
        ("y ~ s(x)", "prior(normal(0, 1), class = b)", "another unit"),
        ("y ~ x", "prior(horseshoe(1), class = b)", "the distribution 'horseshoe'"),
        ("y ~ x", "prior(normal(0, 1), class = sd)", "of nothing in the formula"),
        ("y ~ x", "normal(0, 1)", "is no prior"),
        ("y ~ x", "prior(normal(0, 1), klass = b)", "klass"),
        ("y ~ x", 5, "prior= of sl.formula is int 5"),
        ("y ~ x", "", "prior= of sl.formula is (.|\n)*leave prior= out"),
        ("y ~ x", "prior(constant(1), class = b)", r"prior\(constant\(1\), class = b, coef = x\) for each"),
    ],
)
def test_a_prior_that_has_no_line_is_refused_in_words(text, prior, says):
    with pytest.raises(sl.DeclarationError, match=says):
        sl.formula(text, DF, prior=prior)
