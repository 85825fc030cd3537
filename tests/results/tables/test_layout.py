"""Tables of text on terminals of any width."""

import pytest

from stanlevels.results.tables.layout import Column, display_width, laid_out

KEY = Column(("unit",), ("x", "y"), is_key=True)
NUMBERS = [Column((f"c{k}",), ("1.25", "3   "), is_number=True) for k in range(6)]


@pytest.mark.parametrize("width", [8, 14, 20, 40, 200])
def test_no_line_is_wider_than_the_terminal_and_no_column_is_lost(width):
    lines = laid_out([KEY, *NUMBERS], width).splitlines()
    assert max(map(len, lines)) <= max(width, len("unit  1.25"))
    heads = [word for line in lines if line.startswith("unit") for word in line.split()[1:]]
    assert heads == [f"c{k}" for k in range(6)]


def test_labels_are_repeated_beside_columns_that_did_not_fit():
    blocks = laid_out([KEY, *NUMBERS], 24).split("\n\n")
    assert len(blocks) == 2
    assert all([line.split()[0] for line in block.splitlines()] == ["unit", "x", "y"] for block in blocks)


def test_columns_under_one_head_stay_together_where_they_fit():
    pairs = [Column((fit, name), ("1",), True) for fit in ("first", "other") for name in ("estimate", "sd")]
    key = Column(("", ""), ("mu",), is_key=True)
    assert laid_out([key, *pairs], 26).splitlines() == [
        "    first",
        "    estimate  sd",
        "mu         1   1",
        "",
        "    other",
        "    estimate  sd",
        "mu         1   1",
    ]
    assert max(map(len, laid_out([key, *pairs], 14).splitlines())) <= 14


def test_a_long_head_over_narrow_columns_does_not_move_what_follows():
    columns = [Column(("a very long name", "n"), ("1",), True), Column(("b", "n"), ("2",), True)]
    assert laid_out(columns, 80).splitlines() == [
        "a very long name  b",
        "               n  n",
        "               1  2",
    ]


def test_a_long_cell_runs_over_several_lines_and_no_word_is_lost():
    words = " ".join(f"word{k}" for k in range(30))
    text = laid_out([Column(("note",), (words, "short"))], 60)
    assert text.split()[1:] == [*words.split(), "short"]
    assert max(map(len, text.splitlines())) <= 60


def test_wide_letters_take_two_places():
    assert [display_width(text) for text in ("abc", "e\u0301", "東京", "ﾊ")] == [3, 1, 4, 1]
    lines = laid_out([Column(("city",), ("東京", "Rome")), Column(("n",), ("1", "2"), True)], 80).splitlines()
    assert lines == ["city  n", "東京  1", "Rome  2"]


def test_a_line_stands_for_rows_that_are_left_out():
    assert laid_out([KEY], 80, (1, "… 9 more …")).splitlines() == ["unit", "x", "… 9 more …", "y"]
