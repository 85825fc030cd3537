"""Profile likelihood intervals against lme4's confint, printed in Bates et al. (2015) and ?confint.merMod.

lme4 interpolates the profile, so agreement is to about 1e-3 of the width.
"""

import numpy as np
import pytest

from stanlevels.errors import FitError
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
