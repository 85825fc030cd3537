"""Predictions against NumPy: units that were fitted, new ones, and such as nobody knows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.results.fit import Fit
from tests.results.kit import fit_of

CHAINS, DRAWS = 4, 500
TOTAL = CHAINS * DRAWS
SURE = 5.0  # standard errors: with some 60 comparisons, one false alarm in 30,000 runs


class Crashes(sl.Model):
    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()

    overall = sl.Normal(0.9, 0.5)
    publisher_sd = sl.HalfNormal(0.5)
    app_sd = sl.HalfNormal(0.5)
    device_sd = sl.HalfNormal(0.5)
    noise = sl.HalfNormal(0.5)

    P = sl.Normal(overall, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    y = sl.Normal(A + D, noise, observed=True)


def rows() -> pd.DataFrame:
    apps = pd.DataFrame({"app": list("abcdef"), "publisher": ["p", "p", "q", "q", "r", "r"]})
    frame = apps.merge(pd.DataFrame({"device": ["x", "y", "z"]}), how="cross")
    return frame.assign(y=np.linspace(0, 1, len(frame)))


def drawn(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Draws of the posterior, as an independent normal for each number with means that differ."""
    rng = np.random.default_rng(sum(map(ord, name)))
    found = rng.normal(size=shape) * 0.3 + np.linspace(0, 2, shape[2])[..., :] if len(shape) > 2 else None
    if found is None:
        found = rng.normal(size=shape) * 0.1 + 1.0
    return np.abs(found) if name.endswith("sd") or name == "noise" else found


@pytest.fixture(scope="module")
def fit() -> Fit:
    return fit_of(Crashes, rows(), drawn, draws=DRAWS)


def of(fit: Fit, name: str, label: Any = None) -> np.ndarray:
    """Draws of a quantity, of one unit, as one vector."""
    array = fit.by_quantity.whole(name)
    line = fit.planned.lines[name]
    unit = fit.bound.levels[line.domain[0]].labels.index(label) if line.domain else 0
    return array[:, :, unit, 0].ravel()


def predicted(fit: Fit, new: Any, **asked: Any) -> np.ndarray:
    """Draws of predictions (total, rows)."""
    found = fit.predict(new, output="xarray", progress=False, **asked)
    return found.to_numpy().reshape(TOTAL, -1)


def check_deviation(values: np.ndarray, sd: np.ndarray) -> None:
    """Whether values are draws of normal numbers about 0 with these standard deviations."""
    z = values / sd
    assert abs(z.mean()) < SURE / np.sqrt(TOTAL)
    assert abs(np.square(z).mean() - 1) < SURE * np.sqrt(2 / TOTAL)


def test_known_units_have_their_own_effects(fit):
    new = pd.DataFrame({"app": ["d", "a"], "publisher": ["q", "p"], "device": ["z", "x"]})
    found = predicted(fit, new)
    np.testing.assert_allclose(found[:, 0], of(fit, "A", "d") + of(fit, "D", "z"), rtol=1e-12)
    np.testing.assert_allclose(found[:, 1], of(fit, "A", "a") + of(fit, "D", "x"), rtol=1e-12)
    frame = fit.predict(new, level=0.9)
    expected = of(fit, "A", "d") + of(fit, "D", "z")
    assert frame.loc[0, "estimate"] == pytest.approx(expected.mean(), rel=1e-12)
    assert frame.loc[0, "sd"] == pytest.approx(expected.std(ddof=1), rel=1e-9)
    assert frame.loc[0, ["lower", "upper"]].tolist() == pytest.approx(np.quantile(expected, [0.05, 0.95]))
    assert frame[["app_is", "publisher_is", "device_is"]].to_numpy().ravel().tolist() == ["known"] * 6


def test_a_new_app_of_a_known_publisher_lies_about_the_publisher(fit):
    new = pd.DataFrame({"app": ["new", "new"], "publisher": ["q", "q"], "device": ["z", "x"]})
    found = predicted(fit, new)
    effect = found[:, 0] - of(fit, "D", "z")
    np.testing.assert_allclose(effect, found[:, 1] - of(fit, "D", "x"), rtol=1e-9)  # one app: one effect
    check_deviation(effect - of(fit, "P", "q"), of(fit, "app_sd"))


def test_a_new_app_of_a_new_publisher_lies_about_a_new_publisher(fit):
    new = pd.DataFrame({"app": ["s", "t", "u"], "publisher": ["new", "new", "other"], "device": ["x"] * 3})
    found = predicted(fit, new) - of(fit, "D", "x")[:, None] - of(fit, "overall")[:, None]
    within, above = of(fit, "app_sd"), of(fit, "publisher_sd")
    for column in found.T:
        check_deviation(column, np.hypot(within, above))
    check_deviation(found[:, 0] - found[:, 1], np.sqrt(2) * within)  # they share their publisher
    check_deviation(found[:, 0] - found[:, 2], np.sqrt(2) * np.hypot(within, above))


def test_missing_labels_are_other_units_in_every_row(fit):
    new = pd.DataFrame({"app": ["a", "a", None], "publisher": ["p", "p", "p"], "device": [None, np.nan, "y"]})
    found = predicted(fit, new)
    one, two = (found[:, row] - of(fit, "A", "a") for row in (0, 1))
    check_deviation(one, of(fit, "device_sd"))
    check_deviation(one - two, np.sqrt(2) * of(fit, "device_sd"))
    check_deviation(found[:, 2] - of(fit, "D", "y") - of(fit, "P", "p"), of(fit, "app_sd"))
    standing = fit.predict(new)[["app_is", "device_is"]].to_numpy().tolist()
    assert standing == [["known", "unknown"], ["known", "unknown"], ["unknown", "known"]]


def test_a_known_app_brings_its_publisher_and_a_new_one_gets_a_new_publisher(fit):
    with_it = pd.DataFrame({"app": ["e"], "publisher": ["r"], "device": ["x"]})
    np.testing.assert_array_equal(predicted(fit, with_it.drop(columns="publisher")), predicted(fit, with_it))
    frame = fit.predict({"app": ["e", "new"], "device": ["x", "x"]})
    assert frame["publisher"].tolist()[0] == "r"
    assert frame["publisher_is"].tolist() == ["known", "unknown"]
    found = predicted(fit, {"app": ["new"], "device": ["x"]})[:, 0] - of(fit, "D", "x") - of(fit, "overall")
    check_deviation(found, np.hypot(of(fit, "app_sd"), of(fit, "publisher_sd")))


def test_a_known_app_under_another_publisher_is_another_app(fit):
    frame = fit.predict({"app": ["a"], "publisher": ["q"], "device": ["x"]})
    assert frame[["app_is", "publisher_is"]].iloc[0].tolist() == ["new", "known"]
    found = predicted(fit, {"app": ["a"], "publisher": ["q"], "device": ["x"]})[:, 0]
    check_deviation(found - of(fit, "D", "x") - of(fit, "P", "q"), of(fit, "app_sd"))


def test_a_level_that_is_averaged_over_adds_its_mean(fit):
    frame = pd.DataFrame({"app": ["a", "e"], "publisher": ["p", "r"]})
    found = predicted(fit, frame, average_over=["device"])
    np.testing.assert_allclose(found[:, 0], of(fit, "A", "a"), rtol=1e-12)
    np.testing.assert_allclose(found[:, 1], of(fit, "A", "e"), rtol=1e-12)
    of_new = predicted(fit, {"device": ["x", "y"]}, average_over=["app", "publisher"])
    np.testing.assert_allclose(of_new[:, 0], of(fit, "overall") + of(fit, "D", "x"), rtol=1e-12)


def test_an_absent_column_is_an_error_with_a_way_out(fit):
    with pytest.raises(sl.DataError, match="'device'") as caught:
        fit.predict({"app": ["a"], "publisher": ["p"]})
    assert "average_over=['device']" in caught.value.way_out


def test_shuffled_rows_have_shuffled_predictions(fit):
    rng = np.random.default_rng(5)
    n = 60
    new = pd.DataFrame(
        {
            "app": rng.choice([*"abc", "new 1", "new 2"], n),
            "publisher": rng.choice([*"pq", "s"], n),
            "device": rng.choice(["x", "y", "w"], n),
        },
        index=rng.permutation(n),
    )
    order = rng.permutation(n)
    pd.testing.assert_frame_equal(fit.predict(new).iloc[order], fit.predict(new.iloc[order]))


def test_a_seed_makes_the_same_numbers_and_another_others(fit):
    new = {"app": ["new"], "publisher": ["p"], "device": ["x"]}
    np.testing.assert_array_equal(predicted(fit, new, seed=3), predicted(fit, new, seed=3))
    assert not np.array_equal(predicted(fit, new, seed=3), predicted(fit, new, seed=4))


def test_the_rows_that_were_fitted_are_predicted_as_fitted(fit):
    columns = ["estimate", "sd", "lower", "upper"]
    np.testing.assert_allclose(fit.predict()[columns], fit.fitted()[columns], rtol=1e-9)
    new = fit.predict(rows().drop(columns="y"))
    np.testing.assert_allclose(new[columns], fit.fitted()[columns], rtol=1e-9)


class Fixed(sl.Model):
    """Nothing unknown is behind the effects: their mean is 0 and their standard deviation a number."""

    g = sl.Level()
    X = sl.covariates(1, "x")
    noise = sl.HalfNormal(1)
    u = sl.Normal(0, 0.7, over=(g, X))
    y = sl.Normal(u @ X, noise, observed=True)


def test_new_units_of_a_distribution_without_unknowns_are_drawn() -> None:
    """The sd of 1,000 draws is within a tenth of 0.7 sqrt(1 + 2^2) unless one in 100,000."""
    rng = np.random.default_rng(2)
    data = {"g": np.repeat(list("abcd"), 6), "x": rng.normal(size=24), "y": rng.normal(size=24)}
    fit = Fixed.fit(data, "mle", progress=False)
    table = fit.predict({"g": ["new"], "x": [2.0]})
    assert table["sd"][0] == pytest.approx(0.7 * np.sqrt(5), rel=0.1)
    assert fit.posterior_predictive({"g": ["new"], "x": [2.0]}).shape == (1, 1000, 1)
