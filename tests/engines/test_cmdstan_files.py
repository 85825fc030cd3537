"""Reading CmdStan's files, with files that CmdStan 2.35.0 wrote, whole and cut off."""

import numpy as np
import pytest

from stanlevels.engines.cmdstan_csv import read_csv
from stanlevels.errors import EngineError

HEADER = "# method = log_prob\nlp__,g_mu,g_tau\n"
ROWS = "-9.44628971038,-0.360108636556,-0.262394199021\n-5.87169695845,1.41647931804,nan\n# the end\n"


def written(tmp_path, text):
    path = tmp_path / "output.csv"
    path.write_text(text)
    return path


def test_names_and_rows_are_read_between_comments(tmp_path):
    names, table = read_csv(written(tmp_path, HEADER + ROWS))
    assert names == ("lp__", "g_mu", "g_tau")
    expected = [[-9.44628971038, -0.360108636556, -0.262394199021], [-5.87169695845, 1.41647931804, np.nan]]
    np.testing.assert_array_equal(table, expected)


def test_a_row_that_is_cut_off_is_counted(tmp_path):
    with pytest.raises(EngineError, match=r"row 2 of 2 .* has 2 columns") as caught:
        read_csv(written(tmp_path, HEADER + ROWS[: ROWS.rindex(",nan")]))
    assert "3 columns" in caught.value.expected


@pytest.mark.parametrize("text", ["", "# only\n# comments\n", HEADER])
def test_a_file_without_rows_is_an_error(tmp_path, text):
    with pytest.raises(EngineError, match="no rows"):
        read_csv(written(tmp_path, text))


def test_a_file_that_is_missing_is_an_error(tmp_path):
    with pytest.raises(EngineError, match="no results"):
        read_csv(tmp_path / "output.csv")
