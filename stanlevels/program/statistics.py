"""Entries of the data block that hold sufficient statistics of rows, and what they extend over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.composed import STATUS
from stanlevels.distributions.kept import CONSTANT, Grouped, Kept
from stanlevels.distributions.table import FAMILIES
from stanlevels.gaussian.beside import UnitRows
from stanlevels.graph import references
from stanlevels.plan.factors import Cells
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Term
from stanlevels.program.source import Source
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

__all__ = ["Count", "FirstChild", "Statistic", "Sufficient", "kept_of", "sizes_of", "statistics"]


@dataclass(frozen=True)
class Count:
    """How many categories an outcome has, or how many distinct values (`of`)."""

    quantity: str
    of: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return an int."""
        if self.of == "categories":
            return len(source.outcome_labels(self.quantity) or ())
        return len(np.unique(source.outcome(self.quantity)))


@dataclass(frozen=True)
class Statistic:
    """What the cells of a line keep of its rows; `pooled`, summed over all cells.

    `form` is the parameterisation whose statistics they are, `exposure` a term at the rows: known factors of
    the mean that may differ within cells.
    """

    quantity: str
    domain: Domain
    name: str
    pooled: bool = False
    form: str = ""
    exposure: Term | None = None

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (cells,), (cells, categories) or (values,), or one number."""
        line = planned.lines[self.quantity]
        kept = kept_of(self, line.variable.family)
        trials = line.args.get(line.form.trials)
        rows = Grouped(
            np.asarray(source.outcome(self.quantity), dtype=float),
            np.asarray(source.codes(line.domain, self.domain)),
            source.size(self.domain),
            source.weights(self.quantity),
            None if trials is None else _known(trials, line, source, planned),
            None if self.exposure is None else _known(self.exposure, line, source, planned),
            len(source.outcome_labels(self.quantity) or ()),
            _known(line.args[STATUS.name], line, source, planned) > 0 if kept.censored else None,
        )
        found = kept.value(self.name, rows, pooled=self.pooled)
        return found if found.ndim else float(found)


def _known(term: Term, line: Line, source: Source, planned: Planned) -> Array:
    """A term of data and numbers at every unit of its line."""
    found = evaluate(term, line.domain, Values(planned, {}), source)[0, 0, :, 0]
    return np.broadcast_to(found, (source.size(line.domain),))


@dataclass(frozen=True)
class Sufficient:
    """A sufficient statistic of an outcome about effects that are integrated out; see `LineStatistics`.

    `of` is its name there, or "columns" or "products": the numbers of columns of effects and of their
    products. Where coefficients are integrated out besides, see `UnitRows`: "width" is the number of their
    columns, with the outcome; "rank", how many rows a unit of the finest level is reduced to.
    """

    quantity: str
    group: str
    of: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return a number or an array."""
        line = source.statistics(self.group).lines[self.quantity]
        match self.of:
            case "columns":
                return line.columns
            case "products":
                return line.information.shape[1]
            case "first":
                return line.first + 1
            case of if of in _BESIDES:
                assert line.beside is not None
                return _besides(line.beside, self.of)
            case "information" | "score" | "cross" if planned.marginals[self.quantity].plain:
                whole = getattr(line, self.of)
                return whole[0] if self.of == "cross" else whole[:, 0]
        return getattr(line, self.of)


_BESIDES = ("width", "entries", "pairs", "rank", "within", "between", "place", "turned", "by_unit")


def _besides(found: UnitRows, of: str) -> Any:
    """A statistic where coefficients are integrated out besides."""
    rank = len(found.columns)
    match of:
        case "width":
            return found.width
        case "pairs":  # of rows of a unit, and the determinant
            return rank * (rank + 1) // 2 + 1
        case "rank":
            return rank
        case "entries":
            return len(found.products)
        case "between":
            return found.products
        case "place":
            return found.place + 1
        case "turned":
            return found.multiples
        case "by_unit":
            return found.multiples[0] * found.columns[0]
    return found.within


@dataclass(frozen=True)
class FirstChild:
    """The 1-based place of the first child of every unit of a level, and the end."""

    group: str
    domain: Domain

    def read(self, source: Source, planned: Planned) -> Any:
        """Return whole numbers (units + 1,)."""
        tree = source.statistics(self.group).tree
        return tree.first[tree.domains.index(self.domain) - 1] + 1


def statistics(density: Cells) -> dict[str, Statistic]:
    """The statistics of a density of cells by name, in the order in which our function takes them."""
    line = density.line
    kept = line.form.kept
    assert kept is not None
    names = [s.name for part in kept.parts for s in part.statistics]
    names += [CONSTANT.name] if kept.constant else []
    either = (name for a in kept.arguments if a.shape == "either" for name in references(a.value))
    one = not any(line.args[name].domain for name in either)
    form, exposure = line.form.key, density.exposure
    return {n: Statistic(line.name, line.domain, n, one and n == kept.pooled, form, exposure) for n in names}


def sizes_of(entry: Statistic, planned: Planned) -> tuple[str, ...]:
    """What a statistic extends over: "cells", "categories", "distinct" values; nothing where it is pooled."""
    kept = kept_of(entry, planned.lines[entry.quantity].variable.family)
    return () if entry.pooled else kept.statistic(entry.name).sizes


def kept_of(entry: Statistic, family: str) -> Kept:
    """What the cells of a family keep, in the parameterisation of an entry."""
    kept = FAMILIES[family].parameterization(entry.form).kept
    assert kept is not None
    return kept
