"""docs/from-pymc-and-bambi.md: every row of its tables runs, as those of the page from brms and lme4 do."""

from pathlib import Path

import pytest

from stanlevels.engines.choose import engines
from tests.test_docs import blocks
from tests.test_docs_from_brms_and_lme4 import CALLS, CLASSES, check_density, levels, model, rows

PAGE = Path(__file__).parents[1] / "docs" / "from-pymc-and-bambi.md"
LEVELS = levels(PAGE)


def of(header):
    return pytest.mark.parametrize("row", rows(header, PAGE), ids=str)


@pytest.fixture(scope="module")
def page():
    """What the code of the page makes."""
    namespace = {"__name__": "page"}
    for block in blocks("docs/from-pymc-and-bambi.md"):
        exec(compile(block, str(PAGE), "exec"), namespace)
    return namespace


def test_the_tables_are_found():
    assert len(rows(CLASSES, PAGE)) > 60
    assert len(rows(CALLS, PAGE)) > 15
    assert len({row.there for row in rows(CLASSES, PAGE)}) == len(rows(CLASSES, PAGE))


@of(CLASSES)
def test_a_row_is_a_class_with_a_program_whose_density_is_finite(row, page):
    check_density(model(row, dict(page), LEVELS).bind(page["df"]))


@pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")  # short runs
@of(CALLS)
def test_a_row_is_a_call(row, page):
    (call,) = row.lines
    if "nutpie" in call and (why := engines()["nutpie"].why_not()):
        pytest.skip(why)
    assert eval(call, dict(page)) is not None
