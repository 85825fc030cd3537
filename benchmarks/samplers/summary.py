"""What records say together: medians, ranges, ratios."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Measured", "Ratio", "measured", "ratio"]


@dataclass(frozen=True)
class Measured:
    """Records of one program on one workload.

    Attributes
    ----------
    done : tuple of records
        Of fits that gave draws, whether or not they were cut at a limit.
    cut : float or None
        The limit in seconds that was reached.
    failed : str
        What went wrong, where it did.
    tried : tuple of records
        All of them.
    """

    done: tuple[dict[str, Any], ...]
    cut: float | None = None
    failed: str = ""
    tried: tuple[dict[str, Any], ...] = ()

    @property
    def runs(self) -> frozenset[str]:
        """The runs of the harness in which it was measured."""
        return frozenset(record["run_id"] for record in self.tried)

    @property
    def estimated(self) -> bool:
        """Whether seconds follow from another program's."""
        return any(record.get("estimated") for record in self.done)

    @property
    def building(self) -> float:
        """Seconds that building and compiling the program took."""
        return statistics.median(r["wall"]["build"] for r in self.done) if self.done else math.nan

    def median(self, name: str) -> float:
        """Of a number of each record."""
        return statistics.median(record[name] for record in self.done) if self.done else math.nan

    def rates(self, clock: str, building: bool = False) -> list[float]:
        """Effective draws per second of wall ("seconds") or of processor ("cpu_seconds").

        `building` counts what building and compiling the program took.
        """
        part = "wall" if clock == "seconds" else "cpu"
        return [r["ess"] / (r[clock] + (r[part]["build"] if building else 0.0)) for r in self.done]

    @property
    def whole(self) -> bool:
        """Whether every fit ended within the limit with the iterations it was to have."""
        return bool(self.done) and self.cut is None and not self.failed

    @property
    def gradients_per_draw(self) -> float:
        """Leapfrog steps after warm-up per effective draw, of the worst number."""
        return (
            statistics.median(r["gradients"] / max(r["ess"], 1e-9) for r in self.done)
            if self.done
            else math.nan
        )

    @property
    def milliseconds_per_gradient(self) -> float:
        """Of a chain while it samples."""
        known = [r for r in self.done if r.get("sampling_seconds") and r["gradients"]]
        return (
            statistics.median(1e3 * r["sampling_seconds"] / r["gradients"] for r in known)
            if known
            else math.nan
        )

    @property
    def cold(self) -> float:
        """Seconds of a fresh process: imports, building the program, and the first fit."""
        if not self.done or "import_seconds" not in self.done[0]:
            return math.nan
        first = self.done[0]
        return float(first["import_seconds"] + first["seconds"] + first["wall"]["build"])


@dataclass(frozen=True)
class Ratio:
    """How many times as many effective draws per second: median and range over pairs of seeds."""

    median: float
    low: float
    high: float

    @property
    def text(self) -> str:
        """Median and range."""
        if math.isnan(self.median):
            return ""
        return f"{times(self.median)} ({times(self.low)} to {times(self.high)})"


def times(value: float) -> str:
    """A ratio with two digits or three."""
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def measured(records: Sequence[dict[str, Any]]) -> Measured:
    """Records of one key together."""
    done = tuple(record for record in records if "ess" in record)
    cuts = [record["limit"] for record in records if "cut" in record or record.get("finished") is False]
    failures = [record["failed"] for record in records if "failed" in record]
    return Measured(done, max(cuts, default=None), failures[0] if failures else "", tuple(records))


def ratio(one: Measured, other: Measured, clock: str, building: bool = False) -> Ratio:
    """Of rates of one to those of another, over pairs of seeds."""
    above, below = one.rates(clock, building), other.rates(clock, building)
    pairs = [a / b for a in above for b in below if b > 0]
    if not pairs:
        return Ratio(math.nan, math.nan, math.nan)
    return Ratio(statistics.median(pairs), min(pairs), max(pairs))
