"""The callables are those of the table, and the stub that editors and type checkers read says so too."""

from __future__ import annotations

import inspect
from pathlib import Path

import stanlevels as sl
from stanlevels.distributions.table import FAMILIES
from stanlevels.language import callables

STUB = Path(inspect.getfile(callables)).with_suffix(".pyi")
START = '''"""Written by ``python -m pytest tests/language --promote`` from the table of distributions."""

from collections.abc import Sequence
from typing import Any, Literal

from stanlevels.language.distributions import Axis
from stanlevels.language.expressions import Variable

'''
TYPES = {
    "over": "Axis | Sequence[Axis] | None",
    "observed": "bool | str | Sequence[str]",
    "weights": "str | None",
    "ordered": "bool",
    "centered": 'bool | Literal["between"] | None',
    "dim": "int | None",
}


def written() -> str:
    """The stub, as it should stand."""
    names = "".join(f'    "{name}",\n' for name in sorted(FAMILIES))
    return START + f"__all__ = [\n{names}]\n" + "".join(map(declared, sorted(FAMILIES)))


def declared(name: str) -> str:
    parts: list[str] = []
    for parameter in inspect.signature(getattr(sl, name)).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        parts.append(f"{parameter.name}: {TYPES.get(parameter.name, 'Any')} = {parameter.default!r}")
    lines = "".join(f"    {part},\n" for part in parts)
    doc = getattr(sl, name).__doc__.partition("\n")[0]
    return f'\ndef {name}(\n{lines}) -> Variable:\n    """{doc}"""\n'


def test_the_stub_is_what_the_table_says(request):
    if request.config.getoption("--promote"):
        STUB.write_text(written(), encoding="utf-8", newline="\n")
    assert STUB.exists()
    assert STUB.read_text(encoding="utf-8") == written(), "python -m pytest tests/language --promote"


def test_every_row_of_the_table_is_exported_under_its_name():
    assert set(FAMILIES) <= set(sl.__all__)
    assert {getattr(sl, name).family is row for name, row in FAMILIES.items()} == {True}


def test_public_names_are_listed_once():
    assert len(sl.__all__) == len(set(sl.__all__))
