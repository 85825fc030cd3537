"""docs/agreement.md, from the last record of every workload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.agreement.cases import CASES
from benchmarks.agreement.compare import bound
from benchmarks.samplers.workloads import WORKLOADS

__all__ = ["FALSE_ALARMS", "disagreeing", "limit", "write"]

FALSE_ALARMS = 0.01
"""Rate at which the page would report a difference where there is none, all workloads together."""

_CONVERGED = 1.05  # R-hat above which means say nothing

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "agreement.md"

_INTRODUCTION = """\
# Do planned and literal programs agree?

For every workload of [How fast](benchmarks.md): the posterior of the planned program beside that of the
literal one (`plan=sl.Plan.literal()`: every unknown sampled, every row in the density, nothing integrated
out), number by number, all hyperparameters and all effects. Written by `python -m benchmarks.agreement`.

- *Difference*: of means and of standard deviations, in units of its Monte Carlo standard error
  (|z|). Errors come from effective sizes of both fits: of draws for means, of their squares about the mean
  for standard deviations.
- *Limit*: Bonferroni's, over the means and standard deviations of all numbers, both comparisons and all
  workloads: whatever their dependence (effects are correlated, so that it is exceeded less often), chance
  exceeds any of them in at most 1 of 100 such pages. It rests on z being normal, and effective sizes are
  estimates, off by some per cent: a |z| just above the limit is to be looked at with another seed.
- *Control*: the same comparison of two planned fits that differ in their seeds alone.
- *Typical*: the root of the mean square of z over all means; 1 where there is no difference, less or more by
  chance where the numbers of a model move together.
- *Seen*: the difference of means, in posterior standard deviations, that reaches the limit for half of the
  numbers: smaller ones would not be noticed.
- *Literal, pilot*: the literal program with starts and metric from a pilot, where Stan's own adaptation of
  thousands of unknowns would take hours; *centred* where many rows inform each effect. The density is the
  literal one; neither changes where chains go.
- Rows: where the literal program of all rows would take hours, both programs have the same smaller sample.
"""

_HEAD = (
    *("workload", "rows", "integrated out", "other program", "numbers", "R-hat", "min ESS"),
    *("largest of means", "of sds", "limit", "control", "typical", "seen", ""),
)


def _latest(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = {record["workload"]: record for record in records}
    return [by_name[case.workload] for case in CASES if case.workload in by_name]


def limit(record: Mapping[str, Any]) -> float:
    """The largest |z| that chance explains."""
    return bound(4 * record["compared"]["numbers"] * len(CASES), FALSE_ALARMS)


def disagreeing(record: Mapping[str, Any]) -> bool:
    """Whether posteriors differ by more than chance."""
    return max(record["compared"][which]["largest"] for which in ("mean", "sd")) > limit(record)


def write(records: Sequence[dict[str, Any]]) -> None:
    """Write the page."""
    found = _latest(records)
    if not found:
        return
    rows = "\n".join(
        "| " + " | ".join(cells) + " |" for cells in (_HEAD, ["---"] * len(_HEAD), *map(_row, found))
    )
    numbers = sum(record["compared"]["numbers"] for record in found)
    differ = [record["workload"] for record in found if disagreeing(record)]
    said = f"Differing: {', '.join(differ)}." if differ else "None differs by more than chance allows."
    counted = f"{numbers:,} numbers of {len(found)} posteriors. {said}"
    counted = "\n\n".join([counted, *_missing(found), *_replaced(records, found)])
    _PAGE.write_text(f"{_INTRODUCTION}\n{_about(found)}\n{counted}\n\n{rows}\n")


def _missing(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Which workloads the page says nothing of."""
    names = {record["workload"] for record in found}
    left = [WORKLOADS[case.workload].title for case in CASES if case.workload not in names]
    return (
        [f"Not compared, because no fit of the other program was waited for: {'; '.join(left)}."]
        if left
        else []
    )


def _replaced(records: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Comparisons with another program than the one in the table, which they are not in."""
    lines = []
    for record in found:
        for earlier in records:
            same = earlier["workload"] == record["workload"]
            if same and earlier["other_program"] != record["other_program"]:
                worst = earlier["fits"]["other"]["r_hat"]
                verdict = "differing by more than chance allows" if disagreeing(earlier) else "agreeing"
                title = WORKLOADS[record["workload"]].title
                lines.append(f"- {title}: {earlier['other_program']}, R-hat {worst:.3f}, {verdict}.")
    head = "Compared before with another program, which mixed less well; the table has its successor:"
    return ["\n".join([head, "", *dict.fromkeys(lines)])] if lines else []


def _about(records: Sequence[dict[str, Any]]) -> str:
    last = max(records, key=lambda record: record["when"])
    days = sorted({record["when"][:10] for record in records})
    packages = ", ".join(f"{name} {last['packages'][name]}" for name in ("stanlevels", "stanli", "numpy"))
    commits = ", ".join(dict.fromkeys(record["commit"] for record in records))
    return f"Run {' and '.join(days)}, Python {last['python']}, {packages}, as of commits {commits}.\n"


def _row(record: Mapping[str, Any]) -> list[str]:
    fits, found, control = (record[key] for key in ("fits", "compared", "control"))
    planned, other = fits["planned"], fits["other"]
    most = limit(record)
    said = "" if record["said"] == "all" else f" ({record['said']})"
    return [
        WORKLOADS[record["workload"]].title.split(":")[0],
        f"{planned['rows']:,}{said}",
        ", ".join(planned["integrated"]) or "nothing",
        f"{record['other_program']}, {_iterations(other)}",
        f"{found['numbers']:,}",
        f"{planned['r_hat']:.3f}, {other['r_hat']:.3f}",
        f"{planned['ess']:,.0f}, {other['ess']:,.0f}",
        *(f"{found[which]['largest']:.2f} ({found[which]['of']})" for which in ("mean", "sd")),
        f"{most:.2f}",
        f"{control['mean']['largest']:.2f}, {control['sd']['largest']:.2f}",
        f"{found['mean']['typical']:.2f}",
        f"{most * found['error']:.2f}",
        _said(record),
    ]


def _said(record: Mapping[str, Any]) -> str:
    if record["fits"]["other"]["r_hat"] > _CONVERGED:
        return "the other program did not converge"
    return "**differs**" if disagreeing(record) else "agrees"


def _iterations(fit: Mapping[str, Any]) -> str:
    chains, warmup, draws = fit["iterations"]
    return f"{chains} x ({warmup} + {draws})"
