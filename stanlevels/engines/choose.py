"""Which engine runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from stanlevels.engines.base import Engine
from stanlevels.errors import EngineError, EngineMissing

__all__ = ["NAMES", "PREFERENCE", "choose_engine", "engines", "get_engine"]

NAMES = ("auto", "stanli", "cmdstan", "nutpie")
PREFERENCE = "STANLEVELS_ENGINE"
"""The environment variable that says what "auto" means."""

_INSTALL = {
    "stanli": "pip install stanli",
    "cmdstan": "run  stanlevels install-cmdstan",
    "nutpie": "pip install stanlevels[nutpie]",
}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def engines(notify: Callable[[str], None] = _say) -> dict[str, Engine]:
    """Every engine by name, the preferred one first."""
    from stanlevels.engines.cmdstan import CmdStan
    from stanlevels.engines.nutpie import Nutpie
    from stanlevels.engines.stanli import Stanli

    found: tuple[Engine, ...] = (CmdStan(notify), Stanli(), Nutpie())
    return {engine.name: engine for engine in found}


def choose_engine(name: str = "auto", notify: Callable[[str], None] = _say) -> tuple[Engine, str]:
    """An engine, and one sentence on which it is and why.

    Parameters
    ----------
    name : {"auto", "stanli", "cmdstan", "nutpie"}
        "auto" takes CmdStan where one is installed with a C++ compiler, else the embedded interpreter;
        the environment variable STANLEVELS_ENGINE can name another preference.
    notify : callable
        Gets one line before CmdStan compiles a program; by default it goes to the standard error stream.

    Raises
    ------
    EngineError
        If there is no engine of this name.
    EngineMissing
        If it cannot be used here.
    """
    known = engines(notify)
    preferred = os.environ.get(PREFERENCE, "") or "auto"
    if name == "auto" and preferred == "auto":
        return _automatic(known)
    asked = f" (by {PREFERENCE})" if name == "auto" else ""
    name = preferred if name == "auto" else name
    if name not in known:
        raise EngineError(
            f"there is no engine {name!r}{asked}", expected=f"one of {', '.join(map(repr, NAMES))}"
        )
    engine = known[name]
    if why := engine.why_not():
        raise EngineMissing(
            f"engine {name!r}{asked} cannot be used: {why}", way_out=f"use engine='auto', or {_INSTALL[name]}"
        )
    return engine, f"engine: {_called(engine)}{asked}"


def get_engine(name: str = "auto") -> Engine:
    """The engine alone; see `choose_engine`."""
    return choose_engine(name)[0]


def _automatic(known: dict[str, Engine]) -> tuple[Engine, str]:
    reasons: list[str] = []
    for engine in known.values():
        why = engine.why_not()
        if not why:
            because = f" ({'; '.join(reasons)})" if reasons else ""
            return engine, f"engine: {_called(engine)}{because}"
        reasons.append(why)
    raise EngineMissing(f"no engine can be used: {'; '.join(reasons)}", way_out="pip install stanli")


def _called(engine: Engine) -> str:
    return f"{engine.name} {engine.version()}"
