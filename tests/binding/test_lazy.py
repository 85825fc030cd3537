"""Lazy frames and Parquet files are grouped by their own engine, and mean what their rows mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.binding import lazy
from stanlevels.bound_model import BoundModel
from stanlevels.errors import DataError
from tests.program.kit import prepared

pl = pytest.importorskip("polars")

N = 3000
RNG = np.random.default_rng(8)
FRAME = pd.DataFrame({"g": RNG.choice(list("abcdef"), N), "x": RNG.integers(0, 3, N) / 2})
FRAME["w"] = RNG.integers(1, 4, N)
FRAME["n"] = RNG.integers(1, 5, N)
MU = 0.4 * FRAME["x"] + FRAME["g"].map(dict(zip("abcdef", RNG.normal(size=6), strict=True)))
OUTCOMES = {
    "Normal": RNG.normal(MU, 0.7),
    "LogNormal": np.exp(RNG.normal(MU, 0.7)),
    "Gamma": RNG.gamma(3, np.exp(MU) / 3),
    "InverseGamma": 1 / RNG.gamma(3, 1, N),
    "Exponential": RNG.exponential(np.exp(MU)),
    "Beta": RNG.beta(2, 3, N),
    "Bernoulli": RNG.binomial(1, 0.4, N),
    "Binomial": RNG.binomial(FRAME["n"], 0.4),
    "Poisson": RNG.poisson(np.exp(MU)),
    "NegBinomial": RNG.poisson(np.exp(MU)),
    "Categorical": RNG.integers(1, 4, N),
    "StudentT": np.round(RNG.normal(MU, 1), 1),
}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand rows are large here."""
    monkeypatch.setattr(lazy, "LARGE", 1000)


class Base(sl.Model):
    g = sl.Level()
    m = sl.Normal(0, 1)
    s = sl.Gamma(2, 2)
    b = sl.Normal(0, 1)
    a = sl.Normal(m, 1, over=g, centered=True)


def line(family: str, **more: Any) -> Any:
    eta = Base.a + Base.b * sl.data("x")
    made: dict[str, Any] = {
        "Normal": lambda: sl.Normal(eta, Base.s, observed="y", **more),
        "LogNormal": lambda: sl.LogNormal(eta, Base.s, observed="y", **more),
        "Gamma": lambda: sl.Gamma(log=eta, shape=Base.s, observed="y", **more),
        "InverseGamma": lambda: sl.InverseGamma(Base.s, sl.exp(eta), observed="y", **more),
        "Exponential": lambda: sl.Exponential(log=eta, observed="y", **more),
        "Beta": lambda: sl.Beta(logit=eta, concentration=Base.s, observed="y", **more),
        "Bernoulli": lambda: sl.Bernoulli(logit=eta, observed="y", **more),
        "Binomial": lambda: sl.Binomial(sl.data("n"), logit=eta, observed="y", **more),
        "Poisson": lambda: sl.Poisson(log=eta, observed="y", **more),
        "NegBinomial": lambda: sl.NegBinomial(log=eta, shape=Base.s, observed="y", **more),
        "Categorical": lambda: sl.Categorical(logit=[0, eta, Base.m], observed="y", **more),
        "StudentT": lambda: sl.StudentT(4, eta, Base.s, observed="y", **more),
    }
    return made[family]()


def define(**lines: Any) -> type[sl.Model]:
    made: type[sl.Model] = Base.define("M", lines)
    return made


def data_of(family: str) -> pd.DataFrame:
    return FRAME.assign(y=OUTCOMES[family])


def agree(one: BoundModel, other: BoundModel) -> None:
    """The same log density, gradient included, at three points."""
    programs = [prepared(one), prepared(other)]
    assert programs[0].n_unconstrained == programs[1].n_unconstrained
    for point in np.random.default_rng(2).normal(0, 0.4, (3, programs[0].n_unconstrained)):
        (value, gradient), (wanted, slope) = (program.log_density(point) for program in programs)
        assert value == pytest.approx(wanted, rel=1e-9)
        assert gradient == pytest.approx(slope, rel=1e-7, abs=1e-7 * N)


def lazily(frame: pd.DataFrame) -> Any:
    return pl.from_pandas(frame).lazy()


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("family", OUTCOMES)
def test_groups_have_the_log_density_of_their_rows(family: str, weights: str | None) -> None:
    model, frame = define(y=line(family, weights=weights)), data_of(family)
    bound = model.bind(lazily(frame))
    assert bound.data.n_rows < N
    agree(bound, model.bind(frame, plan=sl.Plan(compress=False)))


def test_a_parquet_file_is_grouped_where_it_lies(tmp_path: Path) -> None:
    model, frame = define(y=line("Normal")), data_of("Normal")
    frame.to_parquet(tmp_path / "events.parquet")
    bound = model.bind(tmp_path / "events.parquet")
    assert bound.data.n_rows == 36
    agree(bound, model.bind(frame))
    assert bound.data.rows_of(("g",)).tolist() == frame["g"].value_counts().sort_index().tolist()


def _of_dask(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("dask.dataframe").from_pandas(frame, npartitions=3)


def _of_ibis(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("ibis").memtable(frame)


def _of_duckdb(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("duckdb").from_df(frame)


@pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning")
@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")  # which Ibis sets
@pytest.mark.parametrize("made", [_of_dask, _of_ibis, _of_duckdb])
@pytest.mark.parametrize("family", ["Normal", "Beta", "Poisson"])
def test_other_engines_group_as_polars_does(family: str, made: Any) -> None:
    model, frame = define(y=line(family, weights="w")), data_of(family)
    bound = model.bind(made(frame))
    assert bound.data.n_rows < N
    agree(bound, model.bind(lazily(frame)))


def test_small_frames_and_those_whose_rows_are_wanted_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    model, frame = define(y=line("Normal")), data_of("Normal")
    assert model.bind(lazily(frame), plan=sl.Plan(compress=False)).data.n_rows == N
    monkeypatch.setattr(lazy, "LARGE", N + 1)
    assert model.bind(lazily(frame)).data.n_rows == N


def test_a_quantity_with_a_value_for_every_row_needs_the_rows() -> None:
    e = sl.Normal(0, 1, over=sl.rows)
    model = define(e=e, y=sl.Poisson(log=Base.a + e, observed=True))
    assert model.bind(lazily(data_of("Poisson"))).data.n_rows == N


def test_several_outcomes_keep_what_each_of_them_needs() -> None:
    frame = data_of("Normal").assign(z=OUTCOMES["Gamma"], k=OUTCOMES["Poisson"])
    z = sl.Gamma(log=Base.a, shape=2, observed=True, weights="w")
    k = sl.Poisson(log=Base.a, observed=True)
    model = define(y=line("Normal"), z=z, k=k)
    agree(model.bind(lazily(frame)), model.bind(frame, plan=sl.Plan(compress=False)))


def test_an_outcome_that_another_line_uses_stays_as_it_is() -> None:
    frame = FRAME.assign(first=np.round(OUTCOMES["Normal"]), y=OUTCOMES["Normal"])
    first = sl.Normal(Base.a, 1, observed=True)
    model = define(first=first, y=sl.Normal(Base.m + Base.b * first, Base.s, observed=True))
    agree(model.bind(lazily(frame)), model.bind(frame, plan=sl.Plan(compress=False)))


def test_numbers_around_a_million_lose_no_digits() -> None:
    frame = data_of("Normal")
    frame["y"] += 1e6
    m = sl.Normal(1e6, 10)
    model = define(far=m, y=sl.Normal(m + Base.a, Base.s, observed=True))
    agree(model.bind(lazily(frame)), model.bind(frame, plan=sl.Plan(compress=False)))


def test_missing_values_are_counted_or_left_out() -> None:
    frame = data_of("Normal")
    frame.loc[:4, "y"] = np.nan
    frame.loc[3:9, "x"] = np.nan
    model = define(y=line("Normal"))
    with pytest.raises(DataError, match=r"'x' in 7(.|\n)*'y' in 5|'y' in 5(.|\n)*'x' in 7"):
        model.bind(lazily(frame))
    bound = model.bind(lazily(frame), missing="drop")
    agree(bound, model.bind(frame, missing="drop", plan=sl.Plan(compress=False)))
    assert any("10 rows of 3,000 left out" in record.decision for record in bound.plan.records)


def test_what_was_grouped_is_said() -> None:
    bound = define(y=line("Normal")).bind(lazily(data_of("Normal")))
    said = [record.decision for record in bound.plan.records if record.subject == "data"]
    assert said == ["3,000 rows in 18 groups by their own engine"]


def test_maximum_likelihood_is_that_of_the_rows() -> None:
    model, frame = define(y=line("Normal")), data_of("Normal")
    fits = [model.fit(data, method="mle", progress=False) for data in (lazily(frame), frame)]
    groups, rows = (fit.summary()["estimate"].tolist() for fit in fits)
    assert groups == pytest.approx(rows, rel=1e-5)
    groups, rows = (fit.effects("a")["rows"].tolist() for fit in fits)
    assert groups == rows
