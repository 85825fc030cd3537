"""What is compared: every workload, on its own rows or some of them, with a program that integrates nothing.

The other program is the literal one: every unknown sampled, every row in the density. Where Stan's own
adaptation of it would take hours, it takes its metric from a pilot ("literal, pilot"), and effects that many
rows inform are sampled centred: the density is the literal one, and neither changes where a chain goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from benchmarks.samplers.workloads import WORKLOADS

__all__ = ["CASES", "OTHERS", "Case"]

OTHERS = {
    "literal": sl.Plan.literal(),
    "literal, pilot": replace(sl.Plan.literal(), metric=None),
    "literal, centred, pilot": replace(sl.Plan.literal(), metric=None, center=True),
}


@dataclass(frozen=True)
class Case:
    """A workload, on some of its rows.

    Attributes
    ----------
    workload : str
    other : str
        Which of `OTHERS` it is compared with.
    some : callable, optional
        Takes the data to fewer rows; all of them are taken where it is None.
    said : str
        Which rows those are.
    planned, others : mapping
        Settings of either fit.
    """

    workload: str
    other: str = "literal"
    some: Callable[[Any], Any] | None = None
    said: str = "all"
    planned: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)

    def data(self) -> Any:
        """The rows."""
        whole = WORKLOADS[self.workload].data()
        return whole if self.some is None else self.some(whole)


def _every(column: str, step: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Rows of every so many-th unit, labels in order."""

    def some(frame: pd.DataFrame) -> pd.DataFrame:
        kept = sorted(frame[column].astype(str).unique())[::step]
        found = frame[frame[column].astype(str).isin(kept)].reset_index(drop=True)
        of_categories = found.select_dtypes("category").columns
        return found.assign(**{name: found[name].astype(str) for name in of_categories})

    return some


def _sampled(rows: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame.sample(rows, random_state=1).reset_index(drop=True)


def _units_of_file(path: str) -> str:
    """A file with one in 80 units of the file, and one in ten of their rows."""
    frame = pd.read_parquet(path)
    unit = frame["unit"].cat.codes.to_numpy()
    kept = frame[(unit % 400 < 5) & (np.arange(len(frame)) % 10 == 0)]
    found = Path(path).with_suffix(".some.parquet")
    kept.astype({"unit": str, "group": str}).to_parquet(found)
    return str(found)


_CAREFUL = {"target_accept": 0.95, "warmup": 1000, "draws": 2000}
_LITERAL = {"target_accept": 0.9, "warmup": 1000, "draws": 1000}
_PILOT = {"draws": 1000}
_LONG = {"draws": 1000}

CASES = (
    Case("egsingle", others=_LITERAL, planned=_LONG),
    Case("chem97", "literal, pilot", _every("area", 8), "every 8th area", _LONG, {"draws": 3000}),
    Case("radon", others=_LITERAL, planned=_LONG),
    Case("hsb82", others=_LITERAL, planned=_LONG),
    Case("sleepstudy", others=_CAREFUL, planned={"draws": 2000}),
    Case("penicillin", others=_CAREFUL, planned={"draws": 2000}),
    Case("movielens", "literal, pilot", _every("user", 20), "every 20th user", _LONG, _PILOT),
    Case("insteval", "literal, pilot", _every("student", 12), "every 12th student", _LONG, _PILOT),
    Case("flights", "literal, pilot", _sampled(6_000), "6,000 rows by chance", _LONG, _PILOT),
    Case("verbagg", "literal, pilot", planned=_LONG, others=_PILOT),
    Case("contraception", others=_LITERAL, planned=_LONG),
    Case("crashes", "literal, centred, pilot", _every("device", 15), "every 15th device", _LONG, _PILOT),
    Case("crashes1m", "literal, centred, pilot", _every("device", 60), "every 60th device", _LONG, _PILOT),
    Case("store", "literal, centred, pilot", _every("device", 100), "every 100th device", _LONG, _PILOT),
    Case(
        "store_flags", "literal, centred, pilot", _every("device", 100), "every 100th device", _LONG, _PILOT
    ),
    Case(
        *("events", "literal, centred, pilot", _units_of_file, "250 units, a tenth of their rows"),
        planned=_LONG,
        others=_PILOT,
    ),
    Case("eight_schools", others=_CAREFUL, planned={"draws": 2000}),
    Case("two_groups", others=_CAREFUL, planned={"draws": 2000}),
    Case("cbpp", others=_CAREFUL, planned={"draws": 2000}),
)
