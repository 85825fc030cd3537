"""The data of a linear Gaussian model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import InternalError

__all__ = ["Block", "Design", "Factors"]

Factors = tuple[Array, ...]
"""One lower triangular (width, width) matrix per block."""


@dataclass(frozen=True)
class Block:
    """Random effects of one kind: `units` vectors of `width` components with a common covariance.

    Its columns of Z are those of unit 0 (its components in order), then those of unit 1, ...
    """

    name: str
    units: int
    width: int = 1

    @property
    def size(self) -> int:
        """Its number of columns."""
        return self.units * self.width


@dataclass(frozen=True, eq=False)
class Design:
    """A linear Gaussian model without its parameters.

    Parameters
    ----------
    y : ndarray, (n,)
    X : ndarray, (n, p)
        Columns of the fixed effects, linearly independent.
    Z : sparse array, (n, K)
        Columns of the random effects, block after block.
    blocks : tuple of Block
    weights : ndarray, (n,), optional
        Frequencies: how often each row was seen.
    scale : ndarray, (n,), optional
        Known multiples k of sigma in the residual standard deviation.

    Raises
    ------
    InternalError
        If sizes do not fit.
    """

    y: Array
    X: Array
    Z: Any
    blocks: tuple[Block, ...]
    weights: Array | None = None
    scale: Array | None = None

    def __post_init__(self) -> None:
        n = len(self.y)
        wanted = (n, sum(block.size for block in self.blocks))
        if self.Z.shape != wanted or self.X.shape[0] != n or self.X.ndim != 2:
            raise InternalError(
                f"a design with {n} rows, X of shape {self.X.shape} and Z of shape {self.Z.shape}",
                expected=f"Z of shape {wanted}",
            )

    @property
    def frequencies(self) -> Array:
        """The weights, 1 where there are none."""
        return np.ones(len(self.y)) if self.weights is None else np.asarray(self.weights, dtype=float)

    @property
    def precisions(self) -> Array:
        """What a row's squared residual is multiplied by, up to 1/sigma^2."""
        scale = 1.0 if self.scale is None else np.asarray(self.scale, dtype=float)
        return np.asarray(self.frequencies / np.square(scale))
