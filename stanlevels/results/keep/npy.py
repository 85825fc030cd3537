"""Arrays as ``.npy``, NumPy's own open format: never with pickled objects."""

from __future__ import annotations

from io import BytesIO
from math import prod

import numpy as np

from stanlevels.arrays import Array
from stanlevels.results.keep.broken import Broken

__all__ = ["from_npy", "to_npy"]

_KINDS = "biufUMm"
_HEADER = 10_000  # bytes


def to_npy(array: Array) -> bytes:
    """The bytes of an array."""
    buffer = BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def from_npy(data: bytearray) -> Array:
    """The array in some bytes, sharing their memory.

    Raises
    ------
    Broken
        If they are no array of numbers, text or times, or hold more or less than their head says.
    """
    buffer = BytesIO(bytes(data[: _HEADER + 1_000]))
    try:
        if np.lib.format.read_magic(buffer) != (1, 0):
            raise Broken("an array is of another version of npy")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(buffer, max_header_size=_HEADER)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise Broken("an array has no readable head") from None
    if dtype.kind not in _KINDS or fortran or any(n < 0 for n in shape):
        raise Broken(f"an array holds {dtype.str!r}")
    start = buffer.tell()
    if prod(shape) * dtype.itemsize != len(data) - start:
        raise Broken(f"an array has {len(data) - start:,} bytes, not those of shape {shape}")
    return np.frombuffer(data, dtype=dtype, offset=start, count=prod(shape)).reshape(shape)
