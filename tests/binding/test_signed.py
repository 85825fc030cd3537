"""A choice and its time: two columns become times with signs, and times with signs two columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DataError, DeclarationError


class Choice(sl.Model):
    drift = sl.Normal(0, 2)
    answer = sl.Wiener(drift, 1.5, 0.1, 0.5, observed=["rt", "choice"])


RT = np.array([0.5, 0.7, 1.2])


@pytest.mark.parametrize(
    "choice",
    [[1, 0, 1], [1, -1, 1], [True, False, True], [1.0, 0.0, 1.0]],
    ids=["0 1", "-1 1", "bool", "float"],
)
def test_choices_are_signs(choice):
    bound = Choice.bind({"rt": RT, "choice": np.array(choice)})
    assert bound.data.outcome("answer").tolist() == [0.5, -0.7, 1.2]


def test_one_column_has_signs_already():
    class Signed(sl.Model):
        drift = sl.Normal(0, 2)
        answer = sl.Wiener(drift, 1.5, 0.1, 0.5, observed="rt")

    assert Signed.bind({"rt": [0.5, -0.7]}).data.outcome("answer").tolist() == [0.5, -0.7]


@pytest.mark.parametrize("choice", [[1, 2, 1], ["up", "down", "up"], [0, -1, 1]])
def test_other_choices_are_refused_with_what_there_are(choice):
    with pytest.raises(DataError, match="'choice', which says which boundary was reached, holds") as caught:
        Choice.bind({"rt": RT, "choice": choice})
    assert "1 for the upper boundary" in caught.value.expected


def test_times_of_two_columns_are_positive():
    with pytest.raises(DataError, match=r"1 of 3 values of 'rt' are no times: -0\.7 in row"):
        Choice.bind({"rt": RT * [1, -1, 1], "choice": [0, 1, 1]})


def test_three_columns_are_refused():
    class Three(sl.Model):
        drift = sl.Normal(0, 2)
        answer = sl.Wiener(drift, 1.5, 0.1, 0.5, observed=["rt", "choice", "x"])

    with pytest.raises(DeclarationError, match="observed as") as caught:
        Three.bind({"rt": RT, "choice": [0, 1, 1], "x": RT})
    assert "times" in caught.value.expected


def test_fake_data_have_both_columns():
    fake = Choice.simulate(pd.DataFrame({"x": np.zeros(400)}), seed=1, values={"drift": 1.0})
    assert list(fake.columns) == ["x", "rt", "choice"]
    assert (fake["rt"] > 0.1).all()
    assert set(fake["choice"]) == {0, 1}
    assert fake["choice"].mean() == pytest.approx(1 / (1 + np.exp(-1.5)), abs=0.1)  # false alarms 1e-6
