"""Compiling a Stan program with CmdStan, through cmdstanpy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from stanlevels.engines import messages
from stanlevels.errors import EngineError

__all__ = ["compile_source", "notice"]

_TAIL = 3000


def compile_source(source: Path) -> tuple[str, ...]:
    """Compile a source file beside itself, and say its parameters."""
    import cmdstanpy
    from cmdstanpy.compilation import compile_stan_file

    with cmdstanpy.disable_logging():  # people see our one line instead
        try:
            compile_stan_file(source, force=True)
        except ValueError as error:
            raise _refused(str(error)) from None
        except RuntimeError as error:  # make knows no spaces in paths, and neither folder is without
            raise EngineError(
                f"the program cannot be compiled where it is: {' '.join(str(error).split())}",
                way_out="name a folder without spaces in the variable STANLEVELS_CACHE",
            ) from None
    stanc = Path(cmdstanpy.cmdstan_path()) / "bin" / ("stanc.exe" if sys.platform == "win32" else "stanc")
    said = subprocess.run([str(stanc), "--info", str(source)], capture_output=True, text=True, check=True)
    return tuple(json.loads(said.stdout)["parameters"])


def _refused(text: str) -> EngineError:
    """Stan's front end names the text; anything else is the C++ compiler."""
    if any(word in text for word in ("Syntax error", "Semantic error", "Ill-typed", "Identifier")):
        found = [text.find(word) for word in ("Syntax error", "Semantic error") if word in text]
        start = min(found, default=0)
        return messages.compile_error(text[start:].partition("make:")[0], "cmdstan")
    return EngineError(
        f"the C++ compiler failed:\n{text[-_TAIL:]}",
        way_out="run `stanlevels doctor` to see whether CmdStan works here, or use engine='stanli'",
    )


def notice(name: str, version: str) -> str:
    """What a person is told before a compilation."""
    return (
        f"compiling {name} with CmdStan {version} "
        "(about half a minute, once; engine='stanli' would not need it)"
    )
