"""Saved fits of every kind come back as they were, and are read by others."""

import datetime as dt
import json
import subprocess
import sys
import uuid
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.results.keep.form import VERSION
from tests.literature import generalised, linear
from tests.literature.frames import frame
from tests.results.keep.kit import Apps, apps, exactly, fitted, same_tables
from tests.results.kit import fit_of

NEW = pd.DataFrame(
    {
        "publisher": ["p1", "p1", "p9", None],
        "app": ["a 1", "one more", "another", None],
        "price": [1.5, 0.0, 2.0, 3.0],
    }
)


@pytest.fixture(scope="module")
def drawn():
    return fitted(Apps, apps())


@pytest.mark.parametrize("method", ["mle", "reml", "em", "laplace"])
def test_fits_without_draws_and_approximate_ones_come_back_as_they_were(method, tmp_path):
    fit = fitted(Apps, apps(), method)
    back = sl.load(fit.save(tmp_path / "fit.zip"))
    same_tables(back, fit)
    if method == "laplace":
        assert (back.method, back.words, back.pareto_k) == (fit.method, fit.words, fit.pareto_k)
    else:
        assert (back.aic, back.bic, back.n_parameters, back.roles) == (
            *(fit.aic, fit.bic, fit.n_parameters),
            fit.roles,
        )
        exactly(sl.compare(back), sl.compare(fit))


def test_draws_of_a_normal_approximation_come_back_and_are_drawn_again(tmp_path):
    fit = fitted(Apps, apps(), "reml")
    back = sl.load(fit.save(tmp_path / "fit.zip"))
    simulated, again = (each.simulate_draws(50, seed=4) for each in (fit, back))
    loaded = sl.load(simulated.save(tmp_path / "draws.zip"))
    for other in (again, loaded):
        exactly(other.summary(), simulated.summary())
        exactly(other.effects("A"), simulated.effects("A"))
        assert other.idata.posterior.equals(simulated.idata.posterior)
        assert repr(other) == repr(simulated)


def test_so_do_least_squares_and_binomial_models(tmp_path):
    data = frame("lme4", "Penicillin")
    ols = linear.Penicillin.fit(data, "ols", roles={"P": "parameter", "S": "parameter"}, progress=False)
    same_tables(sl.load(ols.save(tmp_path / "ols.zip")), ols)
    cbpp = fitted(generalised.Cbpp, frame("lme4", "cbpp"), "mle")
    same_tables(sl.load(cbpp.save(tmp_path / "cbpp.zip")), cbpp)


def test_draws_of_some_quantities_and_of_the_warm_up_come_back(tmp_path):
    fit = fitted(Apps, apps(), record=["twice", "mu"])
    warmup = {name: array[:, ::-1] for name, array in fit.raw.variables.items()}
    fit = replace(fit, raw=replace(fit.raw, warmup_variables=warmup, warmup_stats=fit.raw.stats))
    back = sl.load(fit.save(tmp_path / "fit.zip"))
    same_tables(back, fit)
    assert back.by_quantity.left_out == fit.by_quantity.left_out
    assert back.idata.warmup_posterior.equals(fit.idata.warmup_posterior)


def test_arviz_sees_the_same_posterior(drawn, tmp_path):
    back = sl.load(drawn.save(tmp_path / "fit.zip"))
    assert back.idata.posterior.equals(drawn.idata.posterior)
    assert back.idata.sample_stats.equals(drawn.idata.sample_stats)
    assert back.draws("twice").equals(drawn.draws("twice"))


def test_a_file_that_is_loaded_is_saved_again_byte_for_byte(drawn, tmp_path):
    first = drawn.save(tmp_path / "first.zip")
    again = sl.load(first).save(tmp_path / "again.zip")
    assert again.read_bytes() == first.read_bytes()


def test_a_loaded_fit_is_where_the_next_one_begins(drawn, tmp_path):
    back = sl.load(drawn.save(tmp_path / "fit.zip"))
    later = fitted(Apps, apps(seed=1), start=back)
    again = fitted(Apps, apps(seed=1), start=drawn)
    exactly(later.summary(), again.summary())


def test_another_process_loads_it_without_stan_and_without_the_data(drawn, tmp_path):
    """The packages that hold Stan cannot be imported there, and no model is declared."""
    path = drawn.save(tmp_path / "fit.zip")
    code = f"""
import sys
sys.modules["stanli"] = sys.modules["cmdstanpy"] = sys.modules["nutpie"] = None
import stanlevels as sl
fit = sl.load({str(path)!r})
fit.summary().to_pickle({str(tmp_path / "summary")!r})
fit.effects("A").to_pickle({str(tmp_path / "effects")!r})
fit.predict({str(tmp_path / "new.csv")!r}, progress=False).to_pickle({str(tmp_path / "predictions")!r})
"""
    NEW.to_csv(tmp_path / "new.csv", index=False)
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    exactly(pd.read_pickle(tmp_path / "summary"), drawn.summary())
    exactly(pd.read_pickle(tmp_path / "effects"), drawn.effects("A"))
    exactly(pd.read_pickle(tmp_path / "predictions"), drawn.predict(tmp_path / "new.csv", progress=False))


@pytest.mark.parametrize("method", ["nuts", "mle", "laplace"])
def test_predictions_ranks_and_contrasts_are_what_they_were(method, tmp_path):
    fit = fitted(Apps, apps(), method)
    back = sl.load(fit.save(tmp_path / "fit.zip"))
    for over in ((), ("app",), ("app", "publisher")):
        found, wanted = (each.predict(NEW, average_over=over, progress=False) for each in (back, fit))
        exactly(found, wanted)
    exactly(pd.DataFrame(back.rank("A")), pd.DataFrame(fit.rank("A")))
    found, wanted = (each.evaluate(lambda m: m.A["a 1"] - m.P["p2"]) for each in (back, fit))
    assert repr(found) == repr(wanted)


# --- what needs the rows -----------------------------------------------------------------------


def test_what_needs_rows_says_so_and_how_to_keep_them(drawn, tmp_path):
    back = sl.load(drawn.save(tmp_path / "fit.zip"))
    for ask in (back.fitted, back.add_log_likelihood):
        with pytest.raises(sl.DataError, match="left out with the rows of the data") as raised:
            ask()
        assert "rows=True" in raised.value.way_out
    with pytest.raises(sl.FitError, match="loaded from a file without the rows"):
        back.save(tmp_path / "other.zip", rows=True)


def test_with_rows_everything_is_there(drawn, tmp_path):
    back = sl.load(drawn.save(tmp_path / "fit.zip", rows=True))
    same_tables(back, drawn)
    exactly(back.fitted(), drawn.fitted())
    likelihood = back.add_log_likelihood().log_likelihood
    assert likelihood.equals(drawn.add_log_likelihood().log_likelihood)


INDEXES = {
    "numbers": pd.Index(np.arange(200) * 2, name="id"),
    "text": pd.Index([f"r{i}" for i in range(200)]),
    "times": pd.date_range("2024-01-01", periods=200, tz="Europe/Zurich", name="when"),
    "several": pd.MultiIndex.from_product([["a", "b"], range(100)], names=["x", None]),
}


@pytest.mark.parametrize("kind", INDEXES)
def test_rows_keep_what_their_frame_calls_them(kind, tmp_path):
    fit = fitted(Apps, apps().set_index(INDEXES[kind]), "mle")
    back = sl.load(fit.save(tmp_path / "fit.zip", rows=True))
    labels = fit.bound.rows.labels
    assert labels is not None
    pd.testing.assert_index_equal(back.bound.rows.labels, labels, exact=False, check_freq=False)


def test_no_row_is_in_the_file_unless_asked_for(drawn, tmp_path):
    marked = apps().assign(y=lambda d: d["y"] + 12345.678)
    fit = fitted(Apps, marked, "mle")
    for rows in (False, True):
        with zipfile.ZipFile(fit.save(tmp_path / "fit.zip", rows=rows)) as archive:
            whole = b"".join(archive.read(name) for name in archive.namelist())
        assert (marked["y"].iloc[7].tobytes() in whole) == rows


def test_the_file_does_not_grow_with_the_rows(tmp_path):
    few, many = (
        fitted(Apps, apps(n), "mle").save(tmp_path / f"{n}.zip").stat().st_size for n in (500, 20_000)
    )
    assert many < few + 2_000


# --- names and labels --------------------------------------------------------------------------


def test_names_that_are_none_in_python_come_back(tmp_path):
    level = sl.Level("größe in m")
    spread = sl.HalfNormal(1)
    effect = sl.Normal(0, spread, over=level)
    lines = {"chain": level, "data": spread, "a b": effect, "y": sl.Normal(effect, 1, observed="y/1")}
    model = sl.Model.define("größe & co", lines)
    rows = pd.DataFrame({"größe in m": ["", " ", "\U0001f600", "/"] * 5, "y/1": np.arange(20.0)})
    for fit in (fitted(model, rows, "mle"), fitted(model, rows)):
        same_tables(sl.load(fit.save(tmp_path / "größe 1.zip")), fit)


LABELS = {
    "integers": [3, 1, 2**40],
    "booleans": [True, False, True],
    "floats": [0.1, 2.5, 1e300],
    "dates": [dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(1999, 12, 31)],
    "datetimes": pd.to_datetime(
        ["2024-01-01 10:00:00.123456789", "2024-02-01", "2024-03-01"], format="ISO8601"
    ),
    "zones": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-07-01"]).tz_localize("Europe/Zurich"),
    "durations": pd.to_timedelta(["1h", "2h", "3 days"]),
    "decimals": [Decimal("1.10"), Decimal("2"), Decimal("3.5")],
    "uuids": [uuid.UUID(int=3), uuid.UUID(int=1), uuid.UUID(int=2)],
    "large integers": [2**70, 2**71, 3],
    "categories": pd.Categorical(["b", "a", "c"], categories=["c", "b", "a", "d"], ordered=True),
    "intervals": pd.cut([1.0, 2.0, 3.0], 3),
    "periods": pd.period_range("2024-01", periods=3, freq="M"),
}


class Shops(sl.Model):
    shop = sl.Level()
    mu = sl.Normal(0, 1)
    shop_sd = sl.HalfNormal(1)
    A = sl.Normal(mu, shop_sd, over=shop)
    y = sl.Normal(A, 1, observed=True)


@pytest.mark.parametrize("kind", LABELS)
def test_labels_come_back_as_what_they_were(kind, tmp_path):
    data = pd.DataFrame({"shop": LABELS[kind], "y": [1.0, 2.0, 4.0]})
    fit = fit_of(Shops, pd.concat([data, data]), draws=20)
    back = sl.load(fit.save(tmp_path / "fit.zip"))
    labels = fit.bound.levels["shop"].labels
    assert back.bound.levels["shop"].labels == labels
    assert [type(x) for x in back.bound.levels["shop"].labels] == [type(x) for x in labels]
    exactly(back.effects("A"), fit.effects("A"))


def test_a_label_without_a_form_is_refused_when_saved(tmp_path):
    fit = fit_of(Shops, pd.DataFrame({"shop": [1j, 2j], "y": [1.0, 2.0]}), draws=20)
    with pytest.raises(sl.FitError, match=r"1j is a builtins\.complex, for which saved fits have no form"):
        fit.save(tmp_path / "fit.zip")
    assert list(tmp_path.iterdir()) == []


# --- the file ----------------------------------------------------------------------------------


def test_numpy_reads_the_draws_and_json_says_what_their_axes_are(drawn, tmp_path):
    path = drawn.save(tmp_path / "fit.zip")
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read("labels.json"))
        assert json.loads(archive.read("manifest.json"))["version"] == VERSION
        assert archive.read("program.stan").decode() == drawn.stan_code
    quantity = told["quantities"]["A"]
    with np.load(path) as arrays:
        draws = arrays[quantity["array"].removesuffix(".npy")]
    assert quantity["dims"] == ["chain", "draw", "app"]
    assert told["labels"]["app"] == drawn.idata.posterior.app.values.tolist()
    np.testing.assert_array_equal(draws.reshape(quantity["shape"]), drawn.idata.posterior.A)


def test_the_declaration_in_it_declares_the_same_model(drawn, tmp_path):
    with zipfile.ZipFile(drawn.save(tmp_path / "fit.zip")) as archive:
        text = archive.read("model.py").decode()
    assert str(Apps) in text


def test_a_file_is_written_whole_or_stays_as_it_was(drawn, tmp_path, monkeypatch):
    path = drawn.save(tmp_path / "fit.zip")
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("stanlevels.results.keep.archive._sync", full)
    with pytest.raises(sl.DataError, match=r"fit\.zip' cannot be written: No space left on device"):
        drawn.save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["fit.zip"]


def test_a_new_file_has_the_rights_that_others_have(drawn, tmp_path):
    (tmp_path / "other").write_text("")
    assert drawn.save(tmp_path / "fit.zip").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_paths_that_cannot_be_are_told_before_anything_is_done(drawn, tmp_path):
    with pytest.raises(sl.DataError, match="there is no folder"):
        drawn.save(tmp_path / "weekly" / "fit.zip")
    with pytest.raises(sl.DataError, match="is a folder"):
        drawn.save(tmp_path)
    with pytest.raises(sl.DataError, match="there is no file"):
        sl.load(tmp_path / "fit.zip")
    with pytest.raises(sl.DataError, match="is a folder"):
        sl.load(tmp_path)
    with pytest.raises(sl.DataError, match=r"load\(\) was given 3"):
        sl.load(3)
    assert isinstance(drawn.save(str(tmp_path / "fit")), Path)


# --- what is drawn back ------------------------------------------------------------------------


class Calls(sl.Model):
    """Rates of shops that are integrated out of a conjugate pair."""

    shop = sl.Level()
    shape = sl.Gamma(2, 1)
    rate = sl.Gamma(2, 1)
    R = sl.Gamma(shape, rate, over=shop)
    calls = sl.Poisson(R, observed=True)


@pytest.mark.parametrize("small", [0, 10**9])
@pytest.mark.parametrize("room", [10**9, 2000, 0])
@pytest.mark.parametrize("model", [Apps, Calls], ids=lambda model: model.__name__)
def test_draws_of_integrated_quantities_are_the_same_whatever_is_kept(
    model, room, small, tmp_path, monkeypatch
):
    """As draws, as what draws them back, or drawn back each time they are asked for."""
    monkeypatch.setattr("stanlevels.results.keep.groups._SMALL", small)
    monkeypatch.setattr("stanlevels.values.restore._STORED", room)
    data = apps().assign(shop=lambda d: d["app"], calls=lambda d: (d["price"] * 2).astype(int))
    fit = fitted(model, data)
    integrated = [name for name, quantity in fit.planned.quantities.items() if quantity.is_integrated]
    assert integrated
    back = sl.load(fit.save(tmp_path / "fit.zip"))
    assert set(back.by_quantity.values.on_demand) == set(fit.by_quantity.values.on_demand)
    assert (back.known.groups == ()) == (small > 0 and room > 2000)
    same_tables(back, fit)
    again = sl.load(back.save(tmp_path / "again.zip"))
    same_tables(again, fit)


class Overdispersed(sl.Model):
    """An effect of every row."""

    mu = sl.Normal(0, 1)
    e = sl.Normal(0, 0.5, over=sl.rows)
    calls = sl.Poisson(log=mu + e, observed=True)


def test_effects_of_rows_need_the_rows(tmp_path):
    fit = fit_of(Overdispersed, pd.DataFrame({"calls": [1, 4, 2]}), draws=20)
    back = sl.load(fit.save(tmp_path / "fit.zip"))
    with pytest.raises(
        sl.FitError, match="'e' has a value for each row, and the rows were left out"
    ) as raised:
        back.effects("e")
    assert "rows=True" in raised.value.way_out
    np.testing.assert_array_equal(back.draws("e"), fit.draws("e"))
    whole = sl.load(fit.save(tmp_path / "fit.zip", rows=True))
    exactly(whole.effects("e"), fit.effects("e"))
