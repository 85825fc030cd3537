"""Compiling a Stan program with CmdStan."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stanlevels.engines import disk, messages, toolchain
from stanlevels.engines.guarded import run_guarded
from stanlevels.errors import EngineError, EngineMissing

__all__ = ["compile_source", "notice"]

_TAIL = 3000
_SUFFIX = ".exe" if sys.platform == "win32" else ""
_REFUSAL = re.compile(r"Syntax error|Semantic error|Ill-typed|Identifier|Lexer error|Include error")
_AWKWARD = re.compile(r"[\s~]")
_FULL = "No space left on device"
_KILLED = re.compile(r"Killed|signal terminated|virtual memory exhausted|out of memory allocating")


def compile_source(source: Path) -> tuple[str, ...]:
    """Compile a source file beside itself, and say its parameters.

    Raises
    ------
    CompileError
        If Stan refuses the program.
    EngineError
        If anything else stands in the way.
    """
    home = toolchain.home()
    if home is None:
        raise EngineMissing("no CmdStan is installed", way_out="stanlevels install-cmdstan")
    with _plain(source) as path:
        target = path.with_suffix(_SUFFIX)
        # The source is named as it is even where a copy of it is compiled.
        command = [toolchain.make_name(), f"STANCFLAGS+=--filename-in-msg={source.name}", target.as_posix()]
        try:
            code, said = run_guarded(command, home)
        except OSError as error:
            raise _failed(str(error)) from error
        if code != 0:
            raise _refused(said, source.parent)
        if target.parent != source.parent and target.is_file():
            shutil.copy(target, source.with_suffix(_SUFFIX))
    return _parameters(home, source)


def _parameters(home: Path, source: Path) -> tuple[str, ...]:
    stanc = home / "bin" / ("stanc.exe" if sys.platform == "win32" else "stanc")
    try:
        said = subprocess.run(
            [str(stanc), "--info", str(source)], capture_output=True, text=True, errors="replace", check=True
        )
        return tuple(json.loads(said.stdout)["parameters"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise EngineError(
            f"Stan's front end does not say what the program declares: {error}",
            way_out="run `stanlevels doctor` to see whether CmdStan works here, or use engine='stanli'",
        ) from error


@contextlib.contextmanager
def _plain(source: Path) -> Iterator[Path]:
    """The source file where make can read its path, which must have neither blanks nor a tilde."""
    if not _AWKWARD.search(str(source)):
        yield source
        return
    if _AWKWARD.search(tempfile.gettempdir()):
        raise EngineError(
            f"the program cannot be compiled where it is: neither {source.parent} nor "
            f"{tempfile.gettempdir()} has a name without blanks and tildes",
            expected="one that has: make does not understand others",
            way_out="name a folder without spaces in the variable STANLEVELS_CACHE",
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(shutil.copy(source, folder))


def _refused(text: str, folder: Path) -> EngineError:
    """Stan's front end names the text; anything else is the C++ compiler."""
    if found := _REFUSAL.search(text):
        return messages.compile_error(text[found.start() :].partition("make:")[0], "cmdstan")
    if _FULL in text:
        return disk.full("the compiled program", folder)
    if _KILLED.search(text):
        return EngineError(
            "the C++ compiler was killed, probably because memory ran out",
            expected="2 GB of free memory",
            way_out="compile fewer programs at once, or use engine='stanli'",
        )
    return _failed(text)


def _failed(text: str) -> EngineError:
    return EngineError(
        f"the C++ compiler failed:\n{text[-_TAIL:].strip() or 'it said nothing'}",
        way_out="run `stanlevels doctor` to see whether CmdStan works here, or use engine='stanli'",
    )


def notice(name: str, version: str) -> str:
    """What a person is told before a compilation."""
    return (
        f"compiling {name} with CmdStan {version} "
        "(about half a minute, once; engine='stanli' would not need it)"
    )
