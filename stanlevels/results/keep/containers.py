"""Sparse arrays and indexes of frames, as mappings of plain parts and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from stanlevels.results.keep.broken import Broken

__all__ = ["index_back", "index_parts", "is_index", "is_sparse", "sparse_back", "sparse_parts"]

_FORMATS = ("csr", "csc")


def is_sparse(value: Any) -> bool:
    """Whether it is a sparse array or matrix that is held by rows or by columns."""
    return getattr(value, "format", None) in _FORMATS and hasattr(value, "indptr")


def sparse_parts(value: Any) -> dict[str, Any]:
    """What it is made of; the shape as a tuple, three arrays."""
    from scipy import sparse

    kind = "array" if isinstance(value, sparse.sparray) else "matrix"
    return {
        "kind": f"{value.format}_{kind}",
        "shape": tuple(int(n) for n in value.shape),
        "data": value.data,
        "indices": value.indices,
        "indptr": value.indptr,
    }


def sparse_back(parts: Mapping[str, Any]) -> Any:
    """The array, every index of it in its place.

    Raises
    ------
    Broken
        If it is none.
    """
    from scipy import sparse

    kinds = {f"{form}_{kind}" for form in _FORMATS for kind in ("array", "matrix")}
    if parts["kind"] not in kinds:
        raise Broken(f"a sparse array is a {parts['kind']!r}")
    made = getattr(sparse, parts["kind"])
    found = made((parts["data"], parts["indices"], parts["indptr"]), shape=parts["shape"])
    found.check_format(full_check=True)
    return found


def is_index(value: Any) -> bool:
    """Whether it is the index of a pandas frame."""
    return hasattr(value, "names") and hasattr(value, "nlevels") and hasattr(value, "get_indexer")


def index_parts(index: Any) -> dict[str, Any]:
    """What it is made of: for each level its name, its values, and what they are called."""
    levels = [index.get_level_values(k) for k in range(index.nlevels)]
    return {
        "names": tuple(level.name for level in levels),
        "dtypes": tuple(str(level.dtype) for level in levels),
        "values": tuple(_values(level) for level in levels),
    }


def _values(level: Any) -> Any:
    if level.dtype.kind in "biuf":
        return np.asarray(level)
    return np.array([*level.tolist(), None], dtype=object)[:-1]


def index_back(parts: Mapping[str, Any]) -> Any:
    """The index.

    Raises
    ------
    ValueError, TypeError
        If it is none.
    """
    import pandas as pd

    levels = []
    for values, dtype in zip(parts["values"], parts["dtypes"], strict=True):
        try:
            levels.append(pd.Index(values, dtype=dtype))
        except (TypeError, ValueError):
            levels.append(pd.Index(values, dtype=object))
    names = list(parts["names"])
    if len(levels) == 1:
        return levels[0].rename(names[0])
    return pd.MultiIndex.from_arrays(levels, names=names)
