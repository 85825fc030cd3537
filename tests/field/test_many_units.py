"""Fits of many units: what is recorded, what it costs, and what is said where something was left out."""

import numpy as np
import pytest

import stanlevels as sl
from tests.field.kit import Intercepts, base

pytestmark = pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")


class NonCentred(sl.Model):
    g = sl.Level()
    a = sl.Normal(0, 5)
    b = sl.Normal(0, 5)
    sd = sl.HalfNormal(2)
    noise = sl.HalfNormal(2)
    icc = sd**2 / (sd**2 + noise**2)
    A = sl.Normal(a, sd, over=g, centered=False)
    twice = A * 2
    mu = A + b * sl.data("x")
    y = sl.StudentT(5, mu, noise, observed=True)


def fitted(model=NonCentred, **more):
    settings = {"seed": 1, "engine": "stanli", "progress": False, "chains": 1, "warmup": 150, "draws": 100}
    return model.fit(base(), **{**settings, **more})


@pytest.fixture(scope="module")
def whole():
    return fitted()


@pytest.fixture(scope="module")
def few():
    return fitted(record={"A": False})


def test_helpers_of_the_program_are_not_kept(whole):
    assert "A_raw" in whole.stan_code
    assert set(whole.raw.variables) == {"a", "b", "sd", "noise", "icc", "A", "twice"}


@pytest.mark.parametrize("chains", [1, 2])
def test_what_is_not_recorded_changes_no_draw_and_is_kept_nowhere(chains):
    every, some = fitted(chains=chains), fitted(chains=chains, record=["icc", "b"])
    assert set(some.raw.variables) == {"b", "icc"} == set(some.idata.posterior)
    for name in ("b", "icc"):
        np.testing.assert_array_equal(some.draws(name), every.draws(name))
    assert list(some.summary().index) == ["b", "icc"]
    base_of = some.raw.variables["b"].base
    # a warm-up of 150 is one of 149, which keeps a metric, and a draw that is thrown away
    assert base_of is None or base_of.size <= 2 * chains * 101


def test_a_mapping_leaves_out_what_is_false_and_puts_in_what_is_true(whole, few):
    assert list(few.idata.posterior) == ["a", "b", "sd", "noise", "icc", "twice"]
    beside = fitted(record={"mu": True, "twice": False})
    assert list(beside.idata.posterior) == ["a", "b", "sd", "noise", "icc", "A", "mu"]
    np.testing.assert_allclose(beside.idata.posterior["mu"], whole.draws("mu"), rtol=1e-12)


def test_a_single_name_is_enough(few):
    assert list(fitted(record="sd").idata.posterior) == ["sd"]
    assert "not recorded: A" in repr(few)


@pytest.mark.parametrize("ask", [lambda f: f.effects("A"), lambda f: f.draws("A"), lambda f: f.draws("mu"),
                                 lambda f: f.summary(["A"]), lambda f: f.pooling()])  # fmt: skip
def test_what_was_not_recorded_is_said_with_the_setting_that_brings_it_back(few, ask):
    with pytest.raises(sl.FitError, match=r"'A'.* not recorded") as error:
        ask(few)
    assert "record=" in str(error.value)


def test_effects_without_the_draws_of_their_mean_have_no_deviation(whole):
    alone = fitted(record="A").effects("A")
    expected = whole.effects("A")
    assert not {"deviation", "weight", "no_pooling", "complete_pooling"} & set(alone)
    np.testing.assert_array_equal(alone["estimate"], expected["estimate"])
    np.testing.assert_array_equal(alone["ess_tail"], expected["ess_tail"])


def test_an_approximation_records_what_is_asked_for():
    fit = fitted(Intercepts, method="laplace", chains=None, warmup=None, record=["sd", "noise"])
    assert list(fit.idata.posterior) == ["sd", "noise"]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (["A", "nois"], "did you mean 'noise'"),
        (["y"], "'y', which has data, not draws"),
        ({"g": False}, "'g', and there is no such quantity"),
        ([], "leaves nothing to record"),
        (dict.fromkeys(("a", "b", "sd", "noise", "icc", "A", "twice"), False), "leaves nothing to record"),
        (3, "names of quantities to record"),
        ({"A": 0}, "a mapping such as"),
    ],
)
def test_what_cannot_be_recorded_is_refused_before_anything_is_sampled(record, said):
    with pytest.raises(sl.FitError) as error:
        fitted(record=record)
    assert said in str(error.value)


def test_a_fit_without_draws_records_nothing():
    with pytest.raises(sl.FitError, match="takes no record"):
        Intercepts.fit(base(), "mle", record=["a"])


@pytest.mark.cmdstan
@pytest.mark.usefixtures("cmdstan")
def test_cmdstan_keeps_what_is_recorded_and_nothing_else():
    every, some = fitted(engine="cmdstan"), fitted(engine="cmdstan", record=["A", "sd"])
    assert set(every.raw.variables) == {"a", "b", "sd", "noise", "icc", "A", "twice"}
    assert set(some.raw.variables) == {"A", "sd"}
    np.testing.assert_array_equal(some.draws("A"), every.draws("A"))
