"""What every unknown quantity is to a likelihood: a coefficient, a free coordinate, a deviation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import listing
from stanlevels.estimation.point.general.coordinates import Coordinates
from stanlevels.estimation.point.general.reading import Reading, free_coordinates
from stanlevels.gaussian.design import Block
from stanlevels.linear.forms import Affine, Forms, NotLinear
from stanlevels.linear.predictor import Effect, effect_of
from stanlevels.linear.roots import known_root
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.roles import roles_of
from stanlevels.plan.terms import uses

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.estimation.point.general.densities import Density

__all__ = ["Sorted", "sorted_quantities"]


@dataclass(frozen=True, eq=False)
class Sorted:
    """The quantities of a model by what they are.

    Attributes
    ----------
    roles : mapping of str to str
    reading : Reading
    effects : tuple of Effect
        Of every random variable, used or not.
    normal : mapping of str to bool
        Whether the deviations of a random variable are standard normal before they are scaled.
    """

    roles: Mapping[str, str]
    reading: Reading
    effects: tuple[Effect, ...]
    normal: Mapping[str, bool]

    @property
    def with_densities(self) -> list[str]:
        """Random variables whose distribution is a line of its own."""
        return [effect.name for effect in self.effects if not self.normal[effect.name]]

    def shared(self, densities: Sequence[Density]) -> frozenset[str]:
        """Random variables whose standard deviation also stands elsewhere in the likelihood.

        Raises
        ------
        FitError
            If these are vectors, or their correlations stand elsewhere.
        """
        used = {name for d in densities for form in d.atoms.forms for name in form.parts}
        found = set()
        for effect in self.effects:
            own = {root.quantity for root in effect.roots if root is not None} & used
            own |= {effect.corr} & used
            if own and self.reading.planned.lines[effect.name].family.is_vector:
                raise NotLinear.of(
                    self.reading.planned.lines[effect.name],
                    f"{listing(own)} of correlated numbers stands elsewhere too",
                    "give the outcome, or the random variable, one of its own; or use method='nuts'",
                    "standard deviations and correlations that belong to the random variable alone",
                ).error()
            found |= {effect.name} if own else set()
        return frozenset(found)


def sorted_quantities(planned: Planned, bound: Bound, held: frozenset[str]) -> Sorted:
    """Sort the quantities of a bound model; `held` random variables are read with their scale written out.

    Raises
    ------
    FitError
        For a random variable that no method without draws can integrate over, naming its line.
    """
    roles = roles_of(planned)
    random = {n: line for n, line in planned.latent.items() if roles.get(n) == "random"}
    for line in random.values():
        _refuse(line)
    of_outcomes = {
        use.name for line in planned.observed.values() for term in line.args.values() for use in uses(term)
    }
    fixed = {
        n: line
        for n, line in planned.latent.items()
        if roles.get(n) == "parameter" and (n in of_outcomes or not line.is_correlation)
    }
    widths = Forms(planned, bound, {})
    free = {n: free_coordinates(x, widths.width(x)) for n, x in fixed.items() if _is_bounded(x)}
    free |= {n: free_coordinates(x, widths.width(x)) for n, x in random.items() if not _has_deviations(x)}
    moved = set(held)
    while True:
        barred = frozenset(free) | frozenset(moved)
        logs = {n for n, x in random.items() if _is_log(x) and n not in moved}
        reading = _reading(planned, bound, roles, random, free, frozenset(moved), frozenset(logs), barred)
        if isinstance(reading, str):
            moved.add(reading)
            continue
        return reading


def _reading(
    planned: Planned,
    bound: Bound,
    roles: Mapping[str, str],
    random: Mapping[str, Line],
    free: Mapping[str, Coordinates],
    moved: frozenset[str],
    logs: frozenset[str],
    barred: frozenset[str],
) -> Sorted | str:
    """All of it, or a random variable that has to be moved."""
    known: dict[str, Array] = {}
    roots: dict[str, Any] = {}
    forms = Forms(planned, bound, known, barred | logs, roots)
    effects = []
    for name, line in random.items():
        if line.family.structure is not None:
            root = _root_of(line, forms, moved)
            if isinstance(root, NotLinear):
                raise root.error()
            roots[name] = root
        if name in free or name in moved:
            size = free[name].size if name in free else forms.width(line)
            effects.append(_plain(line, bound.size(line.domain), size))
            continue
        effect = effect_of(line, forms, roles)
        if isinstance(effect, NotLinear):
            return _movable(line, effect)
        known[name] = effect.known
        effects.append(effect)
    of_logs: dict[str, Affine] = {}
    for name, line in random.items():
        if name in logs:
            found = _log_form(line, forms, known[name])
            if isinstance(found, NotLinear):
                return _movable(line, found)
            of_logs[name] = found
        elif name not in barred and isinstance(found := forms.quantity(name), NotLinear):
            return _movable(line, found)
    normal = {n: line.family.gaussian or line.family.structure is not None for n, line in random.items()}
    reading = Reading(planned, bound, forms, free, of_logs, moved)
    return Sorted(roles, reading, tuple(effects), normal)


def _root_of(line: Line, forms: Forms, moved: frozenset[str]) -> Any | NotLinear:
    if line.name in moved:
        return NotLinear.of(
            line,
            "its standard deviation, by which correlated units are multiplied, stands elsewhere too",
            "use method='nuts'",
        )
    return known_root(line, forms)


def _log_form(line: Line, forms: Forms, known: Array) -> Affine | NotLinear:
    """The logarithm of a log-normal random variable."""
    from scipy import sparse

    mean = forms.term(line, line.args[line.location])
    if isinstance(mean, NotLinear):
        return mean
    width = forms.width(line)
    own = Affine(np.zeros(len(known)), {line.name: sparse.diags_array(known, format="csr")}, width)
    return mean.wide(width).plus(own)


def _plain(line: Line, units: int, width: int) -> Effect:
    """Deviations that are taken as they are."""
    return Effect(line.name, Block(line.name, units, width), (None,) * width, "", np.ones(units * width))


def _movable(line: Line, why: NotLinear) -> str:
    if not line.family.is_scalar or line.family.structure is not None:
        raise why.error()
    return line.name


def _is_log(line: Line) -> bool:
    return line.family.gaussian and line.family.is_scalar and line.family.location_link == "log"


def _has_deviations(line: Line) -> bool:
    """Whether a random variable is a location plus a scale times a standard variable, perhaps its log."""
    moved = bool(line.family.location_scale) or line.family.structure is not None
    return not line.variable.ordered and (moved or _is_log(line))


def _is_bounded(line: Line) -> bool:
    """Whether a parameter has coordinates that differ from its numbers."""
    family = line.family
    bounded = family.support.constrained or family.is_correlation or bool(family.bounds)
    return bounded or line.variable.ordered or family.support.ordered or family.is_simplex


def _refuse(line: Line) -> None:
    if line.variable.ordered or line.family.is_simplex or line.family.is_correlation:
        what = "in order" if line.variable.ordered else "of this kind"
        raise NotLinear.of(
            line,
            f"numbers {what} that are random variables cannot be integrated over without draws",
            f"use method='nuts', or make {line.name!r} a parameter: roles={{{line.name!r}: 'parameter'}}",
        ).error()
