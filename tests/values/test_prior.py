"""Draws from the prior against closed forms, and against another simulation of the declaration.

A mean of n draws is compared within 4.5 of its standard errors, which fails by chance 7 times in a million.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.errors import FitError
from stanlevels.values.prior import draw_prior
from tests.oracle.random_models import seeded_case
from tests.oracle.simulation import simulate
from tests.parity.harness import unit_keys
from tests.results.kit import planned_on

DRAWS = 20_000


def prior(model, data, seed=1, draws=DRAWS):
    planned, bound = planned_on(model, data)
    return draw_prior(planned, bound, draws, np.random.default_rng(seed)).arrays


def close(draws, mean, factor=4.5):
    """Whether the mean over draws is `mean`, to its standard error."""
    assert abs(draws.mean() - mean) < factor * draws.std() / np.sqrt(draws.size)


class Nested(sl.Model):
    shop = sl.Level()
    mean = sl.Normal(3, 2)
    spread = sl.HalfNormal(1)
    A = sl.Normal(mean, spread, over=shop)
    y = sl.Normal(A + 10 * sl.data("x"), 0.5, observed=True)
    echo = sl.Normal(2 * y, 0.1, observed=True)


def test_variances_add_up_along_the_dependence():
    """Var y = 4 + E[spread^2] + 0.25 with E[spread^2] = 1; two rows of a shop share 5 of it."""
    found = prior(Nested, pd.DataFrame({"shop": ["a", "a", "b"], "x": [0.0, 0, 1], "y": 99.0, "echo": 99.0}))
    y = found["y"][0, :, :, 0]
    assert found["A"].shape == (1, DRAWS, 2, 1)
    for row, mean in enumerate((3, 3, 13)):
        close(y[:, row], mean)
        close((y[:, row] - mean) ** 2, 5.25)
    close((y[:, 0] - 3) * (y[:, 1] - 3), 5)
    close((y[:, 0] - 3) * (y[:, 2] - 13), 4)
    close(found["spread"][0], np.sqrt(2 / np.pi))


def test_what_an_outcome_explains_follows_the_outcome_that_was_drawn():
    found = prior(Nested, pd.DataFrame({"shop": ["a", "b"], "x": [0.0, 1], "y": 99.0, "echo": 99.0}))
    np.testing.assert_allclose(found["echo"], 2 * found["y"], atol=0.1 * 6)


class Vectors(sl.Model):
    shop = sl.Level()
    corr = sl.LKJCholesky(2, dim=3)
    B = sl.MultiNormal([1, 2, 3], [1, 2, 0.5], corr, over=shop)
    p = sl.Dirichlet([1, 2, 3], over=shop)
    choice = sl.Categorical(p, observed=True)
    n = sl.Poisson(log=B[0] / 2, observed=True)


def test_vectors_have_their_means_and_covariances():
    """An entry of a 3 x 3 matrix from LKJ(2) is 2 Beta(2.5, 2.5) - 1, of variance 1/6."""
    frame = pd.DataFrame({"shop": ["a", "b"], "choice": [1, 3], "n": 1})
    found = prior(Vectors, frame)
    corr, B = found["corr"].reshape(DRAWS, 3, 3), found["B"][0]
    np.testing.assert_allclose(np.diagonal(corr, axis1=1, axis2=2), 1, rtol=1e-12)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        close(corr[:, i, j], 0)
        close(corr[:, i, j] ** 2, 1 / 6)
        sd = [1, 2, 0.5][i] * [1, 2, 0.5][j]
        product = (B[:, 0, i] - i - 1) * (B[:, 0, j] - j - 1) / sd
        close(product * corr[:, i, j], 1 / 6)  # E[r E[z_i z_j | r]] = E[r^2]
    for k, alpha in enumerate((1, 2, 3)):
        close(found["p"][0, :, 1, k], alpha / 6)
        close(found["choice"][0, :, 1, 0] == k + 1, alpha / 6)
    close(found["n"][0, :, 0, 0], np.exp(0.5 + 0.25 / 2))


class Cut(sl.Model):
    side = sl.Index(["low", "high"])
    same = sl.Normal(0, 1, over=side, ordered=True)
    own = sl.Normal(same, 1, over=side, ordered=True)
    grade = sl.OrderedLogistic(0, own, observed=True)


def test_ordered_quantities_are_draws_given_their_order():
    """Two standard normals in order have means -+1/sqrt(pi); own given same are in order by conditioning."""
    found = prior(Cut, pd.DataFrame({"grade": [1, 2, 3]}))
    same, own = found["same"][0, :, 0], found["own"][0, :, 0]
    close(same[:, 0], -1 / np.sqrt(np.pi))
    close(same[:, 1], 1 / np.sqrt(np.pi))
    assert (np.diff(own, axis=-1) > 0).all()
    gap = same[:, 1] - same[:, 0]  # own's gap is normal about it with variance 2, given that it is positive
    lower = -gap / np.sqrt(2)
    close(own[:, 1] - own[:, 0] - gap - np.sqrt(2) * stats.norm.pdf(lower) / stats.norm.sf(lower), 0)
    high = 1 / (1 + np.exp(own[:, 1]))
    close((found["grade"][0, :, 0, 0] == 3) - high, 0)


class Never(sl.Model):
    side = sl.Index(["low", "high"])
    shift = sl.Constant(-60.0)
    start = sl.Normal(0, 1, over=side, ordered=True)
    own = sl.Normal(start * shift, 0.001, over=side, ordered=True)
    grade = sl.OrderedLogistic(0, own, observed=True)


def test_components_that_are_never_in_order_are_an_error_that_says_so():
    with pytest.raises(FitError, match="hardly ever in order"):
        prior(Never, pd.DataFrame({"grade": [1, 2, 3]}), draws=3)


@pytest.mark.parametrize("seed", [7, 10, 12, 16, 18, 20, 27, 39])
def test_random_models_draw_as_the_oracle_does(seed):
    """Kolmogorov and Smirnov's test of every quantity's last number: about 100 tests at 1e-6 each.

    The seeds are of models that leave no argument open, with outcomes of rows: what the oracle simulates.
    """
    case = seeded_case(seed)
    bound = case.model.bind(case.data, tables=case.tables)
    rng = np.random.default_rng(seed)
    ours = draw_prior(bound.planned, bound.data, 400, rng).arrays
    units = unit_keys(bound)
    theirs = [simulate(case.graph, case.data, rng, units, case.tables)[0] for _ in range(60)]
    for name in theirs[0]:
        mine = ours[name][0].reshape(400, -1)[:, -1]
        other = [np.asarray(values[name]) for values in theirs]
        if bound.planned.lines[name].family.is_correlation:
            other = [factor @ factor.T for factor in other]
            mine, other = ours[name][0].reshape(400, -1)[:, 1], [matrix.ravel()[1:2] for matrix in other]
        assert stats.ks_2samp(mine, [x.ravel()[-1] for x in other]).pvalue > 1e-6, name
