"""A program with one statement of its model block, for asking that statement's log density alone."""

from __future__ import annotations

from dataclasses import replace

from stanlevels.program.program import Declared, Item, Program, Statement
from stanlevels.program.render import render


def alone(program: Program, statement: Statement) -> str:
    """The text of `program` with no other density than `statement`.

    Definitions in the model block stay, and so do all parameters: a point of the full program is a
    point of this one.
    """
    kept: tuple[Item, ...] = tuple(
        item
        for item in program.model
        if item is statement or isinstance(item, Declared) or not item.is_density
    )
    return render(replace(program, model=kept, generated_quantities=())).text
