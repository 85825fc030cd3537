"""Draws under their labels, with which one computes as in the lines of a model.

Nothing is computed before it is asked for, and then for some units at a time, so that expressions over
hundreds of thousands of units take little memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from numbers import Number
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.functions import FUNCTIONS, computed
from stanlevels.errors import FitError
from stanlevels.language.computable import Computable
from stanlevels.other_names import UnknownResult
from stanlevels.results.marginal.dims import Dim, met, places_of
from stanlevels.results.marginal.keys import Key, chosen
from stanlevels.values.pieces import chunks

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Labelled"]

Places = tuple[Codes, ...]
_REDUCED = {"mean": np.add, "sum": np.add, "min": np.minimum, "max": np.maximum}


@dataclass(frozen=True, eq=False)
class Labelled(Computable, np.lib.mixins.NDArrayOperatorsMixin):
    """Draws of a quantity, or of what is computed from quantities, with labels.

    Operators, comparisons, ``sl.exp`` and its kin, and functions of NumPy work draw by draw; an index is a
    unit's label, a component's, or a list of them.

    Attributes
    ----------
    name : str
        What it is called in messages.
    dims : tuple of Dim
    compute : callable
        Values (chains, draws, *dims) at some places of every dimension.
    bound : Bound
        The data, for labels and nesting.
    shape : tuple of int
        Numbers of chains and of draws.
    """

    name: str
    dims: tuple[Dim, ...]
    compute: Callable[[Places], Array]
    bound: Bound
    shape: tuple[int, int]

    __iter__: ClassVar[None] = None
    __hash__ = object.__hash__

    # --- reading -----------------------------------------------------------------------------------

    def __getitem__(self, key: Key) -> Labelled:
        """Some units or components, by label."""
        picked = chosen(key, self.name, self.dims, self.bound)
        kept = tuple(
            dim.at(places) for dim, (places, alone) in zip(self.dims, picked, strict=True) if not alone
        )

        def compute(asked: Places) -> Array:
            rest = iter(asked)
            whole = tuple(places if alone else places[next(rest)] for places, alone in picked)
            single = tuple(2 + k for k, (_, alone) in enumerate(picked) if alone)
            return self.compute(whole).squeeze(single) if single else self.compute(whole)

        return Labelled(self.name, kept, compute, self.bound, self.shape)

    def pieces(self) -> Iterator[tuple[slice, Array]]:
        """Values (chains, draws, n) of pieces along the first dimension, the others flat behind it."""
        sizes = [dim.size for dim in self.dims]
        rest = tuple(np.arange(size) for size in sizes[1:])
        if not sizes:
            yield slice(0, 1), self.whole(())[..., None]
            return
        inner = prod(sizes[1:])
        for piece in chunks(sizes[0], max(1, prod(self.shape) * inner)):
            values = self.whole((np.arange(piece.start, piece.stop), *rest))
            yield slice(piece.start * inner, piece.stop * inner), values.reshape(*self.shape, -1)

    def whole(self, places: Places | None = None) -> Array:
        """Values (chains, draws, *dims), at every place or at some."""
        places = tuple(np.arange(dim.size) for dim in self.dims) if places is None else places
        with np.errstate(all="ignore"):
            found = self.compute(places)
        return np.broadcast_to(found, (*self.shape, *(len(each) for each in places)))

    # --- computing ---------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> Labelled:
        if method != "__call__" or settings or ufunc.nout != 1:
            raise FitError(
                f"numpy.{ufunc.__name__}{'' if method == '__call__' else '.' + method} with settings is not"
                " computed with draws",
                expected="operators, and functions of one number or two",
                way_out="over units there are .mean(), .sum(), .min() and .max()",
            )
        return _combined(ufunc.__name__, ufunc, inputs)

    def applied(self, function: str) -> Labelled:
        """A function of the language, `sl.exp` say."""
        return _combined(function, lambda x: computed(function, x), (self,))

    def mean(self) -> Labelled:
        """The mean over all units, draw by draw."""
        return self._over_units("mean")

    def sum(self) -> Labelled:
        """The sum over all units, draw by draw."""
        return self._over_units("sum")

    def min(self) -> Labelled:
        """The lowest of all units, draw by draw."""
        return self._over_units("min")

    def max(self) -> Labelled:
        """The highest of all units, draw by draw."""
        return self._over_units("max")

    def _over_units(self, function: str) -> Labelled:
        count = prod(dim.size for dim in self.dims)
        if not count:
            raise FitError(f"{self.name!r} has no units, and so no {function}")
        combine, total = _REDUCED[function], None
        for _, values in self.pieces():
            part = combine.reduce(values, axis=2)
            total = part if total is None else combine(total, part)
        found = np.asarray(total) / count if function == "mean" else np.asarray(total)
        return Labelled(f"{function} of {self.name}", (), lambda _: found, self.bound, self.shape)

    def __repr__(self) -> str:
        over = " and ".join(f"{dim.key} ({dim.size:,})" for dim in self.dims)
        return f"<{self.name}{' over ' + over if over else ''}, {prod(self.shape):,} draws>"

    # --- what is refused ---------------------------------------------------------------------------

    def __bool__(self) -> NoReturn:
        raise FitError(
            f"{self.name!r} has no truth value: it is true in some draws, and false in others",
            expected="& for and, | for or, ~ for not, and no chain of comparisons",
            way_out="write (a > 0) & (a < 1) for 0 < a < 1",
        )

    if not TYPE_CHECKING:

        def __array__(self, *_: object, **__: object) -> NoReturn:
            raise FitError(
                f"{self.name!r} is no array",
                expected="operators, functions such as sl.exp or numpy.exp, and comparisons",
                way_out="the draws themselves are fit.evaluate(...).draws",
            )

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            known = name in FUNCTIONS
            raise UnknownResult(
                f"{self.name!r} has no {name!r}",
                expected="labels in brackets, arithmetic, comparisons, .mean(), .sum(), .min(), .max()",
                way_out=f"write sl.{name}(...)"
                if known
                else "fit.evaluate(...).draws is an xarray.DataArray",
            )


def _combined(name: str, function: Callable[..., Any], inputs: tuple[Any, ...]) -> Labelled:
    drawn = [each for each in inputs if isinstance(each, Labelled)]
    for each in inputs:
        if not isinstance(each, Labelled | Number | np.generic):
            raise FitError(
                f"{drawn[0].name!r} is combined with a {type(each).__name__}",
                expected="a number, or another quantity of the fit",
                way_out="compute with the draws themselves: fit.evaluate(...).draws is an xarray.DataArray",
            )
    bound, shape = drawn[0].bound, np.broadcast_shapes(*(each.shape for each in drawn))
    dims = met((dim for each in drawn for dim in each.dims), bound)
    ways = [[places_of(dim, dims, bound) for dim in each.dims] for each in drawn]

    def compute(asked: Places) -> Array:
        values = iter([_placed(each, way, asked) for each, way in zip(drawn, ways, strict=True)])
        return np.asarray(
            function(*(next(values) if isinstance(each, Labelled) else each for each in inputs))
        )

    label = f"{name} of {' and '.join(dict.fromkeys(each.name for each in drawn))}"
    chains, draws = shape
    return Labelled(label, dims, compute, bound, (chains, draws))


def _placed(operand: Labelled, way: list[tuple[int, Codes | None]], asked: Places) -> Array:
    """An operand's values with its dimensions where those of the result stand; 1 long where it has none."""
    values = operand.compute(tuple(asked[k] if at is None else at[asked[k]] for k, at in way))
    own = [k for k, _ in way]
    kept = sorted(set(own))
    chains, draws = 50, 51  # names of axes, beside those of the result
    values = np.einsum(values, [chains, draws, *own], [chains, draws, *kept])
    missing = tuple(2 + k for k in range(len(asked)) if k not in kept)
    return np.expand_dims(values, missing) if missing else values
