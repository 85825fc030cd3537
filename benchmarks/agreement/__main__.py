"""Hold planned programs against literal ones, and write docs/agreement.md: one command.

    python -m benchmarks.agreement                               # every workload, about an hour
    python -m benchmarks.agreement --workloads radon,penicillin
    python -m benchmarks.agreement --report                      # only the page, from stored records

Each workload is fitted three times on the embedded engine: as planned, as planned with another seed (what the
comparison says where nothing differs), and by the literal program.
"""

from __future__ import annotations

import argparse
import resource
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import stanlevels as sl
from benchmarks.agreement.cases import CASES, OTHERS, Case
from benchmarks.agreement.compare import Draws, compared
from benchmarks.agreement.page import limit, write
from benchmarks.samplers.effective import smallest
from benchmarks.samplers.records import about_machine, append, read
from benchmarks.samplers.workloads import WORKLOADS

RECORDS = Path(__file__).with_name("records.jsonl")
_SEEDS = {"planned": 11, "again": 12, "other": 13}


def cpu() -> float:
    """Processor seconds of this process and of the children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def fitted(case: Case, data: Any, which: str) -> tuple[Draws, dict[str, Any]]:
    """Draws of all quantities, and how the fit went."""
    model = WORKLOADS[case.workload].model
    plan = OTHERS[case.other] if which == "other" else None
    settings = case.others if which == "other" else case.planned
    start = cpu()
    bound = model.bind(data, plan=plan)
    fit = bound.fit(engine="stanli", seed=_SEEDS[which], parallel=1, progress=False, **settings)
    draws = {name: array.to_numpy() for name, array in fit.idata.posterior.data_vars.items()}
    found = smallest(draws)
    return draws, {
        "rows": bound.data.n_rows,
        "integrated": sorted({r.subject for r in bound.plan.records if "drawn back" in r.decision}),
        "iterations": [fit.settings.chains, fit.settings.warmup, fit.settings.draws],
        "divergences": int(np.asarray(fit.raw.stats["diverging"]).sum()),
        "seconds": round(cpu() - start, 1),
        **{key: found[key] for key in ("ess", "ess_of", "r_hat")},
    }


def measured(case: Case) -> dict[str, Any]:
    """One workload's record."""
    data = case.data()
    ours, planned = fitted(case, data, "planned")
    again, second = fitted(case, data, "again")
    theirs, other = fitted(case, data, "other")
    return {
        "workload": case.workload,
        "other_program": case.other,
        "said": case.said,
        "fits": {"planned": planned, "again": second, "other": other},
        "compared": compared(ours, theirs),
        "control": compared(ours, again),
    }


def line(record: dict[str, Any]) -> str:
    """A record in a line of text."""
    said = [f"{record['workload']}: {record['compared']['numbers']} numbers, |z| to {limit(record):.2f}"]
    for name in ("compared", "control"):
        for which in ("mean", "sd"):
            found = record[name][which]
            said.append(
                f"{name} {which} {found['largest']:.2f} ({found['of']}, typical {found['typical']:.2f})"
            )
    for name, fit in record["fits"].items():
        said.append(f"{name} R-hat {fit['r_hat']:.3f}, ESS {fit['ess']:.0f}, {fit['seconds']} s")
    return "; ".join(said)


def main() -> None:
    """Compare, store, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workloads", help="names with commas between; by default all")
    parser.add_argument("--report", action="store_true", help="write the page from the records alone")
    asked = parser.parse_args()
    names = asked.workloads.split(",") if asked.workloads else [case.workload for case in CASES]
    if unknown := set(names) - {case.workload for case in CASES}:
        parser.error(f"no workload {', '.join(sorted(unknown))}")
    for case in () if asked.report else CASES:
        if case.workload in names:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", sl.StanlevelsWarning)  # what did not converge is in the table
                record = measured(case)
            print(line(record), flush=True)
            append(RECORDS, {**record, **about_machine()})
    write(read(RECORDS))


if __name__ == "__main__":
    main()
