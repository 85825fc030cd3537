"""A typed program to text, through the templates in ``stan_templates/``, with a map of its lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from stanlevels.program.program import Declared, Program, Statement
from stanlevels.resources import folder

if TYPE_CHECKING:
    from jinja2 import Environment

# Marks of a source in rendered text: two characters of a private-use area, which people's text
# cannot bring in (`_comment` removes them, `_marked` writes them as escapes).
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(.*?){_CLOSE}")


@dataclass(frozen=True)
class Rendered:
    """Stan text, the quantity that each line (1-based) came from, and the variable of each quantity."""

    text: str
    sources: Mapping[int, str]
    outputs: Mapping[str, str]


def render(program: Program, version: str = "") -> Rendered:
    """Render a program.

    Parameters
    ----------
    program : Program
    version : str
        This package's version, for the first comment.

    Returns
    -------
    Rendered
    """
    template = _environment().get_template("program.stan.jinja")
    marked = template.render(program=program, version=version)
    lines, sources = [], {}
    for number, line in enumerate(marked.rstrip().split("\n"), start=1):
        if found := _MARK.search(line):
            sources[number] = found.group(1).encode("ascii").decode("unicode_escape")
        lines.append(_MARK.sub("", line).rstrip())
    return Rendered("\n".join(lines) + "\n", sources, program.outputs)


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
    environment.filters["mark"] = _marked
    environment.filters["comment"] = _comment
    environment.tests["declared"] = lambda item: isinstance(item, Declared)
    environment.tests["statement"] = lambda item: isinstance(item, Statement)
    return environment


def _marked(source: str) -> str:
    """A source between marks, on one line whatever its name holds."""
    return f"{_OPEN}{source.encode('unicode_escape').decode('ascii')}{_CLOSE}" if source else ""


def _comment(text: str) -> str:
    """Text that cannot end a comment or carry a mark."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029\ue000\ue001]+", " ", text)
