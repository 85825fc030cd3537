"""Fits of choices within groups: predictions, draws, leave-one-out, files; and what is refused in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.engines.stanli import Stanli
from stanlevels.errors import DataError, DeclarationError, FitError
from stanlevels.results.crossvalidation.partition import by_groups
from tests.estimation.point.general.test_choices import by_hand, several


class Choices(sl.Model):
    g, unit = sl.Level(), sl.Level()
    b, sd = sl.Normal(0, 2), sl.HalfNormal(0.5)
    B = sl.Normal(b, sd, over=g)
    y = sl.ConditionalLogit(B * sl.data("x"), within=unit, observed=True)


NEW = pd.DataFrame({"unit": ["p", "q", "p", "q", "q"], "x": [0.0, 1, 1, -1, 0.5], "g": [0, 9, 0, 9, 9]})


@pytest.fixture(scope="module")
def fit() -> Any:
    return Choices.fit(several(), seed=2, chains=2, warmup=500, draws=500, progress=False, engine="stanli")


@pytest.fixture(scope="module")
def logits(fit: Any) -> np.ndarray:
    d = several()
    return np.asarray(fit.idata.posterior.B.values.reshape(1000, 3)[:, d["g"]] * d["x"].to_numpy())


def test_the_program_has_the_density_of_all_the_ways_to_choose():
    class Fixed(sl.Model):
        g, unit = sl.Level(), sl.Level()
        B = sl.Normal(0.4, 0.7, over=g, centered=True)
        y = sl.ConditionalLogit(B * sl.data("x"), within=unit, observed=True)

    d, posterior = several(), Fixed.bind(several()).posterior
    program = Stanli().prepare(posterior.text, posterior.stan_data, shapes=posterior.shapes)
    found = []
    for B in np.random.default_rng(4).normal(size=(3, 3)):
        value, gradient = program.log_density(q := program.unconstrain({"B": B.tolist()}))
        steps = [program.log_density(q + h)[0] - program.log_density(q - h)[0] for h in 1e-5 * np.eye(3)]
        np.testing.assert_allclose(gradient, np.array(steps) / 2e-5, atol=1e-6)
        found.append(value - by_hand(d, B[d["g"]] * d["x"]) - stats.norm(0.4, 0.7).logpdf(B).sum())
    np.testing.assert_allclose(found, 0, atol=1e-9)


def test_probabilities_sum_to_the_number_that_is_chosen(fit):
    d = several()
    found = fit.predict().assign(unit=d["unit"].to_numpy(), y=d["y"].to_numpy()).groupby("unit")
    np.testing.assert_allclose(found["estimate"].sum(), found["y"].sum(), atol=1e-12)
    draws = fit.posterior_predictive(output="xarray", seed=1).values.reshape(1000, -1)
    by_unit = pd.DataFrame(draws.T).groupby(d["unit"].to_numpy()).sum()
    assert (by_unit.to_numpy() == found["y"].sum().to_numpy()[:, None]).all()
    new = fit.predict(NEW)
    np.testing.assert_allclose(new.groupby("unit")["estimate"].sum(), 1)  # of new units one row is chosen
    drawn = fit.posterior_predictive(NEW, output="xarray", seed=1).values.reshape(1000, -1)
    assert (drawn[:, [0, 2]].sum(axis=1) == 1).all()
    assert (drawn[:, [1, 3, 4]].sum(axis=1) == 1).all()
    # 4.5 standard errors of a share of 1,000 draws
    np.testing.assert_allclose(drawn.mean(axis=0), new["estimate"], atol=4.5 * 0.5 / np.sqrt(1000))


def test_levels_are_averaged_over_for_all_rows_of_a_choice_at_once(fit):
    found = fit.predict(NEW.drop(columns="g"), average_over="g").groupby("unit")["estimate"].first()
    b, sd = (fit.idata.posterior[n].values.ravel() for n in ("b", "sd"))
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    effect = b[:, None] + sd[:, None] * nodes
    expected = ((1 / (1 + np.exp(effect))) @ (weights / weights.sum())).mean()
    assert found["p"] == pytest.approx(expected, abs=2e-3)
    with pytest.raises(DataError, match="no g, and so each its own"):
        fit.predict(NEW.assign(g=[None, 9, None, 9, 9]))
    with pytest.raises(DataError, match="no unit among whose rows"):
        fit.predict(NEW.assign(unit=["p", "q", None, "q", "q"]))


def test_units_are_left_out_whole(fit, logits):
    d = several()
    loo = fit.loo()
    assert loo.pointwise.shape[0] == d["unit"].nunique()
    assert fit.loo(by="g").pointwise.shape[0] == 3
    fit.add_log_likelihood()
    found = fit.idata.log_likelihood["y"].values.sum(axis=-1).ravel()
    np.testing.assert_allclose(found[::40], [by_hand(d, each) for each in logits[::40]], atol=1e-10)

    class Cut(Choices):
        half = sl.Level()
        H = sl.Normal(0, 1, over=half)
        y = sl.ConditionalLogit(Choices.B * sl.data("x") + H, within=Choices.unit, observed=True)

    halves = Cut.bind(d.assign(half=np.arange(len(d)) % 2))
    with pytest.raises(FitError, match="belong to several half"):
        by_groups(halves.planned, halves.data, "half", None)


def test_files_keep_fits_and_estimates_are_those_before(fit, tmp_path):
    fit.save(tmp_path / "fit.zip")
    again = sl.load(tmp_path / "fit.zip")
    pd.testing.assert_frame_equal(again.predict(NEW), fit.predict(NEW))


def test_draws_from_the_prior_choose_one_row_of_each_unit():
    d = several().drop(columns="y")
    simulated = Choices.simulate(d, seed=1)
    assert (simulated.groupby("unit")["y"].sum() == 1).all()


def refused(lines: dict[str, Any], data: pd.DataFrame) -> str:
    with pytest.raises((DataError, DeclarationError)) as error:
        sl.Model.define("Refused", lines).bind(data)
    return str(error.value)


def test_what_has_no_say_is_refused():
    d, unit, a, b = several(), sl.Level(), sl.Normal(), sl.Normal()
    d = d.assign(same=d["unit"].str.len())
    by_unit = sl.Normal(0, 1, over=unit)
    X = sl.covariates("same", "x")
    c = sl.Normal(0, 1, over=X)
    for eta, beside, words in (
        (a + b * sl.data("x"), {"a": a, "b": b}, "'a' in the log odds of 'y' is the same for all"),
        (by_unit + b * sl.data("x"), {"u": by_unit, "b": b}, "'u'"),
        (b * sl.data("same") + a * sl.data("x"), {"a": a, "b": b}, 'b * data("same")'),
        (c @ X, {"X": X, "c": c}, r"c[same]"),
    ):
        lines = {"unit": unit, **beside, "y": sl.ConditionalLogit(eta, within=unit, observed=True)}
        assert words in refused(lines, d)
    line = sl.ConditionalLogit(b * sl.data("x"), within=unit, observed=True)
    assert "none has rows that are chosen" in refused({"unit": unit, "b": b, "y": line}, d.assign(y=0))
    assert "cannot come from" in refused({"unit": unit, "b": b, "y": line}, d.assign(y=d["y"] + 1))
    assert "make the data long" in refused({"unit": unit, "b": b, "y": line}, d.groupby("unit").head(1))
    gone = refused({"unit": unit, "b": b, "y": line}, d.assign(y=d["y"].where(d.index > 0)))
    assert "lack values" in gone
    assert 'missing="model"' not in gone


def test_the_plan_says_which_units_tell_nothing():
    plan = str(Choices.bind(several()).plan)
    assert all(words in " ".join(plan.split()) for words in ("none in", "all in", "which tells nothing"))


def test_arguments_that_are_amiss_are_said():
    with pytest.raises(DeclarationError, match="a Level: the choices"):
        sl.ConditionalLogit(1.0, within="unit", observed=True)
    with pytest.raises(DeclarationError, match="is within="):
        sl.ConditionalLogit(1.0, strata=sl.Level(), observed=True)
    with pytest.raises(DeclarationError, match="observed= of"):
        sl.ConditionalLogit(1.0, within=sl.Level(), observed=False)
