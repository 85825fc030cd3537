"""The sub-command `stanlevels install-cmdstan`."""

from __future__ import annotations

import argparse
import sys

from stanlevels.engines.home.install import SOURCES, install_cmdstan
from stanlevels.engines.home.stan_versions import LATEST, WHEELS
from stanlevels.errors import InstallError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `install-cmdstan` to a parser."""
    carried = ", ".join(wheel.stan for wheel in WHEELS)
    parser.add_argument(
        "--source", choices=SOURCES, default="auto",
        help="release: download a CmdStan release; wheel: build from the httpstan wheel, which needs only a "
        "package index; auto (default): keep what works, else release, else wheel",
    )  # fmt: skip
    parser.add_argument("--version", help=f"version of CmdStan (wheel: {carried}; default {LATEST})")
    parser.add_argument("--dir", help="folder that homes live in (default ~/.cmdstan)")
    parser.add_argument("--jobs", type=int, help="compilations at once, 2.6 GB of memory each")
    parser.add_argument(
        "--precompiled-header", action="store_true",
        help="also precompile the header of models: they compile in half the time, at 0.8 GB of disk",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="install even if it is there")
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors and the home")


def run(args: argparse.Namespace) -> int:
    """Install as asked; print the home. The exit status is 0, or 1 after an error, or 130 after Ctrl-C."""
    try:
        home = install_cmdstan(
            args.source, args.version, not args.quiet, dir=args.dir, jobs=args.jobs,
            precompiled_header=args.precompiled_header, force=args.force,
        )  # fmt: skip
    except InstallError as error:
        print(f"CmdStan was not installed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: nothing was installed", file=sys.stderr)
        return 130
    print(home)
    return 0
