"""What a fit of a general model says of itself, in words."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import listing
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.estimation.point.remarks import boundary_notes, role_notes
from stanlevels.linear.predictor import called
from stanlevels.plan.planned import Planned

__all__ = ["general_notes", "how_integrated"]

_FAR = 6.0  # of a free coordinate from its start: a factor of 400 on a log scale
_FLAT = 1e-3  # of the criterion's curvature by a coordinate of ordinary size


def how_integrated(model: GeneralModel, points: int) -> str:
    """In brackets, after the method; nothing where nothing was integrated out."""
    if not model.predictor.blocks:
        return ""
    if points > 1:
        return f" (adaptive Gauss-Hermite quadrature, {points} points)"
    return " (exact integrals)" if model.is_exact else " (Laplace approximation)"


def general_notes(
    planned: Planned, model: GeneralModel, criterion: GeneralCriterion, optimum: Optimum, curvature: Array
) -> tuple[str, ...]:
    """Convergence, boundaries, what the data do not tell, and roles."""
    state = (
        f"converged after {optimum.evaluations} evaluations"
        if optimum.converged
        else f"did not converge: the largest derivative is {optimum.gradient:.2g}; rescale the covariates"
    )
    return (
        state,
        *boundary_notes(criterion, optimum),
        *_limits(model, criterion, optimum),
        *_ridges(model, criterion, optimum, curvature),
        *role_notes(planned, model.predictor, model.basis, bool(criterion.priors)),
    )


def _far(model: GeneralModel, criterion: GeneralCriterion, optimum: Optimum) -> list[tuple[int, float]]:
    """Columns of bounded parameters whose free coordinate has run far away, with how far."""
    now, then = criterion.free(optimum.z), criterion.free(criterion.start)
    found = []
    for i, (name, k) in enumerate(model.predictor.columns):
        moved = float(now[name][k] - then[name][k])
        if name in model.reading.free and abs(moved) > _FAR:
            found.append((i, moved))
    return found


def _limits(model: GeneralModel, criterion: GeneralCriterion, optimum: Optimum) -> list[str]:
    """Parameters that head for a limit of their support."""
    notes = []
    for i, moved in _far(model, criterion, optimum):
        column = model.predictor.columns[i]
        where = "its upper limit" if moved > 0 else "its lower limit"
        if model.reading.free[column[0]].axis == "log":
            where = "infinity" if moved > 0 else "0"
        notes.append(
            f"{called(model.predictor, column)} heads for {where}: the likelihood still rises there, or no"
            " longer changes, so that its estimate is where the search ended"
        )
    return notes


def _ridges(
    model: GeneralModel, criterion: GeneralCriterion, optimum: Optimum, curvature: Array
) -> list[str]:
    """Parameters that the data cannot tell apart: directions along which nothing changes."""
    if not len(curvature):
        return []
    values, vectors = np.linalg.eigh(curvature)
    flat = vectors[:, values <= 1e-7 * max(float(values.max()), 1e-300)]
    if not flat.size:
        return []
    m = len(criterion.layout.coordinates)
    free = [k for k in range(len(optimum.z)) if k not in optimum.at_zero]
    names: dict[str, None] = {}
    far = {model.predictor.columns[i][0] for i, _ in _far(model, criterion, optimum)}
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
