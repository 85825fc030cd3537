"""Predictions of every kind of outcome, and draws of outcomes, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import stanlevels as sl
from tests.results.kit import fit_of

N = 30
RNG = np.random.default_rng(0)
GROUPS = RNG.choice(list("abc"), N)
SURE = 5.0  # standard errors: with some 20 comparisons, one false alarm in 80,000 runs


def small(name: str, shape: tuple[int, ...]) -> np.ndarray:
    found = np.random.default_rng(sum(map(ord, name))).normal(size=shape) * 0.3
    if name == "cut":
        return np.sort(found * 5, axis=-1)
    if name == "corr":
        return np.broadcast_to(np.linalg.cholesky([[1.0, 0.5], [0.5, 1.0]]), shape).copy()
    return np.abs(found) + 0.2 if name.startswith("sd") else found


def whole(fit: Any, name: str) -> np.ndarray:
    """Draws (total, units, components)."""
    array = fit.by_quantity.whole(name)
    return array.reshape(-1, *array.shape[2:])


def as_draws(found: Any) -> np.ndarray:
    return found.to_numpy().reshape(-1, *found.shape[2:])


def test_categories_have_a_row_each_with_their_probabilities():
    class Kinds(sl.Model):
        g = sl.Level()
        sd, b = sl.HalfNormal(1), sl.Normal(0, 1)
        G = sl.Normal(0, sd, over=g)
        kind = sl.Categorical(logit=[0, G, b * sl.data("x")], observed=True)

    data = pd.DataFrame(
        {"g": GROUPS, "x": RNG.normal(size=N), "kind": RNG.choice(["red", "blue", "green"], N)}
    )
    fit = fit_of(Kinds, data, small)
    new = pd.DataFrame({"g": ["b", "a"], "x": [2.0, -1.0]}, index=["one", "two"])
    logits = np.zeros((400, 2, 3))
    logits[..., 1] = whole(fit, "G")[:, [1, 0], 0]
    logits[..., 2] = whole(fit, "b")[:, :, 0] * [2.0, -1.0]
    expected = special.softmax(logits, axis=-1)
    np.testing.assert_allclose(as_draws(fit.predict(new, output="xarray")), expected, rtol=1e-9)
    table = fit.predict(new)
    assert table.index.tolist() == ["one"] * 3 + ["two"] * 3
    assert table["category"].tolist() == ["blue", "green", "red"] * 2
    np.testing.assert_allclose(table["estimate"], expected.mean(axis=0).ravel())
    drawn = fit.posterior_predictive(new)
    assert set(np.unique(drawn)) == {"blue", "green", "red"}
    share = (drawn.to_numpy() == "green").mean(axis=(0, 1))
    assert np.abs(share - expected.mean(axis=0)[:, 1]).max() < SURE * 0.5 / np.sqrt(400)


def test_ordered_categories_have_probabilities_between_cutpoints():
    class Scores(sl.Model):
        g = sl.Level()
        sd = sl.HalfNormal(1)
        G = sl.Normal(0, sd, over=g)
        cut = sl.Normal(0, 2, over=sl.Index([1, 2, 3]), ordered=True)
        score = sl.OrderedLogistic(G, cut, observed=True)

    fit = fit_of(Scores, pd.DataFrame({"g": GROUPS, "score": RNG.integers(1, 5, N)}), small)
    below = special.expit(whole(fit, "cut")[:, 0] - whole(fit, "G")[:, 2])
    expected = np.diff(np.pad(below, ((0, 0), (1, 1)), constant_values=(0, 1)))
    np.testing.assert_allclose(
        as_draws(fit.predict({"g": ["c"]}, output="xarray"))[:, 0], expected, atol=1e-12
    )
    assert fit.predict({"g": ["c"]})["category"].tolist() == [1, 2, 3, 4]
    assert fit.posterior_predictive({"g": ["c"]}).dtype.kind == "i"


class Hits(sl.Model):
    g = sl.Level()
    sd, m = sl.HalfNormal(1), sl.Normal(0, 1)
    G = sl.Normal(m, sd, over=g)
    hits = sl.Binomial(sl.data("n"), logit=G, observed=True)


def hits() -> pd.DataFrame:
    trials = RNG.integers(5, 9, N)
    return pd.DataFrame({"g": GROUPS, "n": trials, "hits": RNG.binomial(trials, 0.5)})


def test_the_mean_of_a_binomial_outcome_is_a_count_in_its_trials():
    fit = fit_of(Hits, hits(), small)
    found = as_draws(fit.predict({"g": ["a", "a"], "n": [10, 100]}, output="xarray"))
    np.testing.assert_allclose(found, special.expit(whole(fit, "G")[:, :1, 0]) * [10, 100], rtol=1e-12)
    with pytest.raises(sl.DataError, match="column 'n'"):
        fit.predict({"g": ["a"]})
    drawn = fit.posterior_predictive({"g": ["a", "b"], "n": [3, 4]})
    assert drawn.dtype.kind == "i"
    assert drawn.max(dim=("chain", "draw")).to_numpy().tolist() <= [3, 4]
    assert drawn.min() >= 0


def test_an_average_beyond_a_link_is_that_of_the_distribution_of_units():
    fit = fit_of(Hits, hits(), small)
    found = as_draws(fit.predict({"n": [1]}, average_over=["g"], output="xarray"))[:, 0]
    z = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    m, sd = whole(fit, "m")[:, 0], whole(fit, "sd")[:, 0]
    expected = special.expit(m + sd * z).mean(axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-4)  # the midpoints' own error


def test_an_average_is_exact_where_the_location_is_a_sum_whatever_else_varies():
    class Spread(sl.Model):
        g = sl.Level()
        m, sd, b = sl.Normal(0, 1), sl.HalfNormal(1), sl.Normal(0, 1)
        L = sl.Normal(0, sd, over=g)
        G = sl.StudentT(4, m, sd, over=g)
        both = G + b * sl.data("x")
        y = sl.Normal(both / 2, sl.exp(L), observed=True)

    data = pd.DataFrame({"g": GROUPS, "x": RNG.normal(size=N), "y": RNG.normal(size=N)})
    fit = fit_of(Spread, data, small)
    found = as_draws(fit.predict({"x": [3.0]}, average_over=["g"], output="xarray"))[:, 0]
    np.testing.assert_allclose(found, (whole(fit, "m") + 3 * whole(fit, "b"))[:, 0, 0] / 2, rtol=1e-12)
    assert fit.predict({"x": [3.0]}, average_over=["g"]).notes == ()


def test_an_average_over_several_effects_says_its_error():
    class Pairs(sl.Model):
        team = sl.Level()
        home, away = sl.Level("home_team", of=team), sl.Level("away_team", of=team)
        sd, adv = sl.HalfNormal(1), sl.Normal(0, 1)
        S = sl.Normal(0, sd, over=team)
        goals = sl.Poisson(log=adv + S[home] - S[away], observed=True)

    teams = np.array(list("abcd"))
    data = {"home_team": teams[np.arange(N) % 4], "away_team": teams[np.arange(N) // 4 % 4]}
    fit = fit_of(Pairs, pd.DataFrame(data | {"goals": RNG.poisson(1, N)}), small)
    one = fit.predict({"home_team": ["a", "new"], "away_team": ["new", "d"]}, output="xarray")
    S, adv = whole(fit, "S")[..., 0], whole(fit, "adv")[:, 0, 0]
    logs = np.log(as_draws(one)) - adv[:, None]
    np.testing.assert_allclose(
        S[:, 0] - logs[:, 0], logs[:, 1] + S[:, 3], rtol=1e-9
    )  # one new team on both roads
    averaged = as_draws(fit.predict({"q": [1]}, average_over="team", output="xarray"))[:, 0]
    sd = whole(fit, "sd")[:, 0, 0]
    expected = np.exp(adv + sd**2)
    error = expected * np.sqrt((np.exp(2 * sd**2) - 1) / 200)
    assert np.abs((averaged - expected) / error).max() < 7  # skewed: some four false alarms in a million
    notes = fit.predict({"q": [1]}, average_over="team").notes
    assert "averaged over 200 fresh units" in notes[0]


def test_outcomes_with_components_have_a_row_each_and_lines_are_told_apart():
    class Both(sl.Model):
        g = sl.Level()
        sd, sd_u, sd_v = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
        corr = sl.LKJCholesky(2, dim=2)
        G, H = sl.Normal(0, sd, over=g), sl.Normal(0, sd, over=g)
        y = sl.MultiNormal([G, H], [sd_u, sd_v], corr, observed=["u", "v"])
        w = sl.Poisson(log=G, observed=True)

    data = pd.DataFrame({"g": GROUPS, "u": 0.0, "v": RNG.normal(size=N), "w": RNG.poisson(1, N)})
    fit = fit_of(Both, data, small)
    table = fit.predict({"g": ["b"]}, name="y")
    assert table["component"].tolist() == ["u", "v"]
    expected = [whole(fit, name)[:, 1, 0].mean() for name in "GH"]
    np.testing.assert_allclose(table["estimate"], expected)
    rate = np.exp(whole(fit, "G")[:, 1, 0]).mean()
    np.testing.assert_allclose(fit.predict({"g": ["b"]}, name="w")["estimate"], [rate])
    with pytest.raises(sl.FitError, match="was not told which line") as caught:
        fit.predict({"g": ["b"]})
    assert "name='y'" in caught.value.way_out
    drawn = as_draws(fit.posterior_predictive({"g": ["b"] * 50}, name="y")) - np.stack(
        [whole(fit, name)[:, [1], 0] for name in "GH"], axis=-1
    )
    z = drawn / np.stack([whole(fit, name)[..., 0] for name in ("sd_u", "sd_v")], axis=-1)
    assert abs(np.mean(z[..., 0] * z[..., 1]) - 0.5) < SURE * np.sqrt(1.25 / 20_000)


def test_outcomes_of_units_have_a_row_per_unit_as_rows_first_name_them():
    class Sizes(sl.Model):
        publisher = sl.Level()
        app = sl.Level(within=publisher)
        sd = sl.HalfNormal(1)
        P = sl.Normal(0, sd, over=publisher)
        A = sl.Normal(P, sd, over=app)
        y = sl.Normal(A, sd, observed=True)
        size = sl.LogNormal(A, sd, observed=True, over=app)

    apps = pd.DataFrame({"app": list("abcdef"), "publisher": list("ppqqrr"), "size": np.arange(1.0, 7)})
    fit = fit_of(Sizes, pd.concat([apps.assign(y=0.5)] * 3), small)
    new = pd.DataFrame({"app": ["f", "a", "new", "a"], "publisher": list("rpqp")})
    table = fit.predict(new, name="size")
    assert table["app"].tolist() == ["f", "a", "new"]
    assert table["app_is"].tolist() == ["known", "known", "new"]
    A, sd = whole(fit, "A")[..., 0], whole(fit, "sd")[:, 0]
    np.testing.assert_allclose(table["estimate"][:2], np.exp(A[:, [5, 0]] + sd**2 / 2).mean(axis=0))
    assert fit.predict(name="size")["app"].tolist() == list("abcdef")
    assert fit.posterior_predictive(new, name="size").dims == ("chain", "draw", "app")


def test_draws_of_outcomes_have_the_noise_that_means_lack():
    class Plain(sl.Model):
        g = sl.Level()
        sd, sd_noise = sl.HalfNormal(1), sl.HalfNormal(1)
        G = sl.Normal(0, sd, over=g)
        y = sl.Normal(G, sd_noise, observed=True)

    fit = fit_of(Plain, pd.DataFrame({"g": GROUPS, "y": RNG.normal(size=N)}), small)
    drawn = as_draws(fit.posterior_predictive(progress=False))
    z = (drawn - whole(fit, "G")[:, fit.bound.codes(("<rows>",), ("g",)), 0]) / whole(fit, "sd_noise")[..., 0]
    assert abs(z.mean()) < SURE / np.sqrt(z.size)
    assert abs(np.square(z).mean() - 1) < SURE * np.sqrt(2 / z.size)
    assert np.abs(np.corrcoef(z.T) - np.eye(N)).max() < SURE / np.sqrt(400)
    table = fit.posterior_predictive(output="frame")
    np.testing.assert_allclose(table["lower"], np.quantile(drawn, 0.025, axis=0))


def test_a_row_has_the_same_numbers_in_pieces_of_any_size(monkeypatch):
    class Plain(sl.Model):
        g = sl.Level()
        sd = sl.HalfNormal(1)
        G = sl.Normal(0, sd, over=g)
        y = sl.Normal(G, sd, observed=True)

    fit = fit_of(Plain, pd.DataFrame({"g": GROUPS, "y": RNG.normal(size=N)}), small)
    new = {"g": [None] * 200 + ["new", "a"] * 50}
    means, outcomes = fit.predict(new), fit.posterior_predictive(new)
    for module in ("predict", "outcomes"):
        monkeypatch.setattr(f"stanlevels.results.predictions.{module}._PIECE", 30_000)
    monkeypatch.setattr("stanlevels.results.predictions.prepared._STORED", 0)
    pd.testing.assert_frame_equal(fit.predict(new), means)
    np.testing.assert_array_equal(fit.posterior_predictive(new), outcomes)


def test_an_outcome_that_explains_another_is_read_or_drawn():
    class Path(sl.Model):
        a, b, sd = sl.Normal(0, 1), sl.Normal(0, 1), sl.HalfNormal(1)
        z = sl.Normal(a * sl.data("x"), sd, observed=True)
        y = sl.Normal(b * z, sd, observed=True)

    fit = fit_of(Path, {"x": RNG.normal(size=N), "z": RNG.normal(size=N), "y": RNG.normal(size=N)}, small)
    a, b, sd = (whole(fit, name)[:, 0, 0] for name in ("a", "b", "sd"))
    given = as_draws(fit.predict({"x": [1.0], "z": [5.0]}, name="y", output="xarray"))[:, 0]
    np.testing.assert_allclose(given, b * 5)
    drawn = as_draws(fit.predict({"x": [1.0]}, name="y", output="xarray"))[:, 0]
    noise = (drawn / b - a) / sd
    assert abs(noise.mean()) < SURE / np.sqrt(400)
    assert abs(np.square(noise).mean() - 1) < SURE * np.sqrt(2 / 400)


def test_the_group_posterior_predictive_stands_beside_observed_data():
    az = pytest.importorskip("arviz")
    fit = fit_of(Hits, hits(), small)
    idata = fit.add_posterior_predictive(draws=50)
    drawn, seen = idata["posterior_predictive"]["hits"], idata["observed_data"]["hits"]
    assert drawn.dims == ("chain", "draw", *seen.dims)
    assert drawn.sizes["draw"] == 50
    assert drawn.dtype.kind == "i"
    assert (drawn.to_numpy() <= fit.bound.column(("<rows>",), "n")).all()
    if hasattr(az, "plot_ppc"):
        import matplotlib.pyplot as plt

        az.plot_ppc(idata, num_pp_samples=5)
        plt.close("all")


def test_arviz_checks_a_fit_by_its_log_likelihood_and_posterior_predictive():
    az = pytest.importorskip("arviz")

    class Plain(sl.Model):
        g = sl.Level()
        sd = sl.HalfNormal(1)
        G = sl.Normal(0, sd, over=g)
        y = sl.Normal(G, sd, observed=True)

    y = RNG.normal(size=N)
    fit = fit_of(Plain, pd.DataFrame({"g": GROUPS, "y": y}), small)
    fit.add_log_likelihood()
    idata = fit.add_posterior_predictive()
    in_tree = not hasattr(az, "plot_ppc")  # since ArviZ 1.0
    pit = az.loo_pit(idata)["y"].to_numpy() if in_tree else np.asarray(az.loo_pit(idata, y="y"))
    assert pit.shape == (N,)
    # not far from the share of draws below each outcome, which leave-one-out weighs
    share = (idata["posterior_predictive"]["y"].to_numpy() < y).mean(axis=(0, 1))
    assert np.corrcoef(pit, share)[0, 1] > 0.95
    if in_tree:
        assert az.plot_ppc_dist(idata, num_samples=5, backend="none") is not None
        return
    import matplotlib.pyplot as plt

    assert az.plot_ppc(idata, num_pp_samples=5) is not None
    plt.close("all")
