"""Simulation-based calibration over a model of each shape of plan, pilot and metric in the loop: one command.

    python -m benchmarks.calibration                                  # every shape, 200 replicates each
    python -m benchmarks.calibration --shapes partial,full --engine cmdstan --replicates 50
    python -m benchmarks.calibration --report                         # only the page, from stored records

Writes docs/calibration.md. Models, rows and the test are those of `tests/calibration/`: run it in a checkout.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

import stanlevels as sl
from benchmarks.samplers.records import about_machine, append, read
from tests.calibration.ranks import distances, largest_by_chance, ranks_of, with_a_pilot
from tests.calibration.shapes import SHAPES

RECORDS = Path(__file__).with_name("calibration.jsonl")
FALSE_ALARMS = 0.01
"""Rate at which the page would report ranks that are not uniform where they are, all rows together."""

_PAGE = Path(__file__).resolve().parents[1] / "docs" / "calibration.md"
_INTRODUCTION = """\
# Calibration

Parameters and data are drawn from a declared model, the posterior by a fit of those data as `fit` does it:
the planned program, the pilot's starts and metric, the short warm-up, effects drawn back. The rank of every
true value among 49 thinned draws of its posterior is then uniform (Talts et al. 2018), and so is that of the
log likelihood (Modrak et al. 2023). One small model for each shape of plan; written by
`python -m benchmarks.calibration`.

- *Distance*: the largest difference between the distribution of ranks and the uniform one, over all
  parameters, the first and the last unit of all effects, and the log likelihood; *folded*: of the ranks'
  distances from the middle, which see posteriors that are too wide or too narrow.
- *Limit*: the Dvoretzky-Kiefer-Wolfowitz bound, over all quantities and rows of the table together
  (Bonferroni): chance exceeds any of them in at most 1 of 100 such pages. It is cautious: an error that moves
  fewer ranks than that is not seen.
"""
_HEAD = ("plan", "engine", "replicates", "quantities", "distance", "folded", "limit", "")


def measured(name: str, engine: str, replicates: int) -> dict[str, Any]:
    """One shape's record."""
    shape = SHAPES[name]
    draw = partial(with_a_pilot, engine=engine)
    ranks = ranks_of(
        shape.model,
        shape.design(),
        replicates,
        simulated=shape.simulated,
        draw=draw,
        plan=shape.plan,
        score=shape.score,
        tables=shape.tables,
    )
    found = distances(ranks)
    worst = [max(found, key=lambda quantity: found[quantity][which]) for which in (0, 1)]
    return {
        "shape": name,
        "engine": engine,
        "replicates": len(ranks),
        "quantities": len(ranks.columns),
        "distance": [found[worst[0]][0], worst[0]],
        "folded": [found[worst[1]][1], worst[1]],
        "ranks": {str(column): ranks[column].tolist() for column in ranks},
    }


def limit(record: Mapping[str, Any]) -> float:
    """What chance leaves ranks below, as there are shapes now, on two engines."""
    return largest_by_chance(pd.DataFrame(record["ranks"]), FALSE_ALARMS / (2 * len(SHAPES)))


def is_uniform(record: Mapping[str, Any]) -> bool:
    """Whether ranks are no further from uniform than chance explains."""
    return max(record["distance"][0], record["folded"][0]) <= limit(record)


def _row(record: Mapping[str, Any]) -> list[str]:
    return [
        SHAPES[record["shape"]].words,
        record["engine"],
        f"{record['replicates']:,}",
        str(record["quantities"]),
        *(f"{record[which][0]:.3f} ({record[which][1]})" for which in ("distance", "folded")),
        f"{limit(record):.3f}",
        "uniform" if is_uniform(record) else "**not uniform**",
    ]


def write(records: Sequence[dict[str, Any]]) -> None:
    """Write the page from the last record of every shape and engine."""
    by_key = {(record["shape"], record["engine"]): record for record in records}
    found = [
        by_key[key]
        for key in sorted(by_key, key=lambda key: (key[1] != "stanli", list(SHAPES).index(key[0])))
    ]
    last = max(found, key=lambda record: record["when"])
    days = " and ".join(sorted({record["when"][:10] for record in found}))
    packages = ", ".join(f"{name} {last['packages'][name]}" for name in ("stanlevels", "stanli", "numpy"))
    commits = ", ".join(dict.fromkeys(record["commit"] for record in found))
    about = f"Run {days}, Python {last['python']}, {packages}, as of commits {commits}.\n"
    rows = "\n".join(
        "| " + " | ".join(cells) + " |" for cells in (_HEAD, ["---"] * len(_HEAD), *map(_row, found))
    )
    _PAGE.write_text(f"{_INTRODUCTION}\n{about}\n{rows}\n")


def main() -> None:
    """Simulate, fit, rank, store, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--shapes", default=",".join(SHAPES), help="names with commas between; by default all"
    )
    parser.add_argument("--engine", default="stanli", choices=["stanli", "cmdstan"])
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--report", action="store_true", help="write the page from the records alone")
    asked = parser.parse_args()
    names = asked.shapes.split(",")
    if unknown := set(names) - set(SHAPES):
        parser.error(f"no shape {', '.join(sorted(unknown))}; there are {', '.join(SHAPES)}")
    for name in () if asked.report else names:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sl.StanlevelsWarning)  # one short chain does not pass its checks
            record = measured(name, asked.engine, asked.replicates)
        print(*_row(record), sep="; ", flush=True)
        append(RECORDS, {**record, **about_machine()})
    write(read(RECORDS))


if __name__ == "__main__":
    main()
