"""The workloads by name, in the order in which they are reported."""

from __future__ import annotations

from benchmarks.samplers.workload import Workload
from benchmarks.samplers.workloads.binary import BINARY
from benchmarks.samplers.workloads.crossed import CROSSED
from benchmarks.samplers.workloads.nested import NESTED
from benchmarks.samplers.workloads.simulated import SIMULATED
from benchmarks.samplers.workloads.tiny import TINY

__all__ = ["WORKLOADS"]

WORKLOADS: dict[str, Workload] = {
    workload.name: workload for workload in (*NESTED, *CROSSED, *BINARY, *SIMULATED, *TINY)
}
