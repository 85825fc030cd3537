"""What a person says of how columns change, as settings of rows and contrasts between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.binding.coding import Coding, check_known
from stanlevels.binding.read.columns import Values, encode
from stanlevels.binding.usage import columns_used, level_columns, outcome_columns
from stanlevels.errors import DataError, FitError, listing
from stanlevels.graph import ExpressionNode, VariableNode, parents
from stanlevels.results.marginal.changed import Change
from stanlevels.words import closest

if TYPE_CHECKING:
    from stanlevels.results.marginal.asked import Asked

__all__ = ["Pair", "Setting", "adding", "check_columns", "pairs_of"]

_WORDS = ("reference", "pairwise", "sequential", "sd", "2sd", "iqr", "minmax")
_BY_CATEGORY = ("reference", "pairwise", "sequential")


@dataclass(frozen=True, eq=False)
class Setting:
    """What a column is set to: in words, and what becomes of its values; a label where it names units."""

    words: str
    change: Change
    value: Any = None


Pair = tuple[Setting, Setting]
"""What a column changes to, and from."""


def check_columns(asked: Asked, names: Iterable[str], verb: str) -> None:
    """Raise FitError where a column is none that moves the outcome of a line."""
    graph, levels = asked.bound.graph, set(level_columns(asked.bound.graph).values())
    outcomes = outcome_columns(graph) - _on_the_way(asked)
    known = [
        name
        for name in columns_used(graph)
        if name not in outcomes and name[:1] != "<" and (verb != "slopes" or name not in levels)
    ]
    for name in names:
        if name in outcomes:
            raise FitError(f"{verb}() was given {name!r}, an outcome or its weights", expected=_there(known))
        if verb == "slopes" and name in levels:
            raise FitError(
                f"{name!r} is the column of a level: the mean has no slope along it",
                expected=_there(known),
                way_out=f"fit.comparisons({name!r}) compares its units",
            )
        if name not in known:
            raise FitError(
                f"{verb}() was given {name!r}, which is no column that the model uses",
                expected=closest(str(name), known),
            )


def _on_the_way(asked: Asked) -> set[str]:
    """Columns of other outcomes that the line asked about is a function of: they move it as covariates do."""
    graph, found = asked.bound.graph, set[str]()
    pending, seen = list(parents(graph[asked.name])), set[str]()
    while pending:
        name = pending.pop()
        node = graph.nodes[name]
        if name in seen:
            continue
        seen.add(name)
        if isinstance(node, VariableNode) and node.is_observed:
            found |= set(node.observed)
        elif isinstance(node, ExpressionNode):
            pending += parents(node)
    return found


def _there(known: list[str]) -> str:
    return f"one of {listing(known, 20)}" if known else "a covariate (the model has none)"


def pairs_of(
    name: str, given: Any, values: Values, coding: Coding | None, *, of_level: bool = False
) -> list[Pair]:
    """The changes of one column.

    Parameters
    ----------
    name : str
    given : object
        None for what suits the column: all categories against the reference, 0 to 1 for what is 0 or 1, else
        one more. A list of values, each against the first; a list of pairs; a number that is added; or one of
        "reference", "pairwise", "sequential", "sd", "2sd", "iqr", "minmax".
    values : Values
        The column as it is in the rows.
    coding : Coding or None
        Where it stands for categories.
    of_level : bool
        Whether it names units, which may be unknown.

    Raises
    ------
    FitError, DataError
        If none of these is given, or a category was not fitted.
    """
    labelled = coding is not None or not values.is_numeric
    if given is None:
        binary = not labelled and set(np.unique(values.numeric()).tolist()) <= {0, 1}
        given = "reference" if labelled else [0, 1] if binary else 1
    if isinstance(given, str):
        return _by_word(name, given, values, coding, labelled, of_level)
    if isinstance(given, bool | np.bool_) or (not isinstance(given, Iterable) and not _is_number(given)):
        raise _not_meant(name, given)
    if _is_number(given):
        if labelled:
            raise _not_meant(name, given)
        added = _plain(given)
        return [(Setting(f"({name} + {added:g})", adding(added)), Setting(name, lambda each: each))]
    found = [_plain(each) for each in given]
    if found and all(isinstance(each, tuple | list) for each in found):
        if any(len(each) != 2 for each in found):
            raise _not_meant(name, given)
        return [
            (_to(name, high, values, coding, of_level), _to(name, low, values, coding, of_level))
            for low, high in found
        ]
    if len(found) < 2:
        raise FitError(
            f"{name!r} changes between {listing(found) or 'nothing'}",
            expected="at least two values: from the first to each of the others",
        )
    first = _to(name, found[0], values, coding, of_level)
    return [(_to(name, each, values, coding, of_level), first) for each in found[1:]]


def _by_word(
    name: str, word: str, values: Values, coding: Coding | None, labelled: bool, of_level: bool
) -> list[Pair]:
    if word not in _WORDS or (word in _BY_CATEGORY) != labelled:
        kinds = _BY_CATEGORY if labelled else [w for w in _WORDS if w not in _BY_CATEGORY]
        raise FitError(
            f"{name!r} changes by {word!r}",
            expected=f"{listing(kinds)}, a list of values, or pairs of them"
            + ("" if labelled else ", or a number that is added"),
        )
    if labelled:
        categories = list(coding.categories) if coding is not None else values.factorize()[1]
        reference = coding.reference if coding is not None and coding.reference is not None else categories[0]
        settings = {each: _to(name, each, values, coding, of_level) for each in categories}
        if word == "reference":
            return [(settings[each], settings[reference]) for each in categories if each != reference]
        ways = combinations(categories, 2) if word == "pairwise" else pairwise(categories)
        return [(settings[high], settings[low]) for low, high in ways]
    x = np.asarray(values.numeric(), dtype=float)
    if word in ("sd", "2sd"):
        half = float(x.std(ddof=1)) * (0.5 if word == "sd" else 1.0)
        return [
            (
                Setting(f"({name} + {half:.4g})", adding(half)),
                Setting(f"({name} - {half:.4g})", adding(-half)),
            )
        ]
    low, high = np.quantile(x, [0.25, 0.75]) if word == "iqr" else (x.min(), x.max())
    return [
        (_to(name, float(high), values, coding, of_level), _to(name, float(low), values, coding, of_level))
    ]


def _not_meant(name: str, given: Any) -> FitError:
    return FitError(
        f"{name!r} changes by {given!r}",
        expected="two or more values, pairs of values, or for a numeric column a number that is added",
        way_out=f"{{{name!r}: [0, 1]}} changes it from 0 to 1",
    )


def _to(name: str, value: Any, values: Values, coding: Coding | None, of_level: bool) -> Setting:
    read = encode(name, [value])
    one = read.values
    if read.absent.any() and not of_level:
        raise DataError(f"{name!r} is set to {value!r}", expected="values that are there")
    if coding is not None:
        check_known(coding, one)
    elif values.is_numeric and not one.is_numeric:
        raise DataError(
            f"{name!r} is set to {value!r}, and holds numbers",
            expected="a number",
            way_out="leave out the quotes",
        )

    def change(each: Values) -> Values:
        n = len(each)
        return Values(name, one.kind, np.repeat(one.data, n), one.labels)

    shown = f"{value:.6g}" if isinstance(value, float) else str(value)
    return Setting(shown, change, value)


def adding(number: float) -> Change:
    """What is more by a number."""

    def change(each: Values) -> Values:
        found = each.numeric() + number
        return Values(each.name, "float" if found.dtype.kind == "f" else "integer", found)

    return change


def _is_number(given: Any) -> bool:
    return isinstance(given, int | float | np.integer | np.floating)


def _plain(each: Any) -> Any:
    return each.item() if isinstance(each, np.generic) else each
