"""Checks of the run: its chains, and what the sampler says of its own trajectories.

Thresholds: more than 0.1 % of draws divergent, or several in one place (fewer, scattered, leave no mark on
results, and are a note); E-BFMI below 0.3 in a chain (Betancourt 2016, "Diagnosing suboptimal
cotangent disintegrations"); 100 draws per chain, because so many effective ones are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.arrays import Array
from stanlevels.plan.terms import Known, Linear, walk
from stanlevels.results.checks.evidence import Evidence
from stanlevels.results.checks.findings import Finding
from stanlevels.results.checks.funnel import Suspect, by_divergence, by_energy
from stanlevels.results.checks.ridges import ridges
from stanlevels.results.checks.subjects import other_form
from stanlevels.results.draws import Draws
from stanlevels.words import counted, joined, percent

__all__ = ["check_chains", "check_divergences", "check_energy", "check_length", "check_tree_depth"]

ENOUGH = 100  # draws per chain
E_BFMI = 0.3
ROUNDING = 1e-12
UNRELIABLE = 0.01  # share of divergent draws
FEW = 0.001  # share of divergent draws up to which they are a note where they are scattered
FAR = 2.0  # standard deviations of a scale beyond which several divergent draws are in one place
NEAR = 10  # draws between divergent ones that belong together
SATURATED = 0.01  # share of draws at the largest tree depth
CLEAR = 2.0  # standard errors by which a scale must be displaced to be named for sure


def check_chains(evidence: Evidence) -> Iterator[Finding]:
    """Chains that failed or were stopped, and a single chain."""
    if evidence.raw.failures:
        yield _missing_chains(evidence)
    if evidence.draws.shape[0] == 1:
        yield Finding(
            "chains",
            (),
            "one chain only",
            "R-hat compares the halves of one chain: it cannot see that chains started elsewhere disagree.",
            "chains=4",
            serious=False,
        )


def _missing_chains(evidence: Evidence) -> Finding:
    failures, n, stopped = evidence.raw.failures, evidence.draws.shape[0], evidence.raw.interrupted
    numbers = joined([str(failure.chain) for failure in failures], "and")
    noun = "chain" if len(failures) == 1 else "chains"
    who = f"{noun} {numbers} of {n + len(failures)}"
    messages = "; ".join(dict.fromkeys(failure.message for failure in failures))
    ways = "; ".join(dict.fromkeys(failure.way_out for failure in failures if failure.way_out))
    remedy = "look at the message, at priors and at inits: chains that fail can hide a part of the posterior"
    if ways:
        remedy = f"{ways} (chains that fail can hide a part of the posterior)"
    return Finding(
        "chains",
        (),
        f"{who} {'stopped' if stopped else 'failed'}",
        f"{who} gave no draws: {messages}. The results are those of the other {n}.",
        "fit again for all chains" if stopped else remedy,
        serious=not stopped,
    )


def check_length(evidence: Evidence) -> Iterator[Finding]:
    """Chains too short to be judged."""
    draws = evidence.draws.shape[1]
    if draws >= ENOUGH:
        return
    length = f"{counted(draws, 'draw')} per chain"
    judged = "R-hat cannot judge them" if draws < 4 else "R-hat is a rough guess"
    yield Finding(
        "draws",
        (),
        f"only {length}",
        f"{length} cannot give an effective sample size of {ENOUGH} per chain, and {judged}.",
        "draws=1000",
    )


# --- trajectories ----------------------------------------------------------------------------


def check_divergences(evidence: Evidence) -> Iterator[Finding]:
    """Divergent transitions, and the level whose scale they come with."""
    diverging = evidence.stat("diverging").astype(bool)
    n = int(diverging.sum())
    if not n:
        return
    share = n / diverging.size
    chains = [str(evidence.raw.chains[i]) for i in np.flatnonzero(diverging.any(axis=1)).tolist()]
    where = f"chain {chains[0]}" if len(chains) == 1 else f"chains {joined(chains, 'and')}"
    message = (
        f"{n:,} of {diverging.size:,} draws ({percent(share)}) diverged, in {where}: there the sampler could"
    )
    suspects = by_divergence(evidence.draws, diverging)
    if share <= FEW and not _in_one_place(diverging, suspects):
        yield Finding(
            "divergences",
            (),
            f"{counted(n, 'scattered divergent draw')} ({percent(share)})",
            f"{message} not follow the posterior. So few, without a pattern, leave no mark on the results.",
            f"nothing is needed; {_smaller_steps(evidence.settings.target_accept)} makes sure",
            serious=False,
        )
        return
    message += " not follow the posterior, and what lies beyond is missing from the results."
    doubt = " More than 1 %: the results are unreliable." if share > UNRELIABLE else ""
    short = f", with {suspects[0].words}" if suspects else ""
    yield Finding(
        "divergences",
        tuple(suspect.line.name for suspect in suspects[:1]),
        f"{counted(n, 'divergent draw')} ({percent(share)}){short}",
        f"{message} {_belonging(suspects, n)}{doubt}",
        _calmer(suspects, n, evidence.settings.target_accept),
    )


def _in_one_place(diverging: Array, suspects: list[Suspect]) -> bool:
    """Whether three or more divergent draws come with a far value of a scale, or most after one another."""
    n = int(diverging.sum())
    if n < 3:
        return False
    together = 0
    for chain in diverging:
        at = np.flatnonzero(chain)
        runs = np.split(at, np.flatnonzero(np.diff(at) > NEAR) + 1)
        together = max(together, *(len(run) for run in runs))
    return bool(suspects and abs(suspects[0].shift) >= FAR) or (together >= 3 and 2 * together > n)


def _belonging(suspects: list[Suspect], n: int) -> str:
    """The level that divergences belong to, and how that shows."""
    if not suspects:
        return "No scale of a level tells divergent draws from others."
    first = suspects[0]
    size = "smaller" if first.shift < 0 else "larger"
    by = f"{size} there by {abs(first.shift):.1f} standard deviations on the log scale"
    if _clear(first, n):
        return f"They come with {first.words}: it is {by}."
    return f"There is too little to be sure, but they seem to come with {first.words}, {by}."


def _clear(suspect: Suspect, n: int) -> bool:
    return bool(abs(suspect.shift) * np.sqrt(n) >= CLEAR)


def _calmer(suspects: list[Suspect], n: int, accept: float) -> str:
    """The other form where the scale points to it: small scales trouble a centred form, large the other."""
    steps = f"{_smaller_steps(accept)}, which takes smaller steps"
    first = suspects[0] if suspects else None
    if first is None or first.centered is None or not _clear(first, n):
        return f"{steps}; or a tighter prior for the scale"
    better = first.shift >= 0
    if first.centered is not better:
        return f"{other_form(first.line, first.centered, better)}; or {steps}"
    return f"{steps}; or {other_form(first.line, first.centered)}"


def _smaller_steps(accept: float) -> str:
    return f"target_accept={0.95 if accept < 0.95 else 0.99}"


def check_energy(evidence: Evidence) -> Iterator[Finding]:
    """E-BFMI: whether momentum alone can take a chain through the whole range of energies."""
    energy = evidence.stat("energy")
    if energy.shape[1] < 2:
        return
    moves, spread = np.square(np.diff(energy, axis=1)).mean(axis=1), energy.var(axis=1)
    moving = spread > np.square(ROUNDING * energy.mean(axis=1))  # else nothing was sampled
    bfmi = np.divide(moves, spread, out=np.full(len(moves), np.nan), where=moving)
    low = np.flatnonzero(bfmi < E_BFMI).tolist()
    if not low:
        return
    found = joined([f"{bfmi[i]:.2f} in chain {evidence.raw.chains[i]}" for i in low], "and")
    suspects = by_energy(evidence.draws, energy)
    related = f" The energy moves most with {suspects[0].words}." if suspects else ""
    yield Finding(
        "energy",
        (suspects[0].line.name,) if suspects else (),
        f"E-BFMI of {found}",
        f"E-BFMI is {found}, below {E_BFMI}: chains crept through the tails of the posterior.{related}",
        _wider(suspects),
    )


def _wider(suspects: list[Suspect]) -> str:
    longer = "a longer warm-up (warmup=2000), or tighter priors for scales"
    if suspects and suspects[0].centered is not None:
        return f"{other_form(suspects[0].line, suspects[0].centered)}; or {longer}"
    return longer


def check_tree_depth(evidence: Evidence) -> Iterator[Finding]:
    """Trajectories cut at the largest tree depth: slow, not wrong."""
    depth, largest = evidence.stat("tree_depth"), evidence.settings.max_depth
    if not depth.size or (share := float((depth >= largest).mean())) <= SATURATED:
        return
    yield Finding(
        "tree_depth",
        (),
        f"{percent(share)} of trajectories at the largest tree depth ({largest})",
        f"{percent(share)} of trajectories were cut at {2**largest - 1:,} steps: slow, not wrong.",
        f"{_shorter_paths(evidence.draws)}max_depth={largest + 2}",
        serious=False,
    )


def _shorter_paths(draws: Draws) -> str:
    """What makes trajectories shorter in this model."""
    if found := ridges(draws):
        return f"see what is said of {found[0].first} and {found[0].second}, or "
    terms = [
        term for line in draws.planned.lines.values() for arg in line.args.values() for term in walk(arg)
    ]
    if any(isinstance(term, Known | Linear) for term in terms):
        return "covariates on a common scale (subtract the mean, divide by the sd), tighter priors, or "
    return "tighter priors, or "
