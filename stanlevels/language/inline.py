"""Indexes written inside ``over=``: they take their name from the line, as if declared above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from stanlevels.language.declarations import Declaration, Index
from stanlevels.language.expressions import Expression, Variable

__all__ = ["named_by_lines", "unused"]

Declared = Mapping[str, Expression | Declaration]


def named_by_lines(
    own: Declared, known: Iterable[int], taken: Iterable[str]
) -> tuple[dict[str, Expression | Declaration], dict[str, str]]:
    """The lines of a class with every index of their own on a line above, and whose each is.

    The index of `cut` is called ``cut_index``; where that name is taken, or the line has several,
    ``cut_index_2`` and so on.

    Parameters
    ----------
    own : mapping
        The lines of the class.
    known : iterable of int
        Identities of declarations that have a name already.
    taken : iterable of str
        Names of other lines.

    Examples
    --------
    >>> from stanlevels import Index, Normal
    >>> lines, owners = named_by_lines({"cut": Normal(0, 3, over=Index(["1|2", "2|3"]))}, (), ())
    >>> list(lines), owners
    (['cut_index', 'cut'], {'cut_index': 'cut'})
    """
    seen = {*known, *map(id, own.values())}
    names = {*taken, *own}
    found: dict[str, Expression | Declaration] = {}
    owners: dict[str, str] = {}
    for line, thing in own.items():
        for axis in _indexes(thing):
            if id(axis) not in seen:
                seen.add(id(axis))
                name = _free(f"{line}_index", names)
                names.add(name)
                found[name], owners[name] = axis, line
        found[line] = thing
    return found, owners


def unused(owners: Iterable[str], declared: Declared) -> list[str]:
    """Inherited indexes of lines that are overridden, which no line uses any more."""
    used = {id(axis) for thing in declared.values() for axis in _indexes(thing)}
    return [name for name in owners if name in declared and id(declared[name]) not in used]


def _indexes(thing: Expression | Declaration) -> Iterator[Index]:
    if isinstance(thing, Variable):
        yield from (axis for axis in thing.over if isinstance(axis, Index))


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(other for k in count(2) if (other := f"{name}_{k}") not in taken)
