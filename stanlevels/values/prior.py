"""Draws from the prior: every quantity and every outcome from its own distribution, one after another."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.graph.text import node_text
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.values.arguments import arguments_of, picks_categories
from stanlevels.values.correlated import correlated
from stanlevels.values.groups import together
from stanlevels.values.own_shift import own_shift
from stanlevels.values.store import Values, width

__all__ = ["draw_line", "draw_prior", "drawn_given"]

_TRIES = 1000  # until components stand in order


def draw_prior(
    planned: Planned, data: Data, draws: int, rng: Generator, given: Mapping[str, Array] | None = None
) -> Values:
    """Draws of everything that has a distribution, outcomes among them, on any rows.

    What an outcome explains is explained by the outcome that was drawn, not by the one in the data.

    Parameters
    ----------
    planned : Planned
        However its quantities are to be fitted: declarations alone are looked at.
    data : Data
        Sizes, lookups and covariates; no outcome is read.
    draws : int
    rng : Generator
    given : mapping of str to ndarray, (1, 1, units, components), optional
        Values that are known, NaN where they are not: those are drawn.

    Returns
    -------
    Values
        One chain.

    Raises
    ------
    FitError
        If components that are to stand in order hardly ever do.
    """
    values = Values(planned, {})
    for name, line in planned.lines.items():
        if not line.is_variable:
            continue
        known = (given or {}).get(name)
        if known is None or np.isnan(known).any():
            found = draw_line(line, values, data, draws, rng)
            known = found if known is None else np.where(np.isnan(known), found, known)
        values = values.storing({name: known})
    return values


def draw_line(line: Line, values: Values, data: Data, draws: int, rng: Generator) -> Array:
    """Draws of one line given what it depends on, (1, draws, units, components)."""
    if line.own_shift is not None:
        return own_shift(line, draw_line(line.unmoved, values, data, draws, rng), values, data)
    if line.family.structure is not None:
        return correlated(line, values, data).draw(rng, (1, draws), width(values.planned, line.name))
    if line.form.grouping:
        whole = together(line, values, data)
        return line.form.draw(rng, (1, draws, len(whole.places)), whole.arguments)[..., None]
    arguments = arguments_of(line, values, data)
    batch = (1, draws, data.size(line.domain))
    return drawn_given(line, arguments, batch, width(values.planned, line.name), rng)


def drawn_given(
    line: Line, arguments: dict[str, Array], batch: tuple[int, int, int], numbers: int, rng: Generator
) -> Array:
    """Draws of one line given the arguments of its distribution, (chains, draws, units, components).

    Parameters
    ----------
    line : Line
        Without a shift of its own.
    arguments : dict of str to ndarray
        As `arguments_of` gives them.
    batch : (int, int, int)
        Chains, draws and units.
    numbers : int
        Of each unit.
    rng : Generator
    """
    if picks_categories(line):
        return line.form.draw(rng, batch, arguments)[..., None]
    if line.family.is_correlation:
        size = round(np.sqrt(numbers))
        factor = line.form.draw(rng, (*batch, size, size), arguments)
        return np.asarray((factor @ factor.swapaxes(-1, -2)).reshape(*batch, numbers))
    drawn = line.form.draw(rng, (*batch, numbers), arguments)
    return _in_order(drawn, line, arguments, rng) if line.variable.ordered else drawn


def _in_order(drawn: Array, line: Line, arguments: dict[str, Array], rng: Generator) -> Array:
    """Draws given that components increase: sorted where all are alike, else those that happen to."""
    if all(argument.shape[-1] == 1 for argument in arguments.values()):
        return np.sort(drawn, axis=-1)
    for _ in range(_TRIES):
        bad = (np.diff(drawn, axis=-1) <= 0).any(axis=-1, keepdims=True)
        if not bad.any():
            return drawn
        drawn = np.where(bad, line.form.draw(rng, drawn.shape, arguments), drawn)
    raise FitError(
        f"{node_text(line.node)}: the components are hardly ever in order",
        expected="a distribution under which they are",
        way_out="let their locations increase",
    )
