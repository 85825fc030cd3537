"""Expressions of a row as functions of a few linear predictors, the *atoms*: evaluated on arrays, with
derivatives or without.

Every value has the shape (rows, components), with one component where there is one number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.functions import FUNCTIONS, OPERATORS

__all__ = ["Apply", "Atom", "Constant", "Joined", "Node", "Part", "atoms_of", "evaluate"]


@dataclass(frozen=True, eq=False)
class Constant:
    """Known numbers, (rows or 1, components)."""

    values: Array


@dataclass(frozen=True)
class Atom:
    """A linear predictor of the line, by its number."""

    index: int


@dataclass(frozen=True, eq=False)
class Apply:
    """A function of values, with derivatives or without: of the language, or any other."""

    function: str | Callable[..., Any]
    args: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Joined:
    """Several values as components of one."""

    items: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """One component."""

    node: Node
    position: int


Node = Constant | Atom | Apply | Joined | Part


def atoms_of(node: Node) -> frozenset[int]:
    """The linear predictors that a value depends on.

    Examples
    --------
    >>> sorted(atoms_of(Apply("+", (Atom(2), Apply("exp", (Part(Joined((Atom(0), Atom(1))), 0),))))))
    [0, 1, 2]
    """
    match node:
        case Atom(index=index):
            return frozenset([index])
        case Part(node=inner):
            return atoms_of(inner)
        case Joined(items=parts) | Apply(args=parts):
            return frozenset[int]().union(*(atoms_of(part) for part in parts))
    return frozenset()


def evaluate(node: Node, atoms: Sequence[Any]) -> Any:
    """The value of a node, (rows, components).

    Parameters
    ----------
    node : Node
    atoms : sequence of ndarray or Jet, (rows or 1, 1)
    """
    match node:
        case Constant(values=values):
            return values
        case Atom(index=index):
            return atoms[index]
        case Part(node=inner, position=position):
            return evaluate(inner, atoms)[..., position : position + 1]
        case Joined(items=items):
            return np.concatenate(_same_rows([evaluate(item, atoms) for item in items]), axis=-1)
        case Apply(function=function, args=args):
            given = [evaluate(arg, atoms) for arg in args]
            if not isinstance(function, str):
                return function(*given)
            compute = OPERATORS[function] if function in OPERATORS else FUNCTIONS[function].compute
            return compute(*given)


def _same_rows(values: list[Any]) -> list[Any]:
    """Values with the same number of rows."""
    rows = max(v.shape[0] for v in values)
    return [v if v.shape[0] == rows else np.broadcast_to(v, (rows, v.shape[1])) for v in values]
