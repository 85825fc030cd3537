"""Priors scaled up and down, by ArviZ from 1.0 on."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.results.arviz.groups import are_a_tree
from tests.arviz_of_any_age import dataset, group_names
from tests.results.kit import fit_of


class Schools(sl.Model):
    school = sl.Level()
    mean = sl.Normal(1, 5)
    sds = sl.HalfNormal(2, over=sl.Index(["a", "b"]))
    corr = sl.LKJCholesky(2, dim=2)
    S = sl.MultiNormal([mean, 0], sds, corr, over=school)
    y = sl.Normal(S[0] + S[1] * sl.data("x"), 1, observed=True)


DATA = {"school": list("aabb"), "x": [0.0, 1.0, 0.0, 1.0], "y": [0.0, 1.0, 2.0, 3.0]}


def drawn(name: str, shape: tuple[int, ...]) -> np.ndarray:
    rng = np.random.default_rng(len(name))
    if name == "corr":
        return np.broadcast_to([[1, 0.3], [0.3, 1]], shape)
    return np.abs(rng.normal(size=shape))


def test_the_group_holds_the_density_of_every_prior() -> None:
    fit = fit_of(Schools, DATA, drawn)
    idata = fit.add_log_prior()
    assert "log_prior" in group_names(idata)
    found = dataset(idata, "log_prior")
    assert list(found) == ["mean", "sds", "corr"]  # S is part of the model
    mean, sds = (fit.by_quantity.whole(name)[..., 0, :] for name in ("mean", "sds"))
    np.testing.assert_allclose(found["mean"], stats.norm(1, 5).logpdf(mean[..., 0]))
    np.testing.assert_allclose(found["sds"], stats.halfnorm(0, 2).logpdf(sds).sum(axis=-1))
    # LKJ(2) of two: density (1 - r^2) / (4 / 3) of r; of the factor's entry the same
    assert found["corr"].shape == (4, 100)


def test_what_moves_the_posterior_is_told() -> None:
    class Coin(sl.Model):
        p = sl.Beta(20, 20)
        heads = sl.Bernoulli(p, observed=True)

    data = {"heads": [1] * 9 + [0]}
    rng = np.random.default_rng(0)
    fit: Any = fit_of(Coin, data, lambda n, s: rng.beta(29, 21, size=s), draws=1000)
    if not are_a_tree():
        with pytest.raises(sl.FitError, match=r"ArviZ from 1.0 on"):
            fit.prior_sensitivity()
        return
    table = fit.prior_sensitivity()
    assert list(table.index) == ["p"]
    assert table["prior"].iloc[0] > 0.05
    assert "potential" in table["diagnosis"].iloc[0]


def test_estimates_have_no_log_prior() -> None:
    fit = Schools.fit(DATA, "mle", progress=False)
    with pytest.raises(sl.FitError, match="no draws of the posterior"):
        fit.add_log_prior()
