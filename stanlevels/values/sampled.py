"""Draws of what was sampled, laid out for sparse matrices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from stanlevels.arrays import Array
from stanlevels.values.store import Values

__all__ = ["Sampled", "lanes"]


@dataclass(frozen=True, eq=False)
class Sampled:
    """Some draws of what was sampled, as matrices (numbers, chains * draws)."""

    values: Values
    middle: Mapping[str, Array]
    draws: range

    @cached_property
    def window(self) -> Values:
        """The values of these draws."""
        return self.values.window(slice(self.draws.start, self.draws.stop, self.draws.step))

    @cached_property
    def _found(self) -> dict[str, Array]:
        return {}

    def of(self, name: str) -> Array:
        """A quantity less its mean over all draws."""
        if name not in self._found:
            array = self.window.arrays[name]
            whole = np.broadcast_to(array, (*self.window.shape, *array.shape[2:]))
            self._found[name] = (
                lanes(whole.reshape(*whole.shape[:2], prod(whole.shape[2:]))) - self.middle[name][:, None]
            )
        return self._found[name]


def lanes(array: Array) -> Array:
    """An array (chains, draws, n, ...) as (n, ..., chains * draws)."""
    turned = np.moveaxis(array, (0, 1), (-2, -1))
    return np.ascontiguousarray(turned).reshape(*turned.shape[:-2], turned.shape[-2] * turned.shape[-1])
