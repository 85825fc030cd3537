"""`stanlevels show`: the Stan program of a model and its data, before any fit."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from stanlevels.commands.asked import model_of
from stanlevels.errors import DataError
from stanlevels.show import text_table

if TYPE_CHECKING:
    from stanlevels.bound_model import BoundModel

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `show`."""
    parser.add_argument("model", metavar="file.py[:Model]", help="the file that declares the model")
    parser.add_argument("data", metavar="data.csv", help="the data, CSV or Parquet, a row per observation")
    parser.add_argument(
        "--tables",
        nargs="+",
        action="extend",
        default=[],
        metavar="level=path",
        help="tables of levels, such as app=apps.csv",
    )
    parser.add_argument("--missing", choices=("error", "drop"), default="error", help="rows without a value")
    parser.add_argument("--plan", action="store_true", help="print columns, plan and priors, not the program")


def run(args: argparse.Namespace) -> int:
    """Bind and print."""
    model = model_of(args.model)
    bound = model.bind(args.data, tables=dict(map(_table, args.tables)) or None, missing=args.missing)
    print(_described(bound) if args.plan else bound.stan_code)
    return 0


def _table(text: str) -> tuple[str, str]:
    level, equals, path = text.partition("=")
    if not (equals and level and path):
        raise DataError(f"--tables is given {text!r}", expected="level=path, such as app=apps.csv")
    return level, path


def _described(bound: BoundModel) -> str:
    headings = ("column", "kind", "rows", "missing", "distinct", "min", "mean", "max")
    rows = [tuple(_cell(cell) for cell in row) for row in bound.data.summary()]
    columns = f"Columns of the data\n{text_table(headings, rows)}"
    return "\n\n".join([repr(bound)[1:-1], columns, str(bound.plan), str(bound.priors)])


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
