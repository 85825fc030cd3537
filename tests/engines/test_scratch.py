"""Temporary folders, and what becomes of those of processes that were killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stanlevels.engines import scratch as room
from stanlevels.engines.disk import full, writing
from stanlevels.engines.scratch import Scratch, scratch
from stanlevels.errors import EngineError

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    room._sweep_once.cache_clear()
    yield tmp_path
    room._sweep_once.cache_clear()


def aged(folder):
    """The same folder, made an hour ago."""
    before = time.time() - 3600
    os.utime(folder, (before, before))
    return folder


def test_a_folder_lasts_as_long_as_its_block(place):
    with scratch() as folder:
        (folder / "x").write_text("")
        assert folder.parent == place
    assert not folder.exists()


def test_a_folder_that_nobody_knows_any_more_is_removed():
    kept = Scratch()
    path = kept.path
    assert path.is_dir()
    del kept
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="locks of folders are those of POSIX systems")
def test_the_folder_of_a_killed_process_is_cleared_away_by_the_next(place):
    code = "from stanlevels.engines.scratch import Scratch; made = Scratch(); print(made.path, flush=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{code}; import time; time.sleep(60)"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    left = aged(Path(process.stdout.readline().strip()))
    with scratch():
        assert left.is_dir()  # its owner lives
    process.send_signal(signal.SIGKILL)
    process.communicate()
    room._sweep_once.cache_clear()
    with scratch():
        assert not left.exists()


def test_what_is_new_or_somebody_elses_stays(place):
    fresh, foreign = place / "stanlevels-fresh", aged_folder(place / "stanlevels-foreign")
    fresh.mkdir()
    (fresh / "owner.lock").touch()
    with scratch():
        assert fresh.is_dir()
        assert foreign.is_dir()


def aged_folder(path):
    path.mkdir()
    return aged(path)


def test_a_folder_for_which_there_is_no_place_is_an_error_of_ours(place, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(place / "missing"))
    with pytest.raises(EngineError, match="temporary files cannot be written"):
        Scratch()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_with_its_folder_and_what_is_free(place):
    with (
        pytest.raises(EngineError, match=r"no room for the data \(.* free in ") as caught,
        writing("the data", place),
    ):
        Path("/dev/full").write_text("x")
    assert "TMPDIR" in caught.value.way_out
    assert str(place) in full("x", place).found
