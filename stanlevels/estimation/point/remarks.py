"""What a fit without draws says of itself, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.supports import BINARY
from stanlevels.errors import listing
from stanlevels.estimation.point.contrasts import Basis
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.glmm.model import GlmmModel
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.linear.predictor import Effect, Predictor, called
from stanlevels.plan.planned import Planned
from stanlevels.words import counted

__all__ = [
    "boundary_notes",
    "convergence_note",
    "doubts",
    "role_notes",
    "single_trial_notes",
    "single_trials",
]


class Described(Protocol):
    """A criterion whose points have covariances."""

    @property
    def layout(self) -> Layout:
        """The coordinates of the covariances."""

    def natural(self, z: Array) -> tuple[Array, float]:
        """Coordinates in absolute units, and the residual standard deviation."""


def doubts(notes: Iterable[str]) -> list[str]:
    """Notes but for those of a search that went well and of priors that play no part.

    Examples
    --------
    >>> doubts(["converged after 6 evaluations", "z heads for minus infinity", "priors of parameters count"])
    ['z heads for minus infinity']
    """
    return [note for note in notes if not note.startswith(_PLAIN)]


_PLAIN = ("converged after", "priors of parameters")


def convergence_note(optimum: Optimum, settled: bool = False) -> str:
    """Whether a search has converged; `settled` where it may end with a slope that is left."""
    if optimum.converged or settled:
        return f"converged after {counted(optimum.evaluations, 'evaluation')}"
    return f"did not converge: the largest derivative is {optimum.gradient:.2g}; rescale the covariates"


def boundary_notes(
    criterion: Described,
    optimum: Optimum,
    natural: tuple[Array, float] | None = None,
    untold: Collection[str] = (),
) -> list[str]:
    """What a standard deviation of 0 or a correlation of 1 means.

    `natural` are the optimum's coordinates in absolute units and its sigma, where they are at hand;
    of the random variables `untold` something else is said.
    """
    layout: Layout = criterion.layout
    x, sigma = criterion.natural(optimum.z) if natural is None else natural
    notes = []
    for effect, factor in zip(layout.effects, layout.factors(x, sigma), strict=True):
        sds = np.sqrt(np.square(factor).sum(axis=1))
        level = effect.name
        if level in untold:
            continue
        zero = [k for k in range(len(sds)) if sds[k] == 0 and effect.roots[k] is not None]
        if zero:
            which = "" if len(sds) == 1 else f" in components {listing(zero)}"
            if effect.block.units == 1:
                told = "one unit tells nothing of how units differ"
                notes.append(f"the standard deviation of {level!r} is 0{which}: {told}")
                continue
            notes.append(
                f"the standard deviation of {level!r} is 0{which}: its units differ no more than the residual"
                " alone explains, so they are pooled completely; this is a result, not an error"
            )
        elif len(sds) > 1 and np.linalg.matrix_rank(factor / sds[:, None], tol=1e-6) < len(sds):
            notes.append(
                f"the covariance of {level!r} is singular: some combination of its components does not vary"
                " (a correlation of 1 or -1); this is a result, but the model may be richer than the data"
            )
    return notes


def role_notes(planned: Planned, made: Predictor, basis: Basis, penalised: bool = False) -> list[str]:
    """Which quantities sum to zero, which were left out, and whether priors were."""
    notes = [
        f"the units of {name!r} sum to zero, because another term spans the constant"
        for name in basis.summing
    ]
    if basis.silent.any():
        silent = [called(made, made.columns[i]) for i in np.flatnonzero(basis.silent).tolist()]
        notes.append(f"nothing is known of {listing(silent)}: all rows of it have weight 0")
    if made.left_out:
        notes.append(f"left out, since they reach no data in these roles: {listing(made.left_out, 20)}")
    parameters = [n for n, role in made.roles.items() if role == "parameter"]
    if penalised:
        notes.append("priors of parameters count: these are penalised estimates, not maximum likelihood")
    elif parameters:
        notes.append("priors of parameters play no part; random variables keep their distribution")
    return notes


def single_trials(model: GlmmModel) -> list[Effect]:
    """Random variables whose units have one trial each: only success or failure is known of such a unit."""
    data, found = model.data, []
    if any(o.form.numbers.support != BINARY and not o.form.trials for o in data.outcomes):
        return []
    trials = [o.known[o.form.trials] if o.form.trials else np.ones(len(o.y)) for o in data.outcomes]
    rows = np.asarray(abs(data.Z).sign().T @ (np.concatenate(trials) * data.frequencies))
    for b, effect in enumerate(model.predictor.effects):
        unknown = effect.block.width == 1 and effect.roots[0] is not None
        if unknown and np.all(rows[data.offsets[b] : data.offsets[b + 1]] <= 1):
            found.append(effect)
    return found


def single_trial_notes(effects: list[Effect], weighted: bool = False) -> list[str]:
    """What one trial a unit, or less by its weights, leaves unknown."""
    trials = "at most one trial by its weights" if weighted else "one trial"
    return [
        f"hardly anything tells of the standard deviation of {effect.name!r}: each of its units has {trials};"
        " what is shown for it is where the search ended, without a standard error"
        for effect in effects
    ]
