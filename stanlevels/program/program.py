"""The typed Stan program: blocks of declarations and statements, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stanlevels.program.entries import Entry


@dataclass(frozen=True)
class Declared:
    """A variable of a block.

    `type` is complete ("vector<lower=0>[N]"); `value` makes it a definition; `note` is a comment;
    `source` is the quantity or level it came from.
    """

    type: str
    name: str
    source: str
    value: str = ""
    note: str = ""


@dataclass(frozen=True)
class Statement:
    """Lines of Stan that belong together.

    `comment` is the declaration they came from, `source` its name.
    """

    lines: tuple[str, ...]
    source: str
    comment: str = ""


@dataclass(frozen=True)
class Program:
    """A Stan program before it is text.

    Parameters
    ----------
    title : str
        The model's name.
    doc : tuple of str
        Lines of its docstring.
    functions : tuple of str
        Names of the files of ``stan_templates/functions`` that it needs.
    data, parameters : tuple of Declared
        Blocks of declarations alone.
    transformed_data, transformed_parameters, model, generated_quantities : tuple
        Blocks of declarations and statements.
    entries : tuple of (str, Entry)
        What each name of the data block holds.
    outputs : mapping of str to str
        The variable that holds the draws of each quantity.
    renamed : tuple of (str, str)
        Quantities and columns whose Stan name differs from their own.
    """

    title: str
    doc: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    data: tuple[Declared, ...] = ()
    transformed_data: tuple[Declared | Statement, ...] = ()
    parameters: tuple[Declared, ...] = ()
    transformed_parameters: tuple[Declared | Statement, ...] = ()
    model: tuple[Declared | Statement, ...] = ()
    generated_quantities: tuple[Declared | Statement, ...] = ()
    entries: tuple[tuple[str, Entry], ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    renamed: tuple[tuple[str, str], ...] = field(default_factory=tuple)
