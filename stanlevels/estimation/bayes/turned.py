"""The posterior along directions: another program with the same draws, for a diagonal metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.bayes.directions import Shape
from stanlevels.estimation.bayes.many import FEW, Layout
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.estimation.bayes.unconstrained import places_of, unit_of
from stanlevels.program.along import along, is_turned
from stanlevels.program.render import render

__all__ = ["layout_of", "starts_along", "turned"]

_ALONE = 500  # numbers without units that are still looked at one by one


def layout_of(posterior: Posterior) -> Layout:
    """Which coordinates of the program belong to units, and which have no bounds."""
    alone, blocks, free, first = [np.zeros(0, dtype=int)], [], [np.zeros(0, dtype=bool)], 0
    for parameter, (name, units) in zip(posterior.program.parameters, places_of(posterior), strict=True):
        place = first + np.arange(len(units))
        first += len(units)
        free.append(np.full(len(units), is_turned(parameter)))
        if len(units) > (FEW if posterior.planned.lines[name].domain else _ALONE):
            size = posterior.data.size(posterior.planned.lines[name].domain)
            blocks += list(place[np.argsort(units, kind="stable")].reshape(size, -1).T)
        else:
            alone.append(place)
    return Layout(np.concatenate(alone), tuple(blocks), np.concatenate(free))


def turned(posterior: Posterior, shape: Shape) -> Posterior:
    """The posterior along the directions of a shape.

    Its unconstrained coordinates are those that `Shape.back` makes of the posterior's own.
    """
    found = along(posterior.program, posterior.text)
    written = render(found.program)
    data: dict[str, Any] = {**posterior.stan_data, found.count: shape.n_directions}
    push, pull = dict(found.push), dict(found.pull)
    first = 0
    for parameter, (_, units) in zip(posterior.program.parameters, places_of(posterior), strict=True):
        own = slice(first, first + len(units))
        first += len(units)
        if parameter.name in push:
            unit = unit_of(parameter, posterior.stan_data)
            data[push[parameter.name]] = _shaped(shape.push[own].T * unit, parameter.type.sizes).T
            data[pull[parameter.name]] = _shaped(shape.pull[own].T / unit, parameter.type.sizes)
    return replace(
        posterior, program=found.program, text=written.text, sources=written.sources, stan_data=data
    )


def starts_along(
    posterior: Posterior, along: Posterior, shape: Shape, starts: Sequence[Mapping[str, Array]], points: Array
) -> tuple[Mapping[str, Array], ...]:
    """Starting values of the program along directions from those of the posterior's own.

    Parameters
    ----------
    posterior, along : Posterior
    shape : Shape
    starts : sequence of mapping of str to array
        Of every chain a value of every parameter.
    points : array (chains, n)
        The same on the unconstrained scale.
    """
    found: list[dict[str, Array]] = [{} for _ in starts]
    first = 0
    here, there = posterior.program.parameters, along.program.parameters
    for parameter, same, (_, units) in zip(here, there, places_of(posterior), strict=True):
        own = slice(first, first + len(units))
        first += len(units)
        unit = unit_of(parameter, posterior.stan_data)
        for start, value, z in zip(found, starts, shape.back(points), strict=True):
            moved = (
                np.reshape(z[own] * unit, np.shape(value[parameter.name])) if is_turned(parameter) else None
            )
            start[same.name] = value[parameter.name] if moved is None else moved
    return tuple(found)


def _shaped(columns: Array, sizes: tuple[Any, ...]) -> Array:
    """Of a vector a matrix (directions, numbers); of a number one for each direction."""
    return columns if sizes else columns[:, 0]
