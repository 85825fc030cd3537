"""The posterior mode by the embedded engine's optimiser, in a worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from stanlevels.engines.chain import STATS, ChainDraws, ChainJob
from stanlevels.engines.console import Report
from stanlevels.engines.stanli_chain import build

__all__ = ["MODE", "find", "run_chain"]

MODE = "stanli_mode"
"""The engine that a job of this kind names."""


def run_chain(job: ChainJob, folder: Path, report: Report) -> ChainDraws:
    """Find the mode in a worker."""
    model = build(job.program, (folder.parent / "data.json").read_text(encoding="utf-8"))
    return find(model, job, report)


def find(model: Any, job: ChainJob, report: Report) -> ChainDraws:
    """A chain of a single draw, the mode, with its unconstrained point as further columns."""
    try:
        found = model.optimize(seed=job.seed, init=job.init)
    except RuntimeError as error:
        from stanlevels.engines import messages

        raise messages.run_error(str(error), job.chain) from None
    report(1)
    # stanli's own arrays of a mode are filled in the wrong order: only its flat columns are used.
    flat = {str(name): float(dict.__getitem__(found, name)) for name in found}
    point = np.asarray(found.unconstrained, dtype=float)
    stats = np.zeros((1, len(STATS)))
    stats[0, STATS.index("lp__")] = found.lp
    return ChainDraws(
        columns=(*flat, *(f"unconstrained.{k}" for k in range(1, len(point) + 1))),
        draws=np.concatenate([list(flat.values()), point])[None, :],
        stats=stats,
        step_size=float("nan"),
        inverse_metric=None,
        seconds={"build": 0.0, "warmup": 0.0, "sampling": 0.0},
    )
