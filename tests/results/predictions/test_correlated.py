"""New units of lines whose units are correlated: their exact conditional distribution, draw by draw."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
LABELS = list("abcdef")
A = pd.DataFrame(0.8 ** np.abs(np.subtract.outer(range(6), range(6))), index=LABELS, columns=LABELS)


class Both(sl.Model):
    person, week, species = sl.Level(), sl.Level(), sl.Level()
    rho, sd, noise = sl.Uniform(0, 1), sl.HalfNormal(1), sl.HalfNormal(1)
    u = sl.Normal(0, sd, over=species, corr="A")
    w = sl.AR1(rho, sd, over=(person, week))
    walk = sl.RandomWalk(0.3, over=week)
    y = sl.Normal(u + w + walk, noise, observed=True)


@cache
def fitted() -> Any:
    rng = np.random.default_rng(4)
    weeks = np.array([1, 2, 4, 7])
    data = pd.DataFrame(
        {
            "person": rng.choice(list("pq"), 40),
            "week": rng.choice(weeks, 40),
            "species": rng.choice(LABELS[:4], 40),
            "y": rng.normal(size=40),
        }
    )
    return Both.fit(data, tables={"A": A}, seed=1, draws=300, warmup=150, chains=2, progress=False)


NEW = pd.DataFrame(
    {
        "person": ["p", "p", "q", "new", "p", None],
        "week": [1, 3, 12, 2, 9, 4],
        "species": ["a", "f", "e", "b", None, "c"],
    }
)


def test_means_of_new_units_are_those_that_known_ones_tell() -> None:
    fit = fitted()
    rows = pd.DataFrame({"person": ["p"] * 2, "week": [3, 9], "species": ["a", "e"]})
    found = fit.predict(rows)["estimate"].to_numpy()
    draws = {name: np.asarray(fit.draws(name)) for name in ("u", "w", "walk", "rho", "sd")}
    rho = draws["rho"].ravel()
    w = draws["w"].reshape(len(rho), 2, 4)[:, 0]  # of p, in weeks 1, 2, 4 and 7
    walk, u = draws["walk"].reshape(len(rho), 4), draws["u"].reshape(len(rho), 4)
    between = rho / (1 + rho**2) * (w[:, 1] + w[:, 2])
    expected = [
        (u[:, 0] + between + (walk[:, 1] + walk[:, 2]) / 2).mean(),
        (0.8 * u[:, 3] + rho**2 * w[:, 3] + walk[:, 3]).mean(),
    ]
    spread = fit.predict(rows)["sd"].to_numpy() / np.sqrt(600)
    assert (np.abs(found - expected) < 5 * spread).all()  # false alarms: 1e-6


def test_units_of_every_standing_are_predicted_and_again_from_a_file(tmp_path: Path) -> None:
    fit = fitted()
    table = fit.predict(NEW, seed=3)
    assert table["week_is"].tolist() == ["known", "new", "new", "known", "new", "known"]
    assert table["species_is"].tolist() == ["known", "new", "new", "known", "unknown", "known"]
    assert np.isfinite(table[["estimate", "sd", "lower", "upper"]]).all(axis=None)
    for rows in (True, False):
        fit.save(tmp_path / f"{rows}.zip", rows=rows)
        again = sl.load(tmp_path / f"{rows}.zip").predict(NEW, seed=3)
        assert again.to_dict("list").__repr__() == table.to_dict("list").__repr__()


def test_what_has_no_place_is_an_error() -> None:
    fit = fitted()
    with pytest.raises(DataError, match="does not name 1 unit of level 'species': 'z'"):
        fit.predict(NEW.assign(species="z"))
    with pytest.raises(DataError, match="has no time"):
        fit.predict(NEW.assign(week=[1, 2, None, 4, 5, 6]))
    with pytest.raises(DataError, match="before the first unit of a random walk"):
        fit.predict(NEW.assign(week=-1))


def test_rows_have_log_densities_and_averages() -> None:
    fit = fitted()
    assert np.isfinite(fit.loo().elpd)
    averaged = fit.predict(NEW.iloc[:1], average_over="person")
    assert np.isfinite(averaged["estimate"]).all()
    assert fit.effects("walk")["estimate"].notna().all()
    assert fit.posterior_predictive(NEW).shape[-1] == len(NEW)


def test_estimates_carry_to_new_units_by_their_conditional_mean() -> None:
    class Tree(sl.Model):
        species = sl.Level()
        mean, sd, noise = sl.Normal(0, 1), sl.HalfNormal(1), sl.HalfNormal(1)
        u = sl.Normal(0, sd, over=species, corr="A")
        y = sl.Normal(mean + u, noise, observed=True)

    rng = np.random.default_rng(2)
    data = {"species": np.repeat(LABELS[:4], 5), "y": np.repeat([1.0, 2, 4, 5], 5) + rng.normal(size=20) / 2}
    fit = Tree.fit(data, tables={"A": A}, method="reml")
    mean, u = fit.summary()["estimate"]["mean"], fit.effects("u")["estimate"].to_numpy()
    found = fit.predict({"species": ["e", "f", "a"]})
    expected = [mean + 0.8 * u[3], mean + 0.64 * u[3], mean + u[0]]
    np.testing.assert_allclose(found["estimate"], expected, atol=1e-6)
    assert found["sd"].is_monotonic_increasing is False
    assert found["sd"][1] > found["sd"][0] > found["sd"][2]


def test_a_unit_at_a_new_place_needs_its_coordinates() -> None:
    class Wells(sl.Model):
        well = sl.Level()
        noise = sl.HalfNormal(1)
        field = sl.GP("east", sl.data("north"), length=2, sigma=1, over=well, kernel="exponential")
        y = sl.Normal(field, noise, observed=True)

    assert Wells.graph() == eval_of(Wells).graph()
    rng = np.random.default_rng(6)
    data = {"well": [1, 2, 3], "east": [0.0, 1, 4], "north": [0.0, 0, 3], "y": [1.0, 1.2, -1]}
    fit = Wells.fit(
        {n: np.repeat(v, 6) + (n == "y") * rng.normal(size=18) / 9 for n, v in data.items()}, method="mle"
    )
    u = fit.effects("field")["estimate"].to_numpy()
    K = np.exp(
        -np.hypot(*(np.subtract.outer(np.array(data[x]), np.array(data[x])) for x in ("east", "north"))) / 2
    )
    k = np.exp(-np.hypot(np.array(data["east"]) - 2, np.array(data["north"]) - 1) / 2)
    found = fit.predict({"well": [9], "east": [2.0], "north": [1.0]})
    assert found["estimate"][0] == pytest.approx(k @ np.linalg.solve(K, u), abs=1e-6)
    with pytest.raises(DataError, match="north"):
        fit.predict({"well": [9], "east": [2.0]})
    known = fit.predict({"well": [2]})
    assert known["estimate"][0] == pytest.approx(u[1])


def eval_of(model: Any) -> Any:
    namespace: dict[str, Any] = {"sl": sl}
    exec(str(model), namespace)
    return namespace[model.__name__]


def test_a_negative_correlation_has_no_prediction_between_the_steps() -> None:
    class Weekly(sl.Model):
        week = sl.Level()
        mean, noise = sl.Normal(0, 1), sl.HalfNormal(1)
        w = sl.AR1(-0.5, 1, over=week)
        y = sl.Normal(mean + w, noise, observed=True)

    days = pd.date_range("2020-01-05", periods=8, freq="7D")
    data = pd.DataFrame({"week": days.repeat(3), "y": np.random.default_rng(5).normal(size=24)})
    fit = Weekly.fit(data, method="mle")
    assert np.isfinite(fit.predict({"week": [days[-1] + pd.Timedelta("14D")]})["estimate"]).all()
    with pytest.raises(DataError, match=r"lies 0\.4286 steps from .* whole powers"):
        fit.predict({"week": [days[-1] + pd.Timedelta("3D")]})
