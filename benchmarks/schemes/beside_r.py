"""What comparisons with R share: each side in a process of its own, and a table with a row per case."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable

__all__ = ["read", "table"]


def read(command: list[str]) -> dict[str, str]:
    """What a process prints, a word and a value per line; linear algebra in one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if " " in line)


def table(
    head: str, cases: Iterable[str], compared: Callable[[str], str], here: Callable[[str], None]
) -> None:
    """Print a row per case that the command line names, or run this side of one (``--here CASE``)."""
    if sys.argv[1:2] == ["--here"]:
        here(sys.argv[2])
        return
    print(head)
    print("|---" * (head.count("|") - 1) + "|")
    for name in sys.argv[1:] or cases:
        print(compared(name), flush=True)
