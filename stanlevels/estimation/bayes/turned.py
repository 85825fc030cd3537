"""The posterior along directions: another program with the same draws, for a diagonal metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.estimation.bayes.directions import Shape
from stanlevels.estimation.bayes.many import FEW, Layout
from stanlevels.estimation.bayes.meeting import meeting_of
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.estimation.bayes.regression import Regression
from stanlevels.estimation.bayes.unconstrained import places_of, unit_of
from stanlevels.program.along import Regressed, along, is_turned
from stanlevels.program.render import render

__all__ = ["layout_of", "starts_along", "turned"]

Data = dict[str, Any]

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
    return Layout(np.concatenate(alone), tuple(blocks), np.concatenate(free), meeting_of(posterior))


def turned(posterior: Posterior, shape: Shape) -> Posterior:
    """The posterior along the directions of a shape, and with its regression.

    Its unconstrained coordinates are those that `Shape.back` makes of the posterior's own.
    """
    regression, own = shape.regression, {}
    first = 0
    for parameter, (_, units) in zip(posterior.program.parameters, places_of(posterior), strict=True):
        own[parameter.name] = np.arange(first, first + len(units))
        first += len(units)
    place = None if regression is None else regression.place[0]
    regressed = next((name for name, mine in own.items() if place is not None and place in mine), None)
    found = along(posterior.program, posterior.text, regressed)
    written = render(found.program)
    data: dict[str, Any] = {**posterior.stan_data, found.count: shape.n_directions}
    push, pull, scale = dict(found.push), dict(found.pull), np.ones(first)
    for parameter in posterior.program.parameters:
        mine = own[parameter.name]
        if parameter.name in push:
            scale[mine] = unit_of(parameter, posterior.stan_data)
            data[push[parameter.name]] = _shaped(shape.push[mine].T * scale[mine], parameter.type.sizes).T
            data[pull[parameter.name]] = _shaped(shape.pull[mine].T / scale[mine], parameter.type.sizes)
    if found.regressed is not None and regression is not None:
        others = np.concatenate([own[name] for name in found.regressed.others])
        data |= _regressed(found.regressed, regression, own[found.regressed.name], others, scale)
    return replace(
        posterior, program=found.program, text=written.text, sources=written.sources, stan_data=data
    )


def _regressed(names: Regressed, regression: Regression, mine: Codes, others: Codes, scale: Array) -> Data:
    """The numbers of a regression, effect by effect."""
    order = np.argsort(regression.place, kind="stable")
    place, other = regression.place[order], regression.other[order]
    at = np.full(regression.n, 0)
    at[others] = 1 + np.arange(len(others))
    return {
        names.count: len(place),
        names.first: 1 + np.searchsorted(place, np.append(mine, mine[-1] + 1)),
        names.place: at[other],
        names.coefficients: regression.coefficients[order] * scale[place] / scale[other],
    }


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
