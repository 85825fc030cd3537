"""Tables that print whole, in terminals and in notebooks, and are DataFrames otherwise."""

import pickle

import numpy as np
import pandas as pd
import pytest

from stanlevels.results.tables.shown import Shown, shown


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


def table(rows=3, columns=3, **others):
    rng = np.random.default_rng(1)
    made = {"unit": [f"u{k}" for k in range(rows)], **others}
    made |= {f"column {k}": rng.normal(size=rows) for k in range(columns)}
    return shown(pd.DataFrame(made), labels=["unit"])


@pytest.mark.parametrize("width", [30, 60, 100])
def test_every_column_is_shown_in_a_terminal_of_any_width(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    text = repr(table(columns=30))
    assert max(map(len, text.splitlines())) <= width
    assert all(f"column {k}" in text for k in range(30))
    assert "..." not in text


def test_the_first_and_the_last_of_thousands_of_rows_are_shown():
    lines = str(table(rows=5000)).splitlines()
    assert len(lines) == 1 + 10 + 1 + 10 + 1
    assert (lines[1].split()[0], lines[10].split()[0], lines[12].split()[0]) == ("u0", "u9", "u4990")
    assert lines[11] == "… 4,980 more …"
    assert lines[-1] == "[5,000 rows x 4 columns; to_string() has them all]"
    assert len(table(rows=5000).to_string().splitlines()) == 5001


def test_rows_whose_columns_need_several_blocks_are_fewer(monkeypatch):
    assert len(repr(table(rows=50, columns=4)).splitlines()) == 51
    monkeypatch.setenv("COLUMNS", "40")
    assert len(repr(table(rows=50, columns=4)).splitlines()) < 60


def test_options_of_pandas_are_heeded():
    with pd.option_context("display.max_rows", None):
        assert len(repr(table(rows=200)).splitlines()) == 201
    with pd.option_context("display.max_rows", 10, "display.min_rows", 4):
        assert "… 196 more …" in repr(table(rows=200))
    with pd.option_context("display.width", 40):
        assert max(map(len, repr(table(columns=9)).splitlines())) <= 40
    with pd.option_context("display.expand_frame_repr", False):
        assert len(repr(table(columns=40)).splitlines()) == 4
    with pd.option_context("display.float_format", "{:.1f}".format):
        assert repr(table(rows=1, columns=1)).split() == ["unit", "column", "0", "u0", "0.3"]


def test_rows_that_have_labels_are_not_numbered_besides():
    assert repr(table()).splitlines()[1].startswith("u0 ")
    assert repr(table().iloc[1:]).splitlines()[1].startswith("1  u1")
    assert repr(table().set_index("unit")).splitlines()[0].startswith("unit  column 0")
    assert repr(shown(pd.DataFrame({"a": [1]}))) == "   a\n0  1"


def test_labels_are_shown_whole():
    found = shown(pd.DataFrame({"id": [123456.789, 0.5], "n": [10**15, 7]}), labels=["id"])
    assert repr(found).splitlines()[1].split() == ["123456.789", "1000000000000000"]


def test_values_of_other_kinds_are_text():
    columns = {
        "when": pd.to_datetime(["2024-01-02", "2024-01-03"]),
        "yes": [True, False],
        "kind": pd.Categorical(["a", "b"]),
        "holes": pd.array([1, None], dtype="Int64"),
        "odd": ["two\nlines", "b"],
        "share": pd.array([0.123456, None], dtype="Float64"),
    }
    lines = repr(shown(pd.DataFrame(columns))).splitlines()
    assert lines[1].split() == ["0", "2024-01-02", "True", "a", "1", r"two\nlines", "0.1235"]
    assert lines[2].split() == ["1", "2024-01-03", "False", "b", "<NA>", "b", "NaN"]


def test_digits_follow_the_sd_beside_them_under_several_heads_too():
    single = pd.DataFrame({"estimate": [1e-17, 12.3456], "sd": [0.5, 0.5]})
    assert repr(shown(single)).splitlines()[1].split() == ["0", "0", "0.5"]
    pair = pd.concat({"one": single, "other": single * 100}, axis=1)
    assert repr(shown(pair)).splitlines()[2].split() == ["0", "0", "0.5", "0", "50"]


def test_effective_sample_sizes_are_whole_numbers():
    assert repr(shown(pd.DataFrame({"ess_bulk": [1234.5, 88.7]}))).split()[1:] == ["0", "1234", "1", "89"]


def test_a_table_without_rows_or_columns_says_so():
    assert repr(shown(pd.DataFrame({"a": []}), ["a note"])).splitlines()[-2:] == ["(no rows)", "a note"]
    assert "Empty DataFrame" in repr(shown(pd.DataFrame()))
    for empty in (pd.DataFrame({"a": []}), pd.DataFrame()):
        assert "<table" in shown(empty)._repr_html_()


def test_it_is_a_frame_in_everything_else():
    plain = pd.DataFrame({"notes": [1.0, 2.0], "labels": ["x", "y"]})
    made = shown(plain, ["told"], labels=["labels"])
    pd.testing.assert_frame_equal(pd.DataFrame(made), plain)
    assert type(made["notes"]) is pd.Series
    for part in (made.query("notes > 1"), made[["labels"]], made.copy(), pickle.loads(pickle.dumps(made))):
        assert type(part) is Shown
        assert (part._metadata, repr(part).splitlines()[-1]) == (["notes", "labels"], "told")
    assert made.merge(made, on="labels").shape == (2, 3)


def test_a_notebook_shows_every_column_as_a_table_that_escapes_what_it_shows():
    page = table(rows=100, columns=40, bad="<script>")._repr_html_()
    assert page.count("<th ") == 42
    assert "<script>" not in page
    assert '<td colspan="42" style="text-align: left">… 80 more …</td>' in page
    pair = pd.concat({"<b>": pd.DataFrame({"x": [1.5], "y": [2.0]})}, axis=1)
    page = shown(pair, ["a <note>"])._repr_html_()
    assert '<th colspan="2" style="text-align: right">&lt;b&gt;</th>' in page
    assert "<li>a &lt;note&gt;</li>" in page


def test_points_stand_below_each_other_in_a_notebook_too():
    page = shown(pd.DataFrame({"a": [1234.0, 2.25]}))._repr_html_()
    assert ">1234.0\u2007</td>" in page
    page = shown(pd.DataFrame({"a": [12_345_678.0, 2.25]}))._repr_html_()
    assert ">12345678\u2008\u2007\u2007</td>" in page
    assert ">2.25</td>" in page


def test_a_million_rows_are_shown_at_once():
    large = shown(pd.DataFrame({"a": np.arange(1_000_000.0)}))
    assert "… 999,980 more …" in repr(large)
    assert len(large._repr_html_()) < 10_000
