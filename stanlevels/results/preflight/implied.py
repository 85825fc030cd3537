"""Priors that imply outcomes far beyond the data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding import Bound
from stanlevels.binding.some_rows import some_rows
from stanlevels.errors import listing
from stanlevels.graph import VariableNode
from stanlevels.graph.text import node_text
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import uses
from stanlevels.records import Record
from stanlevels.values.arguments import arguments_of, picks_categories
from stanlevels.values.prior import draw_line
from stanlevels.values.remembered import remembered
from stanlevels.values.store import Values

__all__ = ["far_priors"]

_TIMES = 100.0  # the range of the data
_DRAWS = 100
_ROWS = 200
_NUMBERS = 20_000_000  # drawn at most
_SHARE = 0.5  # of the width's logarithm, above which a prior is to blame


def far_priors(planned: Planned, bound: Bound) -> Iterator[Record]:
    """Outcomes whose middle 90 % under the priors is a hundred times as wide as all data."""
    if not bound.n_rows or not planned.observed:
        return
    few = np.unique(np.linspace(0, bound.n_rows - 1, _ROWS).astype(np.int64))
    data = remembered(some_rows(bound, few))
    numbers = sum(bound.size(line.domain) for line in planned.latent.values())
    draws = int(min(_DRAWS, max(_NUMBERS // max(numbers, 1), 10)))
    drawn = _prior(planned, data, draws, None)
    for name, line in planned.observed.items():
        if picks_categories(line) or line.family.is_categorical or not line.family.is_scalar:
            continue
        if np.isfinite(line.family.support.upper) or line.family.at_most:
            continue  # bounded: nothing can be too wide
        range_of_data = float(np.ptp(np.asarray(bound.outcome(name), dtype=float))) if bound.n_rows else 0.0
        width = _width(line, drawn, data)
        if not range_of_data > 0 or width < _TIMES * range_of_data:
            continue
        blamed = _blamed(name, width, planned, data, draws)
        if not any(map(_chosen, blamed)):
            continue  # default priors are as wide as they are for every model, and nobody chose them
        finite = np.isfinite(width) and width < 1e15 * range_of_data
        times = f"{float(f'{width / range_of_data:.2g}'):,.0f} times as wide as the data" if finite else ""
        spread = f"nine in ten lie within {width:.2g} of each other, all data within {range_of_data:.3g}; "
        yield Record(
            name,
            "priors",
            f"the priors imply outcomes {times or 'larger than any number'}",
            f"{spread if finite else ''}this is due to {_in_words(blamed)}",
            "narrower priors, on the scale of the predictor, or Normal(...) with arguments left open",
        )


def _prior(planned: Planned, data: Data, draws: int, still: str | None) -> Values:
    """Draws of what has no data, each with random numbers of its own; `still` keeps to its middle."""
    values = Values(planned, {})
    for place, (name, line) in enumerate(planned.lines.items()):
        if not line.is_latent:
            continue
        rng = np.random.default_rng((20_260_101, place))
        drawn = draw_line(line, values, data, draws, rng)
        if name == still:
            drawn = np.broadcast_to(np.median(drawn, axis=(0, 1), keepdims=True), drawn.shape)
        values = values.storing({name: drawn})
    return values


def _width(line: Line, values: Values, data: Data) -> float:
    """Between what 5 % and 95 % of outcomes lie below: of their means, or of the noise, if that is more."""
    with np.errstate(all="ignore"):
        arguments = arguments_of(line, values, data)
        middle, variance = line.form.middle(arguments), line.form.variance(arguments)
    means = _between(np.asarray(middle, dtype=float))
    noise = np.sqrt(np.asarray(variance, dtype=float))
    noise = noise[~np.isnan(noise)]
    typical = float(np.median(noise)) if noise.size else 0.0
    return max(means, 3.29 * typical)


def _between(x: Array) -> float:
    x = np.where(np.isnan(x), np.inf, x)
    low, high = np.quantile(x, [0.05, 0.95], method="nearest")
    return float(high - low) if np.isfinite(low) else float("inf")


def _blamed(name: str, width: float, planned: Planned, data: Data, draws: int) -> list[VariableNode]:
    """The declarations without whose spread the outcomes would be less wide by far."""
    found: list[tuple[float, str]] = []
    for other, line in planned.latent.items():
        known = not any(planned.unknowns[use.name] for term in line.args.values() for use in uses(term))
        if known and not line.is_correlation and not line.family.is_simplex:
            without = _width(planned.observed[name], _prior(planned, data, draws, other), data)
            found.append((without, other))
    found.sort()
    best = [other for without, other in found if without < _SHARE * width][:2]
    names = best or [other for _, other in found[:2]]
    return [node for n in names if isinstance(node := planned.lines[n].node, VariableNode)]


def _chosen(node: VariableNode) -> bool:
    """Whether a person gave its distribution some numbers."""
    return any(expr is not None for _, expr in node.args)


def _in_words(blamed: list[VariableNode]) -> str:
    chosen = [node_text(node) for node in blamed if _chosen(node)]
    return listing(chosen, 2).replace("'", "")
