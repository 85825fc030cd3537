"""Any dataframe as a list of names and a way to read columns of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

from stanlevels.binding.read.columns import ReadColumn
from stanlevels.binding.read.files import read_file
from stanlevels.binding.read.indexes import aligned
from stanlevels.binding.read.series import has_rows, is_pandas, read_column, read_series
from stanlevels.errors import DataError, StanlevelsError, listing
from stanlevels.words import counted, reason_of

__all__ = ["Frame", "computed", "open_frame"]


@dataclass(frozen=True)
class Frame:
    """A frame before any column is read.

    Attributes
    ----------
    where : str
        What messages call it: "the data" or "the table of 'app'".
    names : tuple
        All its columns.
    n : int
        Number of rows.
    read : callable
        From names to columns; called once, with the columns that the model uses.
    index_names : tuple
        Names in a pandas index, which are not columns but are often meant to be.
    labels : pandas.Index, optional
        What a frame of pandas calls its rows, where it does more than count them.
    """

    where: str
    names: tuple[Any, ...]
    n: int
    read: Callable[[Iterable[str]], dict[str, ReadColumn]]
    index_names: tuple[Any, ...] = ()
    labels: Any = None


def open_frame(data: Any, where: str, *, as_text: Iterable[str] = ()) -> Frame:
    """A frame of any library, a dict of columns, or a path to a CSV or Parquet file.

    Parameters
    ----------
    data : dataframe, mapping or path
        pandas, polars (eager or lazy), pyarrow, whatever else narwhals knows, a mapping of names to
        arrays or lists, or a path.
    where : str
        What messages call it.
    as_text : iterable of str
        Columns whose text in a CSV file is kept where reading it as a number would change it
        (leading zeros).

    Raises
    ------
    DataError
        If it is none of these, or two columns have one name.
    """
    if isinstance(data, str | PathLike):
        data = read_file(data, where, as_text=tuple(as_text))
    if isinstance(data, Mapping):
        return _open_mapping(data, where)
    return _open_native(data, where)


def _open_mapping(data: Mapping[Any, Any], where: str) -> Frame:
    columns = {str(name): item for name, item in data.items()}
    if len(columns) != len(data):
        raise _duplicates(where, [str(name) for name in data])
    lengths = {name: len(item) for name, item in columns.items() if has_rows(item)}
    sizes = dict.fromkeys(lengths.values())
    if len(sizes) > 1:
        named = [(name, lengths[name]) for name in lengths][:5]
        raise DataError(
            f"the columns of {where} have different lengths: "
            + ", ".join(f"{name!r} has {n:,}" for name, n in named),
            expected="one value per row in every column",
        )

    def read(names: Iterable[str]) -> dict[str, ReadColumn]:
        wanted = set(names)
        items = aligned({name: item for name, item in columns.items() if name in wanted}, where)
        return {name: _column(name, where, lambda n: read_column(n, items[n])) for name in names}

    return Frame(where, tuple(columns), next(iter(sizes), 0), read)


def _open_native(data: Any, where: str) -> Frame:
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    _check_unique_names(data, where)
    try:
        frame = nw.from_native(data)
    except DuplicateError as error:
        raise DataError(f"{where}: {error}", expected="a name of its own for each column") from None
    except TypeError:
        raise _no_frame(data, where) from None
    lazy = frame if isinstance(frame, nw.LazyFrame) else None
    names = tuple(computed(lambda: frame.collect_schema().names(), where))
    n = len(frame) if lazy is None else computed(lambda: lazy.select(nw.len()).collect().item(), where)

    def read(wanted: Iterable[str]) -> dict[str, ReadColumn]:
        wanted = list(wanted)
        eager = frame if lazy is None else computed(lambda: lazy.select(wanted).collect(), where)
        return {name: _column(name, where, lambda n: read_series(n, eager[n])) for name in wanted}

    index: Any = getattr(data, "index", None) if is_pandas(data) else None
    own = tuple(name for name in getattr(index, "names", ()) if name is not None)
    counts = isinstance(getattr(index, "start", None), int) and (index.start, index.step) == (0, 1)
    return Frame(where, names, int(n), read, own, None if counts else index)


def computed(run: Callable[[], Any], where: str) -> Any:
    """What a query gives; whatever stops it is an error of ours that says so."""
    try:
        return run()
    except MemoryError:
        raise
    except Exception as error:
        raise DataError(
            f"{where}: the lazy frame cannot be computed: {reason_of(error)}",
            expected="a query that runs to its end",
            way_out="collect() it and look at what it gives",
        ) from error


def _column(name: str, where: str, read: Callable[[str], ReadColumn]) -> ReadColumn:
    """A column; what its own library cannot hand over is an error of ours that names it."""
    try:
        return read(name)
    except (StanlevelsError, MemoryError):
        raise
    except Exception as error:
        raise DataError(
            f"column {name!r} of {where} cannot be read: {reason_of(error)}",
            expected="numbers, text, booleans or dates that Python can hold",
            way_out="convert the column first",
        ) from error


_FRAMES_OF = {
    "RecordBatch": "pyarrow.Table.from_batches([data])",
    "Dataset": "data.to_dataframe().reset_index()",
    "Series": "data.to_frame(), or a dict with a name for each column",
    "list": "pandas.DataFrame(data)",
    "recarray": "pandas.DataFrame(data)",
    "ndarray": "a dict with a name for each column: {'y': data[:, 0], ...}",
    "DataFrameGroupBy": "the frame itself: levels find their units in its columns",
    "bytes": "a path as text",
}
"""What people also hand over, and what to make of it."""


def _no_frame(data: Any, where: str) -> DataError:
    kind = type(data).__name__
    structured = kind == "ndarray" and getattr(data.dtype, "names", None)
    way = "pandas.DataFrame(data)" if structured else _FRAMES_OF.get(kind, "")
    if hasattr(data, "read"):
        way = "its path, or pandas.read_csv(file)"
    return DataError(
        f"{where}: {kind} is not a dataframe",
        expected="a pandas, polars or pyarrow frame, a dict of arrays, or a path to CSV or Parquet",
        way_out=f"pass {way}" if way else "",
    )


def _check_unique_names(data: Any, where: str) -> None:
    names = getattr(data, "column_names", None)  # pyarrow
    if names is None:
        names = getattr(data, "columns", None) if type(data).__module__.startswith("pandas") else None
    if names is not None and len(set(names)) != len(names):
        raise _duplicates(where, list(names))


def _duplicates(where: str, names: list[Any]) -> DataError:
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    return DataError(
        f"{where} has {counted(len(twice), 'column name')} more than once: {listing(twice)}",
        expected="a name of its own for each column",
        way_out="rename or drop one of them",
    )
