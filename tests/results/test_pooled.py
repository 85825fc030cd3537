"""Fits to several completed data sets, taken together."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.results.rubin import rubin


class Line(sl.Model):
    start, slope, noise = sl.Normal(0, 5), sl.Normal(0, 5), sl.HalfNormal(5)
    y = sl.Normal(start + slope * sl.data("x"), noise, observed=True)


def tables(n: int = 3) -> list[pd.DataFrame]:
    rng = np.random.default_rng(5)
    x = np.arange(12.0)
    return [pd.DataFrame({"x": x, "y": 1 + 0.5 * x + rng.normal(size=12)}) for _ in range(n)]


def test_rubins_rules_have_the_numbers_worked_out_by_hand() -> None:
    """Estimates 1, 2 and 3 with standard errors of 1: between 1, within 1, total 1 + 4/3 (Rubin 1987)."""
    found = rubin(np.array([[1.0], [2.0], [3.0]]), np.ones((3, 1)), np.array([np.inf]), 0.95)
    assert found["estimate"] == pytest.approx([2.0])
    assert found["sd"] ** 2 == pytest.approx([7 / 3])
    assert found["df"] == pytest.approx([2 * (7 / 4) ** 2])
    assert found["lost"] == pytest.approx([(4 / 3 + 2 / (6.125 + 3)) / (7 / 3)])
    assert found["upper"] == pytest.approx([2 + 2.434408 * np.sqrt(7 / 3)], rel=1e-3)  # t with 6.125


def test_few_degrees_of_freedom_are_those_of_barnard_and_rubin() -> None:
    """With 20 without missing values: 1 / (1/6.125 + 1/((21/23) 20 (1 - 4/7)))."""
    found = rubin(np.array([[1.0], [2.0], [3.0]]), np.ones((3, 1)), np.array([20.0]), 0.95)
    assert found["df"] == pytest.approx([1 / (1 / 6.125 + 1 / (21 / 23 * 20 * 3 / 7))])


def test_data_sets_that_agree_have_the_errors_of_one() -> None:
    fit = Line.fit(tables(1)[0], "mle", progress=False)
    pooled, alone = sl.pool([fit, fit]).summary(), fit.summary()
    assert pooled["estimate"].tolist() == pytest.approx(alone["estimate"].tolist())
    assert pooled["sd"].tolist() == pytest.approx(alone["se"].tolist())


def test_draws_of_all_data_sets_stand_side_by_side() -> None:
    fits = [Line.fit(table, seed=1, draws=400, engine="stanli", progress=False) for table in tables(2)]
    pooled = sl.pool(fits)
    both = np.concatenate([fit.draws("slope").to_numpy().ravel() for fit in fits])
    row = pooled.summary().loc["slope"]
    assert row["estimate"] == pytest.approx(both.mean())
    assert row["sd"] == pytest.approx(both.std(ddof=1))
    assert row["ess_bulk"] == pytest.approx(sum(fit.summary()["ess_bulk"]["slope"] for fit in fits))
    assert pooled.draws("slope").sizes["imputation"] == 2


@pytest.mark.parametrize("what", ["one", "none", "others", "methods"])
def test_what_cannot_be_pooled_is_refused(what: str) -> None:
    fit = Line.fit(tables(1)[0], "mle", progress=False)
    other = Line.fit(tables(1)[0], "ols", progress=False)
    given = {"one": [fit], "none": [], "others": [fit, 3], "methods": [fit, other]}[what]
    with pytest.raises(sl.FitError, match=r"pool\(\) was given"):
        sl.pool(given)


def test_fits_one_by_one_are_answered_in_words() -> None:
    fit = Line.fit(tables(1)[0], "ols", progress=False)
    with pytest.raises(sl.DeclarationError, match="one list"):
        sl.pool(fit, fit)


class Groups(sl.Model):
    g = sl.Level()
    start, slope = sl.Normal(0, 5), sl.Normal(0, 5)
    sd, noise = sl.HalfNormal(5), sl.HalfNormal(5)
    u = sl.Normal(0, sd, over=g)
    y = sl.Normal(start + slope * sl.data("x") + u, noise, observed=True)


def imputed(seed: int) -> pd.DataFrame:
    """24 rows in four groups, of which x is imputed in four."""
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"g": np.repeat(list("abcd"), 6), "x": rng.normal(size=24)})
    data["y"] = data["x"] + np.repeat([0, 1, 2, -1], 6) + 0.5 * rng.normal(size=24)
    data.loc[[0, 7, 9, 20], "x"] = np.random.default_rng(seed).normal(size=4)
    return data


NEW = {"g": ["a", "new"], "x": [0.5, 0.5]}


def test_draws_of_predictions_and_effects_stand_side_by_side() -> None:
    fits = [Groups.fit(imputed(k), "laplace", seed=1, engine="stanli", progress=False) for k in range(2)]
    pooled = sl.pool(fits)
    means = np.concatenate(
        [fit.predict(NEW, output="xarray", seed=k).to_numpy().reshape(-1, 2) for k, fit in enumerate(fits)]
    )
    table = pooled.predict(NEW)
    assert table["estimate"].to_numpy() == pytest.approx(means.mean(axis=0))
    assert table["upper"].to_numpy() == pytest.approx(np.quantile(means, 0.975, axis=0))
    assert table["g_is"].tolist() == ["known", "new"]
    u = np.concatenate([fit.draws("u").to_numpy().reshape(-1, 4) for fit in fits])
    assert pooled.effects("u")["sd"].to_numpy() == pytest.approx(u.std(axis=0, ddof=1))
    assert pooled.posterior_predictive(NEW).sizes["imputation"] == 2
    assert "x" not in pooled.predict()  # it is not the same in both


def test_estimates_of_predictions_and_effects_are_pooled_by_rule() -> None:
    fits = [Groups.fit(imputed(k), "reml", progress=False) for k in range(3)]
    pooled = sl.pool(fits)
    for found, each in (
        (pooled.effects("u"), [fit.effects("u") for fit in fits]),
        (pooled.predict(NEW), [fit.predict(NEW, seed=k) for k, fit in enumerate(fits)]),
    ):
        several = np.stack([table[["estimate", "sd"]].to_numpy() for table in each])
        between = several[:, :, 0].var(axis=0, ddof=1)
        assert found["estimate"].to_numpy() == pytest.approx(several[:, :, 0].mean(axis=0))
        total = np.square(several[:, :, 1]).mean(axis=0) + 4 / 3 * between
        assert found["sd"].to_numpy() == pytest.approx(np.sqrt(total))


def test_data_sets_of_different_units_are_not_pooled_by_unit() -> None:
    fits = [Groups.fit(imputed(k)[: 24 - 6 * k], "reml", progress=False) for k in range(2)]
    for ask in (lambda pooled: pooled.effects("u"), lambda pooled: pooled.predict()):
        with pytest.raises(sl.FitError, match="different rows or units"):
            ask(sl.pool(fits))
