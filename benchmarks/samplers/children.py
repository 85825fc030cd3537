"""Processes that measure: started, watched for a limit of time, and ended together with what they started."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

__all__ = ["lines_of"]

_ROOT = Path(__file__).resolve().parents[2]


def lines_of(command: Sequence[str], limit: float, first: float = 0) -> Iterator[dict[str, Any]]:
    """Lines of JSON that a command prints, each within `limit` seconds of the last.

    Parameters
    ----------
    command : sequence of str
    limit : float
        After which the process is ended.
    first : float
        Seconds more for the first line: compiling and reading data.

    Yields
    ------
    mapping
        What was printed; at the end ``{"cut": limit}`` where the limit was reached, ``{"failed": words}``
        where the process failed.
    """
    environment = os.environ | {"PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1"}
    if command[0] != sys.executable:
        environment.pop("PYTHONPATH")
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env=environment,
        start_new_session=True,
    )
    end = partial(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, _stop))
    try:
        yield from _watched(process, limit, first)
    finally:
        end()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()  # closes the pipes, and waits


def _stop(*_: object) -> None:
    raise SystemExit(143)  # so that the process that measures is ended too


def _watched(process: subprocess.Popen[str], limit: float, first: float) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    assert process.stderr is not None
    until, said = time.monotonic() + limit + first, ""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, "out")
        selector.register(process.stderr, selectors.EVENT_READ, "error")
        while selector.get_map():
            if (left := until - time.monotonic()) <= 0:
                os.killpg(process.pid, signal.SIGKILL)
                yield {"cut": limit}
                return
            for key, _ in selector.select(timeout=min(left, 1.0)):
                line = key.fileobj.readline()  # type: ignore[union-attr]
                if not line:
                    selector.unregister(key.fileobj)
                elif key.data == "error":
                    said = line.strip() or said
                elif line.startswith("{"):
                    yield json.loads(line)
                    until = time.monotonic() + limit
    if process.wait():
        yield {"failed": said}
