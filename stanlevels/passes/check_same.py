"""Whether an earlier fit is one of the same model: the same quantities, in the same roles."""

from __future__ import annotations

from collections.abc import Iterator

from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned

__all__ = ["check_same"]

_SHOWN = 5


def check_same(old: Planned, new: Planned) -> None:
    """Refuse to begin where another model ended.

    Priors, covariates and their coding, the labels of units and components, and numbers may differ:
    what is known of a quantity is then a place to begin at, and no more.

    Raises
    ------
    FitError
        If a quantity is unknown in one of them alone, is of another kind, is over other units or has
        other components, if an outcome has another distribution, or if roles differ; names them.
    """
    found = [*_others(old, new), *_kinds(old, new), *_outcomes(old, new)]
    if found:
        more = f"; and {len(found) - _SHOWN} more differences" if len(found) > _SHOWN else ""
        raise FitError(
            f"start= is a fit of another model than this {new.graph.name}: {'; '.join(found[:_SHOWN])}{more}",
            expected="a fit of the same quantities over the same levels",
            way_out="fit without start=; or fit both with the same lines and the same roles=",
        )
    if roles := [*_roles(old, new)]:
        raise FitError(
            f"start= is a fit in which quantities had other roles: {'; '.join(roles[:_SHOWN])}",
            expected="the same roles= in both fits",
            way_out=f"give roles={dict(old.roles)!r} here" if old.roles else "leave roles= out here",
        )


def _others(old: Planned, new: Planned) -> Iterator[str]:
    """Quantities that only one of the two has to find."""
    only_new = [name for name in new.latent if name not in old.latent]
    only_old = [name for name in old.latent if name not in new.latent]
    if only_new:
        yield f"the earlier fit has no unknown {listing(only_new)}"
    if only_old:
        yield f"here there is no unknown {listing(only_old)}"


def _kinds(old: Planned, new: Planned) -> Iterator[str]:
    """Quantities that are something else under the same name."""
    for name, line in new.latent.items():
        if (before := old.latent.get(name)) is None:
            continue
        if before.domain != line.domain:
            yield f"{name!r} is {_over(line)} here, {_over(before)} there"
        elif before.components != line.components:
            yield f"{name!r} has components by {_axes(line)} here, by {_axes(before)} there"
        elif _support(before) != _support(line):
            yield f"{name!r} is {_words(line)} here, {_words(before)} there"


def _outcomes(old: Planned, new: Planned) -> Iterator[str]:
    for name in dict.fromkeys((*new.observed, *old.observed)):
        here, there = (_family(planned, name) for planned in (new, old))
        if here != there:
            yield f"the outcome {name!r} is {here} here, {there} there"


def _roles(old: Planned, new: Planned) -> Iterator[str]:
    for name in dict.fromkeys((*new.roles, *old.roles)):
        here, there = (planned.roles.get(name, "the role by default") for planned in (new, old))
        if here != there:
            yield f"{name!r} has {_role(here)} here, {_role(there)} there"


def _role(word: str) -> str:
    return word if word.startswith("the ") else f"the role {word!r}"


def _over(line: Line) -> str:
    axes = " x ".join("rows" if axis == ROWS else axis for axis in line.domain)
    return f"over {axes}" if axes else "one for all"


def _axes(line: Line) -> str:
    return " x ".join(line.components) or "nothing"


def _support(line: Line) -> tuple[object, ...]:
    support = line.family.support
    return support.shape, support.lower, support.upper, line.variable.ordered


def _words(line: Line) -> str:
    return "increasing" if line.variable.ordered else line.family.support.words


def _family(planned: Planned, name: str) -> str:
    line = planned.observed.get(name)
    return f"{line.variable.outlined}" if line else "no outcome"
