"""Numbers of a column as text: four significant digits, points one below the other."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["number", "numbers"]

_DIGITS = 4
_LARGEST, _SMALLEST = 9, -4  # powers of ten beyond which a number is written with its exponent
_WHOLE = 6  # the power of ten from which on a number has nothing behind the point
_NOISE = 1e-14  # beside the largest of its column, rounding left no more of what is 0


def numbers(values: Any, scales: Any = None) -> list[str]:
    """A column of numbers, each with four significant digits, or fewer where all do with fewer.

    Parameters
    ----------
    values : array_like, (n,)
    scales : array_like, (n,), optional
        What each is uncertain by, in its own unit: digits beyond the fourth of that say nothing.

    Returns
    -------
    list of str
        All of the same length.

    Examples
    --------
    >>> numbers([1523.4, 0.01234567, -2.5])
    ['1523.4    ', '   0.01235', '  -2.500  ']
    >>> numbers([3.0, 12.0]), numbers([0.5, -1e-17])
    ([' 3', '12'], ['0.5', '0  '])
    >>> numbers([0.00012345, 2.0], scales=[0.5, 0.5])
    ['0.0001', '2.000 ']
    """
    column = np.asarray(values, dtype=float)
    finite = np.abs(column[np.isfinite(column)])
    column = np.where(np.abs(column) < _NOISE * finite.max(initial=0.0), 0.0, column)
    around = np.zeros_like(column) if scales is None else np.abs(np.asarray(scales, dtype=float))
    around = np.where(np.isfinite(around), around, 0.0)
    return _aligned([number(x, float(scale)) for x, scale in zip(column.tolist(), around, strict=True)])


def number(value: float, scale: float = 0.0) -> str:
    """A number with four significant digits, and all before the point.

    Below a million there is one behind the point too: log likelihoods differ in these.

    Examples
    --------
    >>> number(123456.78), number(2.50001), number(-3.2e-9), number(float("nan"))
    ('123456.8', '2.500', '-3.2e-09', 'NaN')
    """
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else str(value)
    power = _power(max(abs(value), scale))
    if not _SMALLEST <= power < _LARGEST:
        mantissa, _, exponent = f"{value:.{_DIGITS - 1}e}".partition("e")
        return f"{_trimmed(mantissa)}e{exponent}" if value else "0"
    text = f"{value:.{max(int(power < _WHOLE), _DIGITS - 1 - power)}f}"
    return text if text.strip("-0.") else "0"


def _power(size: float) -> int:
    """The power of ten of a number that is rounded: 3 of 9999.6 is 4 of 10000."""
    return int(f"{size:.{_DIGITS - 1}e}".partition("e")[2])


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _aligned(texts: list[str]) -> list[str]:
    """Without zeros that no number of the column needs, and with the points at one place."""
    needed = max((len(_trimmed(text).partition(".")[2]) for text in texts if "e" not in text), default=0)
    parts = []
    for text in texts:
        whole, point, rest = text.partition(".")
        rest = rest if "e" in text else rest[:needed]
        parts.append((whole, point + rest if rest else ""))
    before = max((len(whole) for whole, _ in parts), default=0)
    after = max((len(rest) for _, rest in parts), default=0)
    return [
        whole.rjust(before) + rest.ljust(after) if whole[-1].isdigit() else whole.rjust(before + after)
        for whole, rest in parts
    ]
