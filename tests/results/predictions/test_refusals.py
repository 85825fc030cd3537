"""What predictions refuse, and say of it; and frames of every kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.results.kit import fit_of


class Prices(sl.Model):
    publisher = sl.Level()
    app = sl.Level()
    a, b, c = sl.Normal(0, 1), sl.Normal(0, 1), sl.Normal(0, 1)
    sd_p, sd_a, noise = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    X = sl.covariates("kind")
    k = sl.Normal(0, 1, over=X)
    P = sl.Normal(a, sd_p, over=publisher)
    A = sl.Normal(P + b * sl.data("price"), sd_a, over=app)
    y = sl.Normal(A + k @ X + c * sl.standardize(sl.data("size")), noise, observed=True)


APPS = pd.DataFrame({"app": list("abcdef"), "publisher": list("ppqqrr"), "price": np.arange(1.0, 7)})


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    frame = pd.concat([APPS] * 4, ignore_index=True)
    kinds = rng.choice(["u", "v", "w"], len(frame))
    return frame.assign(kind=kinds, size=rng.normal(5, 2, len(frame)), y=rng.normal(size=len(frame)))


def drawn(name: str, shape: tuple[int, ...]) -> np.ndarray:
    values = np.random.default_rng(sum(map(ord, name))).normal(size=shape)
    return np.exp(0.1 * values) if name.startswith(("sd", "noise")) else values


@pytest.fixture(scope="module")
def fit() -> Any:
    return fit_of(Prices, rows(), drawn)


def one(**changes: Any) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {"app": ["a"], "kind": ["v"], "size": [5.0]}
    return rows | changes


REFUSED = {
    "a category": (one(kind=["zz"]), {}, "column 'kind' of the new rows holds 'zz'", ""),
    "a covariate of a new unit": (
        one(app=["n"]),
        {},
        "column 'price' has no value for 1 app .*'n'",
        "tables=",
    ),
    "a covariate that is absent": ({"app": ["a"], "kind": ["u"]}, {}, "column 'size'", ""),
    "a covariate that is missing": (
        one(size=[None]),
        {},
        "values are missing in 1 of 1 row of the new rows.*'size' in 1",
        "fill",
    ),
    "another parent": (one(publisher=["q"]), {}, "app 'a' has publishers 'p', 'q'", "within=publisher"),
    "two parents": (
        {"app": ["n", "n"], "publisher": ["p", "q"], "kind": ["u", "u"], "size": [1, 1], "price": [1, 1]},
        {},
        "app 'n' has publishers 'p', 'q'",
        "",
    ),
    "two prices": (
        {"app": ["n", "n"], "publisher": ["p", "p"], "kind": ["u", "u"], "size": [1, 1], "price": [1, 2]},
        {},
        "'price' of the new rows is not constant within app: app 'n' has 1, 2",
        "",
    ),
    "another type of label": (one(app=[7]), {}, "level 'app' mixes types", "convert"),
    "no level": ({"kind": ["v"], "size": [5.0]}, {}, "column 'app' .level app. is not in", "average_over"),
    "no frame": (5, {}, "int is not a dataframe", ""),
    "a table of no level": (one(), {"tables": {"apps": APPS}}, "'apps', which is not a level", ""),
    "an average over no level": (one(), {"average_over": "kind"}, "'kind', which is not a level", ""),
    "no draws": (one(), {"draws": 0}, "draws is 0", ""),
    "too many draws": (one(), {"draws": 101}, "draws is 101", ""),
    "a seed": (one(), {"seed": "x"}, "seed is 'x'", ""),
    "a level": (one(), {"level": 95}, "is 95", "level=0.95"),
    "an output": (one(), {"output": "polars"}, "output='polars'", ""),
    "a line": (one(), {"name": "z"}, "was given 'z'", "name='y'"),
}


@pytest.mark.parametrize(("new", "asked", "found", "way_out"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_predicted_is_told_in_words(fit, new, asked, found, way_out):
    for verb in (fit.predict, fit.posterior_predictive):
        with pytest.raises((sl.DataError, sl.FitError), match=found) as caught:
            verb(new, **asked)
        assert way_out in caught.value.way_out


def test_covariates_of_new_units_come_from_rows_or_tables(fit):
    of_rows = fit.predict(one(app=["n"], publisher=["q"], price=[9.0]))
    table = pd.DataFrame({"app": ["n", "other"], "publisher": ["q", "z"], "price": [9.0, 1.0]})
    of_table = fit.predict(one(app=["n"]), tables={"app": table})
    assert of_table["publisher"][0] == "q"
    assert of_table["app_is"][0] == "new"
    # a table names one more app, so that 'n' may be drawn from another place of the same distribution
    np.testing.assert_allclose(of_rows["estimate"], of_table["estimate"], atol=5 * 1.2 / np.sqrt(400) * 2)


def test_a_new_unit_has_its_covariate_in_its_mean(fit):
    found = fit.predict(one(app=["n"], publisher=["q"], price=[9.0]), average_over=["app"], output="xarray")
    whole = {name: fit.by_quantity.whole(name) for name in ("P", "b", "k", "c")}
    data = rows()
    z = (5.0 - data["size"].mean()) / data["size"].std()
    expected = whole["P"][:, :, 1, 0] + 9 * whole["b"][:, :, 0, 0]
    expected = expected + whole["k"][:, :, 0, 0] + z * whole["c"][:, :, 0, 0]
    np.testing.assert_allclose(found.to_numpy()[..., 0], expected, rtol=1e-9)


def test_rows_of_any_frame_are_predicted_alike(fit, tmp_path):
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    new = {"app": ["a", "n", None], "kind": ["u", "v", "w"], "size": [4.0, 5, 6], "price": [1.0, 9, 2]}
    expected = fit.predict(pd.DataFrame(new))
    path = tmp_path / "new rows.csv"
    pd.DataFrame(new).to_csv(path, index=False)
    for other in (new, pl.DataFrame(new), pl.DataFrame(new).lazy(), pa.table(new), path, str(path)):
        pd.testing.assert_frame_equal(fit.predict(other), expected)


def test_an_index_of_pandas_is_kept(fit):
    index = pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["one", "two"])
    new = pd.DataFrame({"app": ["b", "a"], "kind": ["u", "v"], "size": [4.0, 5]}, index=index)
    assert fit.predict(new).index.equals(index)
    assert fit.predict(new.reset_index(drop=True).iloc[::-1]).index.tolist() == [1, 0]


def test_no_rows_have_no_predictions(fit):
    none = fit.predict(rows().iloc[:0])
    assert len(none) == 0
    assert {"app", "app_is", "estimate", "lower"} <= set(none.columns)
    assert fit.posterior_predictive(rows().iloc[:0]).sizes["row"] == 0


def test_names_that_tables_and_arviz_use_are_free_for_levels():
    class Odd(sl.Model):
        chain = sl.Level("größe x")
        estimate = sl.Level("draw")
        sd = sl.HalfNormal(1)
        C, E = sl.Normal(0, sd, over=chain), sl.Normal(0, sd, over=estimate)
        row = sl.Normal(C + E, sd, observed="data")

    data = pd.DataFrame({"größe x": list("abab"), "draw": [1, 1, 2, 2], "data": [0.1, 0.2, 0.3, 0.4]})
    fit = fit_of(Odd, data, drawn)
    new = pd.DataFrame({"größe x": ["a", "zz"], "draw": [1, None]})
    table = fit.predict(new)
    assert table["estimate_"].tolist()[0] == 1
    assert table["estimate__is"].tolist() == ["known", "unknown"]
    array = fit.predict(new, output="xarray")
    np.testing.assert_allclose(table["estimate"], array.mean(dim=("chain", "draw")))
    assert array["chain_"].to_numpy().tolist() == ["a", "zz"]
    fit.add_posterior_predictive(draws=5)


def test_repeated_labels_are_told_apart_by_their_parents():
    class Rooms(sl.Model):
        school = sl.Level()
        room = sl.Level(within=school)
        sd = sl.HalfNormal(1)
        S = sl.Normal(0, sd, over=school)
        R = sl.Normal(S, sd, over=room)
        y = sl.Normal(R, sd, observed=True)

    data = pd.DataFrame({"school": list("sstt"), "room": [1, 2, 1, 2], "y": [0.1, 0.2, 0.3, 0.4]})
    fit = fit_of(Rooms, data, drawn)
    R = fit.by_quantity.whole("R")[..., 0].mean(axis=(0, 1))
    table = fit.predict({"school": ["t", "s", None, "new"], "room": [1, 2, 1, 1]})
    np.testing.assert_allclose(table["estimate"][:2], R[[2, 1]])
    assert table["room_is"].tolist() == ["known", "known", "unknown", "new"]
    with pytest.raises(sl.DataError, match="room 1, found under several schools"):
        fit.predict({"room": [1]})
