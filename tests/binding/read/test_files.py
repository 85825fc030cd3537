"""CSV and Parquet files by their path."""

import importlib.util
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from stanlevels.binding.read import files
from stanlevels.binding.read.frames import open_frame
from stanlevels.errors import DataError


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(path, *names, as_text=()):
    columns = open_frame(path, "the data", as_text=as_text).read(names)
    return [columns[name].values.take(~columns[name].absent).tolist() for name in names]


@pytest.fixture(params=["pandas", "polars", "pyarrow"])
def reader(request, monkeypatch):
    """Only one of the libraries is installed."""
    real = importlib.util.find_spec
    others = {"pandas", "polars", "pyarrow"} - {request.param}
    monkeypatch.setattr(files, "find_spec", lambda name: None if name in others else real(name))
    return request.param


def test_every_reader_gives_the_same_columns_and_the_same_missing_values(reader, tmp_path):
    path = write(tmp_path / "d.csv", "school,y,z\nä,1.5,3\nNA,,4\nNone,NaN,5\n")
    columns = open_frame(path, "the data").read(["school", "y", "z"])
    assert columns["school"].missing.tolist() == [False, True, False]
    assert columns["y"].missing.tolist() == [False, True, True]
    assert columns["z"].values.tolist() == [3, 4, 5]
    assert read(path, "school") == [["ä", "None"]]


def test_every_reader_keeps_leading_zeros_of_labels(reader, tmp_path):
    path = write(tmp_path / "d.csv", "county,y\n007,1\n012,2\n")
    assert read(path, "county", "y", as_text=["county"]) == [["007", "012"], [1, 2]]


def test_labels_without_leading_zeros_stay_integers(tmp_path):
    path = write(tmp_path / "d.csv", "county,y\n7,1\n0,2\n12,03\n")
    assert read(path, "county", as_text=["county"]) == [[7, 0, 12]]


def test_spaces_unicode_and_a_byte_order_mark_are_no_obstacle(reader, tmp_path):
    path = tmp_path / "données du mois" / "tableau é.csv"
    path.parent.mkdir()
    path.write_bytes(b"\xef\xbb\xbfschool,y\na,1\n")
    assert read(str(path), "school", "y") == [["a"], [1]]


def test_the_home_folder_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / "d.csv", "y\n1\n")
    assert read("~/d.csv", "y") == [[1]]


def test_parquet_keeps_the_order_of_categories(tmp_path):
    frame = pd.DataFrame({"c": pd.Categorical(["a", "b"], categories=["b", "a", "z"]), "y": [1, 2]})
    frame.to_parquet(tmp_path / "d=1.parquet")
    columns = open_frame(tmp_path / "d=1.parquet", "the data").read(["c", "y"])
    assert columns["c"].values.labels == ("b", "a", "z")
    assert pq.read_schema(tmp_path / "d=1.parquet").names[:2] == ["c", "y"]


def test_parquet_is_read_without_pyarrow_too(tmp_path, monkeypatch):
    pd.DataFrame({"y": [1, 2]}).to_parquet(tmp_path / "d.parquet")
    monkeypatch.setattr(files, "find_spec", lambda name: name == "polars" or None)
    assert read(tmp_path / "d.parquet", "y") == [[1, 2]]


def test_a_file_that_is_not_there_is_an_error_that_names_its_neighbours(tmp_path):
    write(tmp_path / "radon.csv", "y\n1\n")
    with pytest.raises(DataError, match=r"there is no file .*raddon.csv(.|\n)*the folder has 'radon.csv'"):
        open_frame(tmp_path / "raddon.csv", "the data")
    with pytest.raises(DataError, match="there is no folder"):
        open_frame(tmp_path / "nowhere" / "radon.csv", "the data")
    with pytest.raises(DataError, match="is a folder"):
        open_frame(tmp_path, "the data")


def test_an_unknown_ending_is_an_error_with_the_known_ones(tmp_path):
    path = write(tmp_path / "d.xlsx", "y")
    with pytest.raises(DataError, match=r"ending '.xlsx'(.|\n)*\.csv or \.parquet"):
        open_frame(path, "the data")


def test_a_header_that_names_a_column_twice_is_refused(tmp_path):
    path = write(tmp_path / "d.csv", "y,x,y\n1,2,3\n")
    with pytest.raises(DataError, match="more than once: 'y'"):
        open_frame(path, "the data")


def test_a_file_in_another_encoding_says_so(tmp_path):
    path = tmp_path / "d.csv"
    path.write_bytes("größe,y\n1,2\n".encode("latin-1"))
    with pytest.raises(DataError, match="not written in UTF-8"):
        open_frame(path, "the data")


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="is empty"):
        open_frame(write(tmp_path / "d.csv", ""), "the data")


def test_a_header_alone_is_a_frame_without_rows(reader, tmp_path):
    opened = open_frame(write(tmp_path / "d.csv", "school,y\n"), "the data")
    assert opened.n == 0
    assert opened.read(["y"])["y"].values.numeric().shape == (0,)


def test_without_any_reader_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="pip install"):
        open_frame(write(tmp_path / "d.csv", "y\n1\n"), "the data")


@pytest.mark.parametrize(
    "content", [b"PAR1 not parquet PAR1", b"", b"PAR1"], ids=["corrupt", "empty", "short"]
)
def test_a_broken_parquet_file_is_an_error_with_its_path_and_the_reason(tmp_path, content):
    path = tmp_path / "broken.parquet"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        open_frame(path, "the data")
    assert error.value.found.startswith(f"the data: {str(path)!r} cannot be read as Parquet: ")
    assert len(error.value.found.split("as Parquet: ")[1]) > 10


def test_a_csv_file_with_ragged_lines_is_an_error_with_its_path(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("a,b\n1,2\n1,2,3,4\n")
    with pytest.raises(DataError, match=r"ragged.csv' cannot be read as CSV: .*line 3"):
        open_frame(path, "the data")


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_csv_file_with_other_separators_names_the_way_to_read_it(tmp_path, mark):
    path = tmp_path / "other.csv"
    path.write_text(mark.join("ab") + "\n" + mark.join("12") + "\n")
    with pytest.raises(DataError) as error:
        open_frame(path, "the data")
    assert error.value.way_out == f"pass pandas.read_csv('other.csv', sep={mark!r})"
