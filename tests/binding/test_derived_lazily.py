"""Columns made of others, of data that their own engine grouped."""

import numpy as np
import polars as pl
import pytest

import stanlevels as sl
from stanlevels.binding import lazy


class Grades(sl.Model):
    school = sl.Level()
    X = sl.covariates(1, sl.standardize("x"), sl.mean("x", over=school), "kind", sl.interactions("kind", "x"))
    b = sl.Normal(over=X)
    noise = sl.HalfNormal()
    y = sl.Normal(b @ X, noise, observed=True)


def test_groups_of_rows_have_the_numbers_of_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy, "LARGE", 1000)
    rng = np.random.default_rng(1)
    n = 2000
    data = pl.DataFrame(
        {
            "school": rng.integers(5, size=n),
            "x": rng.integers(4, size=n).astype(float),
            "kind": rng.choice(["a", "b"], n),
            "y": rng.normal(size=n),
        }
    )
    whole, grouped = Grades.bind(data), Grades.bind(data.lazy())
    assert grouped.data.n_rows < 200
    for name, made in whole.data.encodings.derived.items():
        assert grouped.data.encodings.derived[name].numbers == pytest.approx(made.numbers)
    ours, theirs = (model.fit(method="mle").summary()["estimate"] for model in (whole, grouped))
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-4, abs=1e-6)
