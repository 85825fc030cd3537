"""Columns of X made independent: sums to zero where decision 20 allows them, else an error that names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.linear.predictor import Predictor, called
from stanlevels.plan.terms import Literal, Setting, Vector
from stanlevels.words import counted

__all__ = ["Basis", "independent"]


_TOLERANCE = 1e-9
_RANK = 1e-11  # of columns of length 1: a smaller singular value is one of rounding


@dataclass(frozen=True, eq=False)
class Basis:
    """Independent columns, and what the parameters are in terms of their coefficients.

    Attributes
    ----------
    X : ndarray, (n, r)
    expand : ndarray, (p, r)
        Parameters of the model = expand @ coefficients.
    summing : tuple of str
        Quantities whose units sum to zero.
    silent : ndarray of bool, (p,)
        Parameters of units all of whose rows have weight 0: nothing is known of them.
    """

    X: Array
    expand: Array
    summing: tuple[str, ...]
    silent: Array


def independent(made: Predictor, weights: Array | None = None) -> Basis:
    """Independent columns for the parameters of a predictor.

    Indicators of a quantity whose declared mean is 0 sum to zero over its units where the other
    columns span their sum. Rows of weight 0 count for nothing here.

    Raises
    ------
    FitError
        If a parameter has units without rows, there are fewer rows than parameters, or columns are
        linearly dependent otherwise; names the quantities that cannot be told apart.
    """
    _refuse_empty(made, ~np.any(made.X != 0, axis=0), "no row tells")
    counting = made.X if weights is None or np.all(weights > 0) else made.X[weights > 0]
    silent = _silent(made, counting)
    X, expand, summing = counting, np.eye(len(made.columns)), []
    if silent.any():
        expand = expand[:, ~silent]
        X = counting @ expand
    if X.shape[1] and _rank(X) < X.shape[1]:
        for name, width in _centered_at_zero(made):
            for component in range(width):
                own = [
                    i
                    for i, (owner, k) in enumerate(made.columns)
                    if owner == name and k % width == component and not silent[i]
                ]
                if _spanned(X, expand, own):
                    expand = _sum_to_zero(expand, own)
                    X = counting @ expand
                    summing.append(name)
        _refuse_few(X)
        _refuse_dependent(made, X, expand)
    if len(X) < len(made.X):
        X = made.X @ expand
    return Basis(X, expand, tuple(dict.fromkeys(summing)), silent)


def _silent(made: Predictor, counting: Array) -> Array:
    """Parameters of units that have rows, but none that counts.

    Raises
    ------
    FitError
        For a parameter of the whole model.
    """
    silent = ~np.any(counting != 0, axis=0)
    alone = np.array([not made.planned.lines[name].domain for name, _ in made.columns], dtype=bool)
    _refuse_empty(made, silent & alone, "no row of weight above 0 tells")
    return np.asarray(silent)


def _rank(X: Array) -> int:
    values = np.linalg.svd(_scaled(X), compute_uv=False)
    return int(np.count_nonzero(values > _RANK * values.max(initial=0.0)))


def _refuse_few(X: Array) -> None:
    """Fewer rows than coefficients determine none of them."""
    if X.shape[0] < X.shape[1]:
        raise FitError(
            f"{counted(X.shape[0], 'row')} for {counted(X.shape[1], 'coefficient')}",
            expected="more rows than coefficients",
            way_out="use fewer parameters, make one of them known or random with roles=, or use"
            " method='nuts' with priors that say what the data cannot",
        )


def _scaled(X: Array) -> Array:
    size = np.sqrt(np.square(X).sum(axis=0))
    return np.asarray(X / np.where(size > 0, size, 1))


def _centered_at_zero(made: Predictor) -> list[tuple[str, int]]:
    """Parameters over units whose declared mean is 0, with their number of components."""
    found = []
    for name in dict.fromkeys(name for name, _ in made.columns):
        line = made.planned.lines[name]
        if line.domain and line.family.location_scale and _is_zero(line.args[line.location]):
            found.append((name, made.forms.width(line)))
    return found


def _is_zero(term: Any) -> bool:
    if isinstance(term, Vector):
        return all(_is_zero(item) for item in term.items)
    if isinstance(term, Setting):
        return bool(term.values) and not any(term.values)
    return isinstance(term, Literal) and term.value == 0


def _spanned(X: Array, expand: Array, own: list[int]) -> bool:
    """Whether the other columns span the sum of a quantity's own."""
    mine = np.any(expand[own] != 0, axis=0)
    rest = X[:, ~mine]
    total = X[:, mine].sum(axis=1)
    if not rest.shape[1]:
        return False
    fitted = rest @ np.linalg.lstsq(rest, total, rcond=None)[0]
    size = float(np.linalg.norm(total))
    return float(np.linalg.norm(total - fitted)) < 100 * _TOLERANCE * max(size, 1e-300)


def _sum_to_zero(expand: Array, own: list[int]) -> Array:
    """Drop the coefficient of the last unit, which becomes minus the sum of the others."""
    last = own[-1]
    column = int(np.flatnonzero(expand[last])[0])
    kept = np.delete(expand, column, axis=1)
    kept[last] = -kept[own[:-1]].sum(axis=0)
    return kept


def _refuse_dependent(made: Predictor, X: Array, expand: Array) -> None:
    scaled = _scaled(X)
    _, values, right = np.linalg.svd(scaled, full_matrices=False)
    largest = float(values.max(initial=0.0))
    null = values <= _RANK * max(largest, 1e-300)
    if not null.any():
        return
    involved = np.any(np.abs(right[null]) > 1e-7, axis=0)
    parameters = np.flatnonzero(np.any(expand[:, involved] != 0, axis=1))
    found = list(dict.fromkeys(made.columns[i][0] for i in parameters.tolist()))
    names = sorted(found, key=lambda name: not made.planned.lines[name].domain)  # one number goes first
    numbers = [called(made, made.columns[i]) for i in parameters.tolist()]
    raise FitError(
        f"the data cannot tell apart {' and '.join(repr(n) for n in names)}: {X.shape[1]} columns have"
        f" rank {X.shape[1] - int(null.sum())} ({listing(numbers)})",
        expected="parameters that the data determine",
        way_out=_without_means(made, names)
        + f"make one of them known, such as roles={{{names[-1]!r}: 0}}, or random,"
        f" roles={{{names[-1]!r}: 'random'}}, or leave it out",
    )


def _without_means(made: Predictor, names: list[str]) -> str:
    """What to write where effects in one line have means beside coefficients of the same covariates."""
    for line in made.planned.lines.values():
        short = line.variable.short if line.is_variable else None
        if short is not None and any(name in short.beside for name in names):
            return (
                f"write mean=0 in {line.name} = sl.effects(...), beside coefficients that are its means; or "
            )
    return ""


def _refuse_empty(made: Predictor, lost: Array, found: str) -> None:
    """Every fixed number of a level needs rows."""
    empty = np.flatnonzero(lost)
    if len(empty):
        names = [called(made, made.columns[i]) for i in empty.tolist()]
        owner = made.columns[int(empty[0])][0]
        raise FitError(
            f"{found} anything of {listing(names)}, which the role of a parameter leaves without"
            " any other information",
            expected="rows for every unit of a parameter",
            way_out=f"make it random, roles={{{owner!r}: 'random'}}, or leave these units out of the table",
        )
