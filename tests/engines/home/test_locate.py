"""Finding a home in cmdstanpy's order."""

import pytest

from stanlevels.engines.home import find_cmdstan
from stanlevels.engines.home.locate import is_complete, version_of


def test_nothing_is_found_where_nothing_is(elsewhere):
    assert find_cmdstan() is None


def test_the_highest_version_is_taken_and_not_the_highest_name(elsewhere, complete_home):
    for version in ("2.9.0", "2.38.0", "2.38.0-rc1", "2.4.1"):
        complete_home(elsewhere / ".cmdstan" / f"cmdstan-{version}", version)
    assert find_cmdstan() == elsewhere / ".cmdstan/cmdstan-2.38.0"


def test_the_variable_goes_before_the_folder(elsewhere, complete_home, monkeypatch):
    complete_home(elsewhere / ".cmdstan/cmdstan-2.38.0")
    named = complete_home(elsewhere / "my own")
    monkeypatch.setenv("CMDSTAN", str(named))
    assert find_cmdstan() == named


@pytest.mark.parametrize("missing", ["makefile", "bin/stanc"])
def test_a_home_with_a_part_missing_is_none(elsewhere, complete_home, missing):
    home = complete_home(elsewhere / ".cmdstan/cmdstan-2.38.0")
    (home / missing).unlink()
    assert not is_complete(home)
    assert find_cmdstan() is None


def test_cmdstanpy_agrees(elsewhere, complete_home):
    cmdstanpy = pytest.importorskip("cmdstanpy")
    for version in ("2.9.0", "2.38.0"):
        complete_home(elsewhere / ".cmdstan" / f"cmdstan-{version}", version)
    assert cmdstanpy.cmdstan_path() == str(find_cmdstan())


def test_the_version_is_read_from_the_makefile(tmp_path, complete_home):
    assert version_of(complete_home(tmp_path / "home", "2.31.0")) == "2.31.0"
    assert version_of(tmp_path) is None
