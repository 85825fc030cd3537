"""Expectation-maximisation: the same optimum, by steps that never lose."""

import numpy as np
import pytest

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
    assert any("did not converge in 3 steps" in note for note in fit.notes) or len(fit.trace) == 3


def test_a_standard_deviation_that_heads_to_0_is_set_to_it():
    """EM alone would need steps without end; what it ends at is what maximum likelihood finds."""
    data = frame("lme4", "Dyestuff2")
    em, direct = m.Dyestuff.fit(data, "em"), m.Dyestuff.fit(data, "mle")
    assert em.summary().loc["batch_sd", "estimate"] == 0
    assert em.log_likelihood == pytest.approx(direct.log_likelihood, abs=1e-7)
    assert em.summary().loc["noise", "se"] == pytest.approx(direct.summary().loc["noise", "se"], rel=1e-4)
    assert len(em.trace) < 500
