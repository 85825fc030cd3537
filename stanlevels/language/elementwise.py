"""A public function from its row in the table of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.language.computable import Computable
from stanlevels.language.expressions import Expression, FunctionCall, Operand

__all__ = ["elementwise"]


def elementwise(name: str) -> Callable[[Operand], Expression]:
    """The public function for the row `name` of the table of functions."""

    def function(x: Any) -> Any:
        return x.applied(name) if isinstance(x, Computable) else FunctionCall(name, x)

    function.__name__ = function.__qualname__ = name
    function.__module__ = "stanlevels"
    function.__doc__ = f"""{FUNCTIONS[name].doc}

    Parameters
    ----------
    x : expression or number
        Worked on unit by unit.

    Returns
    -------
    Expression
        Of the same level as `x`.

    Examples
    --------
    >>> import stanlevels as sl
    >>> y = sl.{name}(sl.data("x"))
    """
    return function
