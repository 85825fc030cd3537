"""What data entries are, in words."""

from __future__ import annotations

from stanlevels.graph import ROWS, Graph, MembershipsNode
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
from stanlevels.program.statistics import Count, FirstChild, Statistic, Sufficient, kept_of
from stanlevels.program.structured import OfUnits
from stanlevels.program.tallies import Summed, SummedSize

__all__ = ["note"]

_STATISTICS = {
    "columns": "columns of effects in the mean",
    "products": "products of the columns of effects",
    "rows": "number of rows",
    "constant": "constant in the log density",
    "at": "least-squares coefficients of the mean",
    "root": "root of the cross-products of the columns of coefficients",
    "squares": "sum of squares about the least-squares fit",
    "information": "by unit, products of the columns of effects",
    "score": "by unit, columns of effects times the residuals",
    "mean": "mean of the cells of equal rows",
    "n": "rows in each cell",
    "first": "where the cells of each unit begin,",
    "multiples": "what effects are multiplied by in the cells",
    "cross": "by unit, columns of effects times those of coefficients",
    "messages": "by unit above, sums of scores and of columns of coefficients times those of effects",
    "width": "columns of coefficients, and the outcome,",
    "entries": "different products of these",
    "rank": "rows that each unit is reduced to",
    "pairs": "pairs of these rows, and one more,",
    "within": "products of the columns, as far as they vary within units,",
    "between": "by unit, products of the columns where they do not vary within units,",
    "place": "where each of these products stands in a matrix",
    "turned": "what effects are multiplied by in the rows of each unit",
    "by_unit": "by unit, columns of effects times those of coefficients and the outcome",
    "common_shift": "what is taken off these where coefficients lie off theirs,",
    "common_at": "least-squares coefficients of what is integrated out with the effects",
}
_POOLED = {
    "distinct": "how often units differ in what they say",
    "score_rows": "rows that units with the same information leave",
    "times": "how many units each stands for,",
    "which": "the information of each row of scores",
    "children": "how many units below those above have each information",
}
_SUMMED = {
    "totals": "sums of the outcomes of units",
    "successes": "sums of the successes of units",
    "failures": "sums of the failures of units",
    "trials": "sums of the trials of units",
    "exposed_totals": "sums of the outcomes of units that agree in their exposures,",
    "order": "units from the smallest exposure to the largest,",
    "constant": "what no quantity changes in the log density",
    "exposure": "sums of the known exposures",
    "total": "sum of the outcomes",
    "cell_totals": "sums of the outcomes in the cells of equal rows",
    "first": "where the cells of each unit begin,",
}


def note(entry: Entry, graph: Graph) -> str:
    """What a data entry is, in words."""
    return _of_memberships(entry, graph) or _of_others(entry, graph)


def _of_others(entry: Entry, graph: Graph) -> str:
    match entry:
        case Size(domain=domain):
            return _units(domain)
        case Components(axes=axes):
            return f"components of {' x '.join(axes)}"
        case Codes(domain=domain, target=target):
            return f"the {' and '.join(target)} of each {_unit(domain)}"
        case Covariate(domain=domain, column=column):
            return f"{column!r} of each {_unit(domain)}"
        case Matrix(domain=domain, covariates=covariates):
            return f"the columns of {covariates} for each {_unit(domain)}"
        case Outcome(quantity=quantity, cells=cells):
            columns = graph.variables[quantity].observed
            known = "observed" if columns == (quantity,) else f"observed as {', '.join(map(repr, columns))}"
            return f"{known}, of each {_unit(cells)}" if cells else known
        case Weights(quantity=quantity, cells=cells):
            return f"rows in each {_unit(cells)}" if cells else f"frequency weights of {quantity}"
        case (
            Pilot() | Count() | Statistic() | Sufficient() | OfLookUp() | OfTable() | OfUnits() | FirstChild()
        ):
            return _kept(entry, graph)
        case Summed() | SummedSize() | PooledSize() | PooledUnits():
            return _summed(entry, graph)
        case Number(quantity=quantity, argument=argument):
            if argument == "value":
                return "a known number"
            return f"{argument.replace('_', ' ')} of {quantity}"
    return ""


def _of_memberships(entry: Entry, graph: Graph) -> str:
    """What an entry says of a table of memberships; empty for other entries."""
    if isinstance(entry, FirstMember):
        return f"where the memberships of each {_unit(entry.domain)} begin"
    domain = entry.domain if isinstance(entry, Size | Codes | Covariate) else ()
    if len(domain) != 1 or not isinstance(graph.nodes.get(domain[0]), MembershipsNode):
        return ""
    if isinstance(entry, Size):
        return f"memberships in {domain[0]}"
    name = " and ".join(entry.target) if isinstance(entry, Codes) else getattr(entry, "column", "")
    return f"the {name} of each membership"


def _statistic(entry: Statistic, graph: Graph) -> str:
    statistic = kept_of(entry, graph.variables[entry.quantity].family).statistic(entry.name)
    if entry.pooled:
        return f"{statistic.words}, of all {_units(entry.domain)}"
    return (
        f"{statistic.words} of each {_unit(entry.domain)}" if "cells" in statistic.sizes else statistic.words
    )


def _units(domain: Domain) -> str:
    if domain == (ROWS,):
        return "rows"
    derived = domain[0].startswith("<")
    return domain[0].strip("<>") if derived else f"units of {' x '.join(domain)}"


def _kept(
    entry: Pilot | Count | Statistic | Sufficient | OfLookUp | OfTable | OfUnits | FirstChild, graph: Graph
) -> str:
    """What is kept of rows, or was found in them by a pilot look."""
    match entry:
        case Pilot(quantity=quantity, name="pilot_weight"):
            each = _unit(graph.units(graph.variables[quantity])) or "coefficient"
            return f"how far each {each} is centred"
        case Pilot(quantity=quantity, name="pilot_size"):
            return f"about how large {quantity} is"
        case Pilot(quantity=quantity):
            return f"about how large the scale of {quantity} is"
        case Count(quantity=quantity, of=of):
            return f"categories of {quantity}" if of == "categories" else f"distinct values of {quantity}"
        case Statistic():
            return _statistic(entry, graph)
        case Sufficient(quantity=quantity, of=of):
            return f"{_STATISTICS[of]} of {quantity}"
        case OfLookUp() | OfTable() | OfUnits():
            return entry.words
        case FirstChild(domain=domain):
            return f"where the children of each {_unit(domain)} begin"


def _summed(entry: Summed | SummedSize | PooledSize | PooledUnits, graph: Graph) -> str:
    """What is kept of units that are counted: of conjugate pairs, and of those that agree in information."""
    if isinstance(entry, PooledSize | PooledUnits):
        return f"{_POOLED[entry.of]} of {entry.quantity}"
    what = entry.of.removesuffix("_units")
    if isinstance(entry, SummedSize):
        return f"{what.replace('_', ' ')} of units of {entry.quantity}"
    if entry.of.endswith("_units"):
        whole = "exposures" if what == "exposed" else what
        return f"units of {entry.quantity} with each of the {whole}"
    return f"{_SUMMED[entry.of]} of {entry.quantity}"


def _unit(domain: Domain) -> str:
    if domain == (ROWS,):
        return "row"
    return " x ".join(axis.strip("<>").replace("cells of", "cell of") for axis in domain)
