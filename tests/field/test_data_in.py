"""Data as people have them: Series with an index, broken files, queries that fail, numbers in disguise."""

import datetime as dt
import decimal
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import stanlevels as sl
from tests.field.kit import Intercepts, Line, base

COUNT = {"a": sl.Normal(0, 1), "k": sl.Poisson(log=sl.data("x"), observed=True)}


def refusal(data: Any, model: Any = Intercepts, **arguments: Any) -> sl.DataError:
    with pytest.raises(sl.DataError) as error:
        model.bind(data, **arguments)
    assert error.value.way_out or error.value.expected
    return error.value


def columns() -> dict[str, Any]:
    return {str(name): values for name, values in base().to_dict("list").items()}


def test_series_are_matched_by_index_as_pandas_does() -> None:
    d = base()
    shuffled = d["x"].sample(frac=1, random_state=1)
    fit = Intercepts.fit({"g": d["g"], "x": shuffled, "y": d["y"]}, "reml")
    assert fit.summary().loc["b", "estimate"] == pytest.approx(0.898, abs=5e-4)
    whole = Intercepts.fit(pd.DataFrame({"g": d["g"], "x": shuffled, "y": d["y"]}), "reml")
    assert fit.summary().loc["b", "estimate"] == pytest.approx(whole.summary().loc["b", "estimate"], rel=1e-9)


def test_series_of_other_rows_are_refused_with_what_only_one_has() -> None:
    d = base()
    error = refusal({"g": d["g"], "x": d["x"].set_axis(range(1, 61)), "y": d["y"]})
    assert error.found == "the Series 'g' and 'x' of the data have different indexes: only one of them has 0"
    assert "pandas.DataFrame(...)" in error.way_out


ODD_COLUMNS = {
    "a frame": (lambda d: d[["x"]], "is a DataFrame with columns 'x'"),
    "a lazy frame": (lambda d: pl.from_pandas(d).lazy(), "has no values yet"),
    "a ragged list": (lambda d: [[1], [2, 3]] * 30, r"holds list values such as \[1\]"),
    "a list of lists": (lambda d: [[v] for v in d["x"]], "holds list values"),
    "two dimensions": (lambda d: np.ones((60, 2)), "2 dimensions"),
    "no dimension": (lambda d: np.array(3.0), "0 dimensions"),
    "a number": (lambda d: 3.0, "which has no rows"),
    "a text": (lambda d: "ab" * 30, "which has no rows"),
    "a set": (lambda d: set(d["x"]), "set, which has no rows"),
    "a generator": (lambda d: (v for v in d["x"]), "generator, which has no rows"),
    "a dict": (lambda d: dict(enumerate(d["x"])), "dict, which has no rows"),
    "mixed types": (lambda d: [1, "a"] * 30, "mixes types"),
    "dates": (lambda d: pd.date_range("2020", periods=60), "holds dates"),
    "durations": (lambda d: [dt.timedelta(i) for i in range(60)], "holds durations"),
    "complex numbers": (lambda d: np.arange(60) + 1j, "holds complex numbers"),
    "text": (lambda d: d["g"].tolist(), "holds text"),
    "decimal commas": (lambda d: ["1,5", "2"] * 30, "holds text: '1,5', '2'"),
    "no number of 64 bits": (lambda d: [10**400] * 60, "numbers too large to compute with"),
    "infinite integers among floats": (lambda d: [10**400, 0.5] * 30, r"30 infinite"),
    "signalling NaN": (
        lambda d: [decimal.Decimal("sNaN")] * 60,
        "lack values in 60 of 60 rows .0, 1, 2, 3, 4 and 55 more",
    ),
    "intervals": (lambda d: pd.cut(d["x"], 5).array, "holds categories"),
    "structures": (lambda d: pl.from_pandas(d).select(pl.struct("x")).to_series(), "holds dict values"),
}


@pytest.mark.parametrize(("make", "words"), ODD_COLUMNS.values(), ids=ODD_COLUMNS)
def test_a_column_that_is_no_covariate_is_refused_by_name(make: Any, words: str) -> None:
    d = base()
    error = refusal({**columns(), "x": make(d)})
    assert "'x'" in error.found
    assert re.search(words, error.found)


def test_comma_numbers_and_durations_are_told_how_to_become_numbers() -> None:
    assert "str.replace(',', '.')" in refusal({**columns(), "x": ["1,5", "2"] * 30}).way_out
    assert "str.replace(',', '.')" in refusal({**columns(), "y": ["1,5", "2"] * 30}).way_out
    assert "total_seconds" in refusal({**columns(), "x": pd.to_timedelta(range(60), unit="D")}).way_out


WELL_TYPED = {
    "decimals": lambda x: [decimal.Decimal(str(v)) for v in x],
    "half floats": lambda x: np.asarray(x, dtype="f2"),
    "long doubles": lambda x: np.asarray(x, dtype="g"),
    "other byte order": lambda x: np.asarray(x, dtype=">f8"),
    "nullable": lambda x: pd.array(x, dtype="Float64"),
    "arrow": lambda x: pd.array(x, dtype=pd.ArrowDtype(pa.float64())),
    "sparse": lambda x: pd.arrays.SparseArray(x),
    "polars": lambda x: pl.Series(x),
    "pyarrow": lambda x: pa.array(x),
    "pyarrow decimals": lambda x: pa.array([decimal.Decimal(str(v)) for v in x], pa.decimal256(50, 4)),
}


@pytest.mark.parametrize("make", WELL_TYPED.values(), ids=WELL_TYPED)
def test_numbers_of_every_type_are_read_as_numbers(make: Any) -> None:
    x = [0.5, 1.25, -2.0] * 20
    bound = Intercepts.bind({**columns(), "x": make(x)})
    assert bound.data.column(("<rows>",), "x").tolist() == x


def test_integers_wider_than_numpy_are_read_as_numbers() -> None:
    wide = pl.from_pandas(base()).with_columns(x=pl.Series(range(60)).cast(pl.Int128))
    assert Intercepts.bind(wide).data.column(("<rows>",), "x").tolist() == list(range(60))


def fail(value: float) -> float:
    raise ArithmeticError(f"nothing can be made of {value}")


FAILING_QUERIES = {
    "a column that is not there": lambda f: f.select("g", "y", x=pl.col("nope")),
    "a cast that fails": lambda f: f.with_columns(x=pl.col("g").cast(pl.Float64)),
    "a function that fails": lambda f: f.with_columns(x=pl.col("y").map_elements(fail, pl.Float64)),
    "no file": lambda f: pl.scan_csv("/no/such/file.csv"),
}


@pytest.mark.parametrize("make", FAILING_QUERIES.values(), ids=FAILING_QUERIES)
def test_a_lazy_frame_that_fails_is_an_error_with_the_reason(make: Any) -> None:
    error = refusal(make(pl.from_pandas(base()).lazy()))
    assert error.found.startswith("the data: the lazy frame cannot be computed: ")
    assert "collect()" in error.way_out


FILES = {
    "a.parquet": (b"PAR1 not parquet PAR1", "cannot be read as Parquet"),
    "b.parquet": (b"", "cannot be read as Parquet"),
    "c.feather": (b"nonsense", "by its ending '.feather'"),
    "d.csv": (b"", "is empty"),
    "e.csv": ("g,x,y\né,1,2\n".encode("latin-1"), "not written in UTF-8"),
    "f.csv": ("g,x,y\na,1,2\n".encode("utf-16"), "not written in UTF-8"),
    "g.csv": (b"g;x;y\na;1,5;2\n", "separated by ';'"),
    "h.csv": (b"g,x,y\na,1,2,3\n", "has 3 names, the second 4 values"),
    "i.csv": (b"g,x,y\na,1,2\nb,1\nc,1,2,3,4\n", "cannot be read as CSV"),
    "j.csv": (b'g,x,y\na,1,"2\nb,1,2\n', "cannot be read as CSV"),
    "k.csv.gz": (b"nonsense", "by its ending '.gz'"),
    "l.csv": (b"\xff" * 100, "not written in UTF-8"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_an_error_with_its_path(tmp_path: Path, name: str) -> None:
    content, words = FILES[name]
    (tmp_path / name).write_bytes(content)
    error = refusal(tmp_path / name)
    assert str(tmp_path / name) in error.found
    assert words in error.found


def test_a_file_says_how_it_is_read_otherwise(tmp_path: Path) -> None:
    for name, (content, _) in FILES.items():
        (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / "c.feather").way_out == "pass pandas.read_feather('c.feather')"
    assert refusal(tmp_path / "g.csv").way_out == "pass pandas.read_csv('g.csv', sep=';', decimal=',')"
    assert "encoding='utf-16'" in refusal(tmp_path / "f.csv").way_out
    assert refusal("https://example.org/a.csv").way_out.startswith("pass pandas.read_csv('https:")
    assert "pandas.read_parquet(folder)" in refusal(tmp_path).way_out
    assert "File name too long" in refusal("a" * 5000 + ".csv").found


NO_FRAMES = {
    "a list of dicts": (lambda d: d.to_dict("records"), "pandas.DataFrame(data)"),
    "an array": (lambda d: d.to_numpy(), "a dict with a name for each column"),
    "records": (lambda d: d.to_records(index=False), "pandas.DataFrame(data)"),
    "a batch": (lambda d: pa.RecordBatch.from_pandas(d), "pyarrow.Table.from_batches"),
    "groups": (lambda d: d.groupby("g"), "the frame itself"),
}


@pytest.mark.parametrize(("make", "way_out"), NO_FRAMES.values(), ids=NO_FRAMES)
def test_what_is_no_frame_says_what_to_pass(make: Any, way_out: str) -> None:
    assert way_out in refusal(make(base())).way_out


def test_what_the_model_does_not_name_is_not_looked_at() -> None:
    assert Line.bind({**columns(), "note": "from the field", "odd": np.array(1.0)}).data.n_rows == 60


def test_a_count_beyond_64_bits_is_called_too_large() -> None:
    for count in (10**20, 1e20, 2**63):
        error = refusal({"k": [count, 1], "x": [0.0, 1.0]}, sl.Model.define("M", COUNT))
        assert error.expected.startswith("whole numbers up to 2147483647")


KEPT_AS_TEXT = {
    "codes with an E": ("1E5\n1e5\n100000\n", ("100000", "1E5", "1e5")),
    "leading zeros": ("007\n07\n7\n", ("007", "07", "7")),
    "long numbers beside a hole": (
        "12345678901234567\n12345678901234568\nNA\n",
        ("12345678901234567", "12345678901234568"),
    ),
    "long negative numbers beside a hole": (
        "-12345678901234567\n-12345678901234568\nNA\n",
        ("-12345678901234567", "-12345678901234568"),
    ),
    "numbers beyond 64 bits": (
        "123456789012345678901234\n123456789012345678901235\n",
        ("123456789012345678901234", "123456789012345678901235"),
    ),
    "long numbers": ("12345678901234567\n12345678901234568\n", (12345678901234567, 12345678901234568)),
}


@pytest.mark.parametrize(("text", "labels"), KEPT_AS_TEXT.values(), ids=KEPT_AS_TEXT)
def test_labels_in_a_file_that_are_one_as_numbers_stay_apart(
    tmp_path: Path, text: str, labels: tuple[Any, ...]
) -> None:
    class Units(sl.Model):
        g = sl.Level()
        A = sl.Normal(0, 1, over=g)
        y = sl.Normal(A, 1, observed=True)

    rows = [f"{label},{row}" for row, label in enumerate(text.split())]
    (tmp_path / "a.csv").write_text("\n".join(["g,y", *rows]))
    assert Units.bind(tmp_path / "a.csv", missing="drop").data.levels["g"].labels == labels


@pytest.mark.parametrize(
    ("values", "way_out"),
    [
        (["5%", "6 %"], "df['y'].str.strip('% ').astype(float)"),
        (["$5", "7"], "df['y'].str.strip('$ ').astype(float)"),
        (["low", "high"], "convert the column to numbers"),
    ],
)
def test_numbers_with_signs_are_told_how_to_lose_them_and_no_answer_is_made_a_yes(
    values: list[str], way_out: str
) -> None:
    error = refusal({**columns(), "y": values * 30})
    assert way_out in error.way_out or way_out in error.expected
    assert "which of the two" not in error.way_out


def test_a_table_whose_key_is_its_index_says_so() -> None:
    table = pd.DataFrame({"u": [1.0]}, index=pd.Index(["g0"], name="g"))
    assert "reset_index" in refusal(base(), tables={"g": table}).way_out


@pytest.mark.parametrize("label", ["b\ud800", "b\0"])
def test_labels_that_no_file_can_hold_are_refused(label: str) -> None:
    error = refusal({**columns(), "g": ["a", label, "c\n"] * 20})
    assert error.found.endswith(repr(label))


def test_booleans_are_two_categories_and_no_more() -> None:
    class Ordinal(sl.Model):
        t = sl.Index(2)
        cut = sl.Normal(0, 3, over=t, ordered=True)
        y = sl.OrderedLogistic(0, cut, observed=True)

    assert "3 categories" in refusal({"y": [True, False] * 5}, Ordinal).expected
