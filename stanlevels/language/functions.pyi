"""Written by ``python -m pytest tests/language --promote`` from the table of functions."""

from stanlevels.language.expressions import Expression, Operand

__all__ = [
    "Phi",
    "abs",
    "atan",
    "cos",
    "exp",
    "expm1",
    "inv_cloglog",
    "inv_logit",
    "log",
    "log1p",
    "logit",
    "sin",
    "sqrt",
    "square",
    "tanh",
]

def Phi(x: Operand) -> Expression:
    """The standard normal distribution function.

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
    >>> y = sl.Phi(sl.data("x"))
    """

def abs(x: Operand) -> Expression:
    """The absolute value.

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
    >>> y = sl.abs(sl.data("x"))
    """

def atan(x: Operand) -> Expression:
    """The angle whose tangent is x, in radians.

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
    >>> y = sl.atan(sl.data("x"))
    """

def cos(x: Operand) -> Expression:
    """The cosine of x in radians.

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
    >>> y = sl.cos(sl.data("x"))
    """

def exp(x: Operand) -> Expression:
    """The exponential, e to the power x.

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
    >>> y = sl.exp(sl.data("x"))
    """

def expm1(x: Operand) -> Expression:
    """exp(x) - 1, exact for small x.

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
    >>> y = sl.expm1(sl.data("x"))
    """

def inv_cloglog(x: Operand) -> Expression:
    """1 - exp(-exp(x)).

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
    >>> y = sl.inv_cloglog(sl.data("x"))
    """

def inv_logit(x: Operand) -> Expression:
    """1 / (1 + exp(-x)).

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
    >>> y = sl.inv_logit(sl.data("x"))
    """

def log(x: Operand) -> Expression:
    """The natural logarithm.

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
    >>> y = sl.log(sl.data("x"))
    """

def log1p(x: Operand) -> Expression:
    """log(1 + x), exact for small x.

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
    >>> y = sl.log1p(sl.data("x"))
    """

def logit(x: Operand) -> Expression:
    """log(p / (1 - p)).

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
    >>> y = sl.logit(sl.data("x"))
    """

def sin(x: Operand) -> Expression:
    """The sine of x in radians.

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
    >>> y = sl.sin(sl.data("x"))
    """

def sqrt(x: Operand) -> Expression:
    """The square root.

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
    >>> y = sl.sqrt(sl.data("x"))
    """

def square(x: Operand) -> Expression:
    """The square, x times x.

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
    >>> y = sl.square(sl.data("x"))
    """

def tanh(x: Operand) -> Expression:
    """The hyperbolic tangent.

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
    >>> y = sl.tanh(sl.data("x"))
    """
