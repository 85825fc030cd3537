"""What a fit of a general model says of itself, in words."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import listing
from stanlevels.estimation.point.general.chances import sure_chances
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.general.limits import limit_notes
from stanlevels.estimation.point.general.minimum import newton_step
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.estimation.point.remarks import boundary_notes, convergence_note, role_notes
from stanlevels.plan.planned import Planned

__all__ = ["general_notes", "how_integrated"]


def how_integrated(model: GeneralModel, points: int) -> str:
    """In brackets, after the method; nothing where nothing was integrated out."""
    if not model.predictor.blocks:
        return ""
    if points > 1:
        return f" (adaptive Gauss-Hermite quadrature, {points} points)"
    return " (exact integrals)" if model.is_exact else " (Laplace approximation)"


def general_notes(
    planned: Planned,
    criterion: GeneralCriterion,
    optimum: Optimum,
    curvature: Array,
    limits: dict[int, float],
) -> tuple[str, ...]:
    """Convergence, boundaries, what the data do not tell, and roles."""
    model, sure = criterion.model, sure_chances(criterion, optimum.z)
    others = {i: sign for i, sign in limits.items() if not any(i in chance.columns for chance in sure)}
    return (
        _state(criterion, optimum, curvature, limits),
        *boundary_notes(criterion, optimum),
        *_separated(model, optimum),
        *(chance.words for chance in sure),
        *limit_notes(criterion, others),
        *_ridges(model, criterion, optimum, curvature, limits),
        *role_notes(planned, model.predictor, model.basis, bool(criterion.priors)),
    )


_LEFT = 1e-3  # of minus twice the log likelihood
_DOWNWARD = -1e-2  # curvature in units in which the diagonal is 1


def _state(criterion: GeneralCriterion, optimum: Optimum, curvature: Array, limits: dict[int, float]) -> str:
    """Whether a search has converged, by slope and curvature where it ended."""
    if limits or not optimum.converged or not curvature.size or not np.all(np.isfinite(curvature)):
        return convergence_note(optimum, bool(limits))
    free = [k for k in range(len(optimum.z)) if k not in optimum.at_zero]
    _, gain = newton_step(curvature, criterion(optimum.z)[1][free])
    size = np.sqrt(np.maximum(np.abs(np.diagonal(curvature)), 1e-8))
    lowest = float(np.linalg.eigvalsh(curvature / np.outer(size, size)).min())
    if gain < _LEFT and lowest > _DOWNWARD:
        return convergence_note(optimum)
    told = f"by about {gain / 2:.2g}" if lowest > _DOWNWARD else "along some combination of parameters"
    return f"did not converge: a further step would raise the log likelihood {told}; rescale the covariates"


_SURE = 2e-3  # of minus twice the log likelihood, per row


def _separated(model: GeneralModel, optimum: Optimum) -> list[str]:
    """Outcomes of a few values that are predicted all but surely."""
    lines = [model.predictor.planned.lines[line.name] for line in model.lines if not line.own]
    if not all(line.family.discrete for line in lines) or optimum.value > _SURE * model.n_rows:
        return []
    names = dict.fromkeys(name for name, _ in model.predictor.columns)
    told = (
        f"{listing(line.name for line in lines)} is separated: every row is predicted all but surely, and"
        f" {listing(names)} run off to infinity, so that these estimates are where the search ended"
    )
    return [told]


def _ridges(
    model: GeneralModel,
    criterion: GeneralCriterion,
    optimum: Optimum,
    curvature: Array,
    limits: dict[int, float],
) -> list[str]:
    """Parameters that the data cannot tell apart: directions along which nothing changes."""
    if not len(curvature) or not np.all(np.isfinite(curvature)):
        return []
    values, vectors = np.linalg.eigh(curvature)
    flat = vectors[:, values <= 1e-7 * max(float(values.max()), 1e-300)]
    if not flat.size:
        return []
    m = len(criterion.layout.coordinates)
    free = [k for k in range(len(optimum.z)) if k not in optimum.at_zero]
    names: dict[str, None] = {}
    far = {model.predictor.columns[i][0] for i in limits}
    for direction in flat.T:
        moved = np.zeros(len(optimum.z))
        moved[free] = direction
        step = model.basis.expand[:, list(model.kept)] @ (criterion.started.root @ moved[m:])
        size = np.abs(step) / max(float(np.abs(step).max(initial=0.0)), 1e-300)
        names |= {model.predictor.columns[i][0]: None for i in np.flatnonzero(size > 0.05).tolist()}
        names |= {
            (
                c.root.quantity if c.root is not None else c.corr or criterion.layout.effects[c.block].name
            ): None
            for c, d in zip(criterion.layout.coordinates, moved[:m], strict=True)
            if abs(d) > 0.05
        }
    if set(names) <= far:
        return []
    told = (
        f"the data do not determine {listing(names)}: along some combination of them the likelihood does not"
        " change, so these estimates are one choice of many and have no standard errors"
    )
    return [told]
