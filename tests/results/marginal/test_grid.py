"""Rows for predictions: combinations of what is given, and typical values of the rest."""

import pickle

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.results.kit import fit_of
from tests.results.marginal.test_comparisons import FRAME, Homes


class Schools(sl.Model):
    school = sl.Level("school_id")
    room = sl.Level(within=school)
    slope = sl.Normal(0, 1)
    S = sl.Normal(slope * sl.data("size"), 1, over=school)
    R = sl.Normal(S, 1, over=room)
    y = sl.Normal(R + slope * sl.data("hours"), 1, observed=True)


ROOMS = pd.DataFrame(
    {
        "school_id": ["s1", "s1", "s2", "s2"],
        "room": ["a", "b", "a", "c"],
        "hours": [1.0, 2.0, 3.0, 5.0],
        "y": np.zeros(4),
    }
)
SIZES = pd.DataFrame({"school_id": ["s1", "s2"], "size": [10.0, 30.0]})


@pytest.fixture(scope="module")
def homes():
    return fit_of(Homes, FRAME)


@pytest.fixture(scope="module")
def schools():
    return fit_of(Schools, ROOMS, tables={"school": SIZES})


def test_every_combination_with_typical_values_of_the_rest(homes):
    found = homes.grid(year=range(2000, 2003), basement=[0, 1])
    assert len(found) == 6
    assert found[["year", "basement"]].to_numpy().tolist() == [
        [y, b] for y in (2000, 2001, 2002) for b in (0, 1)
    ]
    assert found["region"].unique().tolist() == [FRAME["region"].mode()[0]]
    assert found["county"].isna().all()
    assert "y" not in found
    empty = homes.grid()
    assert empty["year"].item() == round(FRAME["year"].mean())
    assert empty["basement"].item() == FRAME["basement"].mode()[0]


def test_predict_takes_it(homes):
    grid = homes.grid(county=["a", "d"], basement=1)
    table = homes.predict(grid)
    p = homes.by_quantity
    year = (round(FRAME["year"].mean()) - FRAME["year"].mean()) / FRAME["year"].std()
    at = {"east": None, "north": 0, "south": 1}[FRAME["region"].mode()[0]]
    eta = p.whole("A")[:, :, 3] + p.whole("b")[:, :, 0] + p.whole("t")[:, :, 0] * year
    eta = eta if at is None else eta + p.whole("r").reshape(4, 100, -1)[..., [at]]
    np.testing.assert_allclose(table["estimate"].iloc[1], (1 / (1 + np.exp(-eta))).mean())


def test_parents_of_known_units_and_their_tables_are_filled_in(schools):
    found = schools.grid(room=["b", "c", "new"])
    assert found["school_id"].tolist()[:2] == ["s1", "s2"]
    assert found["school_id"].isna().tolist() == [False, False, True]
    assert found["hours"].tolist() == [2.75] * 3
    one = schools.grid(school="s2")
    assert one["size"].item() == 30.0
    assert schools.grid(hours=1)["size"].item() == 20.0
    with pytest.raises(sl.FitError, match="rooms called 'a' lie in several schools"):
        schools.grid(room="a")
    assert schools.grid(room="a", school=["s1", "s2"])["school_id"].tolist() == ["s1", "s2"]


def test_names_that_python_cannot_write_go_into_a_mapping():
    M = sl.Model.define("M", {"b": sl.Normal(0, 1), "y": sl.Normal(sl.data("Größe (m²)"), 1, observed=True)})
    fit = fit_of(M, {"Größe (m²)": [1.0, 2.0], "y": [0.0, 1.0]})
    assert fit.grid({"Größe (m²)": np.array([3, 4])})["Größe (m²)"].tolist() == [3, 4]


def test_a_fit_without_rows_takes_typical_values_from_others():
    M = sl.Model.define(
        "M",
        {
            "b": (b := sl.Normal()),
            "s": (s := sl.HalfNormal()),
            "y": sl.Normal(b * sl.data("hours"), s, observed=True),
        },
    )
    fit = pickle.loads(pickle.dumps(M.fit(ROOMS.assign(y=[1.0, 2.5, 3.0, 4.0]), "ols", progress=False)))
    assert fit.grid(hours=3)["hours"].tolist() == [3]
    with pytest.raises(sl.FitError, match=r"data=df"):
        fit.grid()
    assert fit.grid(data=ROOMS)["hours"].item() == 2.75


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"yeer": 1}, "did you mean 'year'"),
        ({"y": 1}, "no column that the model uses"),
        ({"region": "west"}, "'west', not known before"),
        ({"year": "late"}, "late"),
        ({"year": []}, "no value of 'year'"),
        ({"year": [2000, float("nan")]}, "values that are there"),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(homes, given, words):
    with pytest.raises((sl.FitError, sl.DataError)) as raised:
        homes.grid(**given)
    assert words in str(raised.value)
