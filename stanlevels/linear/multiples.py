"""What unknown quantities are multiplied by in a predictor, as numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.sums import Addend, Factor, Place
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Computed, Given
from stanlevels.plan.terms import Known, Linear, Term
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

__all__ = ["Columns"]


@dataclass(frozen=True, eq=False)
class Columns:
    """Known numbers of a planned model on data.

    Every array has a row per unit of the predictor's place, and a column, or one per component where
    the numbers differ between components.
    """

    planned: Planned
    facts: Facts
    made: dict[Factor, Array] = field(default_factory=dict)

    def units(self, place: Place) -> Array | None:
        """The unit of a place for each unit of the predictor; None where they are the same."""
        codes: Array | None = None
        for domain, road in place.path:
            step = np.asarray(self.facts.codes(domain, road))
            codes = step if codes is None else step[codes]
        return codes

    def factor(self, factor: Factor) -> Array:
        """A known factor (units or 1, components or 1)."""
        if factor not in self.made:
            values = self._values(factor.term, factor.place.home)
            values = values if factor.column is None else values[:, [factor.column]]
            codes = self.units(factor.place)
            self.made[factor] = values if codes is None or len(values) == 1 else values[codes]
        return self.made[factor]

    def _values(self, term: Term, home: tuple[str, ...]) -> Array:
        match term:
            case Known(column=column):
                return np.asarray(self.facts.column(home, column), dtype=float)[:, None]
            case Linear(covariates=covariates) if self._is_unknown(term):
                return np.asarray(self.facts.matrix(home, covariates), dtype=float)
        values = evaluate(term, home, Values(self.planned, {}), self.facts)[0, 0]
        return np.asarray(values, dtype=float)

    def _is_unknown(self, term: Linear) -> bool:
        """Whether the coefficients are unknown: then the covariates themselves are what is known."""
        value = self.planned.quantities[term.use.name].value
        return value not in (Given(), Computed(known=True))

    def multiple(self, addend: Addend) -> Array:
        """What an addend's unknown is multiplied by, covariates apart (units or 1, components or 1)."""
        total = np.full((1, 1), addend.number)
        for factor in addend.known:
            total = total * self.factor(factor)
        return total

    def matrix(self, addend: Addend) -> Array:
        """The covariates of an addend (units, columns), or one of them, times its known factors."""
        assert addend.covariates is not None
        matrix = self.factor(addend.covariates)
        if addend.column is not None:
            matrix = matrix[:, addend.column : addend.column + 1]
        return np.asarray(matrix * self.multiple(addend))

    def offset(self, addends: tuple[Addend, ...], units: int) -> Array:
        """The known part of a sum (units, components or 1)."""
        total = np.zeros((units, 1))
        for addend in addends:
            if addend.unknown is None and addend.covariates is not None:  # of known coefficients
                total = total + self.matrix(addend).sum(axis=1, keepdims=True)
            elif addend.unknown is None:
                total = total + self.multiple(addend)
        return total
