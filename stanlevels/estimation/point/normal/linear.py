"""The normal approximation where the predictor is linear: in Gaussian and generalised linear models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.normal.approximation import (
    Located,
    NormalApproximation,
    movable,
    units_of,
)
from stanlevels.gaussian.blocked import times
from stanlevels.gaussian.conditionals import conditionals
from stanlevels.linear.forms import Affine, NotLinear

if TYPE_CHECKING:
    from stanlevels.estimation.point.conditional import Conditional
    from stanlevels.estimation.point.solution import Numbers
    from stanlevels.linear.predictor import Predictor

__all__ = ["as_columns", "linear_approximation", "root_of_coefficients"]


def root_of_coefficients(conditional: Conditional) -> Array:
    """A root of the covariance of the basis' coefficients that the mixed model equations give."""
    m = conditional.moments
    if not m.profiled.statistics.p:
        return np.zeros((0, 0))
    return np.asarray(m.sigma * np.linalg.solve(m.profiled.statistics.R, m.profiled.inverse_root))


def linear_approximation(
    conditional: Conditional,
    numbers: Mapping[str, Numbers],
    roots: Mapping[str, Array],
    of_beta: Array,
    push: Array | None = None,
) -> NormalApproximation:
    """Everything jointly.

    Parameters
    ----------
    conditional : Conditional
        Coefficients, and effects given them.
    numbers : mapping of str to Numbers
        Estimates for the whole model.
    roots : mapping of str to ndarray, (m, r)
        Derivatives by w of standard deviations, correlations, dispersions.
    of_beta : ndarray, (basis, r)
        Those of the basis' coefficients.
    push : ndarray, (p,), optional
        What is added to coefficients that are infinite, so that they are large.
    """
    made, found = conditional.predictor, conditional.moments.profiled
    beta = np.array(conditional.beta)
    if push is not None:
        beta = beta + push
    moved = _moved(conditional) @ (found.statistics.R @ of_beta) if found.statistics.p else None
    K, r = len(found.u), of_beta.shape[1]
    located = _located(made)
    own = {name: root for name, root in roots.items() if name in numbers and name not in located}
    units = units_of(made.effects)
    return NormalApproximation(
        parameters={name: movable(name, numbers[name], root, units) for name, root in own.items()},
        located=located,
        beta=beta,
        by_beta=conditional.basis.expand @ of_beta,
        effects=np.array(found.u),
        by_effects=np.zeros((K, r)) if moved is None else -moved,
        chain=conditionals(found.factor),
        scale=conditional.moments.sigma,
    )


def _moved(conditional: Conditional) -> Array:
    """What coefficients of Q of 1 take from the conditional means of the effects, (K, p)."""
    found = conditional.moments.profiled
    moved = np.empty_like(found.scores)
    for b, place in enumerate(found.factor.pieces.slices):
        moved[place] = times(found.factors[b] @ found.factors[b].T, found.scores[place])
    return moved


def _located(made: Predictor) -> dict[str, Located]:
    """Every unknown quantity in the predictor."""
    known = {owner for owner, _ in made.columns} | {effect.name for effect in made.effects}
    found = {}
    for name in made.planned.latent:
        if name not in known:
            continue
        form = made.forms.quantity(name)
        if isinstance(form, NotLinear) or set(form.parts) - known:
            continue
        found[name] = as_columns(form, made)
    return found


def as_columns(form: Affine, made: Predictor) -> Located:
    """A linear form by coefficients and effects."""
    from scipy import sparse

    n = len(form.offset)
    sizes: dict[str, int] = {}
    for owner, _ in made.columns:
        sizes[owner] = sizes.get(owner, 0) + 1
    X = [form.parts.get(name, sparse.csr_array((n, size))) for name, size in sizes.items()]
    Z = [form.parts.get(e.name, sparse.csr_array((n, e.block.size))) for e in made.effects]
    return Located("identity", form.width, form.offset, _joined(X, n), _joined(Z, n))


def _joined(parts: list[Any], rows: int) -> Any:
    from scipy import sparse

    return sparse.hstack(parts, format="csr") if parts else sparse.csr_array((rows, 0))
