"""Integrated quantities drawn back: from their exact conditional distribution, given the rest.

For one draw of everything else, the lines that depend on a group of integrated effects u read
``y - location at u = 0 = Z u + e``: given it, u is normal. Nothing else is drawn or estimated, so draws of
the rest together with these are draws of the joint posterior. Levels that are nested are handled all draws at
once (`stanlevels.values.nested`), others draw by draw (`stanlevels.values.coupled`); what was integrated out
of conjugate pairs is gamma or beta instead (`stanlevels.values.conjugate`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.links import LINKS
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Term
from stanlevels.values.besides import besides_drawn
from stanlevels.values.conjugate import Paired
from stanlevels.values.coupled import Pooled, Residuals, drawn_effects
from stanlevels.values.evaluate import evaluate, value
from stanlevels.values.group import ConjugateGroup, Group
from stanlevels.values.nest import is_beyond, nest_of, noise_of_rows
from stanlevels.values.nested import Nested, Normals
from stanlevels.values.pieces import chunks
from stanlevels.values.redrawn import Redrawn
from stanlevels.values.roots import root_of
from stanlevels.values.standard import Standard
from stanlevels.values.store import Values, width

__all__ = ["drawn_back", "key_of", "restored", "with_nested"]

_STREAM = 0xBAC4  # keeps these draws apart from the sampler's
_STORED = 200_000_000  # numbers of integrated quantities, beyond which they are drawn again when wanted


def restored(values: Values, data: Facts, groups: Sequence[Group | ConjugateGroup], seed: int) -> Values:
    """The values with those of integrated quantities, drawn given the others.

    What of nested levels or conjugate pairs would take more than 1.6 GB is not stored but drawn again each
    time it is asked for, with the same numbers: a unit's draws do not depend on which others are asked for
    with it.

    Parameters
    ----------
    values : Values
        Draws of everything that was not integrated out.
    data : Facts
        The rows that were fitted.
    groups : sequence of Group or ConjugateGroup
    seed : int
        Decides the draws, together with the place of the group.
    """
    room = _STORED
    for place, group in enumerate(groups):
        key = key_of(seed, place)
        if isinstance(group, ConjugateGroup):
            values, taken = _with_pair(group, values, data, key, room)
        else:
            values, taken = _with_group(group, values, data, Standard(key), room)
        room -= taken
    return values


def key_of(seed: int, place: int) -> tuple[int, ...]:
    """What decides the draws of the group at a place."""
    return seed, place, _STREAM


def _with_pair(
    group: ConjugateGroup, values: Values, data: Facts, key: tuple[int, ...], room: int
) -> tuple[Values, int]:
    """The values with those of a conjugate pair besides, and how many numbers of it are stored."""
    chains, draws = values.shape
    paired, size = Paired(group, values, data, key, range(draws)), group.size * chains * draws
    if size <= room:
        return values.storing({group.name: paired.all()}), size
    return replace(values, on_demand={**values.on_demand, group.name: paired}), 0


def _with_group(group: Group, values: Values, data: Facts, normals: Normals, room: int) -> tuple[Values, int]:
    """The values with those of one group besides, and how many numbers of it are stored."""
    if group.besides is not None:
        return drawn_back(group, values, data, normals), group.size * values.shape[0] * values.shape[1]
    nest = nest_of(group, values.planned, data)
    if nest is None:
        return drawn_back(group, values, data, normals), group.size * values.shape[0] * values.shape[1]
    nested = Nested(group, nest, values, data, normals)
    sizes = [nested.size(level) for level in range(len(nest.levels))]
    stored = next(at for at in range(len(sizes) + 1) if sum(sizes[at:]) <= room)
    return with_nested(nested, values, stored), sum(sizes[stored:])


def with_nested(nested: Nested, values: Values, stored: int) -> Values:
    """The values with those of nested levels besides: from `stored` up as arrays, the others on demand."""
    nest, names = nested.nest, nested.group.names
    found = values.storing(nested.draw(stored, keep=stored > 0)) if stored < len(nest.levels) else values
    again = {
        names[i]: Redrawn(nested, i, range(values.shape[1]))
        for level in nest.levels[:stored]
        for i in level.names
    }
    return replace(found, on_demand={**values.on_demand, **again})


def drawn_back(group: Group, values: Values, data: Facts, normals: Normals) -> Values:
    """The values with those of one group besides, in pieces so that memory stays bounded."""
    if group.besides is not None:
        chains, draws = values.shape
        standard = _standard(group, normals, chains, slice(0, draws))
        drawn = besides_drawn(group.names, group.blocks, group.besides, values, data, standard)
        effects = drawn.reshape(draws, chains, -1).transpose(1, 0, 2)
        return values.storing(_quantities(group, values, data, effects))
    nest = nest_of(group, values.planned, data)
    if nest is not None:
        return values.storing(Nested(group, nest, values, data, normals).draw(0))
    chains, draws = values.shape
    pooled = {name: summed for name in group.rows if (summed := _pooled(name, group, values, data))}
    rows = sum(Z.shape[0] for name, Z in group.rows.items() if name not in pooled)
    each = chains * (group.size + rows)
    parts = [np.empty((chains, 0, group.size))]
    for piece in chunks(draws, each):
        part = values.window(piece)
        lines: list[Pooled | Residuals] = [line.at(part, data) for line in pooled.values()]
        if rows:
            at_mean = part.storing(_quantities(group, part, data, np.zeros((chains, 1, group.size))))
            lines += [_residuals(n, Z, at_mean, data) for n, Z in group.rows.items() if n not in pooled]
        roots = [_flat(root_of(part.planned.lines[name], part, data), part.shape) for name in group.names]
        n = piece.stop - piece.start
        found = drawn_effects(group.blocks, roots, lines, _standard(group, normals, chains, piece))
        parts.append(found.reshape(n, chains, -1).transpose(1, 0, 2))
    return values.storing(_quantities(group, values, data, np.concatenate(parts, axis=1)))


def _standard(group: Group, normals: Normals, chains: int, draws: slice) -> Array:
    """Standard normal numbers for every deviation, (draws * chains, K)."""
    some = range(draws.start, draws.stop)
    found = [
        normals.at(place, block.width, np.arange(block.units), chains, some)
        for place, block in enumerate(group.blocks)
    ]
    return np.concatenate([x.transpose(3, 2, 0, 1).reshape(len(some) * chains, -1) for x in found], axis=1)


def _quantities(group: Group, values: Values, data: Facts, effects: Array) -> dict[str, Array]:
    """The quantities of a group: each its mean, given those before it, plus its deviation."""
    found: dict[str, Array] = {}
    first = 0
    for name, block in zip(group.names, group.blocks, strict=True):
        line = values.planned.lines[name]
        mean = evaluate(line.args[line.location], line.domain, values.storing(found), data)
        own = effects[:, :, first : first + block.size]
        found[name] = mean + own.reshape(*own.shape[:2], block.units, block.width)
        first += block.size
    return found


@dataclass(frozen=True, eq=False)
class _Summed:
    """Rows of one line, summed once: only what was sampled is left to differ between draws."""

    line: Line
    scale: Term | None
    cross: Any
    base: Array
    effect: Mapping[str, Any]
    middle: Mapping[str, Array]

    def at(self, values: Values, data: Facts) -> Pooled:
        """For some draws."""
        shape = values.shape
        moments = self.base[:, None]
        for name, part in self.effect.items():
            array = values.arrays[name]
            middle = self.middle[name]
            deviations = _flat(array, shape).reshape(shape[0] * shape[1], len(middle)) - middle
            moments = moments - part @ deviations.T
        moments = np.broadcast_to(moments, (len(self.base), shape[0] * shape[1]))
        sd = np.ones((1, 1, 1, 1)) if self.scale is None else evaluate(self.scale, (), values, data)
        return Pooled(self.cross, moments.T, 1 / np.square(_flat(sd, shape)[:, 0, 0]))


def _pooled(name: str, group: Group, values: Values, data: Facts) -> _Summed | None:
    """The rows of a line summed, where its location is linear and its noise one number times known ones."""
    line, planned = values.planned.lines[name], values.planned
    if name not in group.sums or is_beyond(line, planned):
        return None
    Z, sums, k = group.rows[name], group.sums[name], width(planned, name)
    noise = noise_of_rows(line, planned, data)
    if noise.inputs or (noise.scale is not None and noise.scale.domain):
        return None
    weights = data.weights(name) if line.is_observed else None
    precision = 1 / np.square(noise.known)
    if weights is not None:
        precision = precision * np.repeat(np.asarray(weights, dtype=float), k)
    ZW = Z.multiply(precision[:, None]).T.tocsr()
    residual, effect, middle = -sums.offset, {}, {}
    if line.is_observed:
        y = LINKS[line.family.location_link].predictor(value(name, values, data))
        residual = y.ravel() + residual
    parts = {other: part for other, part in sums.parts.items() if other not in group.names}
    for other, part in parts.items():
        middle[other] = values.arrays[other].mean(axis=(0, 1)).ravel()
        residual = residual - part @ middle[other]
        effect[other] = (ZW @ part).tocsr()
    if not line.is_observed:
        middle[name] = values.arrays[name].mean(axis=(0, 1)).ravel()
        residual, effect[name] = residual + middle[name], -ZW
    return _Summed(line, noise.scale, (ZW @ Z).tocsr(), ZW @ residual, effect, middle)


def _residuals(name: str, Z: Any, at_mean: Values, data: Facts) -> Residuals:
    line = at_mean.planned.lines[name]
    location = evaluate(line.args[line.location], line.domain, at_mean, data)
    y = LINKS[line.family.location_link].predictor(value(name, at_mean, data))
    n, k = data.size(line.domain), width(at_mean.planned, name)
    residual = np.broadcast_to(y - location, (*at_mean.shape, n, k))
    weights = data.weights(name) if line.is_observed else None
    return Residuals(
        Z,
        _flat(residual, at_mean.shape).reshape(-1, n * k),
        _flat(root_of(line, at_mean, data), at_mean.shape),
        np.ones(n) if weights is None else np.asarray(weights, dtype=float),
    )


def _flat(array: Array, shape: tuple[int, int]) -> Array:
    """Chains and draws on one axis, the draws slowest: so that pieces do not change what is drawn."""
    whole = np.broadcast_to(array, (*shape, *array.shape[2:]))
    return whole.swapaxes(0, 1).reshape(shape[0] * shape[1], *array.shape[2:])
