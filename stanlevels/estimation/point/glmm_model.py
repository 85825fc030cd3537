"""A bound model as a generalised linear mixed one, where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.distributions.table import Parameterization
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.laplace import GlmmData, Outcome
from stanlevels.graph import ExpressionNode
from stanlevels.linear.contrasts import Basis, independent
from stanlevels.linear.forms import not_linear
from stanlevels.linear.predictor import Predictor, predictor
from stanlevels.linear.spreads import Root, spreads
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Term, Use

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["GlmmModel", "glmm_model"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class GlmmModel:
    """A predictor, independent columns, and the data of the likelihood.

    `shape` is the unknown dispersion, `fixed_shape` its value where it is known.
    """

    predictor: Predictor
    basis: Basis
    data: GlmmData
    shape: Root | None
    fixed_shape: float


def glmm_model(planned: Planned, bound: Bound) -> GlmmModel:
    """Read a bound model as a generalised linear mixed one.

    Raises
    ------
    FitError
        If there are outcomes of several families, a family or link that is not known, or a predictor
        that is not linear; names the line.
    """
    lines = list(planned.observed.values())
    found = [_location(line, planned) for line in lines]
    likelihood = found[0][0].likelihood
    assert likelihood is not None
    if any(form.likelihood is not likelihood for form, _ in found) or (
        len(lines) > 1 and likelihood.dispersion
    ):
        raise FitError(
            f"several outcomes, {listing(line.name for line in lines)}, that do not share a distribution",
            expected="one outcome, or several of one family without a dispersion",
            way_out="fit them one at a time, or use method='nuts'",
        )
    places = [(line, location) for line, (_, location) in zip(lines, found, strict=True)]
    made = predictor(planned, bound, places)
    basis = independent(made)
    outcomes = tuple(_outcome(made, line, form, bound) for line, (form, _) in zip(lines, found, strict=True))
    dispersion = likelihood.dispersion
    root, value = _shape(made, lines[0], dispersion) if dispersion else (None, 1.0)
    data = GlmmData(outcomes, made.offset, basis.X, made.Z, made.blocks)
    return GlmmModel(made, basis, data, root, value)


def _outcome(made: Predictor, line: Line, form: Parameterization, bound: Bound) -> Outcome:
    y = np.asarray(bound.outcome(line.name), dtype=float)
    weights = bound.weights(line.name)
    known = {form.trials: _trials(made, line, form.trials, len(y))} if form.trials else {}
    return Outcome(form, y, known, np.ones(len(y)) if weights is None else weights)


def _location(line: Line, planned: Planned) -> tuple[Parameterization, Term]:
    """The parameterisation whose location is a linear predictor, and that predictor."""
    form = line.form
    if not form.location:
        raise _unknown(line)
    term = line.args[form.location]
    if form.likelihood:
        return form, term
    term = _written_out(term, planned)
    if isinstance(term, Apply):
        other = line.family.by_hand(form, term.function)
        if other is not None and other.likelihood:
            return other, term.args[0]
    raise _unknown(line)


def _unknown(line: Line) -> FitError:
    return not_linear(
        line,
        f"maximum likelihood with random variables integrated out is not known for {line.variable.family} in"
        " this form",
    )


def _written_out(term: Term, planned: Planned) -> Term:
    """A named expression at the line's own units, as what it says."""
    while isinstance(term, Use) and not term.road and isinstance(planned.graph[term.name], ExpressionNode):
        term = planned.lines[term.name].args["value"]
    return term


def _trials(made: Predictor, line: Line, argument: str, rows: int) -> Array:
    offset = made.forms.term(line, line.args[argument]).offset
    return np.broadcast_to(offset, (rows,)).astype(float)


def _shape(made: Predictor, line: Line, argument: str) -> tuple[Root | None, float]:
    found = spreads(line, line.args[argument], 1, made.forms, made.roles)[0]
    if np.ptp(found.known) > 0:
        raise not_linear(line, f"its {argument} varies over rows")
    if found.root is None:
        return None, float(found.known[0])
    if np.any(found.known != 1):
        raise not_linear(line, f"its {argument} is a multiple of an unknown quantity")
    return found.root, 1.0
