"""`stanlevels formula`: the class that a formula of lme4 or brms stands for."""

from __future__ import annotations

import argparse

from stanlevels.commands.asked import given_rows
from stanlevels.formulas.formula import formula

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `formula`."""
    parser.add_argument("formula", help='such as "y ~ x + (1 | g)", or a call of R, "bf(y ~ x, sigma ~ z)"')
    parser.add_argument(
        "data", nargs="?", metavar="data.csv", help="the data, CSV or Parquet; - is CSV on standard input"
    )
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        metavar='"sigma ~ z"',
        help="the formula of a further parameter",
    )
    parser.add_argument("--family", default="gaussian", help="its name in brms, lme4 or glmmTMB")
    parser.add_argument(
        "--prior",
        action="append",
        metavar='"prior(normal(0, 5), class = b)"',
        help="a prior, as brms writes it",
    )
    parser.add_argument("--name", help="of the class")


def run(args: argparse.Namespace) -> int:
    """Print a file of Python."""
    texts = [args.formula, *args.also]
    if args.data is None:
        model = formula(texts, family=args.family, prior=args.prior, name=args.name)
    else:
        with given_rows(args.data) as data:
            model = formula(texts, data, family=args.family, prior=args.prior, name=args.name)
    print(f"import stanlevels as sl\n\n\n{model}")
    return 0
