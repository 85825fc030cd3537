"""Reading CmdStan's files, with files that CmdStan 2.35.0 wrote, whole and cut off."""

import numpy as np
import pytest

from stanlevels.engines import cmdstan_csv
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


def test_columns_that_are_not_kept_are_never_parsed(tmp_path, monkeypatch):
    """Text that is no number stands where nothing is asked for; blocks of lines give the same as one."""
    path = tmp_path / "output.csv"
    rows = [f"-1.5,{i},0.9,junk,junk,{i + 0.25},{i + 0.5}" for i in range(7)]
    header = "lp__,a,accept_stat__,A_raw.1,A_raw.2,A.1,A.2"
    path.write_text("\n".join(["# model = m", header, *rows[:3], "# Adaptation terminated", *rows[3:], ""]))
    whole = cmdstan_csv.read_output(path, ["A", "a"])
    monkeypatch.setattr(cmdstan_csv, "_AT_ONCE", 14)
    for output in (whole, cmdstan_csv.read_output(path, ["A", "a"])):
        assert output.names == ("lp__", "a", "accept_stat__", "A.1", "A.2")
        np.testing.assert_array_equal(output.table[:, 3], np.arange(7) + 0.25)
        assert output.comments == ("model = m", "Adaptation terminated")
    with pytest.raises(EngineError, match="no number"):
        cmdstan_csv.read_output(path)
    path.write_text("\n".join([header, *rows, "-1.5,8"]))
    with pytest.raises(EngineError, match=r"row 8 of 8 .* has 2 columns"):
        cmdstan_csv.read_output(path, ["a"])
