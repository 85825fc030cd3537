"""Coefficients drawn back whose outcome has effects of nested levels, from their exact distribution.

They come first, with the effects integrated out; the effects are then drawn given them, as if they had been
sampled.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.beside import coefficients_given
from stanlevels.gaussian.design import Block
from stanlevels.plan.facts import Facts
from stanlevels.plan.terms import Linear
from stanlevels.values.evaluate import evaluate
from stanlevels.values.group import Besides
from stanlevels.values.pieces import chunks
from stanlevels.values.roots import root_of
from stanlevels.values.store import Values

__all__ = ["besides_drawn"]


def besides_drawn(
    names: Iterable[str],
    blocks: tuple[Block, ...],
    found: Besides,
    values: Values,
    data: Facts,
    standard: Array,
) -> Array:
    """Deviations of quantities from their means, (draws * chains, K).

    Parameters
    ----------
    names : iterable of str
    blocks : tuple of Block
        Their numbers of units and components.
    found : Besides
    values : Values
        Draws of everything that was sampled.
    data : Facts
    standard : ndarray, (draws * chains, K)
        Independent standard normal numbers, draws slowest.
    """
    lines, shape = values.planned.lines, values.shape
    sd = _flat(evaluate(found.scale, (), values, data), shape)[:, 0, 0]
    roots = _roots(found, values, data)
    own = [_flat(root_of(lines[name], values, data), shape) for name in names]
    moved = _moved(found, values, data)
    p = standard.shape[1]
    drawn = np.empty(standard.shape)
    for piece in chunks(len(sd), found.rows.columns.size + 4 * found.rows.width**2):
        products, _ = found.rows.left(sd[piece], [root[piece] for root in roots])
        at = np.broadcast_to(found.at, (len(products), p))
        if moved is not None:
            products = _with_outcome_less(products, moved[piece])
            at = at - moved[piece] @ found.shift.T
        root = np.zeros((len(products), p, p))
        first = 0
        for block, each in zip(blocks, own, strict=True):
            whole = np.broadcast_to(each[piece], (len(products), block.units, block.width, block.width))
            for unit in range(block.units):
                here = slice(first, first + block.width)
                root[:, here, here] = whole[:, unit]
                first += block.width
        drawn[piece] = coefficients_given(products, root, at, standard[piece])
    return drawn


def _roots(found: Besides, values: Values, data: Facts) -> list[Array]:
    """Of the effects: of the finest level that of all its effects together, of each level above its own."""
    lines = [values.planned.lines[name] for name in found.effects]
    roots = [_flat(root_of(line, values, data), values.shape)[:, 0] for line in lines]
    if not roots or lines[-1].domain != lines[0].domain:
        return roots
    width = sum(root.shape[-1] for root in roots)
    whole, first = np.zeros((len(roots[0]), width, width)), 0
    for root in roots:
        at = slice(first, first + root.shape[-1])
        whole[:, at, at] = root
        first += root.shape[-1]
    return [whole]


def _moved(found: Besides, values: Values, data: Facts) -> Array | None:
    """How far what was sampled lies from its least-squares values, (draws * chains, coefficients)."""
    if not found.coefficients:
        return None
    terms = (term.use if isinstance(term, Linear) else term for term in found.coefficients)
    each = [_flat(evaluate(term, (), values, data), values.shape)[:, 0] for term in terms]
    return np.concatenate(each, axis=1) - found.coefficients_at


def _with_outcome_less(products: Array, moved: Array) -> Array:
    """Products of columns and of the outcome less some of the columns, which drop out."""
    w, s = products.shape[-1], moved.shape[1]
    p = w - 1 - s
    turn = np.zeros((len(products), w, p + 1))
    turn[:, :p, :p] = np.eye(p)
    turn[:, p:-1, p] = -moved
    turn[:, -1, p] = 1
    return np.asarray(turn.swapaxes(1, 2) @ products @ turn)


def _flat(array: Array, shape: tuple[int, int]) -> Array:
    """Chains and draws on one axis, the draws slowest."""
    whole = np.broadcast_to(array, (*shape, *array.shape[2:]))
    return whole.swapaxes(0, 1).reshape(shape[0] * shape[1], *array.shape[2:])
