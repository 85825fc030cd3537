"""`stanlevels predict`: the outcome of new rows, from a saved fit."""

from __future__ import annotations

import argparse
from typing import Any

from stanlevels.commands.asked import add_tables, check_writable, given_rows, given_tables, write_table

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `predict`."""
    parser.add_argument("fit", metavar="fit.zip", help="a fit that was saved")
    parser.add_argument(
        "new", metavar="new.csv", help="the rows to predict, CSV or Parquet; - is CSV on standard input"
    )
    parser.add_argument(
        "--out", metavar="predictions.csv", help="CSV or Parquet; by default CSV on standard output"
    )
    parser.add_argument("--name", help="the outcome, where there are several")
    parser.add_argument(
        "--average-over", action="append", default=[], metavar="level", help="a level to average over"
    )
    parser.add_argument("--draws", type=int, help="at most so many draws of each chain")
    parser.add_argument("--level", type=float, default=0.95, help="of the intervals (default 0.95)")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn for new units (default 0)")
    add_tables(parser)


def run(args: argparse.Namespace) -> int:
    """Load, predict and write."""
    from stanlevels.results.keep.load import load

    check_writable(args.out, (".csv", ".parquet"))
    fit: Any = load(args.fit)
    with given_rows(args.new) as new:
        table = fit.predict(
            new,
            name=args.name,
            average_over=tuple(args.average_over),
            draws=args.draws,
            level=args.level,
            seed=args.seed,
            tables=given_tables(args),
        )
    write_table(table, args.out)
    return 0
