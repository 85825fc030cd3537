"""A bound model as rows whose log densities are functions of linear predictors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.contrasts import Basis, independent
from stanlevels.estimation.point.general.densities import Density, own_density, row_density
from stanlevels.estimation.point.general.random import Sorted, sorted_quantities
from stanlevels.estimation.point.general.reading import Reading
from stanlevels.gaussian.design import Block
from stanlevels.linear.forms import Affine
from stanlevels.linear.predictor import Effect, Predictor
from stanlevels.plan.planned import Planned
from stanlevels.plan.roles import reaching

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["GeneralModel", "LineData", "general_model"]

_LARGEST = 400_000_000  # numbers of a dense X: 3 GB


@dataclass(frozen=True, eq=False)
class LineData:
    """One line with a density.

    Attributes
    ----------
    name : str
    density : callable
        See `Rows`.
    weights : ndarray, (n,)
    offset : ndarray, (atoms, n)
    X : tuple of sparse array, (n, r)
        Of every atom.
    Z : tuple of sparse array, (n, K)
        Of every atom.
    spherical : tuple of bool
    own : bool
        Whether it is the distribution of a random variable, not of data.
    located : tuple of int
        The atoms that are the location, one for each of its numbers; none where it is no atom.
    elsewhere : frozenset of int
        Atoms that the other arguments depend on; the location too, where a spread grows with it.
    trials : ndarray, (n,), or None
        Known numbers of trials.
    parts : tuple of tuple of int
        Of a mixture: the atoms on which the location of each distribution depends.
    odds : tuple of (str, int)
        Arguments that are log odds of a chance, each with its atom.
    """

    name: str
    density: Callable[[Sequence[Any]], Any]
    weights: Array
    offset: Array
    X: tuple[Any, ...]
    Z: tuple[Any, ...]
    spherical: tuple[bool, ...]
    own: bool
    located: tuple[int, ...]
    elsewhere: frozenset[int]
    trials: Array | None
    parts: tuple[tuple[int, ...], ...] = ()
    odds: tuple[tuple[str, int], ...] = ()

    @cached_property
    def random(self) -> tuple[int, ...]:
        """Atoms in which random variables enter."""
        return tuple(a for a, Z in enumerate(self.Z) if Z.nnz)

    @cached_property
    def common(self) -> frozenset[int]:
        """Atoms that are the same number in every row, whatever the coefficients are."""
        alike = (self.offset == self.offset[:, :1]).all(axis=1)
        return frozenset(a for a, X in enumerate(self.X) if alike[a] and a not in self.random and _repeats(X))


@dataclass(frozen=True, eq=False)
class GeneralModel:
    """A model for the Laplace approximation.

    Attributes
    ----------
    reading : Reading
    sorted : Sorted
        What every quantity is.
    predictor : Predictor
        All atoms of all lines, one after another.
    basis : Basis
    lines : tuple of LineData
    effects : tuple of Effect
        Those of the predictor; for REML also the coefficients of the location, as one.
    normal : tuple of bool
        Which effects are standard normal before they are scaled.
    kept : tuple of int
        Columns of the basis that are maximised over.
    integrated : tuple of int
        Columns of the basis that are integrated over: none but for REML.
    """

    reading: Reading
    sorted: Sorted
    predictor: Predictor
    basis: Basis
    lines: tuple[LineData, ...]
    effects: tuple[Effect, ...]
    normal: tuple[bool, ...]
    kept: tuple[int, ...]
    integrated: tuple[int, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Of all that is integrated over."""
        return tuple(effect.block for effect in self.effects)

    @property
    def is_exact(self) -> bool:
        """Whether data and random variables are jointly normal given the parameters."""
        lines = self.predictor.planned.lines
        return all(self.normal[: len(self.predictor.effects)]) and all(
            lines[line.name].family.gaussian and set(line.random) <= {*line.located} - line.elsewhere
            for line in self.lines
        )

    def coefficients(self, kept: Array, v: Array) -> Array:
        """Coefficients of the basis from those that are maximised over and the deviations."""
        found = np.zeros(len(self.kept) + len(self.integrated))
        found[list(self.kept)] = kept
        if self.integrated:
            found[list(self.integrated)] = v[-len(self.integrated) :]
        return found

    @cached_property
    def penalty(self) -> Array:
        """1 for every deviation that is standard normal, else 0."""
        parts = [np.full(b.size, float(n)) for b, n in zip(self.blocks, self.normal, strict=True)]
        return np.concatenate([np.zeros(0), *parts])

    @property
    def n_rows(self) -> float:
        """Rows of data, counted by their frequencies."""
        return float(sum(line.weights.sum() for line in self.lines if not line.own))


def _repeats(X: Any) -> bool:
    """Whether all rows of a sparse array are the same."""
    X = X.tocsr().sorted_indices()
    n = X.shape[0]
    if n == 0 or np.any(np.diff(X.indptr) != X.indptr[1]):
        return False
    return all(bool(np.all(part.reshape(n, -1) == part[: X.indptr[1]])) for part in (X.indices, X.data))


def general_model(planned: Planned, bound: Bound, restricted: bool = False) -> GeneralModel:
    """Read a bound model.

    Parameters
    ----------
    planned : Planned
    bound : Bound
    restricted : bool
        Whether coefficients of the location are integrated over (REML).

    Raises
    ------
    FitError
        If it has no likelihood that can be maximised (naming the line), or parameters cannot be told
        apart.
    """
    held: frozenset[str] = frozenset()
    while True:
        found = sorted_quantities(planned, bound, held)
        densities = [*(row_density(line, found.reading) for line in planned.observed.values())]
        densities += [own_density(name, found.reading) for name in found.with_densities]
        if shared := found.shared(densities):
            held |= shared
            continue
        model = _assembled(planned, bound, found, densities)
        return restrict(model) if restricted else model


def _assembled(planned: Planned, bound: Bound, found: Sorted, densities: list[Density]) -> GeneralModel:
    from scipy import sparse

    forms = [form for density in densities for form in density.atoms.forms]
    used = dict.fromkeys(name for form in forms for name in form.parts)
    effects = tuple(effect for effect in found.effects if effect.name in used)
    fixed = [n for n in planned.latent if n in used and found.roles.get(n) != "random"]
    sizes = {name: form.parts[name].shape[1] for form in forms for name in form.parts}
    columns = tuple((name, k) for name in fixed for k in range(sizes[name]))
    rows = sum(len(form.offset) for form in forms)
    if not any(len(density.weights) for density in densities if not density.own):
        raise FitError("there are no rows of data", expected="at least one")
    if len(columns) * rows > _LARGEST:
        raise FitError(
            f"{len(columns):,} fixed numbers for {rows:,} rows do not fit into memory",
            way_out="make the largest of them random: roles={...: 'random'}",
        )
    X = _columns(forms, fixed, sizes)
    Z = _columns(forms, [effect.name for effect in effects], sizes)
    offset = np.concatenate([form.offset for form in forms])
    left = tuple(n for n in planned.latent if n not in reaching(planned))
    dense = X.toarray()
    made = Predictor(
        planned, bound, found.roles, found.reading.forms, offset, dense, columns, Z, effects, left
    )
    basis = _independent(made, densities)
    reduced = (X @ sparse.csr_array(basis.expand)).tocsr()
    lines, first = [], 0
    for density in densities:
        lines.append(_line(density, offset, reduced, Z, first))
        first += density.rows * len(density.atoms.forms)
    normal = tuple(found.normal[effect.name] for effect in effects)
    basis = replace(basis, X=reduced)
    kept = tuple(range(basis.expand.shape[1]))
    return GeneralModel(found.reading, found, made, basis, tuple(lines), effects, normal, kept, ())


def restrict(model: GeneralModel) -> GeneralModel:
    """The same with the coefficients of the location among what is integrated over, with a flat distribution.

    Raises
    ------
    FitError
        If the outcomes are not linear and normal given the standard deviations.
    """
    from scipy import sparse

    located = np.zeros(len(model.kept), dtype=bool)
    elsewhere = located.copy()
    for line in model.lines:
        for a, X in enumerate(line.X):
            here = np.diff(X.tocsc().indptr) > 0
            located = located | here if a in line.located else located
            elsewhere = elsewhere | here if a in line.elsewhere or a not in line.located else elsewhere
    if inside := _not_in_locations(model):
        raise FitError(
            f"method='reml' integrates over normal random variables in the location of the outcome, and"
            f" {listing(inside)} {'is' if len(inside) == 1 else 'are'} random elsewhere in its line, or not"
            " normal",
            expected="random variables that are normal, in the location",
            way_out=f"make it a parameter, roles={{{inside[0]!r}: 'parameter'}}, or use method='mle'",
        )
    if not model.is_exact or np.any(located & elsewhere):
        names = [line.name for line in model.lines if not line.own]
        raise FitError(
            f"method='reml' is for outcomes that are normal and linear given their standard deviations, and"
            f" {listing(names)} {'is' if len(names) == 1 else 'are'} not",
            expected="method='mle' or method='nuts'",
        )
    moved, kept = np.flatnonzero(located), np.flatnonzero(~located)
    if model.n_rows <= len(moved):
        raise FitError(
            f"{model.n_rows:g} rows for {len(moved)} coefficients leave no residual",
            expected="more rows than coefficients",
        )
    block = Block("<coefficients>", len(moved))
    effect = Effect(block.name, block, (None,), "", np.ones(len(moved)))
    lines = tuple(
        replace(
            line,
            X=tuple(X[:, kept] for X in line.X),
            Z=tuple(
                sparse.hstack([Z, X[:, moved]], format="csr") for Z, X in zip(line.Z, line.X, strict=True)
            ),
        )
        for line in model.lines
    )
    return replace(
        model,
        lines=lines,
        effects=(*model.effects, effect),
        normal=(*model.normal, False),
        kept=tuple(kept.tolist()),
        integrated=tuple(moved.tolist()),
    )


def _not_in_locations(model: GeneralModel) -> list[str]:
    """Random variables that are not normal, or that other arguments of an outcome than its location use."""
    found, first = [], 0
    for effect, normal in zip(model.effects, model.normal, strict=True):
        own = slice(first, first + effect.block.size)
        first += effect.block.size
        elsewhere = any(
            Z[:, own].nnz
            for line in model.lines
            if not line.own
            for a, Z in enumerate(line.Z)
            if a not in line.located or a in line.elsewhere
        )
        if elsewhere or not normal:
            found.append(effect.name)
    return found


def _independent(made: Predictor, densities: list[Density]) -> Basis:
    """Independent columns; of many rows only their dependences are looked at."""
    weights = np.concatenate([w for d in densities for w in [d.weights] * len(d.atoms.forms)])
    if np.all(weights > 0) and len(made.X) > 2 * made.X.shape[1] > 0:
        return independent(replace(made, X=np.asarray(np.linalg.qr(made.X, mode="r"))))
    return independent(made, weights)


def _columns(forms: list[Affine], names: list[str], sizes: dict[str, int]) -> Any:
    """What every number of some quantities is multiplied by, for all forms one after another."""
    from scipy import sparse

    pieces = []
    for form in forms:
        n = len(form.offset)
        parts = [form.parts.get(name, sparse.csr_array((n, sizes[name]))) for name in names]
        pieces.append(sparse.hstack(parts, format="csr") if parts else sparse.csr_array((n, 0)))
    return sparse.vstack(pieces, format="csr") if pieces else sparse.csr_array((0, 0))


def _line(density: Density, offset: Array, X: Any, Z: Any, first: int) -> LineData:
    n, m = density.rows, len(density.atoms.forms)
    slices = [slice(first + a * n, first + (a + 1) * n) for a in range(m)]
    return LineData(
        density.name,
        density.density,
        density.weights,
        np.stack([offset[s] for s in slices]) if m else np.zeros((0, n)),
        tuple(X[s] for s in slices),
        tuple(Z[s] for s in slices),
        tuple(density.atoms.spherical),
        density.own,
        density.located,
        density.elsewhere,
        density.trials,
        density.parts,
        density.odds,
    )
