"""A column of any library comes out with the same values, missing marks and order."""

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from stanlevels.binding.read.frames import open_frame
from stanlevels.binding.read.series import read_column
from stanlevels.errors import DataError

TEXTS = [
    ["b", None, "a"],
    np.array(["b", None, "a"], dtype=object),
    pd.Series(["b", None, "a"]),
    pd.Series(["b", np.nan, "a"], dtype=object),
    pd.Series(["b", pd.NA, "a"], dtype="string"),
    pd.array(["b", None, "a"], dtype="string"),
    pl.Series(["b", None, "a"]),
    pl.Series(["b", None, "a"], dtype=pl.Categorical),
    pa.array(["b", None, "a"]),
    pa.chunked_array([["b", None], ["a"]]),
]


@pytest.mark.parametrize("source", TEXTS, ids=lambda s: type(s).__module__ + str(getattr(s, "dtype", "")))
def test_text_of_every_library_is_read_alike(source):
    column = read_column("c", source)
    assert column.values.kind == "text"
    assert column.values.labels == ("a", "b")
    assert column.missing.tolist() == [False, True, False]
    assert column.values.take(~column.missing).tolist() == ["b", "a"]
    assert all(type(label) is str for label in column.values.labels)


INTEGERS = [
    [3, None, 2**60 + 1],
    pd.Series([3, None, 2**60 + 1], dtype="Int64"),
    pd.Series([3, None, 2**60 + 1], dtype=object),
    pl.Series([3, None, 2**60 + 1]),
    pa.array([3, None, 2**60 + 1]),
]


@pytest.mark.parametrize("source", INTEGERS, ids=lambda s: type(s).__module__ + str(getattr(s, "dtype", "")))
def test_integers_beside_missing_values_do_not_pass_through_floats(source):
    column = read_column("c", source)
    assert column.missing.tolist() == [False, True, False]
    # 2**60 + 1 has no double: it would come back as 2**60
    assert column.values.take(~column.missing).tolist() == [3, 2**60 + 1]
    assert column.values.take(~column.missing).numeric().dtype == np.int64


BOOLEANS = [
    [True, None, False],
    pd.Series([True, None, False], dtype="boolean"),
    pl.Series([True, None, False]),
    pa.array([True, None, False]),
]


@pytest.mark.parametrize("source", BOOLEANS, ids=lambda s: type(s).__module__)
def test_booleans_become_zero_and_one_as_numbers_and_stay_booleans_as_labels(source):
    column = read_column("c", source)
    known = column.values.take(~column.missing)
    assert column.missing.tolist() == [False, True, False]
    assert known.numeric().tolist() == [1, 0]
    assert known.factorize()[1] == [False, True]


FLOATS = [
    [1.5, float("nan"), float("inf"), None],
    np.array([1.5, np.nan, np.inf, np.nan]),
    np.array([1.5, np.nan, np.inf, np.nan], dtype=np.float32),
    pd.Series([1.5, None, np.inf, None]),
    pd.Series([1.5, pd.NA, np.inf, None], dtype="Float64"),
    pl.Series([1.5, float("nan"), float("inf"), None]),
    pa.array([1.5, float("nan"), float("inf"), None]),
    [decimal.Decimal("1.5"), decimal.Decimal("NaN"), decimal.Decimal("Infinity"), None],
]


@pytest.mark.parametrize("source", FLOATS, ids=lambda s: type(s).__module__ + str(getattr(s, "dtype", "")))
def test_nan_is_missing_and_infinity_is_counted_apart(source):
    column = read_column("c", source)
    assert column.missing.tolist() == [False, True, False, True]
    assert column.infinite.tolist() == [False, False, True, False]
    assert column.values.take(~column.absent).numeric().tolist() == [1.5]


CATEGORIES = [
    (pd.Categorical(["b", None, "z"], categories=["z", "b", "unused"]), False),
    (pd.Series(["b", None, "z"], dtype=pd.CategoricalDtype(["z", "b", "unused"], ordered=True)), True),
    (pl.Series(["b", None, "z"], dtype=pl.Enum(["z", "b", "unused"])), True),
    (pa.DictionaryArray.from_arrays(pa.array([1, None, 0]), ["z", "b", "unused"]), False),
    (pa.DictionaryArray.from_arrays(pa.array([1, None, 0]), ["z", "b", "unused"], ordered=True), True),
]


@pytest.mark.parametrize(
    ("source", "ordered"), CATEGORIES, ids=["pandas", "ordered", "enum", "arrow", "arrow2"]
)
def test_categories_keep_their_order_and_a_missing_code_is_missing(source, ordered):
    column = read_column("c", source)
    assert column.missing.tolist() == [False, True, False]  # pandas gives it the code -1
    assert column.values.labels == ("z", "b", "unused")
    assert column.values.ordered is ordered
    known = column.values.take(~column.missing)
    codes, labels = known.factorize()
    assert labels == ["z", "b"]
    assert codes.tolist() == [1, 0]
    assert known.unused == ["unused"]


def test_arrow_chunks_with_dictionaries_of_their_own_are_unified():
    chunks = [pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", None, "b"]).dictionary_encode()]
    column = read_column("c", pa.chunked_array(chunks))
    assert column.values.take(~column.missing).tolist() == ["a", "b", "c", "b"]


def test_categories_of_numbers_stay_numbers_as_labels_but_are_no_number():
    column = read_column("c", pd.Categorical([10, 9], categories=[10, 9])).values
    assert column.factorize()[1] == [10, 9]
    with pytest.raises(DataError, match="used as a number but holds categories: 10, 9"):
        column.numeric()


def test_a_category_that_is_missing_is_missing():
    # an Arrow dictionary may hold null itself
    source = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", None]))
    assert read_column("c", source).missing.tolist() == [False, True]


def test_mixed_types_are_an_error_that_names_both():
    with pytest.raises(DataError, match=r"column 'c' mixes types: integer \(1\) and text \('a'\)"):
        read_column("c", [1, None, "a"])
    with pytest.raises(DataError, match=r"boolean .* and integer"):
        read_column("c", pd.Series([True, 0], dtype=object))


def test_integers_beside_floats_are_numbers():
    assert read_column("c", pd.Series([1, 2.5], dtype=object)).values.numeric().tolist() == [1.0, 2.5]


def test_integers_too_large_for_64_bits_stay_exact_as_labels():
    for source in (
        [2**64 - 1, 3],
        np.array([2**64 - 1, 3], dtype=np.uint64),
        pl.Series([2**64 - 1, 3], dtype=pl.UInt64),
    ):
        values = read_column("c", source).values
        assert values.factorize()[1] == [3, 2**64 - 1]
        assert values.numeric().tolist() == [float(2**64 - 1), 3.0]


def test_unsigned_integers_that_fit_are_integers():
    assert read_column("c", np.array([3], dtype=np.uint8)).values.numeric().dtype == np.int64


def test_dates_are_labels_in_order():
    days = [dt.date(2021, 1, 2), None, dt.date(2020, 1, 1)]
    for source in (days, pl.Series(days), pa.array(days), np.array(days, dtype="datetime64[ns]")):
        column = read_column("c", source)
        assert column.missing.tolist() == [False, True, False]
        labels = column.values.take(~column.missing).factorize()[1]
        assert [str(label)[:10] for label in labels] == ["2020-01-01", "2021-01-02"]


def test_dates_as_numbers_say_what_to_do():
    with pytest.raises(DataError, match="days since a first day"):
        read_column("c", [dt.date(2020, 1, 1)]).values.numeric()


def test_text_as_a_number_says_what_cannot_be_read():
    with pytest.raises(DataError, match=r"to_numeric.*'n/a' cannot be read as a number"):
        read_column("c", ["1.5", "n/a"]).values.numeric()
    with pytest.raises(DataError, match=r"sl.data\('c', categorical=True\)"):
        read_column("c", ["north", "south"]).values.numeric()


def test_labels_that_cannot_be_compared_keep_their_first_appearance():
    labels = read_column("c", [2j, 1j, 2j]).values.factorize()[1]
    assert labels == [2j, 1j]


def test_cells_that_hold_lists_are_refused():
    with pytest.raises(DataError, match="holds list values"):
        read_column("c", [[1], [2]])


def test_a_single_value_is_refused_with_the_way_out():
    with pytest.raises(DataError, match=r"\[3\] \* n"):
        read_column("c", 3)
    with pytest.raises(DataError, match="str 'abc', which has no rows"):
        read_column("c", "abc")


def test_what_has_no_order_of_rows_is_refused():
    for source in ({1, 2}, {1: 2}, iter([1, 2])):
        with pytest.raises(DataError, match=r"which has no rows(.|\n)*in order"):
            read_column("c", source)


def test_pandas_types_backed_by_arrow_are_read_like_their_own():
    numbers = read_column("c", pd.Series([2**60 + 1, None], dtype=pd.ArrowDtype(pa.int64())))
    assert numbers.values.tolist()[0] == 2**60 + 1
    kind = pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))
    column = read_column("c", pd.Series(["b", None, "a"], dtype=kind))
    assert column.values.take(~column.missing).tolist() == ["b", "a"]


def test_an_array_with_two_dimensions_is_refused():
    with pytest.raises(DataError, match=r"2 dimensions, shape \(2, 3\)"):
        read_column("c", np.zeros((2, 3)))


def test_masked_arrays_are_missing_where_masked():
    column = read_column("c", np.ma.masked_array([1, 2], mask=[True, False]))
    assert column.missing.tolist() == [True, False]
    column = read_column("c", np.ma.masked_array(["a", "b"], mask=[True, False]))
    assert column.values.take(~column.missing).tolist() == ["b"]


EMPTY = [[], np.zeros(0), pd.Series([], dtype=object), pl.Series([], dtype=pl.Null), pa.array([])]


@pytest.mark.parametrize("source", EMPTY, ids=lambda s: type(s).__module__)
def test_empty_columns_are_numbers_and_labels_alike(source):
    values = read_column("c", source).values
    assert values.numeric().shape == (0,)
    codes, labels = values.factorize()
    assert codes.shape == (0,)
    assert labels == []


def test_a_column_without_any_value_is_missing_throughout():
    for source in ([None, None], pl.Series([None, None]), pa.nulls(2), pd.Series([None, None])):
        assert read_column("c", source).missing.tolist() == [True, True]


def test_the_array_of_the_person_is_copied_not_shared():
    source = np.array([1.0, 2.0])
    values = read_column("c", source).values
    source[0] = 99.0
    assert values.tolist() == [1.0, 2.0]
    frame = pd.DataFrame({"c": [1, 2]})
    values = read_column("c", frame["c"]).values
    frame.loc[0, "c"] = 99
    assert values.tolist() == [1, 2]


def test_numpy_scalars_in_lists_come_back_as_python_values():
    values = read_column("c", [np.str_("b"), np.str_("a")]).values
    assert [type(label) for label in values.factorize()[1]] == [str, str]
    values = read_column("c", [np.int64(3), np.int32(4)]).values
    assert [type(label) for label in values.factorize()[1]] == [int, int]


def test_text_among_numbers_is_told_how_to_become_numbers():
    with pytest.raises(DataError, match=r"pandas.to_numeric\(df\['c'\]\)"):
        read_column("c", [1.5, "n/a"])


def test_series_of_a_dict_are_aligned_by_their_index():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "g": ["a", "b", "c"]})
    moved = frame["x"].iloc[[2, 0, 1]]
    read = open_frame({"g": frame["g"], "x": moved}, "the data").read(["x", "g"])
    assert read["g"].values.tolist() == ["a", "b", "c"]
    assert read["x"].values.tolist() == [1.0, 2.0, 3.0]
    read = open_frame({"x": frame["x"], "z": np.arange(3), "other": moved}, "the data").read(["x", "z"])
    assert read["x"].values.data.tolist() == [1.0, 2.0, 3.0]


def test_series_of_a_dict_whose_rows_cannot_be_matched_are_refused():
    x = pd.Series([1.0, 2.0, 3.0])
    with pytest.raises(DataError, match=r"'x' and 'y' of the data have different indexes: .* has 0"):
        open_frame({"x": x, "y": x.set_axis([1, 2, 3])}, "the data").read(["x", "y"])
    with pytest.raises(DataError, match="labels occur more than once"):
        open_frame({"x": x.set_axis([0, 0, 1]), "y": x.set_axis([0, 1, 0])}, "the data").read(["x", "y"])
    with pytest.raises(DataError, match="in different orders, and 'z' beside them no index"):
        open_frame({"x": x, "y": x.iloc[::-1], "z": [1, 2, 3]}, "the data").read(["x", "y", "z"])
    repeated = x.set_axis([0, 0, 1])
    assert open_frame({"x": repeated, "y": repeated}, "the data").read(["y"])["y"].values.tolist() == [
        1,
        2,
        3,
    ]


def test_a_frame_is_no_column():
    with pytest.raises(DataError) as error:
        read_column("x", pd.DataFrame({"a": [1], "b": [2]}))
    assert error.value.found == "column 'x' is a DataFrame with columns 'a', 'b'"
    assert error.value.way_out == "pass its column, such as df['a']"
    for frame in (pl.DataFrame({"a": [1], "b": [2]}), pa.table({"a": [1], "b": [2]})):
        with pytest.raises(DataError, match="with columns 'a', 'b'"):
            read_column("x", frame)
    with pytest.raises(DataError, match="no values yet"):
        read_column("x", pl.LazyFrame({"a": [1]}))
