"""Records of measurements in a file, a line of JSON each, and the machine on which they were made."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

__all__ = ["about_machine", "append", "latest", "read"]

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("stanlevels", "stanli", "cmdstanpy", "numpy", "arviz")


def about_machine() -> dict[str, Any]:
    """The machine, the versions, the time, and the load at the start."""
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "machine": f"{_processor()}, {os.cpu_count()} processors, {_memory():.0f} GB, {platform.system()}",
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "commit": _commit(),
        "load": round(os.getloadavg()[0], 1),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except ImportError:
        from stanlevels.version import __version__

        return __version__ if name == "stanlevels" else "absent"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "?")


def _memory() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (ValueError, OSError):
        return float("nan")


def _commit() -> str:
    command = ["git", "-C", str(_ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def append(path: Path, record: dict[str, Any]) -> None:
    """One more line."""
    with path.open("a") as file:
        file.write(json.dumps(record) + "\n")


def read(path: Path) -> list[dict[str, Any]]:
    """All records, oldest first."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def latest(records: Iterable[dict[str, Any]]) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """By workload, program and engine, the records of the run that was last."""
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for record in records:
        key = (record["workload"], record["program"], record["engine"])
        known = found.setdefault(key, [])
        if known and known[0]["run_id"] != record["run_id"]:
            known.clear()
        known.append(record)
    return found
