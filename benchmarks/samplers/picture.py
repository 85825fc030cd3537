"""Ratios as points over workloads, on a logarithmic axis, with the floors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from benchmarks.samplers.summary import Measured, ratio
from benchmarks.samplers.workloads import WORKLOADS

__all__ = ["draw"]

_OTHERS = (
    ("literal", "the literal program", "#1b6ca8"),
    ("bambi", "Bambi with nutpie", "#c8553d"),
    ("numpyro", "NumPyro", "#588b4c"),
)


def draw(found: Mapping[tuple[str, str, str], Measured], engine: str, path: Path) -> None:
    """Write an SVG: effective draws per processor second of planned programs over those of others."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "stanlevels"
    import matplotlib.pyplot as plt

    shown = [w for w in WORKLOADS.values() if (w.name, "planned", engine) in found]
    figure, axes = plt.subplots(figsize=(8, 1.2 + 0.42 * len(shown)))
    for place, (name, label, color) in enumerate(_OTHERS):
        first = True
        for row, workload in enumerate(shown):
            other = found.get((workload.name, name, engine if name == "literal" else name))
            if other is None:
                continue
            planned = found[workload.name, "planned", engine]
            reached = ratio(planned, other, "cpu_seconds", building=name != "literal")
            if math.isnan(reached.median):
                continue
            height = row + 0.22 * (place - 1)
            axes.plot([reached.low, reached.high], [height, height], color=color, lw=2, alpha=0.5)
            axes.plot(reached.median, height, "o", color=color, ms=6, label=label if first else None)
            floor = workload.floor.literal if name == "literal" else workload.floor.peers
            if floor:
                axes.plot(floor, height, "|", color="black", ms=9)
            first = False
    axes.axvline(1, color="grey", lw=0.8)
    axes.set_xscale("log")
    axes.set_yticks(range(len(shown)), [w.title for w in shown], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(
        f"effective draws per processor second on {engine}, times those of others\n"
        "(black: what was to be reached)"
    )
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8, loc="best")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
