"""Random columns in random frames: read as plain NumPy would, or refused in our words."""

import datetime as dt
import decimal
import fractions
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import stanlevels as sl
from stanlevels.binding.bind import bind_data
from stanlevels.errors import InternalError, StanlevelsError

SEEDS = 25


class Model(sl.Model):
    g = sl.Level()
    b = sl.Normal(0, 1)
    A = sl.Normal(0, 1, over=g)
    y = sl.Normal(A + b * sl.data("x"), 1, observed=True)


Draw = Callable[[np.random.Generator], Any]
NUMBERS: dict[str, Draw] = {
    "float": lambda r: float(r.normal()),
    "int": lambda r: int(r.integers(-5, 5)),
    "large": lambda r: int(r.integers(2**62, 2**63 - 1)),
    "wide": lambda r: 2**64 + int(r.integers(9)),
    "bool": lambda r: bool(r.integers(2)),
    "decimal": lambda r: decimal.Decimal(int(r.integers(-500, 500))) / 8,
    "fraction": lambda r: fractions.Fraction(int(r.integers(-9, 9)), 4),
    "numpy": lambda r: np.float32(r.integers(-9, 9) / 4),
}
OTHERS: dict[str, Draw] = {
    "text": lambda r: str(r.choice(["a", "b ", "1,5", "", "é"])),
    "date": lambda r: dt.date(2020, 1, 1 + int(r.integers(20))),
    "datetime": lambda r: dt.datetime(2020, 1, 1, int(r.integers(20))),
    "duration": lambda r: dt.timedelta(int(r.integers(9))),
    "time": lambda r: dt.time(int(r.integers(20))),
    "complex": lambda r: complex(r.normal(), 1),
    "list": lambda r: [1] * int(r.integers(3)),
    "dict": lambda r: {"a": 1},
    "bytes": lambda r: bytes([int(r.integers(9))]),
    "object": lambda r: object(),
    "none": lambda r: None,
    "nan": lambda r: math.nan,
    "infinite": lambda r: math.inf,
    "signalling": lambda r: decimal.Decimal("sNaN"),
    "array": lambda r: np.zeros(int(r.integers(3))),
}
FRAMES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "dict": lambda c: c,
    "arrays": lambda c: {n: _array(v) for n, v in c.items()},
    "pandas": pd.DataFrame,
    "nullable": lambda c: pd.DataFrame(c).convert_dtypes(),
    "arrow types": lambda c: pd.DataFrame(c).convert_dtypes(dtype_backend="pyarrow"),
    "categories": lambda c: pd.DataFrame(c).astype({"g": "category"}),
    "series": lambda c: dict(pd.DataFrame(c).items()),
    "polars": lambda c: pl.DataFrame(c, strict=False),
    "lazy": lambda c: pl.LazyFrame(c, strict=False),
    "pyarrow": pa.table,
}


def _array(values: list[Any]) -> Any:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _frame(make: Callable[[dict[str, Any]], Any], columns: dict[str, Any]) -> Any:
    """The frame, or None where its own library cannot hold these values."""
    try:
        return make(columns)
    except KeyboardInterrupt:
        raise
    except BaseException:  # polars panics at some mixtures
        return None


def _bound(data: Any, missing: str) -> tuple[Any, StanlevelsError | None]:
    try:
        return Model.bind(data, missing=missing).data, None
    except StanlevelsError as error:
        return None, error


@pytest.mark.parametrize("frame", FRAMES)
def test_numbers_are_read_as_they_are_by_every_library(frame: str) -> None:
    rng = np.random.default_rng(list(FRAMES).index(frame))
    read = 0
    for kind, draw in NUMBERS.items():
        for n in (1, 2, 7):
            x = [draw(rng) for _ in range(n)]
            g = rng.choice(["u", "v", "w"], n).tolist()
            data = _frame(FRAMES[frame], {"g": g, "x": x, "y": [float(i) for i in range(n)]})
            if data is None:
                continue
            bound = bind_data(Model.graph(), data)
            read += 1
            assert bound.column(("<rows>",), "x").astype(float).tolist() == [float(v) for v in x], kind
            assert bound.outcome("y").tolist() == list(range(n))
            labels = np.array(bound.levels["g"].labels)
            assert labels[bound.codes(("<rows>",), ("g",))].tolist() == g
    assert read >= 12


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("missing", ["error", "drop"])
def test_whatever_stands_in_a_column_is_bound_or_refused_in_our_words(frame: str, missing: str) -> None:
    """Mixtures of kinds, in the covariate, the outcome and the level; nobody else's error comes out."""
    rng = np.random.default_rng(100 + list(FRAMES).index(frame))
    draws = [*NUMBERS.values(), *OTHERS.values()]
    tried = 0
    for _ in range(SEEDS):
        n = int(rng.integers(1, 8))
        columns = {"g": ["u"] * n, "x": [1.0] * n, "y": [0.5] * n}
        for name in rng.choice(["g", "x", "y"], int(rng.integers(1, 3)), replace=False).tolist():
            mixed = frame not in ("polars", "lazy")  # which have no columns of several kinds
            kinds = rng.choice(len(draws), int(rng.integers(1, 3)) if mixed else 1).tolist()
            columns[name] = [draws[kinds[int(rng.integers(len(kinds)))]](rng) for _ in range(n)]
        data = _frame(FRAMES[frame], columns)
        if data is None:
            continue
        tried += 1
        bound, refusal = _bound(data, missing)
        if refusal is not None:
            assert not isinstance(refusal, InternalError)
            assert refusal.expected or refusal.way_out
        else:
            assert np.isfinite(bound.column(("<rows>",), "x").astype(float)).all()
            assert np.isfinite(bound.outcome("y")).all()
    assert tried >= SEEDS // 5
