"""`stanlevels graph`: the dependency graph of a model, as a picture or as Mermaid text."""

from __future__ import annotations

import argparse
import sys

from stanlevels.commands.asked import check_writable, model_of

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `graph`."""
    parser.add_argument(
        "model",
        metavar="file.py[:Model]",
        help="the Python file that declares the model (it is run), or a saved fit",
    )
    parser.add_argument(
        "--out", metavar="model.svg", help="a picture: SVG, PNG or PDF; by default Mermaid text is printed"
    )


def run(args: argparse.Namespace) -> int:
    """Draw or print."""
    check_writable(args.out)
    if args.model.endswith(".zip"):
        from stanlevels.results.keep.load import load

        graph = load(args.model).planned.graph
    else:
        graph = model_of(args.model).graph()
    if args.out is None:
        print(graph)
        return 0
    print(f"drawn: {graph.save(args.out)}", file=sys.stderr)
    return 0
