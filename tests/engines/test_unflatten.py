"""Flat columns to arrays."""

import numpy as np
import pytest

from stanlevels.engines.unflatten import gather, kept, variables_of
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


def test_columns_of_the_variables_kept_are_found_under_either_way_of_writing_an_index():
    columns = ["a", "ab[1]", "ab[2]", "a_raw.1.1", "a_raw.2.1", "c"]
    assert kept(columns, ["ab", "a_raw"]) == slice(1, 5)
    np.testing.assert_array_equal(kept(columns, ["a", "c"]), [0, 5])
    assert kept(columns, []) == slice(0, 0)
    assert kept(columns, None) == slice(0, 6)


def test_arrays_are_views_of_the_table_where_columns_are_in_the_order_of_stan():
    columns = ["s", *(f"m[{i},{j},{k}]" for k in (1, 2) for j in (1, 2, 3) for i in (1, 2))]
    table = np.arange(2 * 5 * 13.0).reshape(2, 5, 13)
    found = gather(variables_of(columns), table)
    assert all(np.shares_memory(values, table) for values in found.values())
    shuffled = [3, 0, 12, 1, 2, 4, 6, 5, 8, 7, 11, 10, 9]
    again = gather(variables_of([columns[i] for i in shuffled]), table[..., shuffled])
    for name in ("s", "m"):
        np.testing.assert_array_equal(found[name], again[name])
    assert found["m"].shape == (2, 5, 2, 3, 2)
