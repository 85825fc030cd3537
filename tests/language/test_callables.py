"""The callables are those of the tables, and the stubs that editors and type checkers read say so too."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import stanlevels as sl
from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.distributions.table import FAMILIES
from stanlevels.language import callables, functions
from tests.language.stubs import of_distributions, of_functions


@pytest.mark.parametrize(("module", "written"), [(callables, of_distributions), (functions, of_functions)])
def test_the_stubs_are_what_the_tables_say(request, module, written):
    stub = Path(inspect.getfile(module)).with_suffix(".pyi")
    if request.config.getoption("--promote"):
        stub.write_text(written(), encoding="utf-8", newline="\n")
    assert stub.exists()
    assert stub.read_text(encoding="utf-8") == written(), "python -m pytest tests/language --promote"


def test_every_row_of_the_table_is_exported_under_its_name():
    assert set(FAMILIES) <= set(sl.__all__)
    assert [name for name, row in FAMILIES.items() if getattr(sl, name).family is not row] == []


def test_every_function_of_the_table_is_exported_under_its_name():
    assert set(FUNCTIONS) <= set(sl.__all__)
    assert [name for name in FUNCTIONS if getattr(sl, name).__name__ != name] == []


def test_public_names_are_listed_once():
    assert len(sl.__all__) == len(set(sl.__all__))
