"""Variables of length 0, which no column of Stan's output speaks of.

`vector[J] theta` with J = 0 is declared, but the output does not mention it. Its name and shape are read from
the program, where its sizes are arithmetic on data; a variable whose sizes are more than that is left out.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from stanlevels.engines.base import Data
from stanlevels.engines.columns import Variable
from stanlevels.engines.source import tokens
from stanlevels.errors import DataError, listing

__all__ = ["DRAWN", "check_names", "complete", "declarations", "empty"]

DRAWN = ("parameters", "transformed parameters", "generated quantities")
"""The blocks whose variables a draw holds."""

_VECTORS = {
    "vector",
    "row_vector",
    "simplex",
    "ordered",
    "positive_ordered",
    "unit_vector",
    "sum_to_zero_vector",
}
_MATRICES = {"matrix", "sum_to_zero_matrix", "column_stochastic_matrix", "row_stochastic_matrix"}
_SQUARE = {"cov_matrix", "corr_matrix", "cholesky_factor_cov", "cholesky_factor_corr"}
_TYPES = {"real", "int", "array"} | _VECTORS | _MATRICES | _SQUARE
_ARITHMETIC: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.floordiv,
}
_MEASURES: dict[str, Callable[[tuple[int, ...]], int]] = {
    "size": lambda shape: shape[0],
    "rows": lambda shape: shape[0],
    "cols": lambda shape: shape[-1],
    "num_elements": math.prod,
}


def complete(variables: Sequence[Variable], code: str, data: Data) -> tuple[Variable, ...]:
    """The variables of a draw with those of length 0 among them, in the order of declaration.

    Parameters
    ----------
    variables : sequence of Variable
        Those that columns speak of.
    code : str
    data : mapping
        What sizes are computed from.
    """
    known = {variable.name: variable for variable in variables}
    missing = {name: shape for name, shape in empty(code, data).items() if name not in known}
    made = {name: Variable(name, shape, np.empty(shape, dtype=np.int64)) for name, shape in missing.items()}
    order = [name for name, _ in declarations(code) if name in known or name in made]
    return tuple((known | made)[name] for name in dict.fromkeys([*order, *known]))


def empty(code: str, data: Data, blocks: Sequence[str] = DRAWN) -> dict[str, tuple[int, ...]]:
    """Shapes of the variables of length 0 that some blocks declare.

    Examples
    --------
    >>> empty("data { int J; } parameters { real mu; matrix[J + 1, J] b; }", {"J": 0})
    {'b': (1, 0)}
    """
    shapes = {name: _shape(sizes, data) for name, sizes in declarations(code, blocks)}
    return {name: shape for name, shape in shapes.items() if shape is not None and 0 in shape}


def check_names(code: str, data: Data) -> None:
    """Nothing, if data hold every entry of the data block.

    Raises
    ------
    DataError
        If some are missing; they are named.
    """
    needed = [name for name, _ in declarations(code, ("data",))]
    if missing := [name for name in needed if name not in data]:
        raise DataError(f"the data lack {listing(missing)}", expected=f"{listing(needed, shown=20)}")


def declarations(code: str, blocks: Sequence[str] = DRAWN) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names that some blocks declare, by default those of a draw, each with its sizes as Stan expressions.

    Examples
    --------
    >>> declarations("parameters { real mu; array[2] vector<lower=0>[J] tau; }")
    (('mu', ()), ('tau', ('2', 'J')))
    """
    found = map(_declaration, _statements(tokens(code), blocks))
    return tuple(declaration for declaration in found if declaration is not None)


def _statements(program: list[str], blocks: Sequence[str]) -> Iterator[list[str]]:
    """Statements at the top of the blocks that a draw comes from."""
    depth, block, statement = 0, "", list[str]()
    for token in program:
        if token == "{" and depth == 0:
            block, statement, depth = " ".join(statement), [], 1
            continue
        if token == "}" and depth == 1:
            statement, depth = [], 0
            continue
        depth += (token == "{") - (token == "}")
        if token in {";", "}"} and depth == 1:
            if block in blocks:
                yield statement
            statement = []
        else:
            statement.append(token)


def _declaration(statement: list[str]) -> tuple[str, tuple[str, ...]] | None:
    if not statement or statement[0] not in _TYPES:
        return None
    sizes, rest = list[str](), statement
    if rest[0] == "array":
        sizes, rest = _bracketed(rest[1:])
    kind, rest = rest[0], rest[1:]
    if rest[0] == "<":
        rest = _after_bounds(rest)
    if rest[0] == "[":
        own, rest = _bracketed(rest)
        sizes += own * 2 if kind in _SQUARE and len(own) == 1 else own
    return rest[0], tuple(sizes)


def _after_bounds(tokens: list[str]) -> list[str]:
    depth = 0
    for position, token in enumerate(tokens):
        depth += (token in "([{") - (token in ")]}")
        if token == ">" and depth == 0:
            return tokens[position + 1 :]
    return [""]


def _bracketed(tokens: list[str]) -> tuple[list[str], list[str]]:
    """Comma-separated expressions of a bracket, and what follows it."""
    parts, depth = [""], 0
    for position, token in enumerate(tokens):
        depth += (token in "([") - (token in ")]")
        if depth == 0:
            return parts, tokens[position + 1 :]
        if token == "," and depth == 1:
            parts.append("")
        elif position > 0:
            parts[-1] += token
    return parts, []


def _shape(sizes: tuple[str, ...], data: Mapping[str, Any]) -> tuple[int, ...] | None:
    try:
        return tuple(_value(ast.parse(size, mode="eval").body, data) for size in sizes)
    except (SyntaxError, KeyError, TypeError, ValueError, ZeroDivisionError):
        return None


def _value(node: ast.expr, data: Mapping[str, Any]) -> int:
    """An integer expression over data: names, numbers, arithmetic, and sizes of data."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return operator.index(np.asarray(data[node.id]).item())
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        return _ARITHMETIC[type(node.op)](_value(node.left, data), _value(node.right, data))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and isinstance(node.args[0], ast.Name):
        return _MEASURES[node.func.id](np.shape(data[node.args[0].id]))
    raise ValueError("not arithmetic on data")
