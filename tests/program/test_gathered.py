"""What units add is summed before it is looked up from rows."""

import numpy as np
import pandas as pd

import stanlevels as sl

RNG = np.random.default_rng(3)
ROWS = pd.DataFrame({"a": RNG.integers(3, size=60), "b": RNG.integers(9, size=60), "x": RNG.normal(size=60)})
ROWS["y"] = RNG.normal(size=60)


class Both(sl.Model):
    """Two effects of the coarser level, and a curve, beside those that are integrated out."""

    a = sl.Level()
    b = sl.Level()
    mu = sl.Normal(0, 1)
    slope = sl.Normal(0, 1)
    sd = sl.HalfNormal(1)
    A = sl.Normal(0, 1, over=a)
    M = sl.Normal(0, 1, over=a)
    B = sl.Normal(0, sd, over=b)
    y = sl.Normal(mu + sl.exp(slope * sl.data("x")) + A + M + B, 1, observed=True)


def test_numbers_and_effects_of_the_same_units_are_looked_up_once():
    text = Both.bind(ROWS, plan=sl.Plan(marginalize=["B"], center={"A": False, "M": False})).stan_code
    assert "(mu + A + M)[y_cells_a] + exp(slope * y_cells_x)" in str(text)
