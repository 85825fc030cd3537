"""Random linear Gaussian models, small enough for a dense multivariate normal."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy import linalg, sparse

from stanlevels.gaussian import Block, Design


@dataclass(frozen=True)
class World:
    """A design with parameters, and the dense matrices it stands for."""

    design: Design
    factors: tuple[Any, ...]
    sigma: float
    beta: Any

    @property
    def Z(self) -> Any:
        return self.design.Z.toarray()

    @property
    def prior(self) -> Any:
        """Covariance of all effects."""
        parts = [
            np.kron(np.eye(b.units), L @ L.T) for b, L in zip(self.design.blocks, self.factors, strict=True)
        ]
        return linalg.block_diag(*parts) if parts else np.zeros((0, 0))

    @property
    def V(self) -> Any:
        """Covariance of y."""
        n = len(self.design.y)
        scale = np.ones(n) if self.design.scale is None else self.design.scale
        return self.Z @ self.prior @ self.Z.T + np.diag((self.sigma * scale) ** 2)


@st.composite
def worlds(draw: Any) -> World:
    """Nested, crossed and repeated levels, one to three components, singular factors, known scales."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, p = draw(st.integers(8, 45)), draw(st.integers(0, 3))
    blocks, columns, factors = [], [], []
    above = None
    for b in range(draw(st.integers(0, 3))):
        q, units = draw(st.integers(1, 3)), draw(st.integers(1, 8))
        codes = rng.integers(0, units, n)
        if above is not None and draw(st.booleans()):
            codes = above // draw(st.integers(1, 3))  # coarser: nested
            units = int(codes.max()) + 1
        above = codes
        Z = np.zeros((n, units * q))
        for k in range(q):
            Z[np.arange(n), codes * q + k] = 1 if k == 0 else rng.normal(size=n)
        if draw(st.integers(0, 5)) == 0:  # a second road to the same units
            Z[np.arange(n), rng.integers(0, units, n) * q] -= 1
        L = np.tril(rng.normal(size=(q, q)))
        if draw(st.integers(0, 3)) == 0:
            L[-1, -1] = 0
        blocks.append(Block(f"b{b}", units, q))
        columns.append(Z)
        factors.append(L)
    Z = np.hstack(columns) if columns else np.zeros((n, 0))
    scale = rng.uniform(0.5, 2, n) if draw(st.booleans()) else None
    y = rng.normal(size=n) * 3 + draw(st.sampled_from([0.0, 5.0, 1e6]))
    design = Design(y, rng.normal(size=(n, p)), sparse.csr_array(Z), tuple(blocks), None, scale)
    return World(design, tuple(factors), float(rng.uniform(0.3, 2)), rng.normal(size=p))
