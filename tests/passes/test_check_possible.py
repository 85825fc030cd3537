"""Arguments that no sampled value can bring into their support are found where data are bound."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DataError, StanlevelsError

ROWS = pd.DataFrame(
    {
        "unit": list("aabbcc"),
        "count": [1, 0, 3, 2, 1, 0],
        "time": [1.0, 2.0, 1.0, 0.5, 3.0, 1.0],
        "exposure": [1.0, 2.0, 3.0, 1.0, 2.0, 1.0],
    }
)


class Rates(sl.Model):
    unit = sl.Level()
    shape, mean = sl.Gamma(4, 2), sl.Normal(0, 0.5)
    rate = sl.Gamma(log=mean, shape=shape, over=unit)
    count = sl.Poisson(rate * sl.data("exposure"), observed=True)


class Waiting(Rates):
    count = sl.Poisson(Rates.rate, observed=True)
    time = sl.Exponential(Rates.rate / sl.data("exposure"), observed=True)


class Product(sl.Model):
    slope = sl.HalfNormal(1)
    count = sl.Poisson(slope * sl.data("exposure"), observed=True)


class Spread(sl.Model):
    spread = sl.HalfNormal(1)
    time = sl.Normal(0, spread * sl.data("exposure"), observed=True)


class Mean(sl.Model):
    """A count's mean that is not 0 where it is."""

    slope, shape = sl.HalfNormal(1), sl.HalfNormal(1)
    count = sl.NegBinomial(slope * sl.data("exposure"), shape=shape, observed=True)


class OfUnits(sl.Model):
    unit = sl.Level()
    spread = sl.HalfNormal(1)
    shift = sl.Normal(0, spread * sl.data("exposure"), over=unit)
    time = sl.Normal(shift, 1, observed=True)


def rows(**exposures):
    """The rows, with some exposures by number of the row."""
    found = ROWS.copy()
    for row, value in exposures.items():
        found.loc[int(row[1:]), "exposure"] = value
    return found


@pytest.mark.parametrize("plan", [None, sl.Plan(marginalize=["rate"]), sl.Plan.literal()])
def test_a_negative_exposure_is_named_with_its_rows(plan):
    with pytest.raises(DataError) as error:
        Rates.bind(rows(r0=-2.0, r4=-0.5), plan=plan)
    said = str(error.value)
    assert 'rate * data("exposure"), the rate of count ~ Poisson(...)' in said
    assert "in 2 of 6 rows: 'exposure' is -2, -0.5 in rows 0, 4 (counted from 0)" in said
    assert "a positive number, or 0 where the outcome is 0" in said
    assert "leave their rows out" in said


@pytest.mark.parametrize("model", [Rates, Product, Spread, Mean])
def test_an_exposure_of_0_is_named_where_the_outcome_is_not_0(model):
    with pytest.raises(DataError, match=r"'exposure' is 0 in rows 3 \(counted from 0\)"):
        model.bind(rows(r3=0.0))


def test_nothing_counted_where_nothing_was_exposed_is_possible():
    Product.bind(rows(r1=0.0))
    with pytest.raises(DataError, match="the mu of count"):
        Mean.bind(rows(r1=0.0))


def test_units_without_exposure_and_counts_are_integrated_out():
    bound = Rates.bind(rows(r1=0.0))
    assert not bound.planned.quantities["rate"].is_sampled


@pytest.mark.parametrize("row", [0, 1])
def test_a_quotient_by_0_is_named(row):
    with pytest.raises(DataError, match=rf"divided by 0 in 1 of 6 rows: 'exposure' is 0 in rows {row}"):
        Waiting.bind(rows(**{f"r{row}": 0.0}))
    with pytest.raises(DataError, match="the beta of time ~ Exponential"):
        Waiting.bind(rows(**{f"r{row}": -1.0}))


def test_rows_of_weight_0_may_hold_anything():
    class Weighted(sl.Model):
        slope = sl.HalfNormal(1)
        count = sl.Poisson(slope * sl.data("exposure"), observed=True, weights="n")

    some = rows(r2=-1.0).assign(n=np.array([1, 1, 0, 1, 1, 1]))
    Weighted.bind(some)
    with pytest.raises(DataError, match="in 1 of 6 rows"):
        Weighted.bind(some.assign(n=1))


def test_units_are_named_by_their_labels():
    with pytest.raises(DataError, match=r"in 1 of 3 units: 'exposure' is -1 in units 'b'"):
        OfUnits.bind(rows(r0=1.0, r1=1.0, r2=-1.0, r3=-1.0, r4=1.0, r5=1.0))


def test_what_can_be_inside_by_some_value_is_left_alone():
    class Free(sl.Model):
        level, slope = sl.HalfNormal(1), sl.HalfNormal(1)
        count = sl.Poisson(level + slope * sl.data("exposure"), observed=True)

    Free.bind(rows(r0=-2.0))


def test_five_rows_are_named_and_the_rest_is_counted():
    many = pd.concat([rows(r0=-2.0)] * 8, ignore_index=True)
    with pytest.raises(StanlevelsError, match="in 8 of 48 rows") as error:
        Product.bind(many)
    assert "42" not in str(error.value)
