"""Which level a sampler's trouble belongs to: the one whose scale it comes with.

Divergent transitions of hierarchical models gather where the scale of some level is extreme (Betancourt
and Girolami 2015, "Hamiltonian Monte Carlo for hierarchical models"). So the scales of all levels are
compared between divergent and other draws, on the log scale, in standard deviations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.graph import ROWS
from stanlevels.plan.placed import Line
from stanlevels.plan.quantities import Centering
from stanlevels.plan.terms import Take, Term, Use
from stanlevels.results.draws import Draws
from stanlevels.values.pieces import chunks

__all__ = ["Suspect", "by_divergence", "by_energy", "scales"]


@dataclass(frozen=True, eq=False)
class Suspect:
    """The scale of one random variable.

    Attributes
    ----------
    line : Line
        The random variable.
    component : str
        Which of its components, empty where it has one.
    scale : str
        The quantity that is its scale, empty where that is an expression.
    log_scale : ndarray, (chains, draws)
        Averaged over units where it varies over them.
    centered : bool, "between" or None
        Its form, where there is a choice.
    shift : float
        How far the scale of the draws in question is from that of others, in standard deviations; or
        its correlation with the energy.
    """

    line: Line
    component: str
    scale: str
    log_scale: Array
    centered: Centering | None = None
    shift: float = 0.0

    @property
    def words(self) -> str:
        """The scale, its quantity and its level: ``app_sd, the scale of A (over app)``."""
        of = f"{self.line.name}[{self.component}]" if self.component else self.line.name
        level = " x ".join("rows" if axis == ROWS else axis for axis in self.line.domain)
        name = f"{self.scale}, the scale of {of}" if self.scale else f"the scale of {of}"
        return f"{name} (over {level})"


def scales(draws: Draws) -> Iterator[Suspect]:
    """The scales of all random variables over levels that are not known numbers."""
    for line in draws.planned.latent.values():
        term = _scale_term(line) if line.domain else None
        if term is None or not draws.determines([term]):
            continue
        values = _log_mean(term, line, draws)
        for position in range(values.shape[-1]):
            scale = values[..., position]
            if np.isfinite(scale).all() and np.ptp(scale) > 0:
                component = _component(line, position, values.shape[-1], draws)
                yield Suspect(line, component, _name(term), scale, draws.planned.centered.get(line.name))


def _scale_term(line: Line) -> Term | None:
    names = [p.name for p in line.form.parameters if p.kind == "scale"]
    return line.args[names[0]] if names else None


def _log_mean(term: Term, line: Line, draws: Draws) -> Array:
    """Log of a scale (chains, draws, components), averaged over units, in pieces of draws."""
    parts = []
    for piece in chunks(draws.shape[1], draws.shape[0] * draws.bound.size(line.domain)):
        values = draws.window(piece).evaluate(term, line.domain)
        with np.errstate(all="ignore"):
            logs = np.log(values).mean(axis=2)
        shape = (draws.shape[0], piece.stop - piece.start, logs.shape[-1])
        parts.append(np.broadcast_to(logs, shape))
    return np.concatenate(parts, axis=1) if parts else np.empty((*draws.shape, 0))


def _component(line: Line, position: int, width: int, draws: Draws) -> str:
    if width == 1 or len(line.components) != 1:
        return ""
    return str(draws.planned.axes[line.components[0]][position])


def _name(term: Term) -> str:
    match term:
        case Use(name=name):
            return name
        case Take(use=use):
            return use.name
        case _:
            return ""


def by_divergence(draws: Draws, diverging: Array) -> list[Suspect]:
    """Scales by how far divergent draws are from the others, the farthest first."""
    if diverging.all() or not diverging.any():
        return []
    found = []
    for suspect in scales(draws):
        others = suspect.log_scale[~diverging]
        shift = (suspect.log_scale[diverging].mean() - others.mean()) / suspect.log_scale.std()
        found.append(_with_shift(suspect, float(shift)))
    return sorted(found, key=lambda s: -abs(s.shift))


def by_energy(draws: Draws, energy: Array) -> list[Suspect]:
    """Scales by their correlation with the energy within chains, the strongest first."""
    centred = energy - energy.mean(axis=1, keepdims=True)
    found = []
    for suspect in scales(draws):
        scale = suspect.log_scale - suspect.log_scale.mean(axis=1, keepdims=True)
        size = np.sqrt((scale**2).sum() * (centred**2).sum())
        if size > 0:
            found.append(_with_shift(suspect, float((scale * centred).sum() / size)))
    return sorted(found, key=lambda s: -abs(s.shift))


def _with_shift(suspect: Suspect, shift: float) -> Suspect:
    return replace(suspect, shift=shift)
