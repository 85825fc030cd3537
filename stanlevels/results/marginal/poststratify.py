"""Multilevel regression and poststratification: means of cells, weighted by their sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.read.frames import open_frame
from stanlevels.errors import FitError
from stanlevels.plan.terms import Known
from stanlevels.results.marginal.asked import Asked, Question
from stanlevels.results.marginal.tabled import Contrast, tabled
from stanlevels.results.predictions.predict import chosen_line
from stanlevels.values.evaluate import evaluate

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.faces.face import Face

__all__ = ["poststratify"]


def poststratify(
    fit: Face, question: Question, *, level: float, output: str
) -> pd.DataFrame | xarray.DataArray:
    """A row per group of cells; see `Asks.poststratify`."""
    name = chosen_line(fit, question.name, question.verb)
    if question.data is None:
        raise FitError("poststratify() was given no cells", expected="a frame with a row per cell")
    line = fit.planned.lines[name]
    trials = line.args[line.form.trials] if line.form.trials else None
    if isinstance(trials, Known):
        cells = _with_trials(question.data, trials.column)
        question = replace(question, data=cells)
    asked = Asked(fit, question)
    total = 0.0 if asked.weights is None else float(asked.weights.sum())
    if not total > 0:
        raise FitError(
            f"the weights {question.weights!r} of {asked.n:,} cells sum to {total:g}",
            expected="a column with the number of people that each cell stands for",
        )

    def divided(units: Codes) -> Array:
        assert trials is not None
        return evaluate(trials, line.domain, asked.base.values, asked.bound, units)

    mean = Contrast({}, (0,), lambda found: found)
    by_trials = None if trials is None else divided
    return tabled(asked, [asked.base], [mean], level=level, output=output, counts=True, divided=by_trials)


def _with_trials(cells: Any, column: str) -> Any:
    """Cells of one trial each where they do not say how many: means are shares in any case."""
    frame = open_frame(cells, "the cells")
    if column in frame.names:
        return cells
    found = {}
    for name, read in frame.read([str(n) for n in frame.names]).items():
        items = read.values.tolist()
        found[name] = [None if gone else item for item, gone in zip(items, read.absent.tolist(), strict=True)]
    return {**found, column: np.ones(frame.n, dtype=np.int64)}
