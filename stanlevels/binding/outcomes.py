"""Observed numbers and frequency weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.binding.read.columns import Values
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError, listing
from stanlevels.graph import VariableNode

__all__ = ["plain_outcome", "weights_of"]


def plain_outcome(node: VariableNode, values: Values) -> npt.NDArray[Any]:
    """Observed numbers (n,), int64 for discrete families, else float64.

    Raises
    ------
    DataError
        If they are not numbers, or not whole where the family counts.
    """
    if not values.is_numeric:
        raise _not_an_outcome(node, values)
    numbers = values.numeric()
    if not FAMILIES[node.family].discrete:
        return numbers.astype(np.float64)
    whole = numbers.astype(np.int64)
    if (whole != numbers).any():
        odd = np.unique(numbers[whole != numbers]).tolist()
        raise DataError(
            f"column {values.name!r}, observed by {node.name} ~ {node.family}, holds {listing(odd)}",
            expected="whole numbers",
        )
    return whole


def _not_an_outcome(node: VariableNode, values: Values) -> DataError:
    _, labels = values.factorize()
    way_out = "convert the column to numbers"
    if len(labels) == 2:
        way_out = f"say which of the two is 1, as in df[{values.name!r}] == {labels[1]!r}"
    elif len(labels) > 2:
        way_out = "sl.Categorical or sl.OrderedLogistic take categories"
    return DataError(
        f"column {values.name!r}, observed by {node.name} ~ {node.family}, holds {listing(labels)}",
        expected="numbers or booleans",
        way_out=way_out,
    )


def weights_of(node: VariableNode, values: Values) -> npt.NDArray[np.float64]:
    """Frequency weights (n,): how many times each observation counts.

    Raises
    ------
    DataError
        If they are not numbers or some are negative.
    """
    numbers = values.numeric(f" (weights of {node.name})").astype(np.float64)
    if (numbers < 0).any():
        odd = np.unique(numbers[numbers < 0]).tolist()
        raise DataError(
            f"column {values.name!r} (weights of {node.name}) has negative values: {listing(odd)}",
            expected="frequency weights: 0 or more",
        )
    return numbers
