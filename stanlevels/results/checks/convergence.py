"""Checks of the draws: values, R-hat and effective sample sizes.

Thresholds: an effective sample size of 100 per chain, and R-hat of 1.01 for single numbers (Vehtari et
al. 2021). With many units the largest of many good R-hats passes 1.01 by chance, so there the 99 %
quantile of the largest of that many is the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Use, uses
from stanlevels.results.checks.evidence import Evidence
from stanlevels.results.checks.findings import Finding
from stanlevels.results.checks.subjects import called, derived_scale, other_form
from stanlevels.words import counted, joined

__all__ = ["ESS_PER_CHAIN", "check_ess", "check_r_hat", "check_values", "r_hat_threshold"]

ESS_PER_CHAIN = 100
R_HAT = 1.01
_LARGEST_OF = (1, 10, 100, 1000)
_QUANTILES = (1.012, 1.018, 1.020, 1.022)
_SHOWN = 5


def r_hat_threshold(n: int) -> float:
    """Above which the largest of n R-hats is no accident: 1.01 for one, else the 99 % quantile.

    The quantiles are for chains as long as usual (4 of 1,000 draws), between the sizes given by
    linear interpolation in the logarithm.

    Examples
    --------
    >>> r_hat_threshold(1), r_hat_threshold(100), round(r_hat_threshold(10_000), 3)
    (1.01, 1.02, 1.024)
    """
    if n <= 1:
        return R_HAT
    if n > _LARGEST_OF[-1]:
        slope = _QUANTILES[-1] - _QUANTILES[-2]
        return float(_QUANTILES[-1] + slope * (np.log10(n) - 3))
    return float(np.interp(np.log10(n), np.log10(_LARGEST_OF), _QUANTILES))


def check_values(evidence: Evidence) -> Iterator[Finding]:
    """Draws that are not finite, and numbers that never move."""
    broken: list[tuple[str, int]] = []
    stuck: list[tuple[str, int]] = []
    for name, (positions, mixed) in evidence.mixed.items():
        unknown = np.flatnonzero(np.isnan(mixed.ess_bulk))
        if not unknown.size or evidence.draws.shape[1] < 4:
            continue
        values = evidence.draws.numbers(name, positions[unknown])
        finite = np.isfinite(values).all(axis=(0, 1))
        broken += [(name, int(i)) for i in positions[unknown[~finite]]]
        stuck += [(name, int(i)) for i in positions[unknown[finite]]]
    if broken:
        yield Finding(
            "values",
            _names(broken),
            f"draws of {_few(broken, evidence)} that are not finite",
            f"Some draws of {_few(broken, evidence)} are NaN or infinite.",
            "look at its declaration: the log of a negative number, a division by 0, an overflow of exp",
        )
    if stuck:
        yield Finding(
            "stuck",
            _names(stuck),
            f"{_few(stuck, evidence)} never moved",
            f"{_few(stuck, evidence)} had the same value in every draw.",
            "look at its prior and at the scale of the data",
        )


@dataclass(frozen=True)
class _Worst:
    """The worst number of one quantity."""

    value: float
    name: str
    position: int
    aside: str = ""

    def words(self, evidence: Evidence) -> str:
        return called(self.name, self.position, evidence.draws)


def check_r_hat(evidence: Evidence) -> Iterator[Finding]:
    """Chains that disagree."""
    found: list[_Worst] = []
    for name, (positions, mixed) in evidence.mixed.items():
        limit = r_hat_threshold(len(positions))
        high = np.flatnonzero(np.nan_to_num(mixed.r_hat, nan=0, posinf=np.inf) > limit)
        if high.size:
            worst = high[np.argmax(mixed.r_hat[high])]
            extent = (
                f" ({high.size:,} of {len(positions):,} are above {limit:.3f})" if len(positions) > 1 else ""
            )
            found.append(_Worst(float(mixed.r_hat[worst]), name, int(positions[worst]), extent))
    if not found:
        return
    found.sort(key=lambda worst: -worst.value)
    said = [f"{worst.value:.3f} for {worst.words(evidence)}{worst.aside}" for worst in found[:_SHOWN]]
    yield Finding(
        "r_hat",
        tuple(worst.name for worst in found),
        f"R-hat up to {found[0].value:.3f} ({found[0].words(evidence)})",
        f"Chains disagree: R-hat is {', '.join(said)}{_rest(found)}.",
        _longer(found[0].name, evidence, "arviz.plot_trace(fit.idata) shows where the chains are"),
    )


def check_ess(evidence: Evidence) -> Iterator[Finding]:
    """Too few effective draws for the estimates or for the ends of the intervals."""
    chains, draws = evidence.draws.shape
    if draws < ESS_PER_CHAIN:
        return  # said by check_length
    limit = ESS_PER_CHAIN * chains
    found = []
    for name, (positions, mixed) in evidence.mixed.items():
        ess = np.nan_to_num(np.minimum(mixed.ess_bulk, mixed.ess_tail), nan=np.inf)
        if ess.size and ess.min() < limit:
            worst = int(np.argmin(ess))
            sort = "bulk" if mixed.ess_bulk[worst] <= mixed.ess_tail[worst] else "tail"
            found.append(_Worst(float(ess[worst]), name, int(positions[worst]), f" ({sort})"))
    if not found:
        return
    found.sort(key=lambda worst: worst.value)
    said = [f"{worst.value:,.0f}{worst.aside} for {worst.words(evidence)}" for worst in found[:_SHOWN]]
    yield Finding(
        "ess",
        tuple(worst.name for worst in found),
        f"effective sample size down to {found[0].value:,.0f} ({found[0].words(evidence)})",
        f"{chains * draws:,} draws are worth only {', '.join(said)}{_rest(found)}; {limit:,} are wanted"
        f" ({ESS_PER_CHAIN} per chain).",
        _longer(found[0].name, evidence, "until then the last digits of estimates and intervals are noise"),
    )


def _rest(found: list[_Worst]) -> str:
    rest = len(found) - _SHOWN
    return f", and so for {counted(rest, 'more quantity')}" if rest > 0 else ""


def _longer(name: str, evidence: Evidence, aside: str) -> str:
    """More draws, or the other form of the random variable that a quantity belongs to."""
    draws, warmup = evidence.draws.shape[1], evidence.settings.warmup
    run = f"draws={2 * draws} with warmup={2 * max(warmup, 500)}"
    planned = evidence.draws.planned
    if scale := derived_scale(name, evidence.draws):
        return f"{scale}; or {run}; {aside}"
    for other, centered in planned.centered.items():
        line = planned.lines[other]
        used = {
            n for term in line.args.values() for use in uses(term) for n in (use.name, *_from(use, planned))
        }
        if name in (other, *used):
            form = other_form(line, centered)
            first, second = (form, run) if centered is True else (run, form)
            return f"{first}; or {second}; {aside}"
    return f"{run}; {aside}"


def _from(use: Use, planned: Planned) -> frozenset[str]:
    """What a named expression is computed from."""
    return planned.unknowns[use.name]


def _names(entries: list[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _ in entries))


def _few(entries: list[tuple[str, int]], evidence: Evidence) -> str:
    said = joined([called(name, at, evidence.draws) for name, at in entries[:3]], "and")
    return said if len(entries) <= 3 else f"{said} and {len(entries) - 3:,} more"
