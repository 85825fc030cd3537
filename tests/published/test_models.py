"""Published models bind to their data, give the program that was reviewed, and take as few lines as recorded.

``python -m pytest tests/published --promote`` writes golden programs and docs/lines.md anew.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.estimation.bayes.starting_values import starts
from tests.conftest import GOLDEN
from tests.program.kit import prepared
from tests.published.models import EVERY
from tests.published.page import page
from tests.published.record import lines_of, source_of

PAGE = Path(__file__).parents[2] / "docs" / "lines.md"
WIDTH = 88
TRIES = 5  # a fit tries again, too, where the normal distribution function is 0 or 1 to the last digit
ALL = pytest.mark.parametrize("record", EVERY, ids=lambda record: record.name)


@ALL
def test_the_program_is_as_it_was_reviewed_and_its_density_is_finite_where_chains_start(record, golden):
    bound = record.bind()
    golden(f"published/{record.name}.stan", str(bound.stan_code))
    program = prepared(bound)
    points = (starts(bound.posterior, seed=1, chain=chain) for chain in range(1, TRIES + 1))
    found = (program.log_density(program.unconstrain(point)) for point in points)
    assert any(np.isfinite(density) and np.isfinite(gradient).all() for density, gradient in found)


@ALL
def test_the_class_has_the_recorded_number_of_lines_and_stands_alone(record):
    assert lines_of(record.model) == record.lines
    assert record.model.__bases__ == (sl.Model,), "lines of a parent would not be counted"
    assert record.formula


@ALL
def test_no_line_is_wider_than_in_the_other_languages(record):
    for code in ("\n".join(source_of(record.model)), record.brms or "", record.bambi or ""):
        assert [line for line in code.splitlines() if len(line) > WIDTH] == []
        assert ";" not in code, "two statements in a line"


@pytest.mark.parametrize(("name", "lines"), [("sleepstudy", 5), ("VerbAgg", 8)])
def test_plain_models_are_short(name, lines):
    (record,) = (record for record in EVERY if record.name == name)
    assert record.lines <= lines


def test_names_are_those_of_the_golden_programs():
    names = [record.name for record in EVERY]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert {path.stem for path in (GOLDEN / "published").glob("*")} == set(names)


def test_the_page_of_lines_is_in_step(request):
    if request.config.getoption("--promote"):
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m pytest tests/published --promote"
