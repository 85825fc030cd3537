"""Stan's GLM functions: several blocks of known columns, and categories that share covariates."""

from dataclasses import replace

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from stanlevels.errors import InternalError
from stanlevels.linear.sums import Place, Reader
from stanlevels.plan.factors import Block, Glm
from stanlevels.plan.terms import Linear
from tests.program.kit import densities, without_glm

X, Z = sl.covariates("x", "z"), sl.covariates("size")
K = sl.Index(2)
LINES = {
    "school": (SCHOOL := sl.Level()),
    "X": X,
    "Z": Z,
    "K": K,
    "a": (A := sl.Normal(0, 1, over=SCHOOL)),
    "b": (B := sl.Normal(0, 1, over=X)),
    "b2": (B2 := sl.Normal(0, 1, over=X)),
    "c": (C := sl.Normal(0, 1, over=Z)),
    "d": (D := sl.Normal(0, 1)),
    "e": (E := sl.Normal(0, 1)),
    "cut": (CUT := sl.Normal(0, 3, over=K, ordered=True)),
    "s": (S := sl.HalfNormal(1)),
}
x, z, size = sl.data("x"), sl.data("z"), sl.data("size")


def bound(frame, line):
    return sl.Model.define("M", {**LINES, "o": line}).bind(frame)


def with_blocks(model):
    """The same model with a GLM function that holds every coefficient of its location, made by hand."""
    line = model.planned.lines["o"]
    location = next(p.name for p in line.form.parameters if p.kind == "location")
    read = Reader(model.planned).read(line.args[location], Place(line.domain))
    matrices = [Block(a.leaf) for a in read if isinstance(a.leaf, Linear)]
    products = [(a.leaf, a.known[0].term) for a in read if a.known and a.leaf is not None]
    rest = [a.leaf for a in read if not a.known and not isinstance(a.leaf, Linear)]
    assert len(rest) <= 1
    scalars = [Block(coefficients=tuple(products))] if products else []
    density = Glm(line.form.key, location, rest[0] if rest else None, (*matrices, *scalars))
    planned = model.planned.with_factors(lambda f: replace(f, density=density) if f.source == "o" else f)
    return BoundModel(model.data, planned)


FAMILIES = {
    "normal_id_glm_lpdf": lambda eta: sl.Normal(eta, S, observed="y"),
    "bernoulli_logit_glm_lpmf": lambda eta: sl.Bernoulli(logit=eta, observed="flag"),
    "poisson_log_glm_lpmf": lambda eta: sl.Poisson(log=eta, observed="count"),
    "neg_binomial_2_log_glm_lpmf": lambda eta: sl.NegBinomial(log=eta, shape=S, observed="count"),
    "binomial_logit_glm_lpmf": lambda eta: sl.Binomial(sl.data("trials"), logit=eta, observed="count"),
}
BLOCKS = {
    "one matrix": (lambda: A + B @ X, ("X, a[school], b",)),
    "two matrices": (
        lambda: A + B @ X + C @ Z,
        ("o_columns = append_col(X, Z);", "matrix[N, K_X + K_Z]", "append_row(b, c)"),
    ),
    "scalars": (
        lambda: A + D * x + E * z,
        ("o_columns = append_col(x, z);", "matrix[N, 2]", "[d, e]'"),
    ),
    "one scalar": (lambda: A + D * x, ("to_matrix(x, N, 1)", "[d]'")),
    "a matrix and scalars": (
        lambda: A + B @ X + D * size + E * z,
        ("append_col(append_col(X, size), z)", "matrix[N, K_X + 2]", "append_row(b, [d, e]')"),
    ),
    "no intercept": (lambda: B @ X + D * size, ("append_col(X, size)", "o_columns, 0, append_row(b, [d]')")),
}


@pytest.mark.parametrize("blocks", BLOCKS)
@pytest.mark.parametrize("function", FAMILIES)
def test_blocks_beside_each_other_have_the_density_of_the_sum(function, blocks, frame):
    eta, texts = BLOCKS[blocks]
    model = bound(frame, FAMILIES[function](eta()))
    glm = with_blocks(model)
    assert f"{function}(o | " in glm.stan_code
    assert all(text in glm.stan_code for text in texts)
    plain = without_glm(model)
    assert "_glm_" not in plain.stan_code
    assert densities(glm) == pytest.approx(densities(plain), rel=1e-10)


def test_ordered_categories_take_blocks_and_no_intercept(frame):
    glm = with_blocks(bound(frame, sl.OrderedLogistic(B @ X + D * size, CUT, observed="choice")))
    assert "ordered_logistic_glm_lpmf(o | o_columns, append_row(b, [d]'), cut)" in glm.stan_code
    assert "_glm_" not in without_glm(glm).stan_code
    assert densities(glm) == pytest.approx(densities(without_glm(glm)), rel=1e-10)


def test_an_intercept_of_ordered_categories_is_a_mistake_of_the_plan(frame):
    glm = with_blocks(bound(frame, sl.OrderedLogistic(A + D * size, CUT, observed="choice")))
    with pytest.raises(InternalError, match="has no intercept"):
        _ = glm.stan_code


CATEGORIES = {
    "a set of covariates": (
        lambda: [0, B @ X, E + B2 @ X],
        "X, [0, 0, e]', append_col(append_col(rep_vector(0, K_X), b), b2)",
    ),
    "a column": (lambda: [0, D * x, 1], "o_columns, [0, 0, 1]', [[0, d, 0]]"),
    "columns": (
        lambda: [D * x - E * z, E, D + D * E * z],
        "o_columns, [0, e, d]', [[d, 0, 0], [-e, 0, d * e]]",
    ),
    "both": (
        lambda: [0, B @ X + D * size, E * size],
        "append_row(append_col(append_col(rep_vector(0, K_X), b), rep_vector(0, K_X)), [[0, d, e]])",
    ),
}


@pytest.mark.parametrize("case", CATEGORIES)
def test_categories_that_share_covariates_have_the_density_of_each_row(case, frame):
    logit, text = CATEGORIES[case]
    glm = bound(frame, sl.Categorical(logit=logit(), observed="choice"))
    ones = {**frame, "one": np.ones(24, dtype=int)}
    plain = bound(ones, sl.Categorical(logit=logit(), observed="choice", weights="one"))
    assert "categorical_logit_glm_lpmf" in glm.stan_code
    assert text in glm.stan_code
    assert "categorical_logit_lpmf" in plain.stan_code
    assert densities(glm) == pytest.approx(densities(plain), rel=1e-10)


@pytest.mark.parametrize(
    "logit", [lambda: [0, A, D * x], lambda: [0, 2 * (B @ X), 1], lambda: [0, -(B @ X), x]]
)
def test_categories_whose_log_odds_vary_otherwise_are_a_loop(logit, frame):
    model = bound(frame, sl.Categorical(logit=logit(), observed="choice"))
    assert "_glm_" not in model.stan_code
    assert np.all(np.isfinite(densities(model)))
