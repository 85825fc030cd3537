"""A fit as JSON and arrays.

Every frozen dataclass becomes one entry of a list, ``{"is": its name, "has": its fields}``, after the entries
that it holds: ``{"at": 12}`` stands for entry 12. What is shared is written once, and every entry looks back
alone. Arrays are members of the file of their own, small ones excepted; everything else stands in the entry
itself: text, numbers and booleans as they are, a tuple as a list, a mapping as ``{"map": ...}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import InternalError, StanlevelsError
from stanlevels.results.keep.containers import index_parts, is_index, is_sparse, sparse_parts
from stanlevels.results.keep.registry import ERRORS, NAMES, fields_of
from stanlevels.results.keep.scalars import PLAIN, scalar

__all__ = ["Encoder"]

_SMALL = 16  # numbers of an array that stands in the entry itself


class Encoder:
    """Collects the entries and arrays of one fit.

    Attributes
    ----------
    entries : list
        In the order in which they are read.
    arrays : dict of str to ndarray
        By the member of the file that holds each.
    """

    def __init__(self, members: Mapping[str, Array]) -> None:
        """`members` are arrays that have a name already."""
        self.entries: list[dict[str, Any]] = []
        self.arrays: dict[str, Array] = dict(members)
        self._member = {id(array): name for name, array in members.items()}
        self._place: dict[int, int] = {}
        self._alive: list[Any] = []  # what has a place here keeps its id

    def put(self, root: Any) -> Any:
        """JSON that stands for `root`; the entries that it needs are added.

        Raises
        ------
        FitError
            If a label is of a kind that has no form.
        """
        pending = list(_objects(root))
        while pending:  # by hand: expressions may be deeper than Python's own stack
            found = pending[-1]
            if id(found) in self._place:
                pending.pop()
                continue
            inside = [x for value in _parts(found) for x in _objects(value) if id(x) not in self._place]
            if inside:
                pending += inside
                continue
            pending.pop()
            has = {name: self._value(getattr(found, name)) for name in fields_of(type(found))}
            self._place[id(found)] = len(self.entries)
            self._alive.append(found)
            self.entries.append({"is": NAMES[type(found)], "has": has})
        return self._value(root)

    def _value(self, value: Any) -> Any:
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind in NAMES:
            return {"at": self._place[id(value)]}
        if isinstance(value, np.ndarray):
            return self._array(value)
        if kind is tuple:
            return [self._value(each) for each in value]
        if kind is list:
            return {"list": [self._value(each) for each in value]}
        if kind is frozenset:
            return {"set": sorted((self._value(each) for each in value), key=repr)}
        if isinstance(value, Mapping):
            if all(type(key) is str for key in value):
                return {"map": {key: self._value(each) for key, each in value.items()}}
            return {"map": [[self._value(key), self._value(each)] for key, each in value.items()]}
        return self._rare(value)

    def _rare(self, value: Any) -> Any:
        """Kinds of values of which a fit has few."""
        if is_sparse(value):
            return {"sparse": self._value(sparse_parts(value))}
        if is_index(value):
            return {"index": self._value(index_parts(value))}
        if isinstance(value, StanlevelsError):
            return {"error": _error(value)}
        if isinstance(value, range):
            return {"range": [value.start, value.stop, value.step]}
        if not isinstance(value, np.generic) and hasattr(value, "__dataclass_fields__"):
            kind = type(value)
            raise InternalError(f"saved fits have no form for {kind.__module__}.{kind.__qualname__}")
        return scalar(value)

    def _array(self, array: Array) -> dict[str, Any]:
        if array.dtype.kind == "O":
            flat = [self._value(each) for each in array.ravel().tolist()]
            return {"objects": flat, "shape": list(array.shape)}
        named = self._member.get(id(array))
        whole = array.dtype.kind in "biu" or (array.dtype.kind == "f" and bool(np.isfinite(array).all()))
        if named is None and array.size <= _SMALL and whole:
            return {"array": array.ravel().tolist(), "dtype": array.dtype.str, "shape": list(array.shape)}
        order = _order(array)
        if named is None:
            named = f"arrays/{len(self._member):05d}.npy"
            self._member[id(array)] = named
            self._alive.append(array)
            self.arrays[named] = array
        self.arrays[named] = array.transpose(order)
        plain = order == tuple(range(array.ndim))
        return {"array": named} if plain else {"array": named, "axes": list(order)}


def _order(array: Array) -> tuple[int, ...]:
    """Axes from the slowest to the fastest in memory: sums are taken in that order, to the last bit."""
    return tuple(sorted(range(array.ndim), key=lambda axis: (-abs(array.strides[axis]), axis)))


def _error(error: StanlevelsError) -> dict[str, str]:
    name = type(error).__name__
    if ERRORS.get(name) is not type(error):
        name = next(each.__name__ for each in type(error).__mro__ if each.__name__ in ERRORS)
    return {"is": name, "found": error.found, "expected": error.expected, "way_out": error.way_out}


def _parts(found: Any) -> Iterator[Any]:
    return (getattr(found, name) for name in fields_of(type(found)))


def _objects(value: Any) -> Iterator[Any]:
    """The objects with entries of their own that stand directly in a value."""
    kind = type(value)
    if kind in NAMES:
        yield value
    elif kind in (tuple, list, frozenset):
        for each in value:
            if type(each) is not str:
                yield from _objects(each)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _objects(key)
            yield from _objects(each)
