"""Expectation-maximisation: the same optimum, by steps that never lose."""

import numpy as np
import pytest

from tests.field.kit import Correlated, Slopes, base
from tests.literature import linear as m
from tests.literature.frames import frame

INTERIOR = [
    (m.Sleep, "lme4", "sleepstudy"),
    (m.SleepIndependent, "lme4", "sleepstudy"),
    (m.Dyestuff, "lme4", "Dyestuff"),
    (m.Penicillin, "lme4", "Penicillin"),
    (m.Pastes, "lme4", "Pastes"),
    (m.Oats, "nlme", "Oats"),
]


@pytest.mark.parametrize(("model", "package", "name"), INTERIOR, ids=lambda x: getattr(x, "__name__", x))
def test_em_and_direct_maximisation_agree(model, package, name):
    """Log likelihood to 1e-6, standard deviations to 1e-4 relative."""
    data = frame(package, name)
    direct, em = model.fit(data, "mle"), model.fit(data, "em")
    assert em.log_likelihood == pytest.approx(direct.log_likelihood, abs=1e-6)
    sds = [n for n in direct.summary().index if "sd" in n or n == "noise"]
    np.testing.assert_allclose(
        em.summary().loc[sds, "estimate"], direct.summary().loc[sds, "estimate"], rtol=1e-4
    )


@pytest.mark.parametrize(("model", "package", "name"), INTERIOR, ids=lambda x: getattr(x, "__name__", x))
def test_the_log_likelihood_never_falls(model, package, name):
    trace = model.fit(frame(package, name), "em").trace
    assert len(trace) > 2
    assert np.diff(trace).min() > -1e-9


def test_at_a_boundary_em_stops_and_says_which_variance_heads_to_zero():
    fit = m.Dyestuff.fit(frame("lme4", "Dyestuff2"), "em")
    assert any("'batch_sd' heads to 0" in note for note in fit.notes)
    assert np.diff(fit.trace).min() > -1e-9


def test_too_few_steps_are_reported():
    fit = m.Pastes.fit(frame("lme4", "Pastes"), "em", max_steps=3)
    assert any("did not converge in 3 steps" in note for note in fit.notes)
    assert len(fit.trace) == 4


def test_a_standard_deviation_that_heads_to_0_is_set_to_it():
    """EM alone would need steps without end; what it ends at is what maximum likelihood finds."""
    data = frame("lme4", "Dyestuff2")
    em, direct = m.Dyestuff.fit(data, "em"), m.Dyestuff.fit(data, "mle")
    assert em.summary().loc["batch_sd", "estimate"] == 0
    assert em.log_likelihood == pytest.approx(direct.log_likelihood, abs=1e-7)
    assert em.summary().loc["noise", "se"] == pytest.approx(direct.summary().loc["noise", "se"], rel=1e-4)
    assert len(em.trace) < 500


@pytest.mark.parametrize("unit", [1.0, 1e-8])
def test_a_singular_covariance_is_reached_and_not_only_approached(unit):
    """Plain steps came within 3e-4 of the maximum after 10,000; units of the covariate play no part."""
    data = base()
    em, direct = (Correlated.fit(data.assign(x=unit * data.x), method) for method in ("em", "mle"))
    assert em.log_likelihood == pytest.approx(direct.log_likelihood, abs=1e-7)
    assert em.summary().loc["corr[a, b]", "estimate"] == pytest.approx(1, abs=1e-12)
    for name in ("sd", "other_sd", "noise"):
        found, wanted = (fit.summary().loc[name, ["estimate", "se"]] for fit in (em, direct))
        np.testing.assert_allclose(found, wanted, rtol=1e-3)
    assert any("'A' heads to a singular one" in note for note in em.notes)
    assert np.diff(em.trace).min() > -1e-9
    assert len(em.trace) < 200


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("model", [Slopes, Correlated])
def test_slopes_far_from_the_middle_of_their_covariate_take_hundreds_of_steps_at_most(model, seed):
    data = base(n=120, k=12, seed=seed)
    own = np.random.default_rng(seed).normal(size=12)[data.g.str[1:].astype(int)]
    data = data.assign(y=data.y + 0.3 * own * data.x, x=data.x + 5)
    em, direct = model.fit(data, "em"), model.fit(data, "mle")
    assert em.log_likelihood == pytest.approx(direct.log_likelihood, abs=2e-6)
    assert np.diff(em.trace).min() > -1e-9
    assert len(em.trace) < 1500
