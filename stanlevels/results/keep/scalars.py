"""Single values as JSON: numbers and text as they are, every other kind of label under the name of its kind.

Dates are ISO 8601, decimal numbers and UUIDs their own text. What has no form here is refused where a fit is
saved, never turned into text unasked.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import numpy as np

from stanlevels.errors import FitError
from stanlevels.words import shown

__all__ = ["PLAIN", "scalar", "scalar_back"]

PLAIN = (str, int, bool, type(None))
"""What JSON holds as it is (floats too, where they are finite)."""

_NUMPY = frozenset(
    (
        *("bool", "str_", "float16", "float32", "float64"),
        *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)),
    )
)


def scalar(value: Any) -> Any:
    """One value as JSON.

    Raises
    ------
    FitError
        If it is of a kind that saved fits have no form for.

    Examples
    --------
    >>> scalar("a"), scalar(float("nan")), scalar(dt.date(2024, 5, 1))
    ('a', {'float': 'nan'}, {'date': '2024-05-01'})
    """
    if type(value) in PLAIN:
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    for name, (kind, there, back) in _forms().items():
        if type(value) is kind:
            found = {name: there(value)}
            if _same(value, back(found[name])):
                return found
    if isinstance(value, np.generic) and type(value).__name__ in _NUMPY:
        inner = value.item()
        return {"numpy": type(value).__name__, "value": scalar(inner)}
    raise FitError(
        f"{shown(value)} is a {type(value).__module__}.{type(value).__qualname__}, for which saved fits have"
        " no form",
        expected="labels that are text, numbers, booleans, dates, times, decimal numbers, UUIDs or intervals",
        way_out="turn the column into text, as in df[column].astype(str), and fit again",
    )


def scalar_back(name: str, found: dict[str, Any]) -> Any:
    """A value from its form, whose kind is `name`.

    Raises
    ------
    KeyError, ValueError, TypeError, ArithmeticError
        If it is none.
    """
    if name == "numpy":
        kind, value = found["numpy"], found["value"]
        if kind not in _NUMPY:
            raise ValueError(f"{kind!r} is no kind of number")
        if isinstance(value, dict):
            ((inner, _),) = value.items()
            value = scalar_back(inner, value)
        return np.dtype(kind.rstrip("_")).type(value)
    return _forms()[name][2](found[name])


def _same(value: Any, back: Any) -> bool:
    """Whether a value comes back as itself: a time zone with rules of its own would not."""
    if type(value) is float:
        return repr(value) == repr(back)
    return type(back) is type(value) and bool(back == value) and str(back) == str(value)


Form = tuple[type, Callable[[Any], Any], Callable[[Any], Any]]


def _forms() -> dict[str, Form]:
    """By the name of each kind: the type, how it becomes JSON, and how it comes back."""
    import pandas as pd

    return {
        "float": (float, repr, _special),
        "date": (dt.date, dt.date.isoformat, dt.date.fromisoformat),
        "datetime": (dt.datetime, dt.datetime.isoformat, dt.datetime.fromisoformat),
        "time": (dt.time, dt.time.isoformat, dt.time.fromisoformat),
        "timedelta": (dt.timedelta, _parts, lambda parts: dt.timedelta(*parts)),
        "decimal": (Decimal, str, lambda text: Decimal(_text(text))),
        "fraction": (Fraction, str, lambda text: Fraction(_text(text))),
        "uuid": (UUID, str, lambda text: UUID(_text(text))),
        "bytes": (bytes, bytes.hex, bytes.fromhex),
        "timestamp": (pd.Timestamp, _stamp, _stamp_back),
        "duration": (pd.Timedelta, _duration, lambda found: pd.Timedelta(int(found[0]), found[1])),
        "period": (pd.Period, lambda p: [str(p), p.freqstr], lambda p: pd.Period(p[0], freq=p[1])),
        "interval": (pd.Interval, _interval, _interval_back),
    }


def _special(text: Any) -> float:
    if text not in ("nan", "inf", "-inf"):
        raise ValueError(f"{text!r} is no number")
    return float(text)


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no text")
    return text


def _parts(delta: dt.timedelta) -> list[int]:
    return [delta.days, delta.seconds, delta.microseconds]


def _stamp(stamp: Any) -> list[Any]:
    return [stamp.isoformat(), stamp.unit, None if stamp.tz is None else str(stamp.tz)]


def _stamp_back(found: list[Any]) -> Any:
    import pandas as pd

    text, unit, zone = found
    stamp = pd.Timestamp(_text(text)).as_unit(unit)
    return stamp if zone is None else stamp.tz_convert(zone)


def _duration(delta: Any) -> list[Any]:
    return [int(delta.asm8.astype(np.int64)), delta.unit]


def _interval(interval: Any) -> list[Any]:
    return [scalar(interval.left), scalar(interval.right), interval.closed]


def _interval_back(found: list[Any]) -> Any:
    import pandas as pd

    left, right, closed = found
    return pd.Interval(_end(left), _end(right), closed)


def _end(found: Any) -> Any:
    """One end of an interval."""
    if not isinstance(found, dict):
        return found
    return scalar_back(next(iter(found)), found)
