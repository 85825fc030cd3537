"""The public functions of the language, made from their table."""

from __future__ import annotations

from collections.abc import Callable

from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.language.expressions import Expression, FunctionCall, Operand


def elementwise(name: str) -> Callable[[Operand], Expression]:
    """The public function for the row `name` of the table of functions."""

    def function(x: Operand) -> Expression:
        return FunctionCall(name, x)

    function.__name__ = function.__qualname__ = name
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


Phi = elementwise("Phi")
abs = elementwise("abs")
cos = elementwise("cos")
exp = elementwise("exp")
expm1 = elementwise("expm1")
inv_cloglog = elementwise("inv_cloglog")
inv_logit = elementwise("inv_logit")
log = elementwise("log")
log1p = elementwise("log1p")
logit = elementwise("logit")
sin = elementwise("sin")
sqrt = elementwise("sqrt")
square = elementwise("square")
tanh = elementwise("tanh")
