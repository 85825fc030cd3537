"""Which quantities results hold draws of: all that vary, or those that a person asks for with `record=`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from stanlevels.errors import FitError, listing
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import uses
from stanlevels.words import closest

__all__ = ["needed", "recorded_names"]


def recorded_names(planned: Planned, record: Any) -> tuple[str, ...]:
    """The quantities to record, in the order of declaration.

    Parameters
    ----------
    planned : Planned
    record : None, str, collection of str, or mapping of str to bool
        Nothing said: all that vary, named expressions over rows left out. Names: these alone. A
        mapping: as if nothing were said, with those that are False left out and those that are True
        put in.

    Raises
    ------
    FitError
        If a name is not that of a quantity that varies, or nothing is left to record.
    """
    usual = tuple(planned.recorded)
    if record is None:
        return usual
    said = _said(record)
    known = [name for name, line in planned.lines.items() if planned.unknowns[name] and not line.is_observed]
    for name in said:
        if name not in known:
            raise _unknown(planned, name, known)
    taken = {name for name, wanted in said.items() if wanted}
    if isinstance(record, Mapping):
        taken |= {name for name in usual if said.get(name, True)}
    if not taken:
        raise FitError(
            f"record={record!r} leaves nothing to record",
            expected=f"at least one of {listing(known, 20)}",
        )
    return tuple(name for name in known if name in taken)


def _said(record: Any) -> dict[str, bool]:
    """What is said of each name."""
    if isinstance(record, str):
        return {record: True}
    items = record.items() if isinstance(record, Mapping) else ((name, True) for name in _iterated(record))
    said = dict(items)
    strange = [name for name, wanted in said.items() if not isinstance(name, str) or type(wanted) is not bool]
    if strange:
        raise _misunderstood(record)
    return said


def _iterated(record: Any) -> Iterable[Any]:
    if not isinstance(record, Collection):
        raise _misunderstood(record)
    return record


def _misunderstood(record: Any) -> FitError:
    return FitError(
        f"record= is {record!r}",
        expected="names of quantities to record, or a mapping such as {'A': False} of those to leave out",
    )


def _unknown(planned: Planned, name: str, known: list[str]) -> FitError:
    if name in planned.lines:
        what = "has data, not draws" if planned.lines[name].is_observed else "is known and has no draws"
        return FitError(f"record= names {name!r}, which {what}", expected=f"one of {listing(known, 20)}")
    return FitError(f"record= names {name!r}, and there is no such quantity", expected=closest(name, known))


def needed(planned: Planned, names: Iterable[str]) -> frozenset[str]:
    """The quantities of a program whose draws must be kept so that those of `names` can be had.

    What was integrated out is drawn back given everything that the lines around it use.
    """
    integrated = {name for name, quantity in planned.quantities.items() if quantity.is_integrated}
    found: set[str] = set()
    for name in names:
        found |= {name} if name in planned.in_program else planned.unknowns[name]
    if found & integrated:
        for line in planned.lines.values():
            used = _used(line, planned)
            if line.name in integrated or used & integrated:
                found |= {line.name, *used}
    return frozenset(found & set(planned.in_program))


def _used(line: Line, planned: Planned) -> frozenset[str]:
    terms = line.args.values()
    return frozenset().union(*(planned.unknowns[use.name] for term in terms for use in uses(term)))
