"""Profile likelihood intervals against lme4's confint, printed in Bates et al. (2015) and ?confint.merMod.

lme4 interpolates the profile, so agreement is to about 1e-3 of the width.
"""

import numpy as np
import pandas as pd
import pytest

from stanlevels.errors import FitError
from tests.field.kit import Correlated
from tests.literature import linear as m
from tests.literature.frames import frame

SLEEP = {
    "sds[intercept]": (14.3814, 37.7160),
    "corr[intercept, slope]": (-0.4815, 0.6850),
    "sds[slope]": (3.8012, 8.7534),
    "noise": (22.8983, 28.8580),
    "intercept": (237.6807, 265.1296),
    "slope": (7.3587, 13.5759),
}
DYESTUFF = {"mean": (1486.451, 1568.548), "batch_sd": (12.19854, 84.06305), "noise": (38.22998, 67.65770)}


@pytest.mark.parametrize(
    ("model", "name", "wanted"),
    [pytest.param(m.Sleep, "sleepstudy", SLEEP, marks=pytest.mark.slow), (m.Dyestuff, "Dyestuff", DYESTUFF)],
    ids=["sleepstudy", "Dyestuff"],
)
def test_profile_intervals_are_those_of_lme4(model, name, wanted):
    table = model.fit(frame("lme4", name), "mle").summary(interval="profile")
    for number, (lower, upper) in wanted.items():
        within = 2e-3 * (upper - lower)
        assert table.loc[number, "lower"] == pytest.approx(lower, abs=within), number
        assert table.loc[number, "upper"] == pytest.approx(upper, abs=within), number


def test_a_variance_of_zero_has_an_interval_that_begins_at_zero():
    row = m.Dyestuff.fit(frame("lme4", "Dyestuff2"), "mle").summary("batch_sd", interval="profile").iloc[0]
    assert row["lower"] == 0
    assert 1 < row["upper"] < 5


def test_at_the_ends_of_an_interval_the_deviance_has_risen_by_the_quantile():
    """Held constant at an end, as a role, the fit is worse by 3.8415 / 2 in log likelihood."""
    data = frame("lme4", "Penicillin")
    fit = m.Penicillin.fit(data, "mle")
    table = fit.summary(["plate_sd", "mean"], interval="profile")
    for name in ("plate_sd", "mean"):
        for end in ("lower", "upper"):
            held = m.Penicillin.fit(data, "mle", roles={name: float(table.loc[name, end])})
            assert held.deviance - fit.deviance == pytest.approx(3.841459, abs=2e-3)


def test_wald_intervals_of_standard_deviations_are_positive():
    table = m.Pastes.fit(frame("lme4", "Pastes"), "mle").summary()
    assert (table.loc[["batch_sd", "cask_sd", "noise"], "lower"] > 0).all()
    assert np.isfinite(table["upper"]).all()


def test_coefficients_have_no_profile_under_reml():
    with pytest.raises(FitError, match="REML criteria"):
        m.Dyestuff.fit(frame("lme4", "Dyestuff"), "reml").summary("mean", interval="profile")


def alike() -> pd.DataFrame:
    """Eight units whose intercepts and slopes are estimated to be perfectly correlated."""
    r = np.random.default_rng(79)
    g, x = np.arange(80) % 8, r.normal(size=80)
    u = r.normal(size=8)
    return pd.DataFrame({"g": g, "x": x, "y": 1 + x + 0.6 * u[g] + r.normal(size=80)})


def test_a_correlation_of_1_does_not_hold_a_profile_back():
    """lme4 1.1-31, confint(lmer(y ~ x + (x | g), REML = FALSE)): sd of the slope from 0 to 0.64984.

    At 0.51, where the profile once ended, minus twice the log likelihood has risen by 2.63 only.
    """
    data = alike()
    fit = Correlated.fit(data, "mle")
    assert fit.summary().loc["corr[a, b]", "estimate"] == 1
    ends = fit.summary("other_sd", interval="profile").iloc[0]
    assert ends["lower"] == 0
    assert ends["upper"] == pytest.approx(0.64984, rel=2e-3)
    held = Correlated.fit(data, "mle", roles={"other_sd": float(ends["upper"])})
    assert held.deviance - fit.deviance == pytest.approx(3.841459, abs=2e-3)


@pytest.mark.parametrize("method", ["mle", "reml"])
def test_a_correlation_beside_a_known_standard_deviation_is_told_from_a_ridge(method):
    """It is near its end, where its unbounded number hardly curves, and at it: neither is arbitrary."""
    held = Correlated.fit(alike(), method, roles={"other_sd": 0.3})
    assert held.notes[0].startswith("converged")
    assert np.isfinite(held.summary()["se"]).all()
    free = Correlated.fit(alike(), method)
    known = float(free.summary().loc["sd", "estimate"])
    at_end = Correlated.fit(alike(), method, roles={"sd": known})
    assert at_end.notes[0].startswith("converged")
    assert any("a correlation of 1 or -1" in note for note in at_end.notes)
    assert at_end.log_likelihood == pytest.approx(free.log_likelihood, abs=1e-6)
    table, wanted = at_end.summary()["estimate"], free.summary()["estimate"]
    np.testing.assert_allclose(table, wanted[table.index], rtol=1e-3)
