"""What a command says while it works: sentences for a person, or a line for each event for a scheduler."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from stanlevels.errors import StanlevelsError, StanlevelsWarning

__all__ = ["INTERRUPTED", "Log", "add_log"]

INTERRUPTED = 130
"""Exit status after Ctrl-C."""

_KINDS = ("text", "json")


def add_log(parser: argparse.ArgumentParser) -> None:
    """Add the option `--log`."""
    parser.add_argument(
        "--log",
        nargs="?",
        const="text",
        choices=_KINDS,
        help="for a scheduler: no bars, and a line for each event on standard error, as text or as JSON",
    )


class Log:
    """Says what happens, on standard error.

    Parameters
    ----------
    kind : str or None
        "text" or "json": a line for each event, with its time; None: sentences.
    """

    def __init__(self, kind: str | None) -> None:
        self.kind = kind

    @property
    def progress(self) -> bool:
        """Whether bars are drawn."""
        return self.kind is None

    def event(self, event: str, sentence: str = "", **facts: Any) -> None:
        """Tell an event: to a person by its sentence, if it has one."""
        if self.kind is None:
            line = sentence
        else:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            line = _json(now, event, facts) if self.kind == "json" else _text(now, event, facts)
        if line:
            print(line, file=sys.stderr, flush=True)

    @contextmanager
    def complaints(self) -> Iterator[list[int]]:
        """Warnings and errors of this package become events; what is yielded holds the status after an error.

        Without a log they are left to the command line.
        """
        status: list[int] = []
        if self.kind is None:
            yield status
            return
        with warnings.catch_warnings():
            usual = warnings.showwarning

            def show(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
                if issubclass(category, StanlevelsWarning):
                    self.event("warning", message=str(message))
                else:
                    usual(message, category, *rest, **named)

            warnings.showwarning = show
            try:
                yield status
            except StanlevelsError as error:
                parts = {"message": error.found, "expected": error.expected, "way_out": error.way_out}
                self.event("error", **{name: text for name, text in parts.items() if text})
                status.append(1)
            except KeyboardInterrupt:
                self.event("interrupted")
                status.append(INTERRUPTED)
            except Exception as error:  # a person's own file, or a bug: Python shows where
                self.event("error", message=f"{type(error).__name__}: {error}")
                raise


def _json(now: str, event: str, facts: dict[str, Any]) -> str:
    return json.dumps({"time": now, "event": event, **facts}, ensure_ascii=False, default=str)


def _text(now: str, event: str, facts: dict[str, Any]) -> str:
    """One line, whatever the values hold: ``2026-01-05T03:00:00.000+00:00 saved path=fit.zip bytes=8124``."""
    return " ".join([now, event, *(f"{name}={_word(value)}" for name, value in facts.items())])


def _word(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    plain = text and text.isprintable() and not any(c in text for c in ' "=')
    return text if plain else json.dumps(text, ensure_ascii=False)
