"""Times until something happens, split at given times: hazards that change, and covariates that do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.read.frames import Frame, open_frame
from stanlevels.binding.statuses import statuses
from stanlevels.distributions.composed import STATUSES
from stanlevels.errors import DataError, listing
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe
from stanlevels.results.simulation.placeholders import in_pandas
from stanlevels.words import closest, counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["episodes"]

_MADE = ("start", "episode", "exposure", "event")


@in_words("sl.episodes", places="columns and cuts have names: sl.episodes(df, time='years', cuts=[1, 2, 5])")
def episodes(
    data: Any,
    *,
    time: str,
    cuts: Sequence[float],
    status: str = "",
    start: str = "",
    unit: str = "",
) -> pd.DataFrame:
    """Split the time of each row at some times: a row for every piece in which it was at risk.

    A piece is what lies above its start and up to its end, so that an event at a cut belongs to the piece
    before it. Poisson counts of `event` with `exposure` have the likelihood of a hazard that is constant
    within pieces.

    Parameters
    ----------
    data : dataframe, mapping of columns, or path
        A row for each unit; or several, one after another in time, where its covariates change.
    time : str
        The column of times: when something happened, or until when it had not.
    cuts : sequence of float
        Times at which rows are split, increasing. Those beyond a row's time do nothing.
    status : str, optional
        The column that says how each time is known, as in ``censored=``: "none" (0, False) where something
        happened then, "right" (1, True) where it had not. Left out, it happened in every row.
    start : str, optional
        The column of times from which rows are at risk; 0 by default.
    unit : str, optional
        The column of units, where they have several rows: these may then not overlap, and nothing happens to
        a unit before its last row.

    Returns
    -------
    pandas.DataFrame
        The columns of the data, with `time` the end of a piece and `status` "right" before a row's last
        one; and

        - ``start`` (or the column `start`), where it begins;
        - ``episode``, the cut at which the piece of time begins: 0 (or the earliest start) before the first;
        - ``exposure``, how long the row is at risk in it;
        - ``event``, 1 where something happens at its end, else 0.

        Rows are in the order of the data, those of one row in order of time.

    Raises
    ------
    DataError
        If times are missing, infinite, or not above their starts; times are censored from the left or in
        intervals; rows of a unit overlap; or the data have a column of one of the new names.

    Examples
    --------
    >>> import stanlevels as sl
    >>> data = {"who": ["a", "b"], "years": [2.5, 1.0], "how": ["right", "none"]}
    >>> print(sl.episodes(data, time="years", status="how", cuts=[1, 2]).to_string(index=False))
    who  years   how  start  episode  exposure  event
      a    1.0 right    0.0        0       1.0      0
      a    2.0 right    1.0        1       1.0      0
      a    2.5 right    2.0        2       0.5      0
      b    1.0  none    0.0        0       1.0      1
    """
    at = _increasing(cuts)
    for argument, column in (("time", time), ("status", status), ("start", start), ("unit", unit)):
        if not isinstance(column, str):
            raise DataError(
                f"{argument}= of sl.episodes is {describe(column)}",
                expected=f"the name of a column of the data, as text: {argument}='years'",
            )
    frame = open_frame(data, "the data")
    made = tuple(name for name in _MADE if not (start and name == "start"))
    if taken := [name for name in made if name in frame.names]:
        raise DataError(
            f"the data have a column {taken[0]!r} already, which sl.episodes makes",
            expected=f"data without columns called {listing(made)}",
            way_out=_instead(taken[0], time),
        )
    end = _times(frame, time, "the times")
    begin = _times(frame, start, "the starts") if start else np.zeros(frame.n)
    if (late := np.flatnonzero(end <= begin)).size:
        pairs = [f"{end[k]:g} (from {begin[k]:g}, row {k})" for k in late]
        raise DataError(
            f"{len(late)} of {frame.n} times in column {time!r} are not above their starts: {listing(pairs)}",
            expected="times above those from which rows are at risk",
            way_out=f"leave them out, or give what is known to a day half of one: 0.5 for {end[late[0]]:g}",
        )
    happened = _happened(frame, status)
    if unit:
        _one_after_another(frame, unit, begin, end, happened)
    first, last = np.searchsorted(at, begin, "right"), np.searchsorted(at, end, "left")
    times = last - first + 1
    of = np.repeat(np.arange(frame.n), times)
    within = np.arange(len(of)) - np.repeat(np.cumsum(times) - times, times)
    piece, final = first[of] + within, within == times[of] - 1
    edges = np.concatenate([[min(0.0, begin.min(initial=0.0))], at])
    low = np.where(within == 0, begin[of], edges[piece])
    high = np.where(final, end[of], np.append(at, np.inf)[piece])
    found = in_pandas(data).iloc[of].reset_index(drop=True)
    found[time] = high
    if status:
        found[status] = _earlier(found[status], final)
    found[start or "start"] = low
    found["episode"] = edges[piece].astype(int) if np.all(edges == np.rint(edges)) else edges[piece]
    found["exposure"] = high - low
    found["event"] = (happened[of] & final).astype(int)
    return found


def _instead(taken: str, time: str) -> str:
    """What to do with a column that has the name of a new one."""
    if taken == "start" and taken != time:
        return "start='start' says that rows are at risk from there on"
    if taken == "event":  # in the data of others 1 says that something happened
        return (
            "where it is 1 if something happened: df['censored'] = 1 - df.pop('event'), and status='censored'"
        )
    return f"data.rename(columns={{{taken!r}: ...}})"


def _increasing(cuts: Sequence[float]) -> Array:
    """The cuts as numbers."""
    try:
        at = np.atleast_1d(np.asarray(cuts, dtype=float))
    except (TypeError, ValueError):
        at = np.array([np.nan])
    if isinstance(cuts, str):
        at = np.array([np.nan])
    if at.ndim != 1 or not np.isfinite(at).all() or (np.diff(at) <= 0).any():
        raise DataError(
            f"cuts= of sl.episodes is {cuts!r}", expected="increasing numbers, such as cuts=[1, 2, 5]"
        )
    return at


def _times(frame: Frame, column: str, what: str) -> Array:
    """A column of times, all of them there."""
    read = _read(frame, column, f"has {what} of sl.episodes")
    if read.absent.any():
        rows = np.flatnonzero(read.absent).tolist()
        kind = "missing" if read.missing.any() else "infinite"
        raise DataError(
            f"column {column!r}, which has {what}, has {kind} values in {len(rows)} of {frame.n} rows:"
            f" {listing(rows)}",
            expected="a number in every row",
            way_out=f"df.dropna(subset=[{column!r}]) leaves those rows out",
        )
    return np.asarray(read.values.numeric(f", which has {what} of sl.episodes,"), dtype=float)


def _read(frame: Frame, column: str, purpose: str) -> Any:
    if column not in frame.names:
        raise DataError(
            f"{frame.where} has no column {column!r}, which {purpose}",
            expected=closest(column, frame.names),
            way_out="it is the index: pass df.reset_index()" if column in frame.index_names else "",
        )
    return frame.read([column])[column]


def _happened(frame: Frame, status: str) -> Array:
    """In which rows something happened."""
    if not status:
        return np.ones(frame.n, dtype=bool)
    read = _read(frame, status, "says how times are censored")
    if read.absent.any():
        rows = np.flatnonzero(read.absent).tolist()
        raise DataError(
            f"column {status!r}, which says how times are censored, has missing values in {len(rows)} of"
            f" {frame.n} rows: {listing(rows)}",
            expected="'none' where something happened, 'right' where it had not",
            way_out=f"df.dropna(subset=[{status!r}]) leaves those rows out",
        )
    codes = statuses(read.values)
    if (other := np.flatnonzero(codes > STATUSES["right"])).size:
        raise DataError(
            f"{counted(len(other), 'time')} {'is' if len(other) == 1 else 'are'} censored from the left or in"
            f" an interval: rows {listing(other.tolist())}",
            expected="'none' or 'right': what happened at an unknown time is in no one piece",
            way_out="a distribution of times: sl.Weibull(..., observed=True, censored=..., until=...)",
        )
    return np.asarray(codes == STATUSES["none"])


def _one_after_another(frame: Frame, unit: str, begin: Array, end: Array, happened: Array) -> None:
    """Whether the rows of a unit follow each other in time."""
    codes, labels = _read(frame, unit, "names units of sl.episodes").values.factorize()
    order = np.lexsort((begin, codes))
    same = codes[order][1:] == codes[order][:-1]
    overlap = same & (begin[order][1:] < end[order][:-1])
    early = same & happened[order][:-1]
    censored = "status= is 1, or 'right', in rows until whose end nothing had happened, and 0 where it did"
    for wrong, words, wanted, way_out in (
        (overlap, "rows that overlap in time", "rows one after another, whose starts start= names", ""),
        (early, "rows after the one in which something happened", "nothing before the last row", censored),
    ):
        if units := [labels[code] for code in dict.fromkeys(codes[order][1:][wrong].tolist())]:
            has = "has" if len(units) == 1 else "have"
            raise DataError(f"{unit} {listing(units)} {has} {words}", expected=wanted, way_out=way_out)


def _earlier(column: pd.Series[Any], final: Array) -> pd.Series[Any]:
    """What is known of the pieces of a row: of the last one what is of the row, of others that it went on."""
    import pandas as pd

    kept = column.tolist()
    words = any(isinstance(value, str) for value in kept)
    right = "right" if words else all(isinstance(value, bool | np.bool_) for value in kept) or 1
    return pd.Series([value if last else right for value, last in zip(kept, final, strict=True)])
