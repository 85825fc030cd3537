"""Measure workloads and write docs/benchmarks.md: one command.

    python -m benchmarks.samplers --workloads egsingle,radon --engines stanli,cmdstan --seeds 3
    python -m benchmarks.samplers --workloads egsingle --quick          # try it: prints, writes nothing
    python -m benchmarks.samplers --peers bambi,numpyro --peer-python /path/to/python
    python -m benchmarks.samplers --report                              # only the page, from stored records

Peers live in an environment of their own (`pip install .[bench]` in one with Python 3.12 or later; they need
newer versions of ArviZ than this package): its interpreter is named by --peer-python or the variable
STANLEVELS_PEER_PYTHON. Programs of one workload run one after another, so that their ratios are of one run.
"""

from __future__ import annotations

import argparse
import compileall
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.samplers.measure import of_peer, of_program
from benchmarks.samplers.page import write
from benchmarks.samplers.records import about_machine, append, read
from benchmarks.samplers.workload import Iterations, Workload
from benchmarks.samplers.workloads import WORKLOADS

ROOT = Path(__file__).parents[2]
RECORDS = Path(__file__).with_name("records.jsonl")


def measured(workload: Workload, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Records of everything asked for about one workload."""
    seeds = range(1, asked.seeds + 1)
    run = Iterations(2, 200, 200) if asked.quick else asked.iterations
    for engine in asked.engines:
        for program in asked.programs:
            few = seeds[: asked.literal_seeds] if program == "literal" else seeds
            yield from of_program(workload, program, engine, few, asked.limit, small=asked.small, run=run)
    for peer in asked.peers:
        if workload.peers:
            yield from of_peer(
                workload,
                peer,
                asked.peer_python,
                seeds[: asked.peer_seeds],
                asked.peer_limit,
                small=asked.small,
                run=run,
            )


def line(record: dict[str, Any]) -> str:
    """A record in a line of text."""
    head = f"{record['workload']:13s} {record['program']:8s} {record['engine']:8s}"
    if "failed" in record:
        return f"{head} failed: {record['failed']}"
    if "ess" not in record:
        return f"{head} not in {record.get('cut', record['limit']):.0f} s"
    return (
        f"{head} seed {record['seed']}: {record['seconds']:7.1f} s ("
        f"{record['cpu_seconds']:.1f} s of processor),"
        f" ESS {record['ess']:.0f} ({record['ess_of']}), R-hat {record['r_hat']:.3f},"
        f" {record['gradients'] / max(record['ess'], 1e-9):.1f} gradients per effective draw"
    )


def main() -> None:
    """Measure, store, write."""
    words = lambda text: [word for word in text.split(",") if word]  # noqa: E731
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workloads", type=words, default=list(WORKLOADS), help="by default all")
    parser.add_argument("--engines", type=words, default=["stanli"])
    parser.add_argument("--programs", type=words, default=["literal", "planned"])
    parser.add_argument("--peers", type=words, default=[])
    parser.add_argument("--peer-python", default=os.environ.get("STANLEVELS_PEER_PYTHON", ""))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--literal-seeds", type=int, default=None, help="fewer, where they take long")
    parser.add_argument("--peer-seeds", type=int, default=None)
    parser.add_argument("--limit", type=float, default=300, help="seconds of a fit")
    parser.add_argument("--peer-limit", type=float, default=180)
    parser.add_argument(
        "--iterations",
        type=lambda text: Iterations(*map(int, text.split(","))),
        help="chains,warmup,draws instead of the workload's",
    )
    parser.add_argument("--quick", action="store_true", help="one seed, 2 x (200 + 200), nothing is written")
    parser.add_argument("--small", action="store_true", help="a part of the data; nothing is written")
    parser.add_argument("--records", type=Path, default=RECORDS)
    parser.add_argument("--report", action="store_true", help="write the page from the records alone")
    asked = parser.parse_args()
    if unknown := [name for name in asked.workloads if name not in WORKLOADS]:
        parser.error(f"no workload {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")
    if asked.peers and not asked.peer_python:
        parser.error("peers need --peer-python, the interpreter of an environment that has them")
    if asked.quick:
        asked.seeds = 1
    trial = asked.quick or asked.small
    if not asked.report:
        compileall.compile_dir(ROOT / "stanlevels", quiet=1)  # as an installed package is
        run_id = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        for name in asked.workloads:
            for record in measured(WORKLOADS[name], asked):
                print(line(record), flush=True)
                if not trial:
                    append(asked.records, {**record, "run_id": run_id, **about_machine()})
    if not trial:
        write(read(asked.records))


if __name__ == "__main__":
    main()
