"""What entries of the data block would like to be called."""

from __future__ import annotations

from collections.abc import Hashable

from stanlevels.graph import ROWS
from stanlevels.plan.terms import Domain
from stanlevels.program.entries import (
    Codes,
    Components,
    Covariate,
    Entry,
    FirstMember,
    Matrix,
    Number,
    Pilot,
    Size,
)
from stanlevels.program.look_up_entries import OfLookUp, OfTable
from stanlevels.program.outcome_entries import Outcome, Weights
from stanlevels.program.pooled_entries import PooledSize, PooledUnits
from stanlevels.program.statistics import Count, FirstChild, Statistic, Sufficient
from stanlevels.program.structured import OfUnits
from stanlevels.program.tallies import Summed, SummedSize

__all__ = ["wanted_name"]


def wanted_name(entry: Entry) -> tuple[Hashable, str]:
    """The key of an entry and the name it would like in the program."""
    match entry:
        case Size(domain=domain):
            return entry, "N" if domain == (ROWS,) else "N_" + "_".join(map(_plain, domain))
        case Components(axes=axes):
            return entry, "K_" + "_".join(axes)
        case Codes(domain=domain, target=target):
            return entry, _at(domain, "_".join(target))
        case Covariate(domain=domain, column=name) | Matrix(domain=domain, covariates=name):
            return entry, _at(domain, name)
        case Outcome(quantity=quantity):
            return entry, quantity
        case Weights(quantity=quantity, cells=cells):
            return entry, f"{quantity}_{'counts' if cells else 'weights'}"
        case Statistic(quantity=quantity, name=name) | Pilot(quantity=quantity, name=name):
            return entry, f"{quantity}_{name}"
        case Count() | Sufficient() | Summed() | SummedSize() | PooledSize() | PooledUnits():
            return entry, f"{entry.quantity}_{entry.of}"
        case OfLookUp() | OfTable() | OfUnits():
            return entry, entry.wanted_name
        case FirstChild() | FirstMember():
            axes = (entry.memberships,) if isinstance(entry, FirstMember) else entry.domain
            return entry, "_".join((*axes, "first"))
        case Number(quantity=quantity, argument=argument):
            return entry, quantity if argument == "value" else f"{quantity}_{argument}"


def _at(domain: Domain, name: str) -> str:
    """Names at the rows are plain; names elsewhere begin with the domain."""
    return name if domain == (ROWS,) else "_".join((*map(_plain, domain), name))


def _plain(axis: str) -> str:
    """Axes of cells are called as their line, ``y_cells``."""
    kind, _, name = axis.strip("<>").partition(" of ")
    return f"{name}_{kind}" if axis.startswith("<") and name else axis
