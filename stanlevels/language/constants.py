"""Known numbers: ``sl.Constant``."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.language import expressions
from stanlevels.language.expressions import Expression

__all__ = ["Constant"]


def Constant(value: float | np.floating[Any] | np.integer[Any]) -> Expression:
    """A known number with a name.

    Parameters
    ----------
    value : number
        The number.

    Returns
    -------
    Expression
        A quantity that is known; a model that inherits may override it by one that is not.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Romcom(sl.Model):
    ...     known_sd = sl.Constant(0.5)
    ...     liking = sl.Normal(0, 10)
    ...     rating = sl.Normal(liking, known_sd, observed=True)
    """
    return expressions.Constant(value)
