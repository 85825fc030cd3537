"""What a fit says of itself stands below its summary where a number cannot be read without it."""

import numpy as np
import pandas as pd

import stanlevels as sl


class Zeros(sl.Model):
    start, many = sl.Normal(0, 3), sl.Normal(0, 2)
    y = sl.ZeroInflated(sl.Poisson(log=start), logit=many, observed=True)


def test_estimates_without_a_standard_error_are_explained_below_the_table() -> None:
    """Where no zero is too many, the log odds of more have no maximum."""
    data = pd.DataFrame({"y": np.random.default_rng(1).poisson(8, 60) + 1})
    table = Zeros.fit(data, "mle", progress=False).summary()
    assert not table.loc["many", "se"] < 10
    assert any("many" in note and "infinity" in note for note in table.notes)
    assert table.notes[0] in repr(table)
    assert "converged" not in repr(table)


def test_a_table_without_doubts_has_no_notes() -> None:
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"y": rng.poisson(3, 80) * rng.integers(0, 2, 80)})
    assert Zeros.fit(data, "mle", progress=False).summary().notes == ()
