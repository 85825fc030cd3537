"""Fits without draws that were saved: small, and the same as before."""

import pickle

import numpy as np
import pandas as pd
import pytest

from tests.estimation.schemes import models as m
from tests.estimation.schemes.models import frame
from tests.estimation.test_large import Crashes, rows


@pytest.mark.parametrize("method", ["mle", "reml", "em"])
def test_a_saved_fit_gives_the_same_tables(method):
    fit = m.Penicillin.fit(frame("lme4", "Penicillin"), method)
    again = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(again.summary(), fit.summary())
    pd.testing.assert_frame_equal(again.pooling(), fit.pooling())
    name = fit.pooling()["quantity"].iloc[0]
    pd.testing.assert_frame_equal(again.effects(name), fit.effects(name))
    assert again.notes == fit.notes
    np.testing.assert_array_equal(again.trace, fit.trace)


def test_a_saved_least_squares_fit_gives_the_same_tables():
    fit = m.Penicillin.fit(frame("lme4", "Penicillin"), "ols", roles={"P": "parameter", "S": "parameter"})
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(fit)).summary(), fit.summary())


def test_what_is_saved_is_the_data_whatever_was_looked_at():
    """Eight bytes for each column and link of the three levels and the outcome, and little besides."""
    n = 20_000
    fit = Crashes.fit(rows(n), "mle", progress=False)
    before = len(pickle.dumps(fit))
    fit.summary(), fit.effects("A"), fit.pooling()
    assert len(pickle.dumps(fit)) <= before + 10_000
    assert before < 80 * n
