"""R-hat and effective sample sizes against ArviZ, which implements the same paper independently."""

import arviz as az
import numpy as np
import pytest

from stanlevels.results.checks.mixing import mixing
from stanlevels.values.pieces import chunks
from tests.arviz_of_any_age import ess_tail


def autoregressive(chains: int, draws: int, n: int, seed: int = 1) -> np.ndarray:
    """n chains' worth of x_t = phi x_(t-1) + e_t with phi from -0.95 to 0.95."""
    rng = np.random.default_rng(seed)
    phi = np.linspace(-0.95, 0.95, n)
    x, noise = np.zeros((chains, draws, n)), rng.normal(size=(chains, draws, n))
    for t in range(draws):
        x[:, t] = (phi * x[:, t - 1] if t else 0) + noise[:, t]
    return x


@pytest.mark.parametrize(("chains", "draws"), [(4, 250), (4, 251), (2, 40), (3, 8), (4, 4)])
def test_it_agrees_with_arviz_for_chains_of_any_memory(chains, draws):
    x = autoregressive(chains, draws, 21)
    found, dataset = mixing(x), az.convert_to_dataset({"x": x})
    np.testing.assert_allclose(found.r_hat, az.rhat(dataset)["x"], rtol=1e-10)
    np.testing.assert_allclose(found.ess_bulk, az.ess(dataset, method="bulk")["x"], rtol=1e-10)
    np.testing.assert_allclose(found.ess_tail, ess_tail(dataset)["x"], rtol=1e-10)


def test_ties_shifted_chains_and_heavy_tails_agree_with_arviz():
    x = autoregressive(4, 200, 4)
    x[..., 0] = np.round(x[..., 0])
    x[0, :, 1] += 3
    x[..., 2] = np.tan(np.clip(x[..., 2], -1.57, 1.57))
    x[1, 50:80, 3] = x[1, 50, 3]
    found, dataset = mixing(x), az.convert_to_dataset({"x": x})
    np.testing.assert_allclose(found.r_hat, az.rhat(dataset)["x"], rtol=1e-10)
    np.testing.assert_allclose(found.ess_bulk, az.ess(dataset, method="bulk")["x"], rtol=1e-10)
    np.testing.assert_allclose(found.ess_tail, ess_tail(dataset)["x"], rtol=1e-10)
    assert found.r_hat[1] > 1.1


def test_one_chain_is_judged_by_its_halves():
    x = autoregressive(1, 300, 3)
    np.testing.assert_allclose(mixing(x).ess_bulk, az.ess(az.convert_to_dataset({"x": x}))["x"], rtol=1e-10)
    drifting = x + np.linspace(0, 8, 300)[None, :, None]
    assert (mixing(drifting).r_hat > 1.1).all()


def test_what_is_constant_or_not_finite_has_no_r_hat_and_leaves_its_neighbours_alone():
    x = autoregressive(4, 100, 4)
    alone = mixing(x)
    x[..., 1] = 2.5
    x[2, 7, 2] = np.nan
    found = mixing(x)
    for values, expected in zip(found, alone, strict=True):
        assert np.isnan(values[1:3]).all()
        np.testing.assert_array_equal(values[[0, 3]], expected[[0, 3]])


def test_chains_stuck_at_different_values_are_infinitely_far_apart():
    x = np.repeat(np.arange(4.0)[:, None, None], 50, axis=1)
    assert mixing(x).r_hat[0] > 1e3


@pytest.mark.parametrize("shape", [(4, 3, 2), (0, 100, 2), (4, 100, 0), (4, 0, 2)])
def test_too_little_to_judge_is_nan_of_the_right_length(shape):
    for values in mixing(np.ones(shape)):
        assert values.shape == (shape[2],)
        assert np.isnan(values).all()


def test_pieces_cover_everything_once_and_change_nothing(monkeypatch):
    x = autoregressive(4, 60, 9)
    whole = mixing(x)
    monkeypatch.setattr("stanlevels.values.pieces._PIECE", 4 * 60 * 2)
    assert [(piece.start, piece.stop) for piece in chunks(9, 240)] == [(0, 2), (2, 4), (4, 6), (6, 8), (8, 9)]
    for values, expected in zip(mixing(x), whole, strict=True):
        np.testing.assert_allclose(values, expected, rtol=1e-12)


def test_many_quantities_in_many_pieces_are_judged_as_each_alone():
    x = autoregressive(2, 500, 600)
    x[:, 250] = x[:, 249]  # a draw that stayed where it was, as after a divergence
    found = mixing(x)
    for k in (0, 299, 599):
        for values, alone in zip(found, mixing(x[:, :, [k]]), strict=True):
            np.testing.assert_allclose(values[k], alone[0], rtol=1e-12)
    np.testing.assert_allclose(found.r_hat, az.rhat(az.convert_to_dataset({"x": x}))["x"], rtol=1e-10)


def independent(rng, shape):
    return rng.normal(size=shape)


def heavy(rng, shape):
    return rng.standard_t(0.7, size=shape)


def skewed(rng, shape):
    return np.exp(3 * rng.normal(size=shape))


def tied(rng, shape):
    return rng.poisson(rng.uniform(0.3, 3, shape[2]), size=shape).astype(float)


def rejected(rng, shape):
    """Chains that often stay where they are, as after rejected proposals."""
    x = rng.normal(size=shape)
    stays = rng.random(shape) < 0.6
    for t in range(1, shape[1]):
        x[:, t] = np.where(stays[:, t], x[:, t - 1], x[:, t])
    return x


def wandering(rng, shape):
    return np.cumsum(rng.normal(size=shape), axis=1)


def antithetic(rng, shape):
    return rng.normal(size=shape) + 3 * (-1.0) ** np.arange(shape[1])[None, :, None]


def apart(rng, shape):
    return rng.normal(size=shape) + 50 * np.arange(shape[0])[:, None, None]


def scattered(rng, shape):
    return rng.normal(size=shape) * 10.0 ** np.arange(shape[0])[:, None, None]


# Where 5 % of the draws end exactly at a draw (1 x 61), ArviZ's interpolation may miss it by rounding and so
# leave it out of the tail. In these shapes they end between two draws.
@pytest.mark.parametrize("shape", [(4, 100, 6), (1, 63, 6), (3, 33, 6), (2, 1000, 3)])
@pytest.mark.parametrize(
    "make", [independent, heavy, skewed, tied, rejected, wandering, antithetic, apart, scattered]
)
def test_draws_of_many_kinds_agree_with_arviz(make, shape):
    x = make(np.random.default_rng(shape[1]), shape)
    found, dataset = mixing(x), az.convert_to_dataset({"x": x})
    if shape[0] > 1:  # of one chain ArviZ gives no R-hat
        np.testing.assert_allclose(found.r_hat, az.rhat(dataset)["x"], rtol=1e-10)
    np.testing.assert_allclose(found.ess_bulk, az.ess(dataset, method="bulk")["x"], rtol=1e-10)
    np.testing.assert_allclose(found.ess_tail, ess_tail(dataset)["x"], rtol=1e-10)
