"""`stanlevels check`: what is worth knowing of a model on its data before it is fitted."""

from __future__ import annotations

import argparse

from stanlevels.commands.asked import add_data, add_model, given_roles, given_rows, given_tables, model_of

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `check`."""
    add_model(parser)
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Bind and print the notes: they are no refusals, and the status is 0 whatever they say."""
    model = model_of(args.model)
    with given_rows(args.data) as data:
        bound = model.bind(data, tables=given_tables(args), missing=args.missing, roles=given_roles(args))
    print(bound.check())
    return 0
