"""From a column of any library to `ReadColumn`: nothing of the source is kept or changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.read.columns import Kind, ReadColumn, Values, encode, missing_in, plain_column
from stanlevels.errors import DataError, listing

__all__ = ["has_rows", "is_pandas", "read_array", "read_column", "read_series"]

_NOT_ROWS = (str, bytes, Set, Mapping, Iterator)
_PLAIN = {"builtins", "numpy", "array", "collections"}


def read_column(name: str, item: Any) -> ReadColumn:
    """One entry of a dict of columns: an array, a list, or a series of a dataframe library.

    Raises
    ------
    DataError
        If it is not one-dimensional.
    """
    if isinstance(item, np.ndarray):
        return read_array(name, item)
    if type(item).__module__.split(".")[0] not in _PLAIN:
        _check_no_frame(name, item)
        series = _as_series(item)
        if series is not None:
            return read_series(name, series)
        if hasattr(item, "__array__"):
            return read_array(name, np.asarray(item))
    if isinstance(item, _NOT_ROWS) or not isinstance(item, Iterable):
        raise _no_rows(name, item)
    return encode(name, list(item))


def has_rows(item: Any) -> bool:
    """Whether it has a length that is a number of rows."""
    return not (isinstance(item, _NOT_ROWS) or getattr(item, "ndim", 1) == 0 or not hasattr(item, "__len__"))


def _check_no_frame(name: str, item: Any) -> None:
    """Refuse a frame where one column is wanted."""
    import narwhals as nw

    columns = list(item.columns) if is_pandas(item) and getattr(item, "ndim", 1) == 2 else None
    if columns is None and not is_pandas(item):
        frame = nw.from_native(item, pass_through=True)
        if isinstance(frame, nw.DataFrame):
            columns = frame.columns
        elif isinstance(frame, nw.LazyFrame) or type(item).__name__ == "Expr":
            raise DataError(
                f"column {name!r} is of type {type(item).__name__}, which has no values yet",
                expected="one column: a Series, an array or a list",
                way_out="pass the whole lazy frame as the data, or collect() it first",
            )
    if columns is not None:
        raise DataError(
            f"column {name!r} is a {type(item).__name__} with columns {listing(columns)}",
            expected="one column: a Series, an array or a list",
            way_out=f"pass its column, such as df[{columns[0]!r}]" if columns else "",
        )


def _no_rows(name: str, item: Any) -> DataError:
    """What holds no value for each row, in order, and what to make of it."""
    text, way_out = type(item).__name__, ""
    if isinstance(item, Mapping):
        way_out = "pass its values as a list in the order of the rows, or a pandas Series"
    elif isinstance(item, Iterator | Set):
        way_out = "pass a list in the order of the rows"
    elif isinstance(item, str | bytes | int | float | np.generic):
        said = repr(item.item() if isinstance(item, np.generic) else item)
        said = said if len(said) <= 60 else f"{said[:57]}..."
        text, way_out = f"{text} {said}", f"repeat it for every row: [{said}] * n"
    return DataError(
        f"column {name!r} is {text}, which has no rows",
        expected="an array or list with one value per row, in order",
        way_out=way_out,
    )


def is_pandas(item: Any) -> bool:
    """Whether pandas made it; asked without loading pandas."""
    return type(item).__module__.split(".")[0] == "pandas"


def _as_series(item: Any) -> Any | None:
    """A narwhals series, where `item` is a column of a library that narwhals knows."""
    import narwhals as nw

    module = type(item).__module__.split(".")[0]
    if module == "pandas" and not hasattr(item, "to_frame"):  # pandas.Categorical and other bare arrays
        import pandas as pd

        item = pd.Series(item)
    elif module == "pyarrow" and hasattr(item, "type") and not hasattr(item, "chunks"):
        import pyarrow as pa

        item = pa.chunked_array([item])
    try:
        return nw.from_native(item, series_only=True)
    except TypeError:
        return None


def read_array(name: str, array: Array) -> ReadColumn:
    """A NumPy array, masked or not, as a column."""
    if array.ndim != 1:
        raise DataError(
            f"column {name!r} is an array with {array.ndim} dimensions, shape {array.shape}",
            expected="one dimension: one value per row",
            way_out=_one_dimension(array.shape),
        )
    mask = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else None
    plain = np.asarray(array)
    if plain.dtype.kind in "biuf":
        gone = np.zeros(len(plain), dtype=bool) if mask is None else mask.copy()
        return plain_column(name, np.where(gone, plain.dtype.type(0), plain), gone)
    if plain.dtype.kind in "mM":  # nanoseconds have no Python object; microseconds have
        plain = plain.astype(f"{plain.dtype.kind}8[us]")
    items = plain.tolist()
    return encode(name, items, None if mask is None else mask | missing_in(items))


def _one_dimension(shape: tuple[int, ...]) -> str:
    if not shape:
        return "repeat it for every row: numpy.full(n, value)"
    if len(shape) == 2 and shape[1] == 1:
        return "pass array[:, 0]"
    return "give each column of the array a name of its own"


def read_series(name: str, series: Any) -> ReadColumn:
    """A narwhals series as a column.

    A pandas Categorical, a polars Enum and a dictionary-encoded pyarrow array keep the order of
    their categories. A polars Categorical has no order of its own and is read as text.
    """
    import narwhals as nw

    dtype = series.dtype
    if dtype in (nw.Categorical, nw.Enum):
        return _read_categories(name, series)
    if dtype == nw.Decimal:
        series, dtype = series.cast(nw.Float64()), nw.Float64()
    gone = np.asarray(series.is_null().to_numpy(), dtype=bool)
    if dtype in (nw.Int128, nw.UInt128):  # NumPy has no such numbers, Python has
        return encode(name, series.to_list(), gone)
    if dtype == nw.Boolean or dtype.is_integer() or dtype.is_float():
        filler = False if dtype == nw.Boolean else 0
        filled = series.fill_null(filler) if gone.any() else series
        return plain_column(name, np.asarray(filled.to_numpy()), gone)
    items = series.to_list()
    return encode(name, items, gone | missing_in(items) if dtype in (nw.Object, nw.Unknown) else gone)


def _read_categories(name: str, series: Any) -> ReadColumn:
    import narwhals as nw

    native = series.to_native()
    if series.implementation.is_pandas() and hasattr(native.dtype, "categories"):
        codes = np.array(native.cat.codes, dtype=np.int64)
        return _from_codes(name, codes, native.cat.categories.tolist(), bool(native.cat.ordered))
    if series.implementation.is_pyarrow():
        whole = native.unify_dictionaries().combine_chunks()
        codes = np.array(whole.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
        return _from_codes(name, codes, whole.dictionary.to_pylist(), bool(whole.type.ordered))
    gone = np.asarray(series.is_null().to_numpy(), dtype=bool)
    if series.dtype == nw.Enum:
        categories = list(series.dtype.categories)
        rank = {label: code for code, label in enumerate(categories)}
        codes = np.fromiter((rank.get(label, -1) for label in series.to_list()), np.int64, len(gone))
        return _from_codes(name, codes, categories, ordered=True)
    return encode(name, series.cast(nw.String()).to_list(), gone)


def _from_codes(name: str, codes: Array, categories: list[Any], ordered: bool) -> ReadColumn:
    """Codes of a library's own, -1 where missing, and its categories, as a column."""
    null = [code for code, gone in enumerate(missing_in(categories).tolist()) if gone]
    missing = (codes < 0) | np.isin(codes, null)
    kind: Kind = "empty"
    if len(categories) > len(null):
        kind = encode(name, [label for code, label in enumerate(categories) if code not in null]).values.kind
    data = np.where(missing, 0, codes)
    values = Values(name, kind, data, tuple(categories), categorical=True, ordered=ordered)
    return ReadColumn(values, missing, np.zeros(len(codes), dtype=bool))
