"""Outcomes that are chosen among rows: what is to tell these apart, and whether any is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import DataError, listing
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.term_text import term_text
from stanlevels.plan.terms import Apply, Known, Linear, Literal, Setting, Take, Term, Use, Vector, uses
from stanlevels.values.groups import groups_of
from stanlevels.values.store import Values
from stanlevels.words import counted

__all__ = ["check_choices"]

_SUMS = ("+", "-", "neg")


def check_choices(planned: Planned, source: Any) -> None:
    """Refuse what is the same for all rows of every unit, and data that tell nothing.

    Parameters
    ----------
    planned : Planned
        As placed, before any pass that rewrites.
    source : Bound

    Raises
    ------
    DataError
        Naming the terms; or where no unit has rows that are chosen and rows that are not.
    """
    for line in planned.observed.values():
        if not line.form.grouping:
            continue
        groups = groups_of(line, Values(planned, {}), source)
        sizes = np.bincount(groups)
        if not len(sizes):
            continue
        level = getattr(line.variable.arg(line.form.grouping), "over", "unit")
        if sizes.max() < 2:
            raise DataError(
                f"of {counted(len(sizes), level)} none has more than one row: nothing is chosen among",
                expected=f"a row for each alternative of each {level}, with 1 in rows that are chosen",
                way_out="make the data long, as pandas.melt does",
            )
        same = _Same(planned, source, groups)
        still = list(dict.fromkeys(same.parts(line.args[line.location], line)))
        if still:
            one = len(still) == 1
            raise DataError(
                f"{listing(still)} in the log odds of {line.name!r} {'is' if one else 'are'} the same for all"
                f" rows of each {level}, and so {'has' if one else 'have'} no say in which is chosen",
                expected=f"what differs between rows of one {level}",
                way_out="leave it out, or multiply it by a column that tells the rows apart",
            )
        chosen = np.bincount(groups, np.asarray(source.outcome(line.name)), len(sizes))
        if not ((chosen > 0) & (chosen < sizes)).any():
            raise DataError(
                f"of {counted(int((sizes > 0).sum()), level)} none has rows that are chosen and rows that are"
                f" not, by {line.variable.observed[0]!r}",
                expected="1 in rows that are chosen, and 0 in others",
            )


class _Same:
    """Which parts of a predictor are the same for all rows of a unit."""

    def __init__(self, planned: Planned, source: Any, groups: Codes) -> None:
        self.planned, self.source = planned, source
        _, self.first, self.unit = np.unique(groups, return_index=True, return_inverse=True)

    def parts(self, term: Term, line: Line) -> Iterator[str]:
        """The summands with something unknown that are, as texts."""
        match term:
            case Apply(function=function, args=args) if function in _SUMS:
                for arg in args:
                    yield from self.parts(arg, line)
            case Use(name=name) if not self.planned.lines[name].is_variable and term.domain == line.domain:
                inner = self.planned.lines[name]
                if "value" in inner.args and inner.domain == line.domain:
                    yield from self.parts(inner.args["value"], inner)
                elif self._unknown(term) and self._still(term, line):
                    yield name
            case Linear(use=use, covariates=covariates):
                matrix = np.asarray(self.source.matrix(line.domain, covariates))
                labels = self.source.covariate_labels(covariates)
                if not use.domain or self._alike(self.source.codes(line.domain, use.road)):
                    for label, column in zip(labels, matrix.T, strict=True):
                        if self._alike(column):
                            yield f"{use.name}[{label}]"
            case _:
                if self._unknown(term) and self._still(term, line):
                    yield term_text(term)

    def _unknown(self, term: Term) -> bool:
        return any(self.planned.unknowns[use.name] for use in uses(term))

    def _alike(self, values: Array) -> bool:
        """Whether something of every row is the same for all rows of a unit."""
        values = np.asarray(values)
        return bool((values == values[self.first][self.unit]).all())

    def _still(self, term: Term, line: Line) -> bool:
        """Whether a term is, whatever its quantities are."""
        match term:
            case Use(name=name, road=road):
                inner = self.planned.lines[name]
                if not inner.domain:
                    return True
                if road:
                    return self._alike(self.source.codes(line.domain, road))
                return (
                    "value" in inner.args
                    and not inner.is_variable
                    and self._still(inner.args["value"], inner)
                )
            case Take(use=use):
                return self._still(use, line)
            case Known(column=column):
                return self._alike(self.source.column(line.domain, column))
            case Linear(use=use, covariates=covariates):
                columns = np.asarray(self.source.matrix(line.domain, covariates)).T
                return self._still(use, line) and all(map(self._alike, columns))
            case Apply(args=parts) | Vector(items=parts):
                return all(self._still(part, line) for part in parts)
            case Literal() | Setting():
                return True
        return False
