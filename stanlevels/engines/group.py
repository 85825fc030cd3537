"""A process in a session of its own, watched by this process and ended together with whatever it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from stanlevels.errors import EngineError

__all__ = ["Group", "python"]


class Group:
    """A process that runs, with the processes that it starts.

    Parameters
    ----------
    command : sequence of str
    log : Path
        Gets what it writes to its standard error stream, after what earlier processes wrote there.
    """

    def __init__(self, command: Sequence[str], log: Path) -> None:
        with open(log, "ab") as file:  # chains of a host that ended are told by it, though another one began
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                env=_environment(),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )

    @property
    def code(self) -> int:
        """How it ended, once it has: negative where a signal ended it."""
        return int(self._process.returncode)

    @property
    def output(self) -> IO[bytes]:
        """What it says."""
        assert self._process.stdout is not None
        return self._process.stdout

    def tell(self, line: str) -> None:
        """Send it a line; an OSError where it is gone."""
        assert self._process.stdin is not None
        os.write(self._process.stdin.fileno(), f"{line}\n".encode())

    def kill(self) -> None:
        """End it, and whatever it started."""
        if self._process.returncode is None:
            self._kill_all()
        self.end()

    def end(self) -> None:
        """Wait for it. What it may have left behind is ended while its number cannot have been given away."""
        if self._process.returncode is None:
            if hasattr(os, "waitid"):
                with contextlib.suppress(ChildProcessError):
                    os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
                self._kill_all()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _kill_all(self) -> None:
        if sys.platform == "win32":
            command = ["taskkill", "/F", "/T", "/PID", str(self._process.pid)]
            subprocess.run(command, check=False, capture_output=True)
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


def python(room: str, folder: Path) -> list[str]:
    """The command that runs `main(folder)` of a room of `stanlevels.engines`, on the same import path.

    Raises
    ------
    EngineError
        If there is no Python to run it with.
    """
    if not sys.executable:
        raise EngineError(
            "there is no Python executable to start chains with",
            expected="its path in sys.executable",
            way_out="set sys.executable, or use method='mle' or 'laplace', which start no chains",
        )
    (folder / "imports.txt").write_bytes(b"\0".join(_import_path()))
    return [sys.executable, *_options(), str(Path(__file__).with_name("bootstrap.py")), room, str(folder)]


def _import_path() -> list[bytes]:
    """The folder of this package, then the import path of this process, as the system has them."""
    path = (entry or os.getcwd() for entry in sys.path if isinstance(entry, str))
    return [*_of_system([str(Path(__file__).parents[1])]), *_of_system(path)]


def _of_system(entries: Iterable[str]) -> Iterator[bytes]:
    """Names of folders; where this process has no way to write one, it has imported nothing from it."""
    for entry in entries:
        try:
            yield os.fsencode(entry)
        except UnicodeEncodeError:
            continue


def _options() -> list[str]:
    """What this interpreter was told of its surroundings; a script's folder is no place to import from."""
    flags = sys.flags
    told = (
        ("-I", flags.isolated),
        ("-E", flags.ignore_environment),
        ("-s", flags.no_user_site),
        ("-S", flags.no_site),
    )
    return ["-P", *(option for option, on in told if on)]


def _environment() -> dict[str, str]:
    """The environment of a worker: ours, without threads for linear algebra."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
