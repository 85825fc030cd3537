"""Expressions about a fit, written as in the class, worked out draw by draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Number
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.errors import FitError
from stanlevels.language.expressions import Expression
from stanlevels.results.marginal.evaluation import Evaluation
from stanlevels.results.marginal.labelled import Labelled
from stanlevels.results.marginal.quantities import Quantities, of_draws
from stanlevels.results.predictions.predict import of_estimates
from stanlevels.results.predictions.prepared import at_estimates
from stanlevels.results.tables.describe import check_level

if TYPE_CHECKING:
    from stanlevels.results.faces.face import Face

__all__ = ["Written", "chains_of", "evaluate", "worked_out"]

Written = Callable[[Quantities], Any]
"""An expression about a fit: ``lambda m: m.A["x"] - m.A["y"]``."""


def evaluate(fit: Face, expression: Written | Mapping[str, Written], level: float) -> Evaluation:
    """One expression, or several with names; see `Asks.evaluate`."""
    check_level(level)
    alone = not isinstance(expression, Mapping)
    written = expression if isinstance(expression, Mapping) else {"expression": expression}
    if not written:
        raise FitError("evaluate() was given no expression", expected="one, or several by name")
    draws = of_draws(fit.by_quantity)
    found = {name: worked_out(each, draws) for name, each in written.items()}
    plug_in = at_estimates(fit)
    estimates = {}
    if plug_in is not None:
        there = of_draws(plug_in)
        estimates = {name: worked_out(each, there) for name, each in written.items()}
    notes = () if plug_in is None else (of_estimates(fit),)
    return Evaluation(found, estimates, fit.names, chains_of(fit), level, alone, notes)


def worked_out(written: Written, quantities: Quantities) -> Labelled:
    """What an expression is, about some quantities.

    Raises
    ------
    FitError
        If it is no function, or gives nothing that the fit has draws of.
    """
    if not callable(written):
        raise FitError(
            f"evaluate() was given {type(written).__name__} {written!r:.60}",
            expected="a function of the fit's quantities",
            way_out="write lambda m: m.A['x'] - m.A['y'], with m for the model; 'a > b' is an expression too",
        )
    found = written(quantities)
    if isinstance(found, Labelled):
        return found
    if isinstance(found, Expression):
        raise FitError(
            "the expression is about the model's declarations, which have no draws",
            expected="quantities of the fit",
            way_out="write lambda m: m.A, with m for the model, and not the class's name",
        )
    if isinstance(found, Number | np.generic):
        raise FitError(f"the expression is the number {found!r}: no quantity of the fit is in it")
    raise FitError(
        f"the expression gives a {type(found).__name__}",
        expected="one expression of quantities, such as m.A['x'] - m.A['y']",
        way_out="several go into a mapping: fit.evaluate({'first': lambda m: ..., 'second': lambda m: ...})"
        if isinstance(found, tuple | list | dict)
        else "",
    )


def chains_of(fit: Face) -> tuple[int, ...]:
    """Numbers of the chains, as in messages."""
    raw = getattr(fit, "raw", None)
    chains = getattr(raw, "chains", None)
    return tuple(chains or range(1, fit.by_quantity.shape[0] + 1))
