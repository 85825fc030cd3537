"""The checks of a fit, one after another: each looks at one thing and says what, where, and what helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.results.checks.conflict import check_conflict
from stanlevels.results.checks.convergence import check_ess, check_r_hat, check_values
from stanlevels.results.checks.evidence import Evidence, gather
from stanlevels.results.checks.findings import Diagnosis, Finding
from stanlevels.results.checks.informed import check_informed
from stanlevels.results.checks.mixing import Mixed
from stanlevels.results.checks.ridges import check_ridges
from stanlevels.results.checks.sampler import (
    check_chains,
    check_divergences,
    check_energy,
    check_length,
    check_tree_depth,
)
from stanlevels.results.checks.unrecorded import check_unrecorded
from stanlevels.results.checks.waves import check_waves
from stanlevels.results.draws import Draws
from stanlevels.words import counted

if TYPE_CHECKING:
    from stanlevels.engines.base import RawDraws, Settings

__all__ = ["CHECKS", "diagnose"]

CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    check_informed,
    check_conflict,
    check_chains,
    check_length,
    check_divergences,
    check_energy,
    check_values,
    check_r_hat,
    check_ess,
    check_ridges,
    check_tree_depth,
    check_waves,
    check_unrecorded,
)


def diagnose(draws: Draws, mixed: Mixed, raw: RawDraws, settings: Settings) -> Diagnosis:
    """Run every check."""
    evidence = gather(draws, mixed, raw, settings)
    found = [finding for check in CHECKS for finding in check(evidence)]
    return Diagnosis(tuple(sorted(found, key=lambda f: not f.serious)), _measured(evidence))


def _measured(evidence: Evidence) -> str:
    mixed = [m for _, m in evidence.mixed.values()]
    r_hat = _finite([m.r_hat for m in mixed])
    ess = _finite([m.ess_bulk for m in mixed] + [m.ess_tail for m in mixed])
    parts = [f"R-hat at most {r_hat.max():.3f}"] if r_hat.size else []
    parts += [f"effective sample size at least {ess.min():,.0f}"] if ess.size else []
    divergent = int(evidence.stat("diverging").sum())
    draws = f"{counted(evidence.n_draws, 'draw')} in {counted(evidence.draws.shape[0], 'chain')}"
    return ", ".join([*parts, counted(divergent, "divergence") + f" among {draws}"])


def _finite(arrays: Sequence[Array]) -> Array:
    joint: Array = np.concatenate([np.empty(0), *arrays])
    return joint[np.isfinite(joint)]
