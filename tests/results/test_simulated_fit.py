"""A fit of draws of the normal approximation: tables, ArviZ, seeds, and what it says of itself."""

import pickle

import arviz
import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import FitError
from tests.estimation.point.lmm.crossed import Crashes, rows
from tests.literature import linear
from tests.literature.frames import frame


@pytest.fixture(scope="module")
def fit():
    return linear.Penicillin.fit(frame("lme4", "Penicillin"), "reml", progress=False)


def test_tables_show_the_estimates_and_their_standard_errors(fit):
    found = fit.simulate_draws(10_000, seed=1)
    own, wanted = found.summary(), fit.summary()
    assert list(own) == ["estimate", "sd", "lower", "upper"]
    assert own.loc["mean", "estimate"] == pytest.approx(wanted.loc["mean", "estimate"], abs=0.05)
    assert own.loc["mean", "sd"] == pytest.approx(wanted.loc["mean", "sd"], rel=0.05)
    # intervals of standard deviations are symmetric on the log scale in both
    for column in ("lower", "upper"):
        assert own.loc["plate_sd", column] == pytest.approx(wanted.loc["plate_sd", column], rel=0.05)
    effects, by_moments = found.effects("P"), fit.effects("P")
    assert list(effects["plate"]) == list(by_moments["plate"])
    np.testing.assert_allclose(effects["sd"], by_moments["sd"], rtol=0.05)


def test_draws_are_labelled_and_joint(fit):
    P = fit.simulate_draws(4000, seed=2).draws("P")
    assert P.dims == ("chain", "draw", "plate")
    # all plates lie around the same mean, which is uncertain: they go up and down together
    assert np.corrcoef(P.sel(plate="a")[0], P.sel(plate="b")[0])[0, 1] > 0.3
    difference = (P.sel(plate="a") - P.sel(plate="b")).std()
    assert float(difference) < 0.9 * float(np.hypot(P.sel(plate="a").std(), P.sel(plate="b").std()))


def test_a_seed_gives_the_same_draws_again(fit):
    one, same, other = (fit.simulate_draws(50, seed=s).draws("P").values for s in (4, 4, 5))
    np.testing.assert_array_equal(one, same)
    assert not np.any(one == other)
    drawn = fit.simulate_draws(50)
    assert np.array_equal(drawn.draws("P"), fit.simulate_draws(50, seed=drawn.seed).draws("P"))
    whole = fit.by_quantity
    assert whole.shape == (1, 1000)
    np.testing.assert_array_equal(whole.whole("P"), fit.simulate_draws(1000, seed=0).by_quantity.whole("P"))


def test_it_says_what_its_draws_are(fit):
    found = fit.simulate_draws(100, seed=1)
    label = "draws of the normal approximation to the fit by restricted maximum likelihood (REML)"
    assert repr(found).splitlines()[:2] == [
        "Simulated fit of Penicillin: 100 draws (seed 1)",
        f"  D{label[1:]}, not of the posterior",
    ]
    assert found.idata.posterior.attrs["approximation"] == f"{label}, not of the posterior"
    assert found.idata.attrs["approximation"] == f"{label}, not of the posterior"
    assert "Simulated fit of Penicillin" in found._repr_html_()


@pytest.mark.filterwarnings("ignore")
def test_arviz_summarises_it(fit):
    table = arviz.summary(fit.simulate_draws(400, seed=1).idata, var_names=["mean", "P"])
    assert "P[a]" in table.index
    assert len(table) == 25


def test_what_has_no_standard_error_is_named():
    rng = np.random.default_rng(1)
    data = {"unit": np.repeat(np.arange(20), 2), "y": np.tile([-1.0, 1.0], 20) + rng.normal(0, 0.01, 40)}

    class Alike(sl.Model):
        unit = sl.Level()
        mean, unit_sd, noise = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1)
        U = sl.Normal(mean, unit_sd, over=unit)
        y = sl.Normal(U, noise, observed=True)

    found = Alike.fit(data, "mle", progress=False).simulate_draws(100, seed=1)
    assert found.notes[0] == "in every draw 'unit_sd' stays at its estimate, which has no standard error"
    assert float(found.draws("unit_sd").max()) == 0
    spread = found.draws("U").std("unit")
    assert float(spread.max()) < 1e-12


def test_numbers_that_are_no_numbers_of_draws_are_refused(fit):
    for n in (0, -1, 2.5, True, "10"):
        with pytest.raises(FitError, match="expected: a whole number of at least 1"):
            fit.simulate_draws(n)
    with pytest.raises(FitError, match="seed is 'a'"):
        fit.simulate_draws(10, seed="a")


def test_quantities_that_reach_no_data_have_no_draws():
    class Aside(sl.Model):
        mean, noise = sl.Normal(0, 5), sl.HalfNormal(1)
        unused = sl.Normal(0, 1)
        y = sl.Normal(mean, noise, observed=True)

    found = Aside.fit({"y": [1.0, 2, 4, 5]}, "mle", progress=False).simulate_draws(10, seed=1)
    assert "unused" not in found.idata.posterior
    with pytest.raises(FitError, match="there are no draws of 'unused'"):
        found.draws("unused")


def test_named_expressions_follow_the_draws():
    class Doubled(sl.Model):
        mean, noise = sl.Normal(0, 5), sl.HalfNormal(1)
        share = noise**2 / (noise**2 + sl.exp(mean))
        y = sl.Normal(mean, noise, observed=True)

    found = Doubled.fit({"y": [1.0, 2, 4, 5]}, "mle", progress=False).simulate_draws(100, seed=1)
    noise, mean = found.draws("noise"), found.draws("mean")
    np.testing.assert_allclose(found.draws("share"), noise**2 / (noise**2 + np.exp(mean)))


def test_a_saved_fit_gives_the_same_draws(fit):
    again = pickle.loads(pickle.dumps(fit))
    np.testing.assert_array_equal(
        again.simulate_draws(20, seed=3).draws("P"), fit.simulate_draws(20, seed=3).draws("P")
    )


def test_a_saved_fit_whose_joint_covariance_is_large_draws_units_apart_and_says_so(monkeypatch):
    fit = Crashes.fit(rows(2000), "mle", progress=False)
    monkeypatch.setattr("stanlevels.estimation.point.kept._JOINT", 1000)
    found = pickle.loads(pickle.dumps(fit)).simulate_draws(4000, seed=3)
    assert any("units are drawn independently of each other" in note for note in found.notes)
    # each unit has its own moments all the same
    whole = fit.simulate_draws(4000, seed=3)
    for name in ("D", "A"):
        np.testing.assert_allclose(found.effects(name)["estimate"], fit.effects(name)["estimate"], atol=0.06)
    np.testing.assert_allclose(found.effects("D")["sd"], whole.effects("D")["sd"], rtol=0.12)


@pytest.mark.slow
def test_a_hundred_thousand_units_are_drawn_on_demand():
    class Many(sl.Model):
        app = sl.Level()
        mean, app_sd, noise = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1)
        A = sl.Normal(mean, app_sd, over=app)
        y = sl.Normal(A, noise, observed=True)

    rng = np.random.default_rng(2)
    app = np.repeat(np.arange(100_000), 2)
    fit = Many.fit({"app": app, "y": rng.normal(size=100_000)[app] + rng.normal(size=200_000)}, "mle")
    draws = fit.by_quantity
    assert draws.is_on_demand("A")
    some = draws.whole("A", np.array([3, 99_999]))
    moments = fit.solution.units("A")
    at = [3, 99_999]
    np.testing.assert_allclose(some.mean(axis=1).ravel(), moments.mean[at], atol=5 / np.sqrt(1000))
    np.testing.assert_allclose(some.std(axis=1).ravel(), np.sqrt(moments.variance[at]), rtol=0.12)
