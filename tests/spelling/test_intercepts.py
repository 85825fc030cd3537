"""1 among covariates means the same as an intercept on a line of its own."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.values.prior import draw_prior
from tests.parity.harness import build
from tests.spelling.models import MODELS, crossed_levels
from tests.spelling.rewrites import intercepts_among_coefficients
from tests.spelling.test_by_hand import Model, differences, first_face, written

# where crossed effects are integrated out, so is a scalar intercept, but not one among coefficients
JOINED = [m for m in MODELS if m is not crossed_levels and intercepts_among_coefficients(written(m).graph)]


@pytest.mark.parametrize("model", JOINED, ids=lambda model: model.__name__)
def test_an_intercept_may_stand_among_the_coefficients(model: Model):
    spelling = intercepts_among_coefficients(written(model).graph)
    assert spelling is not None
    assert differences(first_face(model), written(model), spelling) == []


def data():
    r = np.random.default_rng(5)
    n = 80
    frame = pd.DataFrame({"unit": r.integers(8, size=n), "year": 2000 + r.integers(10, size=n)})
    return frame.assign(z=r.normal(3, 2, n), y=r.normal(50, 9, n), k=r.integers(2, size=n))


class Joined(sl.Model):
    unit = sl.Level()
    X = sl.covariates(1, "year")
    mean = sl.Normal(over=X)
    sd = sl.HalfNormal(over=X)
    corr = sl.LKJCholesky(2)
    B = sl.MultiNormal(mean, sd, corr, over=unit)
    noise = sl.HalfNormal()
    y = sl.Normal(B @ X, noise, observed=True)


class Apart(sl.Model):
    unit = sl.Level()
    intercept, slope = sl.Normal(), sl.Normal()
    sd_of_intercept, sd_of_slope = sl.HalfNormal(), sl.HalfNormal()
    corr = sl.LKJCholesky(2)
    B = sl.MultiNormal([intercept, slope], [sd_of_intercept, sd_of_slope], corr, over=unit)
    noise = sl.HalfNormal()
    y = sl.Normal(B[0] + B[1] * sl.data("year"), noise, observed=True)


@pytest.mark.parametrize("marginalize", [None, False])
def test_means_of_effects_may_be_a_vector_with_an_intercept(marginalize: bool | None):
    frame = data()
    one, other = (model.bind(frame, plan=sl.Plan(marginalize=marginalize)) for model in (Joined, Apart))
    programs = [build(bound.stan_code, bound.stan_data) for bound in (one, other)]
    rng = np.random.default_rng(1)
    assert programs[0].n_unconstrained == programs[1].n_unconstrained
    for _ in range(3):
        q = rng.normal(size=programs[0].n_unconstrained) / 2
        first, second = (program.log_prob_grad(q)[0] for program in programs)
        assert first == pytest.approx(second, rel=1e-9)


class Given(sl.Model):
    X = sl.covariates(1, "year")
    b = sl.Normal(0, over=X)
    noise = sl.HalfNormal()
    y = sl.Normal(b @ X, noise, observed=True)


class GivenApart(sl.Model):
    a, b = sl.Normal(0), sl.Normal(0)
    noise = sl.HalfNormal()
    y = sl.Normal(a + b * sl.data("year"), noise, observed=True)


def test_an_intercept_with_a_given_mean_reaches_as_far_as_its_slopes_let_it():
    frame = data()
    joined, apart = Given.bind(frame).stan_data, GivenApart.bind(frame).stan_data
    assert joined["b_sigma"] == pytest.approx([apart["a_sigma"], apart["b_sigma"]])
    assert joined["b_sigma"][0] > 1000 * frame.y.std()


class Line(sl.Model):
    X = sl.covariates(1, "year", "z")
    b = sl.Normal(over=X)
    noise = sl.HalfNormal()
    y = sl.Normal(b @ X, noise, observed=True)


def test_draws_of_the_prior_lie_where_the_covariates_are_at_their_means():
    frame = data()
    bound = Line.bind(frame)
    drawn = draw_prior(bound.planned, bound.data, 4000, np.random.default_rng(3)).arrays["b"][0, :, 0]
    at_means = drawn @ [1, frame.year.mean(), frame.z.mean()]
    sd = 2.5 * frame.y.std()
    # four standard errors of a mean and of a standard deviation: a false alarm in 8,000 runs
    assert abs(at_means.mean() - frame.y.mean()) < 4 * sd / np.sqrt(4000)
    assert abs(at_means.std() / sd - 1) < 4 / np.sqrt(2 * 4000)
    assert drawn[:, 0].std() > 100 * sd


def test_the_table_of_priors_says_what_moves_the_intercept():
    assert str(Line.bind(data()).priors).count("@ b, 0, 0]") == 1


class Twice(sl.Model):
    X = sl.covariates(1, "year")
    a, b = sl.Normal(), sl.Normal(over=X)
    noise = sl.HalfNormal()
    y = sl.Normal(a + b @ X, noise, observed=True)


def test_two_intercepts_of_a_sum_are_noted():
    (record,) = (r for r in Twice.bind(data()).plan.records if r.step == "identify")
    assert "adds a and b[intercept], which only their priors tell apart" in str(record)


class TwoSets(sl.Model):
    X, Z = sl.covariates(1, "year"), sl.covariates(1, "z")
    a, b = sl.Normal(over=Z), sl.Normal(over=X)
    noise = sl.HalfNormal()
    y = sl.Normal(a @ Z + b @ X, noise, observed=True)


def test_two_sets_with_intercepts_have_priors_that_do_not_rest_on_each_other():
    priors = str(TwoSets.bind(data()).priors)
    assert "@ a" not in priors
    assert "@ b" not in priors


class Logit(sl.Model):
    X = sl.covariates(1, "year")
    b = sl.Normal(over=X)
    k = sl.Bernoulli(logit=b @ X, observed=True)


class LogitApart(sl.Model):
    a, b = sl.Normal(), sl.Normal()
    k = sl.Bernoulli(logit=a + b * sl.data("year"), observed=True)


@pytest.mark.parametrize("method", ["mle", "laplace"])
def test_points_and_approximations_agree(method: str):
    frame = data()
    settings = {"seed": 1} if method == "laplace" else {}
    joined, apart = (m.fit(frame, method=method, progress=False, **settings) for m in (Logit, LogitApart))
    one, other = joined.summary(), apart.summary()
    close = {"rel": 0.2 if method == "laplace" else 1e-3, "abs": 1e-3}
    assert one.loc["b[year]", "estimate"] == pytest.approx(other.loc["b", "estimate"], **close)
    assert one.loc["b[intercept]", "estimate"] == pytest.approx(other.loc["a", "estimate"], **close)


class Crossed(sl.Model):
    colour, form = sl.data("colour", categorical=True), sl.data("form", categorical=True)
    X = sl.covariates(1, colour, form, colour * form)
    b = sl.Normal(over=X)
    noise = sl.HalfNormal()
    y = sl.Normal(b @ X, noise, observed=True)


def test_products_of_categories_that_never_meet_are_noted():
    frame = data()
    colour = np.where(frame.z > 3, "red", "blue")
    form = np.where((frame.k == 1) & (colour == "blue"), "square", "round")
    (record,) = (
        r for r in Crossed.bind(frame.assign(colour=colour, form=form)).plan.records if r.step == "identify"
    )
    assert "adds b[colour[red]:form[square]], of which only its prior tells" in str(record)
