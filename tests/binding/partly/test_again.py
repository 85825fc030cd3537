"""Outcomes that were partly known, where rows are bound again: predictions, and cross-validation."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.results.crossvalidation.densities import densities
from stanlevels.results.crossvalidation.partition import by_groups
from stanlevels.results.fit import Fit

J = 8
RNG = np.random.default_rng(0)
SIZE = RNG.normal(3, 1, J)
NEST = np.repeat(np.arange(J), 4)
CHICKS = 0.7 * SIZE[NEST] + 0.3 * RNG.normal(size=4 * J)


class Nests(sl.Model):
    nest = sl.Level()
    mean, slope = sl.Normal(0, 5), sl.Normal(0, 5)
    s, t = sl.HalfNormal(2), sl.HalfNormal(2)
    size = sl.Normal(mean, s, over=nest, observed=True, missing="model")
    chicks = sl.Normal(slope * size, t, observed=True)


@pytest.fixture(scope="module")
def fit() -> Fit:
    rows = pd.DataFrame({"nest": [f"n{i}" for i in NEST], "chicks": CHICKS})
    table = pd.DataFrame({"nest": [f"n{i}" for i in range(J)], "size": SIZE})
    table.loc[[2, 5], "size"] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)  # eight nests and few draws
        return Nests.fit(rows, tables={"nest": table}, seed=1, draws=500, engine="stanli", progress=False)


def test_units_whose_outcome_is_missing_are_imputed(fit: Fit) -> None:
    found = fit.imputed("size")
    assert found["nest"].tolist() == ["n2", "n5"]
    assert (np.abs(found["estimate"] - SIZE[[2, 5]]) < 4 * found["sd"]).all()


@pytest.mark.parametrize(
    ("rows", "tables", "expected"),
    [
        ({"nest": ["n0"]}, None, "slope * known"),
        ({"nest": ["new"]}, None, "slope * mean"),
        ({"nest": [None]}, None, "slope * mean"),
        ({"nest": ["new"]}, {"nest": {"nest": ["new"], "size": [2.0]}}, "slope * 2"),
        ({"nest": ["new"]}, {"nest": {"nest": ["new"], "size": [np.nan]}}, "slope * mean"),
        ({"nest": ["new"], "size": [2.0]}, None, "slope * 2"),
    ],
)
def test_new_units_have_what_tables_say_or_are_drawn(
    fit: Fit, rows: dict[str, object], tables: dict[str, object] | None, expected: str
) -> None:
    draws = fit.idata["posterior"]
    by = {"known": SIZE[0], "mean": draws["mean"], "2": 2.0}[expected.split()[-1]]
    table = fit.predict(pd.DataFrame(rows), tables=tables, name="chicks")
    drawn = expected.endswith("mean")
    assert table["estimate"][0] == pytest.approx(
        float((draws["slope"] * by).mean()), abs=0.1 if drawn else 1e-9
    )
    assert bool(table["sd"][0] > 0.4) == drawn


def test_parts_that_are_left_out_have_their_own_rows_alone(fit: Fit) -> None:
    """Nests whose size is known, and those whose size is as it was drawn: written out for one draw."""
    draws = fit.by_quantity
    partition = by_groups(fit.planned, draws.bound, "nest", None)
    found = densities(draws, partition, integrate=True).at(slice(0, partition.size))[:, 0]
    value = {name: float(fit.idata["posterior"][name][0, 0]) for name in ("mean", "slope", "s", "t")}
    sampled = fit.idata["posterior"]["size_missing"][0, 0].to_numpy()
    for nest in range(J):
        lacks = nest in (2, 5)
        size = sampled[(2, 5).index(nest)] if lacks else SIZE[nest]
        total = stats.norm.logpdf(CHICKS[nest == NEST], value["slope"] * size, value["t"]).sum()
        total += 0 if lacks else stats.norm.logpdf(size, value["mean"], value["s"])
        assert found[nest] == pytest.approx(total)
