"""The typed Stan program: blocks of declarations and statements, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stanlevels.distributions.family import Function
from stanlevels.plan.quantities import Form
from stanlevels.program import stan
from stanlevels.program.entries import Entry

__all__ = ["Declared", "Item", "Parameter", "Program", "Statement"]


@dataclass(frozen=True)
class Declared:
    """A variable of a block.

    `value` makes it a definition; `note` is a comment; `source` is the quantity or level it came from.
    """

    type: stan.Type
    name: str
    source: str
    value: stan.Expression | None = None
    note: str = ""


@dataclass(frozen=True)
class Statement:
    """Statements of Stan that belong together.

    `comment` is the declaration they came from, `source` its name; `notes` say more.
    """

    body: tuple[stan.Command, ...]
    source: str
    comment: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_density(self) -> bool:
        """Whether it adds to the log density."""
        return any(isinstance(n, stan.Increment) for command in self.body for n in stan.walk(command))


Item = Declared | Statement


@dataclass(frozen=True)
class Parameter:
    """A parameter: the quantity that it stands for, in which form, and what it is in Stan."""

    quantity: str
    form: Form
    name: str
    type: stan.Type

    def shape(self, data: Mapping[str, int]) -> tuple[int, ...]:
        """Its dimensions on the program's data."""
        return stan.shape(self.type, data)


@dataclass(frozen=True)
class Program:
    """A Stan program before it is text.

    Parameters
    ----------
    title : str
        The model's name.
    doc : tuple of str
        Lines of its docstring.
    functions : tuple of str or Function
        Names of the files of ``stan_templates/functions`` that it needs, and what is written for families.
    data, numbers : tuple of Declared
        The data block; its end are the numbers that stand in declarations, those of priors above all.
    parameters : tuple of Parameter
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
    functions: tuple[str | Function, ...] = ()
    data: tuple[Declared, ...] = ()
    numbers: tuple[Declared, ...] = ()
    transformed_data: tuple[Item, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    transformed_parameters: tuple[Item, ...] = ()
    model: tuple[Item, ...] = ()
    generated_quantities: tuple[Item, ...] = ()
    entries: tuple[tuple[str, Entry], ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    renamed: tuple[tuple[str, str], ...] = ()
