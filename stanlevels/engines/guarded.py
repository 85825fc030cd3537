"""Running a command that ends with this process, however this process ends.

An interrupt at the terminal, or in a notebook, reaches this process alone; a kill reaches nothing but it. So
a command runs in a session of its own, beside a watcher whose standard input is a pipe from here: when that
closes, the watcher ends the command with all that it started (make starts compilers).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

__all__ = ["run_guarded"]

_GRACE = 5.0
_WATCHER = """
import os, signal, subprocess, sys, threading
def watch():
    while os.read(0, 1024):
        pass
    os.killpg(0, signal.SIGKILL)
command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
threading.Thread(target=watch, daemon=True).start()
code = command.wait()
os._exit(code if code >= 0 else 128 - code)
"""


def run_guarded(
    command: Sequence[str],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    heard: Callable[[str], object] | None = None,
) -> tuple[int, str]:
    """Run a command in a folder.

    Parameters
    ----------
    command : sequence of str
    folder : Path
    environment : mapping of str to str, optional
        By default that of this process.
    heard : callable, optional
        Gets every line as it comes.

    Returns
    -------
    tuple of int and str
        The exit code (128 and the signal's number for a command that a signal ended), and what was printed.

    Raises
    ------
    OSError
        If it cannot be started.
    """
    watched = sys.platform != "win32" and bool(sys.executable)
    watcher = [sys.executable, "-I", "-S", "-c", _WATCHER] if watched else []
    with subprocess.Popen(
        [*watcher, *command], cwd=folder, env=environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
        start_new_session=watched,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = []
        try:
            for line in process.stdout:
                lines.append(line)
                if heard is not None:
                    heard(line)
            process.wait()
        except BaseException:
            _end(process, watched)
            raise
    return process.returncode, "".join(lines)


def _end(process: subprocess.Popen[str], group: bool) -> None:
    """End a command: first politely, as make then removes what is half done."""
    if not group or sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
