"""The page that sets features beside each other names what there is, in tables that are whole."""

import re
from pathlib import Path

import stanlevels as sl

TEXT = (Path(__file__).parents[1] / "docs" / "features.md").read_text()
ROWS = [line for line in TEXT.splitlines() if line.startswith("|")]


def ours(row):
    return re.split(r"(?<!\\)\|", row)[2].strip()


def test_every_row_has_a_cell_for_each_tool():
    assert len(ROWS) > 40
    assert {len(re.split(r"(?<!\\)\|", row)) for row in ROWS} == {8}
    assert not [row for row in ROWS if any(not cell.strip() for cell in re.split(r"(?<!\\)\|", row)[2:-1])]


def test_what_is_named_here_is_there():
    named = {name for row in ROWS for name in re.findall(r"`(?:sl\.)?([A-Z]\w+)`", ours(row))}
    named |= set(re.findall(r"`sl\.(\w+)", TEXT))
    assert len(named) > 10
    assert not [name for name in sorted(named) if not hasattr(sl, name)]
