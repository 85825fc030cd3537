"""A fit back from JSON and arrays: nothing of the file runs, and every value is of the type it was.

An entry may only name classes of the registry, and only look back to entries before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import StanlevelsError
from stanlevels.results.keep.broken import Broken
from stanlevels.results.keep.conform import conforms
from stanlevels.results.keep.containers import index_back, sparse_back
from stanlevels.results.keep.registry import CLASSES, ERRORS, fields_of
from stanlevels.results.keep.scalars import PLAIN, scalar_back

__all__ = ["Decoder"]

_KINDS = "biufUMm"  # of arrays: no objects


class Decoder:
    """Makes objects of entries.

    Parameters
    ----------
    member : callable
        The array that a member of the file holds.
    """

    def __init__(self, member: Callable[[str], Array]) -> None:
        self._read = member
        self._objects: list[Any] = []
        self._arrays: dict[str, Array] = {}

    def read(self, entries: Any) -> None:
        """Make every entry, one after another.

        Raises
        ------
        Broken
            If one is none.
        """
        if not isinstance(entries, list):
            raise Broken("its entries are no list")
        for entry in entries:
            try:
                self._objects.append(self._made(entry))
            except Broken as error:
                raise Broken(f"entry {len(self._objects):,}: {error}") from None
            except (StanlevelsError, ValueError, TypeError, KeyError, ArithmeticError, IndexError) as error:
                raise Broken(f"entry {len(self._objects):,} cannot be read: {_short(error)}") from None

    def _made(self, entry: Any) -> Any:
        if not isinstance(entry, dict) or entry.keys() != {"is", "has"} or not isinstance(entry["has"], dict):
            raise Broken("it does not say what it is and what it has")
        name = entry["is"]
        kind = CLASSES.get(name) if isinstance(name, str) else None
        if kind is None:
            raise Broken(f"{name!r} is nothing that a fit is made of")
        declared, has = fields_of(kind), entry["has"]
        if unknown := has.keys() - declared.keys():
            raise Broken(f"a {name} has no {min(unknown)!r}")
        given = {}
        for field, value in has.items():
            given[field] = self.value(value)
            if not conforms(given[field], declared[field]):
                raise Broken(f"{field!r} of a {name} is of another type")
        return kind(**given)

    def value(self, found: Any) -> Any:
        """What a piece of JSON stands for."""
        if type(found) is float or type(found) in PLAIN:
            return found
        if type(found) is list:
            return tuple([self.value(each) for each in found])
        if not isinstance(found, dict) or not found:
            raise Broken("it holds a value of no known form")
        name = next(iter(found))
        inner = found[name]
        match name:
            case "at":
                return self._before(inner)
            case "array":
                return self._array(found)
            case "objects":
                return self._labels(inner, found["shape"])
            case "map":
                pairs = inner.items() if isinstance(inner, dict) else ((self.value(k), v) for k, v in inner)
                return {key: self.value(each) for key, each in pairs}
            case "list":
                return list(self.value(inner))
            case "set":
                return frozenset(self.value(inner))
        return self._rare(name, inner, found)

    def _rare(self, name: str, inner: Any, found: dict[str, Any]) -> Any:
        """Kinds of values of which a fit has few."""
        match name:
            case "range":
                return range(*inner)
            case "sparse":
                return sparse_back(self.value(inner))
            case "index":
                return index_back(self.value(inner))
            case "error":
                return _error(inner)
        return scalar_back(name, found)

    def _before(self, place: Any) -> Any:
        """An entry that was made already."""
        if type(place) is not int or not 0 <= place < len(self._objects):
            raise Broken(f"it looks for entry {place!r}, which does not come before it")
        return self._objects[place]

    def _array(self, found: Mapping[str, Any]) -> Array:
        where = found["array"]
        if isinstance(where, list):
            kind = np.dtype(found["dtype"])
            if kind.kind not in _KINDS:
                raise Broken(f"an array holds {found['dtype']!r}")
            array: Array = np.array(where, dtype=kind).reshape(found["shape"])
            return array
        if where not in self._arrays:
            self._arrays[where] = self._read(where)
        array = self._arrays[where]
        if "axes" not in found:
            return array
        axes = found["axes"]
        if sorted(axes) != list(range(array.ndim)):
            raise Broken(f"the axes of {where!r} are {axes!r}")
        return array.transpose([axes.index(axis) for axis in range(array.ndim)])

    def _labels(self, inner: Any, shape: Any) -> Array:
        """An array of labels, each as it is."""
        flat: Array = np.empty(len(inner), dtype=object)
        for place, each in enumerate(inner):
            flat[place] = self.value(each)
        if prod(shape) != len(flat):
            raise Broken("an array of labels has another shape")
        return flat.reshape(shape)


def _error(found: Mapping[str, Any]) -> StanlevelsError:
    """A complaint that was kept in place of a result."""
    words = {part: str(found[part]) for part in ("found", "expected", "way_out")}
    return ERRORS[found["is"]](words["found"], expected=words["expected"], way_out=words["way_out"])


def _short(error: Exception) -> str:
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return text if len(text) <= 160 else f"{text[:157]}..."
