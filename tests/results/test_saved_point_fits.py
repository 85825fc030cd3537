"""Fits without draws that were saved: small, and the same as before."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.estimation.point.lmm.crossed import Crashes, rows
from tests.field.kit import Intercepts, base
from tests.literature import generalised, linear
from tests.literature.frames import frame


@pytest.mark.parametrize("method", ["mle", "reml", "em"])
def test_a_saved_fit_gives_the_same_tables(method):
    fit = linear.Penicillin.fit(frame("lme4", "Penicillin"), method)
    again = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(again.summary(), fit.summary())
    pd.testing.assert_frame_equal(again.pooling(), fit.pooling())
    name = fit.pooling()["quantity"].iloc[0]
    pd.testing.assert_frame_equal(again.effects(name), fit.effects(name))
    assert again.notes == fit.notes
    np.testing.assert_array_equal(again.trace, fit.trace)


def test_a_saved_least_squares_fit_gives_the_same_tables():
    fit = linear.Penicillin.fit(
        frame("lme4", "Penicillin"), "ols", roles={"P": "parameter", "S": "parameter"}
    )
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(fit)).summary(), fit.summary())


class Varying(Intercepts):
    """A residual standard deviation that grows with x."""

    noise = sl.HalfNormal(1)
    growth = sl.Normal(0, 1)
    spread = noise * sl.exp(growth * sl.data("x"))
    y = sl.Normal(Intercepts.A + Intercepts.b * sl.data("x"), spread, observed=True)


CASES: dict[str, tuple[type[sl.Model], pd.DataFrame, str, bool]] = {
    "linear": (linear.Penicillin, frame("lme4", "Penicillin"), "reml", False),
    "generalised": (generalised.Cbpp, frame("lme4", "cbpp"), "mle", False),
    "penalised": (linear.Penicillin, frame("lme4", "Penicillin"), "mle", True),
    "general": (Varying, base(), "reml", False),
}


@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_fit_is_saved_without_rows(case):
    model, data, method, priors = CASES[case]
    fit = model.fit(data, method, priors=priors) if priors else model.fit(data, method)
    again = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(again.summary(), fit.summary())
    pd.testing.assert_frame_equal(again.pooling(), fit.pooling())
    for name in fit.pooling()["quantity"]:
        pd.testing.assert_frame_equal(again.effects(name), fit.effects(name))
    assert (repr(again), again.notes, again.aic) == (repr(fit), fit.notes, fit.aic)


@pytest.mark.parametrize("case", CASES)
def test_a_saved_fit_says_what_needs_rows(case):
    model, data, method, _ = CASES[case]
    fit = pickle.loads(pickle.dumps(model.fit(data, method)))
    parameter = next(name for name, found in fit.numbers.items() if found.role == "parameter")
    with pytest.raises(sl.FitError, match="a saved fit holds no rows"):
        fit.summary([parameter], interval="profile")
    (outcome,) = fit.bound.graph.observed
    with pytest.raises(sl.DataError, match="left out with the rows"):
        fit.bound.outcome(outcome)


def test_saved_twice_is_saved_once():
    fit = linear.Penicillin.fit(frame("lme4", "Penicillin"), "reml")
    once = pickle.loads(pickle.dumps(fit))
    again = pickle.loads(pickle.dumps(once))
    pd.testing.assert_frame_equal(again.pooling(), fit.pooling())
    assert copy.deepcopy(fit) is fit


def test_saved_fits_are_compared_like_others():
    data = frame("lme4", "Penicillin")
    fits = [linear.Penicillin.fit(data, method) for method in ("mle", "reml")]
    saved = [pickle.loads(pickle.dumps(fit)) for fit in fits]
    pd.testing.assert_frame_equal(sl.compare(*saved), sl.compare(*fits))
    assert sl.compare(*saved).notes == sl.compare(*fits).notes


def test_what_is_saved_does_not_grow_with_the_rows():
    small, large = (pickle.dumps(Crashes.fit(rows(n), "mle", progress=False)) for n in (5_000, 40_000))
    assert len(large) < len(small) + 10_000
    assert len(large) < 1_000_000  # most of it the covariance of 270 crossed effects
