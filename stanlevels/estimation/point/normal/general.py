"""The normal approximation of general models: at the mode of the random variables, or by quadrature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.normal.approximation import (
    Kind,
    Located,
    NormalApproximation,
    movable,
    units_of,
)
from stanlevels.estimation.point.normal.linear import as_columns
from stanlevels.gaussian.conditionals import Conditionals, alone, conditionals_of_factor
from stanlevels.linear.forms import Affine

if TYPE_CHECKING:
    from stanlevels.estimation.point.general.conditional import GeneralConditional
    from stanlevels.estimation.point.general.model import GeneralModel
    from stanlevels.estimation.point.solution import Numbers

__all__ = ["general_approximation"]


def general_approximation(
    conditional: GeneralConditional,
    numbers: Mapping[str, Numbers],
    roots: Mapping[str, Array],
    of_beta: Array,
    limits: Sequence[int] = (),
) -> NormalApproximation:
    """Everything jointly; see `linear_approximation`. Columns of coefficients that are at a limit stay there.

    Deviations are normal around their mode, with the curvature there as precision; where they were integrated
    by quadrature, around their means with their variances, unit by unit.
    """
    model = conditional.model
    kept = model.basis.expand[:, list(model.kept)]
    beta = kept @ conditional.criterion.split(conditional.z)[1]
    effects, chain = _effects(conditional)
    quantities = {
        name: found for name in model.predictor.planned.latent if (found := _quantity(name, conditional))
    }
    by_beta = kept @ of_beta
    by_beta[list(limits)] = 0.0
    moves = conditional.moves @ of_beta if of_beta.size else np.zeros((len(effects), of_beta.shape[1]))
    units = units_of(model.predictor.effects)
    return NormalApproximation(
        parameters={
            name: movable(name, numbers[name], root, units)
            for name, root in roots.items()
            if name in numbers and name not in quantities
        },
        located=quantities,
        beta=np.where(model.basis.silent, np.nan, beta),
        by_beta=by_beta,
        effects=effects,
        by_effects=moves,
        chain=chain,
        scale=1.0,
    )


def _effects(conditional: GeneralConditional) -> tuple[Array, Conditionals]:
    """Means of the deviations, and their distribution around them."""
    mode, found = conditional.mode, conditional.integrals
    if found is None:
        return mode.v, conditionals_of_factor(mode.factor)
    center = (found.shares * found.v).sum(axis=0)
    spread = (found.shares * np.square(found.v - center)).sum(axis=0)
    return center, alone([spread[:, None, None]])


def _quantity(name: str, conditional: GeneralConditional) -> Located | None:
    """A latent quantity as a function of one linear predictor; None for standard deviations and the like."""
    model = conditional.model
    reading, made = model.reading, model.predictor
    known = {owner for owner, _ in made.columns} | {effect.name for effect in made.effects}
    if name not in known:
        return None
    form = reading.forms.quantity(name)
    if isinstance(form, Affine):
        return _through(form, "identity", model, conditional.T, known)
    if name in reading.logs:
        return _through(reading.logs[name], "log", model, conditional.T, known)
    line = made.planned.lines[name]
    size = reading.free[name].size if name in reading.free else reading.forms.width(line)
    return _through(
        _own(name, made.bound.size(line.domain), size),
        "moved" if name in reading.moved else "free",
        model,
        conditional.T,
        known,
    )


def _own(name: str, units: int, size: int) -> Affine:
    from scipy import sparse

    return Affine(np.zeros(units * size), {name: sparse.eye_array(units * size, format="csr")}, size)


def _through(form: Affine, kind: Kind, model: GeneralModel, T: Any, known: set[str]) -> Located | None:
    """A form by coefficients, and by deviations before they are scaled; with integrated coefficients."""
    from scipy import sparse

    if set(form.parts) - known:
        return None
    plain = as_columns(form, model.predictor)
    Z = plain.Z
    if model.integrated:
        flat = sparse.csr_array(model.basis.expand[:, list(model.integrated)])
        Z = sparse.hstack([Z, plain.X @ flat], format="csr")
    return Located(kind, form.width, form.offset, plain.X, (Z @ T).tocsr())
