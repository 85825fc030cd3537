"""Quantities whose draws are made again each time: what is asked of them is as if they were stored."""

import numpy as np
import pandas as pd
import pytest

from stanlevels.results.marginal import ranks
from tests.results.test_on_demand import frame, made  # noqa: F401


@pytest.fixture
def both(frame, monkeypatch):  # noqa: F811
    stored = made(frame)
    monkeypatch.setattr("stanlevels.values.restore._STORED", 0)
    found = made(frame)
    assert found.by_quantity.is_on_demand("A")
    return found, stored


def alike(one, other):
    pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-12)


def test_contrasts(both):
    found, stored = both
    for written in (
        lambda m: m.A[3, "P"] - m.A[149, "P"],
        lambda m: m.A[:, "slope"] * 2 - m.C,
        lambda m: m.A[:, "P"] - m.P,
        lambda m: m.above - m.above.mean(),
    ):
        alike(found.evaluate(written).table, stored.evaluate(written).table)


def test_ranks(both, monkeypatch):
    found, stored = both
    alike(found.rank("above", top=5), stored.rank("above", top=5))
    alike(
        found.rank("A", component="slope", best="lowest"), stored.rank("A", component="slope", best="lowest")
    )
    whole = stored.rank("P", draws=7)
    monkeypatch.setattr(ranks, "_WINDOW", 2 * 4 * 70)
    alike(found.rank("P", draws=7), whole)


def test_comparisons_and_cells(both, frame):  # noqa: F811
    found, stored = both
    alike(found.comparisons({"x": [0, 1]}, by="publisher"), stored.comparisons({"x": [0, 1]}, by="publisher"))
    cells = frame.assign(n=np.arange(len(frame)))
    cells.loc[0, "app"] = 999
    alike(found.poststratify(cells, by="country"), stored.poststratify(cells, by="country"))
