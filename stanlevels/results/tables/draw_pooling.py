"""How much the units of a random variable were pooled, from draws (decision 18)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.graph import VariableNode
from stanlevels.linear.chain import Tree, gaussian_tree
from stanlevels.linear.forms import NotLinear
from stanlevels.linear.predictor import predictor, row_factors
from stanlevels.values.draws import Array, Draws
from stanlevels.values.evaluate import evaluate
from stanlevels.values.mixing import chunks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Pooled", "pooled", "pooling_columns", "pooling_table"]


@dataclass(frozen=True, eq=False)
class Pooled:
    """Sums over draws, turned into moments.

    Attributes
    ----------
    deviation, variance : ndarray, (units, components)
        Posterior mean and variance of each unit's deviation from its declared mean.
    spread : ndarray, (components,)
        Posterior mean of tau, averaged over units.
    weight : ndarray, (units, components)
    factor : ndarray, (components,)
        Gelman and Pardoe's lambda: 1 = complete pooling.
    """

    deviation: Array
    variance: Array
    spread: Array
    weight: Array
    factor: Array


def pooled(draws: Draws, name: str, width: int) -> Pooled | None:
    """Pooling of one quantity; None for what is not a normal random variable over units."""
    line = draws.line(name)
    node = line.node
    if not isinstance(node, VariableNode) or node.family not in ("Normal", "MultiNormal") or node.ordered:
        return None
    if name not in draws.outputs or not line.domain:
        return None
    if not draws.shape[1] or not draws.bound.size(line.domain):
        return None
    tree = gaussian_tree(draws.planned, draws.bound)
    tree = tree if tree is not None and name in tree.order else None
    n, (chains, length) = draws.bound.size(line.domain), draws.shape
    first, second, tau, tau2 = (np.zeros((n, width)) for _ in range(4))
    weight, between = np.zeros((n, 1)), np.zeros(width)
    for piece in chunks(length, chains * max(n, 1) * width):
        part = draws.window(piece)
        shape = (chains, piece.stop - piece.start, n, width)
        mean, sd = (evaluate(line.args[arg], line.domain, part) for arg in ("mu", "sigma"))
        deviation = np.broadcast_to(part.value(name) - mean, shape)
        first += deviation.sum(axis=(0, 1))
        second += np.square(deviation).sum(axis=(0, 1))
        tau += np.broadcast_to(sd, shape).sum(axis=(0, 1))
        tau2 += np.broadcast_to(np.square(sd), shape).sum(axis=(0, 1))
        if n > 1:
            between += deviation.var(axis=2, ddof=1).sum(axis=(0, 1))
        if tree is not None:
            weight += _weights(tree, name, part).sum(axis=(0, 1))[:, None]
    count = chains * length
    own = first / count
    variance = np.maximum(second / count - np.square(own), 0)
    tau2 /= count
    with np.errstate(invalid="ignore", divide="ignore"):
        share = weight / count if tree is not None else np.clip(1 - variance / tau2, 0, 1)
        factor = 1 - own.var(axis=0, ddof=1) / (between / count) if n > 1 else np.full(width, np.nan)
    return Pooled(own, variance, tau.mean(axis=0) / count, np.broadcast_to(share, own.shape), factor)


def _weights(tree: Tree, name: str, part: Draws) -> Array:
    variances = {}
    for each in tree.order:
        line = part.line(each)
        sd = evaluate(line.args["sigma"], line.domain, part)[:, :, 0, 0]
        variances[each] = np.broadcast_to(np.square(sd), part.shape)
    line = part.line(tree.line)
    sigma = evaluate(line.args["sigma"], line.domain, part, slice(0, 1))[:, :, 0, 0] / tree.scale
    return tree.weights(name, variances, np.broadcast_to(np.square(sigma), part.shape))


def pooling_columns(draws: Draws, name: str, width: int, estimate: Array) -> dict[str, Array]:
    """Columns of `effects`: weight, and the two estimates between which the posterior mean lies."""
    found = pooled(draws, name, width)
    if found is None:
        return {}
    deviation, weight = found.deviation.ravel(), found.weight.ravel()
    complete = estimate - deviation
    with np.errstate(invalid="ignore", divide="ignore"):
        alone = np.where(weight > 0, complete + deviation / weight, np.nan)
    return {"weight": weight, "no_pooling": alone, "complete_pooling": complete}


def pooling_table(draws: Draws) -> pd.DataFrame:
    """See `Fit.pooling`."""
    import pandas as pd

    from stanlevels.results.tables.pooling_rows import COLUMNS, component_words, rows_of_level

    found = {}
    for name, line in draws.planned.latent.items():
        if line.domain:
            width = len(component_words(draws.planned, name))
            if (moments := pooled(draws, name, width)) is not None:
                found[name] = moments
    rows, factors = [], _row_factors(draws)
    for name, moments in found.items():
        for k, label in enumerate(component_words(draws.planned, name)):
            rows.append(
                {
                    "quantity": name,
                    **rows_of_level(draws.planned, draws.bound, name),
                    "component": label,
                    "sd": float(moments.spread[k]),
                    "icc": _share(draws, name, list(found), factors),
                    "pooling_factor": float(moments.factor[k]),
                    "weight": float(moments.weight[:, k].mean()),
                }
            )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table if any(table["component"] != "") else table.drop(columns="component")


def _row_factors(draws: Draws) -> dict[str, float]:
    """Mean square coefficients in the location of the one line with data, where it is linear."""
    lines = list(draws.planned.observed.values())
    if len(lines) != 1 or lines[0].variable.family not in ("Normal", "LogNormal"):
        return {}
    made = predictor(draws.planned, draws.bound, [(lines[0], lines[0].args["mu"])])
    return {} if isinstance(made, NotLinear) else row_factors(made)


def _share(draws: Draws, name: str, others: list[str], factors: dict[str, float]) -> float:
    """Posterior mean of the share of a row's variance; NaN where that is not a sum of such shares."""
    lines = list(draws.planned.observed.values())
    if not set(others) <= set(factors):
        return float("nan")
    total = _mean_square(draws, lines[0].name)
    mine = None
    for other in others:
        square = factors[other] * _mean_square(draws, other)
        total = total + square
        mine = square if other == name else mine
    return float(np.mean(mine / total)) if mine is not None else float("nan")


def _mean_square(draws: Draws, name: str) -> Array:
    line = draws.line(name)
    units = slice(0, 1) if not any(t.domain for t in [line.args["sigma"]]) else slice(None)
    sd = evaluate(line.args["sigma"], line.domain, draws, units)
    return np.broadcast_to(np.square(sd).mean(axis=(2, 3)), draws.shape)
