"""Any dataframe as a list of names and a way to read columns of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

from stanlevels.binding.read.columns import ReadColumn
from stanlevels.binding.read.files import read_file
from stanlevels.binding.read.series import is_pandas, read_column, read_series
from stanlevels.errors import DataError, listing
from stanlevels.words import counted

__all__ = ["Frame", "open_frame"]


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
    """

    where: str
    names: tuple[Any, ...]
    n: int
    read: Callable[[Iterable[str]], dict[str, ReadColumn]]
    index_names: tuple[Any, ...] = ()


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
    lengths = {name: len(item) for name, item in columns.items() if hasattr(item, "__len__")}
    sizes = dict.fromkeys(lengths.values())
    if len(sizes) > 1:
        named = [(name, lengths[name]) for name in lengths][:5]
        raise DataError(
            f"the columns of {where} have different lengths: "
            + ", ".join(f"{name!r} has {n:,}" for name, n in named),
            expected="one value per row in every column",
        )

    def read(names: Iterable[str]) -> dict[str, ReadColumn]:
        wanted = {name: columns[name] for name in names}
        _check_one_index(wanted, where)
        return {name: read_column(name, item) for name, item in wanted.items()}

    return Frame(where, tuple(columns), next(iter(sizes), 0), read)


def _check_one_index(columns: Mapping[str, Any], where: str) -> None:
    """Series of pandas say by their index which row is meant; in a dict nobody would align them."""
    series = {n: item for n, item in columns.items() if is_pandas(item) and getattr(item, "ndim", 0) == 1}
    indexed = {name: item.index for name, item in series.items() if hasattr(item, "index")}
    first = next(iter(indexed), "")
    for name, index in indexed.items():
        if not index.equals(indexed[first]):
            raise DataError(
                f"the Series {first!r} and {name!r} of {where} have different indexes",
                expected="Series with one index, or arrays, whose rows belong together in order",
                way_out="pandas.DataFrame(...) aligns them by their index; .to_numpy() takes them in order",
            )


def _open_native(data: Any, where: str) -> Frame:
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    _check_unique_names(data, where)
    try:
        frame = nw.from_native(data)
    except DuplicateError as error:
        raise DataError(f"{where}: {error}", expected="a name of its own for each column") from None
    except TypeError:
        raise DataError(
            f"{where}: {type(data).__name__} is not a dataframe",
            expected="a pandas, polars or pyarrow frame, a dict of arrays, or a path to CSV or Parquet",
        ) from None
    names = tuple(frame.collect_schema().names())
    lazy = frame if isinstance(frame, nw.LazyFrame) else None
    n = int(lazy.select(nw.len()).collect().item()) if lazy is not None else len(frame)

    def read(wanted: Iterable[str]) -> dict[str, ReadColumn]:
        wanted = list(wanted)
        eager = lazy.select(wanted).collect() if lazy is not None else frame
        return {name: read_series(name, eager[name]) for name in wanted}

    index = tuple(name for name in getattr(getattr(data, "index", None), "names", ()) if name is not None)
    return Frame(where, names, n, read, index)


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
