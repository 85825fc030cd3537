"""The command `stanlevels`."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from stanlevels.commands import check, demo, doctor, fit, formula, graph, predict, show, summary
from stanlevels.commands.log import INTERRUPTED
from stanlevels.errors import StanlevelsError, StanlevelsWarning
from stanlevels.version import __version__

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; by default those of this process.

    Returns
    -------
    int
        0; 1 after an error of this package, which is printed without a traceback; 3 where `fit --strict`
        found a doubtful fit; 130 after Ctrl-C.
        (Arguments that cannot be read leave through `SystemExit` with status 2.)
    """
    args = _parser().parse_args(argv)
    try:
        with _plain_warnings():
            status: int = args.run(args)
            sys.stdout.flush()
        return status
    except StanlevelsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stanlevels", description="Multilevel models declared in Python, fitted with Stan."
    )
    parser.add_argument("--version", action="version", version=f"stanlevels {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True)
    _add(commands, "check", "say what is worth knowing before a fit", check.add_arguments, check.run)
    _add(commands, "formula", "print the class that a formula stands for", formula.add_arguments, formula.run)
    _add(commands, "fit", "fit a model, print its summary and save it", fit.add_arguments, fit.run)
    _add(commands, "summary", "print what a saved fit says", summary.add_arguments, summary.run)
    _add(commands, "predict", "predict new rows from a saved fit", predict.add_arguments, predict.run)
    _add(commands, "graph", "draw the graph of a model", graph.add_arguments, graph.run)
    _add(commands, "demo", "fit an example and print what it says", demo.add_arguments, demo.run)
    _add(commands, "show", "print the Stan program of a model with its data", show.add_arguments, show.run)
    _add(commands, "doctor", "say what is installed and what works", doctor.add_arguments, doctor.run)
    _add(commands, "install-cmdstan", "install CmdStan", *_install_cmdstan())
    return parser


def _add(
    commands: Any,
    name: str,
    sentence: str,
    arguments: Callable[[argparse.ArgumentParser], None],
    run: Callable[[argparse.Namespace], int],
) -> None:
    parser = commands.add_parser(name, help=sentence, description=f"{sentence[0].upper()}{sentence[1:]}.")
    arguments(parser)
    parser.set_defaults(run=run)


def _install_cmdstan() -> tuple[Callable[..., None], Callable[..., int]]:
    from stanlevels.engines.home import add_arguments, run

    return add_arguments, run


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """Show this package's warnings as a sentence, without the line of code they came from."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show_warning(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
            if issubclass(category, StanlevelsWarning):
                print(f"warning: {message}", file=sys.stderr)
            else:
                usual(message, category, *rest, **named)

        warnings.showwarning = show_warning
        yield
