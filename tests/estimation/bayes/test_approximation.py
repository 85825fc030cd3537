"""Approximate posteriors: exact where the posterior is normal, labelled as approximate everywhere."""

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import EngineMissing, FitError
from stanlevels.estimation.bayes.pareto import pareto_k
from tests.arviz_of_any_age import k_hat
from tests.literature import linear as m
from tests.literature.frames import frame


class Known(sl.Model):
    """A normal posterior: everything linear, standard deviations known."""

    group = sl.Level()
    mean = sl.Normal(0, 2)
    G = sl.Normal(mean, 1.5, over=group, centered=True)
    y = sl.Normal(G, 0.7, observed=True)


DATA: dict[str, Any] = {"group": [0, 0, 1, 1, 1, 2, 3, 3], "y": [0.3, 1.1, 2.0, 2.4, 1.2, -0.5, 4.0, 3.1]}


def exact():
    """Posterior mean and covariance of (mean, G), by the normal equations."""
    Z = np.eye(4)[DATA["group"]]
    prior = np.zeros((5, 5))
    prior[0, 0] = 1 / 4 + 4 / 1.5**2
    prior[0, 1:] = prior[1:, 0] = -1 / 1.5**2
    prior[1:, 1:] = np.eye(4) / 1.5**2
    precision = prior + np.pad(Z.T @ Z / 0.49, ((1, 0), (1, 0)))
    covariance = np.linalg.inv(precision)
    return covariance @ np.concatenate([[0], Z.T @ np.array(DATA["y"]) / 0.49]), covariance


def test_laplace_is_exact_for_a_normal_posterior():
    """Means within 4 Monte Carlo standard errors, sds within 10 %; k-hat is low."""
    mean, covariance = exact()
    fit = Known.fit(DATA, "laplace", engine="stanli", draws=4000, seed=1, progress=False)
    posterior = fit.idata.posterior
    draws = np.column_stack([posterior["mean"].values.ravel(), posterior["G"].values.reshape(4000, 4)])
    sds = np.sqrt(np.diagonal(covariance))
    assert (np.abs(draws.mean(axis=0) - mean) < 4 * sds / np.sqrt(4000)).all()
    np.testing.assert_allclose(np.cov(draws.T), covariance, atol=0.1 * sds.max() ** 2)
    assert fit.pareto_k < 0.1


def test_an_approximation_says_so_everywhere():
    fit = Known.fit(DATA, "laplace", engine="stanli", draws=200, seed=1, progress=False)
    assert "Approximate fit (Laplace approximation at the mode)" in repr(fit)
    assert "approximate" in str(fit.diagnose())
    assert "Pareto k-hat" in fit.diagnose().measured
    assert fit.idata.attrs["approximation"] == "laplace"
    assert fit.idata.posterior.attrs["pareto_k"] == fit.pareto_k


def test_the_same_seed_gives_the_same_draws():
    first, second = (
        Known.fit(DATA, "laplace", engine="stanli", draws=50, seed=3, progress=False) for _ in range(2)
    )
    np.testing.assert_array_equal(first.idata.posterior["G"], second.idata.posterior["G"])


@pytest.mark.parametrize("centered", [None, True])
def test_a_centred_model_without_a_mode_is_an_error_that_names_the_line(centered):
    class Centred(m.Pastes):
        C = sl.Normal(m.Pastes.B, m.Pastes.cask_sd, over=m.Pastes.cask, centered=centered)

    plan = None if centered else sl.Plan(center={"C": True})
    bound = Centred.bind(frame("lme4", "Pastes"), plan=plan)
    assert bound.plan.centered["C"]
    words = r"C ~ Normal\(B, cask_sd\), over cask is sampled as it is \(centred\), .* as 'cask_sd' goes to 0"
    with pytest.raises(FitError, match=words) as caught:
        bound.fit("laplace", engine="stanli", seed=1, progress=False)
    assert "method='mle', which integrates C out" in caught.value.way_out


@pytest.mark.parametrize("method", ["pathfinder", "advi"])
def test_methods_of_cmdstan_alone_say_so(method):
    with pytest.raises(EngineMissing, match="needs CmdStan"):
        Known.fit(DATA, method, engine="stanli", progress=False)


@pytest.mark.cmdstan
@pytest.mark.usefixtures("cmdstan")
@pytest.mark.parametrize("method", ["laplace", "pathfinder", "advi"])
def test_cmdstans_approximations_come_near_a_normal_posterior(method):
    mean, covariance = exact()
    fit = Known.fit(DATA, method, engine="cmdstan", draws=1000, seed=1, progress=False)
    assert abs(float(fit.idata.posterior["mean"].mean()) - mean[0]) < 0.25 * np.sqrt(covariance[0, 0])
    assert np.isfinite(fit.pareto_k) or fit.pareto_k < 0


@pytest.mark.parametrize("shape", [0.1, 0.4, 0.9])
def test_k_hat_is_that_of_arviz(shape):
    """Its Pareto-smoothed importance sampling on the same ratios, to 1e-6.

    Of 2,500 the tail has 150 = 3 sqrt(2500), however that is rounded: ArviZ rounds it down since 1.0.
    """
    rng = np.random.default_rng(5)
    ratios = np.log(rng.pareto(1 / shape, size=2500) + 0.01)
    assert pareto_k(ratios) == pytest.approx(k_hat(ratios), abs=1e-6)


def test_equal_ratios_mean_an_exact_approximation():
    assert pareto_k(np.zeros(500)) == -np.inf


def test_too_few_ratios_are_not_judged():
    assert pareto_k(np.zeros(5)) == np.inf
