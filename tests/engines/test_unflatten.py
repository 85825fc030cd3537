"""Flat columns to arrays."""

import numpy as np
import pytest

from stanlevels.engines.unflatten import gather, variables_of
from stanlevels.errors import EngineError


def test_cells_go_where_their_names_say_whatever_the_order():
    """CmdStan writes a matrix column by column; the name of a column, not its place, decides."""
    columns = ["a", "m[1,1]", "m[2,1]", "m[1,2]", "m[2,2]", "m[1,3]", "m[2,3]", "v.2", "v.1"]
    table = np.array([[0.0, 11, 21, 12, 22, 13, 23, 2, 1]])
    found = gather(variables_of(columns), table)
    assert list(found) == ["a", "m", "v"]
    np.testing.assert_array_equal(found["m"], [[[11, 12, 13], [21, 22, 23]]])
    np.testing.assert_array_equal(found["v"], [[1, 2]])
    assert found["a"].shape == (1,)


def test_a_container_of_one_cell_is_still_a_container():
    assert variables_of(["v[1]", "m[1,1]"])[1].shape == (1, 1)


@pytest.mark.parametrize(
    "columns", [["m[1,1]", "m[2,2]"], ["m[1]", "m[1]"], ["m[2]"], ["m", "m[1]"]], ids=",".join
)
def test_columns_that_fill_no_array_are_counted(columns):
    with pytest.raises(EngineError, match=f"{len(columns)} columns of 'm'"):
        variables_of(columns)
