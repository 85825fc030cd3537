"""Gaussian trees: where the pooling weight of a unit has a closed form (decision 18)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.forms import Affine, NotLinear
from stanlevels.linear.noise import is_gaussian, noise_of
from stanlevels.linear.predictor import Predictor, predictor

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.plan.planned import Planned

__all__ = ["Tree", "gaussian_tree", "tree_of"]


def tree_of(made: Predictor) -> tuple[str, ...]:
    """The random variables of a predictor from the leaf up, where they form a tree; else nothing.

    They do where the location holds the leaf alone, every other one is the mean of the one below, all
    have one component, and coefficients are 1.
    """
    if any(e.block.width > 1 or np.any(e.known != 1) for e in made.effects):
        return ()
    names = {e.name for e in made.effects}
    above = {n: names & set(_parts(made, n)) for n in names}
    order = sorted(names, key=lambda n: -len(above[n]))
    if [len(above[n]) for n in order] != list(range(len(order), 0, -1)):
        return ()
    if any(not above[b] <= above[a] for a, b in itertools.pairwise(order)):
        return ()
    if not order:
        return ()
    sizes = {e.name: e.block.size for e in made.effects}
    for name in order:
        part = _parts(made, order[0])[name]
        if np.any(part.data != 1) or part.nnz != sizes[order[0]]:
            return ()
    offsets = np.cumsum([0, *(e.block.size for e in made.effects)])
    at = [e.name for e in made.effects].index(order[0])
    leaf = made.Z[:, offsets[at] : offsets[at + 1]]
    each = np.diff(leaf.tocsr().indptr)
    plain = np.all(leaf.data == 1) and np.all(each == 1)
    return tuple(order) if plain else ()


def _parts(made: Predictor, name: str) -> Mapping[str, Any]:
    """What a random variable of a predictor rests on."""
    form = made.forms.quantity(name)
    assert isinstance(form, Affine)  # it is part of a linear predictor
    return form.parts


@dataclass(frozen=True, eq=False)
class Tree:
    """Random variables from the leaf up.

    Attributes
    ----------
    order : tuple of str
    parents : mapping of str to ndarray
        The unit of the next one up, for every unit.
    information : ndarray, (leaf units,)
        Rows of each leaf, weighted by their precision in units of 1/sigma^2.
    line : str
        The line with data.
    scale : float
        What sigma is multiplied by in the first row.
    """

    order: tuple[str, ...]
    parents: dict[str, Array]
    information: Array
    line: str
    scale: float

    def weights(self, name: str, variances: dict[str, Array], residual: Array) -> Array:
        """``tau^2 / (tau^2 + V)`` of every unit for every draw.

        Parameters
        ----------
        name : str
        variances : mapping of str to ndarray, (chains, draws)
            tau^2 of every random variable.
        residual : ndarray, (chains, draws)
            sigma^2.

        Returns
        -------
        ndarray, (chains, draws, units)
        """
        precision = self.information / residual[..., None]
        for child, above in zip(self.order, self.order[1:], strict=False):
            if child == name:
                break
            passed = precision / (1 + variances[child][..., None] * precision)
            codes = self.parents[child]
            units = int(codes.max()) + 1 if len(codes) else 0
            size = max(units, len(self.parents.get(above, ())))
            gathered = np.zeros((*passed.shape[:2], size))
            np.add.at(gathered.transpose(2, 0, 1), codes, passed.transpose(2, 0, 1))
            precision = gathered
        ratio = variances[name][..., None] * precision
        return np.asarray(ratio / (1 + ratio))


def gaussian_tree(planned: Planned, bound: Bound) -> Tree | None:
    """The tree of a model with one normal outcome, None where its random variables form none."""
    lines = list(planned.observed.values())
    if len(lines) != 1 or not is_gaussian(planned) or not bound.size(lines[0].domain):
        return None
    made = predictor(planned, bound, [(lines[0], lines[0].args[lines[0].location])])
    noise = made if isinstance(made, NotLinear) else noise_of(made, lines)
    if isinstance(made, NotLinear) or isinstance(noise, NotLinear) or np.any(noise[0].known <= 0):
        return None
    scale = noise[0].known
    order = tree_of(made)
    if not order:
        return None
    weights = bound.weights(lines[0].name)
    rows = (np.ones(len(scale)) if weights is None else weights) / np.square(scale)
    names = [e.name for e in made.effects]
    starts = np.cumsum([0, *(e.block.size for e in made.effects)])
    leaf = names.index(order[0])
    codes = made.Z[:, starts[leaf] : starts[leaf + 1]].tocsr().indices
    information = np.bincount(codes, rows, made.effects[leaf].block.units)
    parents = {
        child: _parts(made, child)[above].tocsr().indices for child, above in itertools.pairwise(order)
    }
    return Tree(order, parents, information, lines[0].name, float(scale[0]))
