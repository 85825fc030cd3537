"""A typed program to text, through the templates in ``stan_templates/``, with the source of every line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from stanlevels.distributions.family import Function
from stanlevels.program.printer import expression_text, lines, type_text
from stanlevels.program.program import Declared, Item, Program, Statement
from stanlevels.resources import folder

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True)
class Rendered:
    """Stan text, the quantity that each line (1-based) came from, and the variable of each quantity."""

    text: str
    sources: Mapping[int, str]
    outputs: Mapping[str, str]


def render(program: Program) -> Rendered:
    """Write a program, item by item."""
    text: list[str] = []
    sources: dict[int, str] = {}
    for piece, source in _pieces(program):
        found = [line.rstrip() for line in piece.split("\n")]
        if source:
            sources.update((len(text) + n, source) for n in range(1, len(found) + 1))
        text += found
    return Rendered("\n".join(text) + "\n", sources, program.outputs)


def _pieces(program: Program) -> Iterator[tuple[str, str]]:
    """Parts of the text, whole lines each, with the quantity that they came from ("" for none)."""
    yield _template("head", program=program), ""
    if program.functions:
        yield _template("functions", functions=program.functions), ""
    parameters = [Declared(p.type, p.name, p.quantity) for p in program.parameters]
    heading = (Statement((), "", "numbers in the declarations"),) if program.numbers else ()
    yield from _block("data", (*program.data, *heading, *program.numbers))
    if program.transformed_data:
        yield from _block("transformed data", program.transformed_data)
    yield from _block("parameters", parameters)
    if program.transformed_parameters:
        yield from _block("transformed parameters", program.transformed_parameters)
    yield from _block("model", program.model)
    if program.generated_quantities:
        yield from _block("generated quantities", program.generated_quantities)


def _block(title: str, items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    yield _template("open", title=title), ""
    for item in items:
        yield _template("declaration" if isinstance(item, Declared) else "statement", item=item), item.source
    yield _template("close"), ""


def _template(name: str, /, **values: Any) -> str:
    return _environment().get_template(f"{name}.stan.jinja").render(values).rstrip("\n")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(str(folder("stan_templates"))),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        autoescape=False,  # the text is Stan, and names come through the bijection
    )
    environment.filters["comment"] = _comment
    environment.filters["written"] = written_function
    environment.filters["expression"] = expression_text
    environment.filters["lines"] = lines
    environment.filters["type"] = type_text
    return environment


def written_function(function: Function) -> str:
    """A Stan function that is written for a family."""
    return _template(f"functions/{function.template}", name=function.name, **dict(function.values))


def _comment(text: str) -> str:
    """Text that cannot end a comment."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text)
