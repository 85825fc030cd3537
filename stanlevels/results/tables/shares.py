"""Shares of the variance of an outcome: of every random variable, of covariates, and of what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.plan.placed import Line
from stanlevels.results.draws import Draws
from stanlevels.results.tables.describe import check_level, described
from stanlevels.results.tables.shares_latent import latent_residual
from stanlevels.results.tables.shares_outcome import outcome_variances
from stanlevels.results.tables.shares_parts import Parts, parts_of
from stanlevels.results.tables.subjects_of_rows import Named, component_words
from stanlevels.values.pieces import chunks
from stanlevels.values.remembered import remembered

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Variances", "latent_shares", "latent_variances", "r2", "variance_shares"]

_MOST = 400_000_000  # rows times draws; beyond, every second draw is left out, or more
_FEWEST = 200  # draws
SCALES = ("latent", "outcome")


@dataclass(frozen=True, eq=False)
class Variances:
    """Variances, (draws,) each.

    Attributes
    ----------
    random : mapping of str to ndarray
        Of every random variable, the mean over rows of its contribution.
    parts : mapping of str to ndarray, (components, draws)
        Of random variables with several components, of each alone.
    covariates : ndarray
    residual : ndarray
    says : tuple of str
        What the residual variance is, and what else there is to know.
    """

    random: Mapping[str, Array]
    parts: Mapping[str, Array]
    covariates: Array
    residual: Array
    says: tuple[str, ...]

    def total(self, covariates: bool) -> Array:
        """Of everything, covariates included or not."""
        found = self.residual + sum(self.random.values())
        return np.asarray(found + self.covariates if covariates else found)


def variance_shares(
    fit: Named, draws: Draws, scale: str, level: float, name: str | None, covariates: bool
) -> pd.DataFrame:
    """The table; see `Shares.variance_shares`."""
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    check_level(level)
    found = _variances(draws, _line(draws, name), scale, covariates)
    whole = found.total(covariates)
    rows = [_row(fit, n, "", variance, whole, level) for n, variance in found.random.items()]
    for n, each in found.parts.items():
        at = 1 + next(i for i, row in enumerate(rows) if row["quantity"] == n)
        labels = component_words(fit, n)
        rows[at:at] = [
            _row(fit, n, str(label), v, whole, level) for label, v in zip(labels, each, strict=True)
        ]
    if covariates:
        rows.append(_row(fit, "(covariates)", "", found.covariates, whole, level))
    rows.append(_row(fit, "(residual)", "", found.residual, whole, level))
    table = pd.DataFrame(rows)
    notes = list(found.says)
    if found.parts:
        notes.append(
            f"of {listing(found.parts)}, the row without a component is the whole, correlations included"
        )
    if (table["upper"] > 1).any():
        notes.append("a share beyond 1 is possible where effects are correlated negatively with others")
    if hasattr(fit, "simulate_draws"):
        notes.append("means over draws of the normal approximation, not the estimates themselves")
    return shown(table if found.parts else table.drop(columns="component"), notes)


def _row(
    fit: Named, name: str, component: str, variance: Array, whole: Array, level: float
) -> dict[str, object]:
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = described((variance / whole)[None, :, None], level)
        sd, mean = float(np.sqrt(np.maximum(variance, 0)).mean()), float(variance.mean())
    domain = fit.planned.lines[name].domain if name in fit.planned.lines else ()
    return {
        "quantity": name,
        "level": " x ".join("row" if axis == ROWS else axis for axis in domain),
        "component": component,
        "sd": sd,
        "variance": mean,
        "share": float(shares["estimate"][0]),
        "lower": float(shares["lower"][0]),
        "upper": float(shares["upper"][0]),
    }


def r2(fit: Named, draws: Draws, scale: str, level: float, name: str | None) -> pd.DataFrame:
    """The table; see `Shares.r2`."""
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    del fit
    check_level(level)
    found = _variances(draws, _line(draws, name), scale, True)
    whole = found.total(True)
    with np.errstate(invalid="ignore", divide="ignore"):
        both = np.stack([found.covariates / whole, 1 - found.residual / whole], axis=1)
    columns = described(both[None], level)
    return shown(pd.DataFrame(columns, index=pd.Index(["marginal", "conditional"])), found.says)


def _line(draws: Draws, name: str | None) -> Line:
    """The line with data that is meant."""
    lines = draws.planned.observed
    if name is None and len(lines) == 1:
        return next(iter(lines.values()))
    if name is None or name not in lines:
        found = "there are several outcomes" if name is None else f"there is no outcome {name!r}"
        raise FitError(found, expected=f"name= one of {listing(lines, 20)}")
    return lines[name]


def _variances(draws: Draws, line: Line, scale: str, covariates: bool) -> Variances:
    if scale not in SCALES:
        raise FitError(f"scale is {scale!r}", expected=" or ".join(repr(s) for s in SCALES))
    parts = parts_of(replace(draws, bound=remembered(draws.bound)), line)
    if isinstance(parts, FitError):
        raise parts
    if scale == "outcome":
        random, explained, residual, says = outcome_variances(parts)
        return Variances(random, {}, explained, residual, says)
    return latent_variances(parts, covariates=covariates)


def latent_variances(parts: Parts, *, covariates: bool) -> Variances:
    """On the scale of the predictor; that of covariates is 0 unless it is asked for.

    Raises
    ------
    FitError
        If there is no residual variance on that scale.
    """
    rows, (chains, length) = len(parts.offset), parts.draws.shape
    every = max(1, min(-(-rows * chains * length // _MOST), chains * length // _FEWEST))
    count = chains * len(range(0, length, every))
    weights = parts.draws.bound.weights(parts.line.name)
    weights = np.ones(rows) if weights is None else np.asarray(weights, dtype=float)
    weights = weights / weights.sum()
    residual = latent_residual(parts, every, weights)
    covariances = {v.name: parts.covariances(v, every) for v in parts.varying}
    random = {v.name: v.mean(covariances[v.name], weights, count) for v in parts.varying}
    each = {
        v.name: np.stack([v.component(k).mean(covariances[v.name], weights, count) for k in range(v.width)])
        for v in parts.varying
        if v.width > 1
    }
    first, second = np.zeros(count), np.zeros(count)
    middle: Array | None = None
    for piece in chunks(rows, count) if covariates or residual.by_rows else ():
        w, fixed = weights[piece], parts.predictors(piece, every)
        middle = fixed.mean(axis=0) if middle is None else middle
        first += w @ (fixed - middle)
        second += w @ np.square(fixed - middle)
        if residual.by_rows:
            whole = sum(
                (v.variances(covariances[v.name], piece) for v in parts.varying), np.zeros(fixed.shape)
            )
            residual.add(piece, fixed, whole)
    left = np.broadcast_to(residual.variance(), (count,))
    says = (residual.says, *([f"from every {every}th draw"] if every > 1 else []))
    return Variances(random, each, np.maximum(second - np.square(first), 0), left, says)


def latent_shares(draws: Draws) -> dict[str, float]:
    """Means of the latent shares of random variables, all components together; none where there are none.

    Of the one outcome; of several outcomes there is no one share.
    """
    lines = list(draws.planned.observed.values())
    parts = parts_of(draws, lines[0]) if len(lines) == 1 else None
    if parts is None or isinstance(parts, FitError):
        return {}
    try:
        found = latent_variances(parts, covariates=False)
    except FitError:
        return {}
    whole = found.total(covariates=False)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {name: float(np.mean(variance / whole)) for name, variance in found.random.items()}
