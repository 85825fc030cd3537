"""Outcomes against the support of their distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.errors import DataError, listing
from stanlevels.graph import Graph, VariableNode
from stanlevels.language.families import FAMILIES, Family


def check_outcomes(graph: Graph, source: Any) -> None:
    """Refuse observed values that the declared distribution cannot give.

    Parameters
    ----------
    graph : Graph
    source : Bound

    Raises
    ------
    DataError
        With the line, the column, and up to five offending values and their rows.
    """
    for name, node in graph.observed.items():
        family = FAMILIES[node.family]
        if not family.observable:
            continue  # `check` says why
        values = np.asarray(source.outcome(name))
        if family.support.shape == "scalar":
            _check_scalar(node, family, values)
        elif family.support.shape == "simplex":
            _check_simplex(node, values)


def _check_scalar(node: VariableNode, family: Family, values: Any) -> None:
    support = family.support
    with np.errstate(invalid="ignore"):
        bad = (values <= support.lower) if support.open_lower else (values < support.lower)
        bad = bad | ((values >= support.upper) if support.open_upper else (values > support.upper))
        if support.integer:
            bad = bad | (values != np.floor(values))
    if np.any(bad):
        rows = np.flatnonzero(bad)
        raise DataError(
            f"{len(rows)} values of {node.observed[0]!r} cannot come from {node.name} ~ {node.family}(...):"
            f" {listing(values[rows])} in rows {listing(rows)} (counted from 0)",
            expected=support.words,
            way_out="correct the data, or choose a distribution that allows these values",
        )


def _check_simplex(node: VariableNode, values: Any) -> None:
    bad = np.flatnonzero((np.abs(values.sum(axis=1) - 1) > 1e-8) | (values < 0).any(axis=1))
    if len(bad):
        raise DataError(
            f"{len(bad)} rows of {listing(node.observed)} do not sum to 1: rows {listing(bad)} (from 0)",
            expected="shares from 0 to 1 that sum to 1",
        )
