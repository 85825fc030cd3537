"""The tree of errors, and the one way their messages are worded.

Every message says what was found (with the name and up to five offending values), what was
expected, and the way out. The parts stay readable as attributes.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable
from typing import Any

__all__ = [
    "CompileError",
    "DataError",
    "DeclarationError",
    "EngineError",
    "EngineMissing",
    "FitError",
    "InitializationError",
    "InstallError",
    "InternalError",
    "NestingError",
    "NoMode",
    "StanlevelsError",
    "StanlevelsWarning",
    "listing",
    "warn",
]

_SHOWN = 5


def listing(values: Iterable[Any], shown: int = _SHOWN) -> str:
    """Up to `shown` values as a phrase, with a count of the rest.

    Examples
    --------
    >>> listing(["a", "b"])
    "'a', 'b'"
    >>> listing(range(8))
    '0, 1, 2, 3, 4 and 3 more'
    """
    values = list(values)
    text = ", ".join(repr(_plain(value)) for value in values[:shown])
    rest = len(values) - shown
    return f"{text} and {rest} more" if rest > 0 else text


def _plain(value: Any) -> Any:
    """A NumPy scalar as the Python number or string that people expect to read."""
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value


class StanlevelsError(Exception):
    """What every error of this package derives from.

    Parameters
    ----------
    found : str
        What is wrong, with names and offending values.
    expected : str, optional
        What would have been right.
    way_out : str, optional
        What the person can do now.

    Examples
    --------
    >>> print(DataError("column 'prize' is not in the data", expected="one of 'price', 'size'"))
    column 'prize' is not in the data
      expected: one of 'price', 'size'
    """

    def __init__(self, found: str, *, expected: str = "", way_out: str = "") -> None:
        self.found = found
        self.expected = expected
        self.way_out = way_out
        lines = [found]
        if expected:
            lines.append(f"  expected: {expected}")
        if way_out:
            lines.append(f"  way out:  {way_out}")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.found, self.expected, self.way_out)


def _rebuild(kind: type[StanlevelsError], found: str, expected: str, way_out: str) -> StanlevelsError:
    return kind(found, expected=expected, way_out=way_out)


class DeclarationError(StanlevelsError):
    """A model class says something that cannot be meant.

    Examples
    --------
    >>> import stanlevels as sl
    >>> try:
    ...     sl.Normal(1, 2, 3)
    ... except sl.DeclarationError as error:
    ...     print(error.found)
    sl.Normal is given 3 positional arguments
    """


class DataError(StanlevelsError):
    """The data do not fit the declaration.

    Examples
    --------
    >>> import stanlevels as sl
    >>> M = sl.Model.define("M", {"a": sl.Normal(0, 1), "y": sl.Poisson(log=0, observed=True)})
    >>> try:
    ...     M.bind({"y": [1, -2]})
    ... except sl.DataError as error:
    ...     print(error.found)
    1 of 2 values of 'y' cannot come from y ~ Poisson(...): -2 in row 1 (counted from 0)
    """


class NestingError(DataError):
    """A line needs one level to determine another, and the data say otherwise.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class M(sl.Model):
    ...     app, device = sl.Level(), sl.Level()
    ...     D = sl.Normal(0, 1, over=device)
    ...     A = sl.Normal(D, 1, over=app)
    ...     y = sl.Normal(A, 1, observed=True)
    >>> try:
    ...     M.bind({"app": ["a", "a"], "device": ["d1", "d2"], "y": [1.0, 2.0]})
    ... except sl.NestingError as error:
    ...     print(type(error).__name__)
    NestingError
    """


class EngineError(StanlevelsError):
    """An engine could not do what was asked.

    Examples
    --------
    >>> import stanlevels as sl
    >>> from stanlevels.engines import get_engine
    >>> try:
    ...     get_engine("jags")
    ... except sl.EngineError as error:
    ...     print(error.found)
    there is no engine 'jags'
    """


class EngineMissing(EngineError):
    """The engine asked for is not installed.

    Examples
    --------
    It can be caught with every other complaint of the engines:

    >>> import stanlevels as sl
    >>> issubclass(sl.EngineMissing, sl.EngineError)
    True
    """


class InstallError(EngineError):
    """CmdStan could not be installed.

    Examples
    --------
    It can be caught with every other complaint of the engines:

    >>> import stanlevels as sl
    >>> issubclass(sl.InstallError, sl.EngineError)
    True
    """


class CompileError(EngineError):
    """Stan refused a program; `line` is its line in the Stan text, where known.

    Examples
    --------
    >>> from stanlevels.engines import get_engine
    >>> try:
    ...     get_engine("stanli").prepare("parameters { real x }", {})
    ... except CompileError as error:
    ...     print(error.line)
    1
    """

    line: int | None = None


class InitializationError(EngineError):
    """No starting point with a finite log density was found.

    Examples
    --------
    It can be caught with every other complaint of the engines:

    >>> import stanlevels as sl
    >>> issubclass(sl.InitializationError, sl.EngineError)
    True
    """


class FitError(StanlevelsError):
    """A fit cannot give what was asked of it.

    Examples
    --------
    >>> import stanlevels as sl
    >>> M = sl.Model.define("M", {"p": sl.Beta(1, 1), "y": sl.Bernoulli(0.5, observed=True)})
    >>> try:
    ...     M.fit({"y": [1, 0]}, method="guess")
    ... except sl.FitError as error:
    ...     print(type(error).__name__)
    FitError
    """


class NoMode(FitError):
    """A posterior has no mode, or none was found.

    Examples
    --------
    >>> issubclass(NoMode, FitError)
    True
    """


class InternalError(StanlevelsError):
    """A bug of this package: please report it with the message.

    Examples
    --------
    >>> import stanlevels as sl
    >>> sl.InternalError("two things share one Stan name").way_out
    'this is a bug of stanlevels, not of your model; please report it'
    """

    def __init__(self, found: str, *, expected: str = "", way_out: str = "") -> None:
        super().__init__(
            found,
            expected=expected,
            way_out=way_out or "this is a bug of stanlevels, not of your model; please report it",
        )


class StanlevelsWarning(UserWarning):
    """Something a person should know before trusting a result.

    Examples
    --------
    Make an error of it where nobody reads warnings:

    >>> import warnings
    >>> import stanlevels as sl
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", sl.StanlevelsWarning)
    """


def warn(message: str) -> None:
    """Warn at the line of the person's own code that led here, however deep in the package we are."""
    package = os.path.dirname(__file__)
    frame, level = sys._getframe(), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(package):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, StanlevelsWarning, stacklevel=level)
