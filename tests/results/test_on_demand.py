"""Quantities with too many draws to be stored: every result is what it is where they are stored."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.linear.groups import groups_of
from tests.results.kit import fit_of
from tests.values.kit import integrating


class Apps(sl.Model):
    country = sl.Level()
    publisher = sl.Level()
    app = sl.Level()
    device = sl.Level()
    overall = sl.Normal(1, 1)
    slope = sl.Normal(0, 1)
    country_sd = sl.HalfNormal(1)
    sd = sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(1)
    C = sl.Normal(overall, country_sd, over=country)
    P = sl.Normal(C, sd, over=publisher)
    A = sl.MultiNormal([P, slope], [sd, country_sd], corr, over=app)
    above = A[0] - overall
    D = sl.Normal(0, 1, over=device)
    y = sl.Normal(A[0] + A[1] * sl.data("x") + D, noise, observed=True, weights="w")


GROUP = ("C", "P", "A")
EVERY = (*GROUP, "above")


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(3)
    app = np.r_[np.arange(150), rng.integers(0, 150, 250)]
    publisher = (app * 7) % 70  # units of neighbouring labels lie in different publishers
    return pd.DataFrame(
        {
            "app": app,
            "publisher": publisher,
            "country": publisher % 3,
            "device": rng.integers(0, 5, 400),
            "x": rng.normal(size=400),
            "y": rng.normal(size=400),
            "w": rng.integers(0, 3, 400).astype(float),
        }
    )


def drawn(name, shape):
    rng = np.random.default_rng(len(name))
    if name == "corr":
        r = rng.uniform(-0.5, 0.5, shape[:2])
        return np.stack([np.ones_like(r), r, r, np.ones_like(r)], axis=-1).reshape(shape)
    values = rng.normal(size=shape)
    return 0.1 * values if name in ("overall", "slope", "D") else np.exp(0.1 * values)


def made(frame, **changes):
    return fit_of(Apps, frame, drawn, draws=40, change=lambda p: integrating(p, {"g": GROUP}), **changes)


@pytest.fixture(scope="module")
def stored(frame):
    return made(frame)


@pytest.fixture(params=["nothing", "the top", "all but the leaf"])
def fit(request, frame, monkeypatch):
    room = {"nothing": 0, "the top": 4 * 40 * 3, "all but the leaf": 4 * 40 * 73}[request.param]
    monkeypatch.setattr("stanlevels.values.restore._STORED", room)
    monkeypatch.setattr("stanlevels.values.pieces._PIECE", 100_000)
    monkeypatch.setattr("stanlevels.values.nested._PIECE", 20_000)
    monkeypatch.setattr("stanlevels.values.nested._LARGEST", 30_000)
    found = made(frame)
    kept = {"nothing": (), "the top": ("C",), "all but the leaf": ("C", "P")}[request.param]
    assert [n for n in EVERY if not found.by_quantity.is_on_demand(n)] == list(kept)
    return found


def test_every_table_is_the_same(fit, stored):
    for name in EVERY:
        pd.testing.assert_frame_equal(fit.effects(name), stored.effects(name), rtol=1e-9, atol=1e-12)
    pd.testing.assert_frame_equal(fit.pooling(), stored.pooling(), rtol=1e-9)
    pd.testing.assert_frame_equal(fit.summary(kind="all"), stored.summary(kind="all"), rtol=1e-9, atol=1e-12)
    pd.testing.assert_frame_equal(fit.fitted(), stored.fitted(), rtol=1e-9, atol=1e-12)


def test_draws_and_log_likelihoods_are_the_same(fit, stored):
    for name in EVERY:
        np.testing.assert_allclose(fit.draws(name), stored.draws(name), rtol=1e-9, atol=1e-12)
        some = np.array([149, 3, 3, 70, 0]) % fit.by_quantity.size(name)[0]
        for wanted in (some, slice(1, 3), slice(0, 0)):
            np.testing.assert_allclose(
                fit.by_quantity.window(slice(5, 38, 7)).whole(name, wanted),
                stored.by_quantity.window(slice(5, 38, 7)).whole(name, wanted),
                rtol=1e-9,
                atol=1e-12,
            )
    np.testing.assert_allclose(
        fit.add_log_likelihood(draws=20).log_likelihood["y"],
        stored.add_log_likelihood(draws=20).log_likelihood["y"],
        rtol=1e-9,
    )


def test_they_are_not_in_idata_which_says_so(fit):
    again = [name for name in EVERY if fit.by_quantity.is_on_demand(name)]
    assert not set(again) & set(fit.idata.posterior)
    assert fit.idata.attrs["on_demand"] == '["' + '", "'.join(again) + '"]'
    assert list(pickle.loads(pickle.dumps(fit)).idata.posterior) == list(fit.idata.posterior)


def test_a_diagnosis_looks_at_some_of_their_units_and_says_how_many(frame, monkeypatch):
    monkeypatch.setattr("stanlevels.values.restore._STORED", 0)
    monkeypatch.setattr("stanlevels.results.draws.SAMPLE", 128)
    fit = made(frame)
    (note,) = [finding for finding in fit.diagnose().findings if finding.kind == "sample"]
    assert not note.serious
    assert note.title.startswith("looked at in part: 86 of the 150 units of A and ")
    assert "fit.effects('A')" in note.way_out


def test_what_was_asked_to_be_recorded_is_made_again_too(frame, stored, monkeypatch):
    monkeypatch.setattr("stanlevels.values.restore._STORED", 0)
    fit = replace(made(frame), recorded=("above", "sd"))
    assert list(fit.idata.posterior) == ["sd"]
    pd.testing.assert_frame_equal(fit.effects("above"), stored.effects("above"), rtol=1e-9, atol=1e-12)
    with pytest.raises(sl.FitError, match="'A' were not recorded"):
        fit.effects("A")
    (group,) = groups_of(fit.planned, fit.bound)
    assert group.names == GROUP
