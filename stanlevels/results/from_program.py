"""From the variables of a program to the quantities of its model: those integrated out drawn back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from stanlevels.arrays import Array
from stanlevels.linear.groups import groups_of
from stanlevels.linear.pairs import pairs_of
from stanlevels.plan.recording import needed
from stanlevels.results.draws import Draws
from stanlevels.results.keep.groups import with_groups
from stanlevels.values.evaluate import recording
from stanlevels.values.group import ConjugateGroup, Group
from stanlevels.values.restore import restored
from stanlevels.values.store import Values, from_draws

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.engines.base import RawDraws
    from stanlevels.plan.planned import Planned
    from stanlevels.results.keep.known import KnownOfRows

__all__ = ["FromProgram", "Written", "draws_of", "groups_to_draw", "values_of"]


class Written(Protocol):
    """What a fit needs of the program: its text, and the variable of each quantity."""

    @property
    def text(self) -> str:
        """The Stan program."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """The Stan variable of each quantity."""


class FromProgram(Protocol):
    """A fit whose draws are those of a Stan program."""

    @property
    def bound(self) -> Bound:
        """The data."""

    @property
    def planned(self) -> Planned:
        """The model."""

    @property
    def program(self) -> Written:
        """The Stan program."""

    @property
    def raw(self) -> RawDraws:
        """Draws under Stan's names."""

    @property
    def recorded(self) -> tuple[str, ...] | None:
        """The quantities that a person wanted; None for all."""

    @property
    def known(self) -> KnownOfRows | None:
        """What rows said that are gone."""


def draws_of(fit: FromProgram, variables: Mapping[str, Array]) -> Draws:
    """Draws of the quantities that were to be recorded, from those of Stan's variables."""
    whole = values_of(fit, variables)
    if fit.recorded is None or fit.recorded == tuple(fit.planned.recorded):
        return Draws(whole, fit.bound)
    return Draws(recording(fit.recorded, whole, fit.bound), fit.bound, fit.recorded)


def values_of(fit: FromProgram, variables: Mapping[str, Array]) -> Values:
    """All that was sampled and is needed, and what of it was integrated out drawn back."""
    planned, bound, outputs = fit.planned, fit.bound, fit.program.outputs
    if fit.recorded is None or fit.recorded == tuple(planned.recorded):
        return _restored(fit, from_draws(planned, bound, outputs, variables), variables)
    kept = needed(planned, fit.recorded)
    whole = from_draws(planned, bound, {n: stan for n, stan in outputs.items() if n in kept}, variables)
    if any(planned.quantities[n].is_integrated for r in fit.recorded for n in planned.unknowns[r]):
        whole = _restored(fit, whole, variables)
    return whole


def _restored(fit: FromProgram, sampled: Values, variables: Mapping[str, Array]) -> Values:
    if fit.known is not None:
        if variables is fit.raw.warmup_variables:
            return sampled.storing(fit.known.warmup)
        stored = sampled.storing(fit.known.integrated)
        return with_groups(fit.known.groups, stored, fit.bound, fit.raw.seed)
    return restored(sampled, fit.bound, groups_to_draw(fit), fit.raw.seed)


def groups_to_draw(fit: FromProgram) -> tuple[Group | ConjugateGroup, ...]:
    """What was integrated out, in the order in which it is drawn back."""
    return (*groups_of(fit.planned, fit.bound), *pairs_of(fit.planned, fit.bound))
