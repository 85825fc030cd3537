"""The stubs that editors and type checkers read, written from the tables of distributions and functions."""

from __future__ import annotations

import inspect
from textwrap import indent
from typing import Any

import stanlevels as sl
from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.distributions.table import FAMILIES, Family, Parameter
from stanlevels.language.call_help import parameters
from stanlevels.language.lists import takes_lists

WRITTEN = '"""Written by ``python -m pytest tests/language --promote`` from the table of {table}."""\n\n'
IMPORTS = """\
from collections.abc import Sequence
from typing import Literal

from stanlevels.language.distributions import Axis
from stanlevels.language.expressions import Expression, Operand, Operands
"""
TYPES = {"scalar": "Operand", "vector": "Operands", "simplex": "Operands", "cholesky": "Expression"}
"""Of an argument, by the shape of its values."""

COMMON = {
    "over": "Axis | Sequence[Axis] | None",
    "observed": "bool | str | Sequence[str]",
    "weights": "str | None",
    "lower": "Operand | None",
    "upper": "Operand | None",
    "censored": "str | None",
    "until": "str | None",
    "missing": 'Literal["model"] | None',
    "corr": "str | None",
    "ordered": "bool",
    "zero_sum": "bool",
    "centered": 'bool | Literal["between"] | None',
    "dim": "int | None",
}


def of_distributions() -> str:
    """The stub of every distribution's callable."""
    names = sorted(FAMILIES)
    return (
        WRITTEN.format(table="distributions")
        + IMPORTS
        + _all(names)
        + "".join(_declared(name, _parameters(FAMILIES[name])) for name in names)
    )


def of_functions() -> str:
    """The stub of the public functions."""
    names = sorted(FUNCTIONS)
    return (
        WRITTEN.format(table="functions")
        + "from stanlevels.language.expressions import Expression, Operand\n"
        + _all(names)
        + "".join(_declared(name, ["x: Operand"]) for name in names)
    )


def _all(names: list[str]) -> str:
    listed = "".join(f'    "{name}",\n' for name in names)
    return f"\n__all__ = [\n{listed}]\n"


def _parameters(family: Family) -> list[str]:
    """The arguments of a distribution with their types and defaults."""
    own = {name: f"{_type(family, p)} | None" for name, p in parameters(family).items()}
    types = {**COMMON, **own}
    found: list[str] = []
    for parameter in inspect.signature(getattr(sl, family.name)).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and "*" not in found:
            found.append("*")
        found.append(f"{parameter.name}: {types[parameter.name]} = {parameter.default!r}")
    return found


def _type(family: Family, parameter: Parameter) -> str:
    return "Operands" if takes_lists(family, parameter) else TYPES[parameter.support.shape]


def _declared(name: str, parameters: list[str]) -> str:
    thing: Any = getattr(sl, name)
    lines = "".join(f"    {parameter},\n" for parameter in parameters)
    head = f"def {name}({parameters[0]}) -> Expression:" if len(parameters) == 1 else None
    doc = indent(inspect.getdoc(thing) or "", "    ").strip()
    return f'\n{head or f"def {name}({chr(10)}{lines}) -> Expression:"}\n    """{doc}\n    """\n'
