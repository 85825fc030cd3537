"""`stanlevels summary`: what a saved fit says."""

from __future__ import annotations

import argparse
from typing import Any

from stanlevels.commands.asked import write_table

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `summary`."""
    parser.add_argument("fit", metavar="fit.zip", help="a fit that was saved")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--effects", metavar="A", help="a row for each unit of a quantity, and nothing else")
    which.add_argument("--pooling", action="store_true", help="how much units were pooled, and nothing else")
    parser.add_argument("--level", type=float, default=0.95, help="of the intervals (default 0.95)")
    parser.add_argument("--csv", action="store_true", help="print the table as CSV, and nothing else")


def run(args: argparse.Namespace) -> int:
    """Load and print."""
    from stanlevels.results.keep.load import load

    fit: Any = load(args.fit)
    if args.effects is not None:
        table = fit.effects(args.effects, level=args.level)
    elif args.pooling:
        table = fit.pooling()
    else:
        table = fit.summary(level=args.level)
    if args.csv:
        numbered = table.index.equals(table.reset_index(drop=True).index)
        write_table(table if numbered else table.rename_axis("name").reset_index(), None)
        return 0
    if args.effects is None and not args.pooling:
        print(f"{fit!r}\n")
    print(table)
    return 0
