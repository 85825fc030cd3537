"""A bound model as a generalised linear mixed one, where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.distributions.likelihoods import LIKELIHOODS, Outcome
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.contrasts import Basis, independent
from stanlevels.estimation.point.laplace import GlmmData
from stanlevels.graph import ExpressionNode
from stanlevels.linear.forms import NotLinear
from stanlevels.linear.predictor import Predictor, predictor
from stanlevels.linear.spreads import Root, spreads
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Term, Use

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["GlmmModel", "glmm_model"]

Array = np.ndarray[Any, Any]

# Stan's distribution, the function around its location argument ("" where the argument is on the
# linear scale already), and the row of the table of likelihoods.
_KNOWN = {
    ("bernoulli_logit", ""): "binomial",
    ("binomial_logit", ""): "binomial",
    ("bernoulli", "inv_logit"): "binomial",
    ("binomial", "inv_logit"): "binomial",
    ("poisson_log", ""): "poisson",
    ("poisson", "exp"): "poisson",
    ("neg_binomial_2_log", ""): "neg_binomial",
    ("neg_binomial_2", "exp"): "neg_binomial",
}


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
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    if len(kinds) > 1 or (len(lines) > 1 and LIKELIHOODS[kinds[0]].shaped):
        raise FitError(
            f"several outcomes, {listing(line.name for line in lines)}, that do not share a distribution",
            expected="one outcome, or several of one family without a dispersion",
            way_out="fit them one at a time, or use method='nuts'",
        )
    places = [(line, location) for line, (_, location) in zip(lines, found, strict=True)]
    made = predictor(planned, bound, places)
    if isinstance(made, NotLinear):
        raise made.error()
    basis = independent(made)
    outcome = _joined([_outcome(made, line, bound) for line in lines])
    root, value = _shape(made, lines[0]) if LIKELIHOODS[kinds[0]].shaped else (None, 1.0)
    data = GlmmData(LIKELIHOODS[kinds[0]], outcome, made.offset, basis.X, made.Z, made.blocks)
    return GlmmModel(made, basis, data, root, value)


def _outcome(made: Predictor, line: Line, bound: Bound) -> Outcome:
    y = np.asarray(bound.outcome(line.name), dtype=float)
    weights = bound.weights(line.name)
    return Outcome(y, _trials(made, line, len(y)), np.ones(len(y)) if weights is None else weights)


def _joined(outcomes: list[Outcome]) -> Outcome:
    """Outcomes one after another."""
    y, trials, weights = (
        np.concatenate([getattr(o, name) for o in outcomes]) for name in ("y", "trials", "weights")
    )
    return Outcome(y, trials, weights)


def _location(line: Line, planned: Planned) -> tuple[str, Term]:
    form = FAMILIES[line.variable.family].parameterization(line.variable.parameterization)
    name = next((p.name for p in form.parameters if p.kind == "location"), "")
    if not name:
        raise _unknown(line)
    if form.stan == "gamma" and form.key == "log":
        return "gamma", line.args[name]
    term = line.args[name]
    kind = _KNOWN.get((form.stan, ""))
    if kind:
        return kind, term
    term = _written_out(term, planned)
    if isinstance(term, Apply) and (kind := _KNOWN.get((form.stan, term.function))):
        return kind, term.args[0]
    raise _unknown(line)


def _unknown(line: Line) -> FitError:
    what = f"maximum likelihood with random variables integrated out is not known for {line.variable.family}"
    return NotLinear.of(line, f"{what} in this form").error()


def _written_out(term: Term, planned: Planned) -> Term:
    """A named expression at the line's own units, as what it says."""
    while isinstance(term, Use) and not term.road and isinstance(planned.graph[term.name], ExpressionNode):
        term = planned.lines[term.name].args["value"]
    return term


def _trials(made: Predictor, line: Line, rows: int) -> Array:
    term = line.args.get("trials")
    if term is None:
        return np.ones(rows)
    found = made.forms.term(line, term)
    assert not isinstance(found, NotLinear)  # trials are known
    return np.broadcast_to(found.offset, (rows,)).astype(float)


def _shape(made: Predictor, line: Line) -> tuple[Root | None, float]:
    shapes = spreads(line, line.args["shape"], 1, made.forms, made.roles)
    if isinstance(shapes, NotLinear):
        raise shapes.error()
    found = shapes[0]
    if np.ptp(found.known) > 0:
        raise NotLinear.of(line, "its shape varies over rows").error()
    if found.root is None:
        return None, float(found.known[0])
    if np.any(found.known != 1):
        raise NotLinear.of(line, "its shape is a multiple of an unknown quantity").error()
    return found.root, 1.0
