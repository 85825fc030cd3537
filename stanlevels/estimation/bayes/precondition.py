"""How a bound model is sampled where no person said it: with a metric from a pilot, and a short warm-up.

The pilot runs on the embedded interpreter whatever engine samples: both read the same program, and it gives
gradients in this process. Where it cannot run (the interpreter is missing or lacks something that the program
uses, no start has a density, the short chains went wrong), sampling is Stan's own: a diagonal metric, adapted
in a warm-up of 1,000 iterations.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.stanli import Stanli, StanliProgram
from stanlevels.errors import StanlevelsError
from stanlevels.estimation.bayes.apart import start_of_chain
from stanlevels.estimation.bayes.directions import Shape
from stanlevels.estimation.bayes.many import acceptance, pilot_of_many
from stanlevels.estimation.bayes.pilot import SMALL, Dense, Pilot, pilot
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.estimation.bayes.starting_values import starts
from stanlevels.estimation.bayes.trouble import CALM, USUAL
from stanlevels.estimation.bayes.tuning import Tuning
from stanlevels.estimation.bayes.turned import layout_of, turned
from stanlevels.records import Record
from stanlevels.words import counted

__all__ = ["LARGEST", "WARMUP", "interpreted", "ordinary", "precondition", "too_dear"]

LARGEST = 500
"""Unknown numbers up to which a metric may be dense."""

WARMUP = 120
"""Iterations of warm-up after a pilot: chains come in from their starts and find their step size."""

# Seconds, measured on both engines: of a call, of each number that a gradient reads, of a factor by unknowns.
_CALL, _NUMBER, _FACTOR = 1e-5, 2.5e-9, 7e-11
_SAVED = 30  # gradients
CAREFUL = 0.9
"""Target acceptance where unknowns are few: trajectories are short, and tails of scales are reached."""

_TRIES = 5  # starts of a pilot
_DIVERGENT = 0.1  # share of a pilot's last draws from which it is no guide
_LONG = 100.0  # gradients per draw from which the metric is none


def precondition(
    posterior: Posterior, prepared: Any, chains: int, seed: int, metric: str | None
) -> tuple[Tuning | None, Record]:
    """A tuning from a pilot, or None for Stan's own adaptation; and what was decided, in words.

    Parameters
    ----------
    posterior : Posterior
    prepared : Prepared
        The program on the engine that will sample.
    chains, seed : int
    metric : {"diag", "dense"}, optional
        What the plan says; None decides by size and cost.
    """
    if metric == "diag":
        return None, ordinary("the plan says so")
    n = prepared.n_unconstrained
    program = interpreted(posterior, prepared)
    if program is None:
        return None, ordinary("the embedded interpreter cannot run a pilot of this program")
    why = too_dear(posterior, n) if metric is None else ""
    found = _pilot(posterior, program, seed, many=bool(why))
    if found is None:
        return None, ordinary("a pilot did not find its way")
    points = [_start(posterior, program, found, seed, chain) for chain in range(1, chains + 1)]
    reason = (
        f"a pilot of {found.gradients:,} gradients found the shape of {n:,} unknown"
        f" number{'s' if n > 1 else ''} ({found.steps:.0f} gradients a draw)"
    ) + (f"; {why}" if why else "")
    shape = found.shape
    along = turned(posterior, shape) if isinstance(shape, Shape) and not shape.is_plain else None
    if along is not None and isinstance(shape, Shape):
        points, program = [shape.back(point) for point in points], _interpreted(along)
    record = Record("sampling", "precondition", _decision(shape), reason, 'plan=sl.Plan(metric="diag")')
    inits = tuple(program.constrained(point) for point in points)
    return Tuning(inits, shape.inverse_metric, WARMUP, found.step_size, _accept(found, n), along), record


def _accept(found: Pilot, n: int) -> float | None:
    """The target acceptance: of small steps where draws of the pilot diverged, since many more would.

    Of hundreds of unknowns, that of steps with which trajectories just turn: twice as many steps made no more
    effective draws of the worst number (with dense metrics of 204, 304 and 348 unknowns 11.9, 21 and 14.3
    gradients per effective draw became 6.7, 9.8 and 10.9).
    """
    if n <= SMALL:
        return CAREFUL
    if found.divergent:
        return CALM
    return min(USUAL, acceptance(found.step_size, n)) if found.accept is None else found.accept


def _decision(shape: Dense | Shape) -> str:
    kept = f"kept as it is; {WARMUP} iterations of warm-up adapt the step size"
    if isinstance(shape, Dense):
        return f"dense metric, {kept}"
    along = counted(shape.n_directions, "direction")
    turned = f"; sampled along {along} that many numbers share" if shape.n_directions else ""
    if shape.regression is not None:
        pairs = counted(len(shape.regression.place), "pair")
        turned += f"; effects less their regression on those that they share rows with ({pairs})"
    return f"diagonal metric, {kept}{turned}"


def too_dear(posterior: Posterior, n: int) -> str:
    """Why a dense metric would cost more than it saves; empty where it does not.

    Stan factorises a dense metric anew for every draw. A good one saves some tens of gradients a draw.
    """
    if n > LARGEST:
        return f"{n:,} unknown numbers are too many for a dense metric"
    read = sum(np.size(values) for values in posterior.stan_data.values())
    gradient = _CALL + _NUMBER * (read + n)
    if _FACTOR * n**3 > _SAVED * gradient:
        return (
            f"to factorise a dense metric of {n:,} unknown numbers for every draw takes longer than"
            f" {_SAVED} gradients, which it might save"
        )
    return ""


def ordinary(reason: str) -> Record:
    """The record of sampling as Stan does it by itself."""
    decision = "Stan's own adaptation of a diagonal metric, 1,000 iterations of warm-up"
    return Record("sampling", "precondition", decision, reason)


def interpreted(posterior: Posterior, prepared: Any) -> StanliProgram | None:
    """The program on the embedded interpreter; None where it cannot read it."""
    if isinstance(prepared, StanliProgram):
        return prepared
    try:
        return _interpreted(posterior)
    except StanlevelsError:
        return None


def _interpreted(posterior: Posterior) -> StanliProgram:
    return Stanli().prepare(posterior.text, posterior.stan_data, shapes=posterior.shapes)


def _pilot(posterior: Posterior, program: StanliProgram, seed: int, many: bool) -> Pilot | None:
    for attempt in range(1, _TRIES + 1):
        start = program.unconstrain(starts(posterior, seed, attempt))
        value, slope = program.log_density(start)
        if np.isfinite(value) and np.isfinite(slope).all():
            found = _of_many(posterior, program, start, seed) if many else pilot(program, start, seed)
            good = found is not None and found.divergent <= _DIVERGENT and found.steps <= _LONG
            return found if good else None
    return None


def _of_many(posterior: Posterior, program: StanliProgram, start: Array, seed: int) -> Pilot | None:
    def turn(shape: Shape) -> StanliProgram:
        return _interpreted(turned(posterior, shape))

    return pilot_of_many(program, start, seed, layout_of(posterior), turn)


def _start(posterior: Posterior, program: StanliProgram, found: Pilot, seed: int, chain: int) -> Array:
    own = program.unconstrain(starts(posterior, seed, chain))
    return start_of_chain(program.log_density, found, own, seed, chain)
