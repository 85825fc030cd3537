"""Single values as JSON and back."""

import datetime as dt
import json
from decimal import Decimal
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.results.keep.scalars import scalar, scalar_back

VALUES = [
    "",
    "\ud800",
    2**70,
    -0.0,
    5e-324,
    float("inf"),
    dt.date(1, 1, 1),
    dt.datetime(2024, 1, 1, 10, tzinfo=dt.UTC),
    dt.datetime(2024, 7, 27, 2, 30, tzinfo=ZoneInfo("Europe/Zurich")),
    dt.time(1, 2, 3, 4),
    dt.timedelta(-1, 5, 7),
    Decimal("1.10"),
    Decimal("1E+30"),
    Fraction(1, 3),
    UUID(int=7),
    b"\x00\xff",
    pd.Timestamp("2024-01-01 00:00:00.000000001"),
    pd.Timestamp("2024-01-01", tz="Europe/Zurich"),
    pd.Timestamp("1700-01-01").as_unit("s"),
    pd.Timedelta(1, "ns"),
    pd.Timedelta(3, "D").as_unit("s"),
    pd.Period("2024-03", freq="M"),
    pd.Interval(0.5, 1.5, closed="left"),
    pd.Interval(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")),
    np.int32(3),
    np.float32(0.1),
    np.bool_(True),
    np.str_("a"),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_itself(value):
    found = json.loads(json.dumps(scalar(value), allow_nan=False))
    back = scalar_back(next(iter(found)), found) if isinstance(found, dict) else found
    assert type(back) is type(value)
    assert back == value
    assert hash(back) == hash(value)
    assert str(back) == str(value)


def test_what_is_no_number_comes_back_too():
    assert np.isnan(scalar_back("float", scalar(float("nan"))))


class Text(str):
    """A kind of text of a person's own."""


@pytest.mark.parametrize("value", [1j, object(), Text("a"), pd.NaT, {"a": 1}, np.datetime64("2024-01-01")])
def test_other_kinds_are_refused_with_a_way_out(value):
    with pytest.raises(sl.FitError, match="have no form") as raised:
        scalar(value)
    assert "astype(str)" in raised.value.way_out


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("float", {"float": "1"}),
        ("numpy", {"numpy": "object_", "value": 1}),
        ("decimal", {"decimal": 3}),
        ("date", {"date": "yesterday"}),
        ("timestamp", {"timestamp": ["2024-01-01", "ns"]}),
        ("interval", {"interval": [1, 2, "half"]}),
        ("os", {"os": "system"}),
    ],
)
def test_forms_that_are_none_are_errors_that_a_reader_expects(name, found):
    with pytest.raises((KeyError, ValueError, TypeError, ArithmeticError)):
        scalar_back(name, found)
