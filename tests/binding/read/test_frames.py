"""Any dataframe is opened; what is none is refused in words."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from stanlevels.binding.read.frames import open_frame
from stanlevels.errors import DataError

PLAIN = {"a": ["x", "y"], "b": [1, 2], "unused": [[1], [2]]}
FRAMES = {
    "dict": PLAIN,
    "pandas": pd.DataFrame(PLAIN),
    "polars": pl.DataFrame(PLAIN),
    "lazy": pl.DataFrame(PLAIN).lazy(),
    "pyarrow": pa.table(PLAIN),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_frames_of_every_library_give_the_same_columns(frame):
    opened = open_frame(frame, "the data")
    assert opened.names == ("a", "b", "unused")
    assert opened.n == 2
    columns = opened.read(["a", "b"])
    assert columns["a"].values.tolist() == ["x", "y"]
    assert columns["b"].values.tolist() == [1, 2]


def test_the_frame_of_the_person_is_not_modified():
    frame = pd.DataFrame({"c": pd.Categorical(["a", None]), "x": [1.0, np.inf]})
    before = frame.copy(deep=True)
    open_frame(frame, "the data").read(["c", "x"])
    pd.testing.assert_frame_equal(frame, before)


def test_columns_with_one_name_are_refused():
    for frame in (pd.DataFrame([[1, 2]], columns=["a", "a"]), pa.table([[1], [2]], names=["a", "a"])):
        with pytest.raises(DataError, match="more than once: 'a'"):
            open_frame(frame, "the data")
    with pytest.raises(DataError, match="more than once: '1'"):
        open_frame({1: [1], "1": [2]}, "the data")


def test_columns_of_different_lengths_are_refused_with_their_lengths():
    with pytest.raises(DataError, match="'a' has 2, 'b' has 3"):
        open_frame({"a": [1, 2], "b": [1, 2, 3]}, "the data")


def test_what_is_no_dataframe_is_refused_with_what_would_be():
    with pytest.raises(DataError, match="list is not a dataframe"):
        open_frame([1, 2], "the data")
    with pytest.raises(DataError, match="the table of 'app': NoneType is not a dataframe"):
        open_frame(None, "the table of 'app'")


def test_a_frame_without_rows_keeps_its_names():
    opened = open_frame(pd.DataFrame({"a": [], "b": []}), "the data")
    assert opened.n == 0
    assert opened.names == ("a", "b")
    assert open_frame({}, "the data").n == 0


def test_names_in_a_pandas_index_are_remembered():
    opened = open_frame(pd.DataFrame({"a": [1], "b": [2]}).set_index("a"), "the data")
    assert opened.index_names == ("a",)
