"""A bound model as a generalised linear mixed one, where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.table import Parameterization
from stanlevels.errors import listing
from stanlevels.estimation.point.contrasts import Basis, independent
from stanlevels.estimation.point.glmm.data import GlmmData, Outcome
from stanlevels.linear.forms import NotLinear, NotLinearError
from stanlevels.linear.locations import location_of
from stanlevels.linear.predictor import Predictor, predictor
from stanlevels.linear.spreads import Root, spreads
from stanlevels.linear.sums import Reader
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Term

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["GlmmModel", "glmm_model"]


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
        raise NotLinearError(
            f"several outcomes, {listing(line.name for line in lines)}, that do not share a distribution",
            expected="one outcome, or several of one family without a dispersion",
            way_out="fit them one at a time, or use method='nuts'",
        )
    places = [(line, location) for line, (_, location) in zip(lines, found, strict=True)]
    made = predictor(planned, bound, places)
    if isinstance(made, NotLinear):
        raise made.error()
    outcomes = tuple(_outcome(made, line, form, bound) for line, (form, _) in zip(lines, found, strict=True))
    dispersion = likelihood.dispersion
    root, value = _shape(made, lines[0], dispersion) if dispersion else (None, 1.0)
    telling = np.concatenate([_telling(outcome) for outcome in outcomes])
    basis = independent(made, telling)
    data = GlmmData(outcomes, made.offset, basis.X, made.Z, made.blocks)
    if not telling.all():
        data = data.only(telling > 0, np.arange(basis.X.shape[1]))
    return GlmmModel(made, basis, data, root, value)


def _telling(outcome: Outcome) -> Array:
    """Frequencies of rows; 0 for those without trials, which say nothing."""
    counts = np.ones(len(outcome.y))
    for trials in outcome.known.values():
        counts = np.where(trials > 0, counts, 0.0)
    return np.asarray(outcome.weights * counts)


def _outcome(made: Predictor, line: Line, form: Parameterization, bound: Bound) -> Outcome:
    y = np.asarray(bound.outcome(line.name), dtype=float)
    weights = bound.weights(line.name)
    known = {form.trials: _trials(made, line, form.trials, len(y))} if form.trials else {}
    return Outcome(form, y, known, np.ones(len(y)) if weights is None else weights)


def _location(line: Line, planned: Planned) -> tuple[Parameterization, Term]:
    """The parameterisation whose location is a linear predictor, and that predictor."""
    found = location_of(line, Reader(planned))
    if found is None or not found.form.likelihood or found.exposure is not None:
        raise _unknown(line)
    if found.place.home != line.domain or found.place.path:
        raise _unknown(line)
    return found.form, found.term


def _unknown(line: Line) -> NotLinearError:
    what = "maximum likelihood with random variables integrated out is not known for"
    return NotLinear.of(line, f"{what} {line.variable.distribution} in this form").error()


def _trials(made: Predictor, line: Line, argument: str, rows: int) -> Array:
    found = made.forms.term(line, line.args[argument])
    assert not isinstance(found, NotLinear)  # trials are known
    return np.broadcast_to(found.offset, (rows,)).astype(float)


def _shape(made: Predictor, line: Line, argument: str) -> tuple[Root | None, float]:
    shapes = spreads(line, line.args[argument], 1, made.forms, made.roles)
    if isinstance(shapes, NotLinear):
        raise shapes.error()
    found = shapes[0]
    if np.ptp(found.known) > 0:
        raise NotLinear.of(line, f"its {argument} varies over rows").error()
    if found.root is None:
        return None, float(found.known[0])
    if np.any(found.known != 1):
        raise NotLinear.of(line, f"its {argument} is a multiple of an unknown quantity").error()
    return found.root, 1.0
