"""A quantity over covariates or an index alone, whose arguments are expressions: the horseshoe."""

import numpy as np
import pytest
from scipy import stats

import stanlevels as sl
from tests.program.kit import density_at

DATA = {"x": [0.5, -1.0, 2.0], "z": [1.0, 0.0, -1.0], "y": [0.2, 1.1, -0.4]}


def horseshoe(centered: bool):
    X = sl.covariates("x", "z")
    tau = sl.HalfCauchy(1)
    lam = sl.HalfCauchy(1, over=X)
    b = sl.Normal(0, tau * lam, over=X, centered=centered)
    lines = {"X": X, "tau": tau, "lam": lam, "b": b, "y": sl.Normal(b @ X, 1, observed=True)}
    return sl.Model.define("Horseshoe", lines).bind(DATA)


@pytest.mark.parametrize("centered", [True, False])
def test_the_horseshoe_has_the_density_of_scipy(centered):
    """Piironen and Vehtari (2017), equation 2.3; log tau and log lambda are the unconstrained parameters."""
    tau, lam, b = 0.7, np.array([0.3, 2.0]), np.array([-0.4, 0.9])
    raw = b / (tau * lam)
    expected = (
        stats.halfcauchy.logpdf(tau)
        + np.log(tau)
        + np.sum(stats.halfcauchy.logpdf(lam) + np.log(lam))
        + (stats.norm.logpdf(b, 0, tau * lam).sum() if centered else stats.norm.logpdf(raw).sum())
        + stats.norm.logpdf(DATA["y"], np.column_stack([DATA["x"], DATA["z"]]) @ b, 1).sum()
    )
    values = {"tau": tau, "lam": lam, "b": b} if centered else {"tau": tau, "lam": lam, "b_raw": raw}
    assert density_at(horseshoe(centered), values) == pytest.approx(expected, rel=1e-10)
