"""What a maximum that is not unique says of itself: which quantities the data cannot tell apart, and why."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import listing
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.lmm.curvature import Curvature
from stanlevels.estimation.point.solution import Numbers
from stanlevels.linear.predictor import Effect, Predictor
from stanlevels.linear.spreads import Root
from stanlevels.words import joined

__all__ = ["ridge_notes", "rounding_notes", "vague_notes"]


def ridge_notes(made: Predictor, curvature: Curvature) -> list[str]:
    """Which standard deviations and correlations the data cannot tell apart, and why.

    They take the place of a word about convergence: where there are many maxima, none was found.
    """
    if curvature.falls:
        return ["did not converge: the log likelihood still rises around this point, which is no maximum"]
    if not curvature.loose.shape[1] or not curvature.reliable:
        return []
    layout = curvature.criterion.layout
    ridges = curvature.ridges
    if not ridges.shape[1]:
        loose = listing(_names(layout, _involved(curvature, curvature.loose)))
        return [f"the likelihood has next to no curvature by {loose}: no standard errors follow from it"]
    involved = _involved(curvature, ridges)
    names = _names(layout, involved)
    quoted = joined([repr(name) for name in names], "and")
    what = f"cannot tell {quoted} apart" if len(names) > 1 else f"do not determine {quoted}"
    reasons = [*_causes(made, layout, involved), *_determined(curvature, involved)]
    why = f" ({'; '.join(reasons)})" if reasons else ""
    one = "What is shown is one choice of many with the same likelihood, without standard errors for what"
    return [f"the maximum is not unique: the data {what}{why}. {one} depends on the choice"]


def rounding_notes(curvature: Curvature) -> list[str]:
    """Whether rounding leaves nothing of the curvature."""
    if curvature.reliable:
        return []
    what = "standard errors, degrees of freedom and intervals"
    return [f"rounding leaves no digits of {what}: standard deviations differ too much from the residual's"]


def vague_notes(found: Mapping[str, Numbers]) -> list[str]:
    """Which standard deviations are positive, and yet have no standard error."""
    vague = [n for n, m in found.items() if m.axis == "log" and np.any(np.isnan(m.sd) & (m.estimate > 0))]
    if not vague:
        return []
    return [f"the data hardly tell {listing(vague)} from 0: summary(interval='profile') says up to where"]


def _involved(curvature: Curvature, directions: Array) -> list[int]:
    """Coordinates of the layout that directions move; its length stands for sigma."""
    size = np.abs(directions).max(axis=1, initial=0.0)
    places = [*curvature.free, len(curvature.criterion.layout.coordinates)]
    return [places[i] for i in np.flatnonzero(size > 1e-3 * size.max(initial=0.0))]


def _roots(layout: Layout, k: int) -> list[Root]:
    """Standard deviations that a coordinate takes part in."""
    if k == len(layout.coordinates):
        return [layout.noise] if layout.noise is not None else []
    c = layout.coordinates[k]
    if c.block < 0:
        return [c.root] if c.root is not None else []
    roots = layout.effects[c.block].roots
    return [root for root in (roots[c.i], roots[c.j]) if root is not None]


def _names(layout: Layout, coordinates: list[int]) -> list[str]:
    found: dict[str, None] = {}
    for k in coordinates:
        found |= dict.fromkeys(root.quantity for root in _roots(layout, k))
        if k < len(layout.coordinates):
            c = layout.coordinates[k]
            corr = layout.effects[c.block].corr if c.block >= 0 and c.i != c.j else c.corr
            found |= {corr: None} if corr else {}
    return list(found)


def _determined(curvature: Curvature, involved: list[int]) -> list[str]:
    """The sum of two variances that is all the data know of them."""
    layout, ridges = curvature.criterion.layout, curvature.ridges
    plain = [k == len(layout.coordinates) or (layout.coordinates[k].root is not None) for k in involved]
    roots = [root for k in involved for root in _roots(layout, k)]
    if ridges.shape[1] != 1 or len(involved) != 2 or not all(plain) or any(root.form for root in roots):
        return []
    places = [*curvature.free, len(layout.coordinates)]
    first, second = (curvature.variances(ridges[:, 0])[places.index(k)] for k in involved)
    if first * second >= 0:
        return []
    share = -first / second
    times = "" if abs(share - 1) < 1e-3 else f"{share:.3g} * "
    names = [
        f"{root.quantity}[{root.position}]" if _several(layout, root) else root.quantity for root in roots
    ]
    return [f"only {names[0]}**2 + {times}{names[1]}**2 is determined"]


def _several(layout: Layout, root: Root) -> bool:
    """Whether a quantity has more than one component among the standard deviations."""
    own = {r for effect in layout.effects for r in effect.roots if r is not None}
    return len({r.position for r in own if r.quantity == root.quantity}) > 1


def _causes(made: Predictor, layout: Layout, involved: list[int]) -> list[str]:
    """What in the data makes it so, where it is of a known sort."""
    roots = {root for k in involved for root in _roots(layout, k)}
    effects = [e for e in made.effects if roots & set(e.roots)]
    found: dict[str, None] = {}
    width = sum(e.block.width for e in effects)
    for effect in effects:
        level = _level(made, effect)
        most = int(np.bincount(_codes(made, effect) + 1, minlength=2)[1:].max(initial=0))
        if effect.block.units == 1:
            found[f"{effect.name!r} has one unit{level}"] = None
        elif most == 1:
            found[f"{effect.name!r} has one unit{level} for every row"] = None
        elif most <= width:
            found[f"no unit{level} has more than {most} rows"] = None
    for i, effect in enumerate(effects):
        alike = [other for other in effects[:i] if _same_units(made, effect, other)]
        found |= dict.fromkeys(f"{other.name!r} and {effect.name!r} have the same units" for other in alike)
    return list(found)


def _level(made: Predictor, effect: Effect) -> str:
    domain = made.planned.lines[effect.name].domain
    return f" of {' x '.join(repr(axis) for axis in domain)}" if domain else ""


def _codes(made: Predictor, effect: Effect) -> Array:
    """The unit of every row; -1 where it has none, the last where it has several."""
    start = sum(e.block.size for e in made.effects[: made.effects.index(effect)])
    Z = made.Z[:, start : start + effect.block.size].tocoo()
    codes = np.full(made.Z.shape[0], -1)
    codes[Z.row] = Z.col // effect.block.width
    return codes


def _same_units(made: Predictor, one: Effect, other: Effect) -> bool:
    """Whether the units of two effects on different levels divide the rows in the same way."""
    if made.planned.lines[one.name].domain == made.planned.lines[other.name].domain:
        return False
    codes = [_codes(made, one), _codes(made, other)]
    together = np.unique(np.stack(codes), axis=1).shape[1]
    return bool(together == len(np.unique(codes[0])) == len(np.unique(codes[1])))
